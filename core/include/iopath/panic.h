/* SPDX-License-Identifier: MIT */
/**
 * panic.h - what happens when a precondition is broken
 *
 * A panic is a bug of the caller: lengths that differ in a copy, a stale view, an index that was asserted to be in bounds and is
 * not. It is the counterpart of a kernel BUG, never an error code, and it happens before anything is accessed. By default it
 * prints the reason on stderr and aborts; one hook for the whole process replaces that, for tests (longjmp out of it) and for
 * programs with a crash log of their own.
 */
#ifndef IOPATH_PANIC_H
#define IOPATH_PANIC_H

#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/lang.h>

IOP_BEGIN_DECLS

/**
 * A hook must not return: it ends the process, or leaves by longjmp. If it returns, the process aborts. @reason is a string literal
 * such as "stale view"; it needs no freeing.
 */
typedef void (*iop_panic_hook)(const char *reason);

/** Installs @hook for all threads (NULL: the default again) and returns the one that was there (NULL: the default). */
iop_panic_hook iop_panic_set_hook(iop_panic_hook hook);

/** Calls the hook; does not return. */
IOP_NORETURN void iop_panic(const char *reason);

IOP_END_DECLS

#endif
