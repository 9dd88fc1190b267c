/* SPDX-License-Identifier: MIT */
/**
 * bus.h - where owners get their mappings from
 *
 * A device has numbered *resources*: ranges of bus addresses, such as the BARs of a PCI function. Before a driver touches one it
 * requests it, so that no second driver does, and maps it. A *bus* carries that out: a simulated one (bus_sim.h), a PCI function of
 * this machine (bus_sysfs.h), or one of yours: five functions in a struct iop_bus_ops, six if it can be reset. Owners (iomem.h,
 * bar.h) do the requesting and mapping, in a fixed order, and undo it; other code need not call these functions, but for the reset.
 *
 * A bus counts what succeeded on it. Once all owners are gone, also those that failed half-way, maps equals unmaps and requests
 * equals releases: iop_bus_balanced().
 * Source: docs/semantics.md, rows 36, 37, 58; Linux include/linux/ioport.h, include/asm-generic/io.h.
 */
#ifndef IOPATH_BUS_H
#define IOPATH_BUS_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/build_config.h>
#include <iopath/error.h>
#include <iopath/lang.h>

/** Properties of a resource. */
enum iop_resource_flags {
	IOP_RESOURCE_NONPOSTED = 1,    /**< must be mapped so that writes wait for completion (ioremap_np) */
	IOP_RESOURCE_PREFETCHABLE = 2, /**< reading has no side effects: may be mapped write-combining */
};

/** One resource. The length has 64 bits on every machine, so it need not fit into size_t. */
struct iop_resource {
	uint64_t start;
	uint64_t len; /**< bytes; 0: not there */
	unsigned index;
	unsigned flags;	 /**< enum iop_resource_flags */
	unsigned widths; /**< of access, those that the device takes (widths.h); 0: nothing is known */
};

/** How to map: uncached; uncached with non-posted writes; write-combining; cached, which only the simulated bus does. */
enum iop_ioremap {
	IOP_IOREMAP,
	IOP_IOREMAP_NP,
	IOP_IOREMAP_WC,
	IOP_IOREMAP_CACHED,
};

/**
 * What a bus can do; @bus is the bus's own. Functions may be called from several threads.
 *
 *	resource         fills *@resource, index included. 0, or -EINVAL: no such index in the device's table
 *	request_region   makes the caller, called @name, its only user. 0, or a negative errno: it is in use
 *	ioremap          maps the first @size bytes. The address, or NULL; then errno may say why. An address of 0 is no mapping
 *	iounmap          undoes one ioremap, with the address and size of that
 *	reset            resets the function, or NULL: there is no way. 0; -ENOTTY: this one cannot be, nothing was done; or
 *	                 another negative errno
 */
struct iop_bus_ops {
	int (*resource)(void *bus, unsigned index, struct iop_resource *resource);
	int (*request_region)(void *bus, const struct iop_resource *resource, const char *name);
	void (*release_region)(void *bus, const struct iop_resource *resource);
	void *(*ioremap)(void *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how);
	void (*iounmap)(void *bus, const struct iop_resource *resource, void *address, size_t size);
	int (*reset)(void *bus);
};

/** What succeeded so far, and the resets that failed in another way than with -ENOTTY; the counts wrap around. */
struct iop_bus_counts {
	size_t requests, releases, maps, unmaps, resets;
};

/** A bus with one device. Must not move while it is in use. */
struct iop_bus {
	const struct iop_bus_ops *ops;
	void *bus; /* first argument of its functions */
	struct iop_bus_counts counts;
};

IOP_BEGIN_DECLS

/** For buses: makes *@bus one whose functions are @ops with @self, with all counts 0. */
void iop_bus_init(struct iop_bus *bus, const struct iop_bus_ops *ops, void *self);

/**
 * The functions of the bus, counted. A refused request is -EBUSY, whatever error the bus returned.
 * Source: docs/semantics.md, rows 36, 37.
 */
int iop_bus_resource(struct iop_bus *bus, unsigned index, struct iop_resource *resource);
int iop_bus_request(struct iop_bus *bus, const struct iop_resource *resource, const char *name);
void iop_bus_release(struct iop_bus *bus, const struct iop_resource *resource);
void *iop_bus_map(struct iop_bus *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how);
void iop_bus_unmap(struct iop_bus *bus, const struct iop_resource *resource, void *address, size_t size);

/**
 * Resets the function. Owners, mappings and views stay valid; what its registers held is unknown: read them again. Who keeps a copy of
 * one compares iop_bus_counts().resets. An update (iop_update and its like) that is under way panics in debug builds instead of
 * writing what it read before: "reset during an update". Returns 0; -ENOTTY if there is no way to reset it alone, and nothing was
 * done; or what the bus says, and then it may have been reset all the same.
 * Source: docs/semantics.md, row 58.
 */
IOP_MUST_CHECK int iop_bus_reset(struct iop_bus *bus);

/** The counts, each read on its own. */
struct iop_bus_counts iop_bus_counts(const struct iop_bus *bus);

/** 1 if nothing is mapped and nothing requested: every map was unmapped, every request released, and not more. Else 0. */
int iop_bus_balanced(const struct iop_bus *bus);

IOP_END_DECLS

/**
 * The length of a resource as a size. 0 and *@size; or -EINVAL and *@size unchanged, if it does not fit: the kernel's Bar truncates
 * it instead and maps the rest. The 32-bit profile has sizes of 32 bits on any host.
 */
IOP_INLINE int iop_resource_size(const struct iop_resource *resource, size_t *size)
{
	if (resource->len > (IOP_64BIT ? (uint64_t)SIZE_MAX : UINT32_MAX))
		return -EINVAL;
	*size = (size_t)resource->len;
	return 0;
}

#endif
