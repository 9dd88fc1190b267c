/* SPDX-License-Identifier: MIT */
/**
 * fault_guard.h - an access that the bus refuses, as an error instead of a signal
 *
 * A BAR that stops decoding (a reset, a removed device, a power state) gives SIGBUS to a process that accesses its mapping, and the
 * process ends. Where a program can go on without the device, it guards the mapping:
 *
 *	struct iop_fault_guard guard;
 *
 *	err = iop_fault_guard_open(&guard, iop_addr(bar), iop_size(bar));
 *	err = iop_fault_guard_read32(&guard, (char *)iop_addr(bar) + STATUS, &status);     one access
 *	err = iop_fault_guard_run(&guard, save_registers, &saved);                         or any number of them, in a function
 *	if (err)
 *		...                                                                        -EIO: the device is gone
 *	iop_fault_guard_close(&guard);
 *
 * An access that gets SIGBUS ends the function that makes it: what it would have done next is not done, and the call returns -EIO. From
 * then on the mapping is poisoned: every call returns -EIO and accesses nothing, until iop_fault_guard_remapped() says that there is
 * another mapping. Accesses beside these calls are as without a guard, and cost nothing.
 *
 * Calls nest, with the same guard or another; a fault belongs to the innermost call whose guard has the address, and calls within that
 * one end with it. Threads share a guard, or have guards of their own; a call is for the thread that makes it. A SIGBUS that belongs to
 * no call goes to the handler, or has the default effect, that there was when the first guard was opened. The last one that is closed
 * puts that back.
 *
 * What a guard cannot do:
 *
 *	- A handler of SIGBUS that is installed while a guard is open comes first; the guard then works if that one calls the one that it
 *	  replaced. Closing leaves it in place.
 *	- The function that faults is left by longjmp: locks that it holds stay locked, memory stays allocated, destructors of C++ do not
 *	  run, and variables that it was changing have either value. It must not end its thread, nor be left in any other way.
 *	- A handler of another signal makes no guarded calls, and a guarded call's mapping is not accessed by one.
 *	- A copy that faults has been done in part.
 *	- A posted write may be lost without a signal; a machine may report an error of the bus to the kernel alone, or by all ones. No
 *	  SIGBUS is no proof that the device has answered.
 *	- A fault whose address the kernel does not say belongs to no guard.
 *	- A process that blocks SIGBUS is ended by a fault.
 * Source: docs/semantics.md, row 51.
 */
#ifndef IOPATH_FAULT_GUARD_H
#define IOPATH_FAULT_GUARD_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/lang.h>
#include <iopath/width.h>

#if IOP_FREESTANDING
#error "iopath: a guard needs signals: a kernel has its own (copy_from_kernel_nofault, extable)"
#endif

#ifndef __cplusplus
#include <stdbool.h>
#endif
#include <stddef.h>

IOP_BEGIN_DECLS

/** Of one mapping. Its members are internal. */
struct iop_fault_guard {
	uintptr_t begin;
	size_t size;
	bool poisoned;
};

/**
 * Guards the mapping [@at, @at + @size). 0, -EINVAL if that is empty, NULL or wraps around, or the error number of sigaction(). In the
 * end it is closed.
 */
IOP_MUST_CHECK int iop_fault_guard_open(struct iop_fault_guard *guard, const volatile void *at, size_t size);

/** No call with @guard is under way or comes after it. */
void iop_fault_guard_close(struct iop_fault_guard *guard);

/**
 * Calls @accesses with @arg. 0; or -EIO if the mapping is poisoned: it was before, and then nothing was called; or an access in it has
 * faulted, in this call, in one within it or in another thread's meanwhile.
 */
IOP_MUST_CHECK int iop_fault_guard_run(struct iop_fault_guard *guard, void (*accesses)(void *arg), void *arg);

/** Whether calls return -EIO. */
bool iop_fault_guard_is_poisoned(const struct iop_fault_guard *guard);

/** The mapping is [@at, @at + @size) now, and can be accessed: no call with @guard is under way. 0 or -EINVAL, as of opening. */
IOP_MUST_CHECK int iop_fault_guard_remapped(struct iop_fault_guard *guard, const volatile void *at, size_t size);

/*
 * One access, ordered, as of an Mmio view (mmio.h): @io is in the mapping, and aligned. 0, or -EIO.
 */
/** Reads 8 bits at @io into *@value: 0, or -EIO and *@value is as it was. */
IOP_MUST_CHECK int iop_fault_guard_read8(struct iop_fault_guard *guard, const volatile void *io, uint8_t *value);
/** Writes 8 bits to @io: 0 or -EIO. */
IOP_MUST_CHECK int iop_fault_guard_write8(struct iop_fault_guard *guard, uint8_t value, volatile void *io);
/** Reads 16 bits at @io into *@value: 0, or -EIO and *@value is as it was. */
IOP_MUST_CHECK int iop_fault_guard_read16(struct iop_fault_guard *guard, const volatile void *io, uint16_t *value);
/** Writes 16 bits to @io: 0 or -EIO. */
IOP_MUST_CHECK int iop_fault_guard_write16(struct iop_fault_guard *guard, uint16_t value, volatile void *io);
/** Reads 32 bits at @io into *@value: 0, or -EIO and *@value is as it was. */
IOP_MUST_CHECK int iop_fault_guard_read32(struct iop_fault_guard *guard, const volatile void *io, uint32_t *value);
/** Writes 32 bits to @io: 0 or -EIO. */
IOP_MUST_CHECK int iop_fault_guard_write32(struct iop_fault_guard *guard, uint32_t value, volatile void *io);
#if IOP_64BIT
/** Reads 64 bits at @io into *@value: 0, or -EIO and *@value is as it was. */
IOP_MUST_CHECK int iop_fault_guard_read64(struct iop_fault_guard *guard, const volatile void *io, uint64_t *value);
/** Writes 64 bits to @io: 0 or -EIO. */
IOP_MUST_CHECK int iop_fault_guard_write64(struct iop_fault_guard *guard, uint64_t value, volatile void *io);
#endif

IOP_END_DECLS

#endif
