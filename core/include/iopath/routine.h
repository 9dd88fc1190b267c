/* SPDX-License-Identifier: MIT */
/**
 * routine.h - copy routines and the tiers they belong to
 *
 * What a copy may do to device memory depends on the mapping. A *tier* names what a mapping accepts:
 *
 *	STRICT     plain aligned accesses of at most 8 bytes: any device, also one that is emulated by trapping
 *	STRICT-S   and string instructions with 8-byte elements
 *	WIDE       and aligned vector accesses up to 64 bytes: write-combining and cached mappings
 *	WIDE-M     and byte-masked ones at the edges
 *	MEM        anything that stays inside: ordinary memory
 *
 * Each tier includes the ones before it. Each routine has the tier that it needs; the table lists all routines that this library
 * was built with, and tests, legality checks and benchmarks walk it.
 * Source: docs/copies.md, 1.
 */
#ifndef IOPATH_ROUTINE_H
#define IOPATH_ROUTINE_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/lang.h>

#ifndef __cplusplus
#include <stdbool.h>
#endif

IOP_BEGIN_DECLS

/** Tiers, described above. */
enum iop_tier {
	IOP_STRICT,
	IOP_STRICT_S,
	IOP_WIDE,
	IOP_WIDE_M,
	IOP_MEM
};
/** Number of tiers. */
#define IOP_TIERS 5

struct iop_routine {
	const char *name;  /**< "strict", "strict-s", ...: as in the names of cells */
	const char *about; /**< how it copies, in a few words */
	enum iop_tier tier;
	bool (*supported)(void); /**< NULL: on every CPU of the architecture */
	/** Device side first for toio and set, second for fromio; n may be 0; NULL: not offered. */
	void (*toio)(volatile void *io, const void *src, size_t n);
	void (*fromio)(void *dst, const volatile void *io, size_t n);
	void (*set)(volatile void *io, int value, size_t n);
	/** Device to device; ranges may overlap, as with memmove. */
	void (*move)(volatile void *dst, const volatile void *src, size_t n);
	unsigned widths; /**< of its accesses in bytes, ORed; 0: those of its tier */
	/** Sizes and places of device sides are multiples of so many bytes, 0: of one; it panics where they are not. */
	unsigned unit;
	unsigned memory_unit; /**< and places of the memory side */
};

/** Whether it copies @n bytes between device sides at @io (of a move, both ORed) and memory at @memory. */
static inline bool iop_routine_takes(const struct iop_routine *routine, uintptr_t io, uintptr_t memory, size_t n)
{
	const uintptr_t unit = routine->unit > 1 ? routine->unit : 1,
			memory_unit = routine->memory_unit > 1 ? routine->memory_unit : 1;

	return (io | n) % unit == 0 && memory % memory_unit == 0;
}

/** The routines, NULL-terminated. */
extern const struct iop_routine *const iop_routines[];

/** "STRICT", "STRICT-S", ... */
const char *iop_tier_name(enum iop_tier tier);

IOP_END_DECLS

#endif
