/* SPDX-License-Identifier: MIT */
/* What check finds and what it does not: RIGHT has no fault, WRONG has one in each line, OPERATIONS is for files of accesses. */
#include "module_right.h"

#include <iopath/cells.h>

#include <stdlib.h>

IOP_MODULE("checked");

#define BARRIER __asm__ volatile("" ::: "memory")

#if defined(RIGHT) || defined(ORDERED)
static inline uint8_t ordered8(void *addr)
{
	uint8_t value = AT(uint8_t, addr);

	BARRIER;
	return value;
}

static inline uint64_t ordered64(void *addr)
{
	uint64_t value = AT(uint64_t, addr);

	BARRIER;
	return value;
}

static inline void ordered16(void *addr, uint16_t value)
{
	BARRIER;
	AT(uint16_t, addr) = value;
}

IOP_READ(r8, uint8_t, ordered8(addr));
IOP_READ(r64, uint64_t, ordered64(addr));
IOP_WRITE(w16, uint16_t, ordered16(addr, value));
#elif defined(WRONG) || defined(UNORDERED)
/* It keeps this value, and no memory. */
static inline uint32_t weak_barrier(void *addr)
{
	uint32_t value = AT(uint32_t, addr);

	__asm__("" : "+r"(value));
	return value;
}

IOP_READ(no_barrier_read8, uint8_t, AT(uint8_t, addr));
IOP_READ(weak_barrier, uint32_t, weak_barrier(addr));
IOP_WRITE(no_barrier_write16, uint16_t, AT(uint16_t, addr) = value);
IOP_WRITE(no_barrier_write64, uint64_t, AT(uint64_t, addr) = value);
#endif

#if defined(WRONG) || defined(SIDES)
/* A device may have it before the memory that the caller stored before. */
static inline void barrier_behind_write(void *addr, uint32_t value)
{
	AT(uint32_t, addr) = value;
	BARRIER;
}

IOP_WRITE(barrier_behind_write, uint32_t, barrier_behind_write(addr, value));
#endif
#if defined(SIDES)
static inline uint64_t barrier_before_read(void *addr)
{
	BARRIER;
	return AT(uint64_t, addr);
}

IOP_READ(barrier_before_read, uint64_t, barrier_before_read(addr));
IOP_READ(acquire, uint64_t, __atomic_load_n((uint64_t *)addr, __ATOMIC_ACQUIRE));
IOP_WRITE(release, uint16_t, __atomic_store_n((uint16_t *)addr, value, __ATOMIC_RELEASE));
#endif

#if defined(CONDITIONS)
static void words(void *io, const void *src, size_t n)
{
	for (size_t i = 0; i + 4 <= n; i += 4)
		AT(uint32_t, (char *)io + i) = *(const uint32_t *)(const void *)((const char *)src + i);
}

static void not_large(void *io, const void *src, size_t n)
{
	words(io, src, n);
	if (n > 32768)
		AT(uint32_t, io) = 0;
}

static void each_hundredth(void *io, const void *src, size_t n)
{
	static unsigned calls;

	words(io, src, n);
	if (n && ++calls % 100 == 0)
		AT(uint32_t, io) = 0;
}

IOP_COPY_TOIO(words);
IOP_COPY_TOIO(not_large, .widths = 4, .unit = 4);
IOP_COPY_TOIO(each_hundredth, .widths = 4, .unit = 4);
#endif

#if defined(RIGHT)
IOP_WRITE(w32, uint32_t, AT(uint32_t, addr) = value, .relaxed = 1);
IOP_CHECKED_READ(read32, uint32_t, read32);
IOP_CHECKED_WRITE(write64, uint64_t, write64);
IOP_PROJECTION(part, part);

#elif defined(WRONG)
static void write_halves(void *addr, uint64_t value)
{
	AT(uint32_t, addr) = (uint32_t)value;
	AT(uint32_t, (char *)addr + 4) = (uint32_t)(value >> 32);
}

static void doubled_byte(void *io, const void *src, size_t n)
{
	bytes_to(io, src, n);
	if (n > 100)
		AT(unsigned char, (char *)io + n - 1) = ((const unsigned char *)src)[n - 1];
}

static int three_are_enough(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (offset % 4 || size < 3 || offset > size - 3)
		return -1;
	*value = AT(uint32_t, (char *)base + offset);
	return 0;
}

static int sum_wraps(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (offset % 4 || offset + 4 > size)
		return -1;
	*value = AT(uint32_t, (char *)base + offset);
	return 0;
}

static int cut_to_32_bits(void *base, size_t size, size_t offset, uint32_t *value)
{
	return read32(base, size, (uint32_t)offset, value);
}

static int takes_misaligned(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (size < 4 || offset > size - 4)
		return -1;
	memcpy(value, (char *)base + offset, 4);
	return 0;
}

static int refuses_the_last(void *base, size_t size, size_t offset, uint32_t *value)
{
	return size < 4 || offset >= size - 4 ? -1 : read32(base, size, offset, value);
}

static int looks_first(void *base, size_t size, size_t offset, uint64_t *value)
{
	(void)AT(uint8_t, base);
	return write64(base, size, offset, value);
}

static int other_value(void *base, size_t size, size_t offset, uint64_t *value)
{
	uint64_t other = *value + 1;

	return write64(base, size, offset, &other);
}

static int reads_beside(void *base, size_t size, size_t offset, uint32_t *value)
{
	return read32(base, size, offset ? offset - 4 : 0, value);
}

static void *one_too_far(void *base, size_t size, size_t offset, size_t length)
{
	return offset <= size && length <= size - offset + 1 ? (char *)base + offset : NULL;
}

static void *sum_of_both(void *base, size_t size, size_t offset, size_t length)
{
	return offset + length <= size ? (char *)base + offset : NULL;
}

static void outside(void *window, void *context)
{
	(void)context;
	AT(uint32_t, (char *)window + 62) = 1;
}

IOP_COPY_TOIO(doubled_byte, .widths = 1);
IOP_WRITE(write_halves, uint64_t, write_halves(addr, value));
IOP_READ(reads_wide, uint8_t, (uint8_t)AT(uint32_t, addr));
IOP_WRITE(writes_another, uint32_t, AT(uint32_t, addr) = value & 0xffffff);
IOP_READ(reads_nothing, uint32_t, ((void)addr, 0x5eed5eedu));
IOP_WRITE(writes_twice, uint32_t, (AT(uint32_t, addr) = value, AT(uint32_t, addr) = value));
#if defined(__x86_64__)
IOP_WRITE(not_ordered, uint32_t, __builtin_ia32_movnti((int *)addr, (int)value));
#endif
IOP_CHECKED_READ(three_are_enough, uint32_t, three_are_enough);
IOP_CHECKED_READ(sum_wraps, uint32_t, sum_wraps);
IOP_CHECKED_READ(cut_to_32_bits, uint32_t, cut_to_32_bits);
IOP_CHECKED_READ(takes_misaligned, uint32_t, takes_misaligned);
IOP_CHECKED_READ(refuses_the_last, uint32_t, refuses_the_last);
IOP_CHECKED_READ(reads_beside, uint32_t, reads_beside);
IOP_CHECKED_WRITE(looks_first, uint64_t, looks_first);
IOP_CHECKED_WRITE(other_value, uint64_t, other_value);
IOP_PROJECTION(one_too_far, one_too_far);
IOP_PROJECTION(sum_of_both, sum_of_both);
IOP_OPERATION(outside, .window = 64);

#elif defined(OPERATIONS)
static int set_up(void *window, void **context)
{
	*context = calloc(1, sizeof(uint32_t));
	AT(uint32_t, window) = 7;
	return *context ? 0 : -12;
}

/* Another place at each call. */
static void walk(void *window, void *context)
{
	uint32_t *next = context;

	AT(uint64_t, (char *)window + *next) = 1;
	*next = (*next + 8) % 64;
}

static void doorbell(void *window, void *context)
{
	(void)context;
	AT(uint64_t, (char *)window + 8) = 1;
#ifdef CHANGED
	AT(uint32_t, (char *)window + 0x20) = 1;
	AT(uint32_t, (char *)window + 0x24) = 1;
#else
	AT(uint64_t, (char *)window + 0x20) = 1;
#endif
	(void)AT(uint32_t, window);
}

/* The device says at the third read that it is ready. */
static void wait_until_ready(void *window, void *context)
{
	(void)context;
	while (!(AT(uint32_t, (char *)window + 4) & 1))
		;
	AT(uint32_t, window) = 1;
}

static void device(void *context, size_t offset, unsigned width, void *answer)
{
	uint32_t *reads = context, status = ++*reads % 3 == 0;

	if (offset == 4 && width == 4)
		memcpy(answer, &status, 4);
}

IOP_OPERATION(walk, .window = 64, .setup = set_up, .teardown = free);
IOP_OPERATION(doorbell);
IOP_OPERATION(wait_until_ready, .only_checked = 1, .window = 8, .setup = set_up, .teardown = free, .device = device);

#elif defined(CANNOT)
static int fails(void *window, void **context)
{
	(void)window, (void)context;
	return -19;
}

static void crash(void *window, void *context)
{
	(void)window, (void)context;
	abort();
}

static void nothing(void *window, void *context)
{
	(void)window, (void)context;
}

static int ends(void *base, size_t size, size_t offset, uint32_t *value)
{
	(void)base, (void)size, (void)offset, (void)value;
	exit(3);
}

static void hang(void *window, void *context)
{
	(void)context;
	while (!AT(uint32_t, window))
		;
}

IOP_OPERATION(nothing, .setup = fails);
IOP_OPERATION(crash);
IOP_OPERATION(hang, .only_checked = 1);
IOP_CHECKED_READ(ends, uint32_t, ends);
IOP_COPY_TOIO(memcpy, .tier = "NONE");
IOP_READ(r8, uint8_t, AT(uint8_t, addr), .relaxed = 1);
#endif
