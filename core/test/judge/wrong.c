/* SPDX-License-Identifier: MIT */
/* Copies and fills that break one of the rules while all data arrives: nothing but the accesses shows it. */
#include "corpus.h"

#define AT(p, at) ((volatile unsigned char *)(p) + (at))

static void up(volatile void *io, const void *src, size_t at, size_t end)
{
	for (; at < end; at++)
		put(io, at, 1, peek(src, at, 1));
}

TOIO(first_byte_again)
{
	if (n)
		put(io, 0, 1, peek(src, 0, 1));
	up(io, src, 0, n);
}

TOIO(last_byte_again)
{
	up(io, src, 0, n);
	if (n)
		put(io, n - 1, 1, peek(src, n - 1, 1));
}

/* A mistake of one in where the tail begins. */
TOIO(a_byte_in_the_middle_again)
{
	up(io, src, 0, n / 2 + (n > 2));
	up(io, src, n / 2, n);
}

/* Words for the two ends, which overlap unless they are neighbours; the places are those of the words. */
TOIO(ends_overlap)
{
	if (n <= WORD) {
		up(io, src, 0, n);
		return;
	}
	for (size_t at = 0; at + WORD < n; at += WORD)
		put(io, at, WORD, peek(src, at, WORD));
	put(io, n - WORD, WORD, peek(src, n - WORD, WORD));
}

/* Clears before it copies. */
TOIO(zeroes_then_bytes)
{
	for (size_t i = 0; i < n; i++)
		put(io, i, 1, 0);
	up(io, src, 0, n);
}

/* Writes, and repairs what was not right. */
TOIO(repairs_the_last_byte)
{
	if (!n)
		return;
	up(io, src, 0, n - 1);
	put(io, n - 1, 1, 0);
	put(io, n - 1, 1, peek(src, n - 1, 1));
}

TOIO(downwards)
{
	while (n--)
		put(io, n, 1, peek(src, n, 1));
}

TOIO(odd_before_even)
{
	for (size_t i = 1; i < n; i += 2)
		put(io, i, 1, peek(src, i, 1));
	for (size_t i = 0; i < n; i += 2)
		put(io, i, 1, peek(src, i, 1));
}

TOIO(tail_before_head)
{
	up(io, src, n / 2, n);
	up(io, src, 0, n / 2);
}

/* Swaps the last two of each group of four. */
TOIO(pairs_swapped)
{
	size_t at = 0;

	for (; n - at >= 4; at += 4) {
		up(io, src, at, at + 2);
		put(io, at + 3, 1, peek(src, at + 3, 1));
		put(io, at + 2, 1, peek(src, at + 2, 1));
	}
	up(io, src, at, n);
}

/* The length, such as of a message, goes out last. */
TOIO(first_byte_last)
{
	up(io, src, 1, n);
	if (n)
		put(io, 0, 1, peek(src, 0, 1));
}

static void put_at_any_place(volatile void *io, const void *src, size_t at, unsigned width)
{
	/* Not put(): it may assume alignment. */
#ifdef __x86_64__
	uint64_t value = peek(src, at, width);

	if (width == 2)
		__asm__ volatile("movw %w1, %0" : "=m"(*(volatile uint16_t *)AT(io, at)) : "r"(value));
	else if (width == 4)
		__asm__ volatile("movl %k1, %0" : "=m"(*(volatile uint32_t *)AT(io, at)) : "r"(value));
	else
		__asm__ volatile("movq %1, %0" : "=m"(*(volatile uint64_t *)AT(io, at)) : "r"(value));
#else
	put_any(io, at, width, peek(src, at, width));
#endif
}

/* Aligns the memory side instead of the device's. */
TOIO(words_where_memory_is_aligned)
{
	size_t at = 0;

	for (; at < n && ((uintptr_t)src + at) % 8; at++)
		put(io, at, 1, peek(src, at, 1));
	for (; n - at >= 8; at += 8)
		put_at_any_place(io, src, at, 8);
	up(io, src, at, n);
}

/* Words from the first byte on, wherever that lies. */
TOIO(words_from_the_start)
{
	size_t at = 0;

	for (; n - at >= 4; at += 4)
		put_at_any_place(io, src, at, 4);
	up(io, src, at, n);
}

/* The offset is aligned, the address is not: right for a mapping that begins at a page. */
TOIO(aligns_the_offset)
{
	size_t at = 0;

	for (; n - at >= 2; at += 2)
		put_at_any_place(io, src, at, 2);
	up(io, src, at, n);
}

/* Flushes posted writes in the way of PCI drivers, by a read of what it wrote. */
TOIO(reads_back_the_last_byte)
{
	up(io, src, 0, n);
	if (n)
		(void)get(io, n - 1, 1);
}

TOIO(verifies_each_byte)
{
	for (size_t i = 0; i < n; i++)
		do
			put(io, i, 1, peek(src, i, 1));
		while (get(io, i, 1) != peek(src, i, 1));
}

/* Saves writes: bytes that the device seems to have already are left out. */
TOIO(only_what_differs)
{
	for (size_t i = 0; i < n; i++)
		if (get(io, i, 1) != peek(src, i, 1))
			put(io, i, 1, peek(src, i, 1));
}

/* The edges by read-modify-write of the aligned words around them; what lies beside the range is written back. */
TOIO(merges_the_edges)
{
	size_t at = 0;

	while (at < n) {
		const uintptr_t addr = (uintptr_t)io + at, word = addr / WORD * WORD;
		const size_t in = addr - word, some = n - at < WORD - in ? n - at : WORD - in;
		volatile void *const whole = AT(io, (ptrdiff_t)at - (ptrdiff_t)in);
		unsigned char merged[sizeof(uintptr_t)];
		uintptr_t value = 0;

		if (some < WORD)
			value = (uintptr_t)get(whole, 0, WORD);
		memcpy(merged, &value, WORD);
		memcpy(merged + in, (const unsigned char *)src + at, some);
		memcpy(&value, merged, WORD);
		put(whole, 0, WORD, value);
		at += some;
	}
}

/* Looks at a status byte of the range before it writes. */
TOIO(asks_the_device_first)
{
	if (n && get(io, 0, 1) == 0x100)
		return;
	up(io, src, 0, n);
}

FROMIO(reads_first_byte_again)
{
	if (n)
		(void)get(io, 0, 1);
	for (size_t i = 0; i < n; i++)
		poke(dst, i, 1, get(io, i, 1));
}

/* Twice, to be sure: until two reads are alike. */
FROMIO(reads_until_stable)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = get(io, i, 1), again;

		while ((again = get(io, i, 1)) != value)
			value = again;
		poke(dst, i, 1, value);
	}
}

FROMIO(reads_ends_that_overlap)
{
	if (n < WORD) {
		for (size_t i = 0; i < n; i++)
			poke(dst, i, 1, get(io, i, 1));
		return;
	}
	for (size_t at = 0; at + WORD <= n; at += WORD)
		poke(dst, at, WORD, get(io, at, WORD));
	if (n % WORD)
		poke(dst, n - WORD, WORD, get_any(io, n - WORD, WORD));
}

FROMIO(reads_downwards)
{
	while (n--)
		poke(dst, n, 1, get(io, n, 1));
}

/* Whole words for the edges, of which the bytes that were not asked for are thrown away: reading them may change the device. */
FROMIO(reads_whole_words)
{
	for (size_t at = 0; at < n;) {
		const uintptr_t addr = (uintptr_t)io + at, in = addr % WORD;
		const size_t some = n - at < WORD - in ? n - at : WORD - in;
		uintptr_t value = (uintptr_t)get((const volatile unsigned char *)io + at - in, 0, WORD);

		memcpy((unsigned char *)dst + at, (unsigned char *)&value + in, some);
		at += some;
	}
}

FROMIO(reads_one_ahead)
{
	for (size_t i = 0; i < n; i++)
		poke(dst, i, 1, get(io, i, 1));
	(void)get(io, n, 1);
}

/* Gives what it has read back to the device, as a receipt. */
FROMIO(writes_what_it_read)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = get(io, i, 1);

		put((volatile void *)(uintptr_t)io, i, 1, value);
		poke(dst, i, 1, value);
	}
}

SET(fills_the_last_byte_again)
{
	for (size_t i = 0; i < n; i++)
		put(io, i, 1, (unsigned char)value);
	if (n)
		put(io, n - 1, 1, (unsigned char)value);
}

SET(fills_downwards)
{
	while (n--)
		put(io, n, 1, (unsigned char)value);
}

/* First and last at once, towards the middle. */
SET(fills_from_both_ends)
{
	for (size_t i = 0; i < n / 2; i++) {
		put(io, i, 1, (unsigned char)value);
		put(io, n - 1 - i, 1, (unsigned char)value);
	}
	if (n % 2)
		put(io, n / 2, 1, (unsigned char)value);
}

#define TWICE	   IOP_RULE_TWICE
#define ORDER	   IOP_RULE_ORDER
#define ALIGNED	   IOP_RULE_ALIGNED
#define DIRECTION  IOP_RULE_DIRECTION
#define OUTSIDE	   IOP_RULE_OUTSIDE
#define MEM(rules) JUDGED_TIER(IOP_MEM, rules)

const struct judged judged_wrong[] = {
	{JUDGED_TOIO(first_byte_again), MEM(TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(last_byte_again), MEM(TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(a_byte_in_the_middle_again), MEM(TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(ends_overlap), MEM(TWICE | ALIGNED), JUDGED_ONLY(1 | WORD), .domain = {.io_step = 8}},
	{JUDGED_TOIO(zeroes_then_bytes), MEM(TWICE | ORDER), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(repairs_the_last_byte), MEM(TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(downwards), MEM(ORDER), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(odd_before_even), MEM(ORDER), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(tail_before_head), MEM(ORDER), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(pairs_swapped), MEM(ORDER), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(first_byte_last), MEM(ORDER), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(words_where_memory_is_aligned), MEM(ALIGNED), JUDGED_ONLY(1 | 8)},
	{JUDGED_TOIO(words_from_the_start), MEM(ALIGNED), JUDGED_ONLY(1 | 4)},
	{JUDGED_TOIO(aligns_the_offset), MEM(ALIGNED), JUDGED_ONLY(1 | 2)},
	{JUDGED_TOIO(reads_back_the_last_byte), JUDGED_NONE(DIRECTION | TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(verifies_each_byte), JUDGED_NONE(DIRECTION | TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(only_what_differs), JUDGED_NONE(DIRECTION | TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_TOIO(merges_the_edges), JUDGED_NONE(DIRECTION | TWICE | OUTSIDE), JUDGED_ONLY(WORD), .anywhere = true},
	{JUDGED_TOIO(asks_the_device_first), JUDGED_NONE(DIRECTION | TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_FROMIO(reads_first_byte_again), MEM(TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_FROMIO(reads_until_stable), MEM(TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_FROMIO(reads_ends_that_overlap), MEM(TWICE | ALIGNED), JUDGED_ONLY(1 | WORD), .domain = {.io_step = 8}},
	{JUDGED_FROMIO(reads_downwards), MEM(ORDER), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_FROMIO(reads_whole_words), JUDGED_NONE(OUTSIDE), JUDGED_ONLY(WORD), .anywhere = true},
	{JUDGED_FROMIO(reads_one_ahead), JUDGED_NONE(OUTSIDE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_FROMIO(writes_what_it_read), JUDGED_NONE(DIRECTION | TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_SET(fills_the_last_byte_again), MEM(TWICE), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_SET(fills_downwards), MEM(ORDER), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_SET(fills_from_both_ends), MEM(ORDER), JUDGED_ONLY(1), .anywhere = true},
};
const size_t judged_wrong_count = sizeof(judged_wrong) / sizeof(judged_wrong[0]);
