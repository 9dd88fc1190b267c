/* SPDX-License-Identifier: MIT */
/* Access paths that are right; with a macro, each wrong in one way, some of them on arm64 only. */
#include <iopath/cells.h>

#include <stdint.h>
#include <stdlib.h>

IOP_MODULE("archs");

#if defined(__aarch64__) || defined(EVERYWHERE)
#define HERE 1
#else
#define HERE 0
#endif

#if defined(NO_COMPILE) && HERE
#error this module is not for arm64
#endif

static void copy_words(void *io, const void *src, size_t n)
{
	volatile uint32_t *to = (volatile uint32_t *)io;
	const unsigned char *from = (const unsigned char *)src;

	for (; n; n -= 4, from += 4) {
		uint32_t word;

		__builtin_memcpy(&word, from, 4);
#if defined(DOUBLES) && HERE
		*to = word;
#endif
		*to++ = word;
	}
}
IOP_COPY_TOIO(copy_words, .tier = "STRICT", .widths = 4, .unit = 4);

IOP_READ(read32, uint32_t, *(const volatile uint32_t *)addr, .relaxed = 1);
IOP_WRITE(write32, uint32_t, *(volatile uint32_t *)addr = value, .relaxed = 1);

/* Ordered where a barrier of the compiler's is enough. */
#if defined(ORDERS_ON_X86_ONLY)
#define BARRIER ""
#elif defined(WEAK) && defined(__aarch64__)
#define BARRIER "dmb ishst"
#elif defined(WEAK) && defined(__riscv)
#define BARRIER "fence w,w"
#elif defined(__aarch64__)
#define BARRIER "dmb oshst"
#elif defined(__arm__)
#define BARRIER ".arch armv7-a\n\tdsb st"
#elif defined(__riscv)
#define BARRIER "fence w,o"
#elif defined(__powerpc64__)
#define BARRIER "sync"
#else
#define BARRIER ""
#endif

static inline void write32_in_order(void *addr, uint32_t value)
{
#if defined(BEHIND)
	/* The compiler's is on the right side. */
	__asm__ volatile("" : : : "memory");
#elif !defined(ORDERS_NOTHING)
	__asm__ volatile(BARRIER : : : "memory");
#endif
	*(volatile uint32_t *)addr = value;
#if defined(BEHIND)
	__asm__ volatile(BARRIER : : : "memory");
#endif
}
IOP_WRITE(write32_ordered, uint32_t, write32_in_order(addr, value));

#ifdef READS
#if defined(__aarch64__)
#define READ_BARRIER "dmb oshld"
#elif defined(__riscv)
#define READ_BARRIER "fence i,r"
#else
#define READ_BARRIER ""
#endif
static inline uint32_t read32_in_order(const void *addr)
{
	uint32_t value;

#ifdef BEHIND
	__asm__ volatile(READ_BARRIER : : : "memory");
	value = *(const volatile uint32_t *)addr;
	__asm__ volatile("" : : : "memory");
#else
	value = *(const volatile uint32_t *)addr;
	__asm__ volatile(READ_BARRIER : : : "memory");
#endif
	return value;
}
IOP_READ(read32_ordered, uint32_t, read32_in_order(addr));
#endif

#ifdef __aarch64__
IOP_READ(only_there, uint32_t, *(const volatile uint32_t *)addr, .relaxed = 1);
#endif

static void post(void *window, void *context)
{
	(void)context;
	((volatile uint32_t *)window)[0] = 1;
	((volatile uint32_t *)window)[64] = 2;
#if defined(MISALIGNED) && HERE
	__asm__ volatile("" : "+r"(window));
	*(volatile uint32_t *)((char *)window + 6) = 3;
#elif defined(WRITES_MORE) && HERE
	((volatile uint32_t *)window)[1] = 3;
#elif defined(CRASHES) && HERE
	abort();
#elif defined(HANGS) && HERE
	for (volatile int forever = 1; forever;)
		;
#endif
}
#ifdef ANSWERS
static void answers(void *context, size_t offset, unsigned width, void *answer)
{
	(void)context, (void)offset, (void)width, (void)answer;
}
IOP_OPERATION(post, .device = answers);
#else
IOP_OPERATION(post);
#endif

static int checked_read32(void *base, size_t size, size_t offset, uint32_t *value)
{
#if defined(FORGETS) && HERE
	if (offset % sizeof(*value) || offset > size - sizeof(*value))
#else
	if (offset % sizeof(*value) || size < sizeof(*value) || offset > size - sizeof(*value))
#endif
		return -1;
	*value = *(const volatile uint32_t *)((const unsigned char *)base + offset);
	return 0;
}
IOP_CHECKED_READ(checked_read32, uint32_t, checked_read32);

#if defined(COPIES_BADLY) && HERE
static void hangs(void *io, const void *src, size_t n)
{
	(void)io, (void)src;
	for (volatile size_t forever = n; forever;)
		;
}
IOP_COPY_TOIO(hangs);
static void crashes(void *io, const void *src, size_t n)
{
	(void)io, (void)src;
	if (n)
		abort();
}
IOP_COPY_TOIO(crashes);
#endif

#if defined(LOADS_BADLY) && HERE
__attribute__((constructor)) static void in_loading(void)
{
	abort();
}
#endif
