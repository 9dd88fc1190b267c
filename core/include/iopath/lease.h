/* SPDX-License-Identifier: MIT */
/**
 * lease.h - stale views: use after the owner is gone
 *
 * Views are plain values, copied at will, and C cannot prevent one from outliving the mapping that it points into. In debug builds
 * (IOP_DEBUG_VIEWS) each owner takes a lease, every view made from it carries the lease, and each access or projection checks it:
 * once the owner has ended the lease, they panic with "stale view". In release builds the field and the check do not exist, and
 * using a view after its owner is gone is a broken precondition.
 *
 * A lease is a slot of a table that lives as long as the process, and the generation of the slot when the lease was taken: it can
 * be checked after the owner's memory has been freed. The zero lease never ends; it belongs to mappings without an owner.
 *
 * The lease of a mapping also knows which function it is of: when that is reset, what its registers held is unknown, and an update
 * that has read one of them before panics with "reset during an update".
 *
 * It is also how a build knows which write-combining mapping and which registers are of one function: a thread that has stored through the
 * one must flush before it writes the other (wc.h).
 * Source: docs/semantics.md, rows 39, 47, 58.
 */
#ifndef IOPATH_LEASE_H
#define IOPATH_LEASE_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/build_config.h>
#include <iopath/lang.h>

IOP_BEGIN_DECLS

struct iop_lease {
	uint32_t slot;
	uint32_t generation;
};

/**
 * Takes a lease for a new owner. Thread-safe. When all slots are in use the zero lease is returned: stale views of such an owner go
 * undetected. In builds without IOP_DEBUG_VIEWS it always is the zero lease.
 */
struct iop_lease iop_lease_take(void);

/** Ends @lease: every view that carries it is stale from now on. Thread-safe; the zero lease is left alone. */
void iop_lease_end(struct iop_lease lease);

/** Panics with "stale view" if @lease has ended. */
void iop_lease_check(struct iop_lease lease);

/** From now on @lease, which was just taken, is of a mapping of @function: any address that is the function's alone. */
void iop_lease_belongs(struct iop_lease lease, const void *function);

/** @function was reset. Thread-safe; a function whose registers are updated at that moment may not be found out. */
void iop_lease_reset(const void *function);

/** A number that each reset of the function of @lease increases by 1; it wraps around. 0 of the zero lease. */
uint32_t iop_lease_resets(struct iop_lease lease);

/** Panics with "reset during an update" if that is no longer @resets. */
void iop_lease_check_resets(struct iop_lease lease, uint32_t resets);

/** This thread has stored through @lease, which is of a write-combining mapping. The zero lease is left alone. */
void iop_lease_wc_stored(struct iop_lease lease);

/** This thread's stores to write-combining mappings were flushed, all of them. */
void iop_lease_wc_flushed(void);

/** Panics with "WC stores not flushed" if this thread has such stores to a mapping of the function of @lease. */
void iop_lease_check_wc(struct iop_lease lease);

IOP_END_DECLS

#if IOP_DEBUG_VIEWS
#define IOP_LEASE_MEMBER struct iop_lease lease;
#define IOP_LEASE_NONE \
	,              \
	{              \
		0, 0   \
	}
#define IOP_LEASE_CHECK(raw)	 iop_lease_check((raw).lease)
#define IOP_LEASE_SET(raw, from) ((raw).lease = (from))
/* What a register of @raw holds is known from the one on, and must be still when the other comes. */
#define IOP_KNOWN_FROM_(name, raw)  const uint32_t name = iop_lease_resets((raw).lease)
#define IOP_STILL_KNOWN_(name, raw) iop_lease_check_resets((raw).lease, name)
#define IOP_WC_STORED_(raw)	    iop_lease_wc_stored((raw).lease)
#define IOP_WC_FLUSHED_()	    iop_lease_wc_flushed()
#define IOP_WC_CHECK_(raw)	    iop_lease_check_wc((raw).lease)
#else
#define IOP_LEASE_MEMBER
#define IOP_LEASE_NONE
#define IOP_LEASE_CHECK(raw)	 ((void)0)
#define IOP_LEASE_SET(raw, from) ((void)0)
#define IOP_KNOWN_FROM_(name, raw)
#define IOP_STILL_KNOWN_(name, raw)
#define IOP_WC_STORED_(raw) ((void)0)
#define IOP_WC_FLUSHED_()   ((void)0)
#define IOP_WC_CHECK_(raw)  ((void)0)
#endif

#endif
