/* SPDX-License-Identifier: MIT */
/* Row 13: infallible offset access up to the very end of the Region's minimum, and never beyond it though the mapping is larger. */
#include "iotest.h"

typedef IOP_MMIO(IOP_REGION(0x1000)) page_view;
typedef IOP_MMIO(IOP_REGION(42)) odd_view;

static struct iotest_pages pages;
static int map_pages(void **state)
{
	(void)state;
	pages = iotest_guarded(0x1000);
	return 0;
}

/* The page after the last byte is inaccessible: an access that is not where it should be faults. */
#define BOTH(bits, region, offset)                                                                                             \
	do {                                                                                                                   \
		uint8_t *where_ = (uint8_t *)iop_addr(region) + (offset);                                                      \
		uint##bits##_t value_ = (uint##bits##_t)(0x9e3779b9u * ((offset) + bits));                                     \
		uint64_t raw_ = iotest_raw(&iotest_mmio, bits / 8, value_);                                                    \
		iotest_record();                                                                                               \
		iop_write##bits(region, value_, offset);                                                                       \
		assert_int_equal(iotest_peek(where_, bits / 8), raw_);                                                         \
		assert_int_equal(iop_read##bits(region, offset), value_);                                                      \
		iop_update##bits(region, offset, v_, (uint##bits##_t) ~v_);                                                    \
		assert_int_equal(iotest_peek(where_, bits / 8), iotest_raw(&iotest_mmio, bits / 8, (uint##bits##_t) ~value_)); \
		assert_int_equal(iotest_count(), 4 * 3);                                                                       \
		assert_int_equal(iotest_is_access(0, &iotest_mmio, IOP_EVENT_ST, bits / 8, where_, raw_), 3);                  \
		assert_int_equal(iotest_is_access(3, &iotest_mmio, IOP_EVENT_LD, bits / 8, where_, raw_), 6);                  \
	} while (0)

static void boundaries(void **state)
{
	page_view page = iop_region_at(page_view, pages.start, 0x1000);

	(void)state;
	BOTH(8, page, 0);
	BOTH(8, page, 0xfff);
	BOTH(16, page, 0);
	BOTH(16, page, 0xffe);
	BOTH(32, page, 0);
	BOTH(32, page, 0xffc);
}

/* The minimum need not be a multiple of 4, and bounds the access itself, not rounded up. */
static void odd_minimum(void **state)
{
	odd_view odd = iop_region_at(odd_view, pages.end - 44, 44);

	(void)state;
	BOTH(8, odd, 41);
	BOTH(16, odd, 40);
	BOTH(32, odd, 36);
}

/* Minima of one access: only offset 0 is left. */
static void smallest_regions(void **state)
{
	IOP_AUTO one = iop_region_at(IOP_MMIO(IOP_REGION(1)), pages.end - 4, 4);
	IOP_AUTO two = iop_region_at(IOP_MMIO(IOP_REGION(2)), pages.end - 4, 4);
	IOP_AUTO four = iop_region_at(IOP_MMIO(IOP_REGION(4)), pages.end - 4, 4);

	(void)state;
	BOTH(8, one, 0);
	BOTH(16, two, 0);
	BOTH(32, four, 0);
}

/* Four bytes of alignment are all that a Region promises, and all that is needed: here the base is no multiple of 8. */
static void base_at_four_modulo_eight(void **state)
{
	IOP_AUTO region = iop_region_at(IOP_MMIO(IOP_REGION(16)), pages.start + 4, 16);

	(void)state;
	assert_int_equal(iop_addr(region) % 8, 4);
	BOTH(32, region, 0);
	BOTH(32, region, 4);
	BOTH(32, region, 12);
}

/* A run-time offset that the optimiser sees the range of needs no literal. */
static void provable_loop(void **state)
{
	IOP_AUTO region = iop_region_at(IOP_MMIO(IOP_REGION(64)), pages.start, 64);
	uint32_t sum = 0;

	(void)state;
	iotest_record();
	for (size_t i = 0; i < 16; i++)
		iop_write32(region, (uint32_t)i + 1, 4 * i);
	for (size_t i = 0; i < 16; i++)
		sum += iop_read32(region, 4 * i);
	assert_int_equal(sum, 16 * 17 / 2);
	assert_int_equal(iotest_count(), 2 * 16 * 3);
}

/* To clang that is as good as a literal, until it is asked for a constant expression. */
static void constant_variable(void **state)
{
	IOP_AUTO region = iop_region_at(IOP_MMIO(IOP_REGION(16)), pages.start, 16);
	const size_t offset = 4;

	(void)state;
	BOTH(32, region, offset);
}

/* What the front end asks of a literal; one that no size_t holds must not become one that is inside. */
IOP_ASSERT(iop_literal_in_(UINT64_C(12), (size_t)16, 4, 4), "the last word");
IOP_ASSERT(!iop_literal_in_(UINT64_C(1) << 32, (size_t)16, 4, 4), "beyond 32 bits");
IOP_ASSERT(!iop_literal_in_(-4, (size_t)16, 4, 4), "before the start");

#if !IOP_PROVES
static void read_at(size_t offset)
{
	IOP_AUTO region = iop_region_at(IOP_MMIO(IOP_REGION(42)), pages.start, 44);

	(void)iop_read32(region, offset);
}

/* Nothing is proved without the optimiser; the same rule then holds when the access is made. */
static void unoptimised_builds_check_at_run_time(void **state)
{
	static const size_t bad[] = {38, 39, 40, 42, 1, 2, SIZE_MAX - 3, SIZE_MAX};

	(void)state;
	iotest_record();
	for (size_t i = 0; i < IOTEST_COUNT(bad); i++)
		assert_panics_saying("offset access not provably inside", read_at(bad[i]));
	assert_int_equal(iotest_count(), 0);
	read_at(36);
	assert_int_equal(iotest_count(), 3);
}
#endif

/* What is proved has no check left, so the real size plays no part; fallible access of the same bytes does not care for the minimum. */
static void minimum_against_real_size(void **state)
{
	odd_view odd = iop_region_at(odd_view, pages.start, 44);
	uint32_t v = 0;

	(void)state;
	BOTH(16, odd, 40);
	iotest_poke(pages.start + 40, 4, iotest_raw(&iotest_mmio, 4, 77));
	assert_int_equal(iop_try_read32(odd, 40, &v), 0);
	assert_int_equal(v, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boundaries),
		cmocka_unit_test(odd_minimum),
		cmocka_unit_test(smallest_regions),
		cmocka_unit_test(base_at_four_modulo_eight),
		cmocka_unit_test(provable_loop),
		cmocka_unit_test(constant_variable),
		cmocka_unit_test(minimum_against_real_size),
#if !IOP_PROVES
		cmocka_unit_test(unoptimised_builds_check_at_run_time),
#endif
	};

	return cmocka_run_group_tests_name("row-13-infallible-access", tests, map_pages, NULL);
}
