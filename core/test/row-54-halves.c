/* SPDX-License-Identifier: MIT */
/* Row 54: a 64-bit register in two 32-bit accesses, in the order that the name says; nothing chooses one silently. */
#include "iotest.h"

#include <iopath/iopath.h>

static _Alignas(8) uint8_t memory[64];

/* The eight bytes at @at are the two halves of @value, the high one first if @high_first, each as the way writes 32 bits. */
static void halves_are(size_t at, const struct iotest_way *way, uint64_t value, bool high_first)
{
	assert_int_equal(iotest_peek(memory + at, 4), iotest_raw(way, 4, high_first ? value >> 32 : (uint32_t)value));
	assert_int_equal(iotest_peek(memory + at + 4, 4), iotest_raw(way, 4, high_first ? (uint32_t)value : value >> 32));
}

#define NUMBER UINT64_C(0x8192a3b4c5d6e7f8)

/* The two accesses that were recorded: 32 bits each, at @first and then the other half of the eight bytes at @at. */
static void two_halves(size_t at, size_t first, int kind)
{
	size_t where[2] = {at + first, at + 4 - first};
	unsigned seen = 0;

	for (unsigned i = 0; i < iotest_count(); i++) {
		const struct iop_event *e = iotest_event(i);

		if (e->kind == IOP_EVENT_LD || e->kind == IOP_EVENT_ST) {
			assert_in_range(seen, 0, 1);
			assert_int_equal(e->kind, kind);
			assert_int_equal(e->width, 4);
			assert_int_equal(e->addr, (uintptr_t)memory + where[seen++]);
		}
	}
	assert_int_equal(seen, 2);
}

#define HALVES(READ, WRITE, order, low, way, high_first)                  \
	do {                                                              \
		memset(memory, 0, sizeof(memory));                        \
		iotest_record();                                          \
		WRITE;                                                    \
		two_halves(4, (order) ? 4 - (low) : (low), IOP_EVENT_ST); \
		halves_are(4, &iotest_##way, NUMBER, high_first);         \
		iotest_record();                                          \
		assert_true((READ) == NUMBER);                            \
		two_halves(4, (order) ? 4 - (low) : (low), IOP_EVENT_LD); \
	} while (0)

/* @value once @call is made, which must succeed. */
#define AFTER(call, value)                \
	__extension__({                   \
		int made_ = (call);       \
		made_ == 0 ? (value) : 0; \
	})
#define IN_HALVES(view, region, low, way, high_first)                                                               \
	do {                                                                                                        \
		uint64_t got_ = 0;                                                                                  \
		HALVES(iop_read64_lo_hi(region, 4), iop_write64_lo_hi(region, NUMBER, 4), 0, low, way, high_first); \
		HALVES(iop_read64_hi_lo(region, 4), iop_write64_hi_lo(region, NUMBER, 4), 1, low, way, high_first); \
		HALVES(AFTER(iop_try_read64_lo_hi(region, 4, &got_), got_),                                         \
		       assert_int_equal(iop_try_write64_lo_hi(region, NUMBER, 4), 0), 0, low, way, high_first);     \
		HALVES(AFTER(iop_try_read64_hi_lo(region, 4, &got_), got_),                                         \
		       assert_int_equal(iop_try_write64_hi_lo(region, NUMBER, 4), 0), 1, low, way, high_first);     \
		iotest_record();                                                                                    \
		assert_int_equal(iop_try_read64_lo_hi(region, 60, &got_), -EINVAL);                                 \
		assert_int_equal(iop_try_read64_hi_lo(region, 2, &got_), -EINVAL);                                  \
		assert_int_equal(iop_try_write64_lo_hi(region, got_++, 60), -EINVAL);                               \
		assert_int_equal(iop_try_write64_hi_lo(region, got_++, 5), -EINVAL);                                \
		assert_int_equal(iotest_count(), 0);                                                                \
		assert_true(got_ == NUMBER);                                                                        \
	} while (0)

static void halves_go_in_the_order_of_the_name(void **state)
{
	IOP_AUTO device = iop_region_at(IOP_MMIO(IOP_REGION(64)), memory, 64);
	IOP_AUTO shared = iop_region_at(IOP_SYSMEM(IOP_REGION(64)), memory, 64);
	IOP_AUTO wide = iop_view_at(IOP_MMIO(uint64_t), memory + 8);

	(void)state;
	IN_HALVES(wide, device, 0, mmio, false);
	IN_HALVES(wide, shared, IOP_BIG_ENDIAN ? 4 : 0, sysmem, IOP_BIG_ENDIAN);
	iotest_record();
	iop_write_lo_hi(wide, NUMBER);
	two_halves(8, 0, IOP_EVENT_ST);
	iotest_record();
	iop_write_hi_lo(wide, NUMBER);
	two_halves(8, 4, IOP_EVENT_ST);
	halves_are(8, &iotest_mmio, NUMBER, false);
	iotest_record();
	assert_true(iop_read_lo_hi(wide) == NUMBER);
	two_halves(8, 0, IOP_EVENT_LD);
	iotest_record();
	assert_true(iop_read_hi_lo(wide) == NUMBER);
	two_halves(8, 4, IOP_EVENT_LD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(halves_go_in_the_order_of_the_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
