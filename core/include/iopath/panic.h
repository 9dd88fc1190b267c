/* SPDX-License-Identifier: MIT */
/**
 * panic.h - what happens when a precondition is broken
 *
 * A panic is a bug of the caller: lengths that differ in a copy, a stale view, an index that was asserted to be in bounds and is
 * not. It is the counterpart of a kernel BUG, never an error code, and it happens before anything is accessed. It knows the
 * reason, the line, and the numbers: the index and the length, or the offset and the size. By default it prints them and, where the
 * C library can, a backtrace on stderr, and aborts:
 *
 *	iopath: nic.c:42: index out of bounds: index 9, length 8 (a precondition is broken; backtrace:)
 *
 * One hook for the whole process replaces that, for tests (longjmp out of it) and for programs with a crash log of their own. What
 * the library finds out in a function of its own, such as a stale view, names a line of the library: the caller is in the backtrace.
 * Without a C library (freestanding.h) there is no hook: iop_panic_at() is the embedder's to define.
 */
#ifndef IOPATH_PANIC_H
#define IOPATH_PANIC_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/lang.h>

IOP_BEGIN_DECLS

/** A number that a panic reports: its name, a string literal ("index"), NULL if there is none; and its value. */
struct iop_panic_number {
	const char *name;
	uint64_t value;
};

/** A panic. All strings are literals and need no freeing. */
struct iop_panic {
	const char *reason; /**< such as "index out of bounds" */
	const char *file;   /**< as __FILE__ */
	unsigned line;
	struct iop_panic_number number[3]; /**< those without a name come last */
};

/** A hook must not return: it ends the process, or leaves by longjmp. If it returns, the process aborts. */
typedef void (*iop_panic_hook)(const struct iop_panic *panic);

/** Installs @hook for all threads (NULL: the default again) and returns the one that was there (NULL: the default). */
iop_panic_hook iop_panic_set_hook(iop_panic_hook hook);

/** Calls the hook; does not return. */
IOP_NORETURN void iop_panic_at(const struct iop_panic *panic) __attribute__((cold));

IOP_END_DECLS

/** Panics here. */
#define iop_panic(reason) iop_panic_numbers(reason, NULL, 0, NULL, 0, NULL, 0)

/** Panics here, with names and values of three numbers. */
#define iop_panic_numbers(reason, ...) iop_panic_raise(reason, __FILE__, __LINE__, __VA_ARGS__)

IOP_NORETURN IOP_INLINE void iop_panic_raise(const char *reason, const char *file, unsigned line, const char *name0,
					     uint64_t value0, const char *name1, uint64_t value1, const char *name2,
					     uint64_t value2)
{
	struct iop_panic panic = {reason, file, line, {{name0, value0}, {name1, value1}, {name2, value2}}};

	iop_panic_at(&panic); /* NOLINT(clang-analyzer-valist.Uninitialized): there is no va_list */
}

#endif
