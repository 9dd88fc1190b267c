/* SPDX-License-Identifier: MIT */
/* What x86-64 has besides mov: legal copies by string, non-temporal, masked and odder instructions, each with its tier. */
#include "corpus.h"

#ifdef __x86_64__
#include <immintrin.h>
#include <sys/auxv.h>

static bool has_movbe(void)
{
	unsigned int a, b, c, d;

	__asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(1), "c"(0));
	return c >> 22 & 1;
}

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}

/* The kernel lets programs use the instructions for segments. */
static bool has_segments(void)
{
	return getauxval(AT_HWCAP2) >> 1 & 1;
}

/* As drivers and libraries have it for write-combining mappings. */
TOIO(rep_movsb)
{
	__asm__ volatile("rep movsb" : "+D"(io), "+S"(src), "+c"(n) : : "memory");
}

TOIO(rep_movsq)
{
	n /= 8;
	__asm__ volatile("rep movsq" : "+D"(io), "+S"(src), "+c"(n) : : "memory");
}

/* The other prefix repeats moves just as well. */
TOIO(repne_movsl)
{
	n /= 4;
	__asm__ volatile("repne movsl" : "+D"(io), "+S"(src), "+c"(n) : : "memory");
}

SET(repne_stosb)
{
	__asm__ volatile("repne stosb" : "+D"(io), "+c"(n) : "a"(value) : "memory");
}

/* Two bits of head, words of four, two bits of tail. */
TOIO(rep_movsl_with_edges)
{
	if (n && (uintptr_t)io & 1) {
		__asm__ volatile("movsb" : "+D"(io), "+S"(src) : : "memory");
		n--;
	}
	if (n > 1 && (uintptr_t)io & 2) {
		__asm__ volatile("movsw" : "+D"(io), "+S"(src) : : "memory");
		n -= 2;
	}
	for (size_t words = n / 4; words; words = 0)
		__asm__ volatile("rep movsl" : "+D"(io), "+S"(src), "+c"(words) : : "memory");
	if (n & 2)
		__asm__ volatile("movsw" : "+D"(io), "+S"(src) : : "memory");
	if (n & 1)
		__asm__ volatile("movsb" : "+D"(io), "+S"(src) : : "memory");
}

/* Loads by lods, from memory; stores by stos. */
TOIO(lodsb_stosb)
{
	if (n)
		__asm__ volatile("1: lodsb\n\tstosb\n\tdec %%rcx\n\tjnz 1b"
				 : "+D"(io), "+S"(src), "+c"(n)
				 :
				 : "rax", "memory", "cc");
}

SET(rep_stosb)
{
	__asm__ volatile("rep stosb" : "+D"(io), "+c"(n) : "a"(value) : "memory");
}

SET(rep_stosq)
{
	uint64_t pattern = (unsigned char)value * UINT64_C(0x0101010101010101);

	n /= 8;
	__asm__ volatile("rep stosq" : "+D"(io), "+c"(n) : "a"(pattern) : "memory");
}

/* Backward strings only where a move must descend. */
MOVE(std_rep_movsb)
{
	if ((uintptr_t)dst - (uintptr_t)src < n && dst != src) {
		dst = (volatile unsigned char *)dst + n - 1;
		src = (const volatile unsigned char *)src + n - 1;
		__asm__ volatile("std\n\trep movsb\n\tcld" : "+D"(dst), "+S"(src), "+c"(n) : : "memory", "cc");
	} else {
		__asm__ volatile("rep movsb" : "+D"(dst), "+S"(src), "+c"(n) : : "memory");
	}
}

/* Big-endian registers: the value is swapped twice. */
TOIO(movbe_stores)
{
	for (size_t at = 0; at < n; at += 8) {
		uint64_t value = __builtin_bswap64(peek(src, at, 8));

		__asm__ volatile("movbeq %1, %0" : "=m"(*(volatile uint64_t *)((volatile unsigned char *)io + at)) : "r"(value));
	}
}

FROMIO(movbe_loads)
{
	for (size_t at = 0; at < n; at += 4) {
		uint32_t value;

		__asm__ volatile("movbel %1, %0"
				 : "=r"(value)
				 : "m"(*(const volatile uint32_t *)((const volatile unsigned char *)io + at)));
		poke(dst, at, 4, __builtin_bswap32(value));
	}
}

static void movnti(volatile unsigned char *io, uint64_t value)
{
	__asm__ volatile("movntiq %1, %0" : "=m"(*(volatile uint64_t *)io) : "r"(value));
}

TOIO(movnti_and_fence)
{
	for (size_t at = 0; at < n; at += 8)
		movnti((volatile unsigned char *)io + at, peek(src, at, 8));
	_mm_sfence();
}

/* Legal, but what it stored may still be on its way when it returns. */
TOIO(movnti_without_fence)
{
	for (size_t at = 0; at < n; at += 8)
		movnti((volatile unsigned char *)io + at, peek(src, at, 8));
}

/* Orders each store: slow, and legal. */
TOIO(a_fence_after_each_store)
{
	for (size_t i = 0; i < n; i++) {
		put(io, i, 1, peek(src, i, 1));
		_mm_mfence();
	}
}

TOIO(non_temporal_vectors)
{
	for (size_t at = 0; at < n; at += 16)
		_mm_stream_si128((__m128i *)((uintptr_t)io + at), _mm_loadu_si128((const __m128i *)((uintptr_t)src + at)));
	_mm_sfence();
}

/* Loads that write-combining memory serves by lines. */
FROMIO(streaming_loads)
{
	for (size_t at = 0; at < n; at += 16) {
		__m128i value;

		__asm__ volatile("movntdqa %1, %0" : "=x"(value) : "m"(*(const __m128i *)((uintptr_t)io + at)));
		_mm_storeu_si128((__m128i *)((uintptr_t)dst + at), value);
	}
}

__attribute__((target("avx2"))) TOIO(vectors_of_32)
{
	for (size_t at = 0; at < n; at += 32)
		_mm256_store_si256((__m256i *)((uintptr_t)io + at), _mm256_loadu_si256((const __m256i *)((uintptr_t)src + at)));
	_mm256_zeroupper();
}

/* One line at a time; masks cut off what does not belong to the range, so nothing there is accessed. */
__attribute__((target("avx512bw,avx512vl"))) TOIO(masked_lines)
{
	const uintptr_t end = (uintptr_t)io + n;

	for (uintptr_t line = (uintptr_t)io / 64 * 64; n && line < end; line += 64) {
		uint64_t mask = UINT64_MAX;

		if (line < (uintptr_t)io)
			mask <<= (uintptr_t)io - line;
		if (end - line < 64)
			mask &= (UINT64_C(1) << (end - line)) - 1;
		_mm512_mask_storeu_epi8((void *)line, mask,
					_mm512_maskz_loadu_epi8(mask, (const void *)((uintptr_t)src + line - (uintptr_t)io)));
	}
}

/* Bytes, and then the rest of their line: its operand begins before them, what it touches does not. */
__attribute__((target("avx512bw,avx512vl"))) TOIO(bytes_then_a_masked_line)
{
	const uintptr_t line = (uintptr_t)io / 64 * 64;
	const size_t in = (uintptr_t)io - line, first = n < 2 ? n : 2;
	uint64_t mask = UINT64_MAX << (in + first);

	for (size_t i = 0; i < first; i++)
		put(io, i, 1, peek(src, i, 1));
	mask &= (UINT64_C(1) << (in + n)) - 1;
	if (n > first)
		_mm512_mask_storeu_epi8((void *)line, mask, _mm512_maskz_loadu_epi8(mask, (const void *)((uintptr_t)src - in)));
}

__attribute__((target("avx512bw,avx512vl"))) FROMIO(masked_line_loads)
{
	const uintptr_t end = (uintptr_t)io + n;

	for (uintptr_t line = (uintptr_t)io / 64 * 64; n && line < end; line += 64) {
		uint64_t mask = UINT64_MAX;

		if (line < (uintptr_t)io)
			mask <<= (uintptr_t)io - line;
		if (end - line < 64)
			mask &= (UINT64_C(1) << (end - line)) - 1;
		_mm512_mask_storeu_epi8((void *)((uintptr_t)dst + line - (uintptr_t)io), mask,
					_mm512_maskz_loadu_epi8(mask, (const void *)line));
	}
}

/* A message of 64 bytes in one store. */
TOIO(movdir64b)
{
	for (size_t at = 0; at < n; at += 64)
		__asm__ volatile(".byte 0x66, 0x0f, 0x38, 0xf8, 0x06" /* movdir64b (%rsi), %rax */
				 :
				 : "a"((uintptr_t)io + at), "S"((uintptr_t)src + at)
				 : "memory");
}

TOIO(movdiri)
{
	for (size_t at = 0; at < n; at += 8)
		__asm__ volatile(".byte 0x48, 0x0f, 0x38, 0xf9, 0x07" /* movdiri %rax, (%rdi) */
				 :
				 : "a"(peek(src, at, 8)), "D"((uintptr_t)io + at)
				 : "memory");
}

/* The device is the stack, and each pop a load of 8 bytes. */
FROMIO(pops_the_device)
{
	if (n)
		__asm__ volatile("movq %%rsp, %%rbx\n\t"
				 "movq %1, %%rsp\n"
				 "1:\tpopq %%rax\n\t"
				 "movq %%rax, (%0)\n\t"
				 "addq $8, %0\n\t"
				 "subq $8, %2\n\t"
				 "jnz 1b\n\t"
				 "movq %%rbx, %%rsp"
				 : "+r"(dst), "+r"(io), "+r"(n)
				 :
				 : "rax", "rbx", "memory", "cc");
}

/* Memory to memory by the stack, which is memory. */
TOIO(pushes_and_pops)
{
	for (size_t at = 0; at < n; at += 8)
		__asm__ volatile("subq $128, %%rsp\n\tpushq (%1)\n\tpopq (%0)\n\taddq $128, %%rsp"
				 :
				 : "r"((uintptr_t)io + at), "r"((uintptr_t)src + at)
				 : "memory", "cc");
}

/* 64 bits go through the floating point unit unchanged as integers. */
TOIO(by_the_x87)
{
	for (size_t at = 0; at < n; at += 8)
		__asm__ volatile("fildq %1\n\tfistpq %0"
				 : "=m"(*(volatile int64_t *)((volatile unsigned char *)io + at))
				 : "m"(*(const int64_t *)((uintptr_t)src + at))
				 : "st");
}

/* A load by the operand of an addition. */
FROMIO(adds_to_zero)
{
	for (size_t at = 0; at < n; at += 4) {
		uint32_t value = 0;

		__asm__ volatile("addl %1, %0"
				 : "+r"(value)
				 : "m"(*(const volatile uint32_t *)((const volatile unsigned char *)io + at))
				 : "cc");
		poke(dst, at, 4, value);
	}
}

/* Loads whatever its condition is. */
FROMIO(conditional_moves)
{
	for (size_t at = 0; at < n; at += 8) {
		uint64_t value = 0;

		__asm__ volatile("testq %0, %0\n\tcmovzq %1, %0"
				 : "+r"(value)
				 : "m"(*(const volatile uint64_t *)((const volatile unsigned char *)io + at))
				 : "cc");
		poke(dst, at, 8, value);
	}
}

/* Signed registers of the device: a load that extends the sign is a load. */
FROMIO(sign_extending_loads)
{
	for (size_t at = 0; at < n; at += 4) {
		int64_t value;

		if (at % 8)
			__asm__ volatile("movslq %1, %0"
					 : "=r"(value)
					 : "m"(*(const volatile int32_t *)((const volatile unsigned char *)io + at)));
		else
			value = (int64_t)get(io, at, 4);
		poke(dst, at, 4, (uint64_t)value);
	}
}

FROMIO(signed_bytes)
{
	for (size_t i = 0; i < n; i++) {
		int value;

		__asm__ volatile("movsbl %1, %0" : "=r"(value) : "m"(((const volatile signed char *)io)[i]));
		poke(dst, i, 1, (uint64_t)value);
	}
}

/* The device is a segment, as memory of each CPU is in a kernel. */
TOIO(by_a_segment)
{
	uint64_t before;

	__asm__ volatile("rdgsbase %0\n\twrgsbase %1" : "=&r"(before) : "r"((uintptr_t)io));
	for (size_t i = 0; i < n; i++)
		__asm__ volatile("movb %b1, %%gs:(%0)" : : "r"(i), "q"((unsigned char)peek(src, i, 1)) : "memory");
	__asm__ volatile("wrgsbase %0" : : "r"(before));
}

/* Writes lines back as it goes, as for persistent memory: no load and no store. */
TOIO(flushes_what_it_wrote)
{
	for (size_t i = 0; i < n; i++) {
		put(io, i, 1, peek(src, i, 1));
		_mm_clflush((const void *)((uintptr_t)io + i));
	}
}

/* Immediates: the value is in the code. */
SET(immediates)
{
	for (size_t i = 0; i < n; i++)
		if (value == 0xa5)
			__asm__ volatile("movb $0xa5, %0" : "=m"(((volatile unsigned char *)io)[i]));
		else
			put(io, i, 1, (unsigned char)value);
}

/* The high byte of a register. */
TOIO(high_bytes)
{
	for (size_t i = 0; i < n; i++)
		__asm__ volatile("movb %%ah, (%0)" : : "D"((uintptr_t)io + i), "a"(peek(src, i, 1) << 8) : "memory");
}

/* The dynamic linker chooses, before anybody calls. */
static void chosen_by_the_linker(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(io, i, 1, peek(src, i, 1));
}

static __attribute__((used)) void (*choose(void))(volatile void *, const void *, size_t)
{
	return chosen_by_the_linker;
}

#ifdef __ELF__
void indirect_function(volatile void *io, const void *src, size_t n) __attribute__((ifunc("choose")));
#endif

#define STRING JUDGED_TIER(IOP_STRICT_S, IOP_RULE_FORM)
#define VECTOR JUDGED_TIER(IOP_WIDE, IOP_RULE_FORM | IOP_RULE_WIDTH)
#define WORDS  .domain = {.step = 8, .io_step = 8}

const struct judged judged_x86[] = {
	{JUDGED_TOIO(rep_movsb), STRING, JUDGED_ONLY(1)},
	{JUDGED_TOIO(rep_movsq), STRING, JUDGED_ONLY(8), WORDS},
	{JUDGED_TOIO(repne_movsl), STRING, JUDGED_ONLY(4), .domain = {.step = 4, .io_step = 4}},
	{JUDGED_SET(repne_stosb), STRING, JUDGED_ONLY(1)},
	{JUDGED_TOIO(rep_movsl_with_edges), STRING, JUDGED_ONLY(1 | 2 | 4)},
	{JUDGED_TOIO(lodsb_stosb), STRING, JUDGED_ONLY(1)},
	{JUDGED_SET(rep_stosb), STRING, JUDGED_ONLY(1)},
	{JUDGED_SET(rep_stosq), STRING, JUDGED_ONLY(8), WORDS},
	{JUDGED_MOVE(std_rep_movsb), STRING, JUDGED_ONLY(1)},
	{JUDGED_TOIO(movbe_stores), STRING, JUDGED_ONLY(8), .supported = has_movbe, WORDS},
	{JUDGED_FROMIO(movbe_loads), STRING, JUDGED_ONLY(4), .supported = has_movbe, .domain = {.step = 4, .io_step = 4}},
	{JUDGED_TOIO(movnti_and_fence), STRING, JUDGED_ONLY(8), WORDS},
	{JUDGED_TOIO(movnti_without_fence), STRING, JUDGED_ONLY(8), WORDS},
	{JUDGED_TOIO(a_fence_after_each_store), JUDGED_TIER(IOP_STRICT, 0), JUDGED_ONLY(1)},
	{JUDGED_TOIO(non_temporal_vectors), VECTOR, JUDGED_ONLY(16), .domain = {.step = 16, .io_step = 16}},
	{JUDGED_FROMIO(streaming_loads), VECTOR, JUDGED_ONLY(16), .domain = {.step = 16, .io_step = 16}},
	{JUDGED_TOIO(vectors_of_32), VECTOR, JUDGED_ONLY(32), .supported = has_avx2, .domain = {.step = 32, .io_step = 32}},
	{JUDGED_TOIO(masked_lines), JUDGED_TIER(IOP_WIDE_M, IOP_RULE_FORM | IOP_RULE_WIDTH), JUDGED_ONLY(64),
	 .supported = has_avx512},
	{JUDGED_TOIO(bytes_then_a_masked_line), JUDGED_TIER(IOP_WIDE_M, IOP_RULE_FORM | IOP_RULE_WIDTH), JUDGED_ONLY(1 | 64),
	 .supported = has_avx512, .domain = {.most = 15, .io_step = 16}},
	{JUDGED_FROMIO(masked_line_loads), JUDGED_TIER(IOP_WIDE_M, IOP_RULE_FORM | IOP_RULE_WIDTH), JUDGED_ONLY(64),
	 .supported = has_avx512},
	{JUDGED_TOIO(movdir64b), VECTOR, JUDGED_ONLY(64), .domain = {.step = 64, .io_step = 64}},
	{JUDGED_TOIO(movdiri), STRING, JUDGED_ONLY(8), WORDS},
	{JUDGED_FROMIO(pops_the_device), STRING, JUDGED_ONLY(8), WORDS},
	{JUDGED_TOIO(pushes_and_pops), STRING, JUDGED_ONLY(8), WORDS},
	{JUDGED_TOIO(by_the_x87), STRING, JUDGED_ONLY(8), WORDS},
	{JUDGED_FROMIO(adds_to_zero), STRING, JUDGED_ONLY(4), .domain = {.step = 4, .io_step = 4}},
	{JUDGED_FROMIO(conditional_moves), STRING, JUDGED_ONLY(8), WORDS},
	{JUDGED_FROMIO(sign_extending_loads), JUDGED_TIER(IOP_STRICT, 0), JUDGED_ONLY(4), .domain = {.step = 4, .io_step = 4}},
	{JUDGED_FROMIO(signed_bytes), JUDGED_TIER(IOP_STRICT, 0), JUDGED_ONLY(1)},
	{JUDGED_TOIO(by_a_segment), JUDGED_TIER(IOP_STRICT, 0), JUDGED_ONLY(1), .supported = has_segments},
	{JUDGED_TOIO(flushes_what_it_wrote), JUDGED_TIER(IOP_STRICT, 0), JUDGED_ONLY(1)},
	{JUDGED_SET(immediates), JUDGED_TIER(IOP_STRICT, 0), JUDGED_ONLY(1)},
	{JUDGED_TOIO(high_bytes), JUDGED_TIER(IOP_STRICT, 0), JUDGED_ONLY(1)},
	{JUDGED_TOIO(indirect_function), JUDGED_TIER(IOP_STRICT, 0), JUDGED_ONLY(1)},
};
const size_t judged_x86_count = sizeof(judged_x86) / sizeof(judged_x86[0]);
#else
const struct judged judged_x86[1];
const size_t judged_x86_count;
#endif
