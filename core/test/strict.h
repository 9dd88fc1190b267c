/* SPDX-License-Identifier: MIT */
/**
 * strict.h - the four properties of a copy to or from I/O memory, checked on the recorded events
 *
 * Every byte once, ascending, aligned, inside; and, where asked for, no more accesses than those rules need. The smallest number
 * comes from a search over all splits and, independently, from a closed form; row 30 holds the two against each other.
 * Source: docs/semantics.md, row 30; docs/copies.md, 1.
 */
#ifndef IOPATH_TEST_STRICT_H
#define IOPATH_TEST_STRICT_H

#include "iotest.h"

#define STRICT_MAX  512
#define STRICT_WORD (IOP_64BIT ? 8u : 4u)

/** The fewest naturally aligned accesses of at most @cap bytes that cover [@addr, @addr + @n) once, by trying all of them. */
static inline unsigned strict_fewest(uintptr_t addr, size_t n, unsigned cap)
{
	unsigned cost[STRICT_MAX + 1];

	assert_true(n <= STRICT_MAX);
	cost[n] = 0;
	for (size_t left = 1; left <= n; left++) {
		size_t i = n - left;

		cost[i] = cost[i + 1] + 1;
		for (unsigned width = 2; width <= cap; width *= 2)
			if ((addr + i) % width == 0 && width <= left && cost[i + width] + 1 < cost[i])
				cost[i] = cost[i + width] + 1;
	}
	return cost[0];
}

/** The same number in closed form: ascending powers of two, words, descending powers of two. */
static inline unsigned strict_formula(uintptr_t addr, size_t n, unsigned cap)
{
	uint64_t d = addr % cap, e = d + n;
	uint64_t mask = ((UINT64_MAX >> __builtin_clzll((d ^ e) | 1)) >> 1) & (cap - 1);
	uint64_t head = (0 - d) & mask, rest = n - head;

	return (unsigned)(__builtin_popcountll(head) + rest / cap + __builtin_popcountll(rest % cap));
}

/**
 * What is wrong with the recorded accesses of kind @kind as a copy of [@addr, @addr + @n)? NULL if nothing is. Without @minimal
 * their number is left open.
 */
static inline const char *strict_flaw(enum iop_event_kind kind, uintptr_t addr, size_t n, unsigned cap, int minimal)
{
	uint8_t touched[STRICT_MAX] = {0};
	uintptr_t last = 0;

	assert_true(n <= STRICT_MAX);
	for (size_t i = 0; i < iotest_count(); i++) {
		const struct iop_event *e = iotest_event(i);

		if (e->kind != kind || e->source != IOP_EVENT_COPY)
			return "not such an access";
		if (e->width == 0 || e->width > cap || (e->width & (e->width - 1)))
			return "no width";
		if (e->addr % e->width)
			return "unaligned";
		if (e->addr < addr || e->width > n || e->addr - addr > n - e->width)
			return "outside";
		for (size_t b = 0; b < e->width; b++)
			if (touched[e->addr - addr + b]++)
				return "twice";
		if (i && e->addr <= last)
			return "not ascending";
		last = e->addr;
	}
	for (size_t b = 0; b < n; b++)
		if (!touched[b])
			return "missing";
	return minimal && iotest_count() != strict_fewest(addr, n, cap) ? "too many" : NULL;
}

/** Asserts that the events are one copy of @n bytes at @addr as @way makes it: STRICT, or one library copy. */
static inline void strict_copied(const struct iotest_way *way, enum iop_event_kind kind, const void *addr, size_t n)
{
	if (way->device) {
		const char *flaw = strict_flaw(kind, (uintptr_t)addr, n, STRICT_WORD, 1);

		if (flaw)
			fail_msg("%s: %zu bytes at %p: %s", way->name, n, addr, flaw);
		return;
	}
	/* of an empty copy the library may be told or not */
	if (n == 0 && iotest_count() == 0)
		return;
	assert_int_equal(iotest_count(), 1);
	assert_int_equal(iotest_event(0)->kind, IOP_EVENT_CP);
	assert_int_equal(iotest_event(0)->source, way->source);
	assert_int_equal(iotest_event(0)->width, n);
	assert_int_equal(iotest_event(0)->addr, (uintptr_t)addr);
}

#endif
