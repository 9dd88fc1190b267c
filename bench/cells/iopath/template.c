/*
 * Access paths of your own, for iopath to judge and measure. Written by 'iopath new-module': keep what you need, and change the rest.
 *
 *	cc -O2 -shared -fPIC $(pkg-config --cflags iopath-cells) THIS.c -o THIS.so
 *	iopath check --module ./THIS.so --update	judge all lines; write the accesses of operations to THIS.expect
 *	iopath check --module ./THIS.so			judge them again, and compare with THIS.expect
 *	iopath bench --module ./THIS.so			measure them beside those of iopath
 *	iopath trace toio --module ./THIS.so --routine copy_words --size 16
 *	iopath fuzz ./THIS.so				call them in generated sequences, against a model
 *
 * Compile it with the flags of your driver: what is judged and measured is what the compiler makes of it.
 */
#include <iopath/cells.h>

#include <stdint.h>

/* The second part of the names of cells: toio/mydriver/copy_words/64. Once. */
IOP_MODULE("mydriver");

/*
 * A copy to device memory, called as memcpy is: destination, source, bytes. It makes accesses of 4 bytes only, so sizes and places are
 * multiples of 4. FROMIO, MOVE and SET are like this; ..._AS(name, expression) is for other prototypes, and for macros.
 */
static void copy_words(void *io, const void *src, size_t n)
{
	volatile uint32_t *to = (volatile uint32_t *)io;
	const unsigned char *from = (const unsigned char *)src;

	for (; n; n -= 4, from += 4) {
		uint32_t word;

		__builtin_memcpy(&word, from, 4);
		*to++ = word;
	}
}
IOP_COPY_TOIO(copy_words, .tier = "STRICT", .widths = 4, .unit = 4);

/*
 * Accessors: a name, the type, and an expression of addr, and of value. Each makes one access of the type's width, and keeps its order
 * against accesses to memory, unless it claims .relaxed = 1. On x86-64 a compiler barrier is enough for that.
 */
static inline uint32_t my_read32(const void *addr)
{
	uint32_t value = *(const volatile uint32_t *)addr;

	__asm__ volatile("" : : : "memory");
	return value;
}
IOP_READ(my_read32, uint32_t, my_read32(addr));
IOP_WRITE(my_write32, uint32_t, *(volatile uint32_t *)addr = value, .relaxed = 1);

/*
 * An operation: whatever uses a window of device memory. Its accesses are written down, and a later difference is shown. What it needs
 * between calls is made by .setup and released by .teardown. One that waits for the device needs .device, which answers its reads in
 * 'iopath check', and .only_checked = 1, as nothing answers in 'iopath bench'.
 */
struct my_ring {
	uint64_t next;
};

static int open_ring(void *window, void **context)
{
	static struct my_ring ring;

	(void)window;
	ring.next = 0;
	*context = &ring;
	return 0;
}

static void post_descriptor(void *window, void *context)
{
	volatile uint64_t *descriptor = (volatile uint64_t *)window;
	struct my_ring *ring = (struct my_ring *)context;

	descriptor[0] = ring->next++;
	descriptor[1] = 64;
	*(volatile uint32_t *)((unsigned char *)window + 0x100) = 1; /* the doorbell */
}
IOP_OPERATION(post_descriptor, .window = 4096, .setup = open_ring);

/* A path that refuses what is outside: 0 after one access, or anything else and no access. IOP_PROJECTION is for pointers to a part. */
static int my_checked_read32(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (offset % sizeof(*value) || size < sizeof(*value) || offset > size - sizeof(*value))
		return -1;
	*value = *(const volatile uint32_t *)((const unsigned char *)base + offset);
	return 0;
}
IOP_CHECKED_READ(my_checked_read32, uint32_t, my_checked_read32);
