/* SPDX-License-Identifier: MIT */
/* What a list of accesses amounts to: counts by direction and width, and how many lines are written. */
#include <sample/touched.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MOST 8

/* Lines that writes of the given bytes, from these offsets on, are in. */
static double lines_of(const struct iop_access *access, size_t count, size_t align)
{
	struct iop_access list[MOST];
	struct iop_accesses accesses = {.known = true};

	for (size_t i = 0; i < count; i++) {
		list[i] = access[i];
		list[i].write = true;
	}
	assert_true(iop_accesses_take(&accesses, &(struct iop_access_list){.access = list, .count = count}, align));
	assert_true(accesses.known);
	return accesses.lines;
}

static void lines_are_counted_once(void **state)
{
	static const struct {
		size_t count, align;
		double lines;
		struct iop_access access[MOST];
	} writes[] = {
		{0, 0, 0, {{0}}},
		{1, 0, 1, {{.offset = 0, .width = 1}}},
		{1, 0, 1, {{.offset = 0, .width = 64}}},
		{1, 0, 2, {{.offset = 1, .width = 64}}},
		{1, 8, 1, {{.offset = 0, .width = 8}}},
		{1, 60, 2, {{.offset = 0, .width = 8}}},
		{2, 0, 1, {{.offset = 0, .width = 1}, {.offset = 63, .width = 1}}},
		{2, 0, 2, {{.offset = 0, .width = 1}, {.offset = 64, .width = 1}}},
		{2, 0, 2, {{.offset = 6, .width = 1}, {.offset = 64, .width = 1}}},
		{2, 0, 2, {{.offset = 0, .width = 1}, {.offset = 128, .width = 1}}},
		{2, 0, 2, {{.offset = 0, .width = 1}, {.offset = 192, .width = 1}}},
		/* Before the device side begins. */
		{2, 0, 2, {{.offset = -1, .width = 1}, {.offset = 0, .width = 1}}},
		{2, 0, 1, {{.offset = -64, .width = 1}, {.offset = -1, .width = 1}}},
		{1, 0, 2, {{.offset = -4, .width = 8}}},
		/* In any order. */
		{3, 0, 2, {{.offset = 0, .width = 4}, {.offset = 64, .width = 4}, {.offset = 4, .width = 4}}},
		{4,
		 0,
		 3,
		 {{.offset = 64, .width = 4}, {.offset = 0, .width = 4}, {.offset = 128, .width = 4}, {.offset = 68, .width = 4}}},
		{4,
		 0,
		 3,
		 {{.offset = 128, .width = 4}, {.offset = 0, .width = 4}, {.offset = 64, .width = 4}, {.offset = 132, .width = 4}}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		assert_true(lines_of(writes[i].access, writes[i].count, writes[i].align) == writes[i].lines);
}

static void what_is_read_is_in_no_line(void **state)
{
	struct iop_access access[] = {
		{.offset = 0, .width = 4}, {.offset = 64, .width = 8, .write = true}, {.offset = 128, .width = 4}};
	const struct iop_access_list list = {.access = access, .count = 3};
	struct iop_accesses accesses = {.known = true};

	(void)state;
	/* Twice is twice. */
	for (unsigned n = 1; n <= 2; n++) {
		assert_true(iop_accesses_take(&accesses, &list, 0));
		assert_true(accesses.known && accesses.lines == n);
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++) {
			assert_true(accesses.count[IOP_ACCESS_READ][w] == (w == 2 ? 2 * n : 0));
			assert_true(accesses.count[IOP_ACCESS_WRITE][w] == (w == 3 ? n : 0));
		}
	}
}

static void what_is_incomplete_is_not_known(void **state)
{
	struct iop_access access[] = {{.offset = 0, .width = 4, .write = true}, {.offset = 4, .width = 4, .write = true}};
	struct iop_access odd[] = {{.offset = 0, .width = 4, .write = true}, {.offset = 4, .width = 3, .write = true}};
	const struct {
		struct iop_access_list list;
		bool known;
	} lists[] = {
		{{.access = access, .count = 2}, false},
		{{.access = access, .count = 2, .lost = 1}, true},
		{{.access = access, .count = 2, .blind = "a reason"}, true},
		{{.access = odd, .count = 2}, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct iop_accesses accesses = {.known = lists[i].known, .lines = 5};

		accesses.count[IOP_ACCESS_READ][0] = 7;
		assert_true(iop_accesses_take(&accesses, &lists[i].list, 0));
		assert_true(!accesses.known && accesses.lines == 0 && accesses.count[IOP_ACCESS_READ][0] == 0);
		assert_true(accesses.count[IOP_ACCESS_WRITE][2] == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_counted_once),
		cmocka_unit_test(what_is_read_is_in_no_line),
		cmocka_unit_test(what_is_incomplete_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
