/* SPDX-License-Identifier: MIT */
/* Row 3: a raw address keeps address and size, is copied freely, checks Regions like row 2, and becomes a view unchanged. */
#include "iotest.h"

struct block {
	uint32_t ctrl;
	uint32_t data[3];
};

typedef IOP_MMIO_RAW(struct block) block_raw;
typedef IOP_MMIO_RAW(IOP_REGION(42)) region_raw;

static void sized(void **state)
{
	static const uintptr_t addresses[] = {0, 1, 3, 0x1000, 0x1001, UINTPTR_MAX};

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(addresses); i++) {
		block_raw raw = iop_view_at(block_raw, addresses[i]);
		block_raw copy = raw;
		IOP_AUTO view = iop_mmio_from_raw(copy);

		raw.raw.addr = 7;
		assert_int_equal(iop_addr(copy), addresses[i]);
		assert_int_equal(iop_size(copy), sizeof(struct block));
		assert_true((IOP_IS_BACKEND(view, mmio)));
		assert_int_equal(iop_addr(view), addresses[i]);
		assert_int_equal(iop_size(view), sizeof(struct block));
	}
}

/* The rule of row 2, in words of its own. */
static int expected(uintptr_t base, size_t size)
{
	return base && base / 4 * 4 == base && size / 4 * 4 == size && size >= 42 ? 0 : -EINVAL;
}

static void region(void **state)
{
	(void)state;
	for (uintptr_t base = 0; base < 8; base++)
		for (size_t size = 0; size <= 64; size++) {
			region_raw raw = iop_region_at(region_raw, 0x5000, 48), copy;
			int err = iop_try_region_at(&raw, base, size);

			assert_int_equal(err, expected(base, size));
			copy = raw;
			assert_int_equal(iop_addr(copy), err ? 0x5000 : base);
			assert_int_equal(iop_size(copy), err ? 48 : size);
			assert_int_equal(iop_size(iop_mmio_from_raw(copy)), iop_size(copy));
		}
}

static void near_the_end_of_the_address_space(void **state)
{
	IOP_MMIO_RAW(IOP_REGION(0)) raw = {};

	(void)state;
	assert_int_equal(iop_try_region_at(&raw, UINTPTR_MAX - 3, 8), -EINVAL);
	assert_int_equal(iop_try_region_at(&raw, UINTPTR_MAX - 3, 4), 0);
	assert_int_equal(iop_addr(raw), UINTPTR_MAX - 3);
	assert_int_equal(iop_size(raw), 4);
}

/* A raw address vouches for nothing, so nothing may be accessed on the way to a view, and the view accesses the same bytes. */
static void becomes_a_view(void **state)
{
	struct block block = {1, {2, 3, 4}};
	IOP_AUTO raw = iop_region_at(IOP_MMIO_RAW(IOP_REGION(8)), &block, sizeof(block));
	uint32_t value = 0;

	(void)state;
	iotest_record();
	IOP_AUTO view = iop_mmio_from_raw(raw);
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(iop_try_read32(view, 12, &value), 0);
	assert_int_equal(iotest_raw(&iotest_mmio, 4, value), 4);
	assert_string_equal(iotest_trace(&block), "BR LD4+c AR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sized),
		cmocka_unit_test(region),
		cmocka_unit_test(near_the_end_of_the_address_space),
		cmocka_unit_test(becomes_a_view),
	};

	return cmocka_run_group_tests_name("row-03-mmio-raw", tests, NULL, NULL);
}
