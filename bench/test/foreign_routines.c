/* SPDX-License-Identifier: MIT */
/* Routines of another architecture, for judge_arch_test.py: right ones, wrong ones, and some that do not simply return. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

/* One store of a byte; compilers would put one with writeback into a loop. */
static void put(volatile unsigned char *to, unsigned char value)
{
#ifdef __aarch64__
	__asm__ volatile("strb %w1, [%0]" : : "r"(to), "r"(value) : "memory");
#elif defined(__arm__)
	__asm__ volatile("strb %1, [%0]" : : "r"(to), "r"(value) : "memory");
#else
	*to = value;
#endif
}

void *right(void *dst, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put((unsigned char *)dst + i, ((const unsigned char *)src)[i]);
	return dst;
}

/* Each byte with release, as a doorbell is rung: on arm64 stlrb, which has a syndrome. */
void *releases(void *dst, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		__atomic_store_n((unsigned char *)dst + i, ((const unsigned char *)src)[i], __ATOMIC_RELEASE);
	return dst;
}

void *doubles(void *dst, const void *src, size_t n)
{
	right(dst, src, n);
	put((unsigned char *)dst + n - 1, ((const unsigned char *)src)[n - 1]);
	return dst;
}

void *fills(void *dst, int value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put((unsigned char *)dst + i, (unsigned char)value);
	return dst;
}

/* Of 16 bytes, by one vector register: the emulator makes two pieces of it, and its disassembler does not know all of these. */
void *by_vectors(void *dst, const void *src)
{
#ifdef __aarch64__
	__asm__ volatile("ldr q0, [%1]\n\tstr q0, [%0]" : : "r"(dst), "r"(src) : "v0", "memory");
#elif defined(__s390x__)
	__asm__ volatile(".machine z13\n\tvl %%v1, 0(%1)\n\tvst %%v1, 0(%0)" : : "a"(dst), "a"(src) : "memory");
#elif defined(__powerpc__)
	__asm__ volatile(".machine power9\n\tlxv 0, 0(%1)\n\tstxv 0, 0(%0)" : : "b"(dst), "b"(src) : "memory");
#elif defined(__arm__)
	__asm__ volatile(".fpu neon\n\tvld1.8 {q0}, [%1]\n\tvst1.8 {q0}, [%0]" : : "r"(dst), "r"(src) : "memory");
#elif defined(__i386__)
	__asm__ volatile("movups (%1), %%xmm0\n\tmovups %%xmm0, (%0)" : : "r"(dst), "r"(src) : "memory");
#else
	(void)src;
#endif
	return dst;
}

/* By an instruction that the disassembler does not know. */
void *by_unknown(void *dst, const void *src, size_t n)
{
#ifdef __powerpc__
	__asm__ volatile(".machine power9\n\tlxvl 32, %1, %2\n\tstxvl 32, %0, %2" : : "b"(dst), "b"(src), "r"(n << 56) : "memory");
#else
	(void)src, (void)n;
#endif
	return dst;
}

void *words(void *dst, size_t n, const void *src)
{
	volatile uint32_t *to = dst;

	for (size_t i = 0; i < n; i++) {
		const unsigned char *from = (const unsigned char *)src + 4 * i;
		uint32_t word;

		/* The memory side lies anywhere. */
		__builtin_memcpy(&word, from, sizeof(word));
#ifdef __aarch64__
		__asm__ volatile("str %w1, [%0]" : : "r"(to + i), "r"(word) : "memory");
#else
		to[i] = word;
#endif
	}
	return dst;
}

uint32_t read_register(const volatile void *base, unsigned long offset)
{
	return *(const volatile uint32_t *)((const volatile char *)base + offset);
}

void write_register(volatile void *base, unsigned long offset, uint32_t value)
{
	*(volatile uint32_t *)((volatile char *)base + offset) = value;
}

/* Wrong for negative values only. */
void *saturates(void *dst, int value, size_t n)
{
	return fills(dst, value < 0 ? 0 : value, n);
}

/* Right, but for a register that belongs to its caller. */
void *spoils(void *dst, const void *src, size_t n)
{
	right(dst, src, n);
#ifdef __aarch64__
	__asm__ volatile("mov x27, #42");
#elif defined(__arm__)
	__asm__ volatile("mov r8, #42");
#elif defined(__riscv)
	__asm__ volatile("li s9, 42");
#elif defined(__s390x__)
	__asm__ volatile("lghi %r9, 42");
#elif defined(__powerpc__)
	__asm__ volatile("li 27, 42");
#elif defined(__i386__)
	__asm__ volatile("mov $42, %edi");
#endif
	return dst;
}

/* Not a routine. */
const unsigned char table[64] = {1};

#ifdef CONSTRUCTS
#include <pthread.h>

static void *goes_on(void *arg)
{
	for (;;)
		pause();
	return arg;
}

__attribute__((constructor)) static void constructs(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, goes_on, NULL);
}
#endif

void *exits(void)
{
	exit(0);
}

void *calls(void *dst, const void *src, size_t n)
{
	getppid();
	return right(dst, src, n);
}

void *waits(void)
{
	for (;;)
		__asm__ volatile("" : : : "memory");
}

void *far(void *dst, const void *src, size_t n)
{
	put((unsigned char *)dst + (1 << 19), 1);
	return right(dst, src, n);
}

void *reads_behind(void *dst, const void *src, size_t n)
{
	(void)((const volatile unsigned char *)src)[n];
	return right(dst, src, n);
}

void *lacks(void *dst)
{
#ifdef __aarch64__
	__asm__ volatile(".inst 0");
#elif defined(__riscv)
	__asm__ volatile("unimp");
#else
	__builtin_trap();
#endif
	return dst;
}

/* Of 64 bytes, by what the emulator does without showing it. */
void *zeroes(void *dst)
{
#ifdef __aarch64__
	__asm__ volatile("dc zva, %0" : : "r"(dst) : "memory");
#elif defined(__s390x__)
	__asm__ volatile("xc 0(64,%0),0(%0)" : : "a"(dst) : "memory");
#endif
	return dst;
}

/* Of 16 bytes, likewise. */
void *unseen(void *dst, const void *src)
{
#ifdef __s390x__
	__asm__ volatile("mvc 0(16,%0),0(%1)" : : "a"(dst), "a"(src) : "memory");
#elif defined(__aarch64__)
	__asm__ volatile(".arch_extension sve\n\tptrue p0.b, vl16\n\tld1b {z0.b}, p0/z, [%1]\n\tst1b {z0.b}, p0, [%0]"
			 :
			 : "r"(dst), "r"(src)
			 : "memory", "v0");
#else
	(void)src;
#endif
	return dst;
}
