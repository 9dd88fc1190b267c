/* SPDX-License-Identifier: MIT */
/* For WAY: update is one load, one evaluation, one store; when refused it is none of them. */
#include "ways.h"

#ifndef IOPATH_TEST_BODY_UPDATE_ONCE
#define IOPATH_TEST_BODY_UPDATE_ONCE
static unsigned update_calls;
static size_t update_events_when_called;

static uint64_t update_closure(uint64_t value)
{
	update_calls++;
	update_events_when_called = iotest_count();
	return value + 3;
}
#endif

#define UPDATE(bits)                                                                                                            \
	static void WAY_FN(update_##bits)(void)                                                                                 \
	{                                                                                                                       \
		_Alignas(8) uint8_t memory[16];                                                                                 \
		IOP_AUTO region = WAY_REGION(0, memory, 16);                                                                    \
		IOP_AUTO value = WAY_AT(memory + 8, uint##bits##_t);                                                            \
		WAY_FN(update_begin)(memory, bits / 8);                                                                         \
		iop_update(value, v, (uint##bits##_t)update_closure(v));                                                        \
		WAY_FN(update_happened)(memory, bits / 8);                                                                      \
		WAY_FN(update_begin)(memory, bits / 8);                                                                         \
		assert_int_equal(iop_try_update##bits(region, 8, v, (uint##bits##_t)update_closure(v)), 0);                     \
		WAY_FN(update_happened)(memory, bits / 8);                                                                      \
		WAY_FN(update_begin)(memory, bits / 8);                                                                         \
		assert_int_equal(iop_try_update##bits(region, 16, v, (uint##bits##_t)update_closure(v)), -EINVAL);              \
		assert_int_equal(iop_try_update##bits(region, SIZE_MAX, v, (uint##bits##_t)update_closure(v)), -EINVAL);        \
		assert_int_equal(bits == 8 || iop_try_update##bits(region, 9, v, (uint##bits##_t)update_closure(v)) == -EINVAL, \
				 1);                                                                                            \
		assert_int_equal(update_calls, 0);                                                                              \
		assert_int_equal(iotest_count(), 0);                                                                            \
	}

#define UPDATE_START 100

static void WAY_FN(update_begin)(uint8_t *memory, unsigned width)
{
	memset(memory, 0xc3, 16);
	iotest_poke(memory + 8, width, iotest_raw(WAY_INFO, width, UPDATE_START));
	update_calls = 0;
	iotest_record();
}

static void WAY_FN(update_happened)(uint8_t *memory, unsigned width)
{
	uint64_t before = iotest_raw(WAY_INFO, width, UPDATE_START), after = iotest_raw(WAY_INFO, width, UPDATE_START + 3);
	size_t loaded = iotest_is_access(0, WAY_INFO, IOP_EVENT_LD, width, memory + 8, before);

	assert_int_equal(update_calls, 1);
	assert_int_equal(update_events_when_called, loaded);
	assert_int_equal(iotest_is_access(loaded, WAY_INFO, IOP_EVENT_ST, width, memory + 8, after), iotest_count());
	assert_int_equal(iotest_peek(memory + 8, width), after);
	for (unsigned i = 0; i < 16; i++)
		if (i < 8 || i >= 8 + width)
			assert_int_equal(memory[i], 0xc3);
}

IOTEST_WIDTHS(UPDATE)
#undef UPDATE

#define UPDATE_CALL(bits) WAY_FN(update_##bits)();
static void WAY_FN(update_each_width)(void **state)
{
	(void)state;
	IOTEST_WIDTHS(UPDATE_CALL)
}
#undef UPDATE_CALL
#undef UPDATE_START
