/* SPDX-License-Identifier: MIT */
/* For WAY: value access of each width is one access of that width at that address, in WAY's byte order, with WAY's barriers. */
#include "ways.h"

#define VALUE_TEST(bits)                                                                                   \
	static void WAY_FN(value_##bits)(uint8_t * memory, size_t size)                                    \
	{                                                                                                  \
		uint64_t seed = bits;                                                                      \
		for (size_t at = 0; at + bits / 8 <= size; at += bits / 8)                                 \
			for (int round = 0; round < 20; round++) {                                         \
				IOP_AUTO view = WAY_AT(memory + at, uint##bits##_t);                       \
				uint##bits##_t value = (uint##bits##_t)iotest_random(&seed);               \
				WAY_FN(value_around)(memory, size, at, bits / 8, 1, iotest_random(&seed)); \
				iotest_record();                                                           \
				iop_write(view, value);                                                    \
				WAY_FN(value_stored)(memory + at, bits / 8, value);                        \
				iotest_record();                                                           \
				assert_int_equal(iop_read(view), value);                                   \
				WAY_FN(value_loaded)(memory + at, bits / 8, value);                        \
				WAY_FN(value_around)(memory, size, at, bits / 8, 0, 0);                    \
			}                                                                                  \
	}

/* Fills everything with a pattern, or checks that all but the @width bytes at @at still hold it. */
static void WAY_FN(value_around)(uint8_t *memory, size_t size, size_t at, unsigned width, int fill, uint64_t pattern)
{
	static uint8_t kept;

	if (fill) {
		kept = (uint8_t)pattern;
		memset(memory, kept, size);
		return;
	}
	for (size_t i = 0; i < size; i++)
		if (i < at || i >= at + width)
			assert_int_equal(memory[i], kept);
}

static void WAY_FN(value_stored)(const uint8_t *where, unsigned width, uint64_t value)
{
	uint64_t raw = iotest_raw(WAY_INFO, width, value);

	assert_int_equal(iotest_is_access(0, WAY_INFO, IOP_EVENT_ST, width, where, raw), iotest_count());
	assert_int_equal(iotest_peek(where, width), raw);
}

static void WAY_FN(value_loaded)(const uint8_t *where, unsigned width, uint64_t value)
{
	uint64_t raw = iotest_raw(WAY_INFO, width, value);

	assert_int_equal(iotest_is_access(0, WAY_INFO, IOP_EVENT_LD, width, where, raw), iotest_count());
}

IOTEST_WIDTHS(VALUE_TEST)
#undef VALUE_TEST

#define VALUE_CALL(bits) WAY_FN(value_##bits)(memory, size);
static void WAY_FN(value_all)(uint8_t *memory, size_t size)
{
	IOTEST_WIDTHS(VALUE_CALL)
}
#undef VALUE_CALL
