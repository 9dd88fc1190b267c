/* SPDX-License-Identifier: MIT */
/* Row 12: fallible offset access, against a 128-bit model of its rule, and the specification's own vectors. */
#define WAY mmio
#include "body-offset.h"
#undef WAY
#define WAY relaxed
#include "body-offset.h"
#undef WAY
#define WAY sysmem
#include "body-offset.h"
#undef WAY

/* Everything of the vectors is in the library's own pages, so an access that should have been refused would also be seen here. */
typedef IOP_MMIO(IOP_REGION(0x1000)) page_view;
typedef IOP_MMIO(IOP_REGION(42)) odd_view;

#define TRY(bits, region, offset)                                                        \
	__extension__({                                                                  \
		uint##bits##_t try_v_ = 0x5a;                                            \
		iotest_record();                                                         \
		int try_err_ = iop_try_read##bits(region, offset, &try_v_);              \
		assert_int_equal(iotest_count(), try_err_ ? 0 : 3);                      \
		iotest_record();                                                         \
		assert_int_equal(iop_try_write##bits(region, try_v_, offset), try_err_); \
		assert_int_equal(iotest_count(), try_err_ ? 0 : 3);                      \
		try_err_;                                                                \
	})

static void vectors(void **state)
{
	struct iotest_pages pages = iotest_guarded(0x2000);
	page_view page = iop_region_at(page_view, pages.start, 0x1000);
	odd_view odd = iop_region_at(odd_view, pages.start, 44);

	(void)state;
	assert_int_equal(TRY(8, page, 0xfff), 0);
	assert_int_equal(TRY(8, page, 0x1000), -EINVAL);
	assert_int_equal(TRY(16, page, 0xffe), 0);
	assert_int_equal(TRY(16, page, 0xffd), -EINVAL);
	assert_int_equal(TRY(32, page, 0xffc), 0);
	assert_int_equal(TRY(32, page, 0xffd), -EINVAL);
	assert_int_equal(TRY(32, page, SIZE_MAX - 3), -EINVAL);
	assert_int_equal(TRY(32, page, SIZE_MAX - 7), -EINVAL);
	assert_int_equal(TRY(32, page, -4), -EINVAL);
	/* what is left of these in 32 bits would be inside */
	assert_int_equal(TRY(8, page, UINT64_C(1) << 32), -EINVAL);
	assert_int_equal(TRY(32, page, (UINT64_C(1) << 32) + 0x10), -EINVAL);
	/* bounded by the real size, not by the minimum */
	assert_int_equal(TRY(32, odd, 40), 0);
	assert_int_equal(TRY(16, odd, 40), 0);
	assert_int_equal(TRY(8, odd, 43), 0);
	assert_int_equal(TRY(8, odd, 44), -EINVAL);
}

/* Alignment is that of the absolute address; measured on the offset alone, each of these verdicts would be the reverse. */
static void alignment_is_absolute(void **state)
{
	_Alignas(8) uint8_t memory[32] = {0};

	(void)state;
	for (size_t start = 0; start < 8; start += 4) {
		IOP_AUTO region = iop_region_at(IOP_MMIO(IOP_REGION(0)), memory + start, 24);

		for (size_t offset = 0; offset <= 12; offset += 4) {
			assert_int_equal(TRY(32, region, offset), 0);
#if IOP_64BIT
			assert_int_equal(TRY(64, region, offset), (start + offset) % _Alignof(uint64_t) ? -EINVAL : 0);
#endif
		}
	}
}

/* Controls: a model that is wrong in one way each must disagree with the library somewhere on the grid. */
static int old_rule(uintptr_t base, size_t offset, size_t size, unsigned width, size_t align)
{
	(void)base;
	return (model_int)offset + width <= size && offset % align == 0;
}

static int wrapping_rule(uintptr_t base, size_t offset, size_t size, unsigned width, size_t align)
{
	return offset + width <= size && (base + offset) % align == 0;
}

static int one_short_rule(uintptr_t base, size_t offset, size_t size, unsigned width, size_t align)
{
	return (model_int)offset + width < size && (base + offset) % align == 0;
}

static unsigned disagreements(int (*rule)(uintptr_t, size_t, size_t, unsigned, size_t))
{
	unsigned count = 0;

	for (uintptr_t base = 0x1000; base < 0x1008; base += 4)
		for (size_t size = 0; size <= 24; size += 4)
			for (size_t offset = 0; offset < 44; offset++)
				for (unsigned width = 1; width <= 8; width *= 2) {
					count += rule(base, offset, size, width, width) !=
						 iop_offset_valid(base, offset, size, width, width);
					count += rule(base, SIZE_MAX - offset, size, width, width) !=
						 iop_offset_valid(base, SIZE_MAX - offset, size, width, width);
				}
	return count;
}

static void grid_tells_wrong_rules_apart(void **state)
{
	(void)state;
	assert_int_equal(disagreements(offset_model), 0);
	assert_true(disagreements(old_rule) > 0);
	assert_true(disagreements(wrapping_rule) > 0);
	assert_true(disagreements(one_short_rule) > 0);
}

/* The rule itself also has accesses of no bytes: valid at the very end, not after it. */
static void zero_size_at_the_end(void **state)
{
	(void)state;
	assert_true(iop_offset_valid(0x1000, 8, 8, 0, 1));
	assert_false(iop_offset_valid(0x1000, 9, 8, 0, 1));
	assert_true(iop_offset_valid(0x1000, 0, 0, 0, 4));
}

static int evaluations;
static uint32_t counted(uint32_t value)
{
	evaluations++;
	return value;
}

static const uint32_t *counted_at(const uint32_t *value)
{
	evaluations++;
	return value;
}

static void value_is_evaluated_after_the_check(void **state)
{
	static const uint32_t one = 1;
	_Alignas(8) uint8_t memory[8] = {0};
	IOP_AUTO region = iop_region_at(IOP_SYSMEM(IOP_REGION(0)), memory, 8);

	(void)state;
	iop_event_hook = NULL;
	evaluations = 0;
	assert_int_equal(iop_try_write32(region, counted(1), 8), -EINVAL);
	assert_int_equal(iop_try_write(region, counted_at(&one), 6), -EINVAL);
	assert_int_equal(evaluations, 0);
	assert_int_equal(iop_try_write32(region, counted(1), 4), 0);
	assert_int_equal(iop_try_write(region, counted_at(&one), 4), 0);
	assert_int_equal(evaluations, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offset_grid_mmio),	 cmocka_unit_test(offset_grid_relaxed),
		cmocka_unit_test(offset_grid_sysmem),	 cmocka_unit_test(vectors),
		cmocka_unit_test(alignment_is_absolute), cmocka_unit_test(grid_tells_wrong_rules_apart),
		cmocka_unit_test(zero_size_at_the_end),	 cmocka_unit_test(value_is_evaluated_after_the_check),
	};

	return cmocka_run_group_tests_name("row-12-try-access", tests, NULL, NULL);
}
