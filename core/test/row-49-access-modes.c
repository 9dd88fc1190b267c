/* SPDX-License-Identifier: MIT */
/* Row 49: iop_clear writes one field and what has to be kept; an update keeps what is read-only; iop_keep_w1c clears nothing. */
#include "ways.h"

IOP_REGISTER(pending, uint32_t, IOP_W1C(IOP_AT(0x10)), (0, 0, rx), (1, 1, tx), (7, 4, cause), (31, 31, top), (30, 30, level, ro));
IOP_REGISTER(power, uint32_t, IOP_AT(0x14), (1, 0, state), (15, 15, event, w1c), (14, 14, late, w1c), (19, 16, causes, w1c));
IOP_REGISTER(masked, uint16_t, IOP_W1C(IOP_AT(0x18)), (0, 0, low), (1, 1, high), (11, 8, mask, rw));
IOP_REGISTER(ctrl, uint32_t, IOP_AT(0x1c), (7, 0, all), (11, 8, link, ro), (31, 31, ready, ro));
IOP_REGISTER(queues, uint8_t, IOP_W1C(IOP_ARRAY(4, 0x20)), (0, 0, first), (7, 1, rest));
IOP_REGISTER(wide, uint64_t, IOP_AT(0x28), (0, 0, on), (63, 62, high, w1c), (61, 61, top, w1c), (44, 44, middle, w1c));
IOP_REGISTER(driver_features, uint32_t, IOP_WO(IOP_AT(0x30)), (0, 0, version_1), (1, 1, platform));
IOP_BITFIELD(every_mode, uint64_t, (0, 0, plain), (1, 1, a, rw), (2, 2, b, ro), (3, 3, c, wo), (44, 4, d, w1c), (63, 63, e, w1c),
	     (45, 45, f, rc));

#define WAY mmio
#include "body-modes.h"
#undef WAY
#define WAY relaxed
#include "body-modes.h"
#undef WAY
#define WAY sysmem
#include "body-modes.h"
#undef WAY
#define WAY sysmap_io
#include "body-modes.h"
#undef WAY

/* A bit at a time: what is w1c becomes 0, and nothing else. */
static void keeping(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t raw = UINT64_C(1) << bit, kept = (bit >= 4 && bit <= 44) || bit == 63 ? 0 : raw;

		assert_int_equal(iop_keep_w1c(iop_from_raw(every_mode, raw)).raw, kept);
		if (bit < 32)
			/* What is in no field of a register that is w1c may be w1c. */
			assert_int_equal(iop_keep_w1c(iop_from_raw(pending, (uint32_t)raw)).raw, bit == 30 ? raw : 0);
	}
	assert_int_equal(iop_keep_w1c(iop_from_raw(masked, 0xffff)).raw, 0x0f00);
	assert_int_equal(iop_keep_w1c(iop_from_raw(ctrl, 0xffffffff)).raw, 0xffffffff);
}

/* A mode makes a type no larger, and its text no other. */
static void size_and_text(void **state)
{
	char text[80];

	(void)state;
	assert_int_equal(sizeof(pending), 4);
	assert_int_equal(sizeof(every_mode), 8);
	iop_format(text, sizeof(text), power, iop_from_raw(power, 0x8003));
	assert_string_equal(text, "power { raw: 0x00008003, state: 0x3, event: 0x1, late: 0x0, causes: 0x0 }");
}

#define WAY_TESTS(way)                                                                                                             \
	cmocka_unit_test(clear_at_once_##way), cmocka_unit_test(clear_among_others_##way), cmocka_unit_test(read_only_bits_##way), \
		cmocka_unit_test(clear_refused_##way), cmocka_unit_test(write_only_##way)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WAY_TESTS(mmio),      WAY_TESTS(relaxed),	 WAY_TESTS(sysmem),
		WAY_TESTS(sysmap_io), cmocka_unit_test(keeping), cmocka_unit_test(size_and_text),
	};

	return cmocka_run_group_tests_name("row-49-access-modes", tests, NULL, NULL);
}
