/* SPDX-License-Identifier: MIT */
/* Row 6: MmioOwned is gone by default; the compat layer's gives the accesses of an Mmio Region view. */
#include "iotest.h"

#ifdef IOP_MMIO_OWNED
#error "removed names must not come with iopath.h"
#endif

#include <iopath/compat.h>

static void the_compat_name_makes_the_same_accesses(void **state)
{
	_Alignas(8) uint8_t device[64] = {0};
	IOP_MMIO_RAW(IOP_REGION(64)) raw = {};
	IOP_MMIO_OWNED(64) owned = {};
	IOP_MMIO(IOP_REGION(64)) plain = {};
	char old_trace[256];

	(void)state;
	assert_int_equal(iop_try_region_at(&raw, device, sizeof(device)), 0);
	assert_int_equal(iop_mmio_owned_from_raw(&owned, raw), 0);
	assert_int_equal(iop_try_region_at(&plain, device, sizeof(device)), 0);

	iotest_record();
	iop_write8(owned, 0x11, 1);
	iop_write16(owned, 0x2233, 2);
	iop_write32(owned, 0x44556677, 4);
	assert_int_equal(iop_read32(owned, 4), 0x44556677);
	snprintf(old_trace, sizeof(old_trace), "%s", iotest_trace(device));

	iotest_record();
	iop_write8(plain, 0x11, 1);
	iop_write16(plain, 0x2233, 2);
	iop_write32(plain, 0x44556677, 4);
	assert_int_equal(iop_read32(plain, 4), 0x44556677);
	assert_string_equal(iotest_trace(device), old_trace);
	assert_string_equal(old_trace, "BW ST1+1 AW BW ST2+2 AW BW ST4+4 AW BR LD4+4 AR");
}

static void from_raw_checks_the_region(void **state)
{
	IOP_AUTO raw = iop_region_at(IOP_MMIO_RAW(IOP_REGION(0)), 0x1000, 32);
	IOP_MMIO_OWNED(64) owned = {};

	(void)state;
	assert_int_equal(iop_mmio_owned_from_raw(&owned, raw), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_compat_name_makes_the_same_accesses),
		cmocka_unit_test(from_raw_checks_the_region),
	};

	return cmocka_run_group_tests_name("row-06-mmio-owned-removed", tests, NULL, NULL);
}
