/* SPDX-License-Identifier: MIT */
/* What a user registers: one of each kind, in C and, compiled as such, in C++. */
#include "module_right.h"

#include <iopath/cells.h>

IOP_MODULE("mydriver");

#define MY_READ32(addr)		(*(const volatile uint32_t *)(addr))
#define MY_WRITE64(value, addr) ((void)(*(volatile uint64_t *)(addr) = (value)))

/* A descriptor of 16 bytes and a doorbell. */
struct ring {
	uint64_t next;
};

static int open_ring(void *window, void **context)
{
	static struct ring ring;

	(void)window;
	ring.next = 0;
	*context = &ring;
	return 0;
}

static void close_ring(void *context)
{
	(void)context;
}

static void post(void *window, void *context)
{
	volatile uint64_t *descriptor = (volatile uint64_t *)window;
	struct ring *ring = (struct ring *)context;

	descriptor[0] = ring->next++;
	descriptor[1] = 64;
	*(volatile uint32_t *)((unsigned char *)window + 0x100) = 1;
}

IOP_COPY_TOIO_AS(copy_words, dwords_to(io, src, n), .tier = "STRICT", .widths = 4, .unit = 4);
IOP_COPY_FROMIO_AS(copy_back, bytes_to(dst, io, n), .tier = "STRICT", .widths = 1);
IOP_COPY_SET_AS(fill, bytes_set(io, value, n), .widths = 1);
IOP_COPY_MOVE_AS(move, bytes_move(to, from, n), .tier = "MEM", .widths = 1);
IOP_COPY_TOIO_AS(whole_words, dwords_to(io, src, n / 4 * 4), .widths = 4, .unit = 8);
IOP_COPY_TOIO(memcpy, .tier = "MEM");
IOP_READ(read32, uint32_t, MY_READ32(addr));
IOP_WRITE(write64, uint64_t, MY_WRITE64(value, addr), .relaxed = 1);
IOP_OPERATION(post, .window = 8192, .setup = open_ring, .teardown = close_ring);
IOP_OPERATION_AS(ring_doorbell, *(volatile uint32_t *)window = 1);
IOP_CHECKED_READ(checked_read32, uint32_t, read32);
IOP_CHECKED_WRITE(checked_write32, uint32_t, write32);
IOP_PROJECTION(part, part);
