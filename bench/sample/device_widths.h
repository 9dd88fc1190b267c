/* SPDX-License-Identifier: MIT */
/**
 * device_widths.h - which widths of access a device takes, where the user does not say
 *
 * A device that ignores a width mostly answers all ones to it, so nothing that is read by such a width says anything: that all ones
 * are what they were is no evidence.
 */
#ifndef IOPATH_BENCH_SAMPLE_DEVICE_WIDTHS_H
#define IOPATH_BENCH_SAMPLE_DEVICE_WIDTHS_H

#include "device_io.h"

#include <stdbool.h>

struct iop_device_widths {
	unsigned set;	  /* in bytes, ORed; 0: nothing is known */
	bool certain;	  /* it is known that all of them are taken */
	const char *from; /* how it is known, in words */
};

/** What known_devices.def says of the bytes [@offset, @offset + @size) of a BAR. */
struct iop_device_widths iop_device_widths_known(unsigned vendor, unsigned device, size_t bar, size_t offset, size_t size);

/**
 * By reading, each width at every place: a width is taken where what it reads is what the others read, neither all ones nor zero. What
 * changes by itself is passed over. Multiples of 8 bytes. 0 or a negative errno.
 */
int iop_device_widths_probe(struct iop_device_widths *widths, const struct iop_device_io *io);

#endif
