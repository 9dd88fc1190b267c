/* SPDX-License-Identifier: MIT */
/* Row 18: a location is one of a base, and of that base only; the build flavour is proved against the minimum size. */
#include "types.h"

IOP_BLOCK(channel, 0x100);
IOP_BLOCK(timer, 0x100);
struct wide {
	uint64_t value;
};
IOP_LOCATION(admin, struct channel, IOP_AT(0x400));
IOP_LOCATION(last, struct channel, IOP_AT(0xf00));
IOP_LOCATION(too_far, struct channel, IOP_AT(0xf04));
IOP_LOCATION(misaligned, struct channel, IOP_AT(0x102));
IOP_LOCATION(channels, struct channel, IOP_ARRAY(9, 0x800));
IOP_LOCATION(timer0, struct timer, IOP_IN(struct channel, 0));
IOP_LOCATION(wide_at, struct wide, IOP_AT(0x10));
IOP_REGISTER(bar_id, uint32_t, IOP_AT(0), (0, 0, on));
IOP_REGISTER(chan_ctrl, uint32_t, IOP_IN(struct channel, 4), (0, 0, on));
IOP_REGISTER(chan_alias, uint32_t, IOP_ALIAS(chan_ctrl), (0, 0, on));
IOP_REGISTER(chan_end, uint32_t, IOP_IN(struct channel, 0x100), (0, 0, on));
IOP_REGISTER(nic_last, uint8_t, IOP_IN(struct nic, 4), (0, 0, on));

typedef IOP_MMIO(struct channel) channel_mmio;
typedef IOP_MMIO(struct timer) timer_mmio;
typedef IOP_MMIO(struct wide) wide_mmio;

channel_mmio inside(bar_mmio bar)
{
	iop_write_reg(iop_project(bar, iop_build_loc(admin)), iop_zeroed(chan_ctrl));
	iop_write_reg(iop_project(bar, iop_build_loc(iop_at(channels, 7))), iop_zeroed(chan_alias));
	return iop_as(channel_mmio, iop_project(bar, iop_build_loc(last)));
}

timer_mmio nested(bar_mmio bar)
{
	return iop_as(timer_mmio, iop_project(bar, iop_build_loc(admin), iop_build_loc(timer0)));
}

int checked_when_run(any_mmio any, wide_mmio *out)
{
	*out = iop_as(wide_mmio, iop_project(any, iop_or_loc(wide_at, return -EINVAL)));
	return 0;
}

nic_last structure_as_a_base(nic_mmio nic)
{
	return iop_read_reg(nic, nic_last);
}

/* REFUSED: iopath: location outside the minimum size of the view, or misaligned */
channel_mmio ends_outside(bar_mmio bar)
{
	return iop_as(channel_mmio, iop_project(bar, iop_build_loc(too_far)));
}

/* REFUSED: iopath: location outside the minimum size of the view, or misaligned */
channel_mmio minimum_is_unknown(any_mmio any)
{
	return iop_as(channel_mmio, iop_project(any, iop_build_loc(admin)));
}

/* REFUSED: iopath: location outside the minimum size of the view, or misaligned */
channel_mmio not_aligned(bar_mmio bar)
{
	return iop_as(channel_mmio, iop_project(bar, iop_build_loc(misaligned)));
}

/* REFUSED: iopath: this needs more alignment than the view guarantees */
wide_mmio needs_more_alignment(bar_mmio bar)
{
	return iop_as(wide_mmio, iop_project(bar, iop_build_loc(wide_at)));
}

/* REFUSED WHEN BUILT: iopath: location not provably inside the minimum size of the view and aligned */
channel_mmio element_outside(bar_mmio bar)
{
	return iop_as(channel_mmio, iop_project(bar, iop_build_loc(iop_at(channels, 8))));
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array of locations */
channel_mmio unknown_element(bar_mmio bar, size_t i)
{
	return iop_as(channel_mmio, iop_project(bar, iop_build_loc(iop_at(channels, i))));
}

/* REFUSED: iopath: location outside the minimum size of the view, or misaligned */
void register_behind_its_block(channel_mmio chan)
{
	iop_write_reg(chan, iop_zeroed(chan_end));
}

/* REFUSED: iopath: this location is not one of the target of this view */
void register_of_a_block_in_a_region(bar_mmio bar)
{
	iop_write_reg(bar, iop_zeroed(chan_ctrl));
}

/* REFUSED: iopath: this location is not one of the target of this view */
int register_of_a_block_in_a_region_tried(bar_mmio bar, chan_ctrl *value)
{
	return iop_try_read_reg(bar, chan_ctrl, value);
}

/* REFUSED: iopath: this location is not one of the target of this view */
bar_id register_of_a_region_in_a_block(channel_mmio chan)
{
	return iop_read_reg(chan, bar_id);
}

/* REFUSED: iopath: this location is not one of the target of this view */
void register_of_another_block(timer_mmio timer)
{
	iop_update_reg(timer, chan_ctrl, c, c);
}

/* REFUSED: iopath: this location is not one of the target of this view */
void alias_has_the_base_of_what_it_is_an_alias_of(timer_mmio timer)
{
	iop_write_reg(timer, iop_zeroed(chan_alias));
}

/* REFUSED: iopath: this location is not one of the target of this view */
timer_mmio block_of_a_block_in_a_region(bar_mmio bar)
{
	return iop_as(timer_mmio, iop_project(bar, iop_build_loc(timer0)));
}

/* REFUSED: iopath: this location is not one of the target of this view */
int block_of_a_region_in_a_block(channel_mmio chan, channel_mmio *out)
{
	*out = iop_as(channel_mmio, iop_project(chan, iop_or_loc(admin, return -EINVAL)));
	return 0;
}

/* REFUSED: iopath: a block is a multiple of 4 bytes */
IOP_BLOCK(odd, 0x102);
