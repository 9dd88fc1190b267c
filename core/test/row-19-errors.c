/* SPDX-License-Identifier: MIT */
/* Row 19: what happens when an index is out of bounds is what the caller wrote, or an error as a value; and nothing after it. */
#include "iotest.h"

#include <iopath/iopath.h>

struct item {
	uint16_t words[4];
	uint32_t flags;
};

struct board {
	uint32_t ctrl;
	struct item items[8];
};

typedef IOP_SYSMEM(struct board) board_mem;
typedef IOP_SYSMEM(struct item) item_mem;
typedef IOP_SYSMEM(uint16_t) word_mem;
typedef IOP_SYSMEM(IOP_SLICE(struct item)) items_mem;
typedef IOP_SYSMEM(IOP_REGION(16)) bytes_mem;

IOP_LOCATION(far_word, uint32_t, IOP_AT(32));
IOP_LOCATION(near_word, uint32_t, IOP_AT(12));

static struct board memory;

static board_mem board(void)
{
	return iop_view_at(board_mem, &memory);
}

static unsigned evaluated;

static size_t counted(size_t i)
{
	evaluated++;
	return i;
}

static void the_result_is_the_view(void **state)
{
	word_mem word = {};
	items_mem items = {};

	(void)state;
	assert_int_equal(iop_try_project(&word, board(), .items, iop_check(3), .words, iop_check(2)), 0);
	assert_int_equal(iop_addr(word), (uintptr_t)&memory.items[3].words[2]);
	assert_int_equal(iop_try_project(&items, board(), .items, iop_check_range(2, 7), iop_check_from(1), iop_check_to(3)), 0);
	assert_int_equal(iop_addr(items), (uintptr_t)&memory.items[3]);
	assert_int_equal(iop_len(items), 3);
	assert_int_equal(iop_try_project(&items, items), 0);
	assert_int_equal(iop_len(items), 3);
	assert_int_equal(iop_try_project(&items, items, iop_check_from(3)), 0);
	assert_true(iop_is_empty(items));
}

/* Each kind of step, one too far; @items stays as it was. */
static void each_check_has_its_error(void **state)
{
	item_mem item = iop_view_at(item_mem, &memory.items[1]);
	items_mem items = {};
	bytes_mem bytes = iop_region_at(bytes_mem, &memory, 16);
	IOP_SYSMEM(uint32_t) word = {};

	(void)state;
	assert_int_equal(iop_try_project(&item, board(), .items, iop_check(8)), -ERANGE);
	assert_int_equal(iop_try_project(&item, board(), .items, iop_check(-1)), -ERANGE);
	assert_int_equal(iop_try_project(&item, board(), .items, iop_check_to(9), iop_check(0)), -ERANGE);
	assert_int_equal(iop_addr(item), (uintptr_t)&memory.items[1]);
	assert_int_equal(iop_try_project(&items, board(), .items, iop_check_range(3, 2)), -ERANGE);
	assert_int_equal(iop_try_project(&items, board(), .items, iop_check_from(9)), -ERANGE);
	assert_int_equal(iop_try_project(&word, bytes, iop_check_loc(far_word)), -EINVAL);
	assert_int_equal(iop_addr(word), 0);
	assert_int_equal(iop_try_project(&word, bytes, iop_check_loc(near_word)), 0);
	assert_int_equal(iop_addr(word), (uintptr_t)&memory + 12);
}

static void nothing_after_it_is_evaluated(void **state)
{
	word_mem word = {};

	(void)state;
	evaluated = 0;
	assert_int_equal(iop_try_project(&word, board(), .items, iop_check(counted(8)), .words, iop_check(counted(9))), -ERANGE);
	assert_int_equal(evaluated, 1);
	assert_int_equal(iop_try_project(&word, board(), .items, iop_check(counted(7)), .words, iop_check(counted(9))), -ERANGE);
	assert_int_equal(evaluated, 3);
	assert_int_equal(iop_try_project(&word, board(), .items, iop_check(counted(7)), .words, iop_check(counted(3))), 0);
	assert_int_equal(evaluated, 5);
}

/* The statement leaves the caller's loop, not one of the macro's; also out of the projection that reports errors. */
static void the_statement_is_the_callers(void **state)
{
	unsigned sum = 0, rounds = 0;
	item_mem item = {};
	size_t i;

	(void)state;
	for (i = 0; i < 100; i++)
		iop_write(iop_project(board(), .items, iop_or(i, break), .flags), 1);
	assert_int_equal(i, 8);
	for (i = 0; i < 20; i++) {
		rounds++;
		sum += iop_read(iop_project(board(), .items, iop_or(i, continue), .flags));
	}
	assert_int_equal(sum, 8);
	assert_int_equal(rounds, 20);
	for (i = 0; i < 20; i++)
		assert_int_equal(iop_try_project(&item, board(), .items, iop_or(i, break)), 0);
	assert_int_equal(i, 8);
	for (i = 0; i < 100; i++)
		sum += iop_read(iop_project(board(), .items, iop_or_range(0, i, goto done), iop_or(i - 1, continue), .flags));
done:
	assert_int_equal(i, 9);
	assert_int_equal(sum, 16);
}

/* A lock is released whichever way; the function returns no error code as a value. */
static uint32_t flags_of(size_t i, int *lock)
{
	uint32_t flags = 77;

	*lock = 1;
	flags = iop_read(iop_project(board(), .items, iop_or(i, goto unlock), .flags));
unlock:
	*lock = 0;
	return flags;
}

static void locks_are_released(void **state)
{
	int lock = 0;

	(void)state;
	memory.items[7].flags = 5;
	assert_int_equal(flags_of(7, &lock), 5);
	assert_int_equal(flags_of(8, &lock), 77);
	assert_int_equal(lock, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_result_is_the_view),
		cmocka_unit_test(each_check_has_its_error),
		cmocka_unit_test(nothing_after_it_is_evaluated),
		cmocka_unit_test(the_statement_is_the_callers),
		cmocka_unit_test(locks_are_released),
	};

	return cmocka_run_group_tests_name("row-19-errors", tests, NULL, NULL);
}
