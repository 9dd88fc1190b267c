/* SPDX-License-Identifier: MIT */
#include "device_widths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct known_device {
	unsigned vendor, device;
	size_t bar, first, last;
	unsigned widths;
	const char *name;
} known_devices[] = {
#define IOP_KNOWN_DEVICE(vendor, device, bar, first, last, widths, name) {vendor, device, bar, first, last, widths, name},
#include "known_devices.def"
#undef IOP_KNOWN_DEVICE
};

struct iop_device_widths iop_device_widths_known(unsigned vendor, unsigned device, size_t bar, size_t offset, size_t size)
{
	struct iop_device_widths found = {0};

	for (size_t i = 0; i < sizeof(known_devices) / sizeof(known_devices[0]); i++) {
		const struct known_device *k = &known_devices[i];

		if (k->vendor != vendor || k->device != device || k->bar != bar || offset > k->last ||
		    (offset < k->first && k->first - offset >= size))
			continue;
		found.set = found.certain ? found.set & k->widths : k->widths;
		found.certain = true;
		found.from = k->name;
	}
	return found;
}

#define WORD 8u
#define ONES UINT64_MAX

/* 4 first and last: it is the most usual, and tells what changes by itself. */
static const unsigned order[] = {4, 8, 2, 1, 4};
#define READINGS (sizeof(order) / sizeof(order[0]))

/* What is read of one word in the order above: which widths agree, which do not. */
static void judge_word(const uint64_t value[READINGS], unsigned *agree, unsigned *differ)
{
	uint64_t right = ONES;

	if (value[0] != value[READINGS - 1])
		return;
	for (size_t i = 0; i < READINGS && right == ONES; i++)
		right = value[i];
	for (size_t i = 0; i < READINGS && right != ONES; i++) {
		if (value[i] != right)
			*differ |= order[i];
		else if (right)
			*agree |= order[i];
	}
}

static int read_all(const struct iop_device_io *io, unsigned char *bytes, unsigned *agree, unsigned *differ)
{
	int err = 0;

	for (size_t i = 0; i < READINGS && !err; i++)
		err = order[i] & IOP_DEVICE_WIDTHS_HERE ? iop_device_read(io, order[i], bytes + i * io->size) : 0;
	for (size_t offset = 0; offset + WORD <= io->size && !err; offset += WORD) {
		uint64_t value[READINGS];

		for (size_t i = 0; i < READINGS; i++)
			memcpy(&value[i], bytes + (order[i] & IOP_DEVICE_WIDTHS_HERE ? i : 0) * io->size + offset, WORD);
		judge_word(value, agree, differ);
	}
	return err;
}

int iop_device_widths_probe(struct iop_device_widths *widths, const struct iop_device_io *io)
{
	unsigned char *bytes = calloc(READINGS, io->size);
	unsigned agree = 0, differ = 0, taken;
	int err = bytes ? read_all(io, bytes, &agree, &differ) : -ENOMEM;

	free(bytes);
	taken = agree & ~differ & IOP_DEVICE_WIDTHS_HERE;
	widths->certain = taken != 0;
	widths->from = taken ? "found by reading" : "not known";
	widths->set = taken ? taken : IOP_DEVICE_WIDTHS_HERE & ~differ;
	if (!widths->set)
		widths->set = IOP_DEVICE_WIDTHS_HERE;
	return err;
}
