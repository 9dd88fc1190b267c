/* SPDX-License-Identifier: MIT */
#include "controls.h"

#include <iopath/arch.h>

#include <string.h>

/* A control only on the architectures where it does something wrong. */
#define NOT_EVERYWHERE __attribute__((unused))

static unsigned char *alias_window, *alias_contents;

void controls_set_alias(unsigned char *window, unsigned char *contents)
{
	alias_window = window;
	alias_contents = contents;
}

/* Through pointers, so that the compiler cannot put its own idea of them in their place. */
static void *(*volatile libc_memcpy)(void *, const void *, size_t) = memcpy;
static void *(*volatile libc_memset)(void *, int, size_t) = memset;

static void glibc_toio(volatile void *io, const void *src, size_t n)
{
	libc_memcpy((void *)(uintptr_t)io, src, n);
}

static void glibc_fromio(void *dst, const volatile void *io, size_t n)
{
	libc_memcpy(dst, (const void *)(uintptr_t)io, n);
}

NOT_EVERYWHERE static void glibc_set(volatile void *io, int value, size_t n)
{
	libc_memset((void *)(uintptr_t)io, value, n);
}

static void bytes_up(volatile unsigned char *io, const unsigned char *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		io[i] = src[i];
}

/* Every byte once, aligned, in order, in the wrong size: nothing to reject but the count. */
static void bytewise(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		iop_arch_store((uintptr_t)io + i, 1, ((const unsigned char *)src)[i]);
}

struct packed_word {
	uint32_t value;
} __attribute__((packed));

static void packed_store(volatile void *io, const void *src, size_t n)
{
	uint32_t value;

	(void)n;
	memcpy(&value, src, sizeof(value));
	((volatile struct packed_word *)io)->value = value;
}

struct sixteen {
	uint32_t word[4];
};

NOT_EVERYWHERE static void struct_assignment(volatile void *io, const void *src, size_t n)
{
	(void)n;
	*(volatile struct sixteen *)io = *(const struct sixteen *)src;
}

static void skips_a_byte(volatile void *io, const void *src, size_t n)
{
	volatile unsigned char *to = io;
	const unsigned char *from = src;

	bytes_up(to, from, n / 2);
	bytes_up(to + n / 2 + 1, from + n / 2 + 1, n - n / 2 - 1);
}

static void doubles_the_tail(volatile void *io, const void *src, size_t n)
{
	bytes_up(io, src, n);
	((volatile unsigned char *)io)[n - 1] = ((const unsigned char *)src)[n - 1];
}

static void runs_down(volatile void *io, const void *src, size_t n)
{
	while (n--)
		((volatile unsigned char *)io)[n] = ((const unsigned char *)src)[n];
}

static void misaligned_words(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i += sizeof(uintptr_t)) {
		uintptr_t value;

		memcpy(&value, (const unsigned char *)src + i, sizeof(value));
		iop_arch_store((uintptr_t)io + i, sizeof(value), value);
	}
}

static void one_too_many(volatile void *io, const void *src, size_t n)
{
	bytes_up(io, src, n + 1);
}

static void reads_back(volatile void *io, const void *src, size_t n)
{
	bytes_up(io, src, n);
	(void)*(volatile unsigned char *)io;
}

static void updates(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		volatile unsigned char *to = (volatile unsigned char *)io + i;

#ifdef __x86_64__
		__asm__ volatile("andb $0, %0" : "+m"(*to));
		__asm__ volatile("orb %1, %0" : "+m"(*to) : "r"(((const unsigned char *)src)[i]));
#else
		*to = *to & 0;
		*to = *to | ((const unsigned char *)src)[i];
#endif
	}
}

#ifdef __x86_64__
static void by_element(volatile void *io, const void *src, size_t n)
{
	__asm__ volatile("rep movsb" : "+D"(io), "+S"(src), "+c"(n) : : "memory");
}
#endif

#ifdef __aarch64__
/* What compilers make of volatile loops and of structures, and no hypervisor can decode. */
static void by_pairs(volatile void *io, const void *src, size_t n)
{
	uint64_t words[2];

	memcpy(words, src, n);
	__asm__ volatile("stp %1, %2, [%0]" : : "r"(io), "r"(words[0]), "r"(words[1]) : "memory");
}

static void with_writeback(volatile void *io, const void *src, size_t n)
{
	for (const unsigned char *from = src, *end = from + n; from < end; from++)
		__asm__ volatile("strb %w1, [%0], #1" : "+r"(io) : "r"(*from) : "memory");
}

static void by_vectors(volatile void *io, const void *src, size_t n)
{
	(void)n;
	__asm__ volatile("ldr q0, [%1]\n\tstr q0, [%0]" : : "r"(io), "r"(src) : "v0", "memory");
}
#endif

static void writes_another_value(volatile void *io, const void *src, size_t n)
{
	bytes_up(io, src, n - 1);
	((volatile unsigned char *)io)[n - 1] = 0;
}

/* By a second mapping of the same memory, where nobody looks. */
static void goes_around(volatile void *io, const void *src, size_t n)
{
	memcpy(alias_contents + ((volatile unsigned char *)io - alias_window), src, n);
}

static void moves_up_on_overlap(volatile void *dst, const volatile void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile unsigned char *)dst)[i] = ((const volatile unsigned char *)src)[i];
}

#define TOIO(f)	 {.toio = (f)}, IOP_TOIO
#define ILLEGAL_ (IOP_RULE_TWICE | IOP_RULE_ALIGNED)

/*
 * What glibc 2.36 of each architecture does wrong with 100 bytes at offset 3. Of two operations it does nothing wrong in the generic
 * versions of RISC-V: these are legal by accident, and take too many accesses. On s390x everything is one instruction (MVC, XC),
 * which the emulator carries out where no plugin sees it: there the oracle must say that it is blind.
 */
#if defined(__s390x__)
#define LIBC_TOIO   IOP_RULE_BLIND, false, false
#define LIBC_FROMIO IOP_RULE_BLIND, false, false
#define LIBC_SET    IOP_RULE_BLIND, false, false
#elif defined(__riscv)
#define LIBC_TOIO   0, false, true
#define LIBC_FROMIO IOP_RULE_TWICE | IOP_RULE_OUTSIDE, false, false
#define LIBC_SET    0, false, true
#elif defined(__arm__)
#define LIBC_TOIO   IOP_RULE_ALIGNED | IOP_RULE_WIDTH | IOP_RULE_FORM, false, false
#define LIBC_FROMIO IOP_RULE_ALIGNED | IOP_RULE_WIDTH | IOP_RULE_FORM, false, false
#define LIBC_SET    IOP_RULE_FORM, false, false
#elif defined(__powerpc64__)
#define LIBC_TOIO   IOP_RULE_WIDTH | IOP_RULE_FORM, false, false
#define LIBC_FROMIO ILLEGAL_ | IOP_RULE_OUTSIDE, false, false
#else
#define LIBC_TOIO   ILLEGAL_, false, false
#define LIBC_FROMIO ILLEGAL_, false, false
#define LIBC_SET    ILLEGAL_, false, false
#endif
/* Where the machine may trap on misaligned accesses compilers take it apart: gcc by read-modify-writes of bytes, clang out of order. */
#if defined(__riscv) && defined(__clang__)
#define PACKED_STORE IOP_RULE_ORDER
#elif defined(__riscv)
#define PACKED_STORE IOP_RULE_TWICE | IOP_RULE_DIRECTION
#else
#define PACKED_STORE IOP_RULE_ALIGNED
#endif
#define HALF_WORD (sizeof(uintptr_t) / 2)

const struct control controls[] = {
	{"glibc memcpy to a device", TOIO(glibc_toio), 100, 3, LIBC_TOIO},
	{"glibc memcpy from a device", {.fromio = glibc_fromio}, IOP_FROMIO, 100, 3, LIBC_FROMIO},
#ifdef LIBC_SET
	{"glibc memset", {.set = glibc_set}, IOP_SET, 100, 3, LIBC_SET},
#endif
	{"a store to a packed structure", TOIO(packed_store), 4, 1, PACKED_STORE, false, false},
#ifdef __x86_64__
	{"assignment of a volatile structure", TOIO(struct_assignment), 16, 0, IOP_RULE_WIDTH | IOP_RULE_FORM, false, false},
	{"a string move", TOIO(by_element), 24, 0, IOP_RULE_FORM, false, false},
	{"read-modify-write", TOIO(updates), 24, 0, IOP_RULE_TWICE | IOP_RULE_DIRECTION | IOP_RULE_FORM, false, false},
#else
#if defined(__aarch64__) || defined(__arm__) || defined(__s390x__)
	{"assignment of a volatile structure", TOIO(struct_assignment), 16, 0, IOP_RULE_FORM, false, false},
#endif
	{"read-modify-write", TOIO(updates), 24, 0, IOP_RULE_TWICE | IOP_RULE_DIRECTION, false, false},
#endif
#ifdef __aarch64__
	{"a pair", TOIO(by_pairs), 16, 0, IOP_RULE_FORM, false, false},
	{"writeback", TOIO(with_writeback), 24, 0, IOP_RULE_FORM, false, false},
	{"a vector", TOIO(by_vectors), 16, 0, IOP_RULE_WIDTH | IOP_RULE_FORM, false, false},
#endif
	{"a byte skipped", TOIO(skips_a_byte), 24, 0, IOP_RULE_MISSED, true, false},
	{"the last byte doubled", TOIO(doubles_the_tail), 24, 0, IOP_RULE_TWICE, false, false},
	{"descending", TOIO(runs_down), 24, 0, IOP_RULE_ORDER, false, false},
	{"misaligned words", TOIO(misaligned_words), 24, HALF_WORD, IOP_RULE_ALIGNED, false, false},
	{"one byte too many", TOIO(one_too_many), 24, 0, IOP_RULE_OUTSIDE, true, false},
	{"a read among writes", TOIO(reads_back), 24, 0, IOP_RULE_DIRECTION, false, false},
	{"another value", TOIO(writes_another_value), 24, 0, 0, true, false},
	{"around the tracer", TOIO(goes_around), 24, 0, IOP_RULE_BLIND, false, false},
	{"a move upwards over its own source", {.move = moves_up_on_overlap}, IOP_MOVE, 24, 0, IOP_RULE_ORDER, true, false},
	{"byte by byte", TOIO(bytewise), 24, 0, 0, false, true},
};
const size_t controls_count = sizeof(controls) / sizeof(controls[0]);
