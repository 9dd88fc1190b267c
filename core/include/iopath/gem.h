/* SPDX-License-Identifier: MIT */
/**
 * gem.h - memory objects of graphics drivers, as far as a VMap needs them
 *
 * A GEM object is a piece of memory with a fixed size that is mapped only while it is accessed by the CPU. Mapping and unmapping
 * happen under the object's reservation lock. It is reference-counted.
 *
 *	memfd    a memory file; works everywhere
 *	dumb     a DRM dumb buffer of this machine (vgem and vkms need no hardware)
 *
 * Programs can bring objects of their own: embed a struct iop_gem and fill in the operations.
 * Source: docs/semantics.md, row 35; Linux drivers/gpu/drm/drm_gem_shmem_helper.c.
 */
#ifndef IOPATH_GEM_H
#define IOPATH_GEM_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/error.h>
#include <iopath/kernel_iosys_map.h>
#include <iopath/lang.h>

#include <pthread.h>

IOP_BEGIN_DECLS

struct iop_gem;

struct iop_gem_ops {
	/** Maps the whole object and says where, and in which kind of memory. 0 or a negative errno. Reservation lock held. */
	int (*vmap)(struct iop_gem *gem, struct iop_kernel_iosys_map *map);
	/** Undoes one vmap, given its *@map. Reservation lock held. */
	void (*vunmap)(struct iop_gem *gem, struct iop_kernel_iosys_map *map);
	/** The last reference is gone: frees the object itself. */
	void (*release)(struct iop_gem *gem);
};

/** iop_gem_init() sets its members; all but size and map_wc are private. */
struct iop_gem {
	const struct iop_gem_ops *ops;
	size_t size; /**< bytes; fixed */
	int map_wc;  /**< it is mapped write-combining; iop_gem_init() says no, its provider may say so after it */
	pthread_mutex_t resv;
	unsigned refs;
};

/** For providers of objects: *@gem has @size bytes and one reference, the caller's. Cannot fail. */
void iop_gem_init(struct iop_gem *gem, const struct iop_gem_ops *ops, size_t size);

/** Takes another reference. Thread-safe. Returns @gem. */
struct iop_gem *iop_gem_get(struct iop_gem *gem);

/** Gives a reference back; the last one frees the object. Thread-safe. NULL is allowed. */
void iop_gem_put(struct iop_gem *gem);

/**
 * An object in a memory file, zeroed, of @size bytes rounded up to whole pages, as the kernel does. All mappings share one address.
 * Returns 0; -EINVAL if @size is 0; -ENOMEM if it is too large; another negative errno from the system.
 */
IOP_MUST_CHECK int iop_gem_memfd(struct iop_gem **gem, size_t size);

/**
 * A dumb buffer of at least @size bytes (a multiple of 4096) of the DRM device @path, or with NULL of the first one that is vgem or
 * vkms; that of vgem is mapped write-combining (map_wc). With any other driver the memory may be the device's own, which cannot be
 * detected: it counts as I/O memory, and a VMap refuses it. Returns 0; -EINVAL if @size is 0; -ENOMEM if it is too large; -ENODEV
 * if there is no such device (iop_gem_dumb_why_not() says why) or it has no dumb buffers; another negative errno from the system.
 */
IOP_MUST_CHECK int iop_gem_dumb(struct iop_gem **gem, const char *path, size_t size);

/** NULL if iop_gem_dumb(&gem, NULL, n) has a device to use, else the reason, which says what to do about it. */
const char *iop_gem_dumb_why_not(void);

IOP_END_DECLS

#endif
