/* SPDX-License-Identifier: MIT */
/* Row 1: minimum size, minimum alignment and size of every kind of target; slices whose size would overflow are refused. */
#include "iotest.h"

struct nic {
	uint8_t a;
	uint32_t b;
	uint16_t c[3];
};
struct wide {
	uint64_t q[3];
};
struct empty {
	uint8_t none[0];
};

#define KNOWS(VIEW, size, align)                                                 \
	do {                                                                     \
		VIEW view_;                                                      \
		_Static_assert(iop_min_size(view_) == (size), #VIEW " size");    \
		_Static_assert(iop_min_align(view_) == (align), #VIEW " align"); \
	} while (0)

static void constants(void **state)
{
	(void)state;
	KNOWS(IOP_MMIO(uint8_t), 1, 1);
	KNOWS(IOP_RELAXED(uint16_t), 2, 2);
	KNOWS(IOP_SYSMEM(uint32_t), 4, 4);
	KNOWS(IOP_IOSYSMAP(uint64_t), 8, _Alignof(uint64_t));
	KNOWS(IOP_MMIO_RAW(uint64_t), 8, _Alignof(uint64_t));
	KNOWS(IOP_MMIO(struct nic), sizeof(struct nic), 4);
	KNOWS(IOP_SYSMEM(uint16_t[7]), 14, 2);
	KNOWS(IOP_MMIO(struct empty), 0, 1);
	KNOWS(IOP_MMIO(IOP_SLICE(uint32_t)), 0, 4);
	KNOWS(IOP_SYSMEM(IOP_SLICE(struct wide)), 0, _Alignof(uint64_t));
	KNOWS(IOP_MMIO(IOP_REGION(0)), 0, 4);
	KNOWS(IOP_MMIO(IOP_REGION(42)), 42, 4);
	KNOWS(IOP_IOSYSMAP(IOP_REGION(0x1000)), 0x1000, 4);
	KNOWS(IOP_MMIO(IOP_REGION8(0x1000)), 0x1000, 8);
	KNOWS(IOP_MMIO(const IOP_REGION8(9)), 9, 8);
}

static void run_time_size(void **state)
{
	IOP_SYSMEM(IOP_SLICE(struct wide)) wides = {};
	IOP_MMIO(IOP_SLICE(uint8_t)) bytes = {};

	(void)state;
	assert_int_equal(iop_size(iop_view_at(IOP_MMIO(struct nic), 0x1000)), sizeof(struct nic));
	assert_int_equal(iop_size(iop_view_at(IOP_SYSMEM(uint64_t), 0x1000)), 8);
	assert_int_equal(iop_size(iop_region_at(IOP_MMIO(IOP_REGION(42)), 0x1000, 44)), 44);
	assert_int_equal(iop_size(iop_region_at(IOP_MMIO(IOP_REGION(0)), 0x1000, 0)), 0);
	for (size_t n = 0; n < 5; n++) {
		assert_int_equal(iop_try_slice_at(&wides, 0x1000, n), 0);
		assert_int_equal(iop_len(wides), n);
		assert_int_equal(iop_size(wides), n * 24);
		assert_int_equal(iop_is_empty(wides), n == 0);
		assert_int_equal(iop_try_slice_at(&bytes, 0x1001, n), 0);
		assert_int_equal(iop_size(bytes), n);
	}
}

/* Counts around the largest whose last byte is still in the address space, for an element of @size bytes; a refusal leaves the view alone. */
#define OVERFLOWS(E, size)                                                                                 \
	do {                                                                                               \
		static const size_t most = (SIZE_MAX - 0x1000 + 1) / (size);                               \
		IOP_MMIO(IOP_SLICE(E)) view = {};                                                          \
		assert_int_equal(iop_try_slice_at(&view, 0x1000, most), 0);                                \
		assert_int_equal(iop_size(view), most *(size));                                            \
		assert_int_equal(iop_addr(view), 0x1000);                                                  \
		for (size_t over = 1; over < 4; over++)                                                    \
			assert_int_equal(iop_try_slice_at(&view, 0x1000, most + over), -EINVAL);           \
		assert_int_equal(iop_try_slice_at(&view, 0x1000, SIZE_MAX), -EINVAL);                      \
		if ((size) > 1)                                                                            \
			assert_int_equal(iop_try_slice_at(&view, 0x1000, SIZE_MAX / (size) + 1), -EINVAL); \
		assert_int_equal(iop_try_slice_at(&view, 0x1000, SIZE_MAX / (size)), -EINVAL);             \
		assert_int_equal(iop_len(view), most);                                                     \
	} while (0)

static void overflow(void **state)
{
	IOP_SYSMEM(IOP_SLICE(struct empty)) nothing = {};

	(void)state;
	OVERFLOWS(uint8_t, 1);
	OVERFLOWS(uint16_t, 2);
	OVERFLOWS(uint32_t, 4);
	OVERFLOWS(struct wide, 24);
	assert_int_equal(iop_try_slice_at(&nothing, 0x1000, SIZE_MAX), 0);
	assert_int_equal(iop_len(nothing), SIZE_MAX);
	assert_int_equal(iop_size(nothing), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constants),
		cmocka_unit_test(run_time_size),
		cmocka_unit_test(overflow),
	};

	return cmocka_run_group_tests_name("row-01-known-size", tests, NULL, NULL);
}
