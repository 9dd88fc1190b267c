/* SPDX-License-Identifier: MIT */
/**
 * width.h - the widths of an I/O access, and byte order
 *
 * An I/O access moves one uint8_t, uint16_t, uint32_t or (on 64-bit machines) uint64_t in a single bus transaction. The kernel's
 * __u8 to __u64 are the same types, or unsigned long long, which has a width, too. No other type has one: signed types, bool, float,
 * pointers, arrays and structures are refused, because a device register has no such type and wider objects cannot be moved at
 * once. (So __s8 to __s64 have none: to a compiler __s32 is int.)
 *
 * Device registers behind Mmio are little-endian, system memory has the CPU's order; value access converts, copies never do. What
 * has another order says so by its type, and value access converts it once:
 *
 *	struct hdr { iop_be16 vlan; iop_le32 len; };
 *	uint32_t len = iop_read(iop_project(hdr, .len));      also where hdr is system memory of a big-endian CPU
 *
 * The kernel's __le32 and __be32 are plain numbers to a compiler (only sparse tells them apart), so they do not say it: a field that
 * is declared so is read by iop_read_le() and iop_read_be() of byte_order.h.
 * Source: docs/semantics.md, rows 10, 55, 56; Linux include/uapi/linux/types.h.
 */
#ifndef IOPATH_WIDTH_H
#define IOPATH_WIDTH_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/build_config.h>
#include <iopath/lang.h>

/* Byte orders of a type: the memory's, little-endian, big-endian. */
#define IOP_ORDER_OF_MEMORY 0
#define IOP_ORDER_LE	    1
#define IOP_ORDER_BE	    2

/** A value of @width bytes (1, 2, 4, 8) in the low bytes of @value, with its bytes in the reverse order. */
IOP_INLINE uint64_t iop_swap_bytes(unsigned width, uint64_t value)
{
	switch (width) {
	case 2: return __builtin_bswap16((uint16_t)value);
	case 4: return __builtin_bswap32((uint32_t)value);
	case 8: return __builtin_bswap64(value);
	default: return value;
	}
}

/** Little-endian device order <-> CPU order. */
IOP_INLINE uint64_t iop_le_to_cpu(unsigned width, uint64_t value)
{
	return IOP_BIG_ENDIAN ? iop_swap_bytes(width, value) : value;
}

/** Big-endian order <-> CPU order. */
IOP_INLINE uint64_t iop_be_to_cpu(unsigned width, uint64_t value)
{
	return IOP_BIG_ENDIAN ? value : iop_swap_bytes(width, value);
}

/*
 * What a backend's load or store has or takes <-> the number, for memory in @order. @is_io: a device's, which the backend has
 * converted from little-endian; else it is as the memory has it.
 */
IOP_INLINE uint64_t iop_in_order(unsigned order, int is_io, unsigned width, uint64_t value)
{
	if (order == IOP_ORDER_LE)
		return is_io ? value : iop_le_to_cpu(width, value);
	if (order == IOP_ORDER_BE)
		return is_io ? iop_swap_bytes(width, value) : iop_be_to_cpu(width, value);
	return value;
}

/** Numbers of a byte order of their own, whatever the CPU's is. Made and taken apart by iop_cpu_to_be32() and its like. */
#define IOP_ORDERED_TYPE(order, bits)                                                                \
	typedef struct iop_##order##bits {                                                           \
		uint##bits##_t iop_bits;                                                             \
	} iop_##order##bits;                                                                         \
	IOP_INLINE iop_##order##bits iop_cpu_to_##order##bits(uint##bits##_t value)                  \
	{                                                                                            \
		iop_##order##bits ordered = {(uint##bits##_t)iop_##order##_to_cpu(bits / 8, value)}; \
		return ordered;                                                                      \
	}                                                                                            \
	IOP_INLINE uint##bits##_t iop_##order##bits##_to_cpu(iop_##order##bits ordered)              \
	{                                                                                            \
		return (uint##bits##_t)iop_##order##_to_cpu(bits / 8, ordered.iop_bits);             \
	}
IOP_ORDERED_TYPE(le, 16)
IOP_ORDERED_TYPE(le, 32)
IOP_ORDERED_TYPE(le, 64)
IOP_ORDERED_TYPE(be, 16)
IOP_ORDERED_TYPE(be, 32)
IOP_ORDERED_TYPE(be, 64)

/* The 64-bit type that uint64_t is not; a type that nothing has where there is none. */
struct iop_no_width {
	uint8_t iop_nothing;
};
#ifdef __cplusplus
using iop_other_u64 = std::conditional_t<std::is_same_v<uint64_t, unsigned long long>, iop_no_width, unsigned long long>;
#else
typedef __typeof__(*_Generic((uint64_t *)0, unsigned long long * : (struct iop_no_width *)0, default : (unsigned long long *)0))
	iop_other_u64;
#endif

/* Width and byte order in one number, 0 for a type that has no width: an access asks once. */
#define IOP_KIND_WIDTH_(kind) ((kind) % 16)
#define IOP_KIND_ORDER_(kind) ((kind) / 16)
#ifdef __cplusplus
/* X(type, type of its value, byte order) */
#define IOP_TYPES_WITH_WIDTH(X)                              \
	X(uint8_t, uint8_t, IOP_ORDER_OF_MEMORY)             \
	X(uint16_t, uint16_t, IOP_ORDER_OF_MEMORY)           \
	X(uint32_t, uint32_t, IOP_ORDER_OF_MEMORY)           \
	X(uint64_t, uint64_t, IOP_ORDER_OF_MEMORY)           \
	X(iop_other_u64, iop_other_u64, IOP_ORDER_OF_MEMORY) \
	X(iop_le16, uint16_t, IOP_ORDER_LE)                  \
	X(iop_le32, uint32_t, IOP_ORDER_LE)                  \
	X(iop_le64, uint64_t, IOP_ORDER_LE)                  \
	X(iop_be16, uint16_t, IOP_ORDER_BE)                  \
	X(iop_be32, uint32_t, IOP_ORDER_BE)                  \
	X(iop_be64, uint64_t, IOP_ORDER_BE)

template <class T>
struct iop_width_of {
	using value_type = uint8_t;
	static constexpr unsigned kind = 0;
};
#define IOP_WIDTH_OF_TYPE(T, VALUE, ORDER)                                 \
	template <>                                                        \
	struct iop_width_of<T> {                                           \
		using value_type = VALUE;                                  \
		static constexpr unsigned kind = sizeof(T) + 16 * (ORDER); \
	};
IOP_TYPES_WITH_WIDTH(IOP_WIDTH_OF_TYPE)
template <class T>
using iop_value_of = typename iop_width_of<T>::value_type;
template <class K>
using iop_value_of_kind = typename K::value_type;
#define IOP_KIND_TYPE_(lvalue) iop_width_of<iop_unqualified<decltype(lvalue)>>
#define IOP_KIND_OF_(K)	       K::kind
#define IOP_VALUE_OF_KIND_(K)  iop_value_of_kind<K>
#define IOP_KIND_(lvalue)      iop_width_of<iop_unqualified<decltype(lvalue)>>::kind
#define IOP_VALUE_TYPE(lvalue) iop_value_of<iop_unqualified<decltype(lvalue)>>
#else
/*
 * Pointers to as many values of a type as make the kind their size: one choice has both. They are named, and the list is spelled out
 * again, because a compiler would make the types, and expand the list, for each access. Nobody evaluates them, so there are none.
 */
__extension__ extern uint8_t (*iop_kind_none)[0];
extern uint8_t (*iop_kind_u8)[1];
extern uint16_t (*iop_kind_u16)[1], (*iop_kind_le16)[9], (*iop_kind_be16)[17];
extern uint32_t (*iop_kind_u32)[1], (*iop_kind_le32)[5], (*iop_kind_be32)[9];
extern uint64_t (*iop_kind_u64)[1], (*iop_kind_le64)[3], (*iop_kind_be64)[5];
extern iop_other_u64 (*iop_kind_other_u64)[1];
/* clang-format off */
#define IOP_KIND_POINTER_(lvalue)                                                                                           \
	_Generic((lvalue), uint8_t : iop_kind_u8, uint16_t : iop_kind_u16, uint32_t : iop_kind_u32, uint64_t : iop_kind_u64, \
	iop_other_u64 : iop_kind_other_u64, iop_le16 : iop_kind_le16, iop_le32 : iop_kind_le32, iop_le64 : iop_kind_le64,    \
	iop_be16 : iop_kind_be16, iop_be32 : iop_kind_be32, iop_be64 : iop_kind_be64, default : iop_kind_none)
/* clang-format on */
#define IOP_KIND_TYPE_(lvalue) __typeof__(IOP_KIND_POINTER_(lvalue))
#define IOP_KIND_OF_(K)	       sizeof(*(K)0)
#define IOP_VALUE_OF_KIND_(K)  __typeof__(**(K)0)
#define IOP_KIND_(lvalue)      sizeof(*IOP_KIND_POINTER_(lvalue))
/** The unqualified type of its value; uint8_t where IOP_WIDTH is 0, so that there is one diagnostic, not five. */
#define IOP_VALUE_TYPE(lvalue) __typeof__(**IOP_KIND_POINTER_(lvalue))
#endif

/** Width in bytes of an access to an object of the type of @lvalue, 0 if that has no width. An integer constant. */
#define IOP_WIDTH(lvalue) IOP_KIND_WIDTH_(IOP_KIND_(lvalue))
/** Its byte order. */
#define IOP_ORDER(lvalue) IOP_KIND_ORDER_(IOP_KIND_(lvalue))

/*
 * IOP_DECLARE_(T, x, width, value): declares @x of the unsigned type @T, of @width bytes, with @value; refused if that is of a type of
 * 64 bits, as a device's address is, and @x is narrower: what it loses there is lost silently. Constants may be of any type, but must
 * fit, be it after an extension of the sign. 'unsigned long' is such a type where uint64_t is one; where it is not, as in the kernel,
 * addresses have another type, and BIT() and sizeof have this one.
 */
#define IOP_LOSES_BITS                                                                                              \
	"iopath: a value of 64 bits goes into a narrower field only by name (of a DMA address: iop_lower_32() and " \
	"iop_upper_32(); of another: convert it)"
/* 0 if the bits above the lower @bits are all the same. */
#define IOP_TOO_MUCH_(value, bits) (((uint64_t)(value) + (UINT64_C(1) << (bits))) >> ((bits) + 1))
#ifdef __cplusplus
#define IOP_LONG_IS_WIDE_ (std::is_same_v<uint64_t, unsigned long>)
template <class T>
struct iop_is_wide {
	enum : int {
		is = std::is_integral_v<T> && sizeof(T) == 8 &&
		     (IOP_LONG_IS_WIDE_ || !(std::is_same_v<T, long> || std::is_same_v<T, unsigned long>))
	};
};
/*
 * An enumeration, and a block that is never run rather than an operand of sizeof, because clang does not work out a variable of a
 * template where nothing is evaluated, and an access in @value has such.
 */
#define IOP_DECLARE_(T, x, width, value)                                                                 \
	if (false) {                                                                                     \
		[[maybe_unused]] const auto &x##y = (value);                                             \
		constexpr bool x##l = (width) % 8 && iop_is_wide<iop_unqualified<decltype(x##y)>>::is && \
				      !IOP_IS_NARROW_CONSTANT_(value, 8 * ((width) % 8));                \
		static_assert(!x##l, IOP_LOSES_BITS);                                                    \
	}                                                                                                \
	T x = (value)
#define IOP_IS_NARROW_CONSTANT_(value, bits) (__builtin_constant_p(value) ? IOP_TOO_MUCH_(value, bits) == 0 : false)
#else
enum {
	IOP_LONG_IS_WIDE_ = _Generic((uint64_t)0, unsigned long : 1, default : 0)
};
#define IOP_IS_WIDE_(value)                         \
	_Generic((value), long                      \
		 : IOP_LONG_IS_WIDE_, unsigned long \
		 : IOP_LONG_IS_WIDE_, long long : 1, unsigned long long : 1, default : 0)
/* As IOP_IS_CONSTANT_, but it is what is too much that makes no null pointer. */
#define IOP_IS_NARROW_CONSTANT_(value, bits) \
	__builtin_types_compatible_p(__typeof__(1 ? (void *)(intptr_t)(IOP_TOO_MUCH_(value, bits) != 0) : (int *)0), int *)
#define IOP_DECLARE_(T, x, width, value)                                                                                     \
	IOP_CONSTANTS_ x##l =                                                                                                \
		(width) % 8 && IOP_IS_WIDE_(value) && !IOP_IS_NARROW_CONSTANT_(value, 8 * ((width) % 8)) IOP_END_CONSTANTS_; \
	IOP_ASSERT(!x##l, IOP_LOSES_BITS);                                                                                   \
	T x = (value)
#endif

#endif
