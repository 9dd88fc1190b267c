/* SPDX-License-Identifier: MIT */
/* Row 22: checked reinterpretation: accepted exactly if it fits and is aligned, by the absolute address. */
#define WAY mmio
#include "body-cast.h"
#undef WAY
#define WAY relaxed
#include "body-cast.h"
#undef WAY
#define WAY sysmem
#include "body-cast.h"
#undef WAY

/* A Region at 4 modulo 8 is valid, and cannot be cast to something with 64-bit members; one at 0 can. */
static void depends_on_the_real_address(void **state)
{
	IOP_MMIO(struct cast_24) out;

	(void)state;
	assert_int_equal(iop_try_cast(iop_region_at(IOP_MMIO(IOP_REGION(24)), 0x1000, 24), struct cast_24, &out), 0);
	assert_int_equal(iop_try_cast(iop_region_at(IOP_MMIO(IOP_REGION(24)), 0x1004, 24), struct cast_24, &out),
			 _Alignof(uint64_t) == 8 ? -EINVAL : 0);
}

/* The real size counts, not the minimum. */
static void real_size(void **state)
{
	IOP_SYSMEM(struct cast_24) out;

	(void)state;
	assert_int_equal(iop_try_cast(iop_region_at(IOP_SYSMEM(IOP_REGION(0)), 0x1000, 24), struct cast_24, &out), 0);
	assert_int_equal(iop_try_cast(iop_region_at(IOP_SYSMEM(IOP_REGION(0)), 0x1000, 20), struct cast_24, &out), -EINVAL);
}

/* Each argument once, also when it is refused. */
static void evaluates_once(void **state)
{
	IOP_MMIO(IOP_SLICE(uint8_t)) sources[2];
	IOP_MMIO(uint32_t) results[2];
	size_t i = 0, j = 0;

	(void)state;
	assert_int_equal(iop_try_slice_at(&sources[0], 0x1002, 8), 0);
	assert_int_equal(iop_try_slice_at(&sources[1], 0x1004, 8), 0);
	results[0] = results[1] = iop_view_at(__typeof__(results[0]), 4);
	assert_int_equal(iop_try_cast(sources[i++], uint32_t, &results[j++]), -EINVAL);
	assert_int_equal(iop_try_cast(sources[i++], uint32_t, &results[j++]), 0);
	assert_int_equal(i, 2);
	assert_int_equal(j, 2);
	assert_int_equal(iop_addr(results[0]), 4);
	assert_int_equal(iop_addr(results[1]), 0x1004);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cast_grid_mmio),
		cmocka_unit_test(cast_grid_relaxed),
		cmocka_unit_test(cast_grid_sysmem),
		cmocka_unit_test(cast_is_usable_mmio),
		cmocka_unit_test(cast_is_usable_relaxed),
		cmocka_unit_test(cast_is_usable_sysmem),
		cmocka_unit_test(depends_on_the_real_address),
		cmocka_unit_test(real_size),
		cmocka_unit_test(evaluates_once),
	};

	return cmocka_run_group_tests_name("row-22-try-cast", tests, NULL, NULL);
}
