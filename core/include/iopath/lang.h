/* SPDX-License-Identifier: MIT */
/**
 * lang.h - what C11 with GNU extensions and C++17 spell differently
 *
 * The notation (iop_read, iop_project, ...) needs five features: a variable with the type of an expression, a compile-time refusal
 * with a message, a choice by backend, questions about a type, and a call that must vanish when the code is optimised. This file
 * gives them one name each in both languages, so that other headers need no C++ version. Internal to the library.
 */
#ifndef IOPATH_LANG_H
#define IOPATH_LANG_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/types.h>

#ifdef __cplusplus
#include <type_traits>
#define IOP_BEGIN_DECLS extern "C" {
#define IOP_END_DECLS	}
#define IOP_NORETURN	[[noreturn]]
#define IOP_AUTO	auto
#define IOP_ALIGNOF	alignof
#define IOP_ASSERT	static_assert
#else
#define IOP_BEGIN_DECLS
#define IOP_END_DECLS
#define IOP_NORETURN _Noreturn
/** Declares a variable that has the type of its initialiser: IOP_AUTO view = iop_project(nic, .ring). */
#define IOP_AUTO     __auto_type
#define IOP_ALIGNOF  _Alignof
#define IOP_ASSERT   _Static_assert
#endif

/** Accessors must vanish into their caller also at -O0: a call between barrier and access would add accesses. */
#define IOP_INLINE static inline __attribute__((always_inline))

/* iop_arch_NAME: one instruction that no access moves across; an empty one is a compiler barrier. */
#define IOP_FENCE(name, instruction)                        \
	IOP_INLINE void iop_arch_##name(void)               \
	{                                                   \
		__asm__ volatile(instruction ::: "memory"); \
	}

/* Device memory has no effective type. */
typedef uint8_t __attribute__((may_alias)) iop_u8_alias;
typedef uint16_t __attribute__((may_alias)) iop_u16_alias;
typedef uint32_t __attribute__((may_alias)) iop_u32_alias;
typedef uint64_t __attribute__((may_alias)) iop_u64_alias;

/* Around declarations that need a GNU extension where __extension__ is not enough. */
#define IOP_EXTENSION_BEGIN_ _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wpedantic\"")
#define IOP_EXTENSION_END_   _Pragma("GCC diagnostic pop")

/*
 * An integer constant of type @T. Not an enumeration in C++: for each operator on one of those, both compilers would compare all
 * pairs of types that it may convert to, which took more time than all the rest of an access.
 */
#ifdef __cplusplus
#define IOP_CONSTANT_(T, name, value) [[maybe_unused]] constexpr T name = (T)(value)
/* Around name = value, name = value: constants of type int. */
#define IOP_CONSTANTS_ [[maybe_unused]] constexpr int
#define IOP_END_CONSTANTS_
#else
#define IOP_CONSTANTS_ enum {
/* clang-format off */
#define IOP_END_CONSTANTS_ }
/* clang-format on */
#define IOP_CONSTANT_(T, name, value) \
	__extension__ enum {          \
		name = (T)(value)     \
	}
#endif

#define IOP_CAT_(a, b) a##b
#define IOP_CAT(a, b)  IOP_CAT_(a, b)
/* A name that nothing else has: a macro that declares a variable may stand in the argument of another one. */
#define IOP_UNIQUE IOP_CAT(iop_, __COUNTER__)

/* An object of type T, for unevaluated use only; not a null pointer, because some analysers report a dereference here. */
#define IOP_ANY_(T) (*(T *)sizeof(T))

#if defined(__SANITIZE_THREAD__)
#define IOP_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define IOP_TSAN 1
#endif
#endif
#ifndef IOP_TSAN
#define IOP_TSAN 0
#endif

#if defined(__SANITIZE_ADDRESS__)
#define IOP_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define IOP_ASAN 1
#endif
#endif
#ifndef IOP_ASAN
#define IOP_ASAN 0
#endif

/**
 * IOP_BUILD_FAIL(name, message): a function whose call, IOP_FAIL_TO_BUILD(name, numbers of the panic), must be removed by the
 * optimiser, or the build stops with @message. It depends on inlining and constant propagation, so unoptimised builds panic with
 * the same message instead; so do builds with
 * -DIOP_PROVE_AT_RUN_TIME=1, for levels at which the compiler proves little: gcc's -O1 and -Og do not follow the counter of a loop
 * over constants.
 * Source: docs/semantics.md, 1.2.
 */
#ifndef IOP_PROVE_AT_RUN_TIME
#define IOP_PROVE_AT_RUN_TIME 0
#endif
#if defined(__OPTIMIZE__) && !IOP_PROVE_AT_RUN_TIME
#define IOP_PROVES		      1
#define IOP_BUILD_FAIL(name, message) extern void name(void) __attribute__((error(message)))
#define IOP_FAIL_TO_BUILD(name, ...)  name()
#else
#define IOP_PROVES 0
#define IOP_BUILD_FAIL(name, message)                                                                                             \
	IOP_NORETURN IOP_INLINE void name(const char *file, unsigned line, const char *name0, uint64_t value0, const char *name1, \
					  uint64_t value1, const char *name2, uint64_t value2)                                    \
	{                                                                                                                         \
		iop_panic_raise(message, file, line, name0, value0, name1, value1, name2, value2);                                \
	}
#define IOP_FAIL_TO_BUILD(name, ...) name(__FILE__, __LINE__, __VA_ARGS__)
#endif

#ifdef __cplusplus
/* For g++ -Wpedantic, which warns of each structure of a user with a member that has an array of no elements, unless in a base. */
template <class Members>
struct __attribute__((may_alias)) iop_with_witness : Members {
};
template <class T>
using iop_unqualified = std::remove_cv_t<std::remove_reference_t<T>>;
#define IOP_UNQUALIFIED_(lvalue) iop_unqualified<decltype(lvalue)>
#define IOP_SAME_TYPE(a, b)	 std::is_same_v<iop_unqualified<decltype(a)>, iop_unqualified<decltype(b)>>
/* std::is_array and std::remove_extent do not handle an array without elements, which Region<0> is. */
template <class T, class = void>
struct iop_array {
	using element = T;
	static constexpr bool is = false;
};
template <class T>
struct iop_array<T, std::void_t<decltype((*(T *)nullptr)[0])>> {
	using element = std::remove_reference_t<decltype((*(T *)nullptr)[0])>;
	static constexpr bool is = !std::is_pointer_v<T> && !std::is_class_v<T>;
};
template <class T>
using iop_element_of = typename iop_array<T>::element;
#define IOP_IS_CONST(lvalue) std::is_const_v<std::remove_all_extents_t<std::remove_reference_t<decltype(lvalue)>>>
#define IOP_IS_ARRAY(lvalue) iop_array<std::remove_reference_t<decltype(lvalue)>>::is
#define IOP_IS_RECORD(lvalue) \
	(std::is_class_v<std::remove_reference_t<decltype(lvalue)>> || std::is_union_v<std::remove_reference_t<decltype(lvalue)>>)
#define IOP_IS_INTEGER(x) std::is_integral_v<std::remove_reference_t<decltype(x)>>
template <class T>
constexpr T *iop_pointer(T *pointer)
{
	return pointer;
}
template <class T, class = std::enable_if_t<!std::is_pointer_v<std::decay_t<T>>>>
constexpr const uint8_t *iop_pointer(const T &)
{
	return nullptr;
}
#define IOP_IS_POINTER(x) std::is_pointer_v<std::decay_t<decltype(x)>>
#define IOP_POINTER(x)	  iop_pointer(x)
#else
#define IOP_UNQUALIFIED_(lvalue) __typeof__(__extension__({ lvalue; }))
#define IOP_SAME_TYPE(a, b)	 __builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define IOP_IS_CONST(lvalue)	 __builtin_types_compatible_p(__typeof__(&(lvalue)), const __typeof__(lvalue) *)
/* Classes of gcc's typeclass.h: 1 to 4 are integers, 5 a pointer, 12 and 13 records. Only an array changes its type in a comma. */
#define IOP_IS_ARRAY(lvalue)	 (__builtin_classify_type(lvalue) == 5 && !IOP_SAME_TYPE(lvalue, ((void)0, (lvalue))))
#define IOP_IS_RECORD(lvalue)	 ((__builtin_classify_type(lvalue) | 1) == 13)
#define IOP_IS_INTEGER(x)	 (__builtin_classify_type(x) >= 1 && __builtin_classify_type(x) <= 4)
#define IOP_IS_POINTER(x)	 (__builtin_classify_type(x) == 5)
/* @x if it is a pointer, else one to a byte: after a refusal, one diagnostic does not become five. */
#define IOP_POINTER(x)		 __builtin_choose_expr(IOP_IS_POINTER(x), (x), (const uint8_t *)1)
#endif

#endif
