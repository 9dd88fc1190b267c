/* SPDX-License-Identifier: MIT */
/**
 * device_bytes.h - the bytes of a device as they were: saved, put back, and compared
 */
#ifndef IOPATH_BENCH_SAMPLE_DEVICE_BYTES_H
#define IOPATH_BENCH_SAMPLE_DEVICE_BYTES_H

#include "device_io.h"

#include <stdbool.h>

#define IOP_DEVICE_READINGS 4 /* by 1, 2, 4 and 8 bytes */

struct iop_device_bytes {
	struct iop_device_io io;
	unsigned widths; /* that it takes, of 1, 2, 4 and 8 */
	bool certain;	 /* that it takes them is known; if not, each width is looked at for itself */
	unsigned char *saved, *seen[IOP_DEVICE_READINGS];
};

/* The first of the accesses that do not read as before. */
struct iop_device_difference {
	size_t offset;
	unsigned width;
	uint64_t wanted, found;
	size_t others;
};

enum iop_device_state {
	IOP_DEVICE_BACK, /* everything reads as before, by widths that the device takes */
	IOP_DEVICE_DIFFERS,
	IOP_DEVICE_NOT_SHOWN, /* all ones before and after, by every width, and no width is known to be taken */
	IOP_DEVICE_NOT_READ,  /* no memory, or an access failed */
};

/** 0 or a negative errno: then there is nothing to drop. */
int iop_device_bytes_save(struct iop_device_bytes *bytes);

/** 0, or the error of an access that failed: what could be put back is all the same. */
int iop_device_bytes_put_back(const struct iop_device_bytes *bytes);

enum iop_device_state iop_device_bytes_compare(const struct iop_device_bytes *bytes, struct iop_device_difference *difference);

void iop_device_bytes_drop(struct iop_device_bytes *bytes);

#endif
