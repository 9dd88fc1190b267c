/* SPDX-License-Identifier: MIT */
/**
 * cells.h - what a file of access paths has, for iopath to measure and judge
 *
 * One file of C11 or C++17 with GNU extensions includes this header, names itself once, and says in a line each what it has:
 *
 *	#include <iopath/cells.h>
 *	IOP_MODULE("mydriver");
 *	IOP_COPY_TOIO(my_copy, .tier = "STRICT", .widths = 4);
 *	IOP_READ(my_read32, uint32_t, my_read32(addr));
 *
 *	cc -O2 -shared -fPIC MINE.c -o MINE.so && iopath bench --module MINE.so
 *
 * Of each line this header makes a batch (the operation in a loop, inlined in this file as a driver would have it), a function with a
 * fixed prototype, which is what is judged, and an entry of a table. What the file claims is kept in the table; who reads it decides
 * sizes, memory and what is compared. The header needs nothing else, not even the library.
 *
 * Names are identifiers; they become the third part of a cell's name, and the module's name the second: toio/mydriver/my_copy/64. The
 * name of a function is enough if it has the prototype of memcpy, memmove or memset; otherwise, and for macros, the *_AS line takes a
 * name and an expression of these variables:
 *
 *	IOP_COPY_TOIO_AS     io, src, n      to device memory      IOP_READ    addr            yields the value
 *	IOP_COPY_FROMIO_AS   dst, io, n      from device memory    IOP_WRITE   addr, value
 *	IOP_COPY_MOVE_AS     to, from, n     within a device       IOP_OPERATION_AS   window, context
 *	IOP_COPY_SET_AS      io, value, n    value is an int
 *
 * Pointers are void *. Claims are the members of the structures below, as designated initialisers in their order.
 */
#ifndef IOPATH_CELLS_H
#define IOPATH_CELLS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Structures grow at the end only; anything else needs another number. */
#define IOP_REGISTERED_ABI 1u

/** The symbol of a module's table. */
#define IOP_REGISTERED_SYMBOL "iop_registered_module"

enum iop_registered_kind {
	IOP_REGISTERED_TOIO = 1,
	IOP_REGISTERED_FROMIO,
	IOP_REGISTERED_MOVE,
	IOP_REGISTERED_SET,
	IOP_REGISTERED_READ,
	IOP_REGISTERED_WRITE,
	IOP_REGISTERED_OPERATION,
	IOP_REGISTERED_CHECKED_READ,
	IOP_REGISTERED_CHECKED_WRITE,
	IOP_REGISTERED_PROJECTION,
};

/** What is claimed of a copy. */
struct iop_copy_claims {
	uint32_t size;
	/** The strictest mapping that it is legal for: "STRICT" (of it nothing is said), "STRICT-S", "WIDE", "WIDE-M", "MEM". */
	const char *tier;
	/** Widths of its accesses to the device in bytes, ORed: 4, or 1 | 2 | 4 | 8. 0: those of the tier. */
	uint32_t widths;
	/** Sizes and places of the device side are multiples of so many bytes; 0: of one. */
	uint32_t unit;
};

/** Of an accessor: one access of the width of its type, and */
struct iop_access_claims {
	uint32_t size;
	/** not ordered against accesses to memory: no barrier is asked for. */
	uint32_t relaxed;
};

/** Of an operation. */
struct iop_operation_claims {
	uint32_t size;
	/** It is checked only: on memory, where no device answers, it would wait for ever. */
	uint32_t only_checked;
	/** Bytes of device memory that it has; 0: 4096. */
	size_t window;
	/** Before the first operation, with the window: 0 or a negative error number. The context is handed on. */
	int (*setup)(void *window, void **context);
	void (*teardown)(void *context);
	/** The device: before each read of the window in check, it may store into @answer what the device answers. */
	void (*device)(void *context, size_t offset, unsigned width, void *answer);
};

/** What a batch and the judged function are given. */
struct iop_cell_memory {
	void *io;     /**< the device side; of a move, the destination; the window */
	void *memory; /**< the other side; of a move, the source */
	size_t bytes;
	void *context; /**< of an operation */
	uint64_t value;
};

struct iop_registered {
	uint32_t size;
	uint32_t kind; /**< enum iop_registered_kind */
	const char *name;
	const char *symbol;			 /**< of the function that is judged */
	uint32_t width;				 /**< of an accessor or a checked path, in bytes */
	uint32_t line;				 /**< of the file: the order in which they are shown */
	void (*batch)(void *memory, uint64_t n); /**< NULL: nothing is measured */
	const struct iop_copy_claims *copy;	 /**< of the kinds that have them; else NULL */
	const struct iop_access_claims *access;
	const struct iop_operation_claims *operation;
};

struct iop_registered_table {
	uint32_t abi; /**< IOP_REGISTERED_ABI */
	uint32_t size;
	const char *name;
	const struct iop_registered *const *first, *const *end;
	const char *compiler, *arch, *commit;
};

typedef const struct iop_registered_table *(*iop_registered_module_fn)(void);

#ifdef __cplusplus
}
#define IOP_C_ extern "C"
#else
#define IOP_C_ extern
#endif

/** Names the module. Once, in one of its files. */
#define IOP_MODULE(name)                                                                                                \
	IOP_C_ __attribute__((weak, visibility("hidden"))) const struct iop_registered *const __start_iop_registered[]; \
	IOP_C_ __attribute__((weak, visibility("hidden"))) const struct iop_registered *const __stop_iop_registered[];  \
	IOP_C_ __attribute__((visibility("default"))) const struct iop_registered_table *iop_registered_module(void);   \
	const struct iop_registered_table *iop_registered_module(void)                                                  \
	{                                                                                                               \
		static const struct iop_registered_table module = {IOP_REGISTERED_ABI,                                  \
								   sizeof(struct iop_registered_table),                 \
								   name,                                                \
								   __start_iop_registered,                              \
								   __stop_iop_registered,                               \
								   IOP_COMPILER_,                                       \
								   IOP_ARCH_,                                           \
								   IOP_COMMIT_};                                        \
		return &module;                                                                                         \
	}                                                                                                               \
	IOP_LINE_END_

/** Copies that are called as memcpy, memmove and memset are: IOP_COPY_TOIO(function, claims...). */
#define IOP_COPY_TOIO(...)   IOP_COPY_NAMED_(TOIO, toio, (io, src, n), __VA_ARGS__, )
#define IOP_COPY_FROMIO(...) IOP_COPY_NAMED_(FROMIO, fromio, (dst, io, n), __VA_ARGS__, )
#define IOP_COPY_MOVE(...)   IOP_COPY_NAMED_(MOVE, move, (to, from, n), __VA_ARGS__, )
#define IOP_COPY_SET(...)    IOP_COPY_NAMED_(SET, set, (io, value, n), __VA_ARGS__, )

/** Any others: IOP_COPY_TOIO_AS(name, expression, claims...). */
#define IOP_COPY_TOIO_AS(name, ...)   IOP_COPY_(TOIO, toio, name, __VA_ARGS__, )
#define IOP_COPY_FROMIO_AS(name, ...) IOP_COPY_(FROMIO, fromio, name, __VA_ARGS__, )
#define IOP_COPY_MOVE_AS(name, ...)   IOP_COPY_(MOVE, move, name, __VA_ARGS__, )
#define IOP_COPY_SET_AS(name, ...)    IOP_COPY_(SET, set, name, __VA_ARGS__, )

/** Accessors of an unsigned integer type: IOP_READ(name, type, expression, claims...). */
#define IOP_READ(name, type, ...)  IOP_READ_(name, type, __VA_ARGS__, )
#define IOP_WRITE(name, type, ...) IOP_WRITE_(name, type, __VA_ARGS__, )

/** Anything that uses a window of device memory: function(window, context), or an expression; claims. */
#define IOP_OPERATION(...)	    IOP_OPERATION_NAMED_(__VA_ARGS__, )
#define IOP_OPERATION_AS(name, ...) IOP_OPERATION_(name, __VA_ARGS__, )

/**
 * A path that refuses what is outside: int function(void *base, size_t size, size_t offset, type *value). It returns 0 after one access
 * of the type at @offset, or, where not all of it lies within @size bytes or it is not aligned to its size, anything else and makes no
 * access.
 */
#define IOP_CHECKED_READ(name, type, function)	IOP_CHECKED_(CHECKED_READ, checked_read, name, type, function)
#define IOP_CHECKED_WRITE(name, type, function) IOP_CHECKED_(CHECKED_WRITE, checked_write, name, type, function)

/**
 * A projection: void *function(void *base, size_t size, size_t offset, size_t length). It returns @offset bytes after @base, or NULL
 * where not all of @length bytes from there lie within @size. It makes no access.
 */
#define IOP_PROJECTION(name, function)                                                                     \
	IOP_JUDGED_(void *, projection, name, (void *base_, size_t size_, size_t offset_, size_t length_), \
		    return (function)(base_, size_, offset_, length_))                                     \
	IOP_ENTRY_(PROJECTION, projection, name, 0, 0, 0, 0, 0)

/* From here on, what the lines are made of. */

#define IOP_HIDE_(x)  __asm__ volatile("" : "+r"(x) : : "memory")
#define IOP_KEEP_(x)  __asm__ volatile("" : : "r"(x))
#define IOP_LINE_END_ struct iop_line_ends_with_a_semicolon_

#if defined(__clang__)
#define IOP_COMPILER_ "clang " __clang_version__
#else
#define IOP_COMPILER_ "gcc " __VERSION__
#endif
#if defined(__x86_64__)
#define IOP_ARCH_ "x86_64"
#elif defined(__i386__)
#define IOP_ARCH_ "i386"
#elif defined(__aarch64__)
#define IOP_ARCH_ "aarch64"
#elif defined(__arm__)
#define IOP_ARCH_ "arm"
#elif defined(__riscv)
#define IOP_ARCH_ "riscv64"
#elif defined(__s390x__)
#define IOP_ARCH_ "s390x"
#elif defined(__powerpc64__)
#define IOP_ARCH_ "ppc64le"
#else
#define IOP_ARCH_ "unknown"
#endif
/** A build may say which commit it is: -DIOP_MODULE_COMMIT='"0123..."'. */
#ifdef IOP_MODULE_COMMIT
#define IOP_COMMIT_ IOP_MODULE_COMMIT
#else
#define IOP_COMMIT_ "unknown"
#endif

/* Kept although nothing in the file refers to it. */
#if defined(__has_attribute)
#if __has_attribute(retain)
#define IOP_RETAIN_ , retain
#endif
#endif
#ifndef IOP_RETAIN_
#define IOP_RETAIN_
#endif

/* Claims that are not named are zero, and in C++17 their names are an extension. */
#if !defined(__cplusplus)
#define IOP_QUIET_NAMES_
#elif defined(__clang__)
#define IOP_QUIET_NAMES_ _Pragma("GCC diagnostic ignored \"-Wc++20-designator\"")
#else
#define IOP_QUIET_NAMES_ _Pragma("GCC diagnostic ignored \"-Wc++20-extensions\"")
#endif
#define IOP_QUIET_ _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"") IOP_QUIET_NAMES_
#define IOP_CLAIMS_(type, kind, name, ...)                                                                                   \
	_Pragma("GCC diagnostic push")                                                                                       \
		IOP_QUIET_ static const struct type iop_claims_##kind##_##name = {.size = sizeof(struct type), __VA_ARGS__}; \
	_Pragma("GCC diagnostic pop")

#define IOP_JUDGED_(type, kind, name, parameters, ...)                                                      \
	IOP_C_ __attribute__((visibility("default"), noinline)) type iop_judged_##kind##_##name parameters; \
	type iop_judged_##kind##_##name parameters                                                          \
	{                                                                                                   \
		__VA_ARGS__;                                                                                \
	}

#define IOP_ENTRY_(KIND, kind, name, width, batch, copy, access, operation)                                \
	static const struct iop_registered iop_entry_##kind##_##name = {sizeof(struct iop_registered),     \
									IOP_REGISTERED_##KIND,             \
									#name,                             \
									"iop_judged_" #kind "_" #name,     \
									width,                             \
									__LINE__,                          \
									batch,                             \
									copy,                              \
									access,                            \
									operation};                        \
	static const struct iop_registered *const iop_register_##kind##_##name                             \
		__attribute__((used, section("iop_registered") IOP_RETAIN_)) = &iop_entry_##kind##_##name; \
	IOP_LINE_END_

/* One operation, n_ times; what it works on is as unknown to it as it is to a driver. */
#define IOP_BATCH_(kind, name, unroll, before, hide, body)                                          \
	static __attribute__((noinline)) void iop_batch_##kind##_##name(void *memory_, uint64_t n_) \
	{                                                                                           \
		const struct iop_cell_memory *m_ = (const struct iop_cell_memory *)memory_;         \
		before;                                                                             \
		unroll for (; n_; n_--)                                                             \
		{                                                                                   \
			hide;                                                                       \
			body;                                                                       \
		}                                                                                   \
	}
#define IOP_UNROLL_ _Pragma("GCC unroll 8")

#define IOP_BEFORE_TOIO_              \
	void *io = m_->io;            \
	const void *src = m_->memory; \
	size_t n = m_->bytes
#define IOP_BEFORE_FROMIO_      \
	void *dst = m_->memory; \
	void *io = m_->io;      \
	size_t n = m_->bytes
#define IOP_BEFORE_MOVE_         \
	void *to = m_->io;       \
	void *from = m_->memory; \
	size_t n = m_->bytes
#define IOP_BEFORE_SET_             \
	void *io = m_->io;          \
	int value = (int)m_->value; \
	size_t n = m_->bytes
#define IOP_JUDGED_TOIO_   void *io, const void *src, size_t n
#define IOP_JUDGED_FROMIO_ void *dst, void *io, size_t n
#define IOP_JUDGED_MOVE_   void *to, void *from, size_t n
#define IOP_JUDGED_SET_	   void *io, int value, size_t n

#define IOP_COPY_NAMED_(KIND, kind, arguments, name, ...) IOP_COPY_(KIND, kind, name, name arguments, __VA_ARGS__)
#define IOP_COPY_(KIND, kind, name, expression, ...)                                     \
	IOP_CLAIMS_(iop_copy_claims, kind, name, __VA_ARGS__)                            \
	IOP_BATCH_(kind, name, , IOP_BEFORE_##KIND##_, IOP_HIDE_(n), (void)(expression)) \
	IOP_JUDGED_(void, kind, name, (IOP_JUDGED_##KIND##_), (void)(expression))        \
	IOP_ENTRY_(KIND, kind, name, 0, iop_batch_##kind##_##name, &iop_claims_##kind##_##name, 0, 0)

/*
 * An accessor, and a plain access, between two accesses to one word of memory. The compiler may drop one of these around the plain
 * access, and not around an accessor that is ordered. Its value is not kept by an asm, which some compilers take for a barrier.
 */
#define IOP_AROUND_READ_(which, name, type, expression)                                                                            \
	IOP_C_ __attribute__((visibility("default"), noinline)) uint32_t iop_##which##_read_##name(void *addr, uint32_t *memory_); \
	uint32_t iop_##which##_read_##name(void *addr, uint32_t *memory_)                                                          \
	{                                                                                                                          \
		const uint32_t before_ = *memory_;                                                                                 \
		type value_ = (expression);                                                                                        \
		return before_ + *memory_ + (uint32_t)value_;                                                                      \
	}
#define IOP_AROUND_WRITE_(which, name, type, ...)                                                                       \
	IOP_C_ __attribute__((visibility("default"), noinline)) void iop_##which##_write_##name(void *addr, type value, \
												uint32_t *memory_);     \
	void iop_##which##_write_##name(void *addr, type value, uint32_t *memory_)                                      \
	{                                                                                                               \
		*memory_ = 1;                                                                                           \
		(void)(__VA_ARGS__);                                                                                    \
		*memory_ = 2;                                                                                           \
	}

/*
 * The same on one side only, the one on which the barrier must be. A plain store of the place itself, before the write, is one that the
 * compiler may drop, and not if a barrier is between them. Behind a read, a plain load of the place may be dropped (clang), or a load of
 * memory that much depends on be made first (gcc).
 */
#define IOP_BEHIND_READ_(which, name, type, expression)                                                                            \
	IOP_C_ __attribute__((visibility("default"), noinline)) uint32_t iop_##which##_read_##name(void *addr, uint32_t *memory_); \
	uint32_t iop_##which##_read_##name(void *addr, uint32_t *memory_)                                                          \
	{                                                                                                                          \
		const type value_ = (expression);                                                                                  \
		const type again_ = *(const type *)addr;                                                                           \
		uint32_t first_ = *memory_;                                                                                        \
		first_ *= first_;                                                                                                  \
		first_ *= first_;                                                                                                  \
		first_ *= first_;                                                                                                  \
		first_ *= first_;                                                                                                  \
		first_ *= first_;                                                                                                  \
		first_ *= first_;                                                                                                  \
		return first_ + (uint32_t)value_ + (uint32_t)again_;                                                               \
	}
#define IOP_BEFORE_WRITE_(which, name, type, ...)                                                                       \
	IOP_C_ __attribute__((visibility("default"), noinline)) void iop_##which##_write_##name(void *addr, type value, \
												uint32_t *memory_);     \
	void iop_##which##_write_##name(void *addr, type value, uint32_t *memory_)                                      \
	{                                                                                                               \
		*(type *)addr = (type)(uintptr_t)memory_;                                                               \
		(void)(__VA_ARGS__);                                                                                    \
	}

#define IOP_READ_(name, type, expression, ...)                                                                                   \
	IOP_CLAIMS_(iop_access_claims, read, name, __VA_ARGS__)                                                                  \
	IOP_BATCH_(read, name, IOP_UNROLL_, void *addr = m_->io, IOP_HIDE_(addr), type value_ = (expression); IOP_KEEP_(value_)) \
	IOP_JUDGED_(type, read, name, (unsigned char *base_, size_t offset_), void *addr = base_ + offset_; return (expression)) \
	IOP_AROUND_READ_(ordered, name, type, expression)                                                                        \
	IOP_AROUND_READ_(plain, name, type, *(const volatile type *)addr)                                                        \
	IOP_BEHIND_READ_(side_ordered, name, type, expression)                                                                   \
	IOP_BEHIND_READ_(side_plain, name, type, *(const volatile type *)addr)                                                   \
	IOP_ENTRY_(READ, read, name, sizeof(type), iop_batch_read_##name, 0, &iop_claims_read_##name, 0)

#define IOP_WRITE_(name, type, expression, ...)                                                                          \
	IOP_CLAIMS_(iop_access_claims, write, name, __VA_ARGS__)                                                         \
	IOP_BATCH_(write, name, IOP_UNROLL_, void *addr = m_->io; type value = (type)m_->value, IOP_HIDE_(addr);         \
		   IOP_HIDE_(value), (void)(expression))                                                                 \
	IOP_JUDGED_(void, write, name, (unsigned char *base_, size_t offset_, type value), void *addr = base_ + offset_; \
		    (void)(expression))                                                                                  \
	IOP_AROUND_WRITE_(ordered, name, type, expression)                                                               \
	IOP_AROUND_WRITE_(plain, name, type, *(volatile type *)addr = value)                                             \
	IOP_BEFORE_WRITE_(side_ordered, name, type, expression)                                                          \
	IOP_BEFORE_WRITE_(side_plain, name, type, *(volatile type *)addr = value)                                        \
	IOP_ENTRY_(WRITE, write, name, sizeof(type), iop_batch_write_##name, 0, &iop_claims_write_##name, 0)

#define IOP_OPERATION_NAMED_(name, ...) IOP_OPERATION_(name, name(window, context), __VA_ARGS__)
#define IOP_OPERATION_(name, expression, ...)                                                                              \
	IOP_CLAIMS_(iop_operation_claims, operation, name, __VA_ARGS__)                                                    \
	IOP_BATCH_(operation, name, , void *window = m_->io; void *context = m_->context, IOP_HIDE_(window);               \
		   IOP_HIDE_(context), (void)(expression))                                                                 \
	IOP_JUDGED_(void, operation, name, (void *window, void *context), (void)window; (void)context; (void)(expression)) \
	IOP_ENTRY_(OPERATION, operation, name, 0, iop_batch_operation_##name, 0, 0, &iop_claims_operation_##name)

#define IOP_CHECKED_(KIND, kind, name, type, function)                                          \
	IOP_JUDGED_(int, kind, name, (void *base_, size_t size_, size_t offset_, void *value_), \
		    return (function)(base_, size_, offset_, (type *)value_))                   \
	IOP_ENTRY_(KIND, kind, name, sizeof(type), 0, 0, 0, 0)

#endif
