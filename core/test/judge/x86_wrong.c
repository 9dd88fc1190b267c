/* SPDX-License-Identifier: MIT */
/* What compilers and libraries for x86-64 make of copies, in assembler so that every compiler makes the same, and what hides. */
#include "corpus.h"

#ifdef __x86_64__
#include <immintrin.h>

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512f");
}

static void store_16(volatile void *io, const void *src)
{
	__asm__ volatile("movups (%1), %%xmm0\n\tmovups %%xmm0, (%0)" : : "r"(io), "r"(src) : "xmm0", "memory");
}

/* A structure of 16 bytes, assigned. */
TOIO(unaligned_vectors)
{
	for (size_t at = 0; at < n; at += 16)
		store_16((volatile unsigned char *)io + at, (const unsigned char *)src + at);
}

/* The vectors of both ends; in the middle they overlap. */
TOIO(two_vectors_overlap)
{
	store_16(io, src);
	store_16((volatile unsigned char *)io + n - 16, (const unsigned char *)src + n - 16);
}

/* A structure of 7 bytes, assigned. */
TOIO(two_words_overlap)
{
	(void)n;
	__asm__ volatile("movl (%1), %%eax\n\tmovl %%eax, (%0)\n\tmovl 3(%1), %%eax\n\tmovl %%eax, 3(%0)"
			 :
			 : "r"(io), "r"(src)
			 : "eax", "memory");
}

TOIO(exchanges)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char value = (unsigned char)peek(src, i, 1);

		__asm__ volatile("xchgb %0, %1" : "+q"(value), "+m"(((volatile unsigned char *)io)[i]));
	}
}

TOIO(ands_then_ors)
{
	for (size_t i = 0; i < n; i++) {
		volatile unsigned char *to = (volatile unsigned char *)io + i;

		__asm__ volatile("andb $0, %0" : "+m"(*to) : : "cc");
		__asm__ volatile("orb %1, %0" : "+m"(*to) : "q"((unsigned char)peek(src, i, 1)) : "cc");
	}
}

/* An atomic exchange in a loop until it succeeds. */
TOIO(compares_and_swaps)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char *to = (unsigned char *)(uintptr_t)io + i, old = 0;

		while (!__atomic_compare_exchange_n(to, &old, (unsigned char)peek(src, i, 1), false, __ATOMIC_SEQ_CST,
						    __ATOMIC_SEQ_CST))
			;
	}
}

/* The device is the stack: pushes descend. */
TOIO(pushes_to_the_device)
{
	volatile unsigned char *end = (volatile unsigned char *)io + n;
	const unsigned char *from = (const unsigned char *)src + n;

	if (n)
		__asm__ volatile("movq %%rsp, %%rbx\n\t"
				 "movq %1, %%rsp\n"
				 "1:\tsubq $8, %0\n\t"
				 "pushq (%0)\n\t"
				 "subq $8, %2\n\t"
				 "jnz 1b\n\t"
				 "movq %%rbx, %%rsp"
				 : "+r"(from), "+r"(end), "+r"(n)
				 :
				 : "rbx", "memory", "cc");
}

/* Leaves the direction to the flag: backwards where nothing overlaps. */
TOIO(strings_downwards)
{
	if (!n)
		return;
	io = (volatile unsigned char *)io + n - 1;
	src = (const unsigned char *)src + n - 1;
	__asm__ volatile("std\n\trep movsb\n\tcld" : "+D"(io), "+S"(src), "+c"(n) : : "memory", "cc");
}

/* Which bytes are stored is in a vector. */
__attribute__((target("avx2"))) TOIO(masked_by_a_vector)
{
	const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

	for (size_t at = 0; at < n; at += 32) {
		const __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)((n - at + 3) / 4)), lanes);

		_mm256_maskstore_epi32((int *)((uintptr_t)io + at), mask,
				       _mm256_maskload_epi32((const int *)((uintptr_t)src + at), mask));
	}
	_mm256_zeroupper();
}

/* One instruction, sixteen places. */
__attribute__((target("avx512f"))) TOIO(scatters)
{
	const __m512i places = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

	for (size_t at = 0; at < n; at += 64)
		_mm512_i32scatter_epi32((void *)((uintptr_t)io + at), places,
					_mm512_loadu_si512((const void *)((uintptr_t)src + at)), 4);
}

/* Every byte once, and then a look at the range by an instruction whose places are in a vector: unseen, it would be legal. */
__attribute__((target("avx2"))) TOIO(gathers_what_it_wrote)
{
	const __m128i places = _mm_setr_epi32(0, 4, 8, 12);
	volatile __m128i seen;

	for (size_t i = 0; i < n; i++)
		put(io, i, 1, peek(src, i, 1));
	if (n >= 16)
		seen = _mm_i32gather_epi32((const int *)(uintptr_t)io, places, 1);
	(void)seen;
}

#define VECTORS (IOP_RULE_FORM | IOP_RULE_WIDTH)

const struct judged judged_x86_wrong[] = {
	{JUDGED_TOIO(unaligned_vectors), JUDGED_TIER(IOP_MEM, VECTORS | IOP_RULE_ALIGNED), JUDGED_ONLY(16), .domain = {.step = 16}},
	{JUDGED_TOIO(two_vectors_overlap), JUDGED_TIER(IOP_MEM, VECTORS | IOP_RULE_ALIGNED | IOP_RULE_TWICE), JUDGED_ONLY(16),
	 .domain = {.least = 16, .most = 32, .io_step = 16}},
	{JUDGED_TOIO(two_words_overlap), JUDGED_TIER(IOP_MEM, IOP_RULE_ALIGNED | IOP_RULE_TWICE), JUDGED_ONLY(4),
	 .domain = {.least = 7, .most = 7, .io_step = 8}},
	{JUDGED_TOIO(exchanges), JUDGED_NONE(IOP_RULE_FORM | IOP_RULE_DIRECTION | IOP_RULE_TWICE), JUDGED_ONLY(1)},
	{JUDGED_TOIO(ands_then_ors), JUDGED_NONE(IOP_RULE_FORM | IOP_RULE_DIRECTION | IOP_RULE_TWICE), JUDGED_ONLY(1)},
	{JUDGED_TOIO(compares_and_swaps), JUDGED_NONE(IOP_RULE_FORM | IOP_RULE_DIRECTION | IOP_RULE_TWICE), JUDGED_ONLY(1)},
	{JUDGED_TOIO(pushes_to_the_device), JUDGED_TIER(IOP_MEM, IOP_RULE_FORM | IOP_RULE_ORDER), JUDGED_ONLY(8),
	 .domain = {.step = 8, .io_step = 8}},
	{JUDGED_TOIO(strings_downwards), JUDGED_TIER(IOP_MEM, IOP_RULE_FORM | IOP_RULE_ORDER), JUDGED_ONLY(1)},
	{JUDGED_TOIO(scatters), JUDGED_NONE(IOP_RULE_BLIND), .widths = 0, .supported = has_avx512,
	 .domain = {.step = 64, .io_step = 64}},
	{JUDGED_TOIO(gathers_what_it_wrote), JUDGED_NONE(IOP_RULE_BLIND), .widths = 1, .supported = has_avx2},
	{JUDGED_TOIO(masked_by_a_vector), JUDGED_NONE(IOP_RULE_BLIND), .widths = 0, .supported = has_avx2,
	 .domain = {.step = 4, .io_step = 32}},
};
const size_t judged_x86_wrong_count = sizeof(judged_x86_wrong) / sizeof(judged_x86_wrong[0]);
#else
const struct judged judged_x86_wrong[1];
const size_t judged_x86_wrong_count;
#endif
