/* SPDX-License-Identifier: MIT */
/**
 * copy_internal.h - which routines this build has
 *
 * Sanitizers cannot see assembler and event recording needs to be told of each access, so these builds keep the portable routine,
 * as do the 32-bit profile and every architecture without one of its own.
 */
#ifndef IOPATH_COPY_INTERNAL_H
#define IOPATH_COPY_INTERNAL_H

#include <iopath/build_config.h>
#include <iopath/event.h>
#include <iopath/iomem_copy.h>
#include <iopath/panic.h>
#include <iopath/routine.h>

#define IOP_COPY_TUNED (!IOP_ASAN && !IOP_TSAN && !IOP_EVENTS && IOP_64BIT)
#if defined(__x86_64__) && defined(__LP64__) && IOP_COPY_TUNED
#define IOP_COPY_X86 1
#else
#define IOP_COPY_X86 0
#endif
#if defined(__aarch64__) && defined(__LP64__) && IOP_COPY_TUNED
#define IOP_COPY_ARM64 1
#else
#define IOP_COPY_ARM64 0
#endif
#if defined(__riscv) && defined(__LP64__) && IOP_COPY_TUNED
#define IOP_COPY_RISCV 1
#else
#define IOP_COPY_RISCV 0
#endif

IOP_BEGIN_DECLS

/* STRICT on any architecture, by its accessors; a move's ranges may overlap. */
void iop_portable_toio(volatile void *io, const void *src, size_t n);
void iop_portable_fromio(void *dst, const volatile void *io, size_t n);
void iop_portable_set(volatile void *io, int value, size_t n);
void iop_portable_move(volatile void *dst, const volatile void *src, size_t n);

/* The best of this build: device to device by the rules of STRICT on both sides, and by none of them. */
void iop_strict_move(volatile void *dst, const volatile void *src, size_t n);
void iop_mem_move(volatile void *dst, const volatile void *src, size_t n);

/* What a routine of a unit is given must consist of units. */
#define IOP_CHECK_UNITS(unit, io, n)                                                                               \
	do {                                                                                                       \
		if (((io) | (n)) % (unit))                                                                         \
			iop_panic_numbers("not in units of the routine", "unit", unit, "address", io, "bytes", n); \
	} while (0)

IOP_END_DECLS

/* A side of a copy between two: how it is copied into and out of; NULL: it is memory. */
struct iop_copy_side {
	uintptr_t addr;
	void (*toio)(volatile void *io, const void *src, size_t n);
	void (*fromio)(void *dst, const volatile void *io, size_t n);
};

/* What iop_copy_between() does where a side is no memory; of no bytes, nothing. */
int iop_copy_sides(const struct iop_copy_side *dst, const struct iop_copy_side *src, size_t n);

#endif
