/* SPDX-License-Identifier: MIT */
/**
 * device_io.h - single accesses to a device's bytes, of a width that is chosen at run time
 *
 * For what a program does to a device beside measuring: looking which widths it takes, saving, putting back. Values are as in memory:
 * no bytes are swapped.
 */
#ifndef IOPATH_BENCH_SAMPLE_DEVICE_IO_H
#define IOPATH_BENCH_SAMPLE_DEVICE_IO_H

#include <iopath/fault_guard.h>

#include <stddef.h>
#include <stdint.h>

/** Widths that one access of a register has, and those that this machine has a single access of. */
#define IOP_DEVICE_WIDTHS      15u
#define IOP_DEVICE_WIDTHS_HERE (sizeof(void *) == 8 ? 15u : 7u)

struct iop_device_io {
	volatile unsigned char *at;
	size_t size;
	struct iop_fault_guard *guard; /* of these bytes: a fault of the bus is -EIO of the access */
	/* One access of @width bytes, aligned; 0 or a negative errno. Replaced by tests, which play a device. */
	int (*load)(const struct iop_device_io *io, size_t offset, unsigned width, uint64_t *value);
	int (*store)(const struct iop_device_io *io, size_t offset, unsigned width, uint64_t value);
};

/** What accesses mapped memory. Each access is tried: where a part of a BAR does not decode, another one may. */
int iop_device_load(const struct iop_device_io *io, size_t offset, unsigned width, uint64_t *value);
int iop_device_store(const struct iop_device_io *io, size_t offset, unsigned width, uint64_t value);

/** The widest of @widths that is aligned at @offset and no more than what is left; 0: none. */
unsigned iop_device_fitting(const struct iop_device_io *io, unsigned widths, size_t offset);

/** All bytes by the fewest accesses of @widths, ascending. 0, or -EINVAL where none fits, or an access's error. */
int iop_device_read(const struct iop_device_io *io, unsigned widths, unsigned char *bytes);

#endif
