/* SPDX-License-Identifier: MIT */
/* Row 15: a setter takes what fits for certain, and a declaration is checked as a whole. */
#include "types.h"

IOP_BITENUM(mode, 2, (MODE_OFF, 0), (MODE_RX, 1), (MODE_TX, 2), (MODE_BOTH, 3));
IOP_BITENUM(speed, 3, (SPEED_SLOW, 0), (SPEED_FAST, 4));
IOP_BITFIELD(flags, uint32_t, (0, 0, up), (6, 4, queue), (15, 8, byte), (17, 16, mode, as, mode), (20, 18, speed, try_as, speed),
	     (24, 21, wider, try_as, speed), (31, 16, half));
IOP_BITFIELD(other_flags, uint32_t, (0, 0, up));
IOP_BITFIELD(wide, uint64_t, (63, 63, top), (63, 0, all));

flags constants_that_fit(flags f)
{
	f = iop_with(f, .up, 1);
	f = iop_with(f, .queue, 7);
	f = iop_with_const(f, .queue, flags_queue_MASK >> flags_queue_SHIFT);
	f = iop_with(f, .mode, MODE_BOTH);
	f = iop_with(f, .speed, SPEED_FAST);
	return iop_with_const(f, .half, 0xffff);
}

flags types_that_fit(flags f, bool up, uint8_t byte, uint16_t half, mode m, speed s)
{
	f = iop_with(f, .up, up);
	f = iop_with(f, .byte, up);
	f = iop_with(f, .byte, byte);
	f = iop_with(f, .half, half);
	f = iop_with(f, .half, iop_get(f, .byte));
	f = iop_with(f, .mode, m);
	return iop_with(f, .speed, s);
}

wide all_64_bits(uint64_t x)
{
	wide w = iop_with_const(iop_zeroed(wide), .top, 1);

	return iop_equal(w, iop_from_raw(wide, 0)) ? w : iop_with(w, .all, x);
}

/* FROM -O2: at -Og gcc follows no mask */
flags range_that_the_optimiser_can_see(flags f, uint32_t n)
{
	return iop_build_with(f, .queue, n & 7);
}

flags integer_that_may_not_fit(flags f, long long n)
{
	return iop_try_with(&f, .queue, n) ? iop_zeroed(flags) : f;
}

/* REFUSED: iopath: this constant does not fit the field */
flags constant_one_too_large(flags f)
{
	return iop_with(f, .queue, 8);
}

/* REFUSED: iopath: this constant does not fit the field */
flags constant_one_too_large_for_const(flags f)
{
	return iop_with_const(f, .up, 2);
}

/* REFUSED: iopath: this constant does not fit the field */
flags negative_constant(flags f)
{
	return iop_with(f, .queue, -1);
}

/* REFUSED: iopath: this constant does not fit the field */
wide negative_constant_in_all_bits(wide w)
{
	return iop_with_const(w, .all, -1);
}

/* REFUSED: iopath: this constant does not fit the field */
wide two_in_the_top_bit(wide w)
{
	return iop_with_const(w, .top, 2);
}

/* REFUSED: iopath: this constant does not fit the field */
flags constant_that_has_no_name(flags f)
{
	return iop_with(f, .speed, 3);
}

/* REFUSED: iopath: a value of this type need not fit the field */
flags type_that_is_too_wide(flags f, uint16_t byte)
{
	return iop_with(f, .byte, byte);
}

/* REFUSED: iopath: a value of this type need not fit the field */
flags type_that_is_just_too_wide(flags f, uint8_t queue)
{
	return iop_with(f, .queue, queue);
}

/* REFUSED: iopath: a value of this type need not fit the field */
flags signed_type(flags f, int8_t byte)
{
	return iop_with(f, .byte, byte);
}

/* REFUSED (c): iopath: a value of this type need not fit the field */
flags comparison_which_in_c_is_an_int(flags f, uint32_t n)
{
	return iop_with(f, .up, n == 1);
}

/* REFUSED: iopath: a value of this type need not fit the field */
flags integer_for_a_field_with_a_type(flags f, uint8_t m)
{
	return iop_with(f, .mode, m);
}

/* REFUSED: iopath: a field takes an integer */
flags fraction(flags f, double x)
{
	return iop_with(f, .half, x);
}

/* REFUSED: iopath: this field has a type of its own: use iop_with */
flags number_for_a_field_with_a_type(flags f, uint32_t n)
{
	return iop_try_with(&f, .mode, n) ? iop_zeroed(flags) : f;
}

/* REFUSED: iopath: not all bits of this field have a name: use iop_try_get */
speed unchecked_get(flags f)
{
	return iop_get(f, .speed);
}

/* REFUSED: iopath: this field is always valid: use iop_get */
int checked_get(flags f, mode *m)
{
	return iop_try_get(f, .mode, m);
}

/* REFUSED: iopath: values of different registers are not compared */
bool different_types(flags f, other_flags o)
{
	return iop_equal(f, o);
}

/* REFUSED WHEN BUILT: iopath: value not provably small enough for the field (use iop_try_with) */
flags range_that_is_unknown(flags f, uint32_t n)
{
	return iop_build_with(f, .queue, n);
}

/* REFUSED WHEN BUILT: iopath: value not provably small enough for the field (use iop_try_with) */
flags range_that_is_too_large(flags f, uint32_t n)
{
	return iop_build_with(f, .queue, n & 15);
}

/* REFUSED: iopath: a field is (hi, lo, name) inside its storage */
IOP_BITFIELD(above_the_top, uint8_t, (8, 8, nine));

/* REFUSED: iopath: a field is (hi, lo, name) inside its storage */
IOP_BITFIELD(upside_down, uint32_t, (2, 2, good), (4, 7, x));

/* REFUSED: iopath: the storage of a register is uint8_t, uint16_t, uint32_t or uint64_t */
IOP_BITFIELD(signed_storage, int32_t, (0, 0, x));

/* REFUSED: iopath: not each value of the field has a name (use try_as) */
IOP_BITFIELD(not_all_named, uint32_t, (2, 0, speed, as, speed));

/* REFUSED: iopath: not each value of the field has a name (use try_as) */
IOP_BITFIELD(field_has_more_bits, uint32_t, (2, 0, mode, as, mode));

/* REFUSED: iopath: the enumeration has values that the field has not */
IOP_BITFIELD(field_has_fewer_bits, uint32_t, (1, 0, speed, try_as, speed));

/* REFUSED: iopath: a constant has more bits than its enumeration */
IOP_BITENUM(too_large, 2, (FITS, 3), (DOES_NOT_FIT, 4));

/* REFUSED: iopath: an enumeration of bits has 1 to 8 of them */
IOP_BITENUM(nine_bits, 9, (ZERO, 0));
