/* SPDX-License-Identifier: MIT */
/**
 * tier.h - the copy routine of a mapping
 *
 * Which copies are legal is a property of the mapping, so code that makes a mapping looks up the routine of its tier once and keeps
 * the pointer beside the address. The choice is made from what the CPU supports, without ifunc: an ifunc cannot know the mapping,
 * and does not exist in static or sanitizer builds.
 *
 * A tier with routines of its own includes those of the tiers before it, so every tier has one on every architecture.
 * Source: docs/copies.md, 1, 7.6.
 */
#ifndef IOPATH_TIER_H
#define IOPATH_TIER_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/routine.h>

IOP_BEGIN_DECLS

/**
 * The best routine that this build and this CPU have for mappings of @tier: its accesses are legal there, and all four operations
 * are offered, at any place and size. Never NULL; the same answer at each call. Any thread may call it.
 */
const struct iop_routine *iop_routine_for(enum iop_tier tier);

/**
 * The best for mappings of @tier whose device takes accesses of @widths only (IOP_WIDTHS), or NULL where there is none: then
 * iop_memcpy_toio_within() and its kin copy. Of 4 it is "strict32", which takes multiples of 4 bytes at multiples of 4 (unit), and
 * panics of others, where those functions answer -EINVAL. It looks at all routines, so keep what it says.
 */
const struct iop_routine *iop_routine_within(enum iop_tier tier, unsigned widths);

IOP_END_DECLS

#endif
