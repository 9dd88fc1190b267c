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
 * Source: docs/semantics.md, row 39.
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
#else
#define IOP_LEASE_MEMBER
#define IOP_LEASE_NONE
#define IOP_LEASE_CHECK(raw)	 ((void)0)
#define IOP_LEASE_SET(raw, from) ((void)0)
#endif

#endif
