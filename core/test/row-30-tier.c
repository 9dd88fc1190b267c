/* SPDX-License-Identifier: MIT */
/* Row 30: the routine of a tier is one that the tier allows, that this CPU runs, and that no better one stands behind. */
#include "iotest.h"

#include <iopath/tier.h>

static int runs(const struct iop_routine *r)
{
	return !r->supported || r->supported();
}

static void each_tier_has_its_best(void **state)
{
	(void)state;
	for (enum iop_tier tier = IOP_STRICT; tier < IOP_TIERS; tier++) {
		const struct iop_routine *r = iop_routine_for(tier);

		assert_non_null(r);
		assert_true(r->tier <= tier && runs(r));
		assert_true(r->toio && r->fromio && r->set && r->move);
		assert_ptr_equal(r, iop_routine_for(tier));
		for (size_t i = 0; iop_routines[i]; i++)
			if (runs(iop_routines[i]) && iop_routines[i]->tier <= tier)
				assert_true(iop_routines[i]->tier <= r->tier);
	}
	assert_string_equal(iop_routine_for(IOP_STRICT)->name, "strict");
}

/* Whatever a tier gives, the bytes arrive: every size, both ways, set and moved. */
static void the_bytes_arrive(void **state)
{
	uint8_t io[400], ram[400], back[400];

	(void)state;
	for (size_t i = 0; i < sizeof(ram); i++)
		ram[i] = (uint8_t)(i * 151 + 7);
	for (enum iop_tier tier = IOP_STRICT; tier < IOP_TIERS; tier++)
		for (size_t n = 0; n <= 300; n++) {
			const struct iop_routine *r = iop_routine_for(tier);
			uint8_t *at = io + n % 61;

			memset(io, 0, sizeof(io));
			memset(back, 0, sizeof(back));
			r->toio(at, ram, n);
			r->fromio(back, at, n);
			assert_memory_equal(back, ram, n);
			assert_int_equal(at[n], 0);
			assert_int_equal(back[n], 0);
			r->move(at + 3, at, n);
			assert_memory_equal(at + 3, ram, n);
			r->set(at, 0x1fe, n);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(at[i], 0xfe);
		}
}

static void no_such_tier(void **state)
{
	(void)state;
	assert_panics("no such tier", iop_routine_for((enum iop_tier)IOP_TIERS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tier_has_its_best),
		cmocka_unit_test(the_bytes_arrive),
		cmocka_unit_test(no_such_tier),
	};

	return cmocka_run_group_tests_name("row-30-tier", tests, NULL, NULL);
}
