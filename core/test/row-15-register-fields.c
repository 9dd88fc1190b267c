/* SPDX-License-Identifier: MIT */
/*
 * Row 15: fields of a register. For storage of eight bits, every field there can be, every register value and every field value,
 * against an oracle that goes bit by bit; then what is special about wide storage, types, text.
 */
#include "iotest.h"

/* X(hi, lo) for each field of eight bits; they all overlap, which is accepted. */
/* clang-format off */
#define EVERY_FIELD(X) \
	X(0, 0) X(1, 0) X(2, 0) X(3, 0) X(4, 0) X(5, 0) X(6, 0) X(7, 0) \
	X(1, 1) X(2, 1) X(3, 1) X(4, 1) X(5, 1) X(6, 1) X(7, 1) \
	X(2, 2) X(3, 2) X(4, 2) X(5, 2) X(6, 2) X(7, 2) \
	X(3, 3) X(4, 3) X(5, 3) X(6, 3) X(7, 3) \
	X(4, 4) X(5, 4) X(6, 4) X(7, 4) \
	X(5, 5) X(6, 5) X(7, 5) \
	X(6, 6) X(7, 6) \
	X(7, 7)
/* clang-format on */

IOP_BITFIELD(every, uint8_t, (0, 0, f0_0), (1, 0, f1_0), (2, 0, f2_0), (3, 0, f3_0), (4, 0, f4_0), (5, 0, f5_0), (6, 0, f6_0),
	     (7, 0, f7_0), (1, 1, f1_1), (2, 1, f2_1), (3, 1, f3_1), (4, 1, f4_1), (5, 1, f5_1), (6, 1, f6_1), (7, 1, f7_1),
	     (2, 2, f2_2), (3, 2, f3_2), (4, 2, f4_2), (5, 2, f5_2), (6, 2, f6_2), (7, 2, f7_2), (3, 3, f3_3), (4, 3, f4_3),
	     (5, 3, f5_3), (6, 3, f6_3), (7, 3, f7_3), (4, 4, f4_4), (5, 4, f5_4), (6, 4, f6_4), (7, 4, f7_4), (5, 5, f5_5),
	     (6, 5, f6_5), (7, 5, f7_5), (6, 6, f6_6), (7, 6, f7_6), (7, 7, f7_7));

static uint64_t oracle_get(uint64_t raw, int hi, int lo)
{
	uint64_t value = 0;

	for (int bit = hi; bit >= lo; bit--)
		value = value * 2 + (raw >> bit) % 2;
	return value;
}

static uint64_t oracle_set(uint64_t raw, int hi, int lo, uint64_t value)
{
	for (int bit = lo; bit <= hi; bit++, value /= 2)
		raw = (raw & ~(UINT64_C(1) << bit)) | value % 2 << bit;
	return raw;
}

#define CHECK_FIELD(hi, lo)                                                                                                        \
	assert_int_equal(every_f##hi##_##lo##_HI, hi);                                                                             \
	assert_int_equal(every_f##hi##_##lo##_LO, lo);                                                                             \
	assert_int_equal(every_f##hi##_##lo##_SHIFT, lo);                                                                          \
	assert_int_equal(every_f##hi##_##lo##_MASK, oracle_set(0, hi, lo, 255));                                                   \
	for (unsigned raw = 0; raw < 256; raw++) {                                                                                 \
		const every before = iop_from_raw(every, (uint8_t)raw);                                                            \
		assert_int_equal(iop_get(before, .f##hi##_##lo), oracle_get(raw, hi, lo));                                         \
		for (unsigned value = 0; value < 512; value++) {                                                                   \
			every after = before;                                                                                      \
			int err = iop_try_with(&after, .f##hi##_##lo, value);                                                      \
			if (value >> (hi - lo + 1)) {                                                                              \
				assert_int_equal(err, -EOVERFLOW);                                                                 \
				assert_true(iop_equal(after, before));                                                             \
				continue;                                                                                          \
			}                                                                                                          \
			assert_int_equal(err, 0);                                                                                  \
			assert_int_equal(iop_into_raw(after), oracle_set(raw, hi, lo, value));                                     \
			assert_int_equal(iop_get(after, .f##hi##_##lo), value);                                                    \
			assert_true(iop_equal(after, iop_build_with(before, .f##hi##_##lo, value &(0xffu >> (7 - (hi) + (lo)))))); \
		}                                                                                                                  \
	}

static void every_field_of_eight_bits(void **state)
{
	(void)state;
	EVERY_FIELD(CHECK_FIELD)
}

/* What fits by its type, at each width that a type has exactly. */
IOP_BITFIELD(wide, uint64_t, (63, 63, top), (63, 32, high), (31, 0, low), (47, 32, half), (7, 0, byte), (63, 0, all),
	     (62, 55, odd));

static void types_that_fit(void **state)
{
	wide w = iop_zeroed(wide);
	const uint8_t byte = 0xa5;
	const uint16_t half = 0xbeef;
	const uint32_t word = 0xdeadbeef;
	const uint64_t all = UINT64_C(0x8123456789abcdef);

	(void)state;
	assert_int_equal(w.raw, 0);
	w = iop_with(w, .byte, byte);
	assert_true(w.raw == 0xa5);
	w = iop_with(w, .half, half);
	assert_true(w.raw == UINT64_C(0xbeef000000a5));
	w = iop_with(w, .half, byte);
	assert_true(w.raw == UINT64_C(0xa5000000a5));
	w = iop_with(w, .high, word);
	assert_true(w.raw == UINT64_C(0xdeadbeef000000a5));
	w = iop_with(w, .low, iop_get(w, .high));
	assert_true(w.raw == UINT64_C(0xdeadbeefdeadbeef));
	w = iop_with(w, .byte, true);
	assert_true(w.raw == UINT64_C(0xdeadbeefdeadbe01));
	w = iop_with(w, .all, all);
	assert_true(w.raw == all && iop_get(w, .all) == all);
	assert_int_equal(sizeof(iop_get(w, .top)), sizeof(bool));
	assert_int_equal(sizeof(iop_get(w, .byte)), 1);
	assert_int_equal(sizeof(iop_get(w, .half)), 2);
	assert_int_equal(sizeof(iop_get(w, .high)), 4);
	assert_int_equal(sizeof(iop_get(w, .all)), 8);
	assert_int_equal(sizeof(w), 8);
}

static void the_top_bit_of_64(void **state)
{
	wide w = iop_zeroed(wide);

	(void)state;
	assert_true(wide_top_MASK == UINT64_C(1) << 63);
	assert_true(wide_all_MASK == UINT64_MAX);
	assert_true(wide_high_MASK == UINT64_C(0xffffffff00000000));
	assert_true(wide_odd_MASK == UINT64_C(0x7f80000000000000));
	w = iop_with(w, .top, true);
	assert_true(w.raw == UINT64_C(1) << 63 && iop_get(w, .top));
	assert_int_equal(iop_try_with(&w, .top, 2), -EOVERFLOW);
	assert_int_equal(iop_try_with(&w, .all, UINT64_MAX), 0);
	w = iop_with_const(w, .top, 0);
	assert_true(w.raw == UINT64_MAX >> 1);
	w = iop_with_const(w, .all, UINT64_MAX);
	assert_true(w.raw == UINT64_MAX);
	w = iop_with(w, .odd, 0);
	assert_true(w.raw == ~UINT64_C(0x7f80000000000000));
}

static void random_fields_of_64(void **state)
{
	uint64_t seed = 15;

	(void)state;
#define CHECK_WIDE(name, hi, lo)                                                                  \
	do {                                                                                      \
		wide w = iop_from_raw(wide, raw);                                                 \
		uint64_t fits = oracle_get(value, hi - lo, 0);                                    \
		assert_true(iop_get(w, .name) == oracle_get(raw, hi, lo));                        \
		assert_int_equal(iop_try_with(&w, .name, fits), 0);                               \
		assert_true(w.raw == oracle_set(raw, hi, lo, fits));                              \
		assert_int_equal(iop_try_with(&w, .name, value), value == fits ? 0 : -EOVERFLOW); \
	} while (0)
	for (int i = 0; i < 1000; i++) {
		uint64_t raw = iotest_random(&seed), value = iotest_random(&seed) >> (i % 64);

		CHECK_WIDE(top, 63, 63);
		CHECK_WIDE(high, 63, 32);
		CHECK_WIDE(low, 31, 0);
		CHECK_WIDE(half, 47, 32);
		CHECK_WIDE(odd, 62, 55);
		CHECK_WIDE(all, 63, 0);
	}
}

static void negative_values_do_not_fit(void **state)
{
	wide w = iop_zeroed(wide);
	int minus_one = -1;

	(void)state;
	assert_int_equal(iop_try_with(&w, .all, minus_one), -EOVERFLOW);
	assert_int_equal(iop_try_with(&w, .byte, minus_one), -EOVERFLOW);
	assert_int_equal(iop_try_with(&w, .byte, INT64_MIN), -EOVERFLOW);
	assert_true(w.raw == 0);
}

/* Bits that belong to no field: written by nothing, kept by everything. */
IOP_BITFIELD(sparse, uint32_t, (3, 1, low), (30, 29, high));

static void other_bits_are_kept(void **state)
{
	sparse s = iop_from_raw(sparse, 0xffffffff);

	(void)state;
	s = iop_with(iop_with(s, .low, 0), .high, 0);
	assert_int_equal(s.raw, 0x9ffffff1);
	s = iop_with(iop_from_raw(sparse, 0), .low, 7);
	assert_int_equal(s.raw, 0xe);
}

IOP_BITENUM(mode, 2, (MODE_OFF, 0), (MODE_RX, 1), (MODE_TX, 2), (MODE_BOTH, 3));
IOP_BITENUM(speed, 3, (SPEED_SLOW, 0), (SPEED_FAST, 4), (SPEED_FASTEST, 5), (SPEED_TURBO, 5));
IOP_BITENUM(code, 8, (CODE_NONE, 0), (CODE_63, 63), (CODE_64, 64), (CODE_100, 100), (CODE_191, 191), (CODE_192, 192),
	    (CODE_255, 255));
IOP_BITFIELD(typed, uint32_t, (1, 0, mode, as, mode), (7, 5, speed, try_as, speed), (15, 8, code, try_as, code),
	     (23, 20, wider, try_as, speed));

static void fields_with_a_type(void **state)
{
	typed t = iop_from_raw(typed, 0xfffffffc);
	mode m;

	(void)state;
	for (unsigned bits = 0; bits < 4; bits++) {
		m = iop_get(iop_from_raw(typed, 0xfffffffc | bits), .mode);
		assert_int_equal(m, bits);
		assert_int_equal(iop_with(t, .mode, m).raw, 0xfffffffc | bits);
	}
	t = iop_with(t, .mode, MODE_TX);
	assert_int_equal(t.raw, 0xfffffffe);
	/* What is no mode cannot damage its neighbours either. */
	m = (mode)7;
	assert_int_equal(iop_with(iop_zeroed(typed), .mode, m).raw, 3);
}

static void fields_that_may_have_a_type(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 16; bits++) {
		typed t = iop_from_raw(typed, bits << 20 | bits % 8 << 5);
		speed s = (speed)99;
		int named = bits == 0 || bits == 4 || bits == 5;

		assert_int_equal(iop_try_get(t, .wider, &s), named ? 0 : -EINVAL);
		assert_int_equal(s, named ? bits : 99);
		s = (speed)99;
		named = bits % 8 == 0 || bits % 8 == 4 || bits % 8 == 5;
		assert_int_equal(iop_try_get(t, .speed, &s), named ? 0 : -EINVAL);
		assert_int_equal(s, named ? bits % 8 : 99);
	}
	for (unsigned bits = 0; bits < 256; bits++) {
		code c = (code)1;
		int named = bits == 0 || bits == 63 || bits == 64 || bits == 100 || bits == 191 || bits == 192 || bits == 255;

		assert_int_equal(iop_try_get(iop_from_raw(typed, bits << 8), .code, &c), named ? 0 : -EINVAL);
		assert_int_equal(c, named ? bits : 1);
	}
	assert_int_equal(iop_with(iop_zeroed(typed), .speed, SPEED_FASTEST).raw, 5 << 5);
	assert_int_equal(iop_with(iop_zeroed(typed), .code, CODE_255).raw, 0xff00);
}

static void operands_are_evaluated_once(void **state)
{
	sparse values[2] = {iop_from_raw(sparse, 0), iop_from_raw(sparse, 0xf0)};
	sparse *next = values;
	uint32_t n = 3;

	(void)state;
	assert_int_equal(iop_get(*next++, .low), 0);
	assert_ptr_equal(next, values + 1);
	assert_int_equal(iop_try_with(next++, .low, n++), 0);
	assert_ptr_equal(next, values + 2);
	assert_int_equal(n, 4);
	assert_int_equal(values[1].raw, 0xf6);
	n = iop_build_with(*--next, .high, n++ & 3).raw;
	assert_ptr_equal(next, values + 1);
}

IOP_REGISTER(no_fields, uint16_t, IOP_AT(2));

static void text(void **state)
{
	char all[200] = "", some[10];
	int length = iop_format(all, sizeof(all), sparse, iop_from_raw(sparse, 0x4000000a));
	const wide w = iop_from_raw(wide, UINT64_C(0x8000000000000012));

	(void)state;
	assert_int_equal(length, strlen(all));
	assert_string_equal(all, "sparse { raw: 0x4000000a, low: 0x5, high: 0x2 }");
	assert_int_equal(iop_format(some, sizeof(some), sparse, iop_from_raw(sparse, 0x4000000a)), length);
	assert_string_equal(some, "sparse { ");
	assert_int_equal(iop_format(NULL, 0, sparse, iop_zeroed(sparse)), length);
	iop_format(all, sizeof(all), no_fields, iop_from_raw(no_fields, 0xab));
	assert_string_equal(all, "no_fields { raw: 0x00ab }");
	iop_format(all, sizeof(all), wide, w);
	assert_string_equal(all, "wide { raw: 0x8000000000000012, top: 0x1, high: 0x80000000, low: 0x12, half: 0x0, byte: 0x12, "
				 "all: 0x8000000000000012, odd: 0x0 }");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_eight_bits),   cmocka_unit_test(types_that_fit),
		cmocka_unit_test(the_top_bit_of_64),	       cmocka_unit_test(random_fields_of_64),
		cmocka_unit_test(negative_values_do_not_fit),  cmocka_unit_test(other_bits_are_kept),
		cmocka_unit_test(fields_with_a_type),	       cmocka_unit_test(fields_that_may_have_a_type),
		cmocka_unit_test(operands_are_evaluated_once), cmocka_unit_test(text),
	};

	return cmocka_run_group_tests_name("row-15-register-fields", tests, NULL, NULL);
}
