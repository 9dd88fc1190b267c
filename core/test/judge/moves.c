/* SPDX-License-Identifier: MIT */
/* Moves from device to device: which overlap makes a direction necessary, and which does not. */
#include "corpus.h"

static void up(volatile void *dst, const volatile void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(dst, i, 1, get(src, i, 1));
}

static void down(volatile void *dst, const volatile void *src, size_t n)
{
	while (n--)
		put(dst, n, 1, get(src, n, 1));
}

static bool starts_inside(const volatile void *dst, const volatile void *src, size_t n)
{
	return (uintptr_t)dst - (uintptr_t)src < n && dst != src;
}

/* Downwards only where the destination begins inside the source: the only legal descent. */
MOVE(down_where_it_must)
{
	if (starts_inside(dst, src, n))
		down(dst, src, n);
	else
		up(dst, src, n);
}

/* By words where both sides lie alike within one. */
MOVE(words_where_both_are_alike)
{
	const size_t unit = ((uintptr_t)dst - (uintptr_t)src) % 4 || (uintptr_t)src % 4 || n % 4 ? 1 : 4;
	const bool backward = starts_inside(dst, src, n);

	for (size_t i = 0; i < n; i += unit) {
		size_t at = backward ? n - unit - i : i;

		if (unit == 4)
			put(dst, at, 4, get(src, at, 4));
		else
			put(dst, at, 1, get(src, at, 1));
	}
}

/* Everything is read before anything is written: no direction is ever necessary, but where ranges overlap it is asked for. */
MOVE(through_a_buffer)
{
	unsigned char stage[1 << 17];
	const bool backward = starts_inside(dst, src, n);

	for (size_t i = 0; i < n; i++)
		stage[backward ? n - 1 - i : i] = (unsigned char)get(src, backward ? n - 1 - i : i, 1);
	for (size_t i = 0; i < n; i++)
		put(dst, backward ? n - 1 - i : i, 1, stage[backward ? n - 1 - i : i]);
}

MOVE(always_up)
{
	up(dst, src, n);
}

MOVE(always_down)
{
	down(dst, src, n);
}

/* As memmove may: downwards whenever the destination is above, also where nothing overlaps. */
MOVE(down_whenever_above)
{
	if ((uintptr_t)dst > (uintptr_t)src)
		down(dst, src, n);
	else
		up(dst, src, n);
}

/* Exchanges the test: correct for ranges that do not overlap. */
MOVE(direction_exchanged)
{
	if ((uintptr_t)src - (uintptr_t)dst < n && src != dst)
		down(dst, src, n);
	else
		up(dst, src, n);
}

const struct judged judged_moves[] = {
	{JUDGED_MOVE(down_where_it_must), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_MOVE(words_where_both_are_alike), JUDGED_STRICT, JUDGED_ONLY(1 | 4)},
	{JUDGED_MOVE(through_a_buffer), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_MOVE(always_up), JUDGED_NONE(IOP_RULE_ORDER), JUDGED_ONLY(1), .wrong_data = true, .anywhere = true},
	{JUDGED_MOVE(always_down), JUDGED_NONE(IOP_RULE_ORDER), JUDGED_ONLY(1), .wrong_data = true, .anywhere = true},
	{JUDGED_MOVE(down_whenever_above), JUDGED_TIER(IOP_MEM, IOP_RULE_ORDER), JUDGED_ONLY(1), .anywhere = true},
	{JUDGED_MOVE(direction_exchanged), JUDGED_NONE(IOP_RULE_ORDER), JUDGED_ONLY(1), .wrong_data = true, .anywhere = true},
};
const size_t judged_moves_count = sizeof(judged_moves) / sizeof(judged_moves[0]);
