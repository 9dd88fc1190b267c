/* SPDX-License-Identifier: MIT */
/* Copies and fills whose data is wrong, many of them only for some calls. */
#include "corpus.h"

static void up(volatile void *io, const void *src, size_t at, size_t end)
{
	for (; at < end; at++)
		put(io, at, 1, peek(src, at, 1));
}

TOIO(leaves_out_the_first_byte)
{
	up(io, src, n > 1, n);
}

TOIO(leaves_out_the_last_byte)
{
	up(io, src, 0, n > 1 ? n - 1 : n);
}

/* Forgets what is left over after the words. */
TOIO(words_without_a_tail)
{
	for (size_t i = 0; i + 4 <= n; i++, i += 3)
		up(io, src, i, i + 4);
}

/* A tail of three is copied as one of two: a missing case of a switch. */
TOIO(no_tail_of_three)
{
	up(io, src, 0, n % 8 == 3 ? n - 1 : n);
}

/* Right up to 64 bytes: the loop of larger ones ends one block early. */
TOIO(right_up_to_64)
{
	up(io, src, 0, n <= 64 ? n : (n - 1) / 32 * 32);
}

TOIO(one_byte_too_many)
{
	up(io, src, 0, n + 1);
}

/* A unit of four where three bytes were left. */
TOIO(rounds_the_size_up)
{
	up(io, src, 0, (n + 3) / 4 * 4);
}

TOIO(writes_before_the_range)
{
	if (n)
		put((volatile unsigned char *)io - 1, 0, 1, 0);
	up(io, src, 0, n);
}

TOIO(byte_swapped)
{
	for (size_t i = 0; i < n; i++)
		put(io, i, 1, peek(src, i ^ 1u, 1));
}

/* Saves the top bit. */
TOIO(seven_bits)
{
	for (size_t i = 0; i < n; i++)
		put(io, i, 1, peek(src, i, 1) & 0x7f);
}

/* Wrong only where memory lies at an odd address and the copy is long. */
TOIO(wrong_from_odd_memory)
{
	bool wrong = (uintptr_t)src % 2 && n > 32;

	for (size_t i = 0; i < n; i++)
		put(io, i, 1, peek(src, i, 1) ^ (wrong && i == 32));
}

/* Wrong only where the device side begins in the middle of a line. */
TOIO(wrong_behind_half_a_line)
{
	up(io, src, 0, (uintptr_t)io % 64 == 32 && n > 31 ? n - 1 : n);
}

/* Arguments in the order of bcopy. */
TOIO(arguments_reversed)
{
	for (size_t i = 0; i < n; i++)
		poke((void *)(uintptr_t)src, i, 1, get(io, i, 1));
}

FROMIO(stores_behind_memory)
{
	for (size_t i = 0; i < n; i++)
		poke(dst, i, 1, get(io, i, 1));
	poke(dst, n, 1, 0);
}

FROMIO(leaves_out_a_byte_of_memory)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t value = get(io, i, 1);

		if (i + 1 != n || n < 2)
			poke(dst, i, 1, value);
	}
}

FROMIO(reads_nothing)
{
	(void)dst, (void)io, (void)n;
}

/* The value is not cut to a byte before it is spread. */
SET(fill_with_a_sign)
{
	uint32_t x = (uint32_t)value;

	x |= x << 8;
	x |= x << 16;
	for (size_t at = 0; at < n; at += 4)
		put(io, at, 4, x);
}

SET(fills_always_zero)
{
	(void)value;
	for (size_t i = 0; i < n; i++)
		put(io, i, 1, 0);
}

#define WRONG_DATA  .wrong_data = true, .anywhere = true
#define NONE(rules) JUDGED_NONE(rules), WRONG_DATA

const struct judged judged_data[] = {
	{JUDGED_TOIO(leaves_out_the_first_byte), NONE(IOP_RULE_MISSED), JUDGED_ONLY(1)},
	{JUDGED_TOIO(leaves_out_the_last_byte), NONE(IOP_RULE_MISSED), JUDGED_ONLY(1)},
	{JUDGED_TOIO(words_without_a_tail), NONE(IOP_RULE_MISSED), JUDGED_ONLY(1)},
	{JUDGED_TOIO(no_tail_of_three), NONE(IOP_RULE_MISSED), JUDGED_ONLY(1)},
	{JUDGED_TOIO(right_up_to_64), NONE(IOP_RULE_MISSED), JUDGED_ONLY(1)},
	{JUDGED_TOIO(one_byte_too_many), NONE(IOP_RULE_OUTSIDE), JUDGED_ONLY(1), .overruns = true},
	{JUDGED_TOIO(rounds_the_size_up), NONE(IOP_RULE_OUTSIDE), JUDGED_ONLY(1), .overruns = true},
	{JUDGED_TOIO(writes_before_the_range), NONE(IOP_RULE_OUTSIDE), JUDGED_ONLY(1)},
	{JUDGED_TOIO(byte_swapped), NONE(0), JUDGED_ONLY(1), .overruns = true},
	{JUDGED_TOIO(seven_bits), NONE(0), JUDGED_ONLY(1)},
	{JUDGED_TOIO(wrong_from_odd_memory), NONE(0), JUDGED_ONLY(1)},
	{JUDGED_TOIO(wrong_behind_half_a_line), NONE(IOP_RULE_MISSED), JUDGED_ONLY(1)},
	{JUDGED_TOIO(arguments_reversed), NONE(IOP_RULE_DIRECTION), JUDGED_ONLY(1)},
	{JUDGED_FROMIO(stores_behind_memory), NONE(0), JUDGED_ONLY(1), .overruns = true},
	{JUDGED_FROMIO(leaves_out_a_byte_of_memory), NONE(0), JUDGED_ONLY(1)},
	{JUDGED_FROMIO(reads_nothing), NONE(IOP_RULE_MISSED), .widths = 0},
	{JUDGED_SET(fill_with_a_sign), NONE(0), JUDGED_ONLY(4), .domain = {.step = 4, .io_step = 4}},
	{JUDGED_SET(fills_always_zero), NONE(0), JUDGED_ONLY(1)},
};
const size_t judged_data_count = sizeof(judged_data) / sizeof(judged_data[0]);
