/* SPDX-License-Identifier: MIT */
/* Row 17: only a type that knows its one location may leave it out, and a value is written to a register of its own type. */
#include "types.h"

IOP_REGISTER(ctrl, uint32_t, IOP_AT(0x10), (0, 0, on));
IOP_REGISTER(same_ctrl, uint32_t, IOP_ALIAS(ctrl), (0, 0, on));
IOP_REGISTER(head, uint32_t, IOP_ARRAY(8, 0x100), (0, 0, on));
IOP_REGISTER(one_head, uint32_t, IOP_ARRAY(1, 0x100), (0, 0, on));
IOP_REGISTER(head_alias, uint32_t, IOP_ALIAS(head), (0, 0, on));
IOP_REGISTER(head_1, uint32_t, IOP_ALIAS_AT(head, 1), (0, 0, on));
IOP_BASE(channel, rx, 0x200);
IOP_REGISTER(chan_ctrl, uint32_t, IOP_REL(channel, 0x8), (0, 0, on));
IOP_REGISTER(outside, uint32_t, IOP_AT(0x1000), (0, 0, on));
IOP_REGISTER(wide, uint64_t, IOP_AT(0x20), (0, 0, on));
IOP_BITFIELD(flags, uint32_t, (0, 0, on));
typedef IOP_MMIO(ctrl) ctrl_mmio;

int types_with_one_location(bar_mmio bar, ctrl c, const same_ctrl same, head_1 h)
{
	iop_write_reg(bar, c);
	iop_write_reg(bar, same);
	iop_write_reg(bar, iop_with(h, .on, true));
	return iop_try_write_reg(bar, c) | iop_try_write_reg(bar, same);
}

void locations_that_are_named(bar_mmio bar, head h, chan_ctrl c)
{
	iop_write_reg(bar, iop_at(head, 1), h);
	iop_write_reg(bar, iop_of(rx, chan_ctrl), c);
}

ctrl view_of_a_register(ctrl_mmio view)
{
	iop_write_reg(view, iop_zeroed(ctrl));
	return iop_read_reg(view);
}

/* REFUSED: iopath: a register of this type has no fixed location: name one */
void no_location_at_all(bar_mmio bar, flags f)
{
	iop_write_reg(bar, f);
}

/* REFUSED: iopath: a register of this type has no fixed location: name one */
void element_of_an_array(bar_mmio bar, head h)
{
	iop_write_reg(bar, h);
}

/* REFUSED: iopath: a register of this type has no fixed location: name one */
void the_only_element_of_an_array(bar_mmio bar, one_head h)
{
	iop_write_reg(bar, h);
}

/* REFUSED: iopath: a register of this type has no fixed location: name one */
int alias_of_an_array(bar_mmio bar, head_alias h)
{
	return iop_try_write_reg(bar, h);
}

/* REFUSED: iopath: a register of this type has no fixed location: name one */
int no_base(bar_mmio bar, chan_ctrl c)
{
	return iop_try_write_reg(bar, c);
}

/* REFUSED (gcc, c): invalid initializer */
/* REFUSED (clang, c): initializing 'ctrl' */
/* REFUSED (gcc, c++): conversion from */
/* REFUSED (clang, c++): no viable conversion from */
void value_of_another_register(bar_mmio bar, same_ctrl same)
{
	iop_write_reg(bar, ctrl, same);
}

/* REFUSED (gcc, c): invalid initializer */
/* REFUSED (clang, c): initializing 'ctrl' */
/* REFUSED (gcc, c++): conversion from */
/* REFUSED (clang, c++): no viable conversion from */
void bare_number(bar_mmio bar)
{
	iop_write_reg(bar, ctrl, 1);
}

/* REFUSED: iopath: location outside the minimum size of the view, or misaligned */
void outside_the_minimum(bar_mmio bar, outside o)
{
	iop_write_reg(bar, o);
}

/* REFUSED: iopath: this needs more alignment than the view guarantees */
void infallible_64_bits(bar_mmio bar, wide w)
{
	iop_write_reg(bar, w);
}

/* REFUSED: iopath: this location is not one of the target of this view */
void typed_view(nic_mmio nic, ctrl c)
{
	iop_write_reg(nic, c);
}

/* REFUSED: iopath: this location is not one of the target of this view */
void slice(bytes_mmio bytes, ctrl c)
{
	iop_write_reg(bytes, c);
}

/* REFUSED: iopath: this location is not one of the target of this view */
void view_of_another_register(ctrl_mmio view, same_ctrl same)
{
	iop_write_reg(view, same);
}

/* REFUSED: iopath: this view has no accessors */
void raw_view(bar_raw bar, ctrl c)
{
	iop_write_reg(bar, c);
}

/* REFUSED: iopath: which register of the Region? */
void read_of_no_register(bar_mmio bar)
{
	iop_read_reg(bar);
}
