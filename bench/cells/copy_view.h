/* SPDX-License-Identifier: MIT */
/**
 * copy_view.h - ways to copy, as cells have them: routines of the core, of peers, and the copies of views
 */
#ifndef IOPATH_BENCH_CELLS_COPY_VIEW_H
#define IOPATH_BENCH_CELLS_COPY_VIEW_H

#include <stddef.h>
#include <stdint.h>

/** One way to copy; a function is NULL where there is none. */
struct iop_copy_routine {
	const char *name, *backend, *about;
	void (*toio)(volatile void *dst, const void *src, size_t n);
	void (*fromio)(void *dst, const volatile void *src, size_t n);
	void (*set)(volatile void *dst, int byte, size_t n);
	uint32_t flags;	      /**< enum iop_cell_flags */
	uint32_t every_power; /**< measured at every power of two, up to the largest size */
	uint32_t unit;	      /**< sizes and places are multiples of so many bytes; 0: of one */
	const char *baseline; /**< the routine that it is compared with; NULL: glibc */
};

#define IOP_COPY_VIEWS 5
extern const struct iop_copy_routine iop_copy_views[IOP_COPY_VIEWS];

#endif
