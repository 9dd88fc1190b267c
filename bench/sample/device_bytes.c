/* SPDX-License-Identifier: MIT */
#include "device_bytes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A reading of all bytes, in new memory; NULL, and *@err says why. */
static unsigned char *read_by(const struct iop_device_bytes *b, unsigned widths, int *err)
{
	unsigned char *bytes = malloc(b->io.size);

	*err = bytes ? iop_device_read(&b->io, widths, bytes) : -ENOMEM;
	if (!*err)
		return bytes;
	free(bytes);
	return NULL;
}

void iop_device_bytes_drop(struct iop_device_bytes *b)
{
	free(b->saved);
	b->saved = NULL;
	for (unsigned i = 0; i < IOP_DEVICE_READINGS; i++) {
		free(b->seen[i]);
		b->seen[i] = NULL;
	}
}

int iop_device_bytes_save(struct iop_device_bytes *b)
{
	int err = 0;

	b->saved = read_by(b, b->widths, &err);
	for (unsigned i = 0; i < IOP_DEVICE_READINGS && !b->certain && !err; i++)
		if (b->widths & 1u << i)
			b->seen[i] = read_by(b, 1u << i, &err);
	if (err)
		iop_device_bytes_drop(b);
	return err;
}

static uint64_t number_at(const unsigned char *bytes, unsigned width)
{
	uint64_t v8;
	uint32_t v4;
	uint16_t v2;

	switch (width) {
	case 1: return *bytes;
	case 2: memcpy(&v2, bytes, sizeof(v2)); return v2;
	case 4: memcpy(&v4, bytes, sizeof(v4)); return v4;
	default: memcpy(&v8, bytes, sizeof(v8)); return v8;
	}
}

int iop_device_bytes_put_back(const struct iop_device_bytes *b)
{
	int err = 0;
	unsigned width;

	for (size_t offset = 0; offset < b->io.size; offset += width) {
		int failed;

		width = iop_device_fitting(&b->io, b->widths, offset);
		failed = b->io.store(&b->io, offset, width, number_at(b->saved + offset, width));
		err = err ? err : failed;
	}
	return err;
}

static bool all_ones(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != 0xff)
			return false;
	return true;
}

/* What one reading shows against an earlier one by the same widths. @only_ones: stays true if both are nothing but ones. */
static enum iop_device_state compare(const struct iop_device_bytes *b, unsigned widths, const unsigned char *before,
				     struct iop_device_difference *difference, bool *only_ones)
{
	int err;
	unsigned char *now = read_by(b, widths, &err);
	enum iop_device_state state = now ? IOP_DEVICE_BACK : IOP_DEVICE_NOT_READ;
	unsigned width;

	for (size_t offset = 0; now && offset < b->io.size; offset += width) {
		width = iop_device_fitting(&b->io, widths, offset);
		if (memcmp(now + offset, before + offset, width) == 0)
			continue;
		if (state == IOP_DEVICE_DIFFERS)
			difference->others++;
		else
			*difference = (struct iop_device_difference){.offset = offset,
								     .width = width,
								     .wanted = number_at(before + offset, width),
								     .found = number_at(now + offset, width)};
		state = IOP_DEVICE_DIFFERS;
	}
	*only_ones = *only_ones && now && all_ones(now, b->io.size) && all_ones(before, b->io.size);
	free(now);
	return state;
}

enum iop_device_state iop_device_bytes_compare(const struct iop_device_bytes *b, struct iop_device_difference *difference)
{
	bool only_ones = true;
	enum iop_device_state state = compare(b, b->widths, b->saved, difference, &only_ones);

	for (unsigned i = 0; i < IOP_DEVICE_READINGS && state == IOP_DEVICE_BACK; i++)
		if (b->seen[i])
			state = compare(b, 1u << i, b->seen[i], difference, &only_ones);
	if (state == IOP_DEVICE_BACK && !b->certain && only_ones)
		return IOP_DEVICE_NOT_SHOWN;
	return state;
}
