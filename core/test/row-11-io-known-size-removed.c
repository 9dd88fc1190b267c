/* SPDX-License-Identifier: MIT */
/* Row 11: IoKnownSize, maxsize and addr are gone by default; the compat names equal what replaced them. */
#include "iotest.h"

#if defined(iop_maxsize) || defined(iop_io_known_size) || defined(iop_io_addr)
#error "removed names must not come with iopath.h"
#endif

#include <iopath/compat.h>

struct block {
	uint32_t a, b;
};

static void minimum_sizes_are_known_size(void **state)
{
	IOP_AUTO region = iop_region_at(IOP_MMIO(IOP_REGION(42)), 0x1000, 44);
	IOP_AUTO sized = iop_view_at(IOP_SYSMEM(struct block), 0x2000);

	(void)state;
	_Static_assert(iop_io_known_size(region) == 42, "a constant, as the trait's was");
	_Static_assert(iop_io_known_size(sized) == sizeof(struct block), "a constant, as the trait's was");
	assert_int_equal(iop_maxsize(region), iop_size(region));
	assert_int_equal(iop_maxsize(region), 44);
	assert_int_equal(iop_maxsize(sized), sizeof(struct block));
	assert_int_equal(iop_io_addr(region), 0x1000);
	assert_int_equal(iop_io_addr(sized), 0x2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(minimum_sizes_are_known_size)};

	return cmocka_run_group_tests_name("row-11-io-known-size-removed", tests, NULL, NULL);
}
