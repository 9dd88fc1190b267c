/* SPDX-License-Identifier: MIT */
/*
 * Row 30: the routine of a tier is one that the tier allows, that this CPU runs, and that no better one stands behind; and that makes no
 * access of a width that the device does not take.
 */
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

/* The device's widths decide, too: of fewer than all, no routine that makes others. */
static void widths_of_the_device(void **state)
{
	const unsigned all = IOP_64BIT ? 15 : 7;

	(void)state;
	for (enum iop_tier tier = IOP_STRICT; tier < IOP_TIERS; tier++)
		for (unsigned widths = 0; widths < 128; widths++) {
			const struct iop_routine *r = iop_routine_within(tier, widths);

			if (!r)
				continue;
			assert_true(r->tier <= tier && runs(r));
			assert_true(r->toio && r->fromio && r->set && r->move);
			assert_false((r->widths ? r->widths : r->tier <= IOP_STRICT_S ? all : 127) & ~widths);
			assert_true(!r->unit || r->unit <= (widths & -widths));
		}
	assert_string_equal(iop_routine_within(IOP_STRICT, 4)->name, "strict32");
	assert_string_equal(iop_routine_within(IOP_MEM, 4 | 64)->name, "strict32");
	assert_string_equal(iop_routine_within(IOP_STRICT, all)->name, "strict");
	assert_string_equal(iop_routine_within(IOP_STRICT, 127)->name, "strict");
	assert_null(iop_routine_within(IOP_STRICT, 2 | 4));
	assert_null(iop_routine_within(IOP_STRICT, 8));
	assert_null(iop_routine_within(IOP_MEM, 0));
}

/* strict32: words only, in both directions of a move; what is not in words panics before it accesses anything. */
static void words_only(void **state)
{
	const struct iop_routine *r = iop_routine_within(IOP_STRICT, 4);
	static _Alignas(8) uint8_t io[96], ram[96], want[96];

	(void)state;
	for (size_t i = 0; i < sizeof(ram); i++)
		io[i] = ram[i] = want[i] = (uint8_t)(i * 37 + 11);
	iotest_record();
	r->toio(io + 4, ram + 3, 12);
	assert_string_equal(iotest_trace(io), "ST4+4 ST4+8 ST4+c");
	memcpy(want + 4, ram + 3, 12);
	iotest_record();
	r->fromio(ram + 1, io + 8, 8);
	assert_string_equal(iotest_trace(io), "LD4+8 LD4+c");
	assert_memory_equal(ram + 1, io + 8, 8);
	iotest_record();
	r->set(io + 16, 0x1a5, 8);
	assert_string_equal(iotest_trace(io), "ST4+10 ST4+14");
	memset(want + 16, 0xa5, 8);
	iotest_record();
	r->move(io + 8, io + 4, 8);
	assert_string_equal(iotest_trace(io), "LD4+8 ST4+c LD4+4 ST4+8");
	memmove(want + 8, want + 4, 8);
	iotest_record();
	r->move(io + 4, io + 8, 8);
	assert_string_equal(iotest_trace(io), "LD4+8 ST4+4 LD4+c ST4+8");
	memmove(want + 4, want + 8, 8);
	iotest_record();
	assert_panics("not in units of the routine", r->toio(io, ram, 13));
	assert_panics("not in units of the routine", r->toio(io + 2, ram, 4));
	assert_panics("not in units of the routine", r->fromio(ram, io + 1, 4));
	assert_panics("not in units of the routine", r->set(io, 1, 2));
	assert_panics("not in units of the routine", r->move(io, io + 2, 4));
	assert_panics("not in units of the routine", r->move(io, io + 4, 6));
	assert_int_equal(iotest_count(), 0);
	assert_memory_equal(io, want, sizeof(io));
}

static void no_such_tier(void **state)
{
	(void)state;
	assert_panics("no such tier", iop_routine_for((enum iop_tier)IOP_TIERS));
	assert_panics("no such tier", iop_routine_within((enum iop_tier)IOP_TIERS, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tier_has_its_best), cmocka_unit_test(the_bytes_arrive),
		cmocka_unit_test(widths_of_the_device),	  cmocka_unit_test(words_only),
		cmocka_unit_test(no_such_tier),
	};

	return cmocka_run_group_tests_name("row-30-tier", tests, NULL, NULL);
}
