/* SPDX-License-Identifier: MIT */
/*
 * Row 30: memcpy_toio, memcpy_fromio and memset_io keep the four properties, need the fewest accesses, and touch nothing beside
 * their ranges. The kernel's three models keep the properties too; routines that break one each are told apart from them.
 */
#include "strict.h"

#include <iopath/arch.h>

#define LONGEST 130

static uint8_t ram[LONGEST + 16];

/* One store of a routine that is being judged: it is made as well as recorded. */
static void st(uintptr_t io, unsigned width, const void *from)
{
	uint64_t value = iotest_peek(from, width);

	iotest_poke((void *)io, width, value);
	iop_event(IOP_EVENT_ST, IOP_EVENT_COPY, width, io, value);
}

static void toio_strict(uintptr_t io, const uint8_t *from, size_t n)
{
	iop_memcpy_toio((volatile void *)io, from, n);
}

/* Linux lib/iomem_copy.c: bytes up to a word boundary, words, bytes. */
static void toio_generic(uintptr_t io, const uint8_t *from, size_t n, unsigned word)
{
	for (; n && io % word; n--)
		st(io++, 1, from++);
	for (; n >= word; n -= word, io += word, from += word)
		st(io, word, from);
	for (; n; n--)
		st(io++, 1, from++);
}

static void toio_generic_8(uintptr_t io, const uint8_t *from, size_t n)
{
	toio_generic(io, from, n, STRICT_WORD);
}

static void toio_generic_4(uintptr_t io, const uint8_t *from, size_t n)
{
	toio_generic(io, from, n, 4);
}

/* Linux arch/x86/lib/iomem.c: a byte and a half-word to the 4-byte boundary, 4-byte moves, a half-word and a byte. */
static void toio_x86(uintptr_t io, const uint8_t *from, size_t n)
{
	if (n && (io & 1))
		st(io, 1, from), io++, from++, n--;
	if (n > 1 && (io & 2))
		st(io, 2, from), io += 2, from += 2, n -= 2;
	for (; n >= 4; n -= 4, io += 4, from += 4)
		st(io, 4, from);
	if (n & 2)
		st(io, 2, from), io += 2, from += 2;
	if (n & 1)
		st(io, 1, from);
}

/* Breaks one rule each, for the flaw that the checker must name. */
static void overlapping_ends(uintptr_t io, const uint8_t *from, size_t n)
{
	toio_strict(io, from, n);
	st(io + n - 1, 1, from + n - 1);
}

static void descending(uintptr_t io, const uint8_t *from, size_t n)
{
	while (n--)
		st(io + n, 1, from + n);
}

static void unaligned(uintptr_t io, const uint8_t *from, size_t n)
{
	st(io, 1, from);
	st((io + 1) | 1, 2, from + 1);
	toio_strict(io + 4, from + 4, n - 4);
}

static void one_past(uintptr_t io, const uint8_t *from, size_t n)
{
	toio_strict(io, from, n + 1);
}

static void one_before(uintptr_t io, const uint8_t *from, size_t n)
{
	st(io - 1, 1, from);
	toio_strict(io, from, n);
}

static void short_by_one(uintptr_t io, const uint8_t *from, size_t n)
{
	toio_strict(io, from, n - 1);
}

static void hole(uintptr_t io, const uint8_t *from, size_t n)
{
	toio_strict(io, from, 5);
	toio_strict(io + 6, from + 6, n - 6);
}

static void byte_loop(uintptr_t io, const uint8_t *from, size_t n)
{
	while (n--)
		st(io++, 1, from++);
}

static void reads_too(uintptr_t io, const uint8_t *from, size_t n)
{
	iop_event(IOP_EVENT_LD, IOP_EVENT_COPY, 1, io, 0);
	toio_strict(io, from, n);
}

static void odd_width(uintptr_t io, const uint8_t *from, size_t n)
{
	iop_event(IOP_EVENT_ST, IOP_EVENT_COPY, 3, io / 3 * 3 + 3, 0);
	toio_strict(io, from, n);
}

struct routine {
	const char *name;
	void (*toio)(uintptr_t io, const uint8_t *from, size_t n);
	int minimal;
	const char *flaw;
};
static const struct routine good[] = {
	{"strict", toio_strict, 1, NULL},
	{"generic-8", toio_generic_8, 0, NULL},
	{"generic-4", toio_generic_4, 0, NULL},
	{"x86", toio_x86, 0, NULL},
};
static const struct routine bad[] = {
	{"overlapping ends", overlapping_ends, 0, "twice"},
	{"descending", descending, 0, "not ascending"},
	{"unaligned", unaligned, 0, "unaligned"},
	{"one past", one_past, 0, "outside"},
	{"one before", one_before, 0, "outside"},
	{"short by one", short_by_one, 0, "missing"},
	{"hole", hole, 0, "missing"},
	{"byte loop", byte_loop, 1, "too many"},
	{"reads too", reads_too, 0, "not such an access"},
	{"odd width", odd_width, 0, "no width"},
};

static const char *judge(const struct routine *r, uint8_t *io, size_t n)
{
	iotest_record();
	r->toio((uintptr_t)io, ram, n);
	return strict_flaw(IOP_EVENT_ST, (uintptr_t)io, n, STRICT_WORD, r->minimal);
}

static void fill(uint8_t *p, size_t n, uint64_t seed)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)iotest_random(&seed);
}

static void models_keep_the_properties(void **state)
{
	_Alignas(8) uint8_t io[LONGEST + 80];

	(void)state;
	fill(ram, sizeof(ram), 2);
	for (size_t r = 0; r < IOTEST_COUNT(good); r++)
		for (size_t at = 0; at < 64; at++)
			for (size_t n = 0; n <= LONGEST; n++) {
				const char *flaw = judge(&good[r], io + at, n);

				if (flaw)
					fail_msg("%s: %zu bytes at %zu: %s", good[r].name, n, at, flaw);
				assert_memory_equal(io + at, ram, n);
			}
}

/* Sizes and places at which each of them has something to get wrong. */
static void broken_routines_are_told(void **state)
{
	_Alignas(8) uint8_t io[96];

	(void)state;
	for (size_t r = 0; r < IOTEST_COUNT(bad); r++)
		for (size_t at = 8; at < 16; at += 2)
			for (size_t n = 12; n <= 40; n++) {
				const char *flaw = judge(&bad[r], io + at, n);

				if (!flaw || strcmp(flaw, bad[r].flaw))
					fail_msg("%s: %zu bytes at %zu: %s, not %s", bad[r].name, n, at, flaw ? flaw : "good",
						 bad[r].flaw);
			}
}

/* The checker's idea of the fewest accesses, by two ways that share nothing, for every cap. */
static void fewest_two_ways(void **state)
{
	(void)state;
	for (unsigned cap = 1; cap <= 8; cap *= 2)
		for (uintptr_t addr = 0; addr < 16; addr++)
			for (size_t n = 0; n <= 200; n++)
				assert_int_equal(strict_fewest(addr, n, cap), strict_formula(addr, n, cap));
	assert_int_equal(strict_fewest(1, 7, 8), 3);
	assert_int_equal(strict_fewest(0, 7, 8), 3);
	assert_int_equal(strict_fewest(7, 2, 8), 2);
	assert_int_equal(strict_fewest(0, 16, 8), 2);
}

/* Each routine on ranges that end or start at an inaccessible page, on the I/O side and on the memory side. */
static void one_of_each(uint8_t *io, uint8_t *mem, size_t n)
{
	fill(mem, n, n + 1);
	iotest_record();
	iop_memcpy_toio(io, mem, n);
	assert_null(strict_flaw(IOP_EVENT_ST, (uintptr_t)io, n, STRICT_WORD, 1));
	assert_memory_equal(io, mem, n);
	fill(io, n, n + 2);
	iotest_record();
	iop_memcpy_fromio(mem, io, n);
	assert_null(strict_flaw(IOP_EVENT_LD, (uintptr_t)io, n, STRICT_WORD, 1));
	assert_memory_equal(io, mem, n);
	iotest_record();
	iop_memset_io(io, (int)(0x1200 + n), n);
	assert_null(strict_flaw(IOP_EVENT_ST, (uintptr_t)io, n, STRICT_WORD, 1));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(io[i], (uint8_t)n);
}

static void guard_pages(void **state)
{
	struct iotest_pages io = iotest_guarded(1), mem = iotest_guarded(1);

	(void)state;
	/* control: the guards are really there */
	assert_false(iotest_readable(io.start - 1) || iotest_readable(io.end));
	assert_false(iotest_readable(mem.start - 1) || iotest_readable(mem.end));
	assert_true(iotest_readable(io.start) && iotest_readable(io.end - 1));
	for (size_t n = 0; n <= LONGEST; n++)
		for (size_t slack = 0; slack < 8; slack++) {
			one_of_each(io.end - n, mem.end - n - slack, n);
			one_of_each(io.end - n - slack, mem.end - n, n);
			one_of_each(io.start, mem.start + slack, n);
			one_of_each(io.start + slack, mem.start, n);
		}
}

static void neighbours_keep_their_bytes(void **state)
{
	_Alignas(8) uint8_t io[LONGEST + 24], expected[LONGEST + 24];

	(void)state;
	fill(ram, sizeof(ram), 3);
	for (size_t n = 0; n <= LONGEST; n++)
		for (size_t at = 8; at < 16; at++) {
			iop_event_hook = NULL;
			fill(io, sizeof(io), n);
			memcpy(expected, io, sizeof(io));
			memcpy(expected + at, ram + at - 8, n);
			iop_memcpy_toio(io + at, ram + at - 8, n);
			assert_memory_equal(io, expected, sizeof(io));
			memset(expected + at, 0xfe, n);
			iop_memset_io(io + at, -2, n);
			assert_memory_equal(io, expected, sizeof(io));
		}
}

/* No bytes: no access, whatever the pointers. */
static void nothing(void **state)
{
	(void)state;
	iotest_record();
	iop_memcpy_toio(NULL, NULL, 0);
	iop_memcpy_fromio(NULL, NULL, 0);
	iop_memset_io(NULL, 1, 0);
	assert_int_equal(iotest_count(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_keep_the_properties),
		cmocka_unit_test(broken_routines_are_told),
		cmocka_unit_test(fewest_two_ways),
		cmocka_unit_test(guard_pages),
		cmocka_unit_test(neighbours_keep_their_bytes),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests_name("row-30-iomem-copy", tests, NULL, NULL);
}
