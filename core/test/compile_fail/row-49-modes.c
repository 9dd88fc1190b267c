/* SPDX-License-Identifier: MIT */
/* Row 49: what a register or a field says of its direction is kept to, with the words of what to do instead. */
#include "types.h"

IOP_BITENUM(level, 1, (LEVEL_LOW, 0), (LEVEL_HIGH, 1));
IOP_BITENUM(fault, 2, (FAULT_NONE, 0), (FAULT_HEAT, 2));

/* The case of a user: bits of a register that can only be written got lost. */
IOP_REGISTER(driver_features, uint32_t, IOP_WO(IOP_AT(0x20)), (0, 0, version_1), (1, 1, platform));
IOP_REGISTER(device_status, uint32_t, IOP_RO(IOP_AT(0x24)), (0, 0, ready), (3, 2, fault, try_as, fault));
IOP_REGISTER(irq, uint32_t, IOP_W1C(IOP_AT(0x28)), (0, 0, rx), (1, 1, tx), (2, 2, level, as, level, ro));
IOP_REGISTER(count, uint32_t, IOP_RC(IOP_ARRAY(4, 0x40)), (15, 0, good), (31, 16, bad));
IOP_REGISTER(ctrl, uint32_t, IOP_AT(0x2c), (0, 0, on), (1, 1, link, ro), (2, 2, level, as, level, ro),
	     (4, 3, fault, try_as, fault));
IOP_REGISTER(power, uint32_t, IOP_AT(0x30), (1, 0, state), (15, 15, event, w1c), (8, 8, enable, rw));
IOP_REGISTER(kick, uint32_t, IOP_AT(0x34), (0, 0, on), (1, 1, go, wo), (2, 2, level, as, level, wo),
	     (4, 3, fault, try_as, fault, wo));
IOP_REGISTER(events, uint32_t, IOP_AT(0x38), (0, 0, on), (1, 1, seen, rc), (2, 2, event, w1c));
IOP_REGISTER(cleared_or_written, uint32_t, IOP_W1C(IOP_AT(0x3c)), (0, 0, event), (1, 1, go, wo));
IOP_REGISTER(plain_alias, uint32_t, IOP_ALIAS(driver_features), (0, 0, version_1));
IOP_REGISTER(read_element, uint32_t, IOP_RO(IOP_ALIAS_AT(count, 1)), (15, 0, good));
IOP_BASE(channel, rx, 0x200);
IOP_REGISTER(chan_bell, uint32_t, IOP_WO(IOP_REL(channel, 0x8)), (0, 0, on));
IOP_BITFIELD(flags, uint16_t, (0, 0, up), (1, 1, seen, ro), (2, 2, go, wo));
typedef IOP_MMIO(irq) irq_mmio;
typedef IOP_MMIO(driver_features) features_mmio;
typedef IOP_MMIO(device_status) status_mmio;
typedef IOP_MMIO(power) power_mmio;

uint32_t what_goes_with_the_mode(bar_mmio bar, irq_mmio pending, flags f)
{
	device_status s = iop_read_reg(bar, device_status);
	plain_alias p = iop_read_reg(bar, plain_alias);
	read_element e = iop_read_reg(bar, read_element);
	power w = iop_keep_w1c(iop_read_reg(bar, power));

	iop_write_reg(bar, iop_with(iop_zeroed(driver_features), .platform, 1));
	iop_write_reg(bar, iop_of(rx, chan_bell), iop_from_raw(chan_bell, 1));
	iop_write_reg(bar, iop_with(w, .state, 3));
	iop_write_reg(bar, iop_with(iop_zeroed(irq), .rx, 1));
	iop_write_reg(bar, iop_with(iop_zeroed(kick), .level, LEVEL_HIGH));
	iop_clear(bar, irq, .tx);
	iop_clear(pending, .tx);
	iop_clear(bar, power, .event);
	iop_update_reg(bar, ctrl, r, iop_with(r, .on, 1));
	f = iop_with(f, .go, 1);
	return iop_get(s, .ready) + p.raw + iop_get(e, .good) + iop_get(iop_read_reg(bar, iop_at(count, 2)), .bad) +
	       iop_get(f, .seen);
}

/* REFUSED: iopath: update of a register with write-only bits, which it cannot read (keep the value that was written last, and iop_write_reg) */
void case_of_a_user(bar_mmio bar)
{
	iop_update_reg(bar, driver_features, r, iop_with(r, .platform, true));
}

/* REFUSED: iopath: this register is read-only (only read it) */
void second_case_of_a_user(bar_mmio bar)
{
	iop_write_reg(bar, iop_from_raw(device_status, 1));
}

/* REFUSED: iopath: this register is write-only (keep the value that was written last) */
void read_of_write_only(bar_mmio bar)
{
	(void)iop_read_reg(bar, driver_features);
}

/* REFUSED: iopath: this register is write-only */
int checked_read_of_write_only(bar_mmio bar, driver_features *f)
{
	return iop_try_read_reg(bar, driver_features, f);
}

/* REFUSED: iopath: this register is write-only */
void read_of_a_view_of_write_only(features_mmio features)
{
	(void)iop_read_reg(features);
}

/* REFUSED: iopath: this register is write-only */
void read_of_write_only_in_a_family(bar_mmio bar)
{
	(void)iop_read_reg(bar, iop_of(rx, chan_bell));
}

/* REFUSED: iopath: this register is read-only */
void write_of_read_only_by_name(bar_mmio bar, device_status s)
{
	iop_write_reg(bar, device_status, s);
}

/* REFUSED: iopath: this register is read-only */
int checked_write_of_read_only(bar_mmio bar, device_status s)
{
	return iop_try_write_reg(bar, s);
}

/* REFUSED: iopath: this register is read-only */
void write_of_a_view_of_read_only(status_mmio status, device_status s)
{
	iop_write_reg(status, s);
}

/* REFUSED: iopath: this register is read-only */
void update_of_read_only(bar_mmio bar)
{
	iop_update_reg(bar, device_status, r, r);
}

/* REFUSED: iopath: this register is read-only */
int checked_write_of_an_element(bar_mmio bar, read_element e)
{
	return iop_try_write_reg(bar, read_element, e);
}

/* REFUSED: iopath: update of a register with write-only bits */
int checked_update_of_write_only(bar_mmio bar)
{
	return iop_try_update_reg(bar, driver_features, r, r);
}

/* REFUSED: iopath: update of a register with write-only bits */
void update_with_a_write_only_field(bar_mmio bar)
{
	iop_update_reg(bar, kick, r, iop_with(r, .on, 1));
}

/* REFUSED: iopath: update of a register with bits that writing 1 clears, and it would clear them (iop_clear; to write other fields, iop_write_reg of iop_keep_w1c) */
void update_of_write_1_to_clear(bar_mmio bar)
{
	iop_update_reg(bar, irq, r, iop_with(r, .rx, 1));
}

/* REFUSED: iopath: update of a register with bits that writing 1 clears */
void update_with_a_field_that_is_cleared(bar_mmio bar)
{
	iop_update_reg(bar, power, r, iop_with(r, .state, 3));
}

/* REFUSED: iopath: update of a register with bits that writing 1 clears */
void update_of_a_view_that_is_cleared(power_mmio view)
{
	iop_update_reg(view, r, iop_with(r, .state, 3));
}

/* REFUSED: iopath: update of a register with bits that a read clears (iop_read_reg, handle what it says, then iop_write_reg) */
void update_of_read_to_clear(bar_mmio bar)
{
	iop_update_reg(bar, iop_at(count, 1), r, r);
}

/* REFUSED: iopath: this field is read-only (ro): leave it as it was read */
ctrl setting_a_read_only_field(ctrl c)
{
	return iop_with(c, .link, 1);
}

/* REFUSED: iopath: this field is read-only (ro): leave it as it was read */
ctrl setting_a_read_only_field_with_a_type(ctrl c)
{
	return iop_with(c, .level, LEVEL_LOW);
}

/* REFUSED: iopath: this field is read-only (ro) */
ctrl setting_a_read_only_field_to_a_constant(ctrl c)
{
	return iop_with_const(c, .link, 1);
}

/* REFUSED: iopath: this field is read-only (ro) */
int trying_to_set_a_read_only_field(ctrl *c, unsigned n)
{
	return iop_try_with(c, .link, n);
}

/* REFUSED: iopath: this field is read-only (ro) */
ctrl setting_a_read_only_field_to_what_fits(ctrl c, unsigned n)
{
	return iop_build_with(c, .link, n & 1);
}

/* REFUSED: iopath: this field is read-only (ro) */
device_status field_of_a_read_only_register(device_status s)
{
	return iop_with(s, .ready, 1);
}

/* REFUSED: iopath: this field is read-only (ro) */
irq read_only_field_among_cleared_ones(irq i)
{
	return iop_with(i, .level, LEVEL_LOW);
}

/* REFUSED: iopath: this field is read-only (ro) */
flags read_only_field_without_a_register(flags f)
{
	return iop_with(f, .seen, 1);
}

/* REFUSED: iopath: this field is write-only (wo): a read of it says nothing */
bool getting_a_write_only_field(kick k)
{
	return iop_get(k, .go);
}

/* REFUSED: iopath: this field is write-only (wo) */
level getting_a_write_only_field_with_a_type(kick k)
{
	return iop_get(k, .level);
}

/* REFUSED: iopath: this field is write-only (wo) */
int trying_to_get_a_write_only_field(kick k, fault *f)
{
	return iop_try_get(k, .fault, f);
}

/* REFUSED: iopath: this field is write-only (wo) */
bool field_of_a_write_only_register(driver_features f)
{
	return iop_get(f, .platform);
}

/* REFUSED: iopath: iop_clear is for fields that writing 1 clears (w1c) */
void clear_of_a_field_that_is_written(bar_mmio bar)
{
	iop_clear(bar, power, .state);
}

/* REFUSED: iopath: iop_clear is for fields that writing 1 clears (w1c) */
int checked_clear_of_a_read_only_field(bar_mmio bar)
{
	return iop_try_clear(bar, irq, .level);
}

/* REFUSED: iopath: iop_clear is for fields that writing 1 clears (w1c) */
void clear_of_what_a_read_clears(bar_mmio bar)
{
	iop_clear(bar, iop_at(count, 0), .good);
}

/* REFUSED: iopath: iop_clear cannot keep the other fields of this register, some are wo or rc (iop_write_reg) */
void clear_beside_what_a_read_clears(bar_mmio bar)
{
	iop_clear(bar, events, .event);
}

/* REFUSED: iopath: iop_clear cannot keep the other fields of this register, some are wo or rc (iop_write_reg) */
void clear_beside_what_cannot_be_read(bar_mmio bar)
{
	iop_clear(bar, cleared_or_written, .event);
}

/* REFUSED: iopath: this register is read-only (IOP_RO), so its fields are ro or rc */
IOP_REGISTER(written_where_read_only, uint32_t, IOP_RO(IOP_AT(0)), (0, 0, on), (1, 1, go, wo));

/* REFUSED: iopath: this register is write-only (IOP_WO), so its fields are wo */
IOP_REGISTER(read_where_write_only, uint32_t, IOP_WO(IOP_AT(0)), (0, 0, on), (1, 1, link, ro));
