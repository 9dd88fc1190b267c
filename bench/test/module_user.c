/* SPDX-License-Identifier: MIT */
/* What a user registers: one of each kind, in C and, compiled as such, in C++. */
#include <iopath/cells.h>

#include <string.h>

IOP_MODULE("mydriver");

static void copy_words(volatile void *io, const void *src, size_t n)
{
	volatile uint32_t *to = (volatile uint32_t *)io;
	const unsigned char *from = (const unsigned char *)src;

	for (; n; n -= 4, from += 4) {
		uint32_t word;

		memcpy(&word, from, 4);
		*to++ = word;
	}
}

static void copy_back(void *dst, const volatile void *io, size_t n)
{
	const volatile unsigned char *from = (const volatile unsigned char *)io;
	unsigned char *to = (unsigned char *)dst;

	while (n--)
		*to++ = *from++;
}

static void fill(volatile void *io, int value, size_t n)
{
	volatile unsigned char *to = (volatile unsigned char *)io;

	while (n--)
		*to++ = (unsigned char)value;
}

static void move(volatile void *to, const volatile void *from, size_t n)
{
	volatile unsigned char *t = (volatile unsigned char *)to;
	const volatile unsigned char *f = (const volatile unsigned char *)from;

	if (to <= from)
		for (size_t i = 0; i < n; i++)
			t[i] = f[i];
	else
		while (n--)
			t[n] = f[n];
}

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

static int checked_read32(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (offset % 4 || size < 4 || offset > size - 4)
		return -1;
	*value = *(const volatile uint32_t *)((const char *)base + offset);
	return 0;
}

static int checked_write32(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (offset % 4 || size < 4 || offset > size - 4)
		return -1;
	*(volatile uint32_t *)((char *)base + offset) = *value;
	return 0;
}

static void *part(void *base, size_t size, size_t offset, size_t length)
{
	return offset <= size && length <= size - offset ? (char *)base + offset : NULL;
}

IOP_COPY_TOIO(copy_words, .tier = "STRICT", .widths = 4, .unit = 4);
IOP_COPY_FROMIO(copy_back, .tier = "STRICT", .widths = 1);
IOP_COPY_SET(fill, .widths = 1);
IOP_COPY_MOVE(move, .tier = "MEM", .widths = 1);
IOP_COPY_TOIO_AS(whole_words, copy_words(io, src, n / 4 * 4), .widths = 4, .unit = 8);
IOP_COPY_TOIO(memcpy, .tier = "MEM");
IOP_READ(read32, uint32_t, MY_READ32(addr));
IOP_WRITE(write64, uint64_t, MY_WRITE64(value, addr), .relaxed = 1);
IOP_OPERATION(post, .window = 8192, .setup = open_ring, .teardown = close_ring);
IOP_OPERATION_AS(ring_doorbell, *(volatile uint32_t *)window = 1);
IOP_CHECKED_READ(checked_read32, uint32_t, checked_read32);
IOP_CHECKED_WRITE(checked_write32, uint32_t, checked_write32);
IOP_PROJECTION(part, part);
