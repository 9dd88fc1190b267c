/* SPDX-License-Identifier: MIT */
/* What iopath fuzz calls and finds nothing wrong with. */
#include "module_right.h"

#include <iopath/cells.h>

IOP_MODULE("fuzzed");

static int zero_or_write64(void *base, size_t size, size_t offset, uint64_t *value)
{
	static unsigned calls;

	/* What it remembers changes nothing. */
	calls++;
	return write64(base, size, offset, value);
}

static void nothing(void *window, void *context)
{
	(void)window, (void)context;
}

IOP_COPY_TOIO(bytes_to, .widths = 1);
IOP_COPY_TOIO(words_to, .tier = "STRICT", .widths = 1 | 8);
IOP_COPY_TOIO(dwords_to, .widths = 4);
IOP_COPY_TOIO_AS(string, __builtin_memcpy(io, src, n), .tier = "MEM");
IOP_COPY_FROMIO(words_from);
IOP_COPY_MOVE(bytes_move);
IOP_COPY_SET(bytes_set);
IOP_READ(r8, uint8_t, AT(uint8_t, addr));
IOP_READ(r32, uint32_t, AT(uint32_t, addr));
IOP_READ(r64, uint64_t, AT(uint64_t, addr));
IOP_WRITE(w64, uint64_t, AT(uint64_t, addr) = value);
IOP_WRITE(w16, uint16_t, AT(uint16_t, addr) = value);
IOP_WRITE(w32, uint32_t, AT(uint32_t, addr) = value, .relaxed = 1);
IOP_CHECKED_READ(read32, uint32_t, read32);
IOP_CHECKED_WRITE(write64, uint64_t, zero_or_write64);
IOP_PROJECTION(part, part);
IOP_OPERATION(nothing);
