/* SPDX-License-Identifier: MIT */
/* Row 16: an element is proved to exist, a location is named as it was declared, and its offsets never wrap around. */
#include "types.h"

IOP_REGISTER(ctrl, uint32_t, IOP_AT(0x10), (0, 0, on));
IOP_REGISTER(head, uint32_t, IOP_ARRAY(8, 0x10, 0x100), (0, 0, on));
IOP_REGISTER(same_head, uint32_t, IOP_ALIAS(head), (0, 0, on));
IOP_REGISTER(last_head, uint32_t, IOP_ALIAS_AT(head, 7), (0, 0, on));
IOP_REGISTER(past_the_bar, uint32_t, IOP_ARRAY(8, 0x10, 0xfa0), (0, 0, on));
IOP_REGISTER(wide, uint64_t, IOP_AT(0x20), (0, 0, on));
IOP_REGISTER(highest, uint32_t, IOP_AT(SIZE_MAX / 2 - 7), (0, 0, on));
IOP_BASE(channel, rx, 0x200);
IOP_BASE(channel, far_rx, 0x1000);
IOP_BASE(timer, timer0, 0x300);
IOP_BASE(channel, highest_rx, SIZE_MAX / 2);
IOP_REGISTER(chan_ctrl, uint32_t, IOP_REL(channel, 0x8), (0, 0, on));
IOP_REGISTER(chan_head, uint32_t, IOP_REL_ARRAY(channel, 4, 0x10), (0, 0, on));

uint32_t constant_index(bar_mmio bar)
{
	return iop_read_reg(bar, iop_at(head, 0)).raw + iop_read_reg(bar, iop_at(head, 7)).raw + iop_read_reg(bar, last_head).raw;
}

uint32_t loop_over_constant_bounds(bar_relaxed bar)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < head_COUNT; i++)
		sum += iop_read_reg(bar, iop_at(same_head, i)).raw;
	return sum;
}

uint32_t index_that_was_compared(bar_sysmem bar, size_t i)
{
	return i < 8 ? iop_read_reg(bar, iop_at(head, i)).raw : 0;
}

int run_time_index(bar_iosysmap bar, uint64_t i, head *value)
{
	struct head_location loc;

	if (!iop_try_at(head, i, &loc))
		return -EINVAL;
	*value = iop_read_reg(bar, iop_loc(head, loc));
	return iop_try_write_reg(bar, iop_loc(head, loc), *value);
}

void relative(bar_mmio bar)
{
	iop_write_reg(bar, iop_of(rx, chan_ctrl), iop_zeroed(chan_ctrl));
	iop_write_reg(bar, iop_of(rx, chan_head, 3), iop_zeroed(chan_head));
}

/* Within the minimum or not: the fallible way is for all of them. */
int anything_can_be_tried(bar_mmio bar, wide *w)
{
	head h = iop_zeroed(head);
	int err = iop_try_write_reg(bar, iop_at(past_the_bar, 7), iop_zeroed(past_the_bar));

	err |= iop_try_write_reg(bar, highest, iop_zeroed(highest));
	err |= iop_try_write_reg(bar, iop_of(far_rx, chan_ctrl), iop_zeroed(chan_ctrl));
	return err | iop_try_read_reg(bar, wide, w) | iop_try_read_reg(bar, iop_at(head, 7), &h);
}

/* REFUSED: iopath: the array of locations has no such element */
head literal_index_out_of_bounds(bar_mmio bar)
{
	return iop_read_reg(bar, iop_at(head, 8));
}

/* REFUSED: iopath: the array of locations has no such element */
head negative_index(bar_mmio bar)
{
	return iop_read_reg(bar, iop_at(head, -1));
}

/* REFUSED: iopath: the array of locations has no such element */
void literal_index_out_of_bounds_of_a_relative_array(bar_mmio bar)
{
	iop_write_reg(bar, iop_of(rx, chan_head, 4), iop_zeroed(chan_head));
}

/* REFUSED: iopath: the array of locations has no such element */
int literal_index_out_of_bounds_tried(bar_mmio bar, head h)
{
	return iop_try_write_reg(bar, iop_at(head, 8), h);
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array of locations (use iop_try_at) */
head unknown_index(bar_mmio bar, size_t i)
{
	return iop_read_reg(bar, iop_at(head, i));
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array of locations (use iop_try_at) */
int unknown_index_is_not_for_the_try_family_either(bar_mmio bar, size_t i, head h)
{
	return iop_try_write_reg(bar, iop_at(head, i), h);
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array of locations (use iop_try_at) */
uint32_t loop_that_runs_too_far(bar_mmio bar)
{
	uint32_t sum = 0;

	for (size_t i = 0; i <= head_COUNT; i++)
		sum += iop_read_reg(bar, iop_at(head, i)).raw;
	return sum;
}

/* REFUSED: iopath: name this location as it was declared */
head array_without_an_index(bar_mmio bar)
{
	return iop_read_reg(bar, head);
}

/* REFUSED: iopath: name this location as it was declared */
ctrl index_without_an_array(bar_mmio bar)
{
	return iop_read_reg(bar, iop_at(ctrl, 0));
}

/* REFUSED: iopath: name this location as it was declared */
bool try_without_an_array(struct ctrl_location *loc)
{
	return iop_try_at(ctrl, 0, loc);
}

/* REFUSED: iopath: name this location as it was declared */
chan_ctrl relative_without_a_base(bar_mmio bar)
{
	return iop_read_reg(bar, chan_ctrl);
}

/* REFUSED: iopath: name this location as it was declared */
chan_head relative_array_without_a_base(bar_mmio bar)
{
	return iop_read_reg(bar, iop_at(chan_head, 0));
}

/* REFUSED: iopath: a base of another family */
chan_ctrl base_of_another_family(bar_mmio bar)
{
	return iop_read_reg(bar, iop_of(timer0, chan_ctrl));
}

/* REFUSED: iopath: the offsets of this location wrap around */
int base_and_offset_are_too_large(bar_mmio bar, chan_ctrl c)
{
	return iop_try_write_reg(bar, iop_of(highest_rx, chan_ctrl), c);
}

/* REFUSED: iopath: location outside the minimum size of the view, or misaligned */
ctrl outside_the_minimum(any_mmio any)
{
	return iop_read_reg(any, ctrl);
}

/* REFUSED: iopath: location outside the minimum size of the view, or misaligned */
chan_ctrl base_outside_the_minimum(bar_mmio bar)
{
	return iop_read_reg(bar, iop_of(far_rx, chan_ctrl));
}

/* REFUSED WHEN BUILT: iopath: location not provably inside the minimum size of the view and aligned */
past_the_bar element_outside_the_minimum(bar_mmio bar)
{
	return iop_read_reg(bar, iop_at(past_the_bar, 6));
}

/* REFUSED: iopath: this needs more alignment than the view guarantees */
wide infallible_64_bits(bar_mmio bar)
{
	return iop_read_reg(bar, wide);
}

/* REFUSED: iopath: alias of an element that the array does not have */
IOP_REGISTER(head_8, uint32_t, IOP_ALIAS_AT(head, 8), (0, 0, on));

/* REFUSED: iopath: only an array of locations has elements */
IOP_REGISTER(ctrl_0, uint32_t, IOP_ALIAS_AT(ctrl, 0), (0, 0, on));

/* REFUSED: iopath: the stride of this array is smaller than its elements */
IOP_REGISTER(overlapping, uint32_t, IOP_ARRAY(8, 2, 0x100), (0, 0, on));

/* REFUSED: iopath: the stride of this array is smaller than its elements */
IOP_REGISTER(wider_alias, uint64_t, IOP_ALIAS(chan_head), (0, 0, on));

/* REFUSED: iopath: an array of locations has elements */
IOP_REGISTER(empty, uint32_t, IOP_ARRAY(0, 0x100), (0, 0, on));

/* The second element would be at 0x10 again. */
/* REFUSED: iopath: the offsets of this location wrap around */
IOP_REGISTER(wraps_around_to_the_start, uint32_t, IOP_ARRAY(2, SIZE_MAX - 3, 0x14), (0, 0, on));

/* REFUSED: iopath: the offsets of this location wrap around */
IOP_REGISTER(element_16_wraps_around, uint32_t, IOP_ARRAY(17, SIZE_MAX / 16 + 1, 0x10), (0, 0, on));

/* REFUSED: iopath: the offsets of this location wrap around */
IOP_REGISTER(negative_offset, uint32_t, IOP_AT(-4), (0, 0, on));

/* REFUSED: iopath: the offsets of this location wrap around */
IOP_REGISTER(ends_behind_the_last_address, uint32_t, IOP_AT(SIZE_MAX - 3), (0, 0, on));

/* REFUSED: iopath: the offsets of this location wrap around */
IOP_REGISTER(negative_count, uint32_t, IOP_ARRAY(-1, 0x10), (0, 0, on));
