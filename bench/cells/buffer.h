/* SPDX-License-Identifier: MIT */
/**
 * buffer.h - where the bytes of a cell lie
 *
 * The place of two buffers relative to each other decides up to a factor of 2.3 (loads that alias a store 4 KiB away wait for
 * it), so it is chosen, not left to malloc: dst - src is @alias modulo 4096, and the colour of the launch moves both together.
 */
#ifndef IOPATH_BENCH_CELLS_BUFFER_H
#define IOPATH_BENCH_CELLS_BUFFER_H

#include "module.h"

struct iop_buffer {
	void *map;
	size_t map_size;
	unsigned char *io;  /**< the device side: 64-byte aligned plus the cell's misalignment */
	unsigned char *mem; /**< the memory side, 64-byte aligned */
	size_t stride;	    /**< distance from one slot to the next, both sides */
	size_t slots;	    /**< pairs of (io, mem) of the cell's size */
	struct iop_buffer_shared *shared;
	int watched; /**< the device side is the harness's memory, not part of the map */
};

/** One window of device memory, for cells that need no buffer: their context, or the first member of it. */
struct iop_window {
	void *dev;
	int watched; /**< it is the harness's memory */
};

/**
 * Cells with one slot of at least so many bytes share it: hundreds of cells are set up at once, and what a copy of this size finds
 * in the caches must not depend on how many others have one of their own.
 */
#define IOP_BUFFER_SHARED ((size_t)1 << 20)

/** Default of (io - mem) modulo 4096, misalignment left out: far from both ends, where no load aliases a store. */
#define IOP_BUFFER_ALIAS 1024

/**
 * Memory of a device, zero, aligned to @align: the harness's where it offers some, else of the heap. NULL when out of memory. Of a cell
 * that accesses no device it is the memory that its accesses go to.
 */
void *iop_device_memory(const struct iop_cell_env *env, size_t align, size_t bytes);
/** Whether the harness offers it. */
int iop_device_is_watched(const struct iop_cell_env *env);

/** @bytes of it. 0 or -ENOMEM. */
int iop_window_open(struct iop_window *window, const struct iop_cell_env *env, size_t align, size_t bytes);
void iop_window_close(struct iop_window *window);
/** A context of @size bytes, zero, that begins with a window of @bytes, aligned to as many. 0 or -ENOMEM. */
int iop_window_setup(void **ctx, size_t size, const struct iop_cell_env *env, size_t bytes);
/** The teardown() of those. */
void iop_window_teardown(void *ctx);

/** Allocates @slots pairs of @size bytes and touches them. 0 or -ENOMEM. */
int iop_buffer_init(struct iop_buffer *buffer, const struct iop_cell_env *env, size_t size, size_t slots, unsigned misalign,
		    unsigned alias);
/** The same where both sides are a device's. */
int iop_buffer_init_devices(struct iop_buffer *buffer, const struct iop_cell_env *env, size_t size, size_t slots);
void iop_buffer_free(struct iop_buffer *buffer);

/** Puts the first @n slots of both sides out of the caches. Only where iop_buffer_can_flush(). */
void iop_buffer_flush(const struct iop_buffer *buffer, size_t size, uint64_t n);
int iop_buffer_can_flush(void);

/** Gives the pages of the device side back, so that the next touch of each faults. */
void iop_buffer_untouch(const struct iop_buffer *buffer);

#endif
