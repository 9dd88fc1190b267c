/* SPDX-License-Identifier: MIT */
/*
 * Row 30, device to device: a move loads every byte of its source once and stores every byte of its destination once, each side
 * aligned and by the fewest accesses, ascending unless the destination overlaps the source from above; the data is memmove's.
 */
#include "strict.h"

#include <iopath/tier.h>

#define LONGEST 150
#define ROOM	512

typedef void move_fn(volatile void *dst, const volatile void *src, size_t n);

/* What is wrong with the recorded accesses of one kind: each must begin, or when descending end, where the one before it stopped. */
static const char *side_flaw(enum iop_event_kind kind, uintptr_t at, size_t n, int descend)
{
	uintptr_t next = descend ? at + n : at;
	unsigned count = 0;

	for (size_t i = 0; i < iotest_count(); i++) {
		const struct iop_event *e = iotest_event(i);

		if (e->kind != kind)
			continue;
		if (e->addr % e->width || e->width > STRICT_WORD)
			return "unaligned";
		if (descend)
			next -= e->width;
		if (e->addr != next)
			return "not in a row";
		if (!descend)
			next += e->width;
		count++;
	}
	if (next != (descend ? at : at + n))
		return "missing or outside";
	return count != strict_formula(at, n, STRICT_WORD) ? "too many" : NULL;
}

static const char *flaw(move_fn *move, uint8_t *bytes, size_t to, size_t from, size_t n)
{
	uint8_t expected[ROOM];
	int descend = to > from && to - from < n;
	uint64_t seed = n + to;
	const char *words;

	for (size_t i = 0; i < ROOM; i++)
		bytes[i] = (uint8_t)iotest_random(&seed);
	memcpy(expected, bytes, ROOM);
	memmove(expected + to, expected + from, n);
	iotest_record();
	move(bytes + to, bytes + from, n);
	if (memcmp(bytes, expected, ROOM))
		return "wrong data";
	words = side_flaw(IOP_EVENT_LD, (uintptr_t)bytes + from, n, descend);
	return words ? words : side_flaw(IOP_EVENT_ST, (uintptr_t)bytes + to, n, descend);
}

static uint64_t ld(const volatile void *at, unsigned width)
{
	uint64_t value = iotest_peek((const void *)(uintptr_t)at, width);

	iop_event(IOP_EVENT_LD, IOP_EVENT_COPY, width, (uintptr_t)at, value);
	return value;
}

static void st(volatile void *at, unsigned width, uint64_t value)
{
	iotest_poke((void *)(uintptr_t)at, width, value);
	iop_event(IOP_EVENT_ST, IOP_EVENT_COPY, width, (uintptr_t)at, value);
}

static void every_place(void **state)
{
	_Alignas(64) static uint8_t bytes[ROOM];
	move_fn *move = iop_routine_for(IOP_STRICT)->move;

	(void)state;
	for (size_t n = 0; n <= LONGEST; n++)
		for (size_t from = 176; from < 184; from++)
			for (int distance = -170; distance <= 170; distance += distance > -20 && distance < 20 ? 1 : 5) {
				const char *words = flaw(move, bytes, from + (size_t)distance, from, n);

				if (words)
					fail_msg("%zu bytes at %zu, %d on: %s", n, from, distance, words);
			}
}

static void by_bytes(volatile void *dst, const volatile void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		st((volatile char *)dst + i, 1, ld((const volatile char *)src + i, 1));
}

static void by_words_anywhere(volatile void *dst, const volatile void *src, size_t n)
{
	for (size_t i = 0; i < n; i += 4)
		st((volatile char *)dst + i, 4, ld((const volatile char *)src + i, 4));
}

static void last_twice(volatile void *dst, const volatile void *src, size_t n)
{
	iop_routine_for(IOP_STRICT)->move(dst, src, n);
	by_bytes((volatile char *)dst + n - 1, (const volatile char *)src + n - 1, 1);
}

static void short_by_one(volatile void *dst, const volatile void *src, size_t n)
{
	iop_routine_for(IOP_STRICT)->move(dst, src, n - 1);
	*((volatile char *)dst + n - 1) = *((const volatile char *)src + n - 1);
}

/* Each control breaks one rule, and is told so. */
static void controls(void **state)
{
	_Alignas(64) static uint8_t bytes[ROOM];

	(void)state;
	assert_string_equal(flaw(by_bytes, bytes, 0, 200, 64), "too many");
	assert_string_equal(flaw(by_bytes, bytes, 203, 200, 64), "wrong data");
	assert_string_equal(flaw(by_words_anywhere, bytes, 0, 202, 64), "unaligned");
	assert_string_equal(flaw(last_twice, bytes, 0, 200, 64), "not in a row");
	assert_string_equal(flaw(short_by_one, bytes, 0, 200, 64), "missing or outside");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_place),
		cmocka_unit_test(controls),
	};

	return cmocka_run_group_tests_name("row-30-move", tests, NULL, NULL);
}
