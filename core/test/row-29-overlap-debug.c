/* SPDX-License-Identifier: MIT */
/* Row 29: with debug views, a copy between overlapping system memory panics for every overlap and for nothing else. */
#include "iotest.h"

_Static_assert(IOP_DEBUG_VIEWS, "built with the wrong core");

static uint8_t memory[64];

static int overlap(size_t a, size_t b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (a + i == b + j)
				return 1;
	return 0;
}

typedef IOP_SYSMEM(IOP_SLICE(uint8_t)) bytes;
typedef IOP_IOSYSMAP(IOP_SLICE(uint8_t)) either_bytes;

static bytes view_at(size_t at, size_t n)
{
	bytes view;

	assert_int_equal(iop_try_slice_at(&view, memory + at, n), 0);
	return view;
}

static void refused(size_t at, size_t buffer, size_t n)
{
	uint8_t before[sizeof(memory)];
	bytes view = view_at(at, n);
	either_bytes either = iop_as(either_bytes, iop_iosysmap_from_sysmem(view));

	memcpy(before, memory, sizeof(memory));
	iotest_record();
	assert_panics("overlap", iop_copy_toio(view, memory + buffer, n));
	assert_panics("overlap", iop_copy_fromio(memory + buffer, view, n));
	assert_panics("overlap", iop_copy_toio(either, memory + buffer, n));
	assert_panics("overlap", iop_copy_fromio(memory + buffer, either, n));
	assert_memory_equal(memory, before, sizeof(memory));
	assert_int_equal(iotest_count(), 0);
}

static void accepted(size_t at, size_t buffer, size_t n)
{
	uint8_t expected[sizeof(memory)];

	memory[buffer] ^= 0x5a;
	memcpy(expected, memory, sizeof(memory));
	memcpy(expected + at, memory + buffer, n);
	iotest_record();
	iop_copy_toio(view_at(at, n), memory + buffer, n);
	assert_memory_equal(memory, expected, sizeof(memory));
	assert_int_equal(iotest_count(), 1);
}

static void every_pair_of_ranges(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(memory); i++)
		memory[i] = (uint8_t)i;
	for (size_t n = 0; n <= 9; n++)
		for (size_t at = 10; at < 30; at++)
			for (size_t buffer = 10; buffer < 30; buffer++)
				if (overlap(at, buffer, n))
					refused(at, buffer, n);
				else
					accepted(at, buffer, n);
}

/* Length comes first: a copy that is wrong in both ways says so. */
static void length_before_overlap(void **state)
{
	(void)state;
	assert_panics("copy length", iop_copy_toio(view_at(0, 8), memory, 7));
}

struct object {
	uint32_t w[3];
};

/* A whole object is copied through a temporary, which cannot overlap. */
static void objects_cannot_overlap(void **state)
{
	struct object object = {{1, 2, 3}};
	IOP_AUTO view = iop_view_at(IOP_SYSMEM(struct object), &object);

	(void)state;
	object = iop_copy_read(view);
	iop_copy_write(view, object);
	assert_int_equal(object.w[2], 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_of_ranges),
		cmocka_unit_test(length_before_overlap),
		cmocka_unit_test(objects_cannot_overlap),
	};

	return cmocka_run_group_tests_name("row-29-overlap-debug", tests, NULL, NULL);
}
