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
 * are offered. Never NULL; the same answer at each call. Any thread may call it.
 */
const struct iop_routine *iop_routine_for(enum iop_tier tier);

IOP_END_DECLS

#endif
