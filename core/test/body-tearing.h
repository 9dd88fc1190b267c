/* SPDX-License-Identifier: MIT */
/*
 * For WAY: while another thread flips a value between two patterns, a read finds one of the two, never a mixture. Copies
 * promise nothing of the kind and are not tested for it.
 */
#include "two-threads.h"
#include "ways.h"

#ifndef IOPATH_TEST_BODY_TEARING_ONCE
#define IOPATH_TEST_BODY_TEARING_ONCE
#define TEARING_ENOUGH 50000

/* Each byte of one pattern differs from that byte of the other, so a mixture at any boundary is neither. */
#define TEARING_ONE   UINT64_C(0x0123456789abcdef)
#define TEARING_OTHER UINT64_C(0xfedcba9876543210)

static int is_torn(uint64_t value, unsigned width)
{
	uint64_t mask = width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1;

	return value != (TEARING_ONE & mask) && value != (TEARING_OTHER & mask);
}

/* Control: any mixture of the two at a byte boundary is recognised. */
static inline void torn_values_are_told(void **state)
{
	(void)state;
	for (unsigned width = 1; width <= 8; width *= 2) {
		uint64_t mask = width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1;

		assert_false(is_torn(TEARING_ONE & mask, width));
		assert_false(is_torn(TEARING_OTHER & mask, width));
		for (unsigned low = 1; low < width; low++) {
			uint64_t low_mask = (UINT64_C(1) << 8 * low) - 1;

			assert_true(is_torn(((TEARING_ONE & low_mask) | (TEARING_OTHER & ~low_mask)) & mask, width));
			assert_true(is_torn(((TEARING_OTHER & low_mask) | (TEARING_ONE & ~low_mask)) & mask, width));
		}
	}
}
#endif

/* Reads go on until both patterns were seen, which the second thread provides for, and at least TEARING_ENOUGH times. */
#define TEARING(bits)                                                                                                  \
	static void WAY_FN(tearing_turn_##bits)(void *context, size_t round)                                           \
	{                                                                                                              \
		iop_write(WAY_AT(context, uint##bits##_t), (uint##bits##_t)(round % 2 ? TEARING_ONE : TEARING_OTHER)); \
		if (round % 1024 == (round >> 10 & 1))                                                                 \
			sched_yield();                                                                                 \
	}                                                                                                              \
	static void WAY_FN(tearing_##bits)(void **state)                                                               \
	{                                                                                                              \
		_Alignas(64) uint8_t memory[64] = {0};                                                                 \
		IOP_AUTO view = WAY_AT(memory, uint##bits##_t);                                                        \
		unsigned seen = 0, torn = 0;                                                                           \
		struct partner partner;                                                                                \
		(void)state;                                                                                           \
		iop_event_hook = NULL;                                                                                 \
		iop_write(view, (uint##bits##_t)TEARING_ONE);                                                          \
		partner_start(&partner, WAY_FN(tearing_turn_##bits), memory);                                          \
		for (size_t i = 0; i < TEARING_ENOUGH || seen != 3; i++) {                                             \
			uint##bits##_t value = iop_read(view);                                                         \
			torn += (unsigned)is_torn(value, bits / 8);                                                    \
			seen |= value == (uint##bits##_t)TEARING_ONE ? 1 : 2;                                          \
			if (i % 512 == 511)                                                                            \
				sched_yield();                                                                         \
		}                                                                                                      \
		partner_stop(&partner);                                                                                \
		assert_int_equal(torn, 0);                                                                             \
	}
TEARING(8)
TEARING(16)
TEARING(32)
#if IOP_64BIT && UINTPTR_MAX == UINT64_MAX
TEARING(64)
#endif
#undef TEARING

static void WAY_FN(tearing_each_width)(void **state)
{
	WAY_FN(tearing_8)(state);
	WAY_FN(tearing_16)(state);
	WAY_FN(tearing_32)(state);
#if IOP_64BIT && UINTPTR_MAX == UINT64_MAX
	WAY_FN(tearing_64)(state);
#endif
}
