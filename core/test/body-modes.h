/* SPDX-License-Identifier: MIT */
/* Access modes of registers, through WAY: which access, where, of what; see ways.h. */

#define MODE_BYTES 0x60

/* What the access at @first is; where the next one is. */
static size_t WAY_FN(one)(size_t first, enum iop_event_kind kind, unsigned width, const void *addr, uint64_t value)
{
	return iotest_is_access(first, WAY_INFO, kind, width, addr, iotest_raw(WAY_INFO, width, value));
}

static void WAY_FN(put)(void *place, unsigned width, uint64_t value)
{
	iotest_poke(place, width, iotest_raw(WAY_INFO, width, value));
	iotest_record();
}

/* All of it is cleared by writing 1: one store, of one field and of no other bit, named or not. */
static void WAY_FN(clear_at_once)(void **state)
{
	_Alignas(8) uint8_t device[MODE_BYTES] = {0};
	IOP_AUTO io = WAY_REGION(MODE_BYTES, device, MODE_BYTES);
	IOP_AUTO view = iop_project(io, iop_build_loc(pending));

	(void)state;
	WAY_FN(put)(device + 0x10, 4, 0xffffffff);
	iop_clear(io, pending, .tx);
	assert_int_equal(WAY_FN(one)(0, IOP_EVENT_ST, 4, device + 0x10, 0x2), iotest_count());
	iotest_record();
	iop_clear(view, .cause);
	assert_int_equal(WAY_FN(one)(0, IOP_EVENT_ST, 4, device + 0x10, 0xf0), iotest_count());
	iotest_record();
	assert_int_equal(iop_try_clear(io, pending, .top), 0);
	assert_int_equal(WAY_FN(one)(0, IOP_EVENT_ST, 4, device + 0x10, 0x80000000), iotest_count());
	iotest_record();
	iop_clear(io, iop_at(queues, 2), .first);
	assert_int_equal(WAY_FN(one)(0, IOP_EVENT_ST, 1, device + 0x22, 0x1), iotest_count());
}

/* Beside fields that are read and written: the others are kept as they are read, of the w1c ones only the named is 1. */
static void WAY_FN(clear_among_others)(void **state)
{
	_Alignas(8) uint8_t device[MODE_BYTES] = {0};
	IOP_AUTO io = WAY_REGION(MODE_BYTES, device, MODE_BYTES);
	size_t next;

	(void)state;
	WAY_FN(put)(device + 0x14, 4, 0xffffffff);
	iop_clear(io, power, .event);
	next = WAY_FN(one)(0, IOP_EVENT_LD, 4, device + 0x14, 0xffffffff);
	assert_int_equal(WAY_FN(one)(next, IOP_EVENT_ST, 4, device + 0x14, 0xfff0bfff), iotest_count());
	WAY_FN(put)(device + 0x14, 4, 0x00004103);
	assert_int_equal(iop_try_clear(io, power, .causes), 0);
	next = WAY_FN(one)(0, IOP_EVENT_LD, 4, device + 0x14, 0x00004103);
	assert_int_equal(WAY_FN(one)(next, IOP_EVENT_ST, 4, device + 0x14, 0x000f0103), iotest_count());
	/* In a register that is w1c, one field is written: what is in no field is not kept, but 0. */
	WAY_FN(put)(device + 0x18, 2, 0xffff);
	iop_clear(io, masked, .low);
	next = WAY_FN(one)(0, IOP_EVENT_LD, 2, device + 0x18, 0xffff);
	assert_int_equal(WAY_FN(one)(next, IOP_EVENT_ST, 2, device + 0x18, 0x0f01), iotest_count());
#if IOP_64BIT
	WAY_FN(put)(device + 0x28, 8, UINT64_C(0xffffffffffffffff));
	assert_int_equal(iop_try_clear(io, wide, .high), 0);
	next = WAY_FN(one)(0, IOP_EVENT_LD, 8, device + 0x28, UINT64_C(0xffffffffffffffff));
	assert_int_equal(WAY_FN(one)(next, IOP_EVENT_ST, 8, device + 0x28, UINT64_C(0xdfffefffffffffff)), iotest_count());
#endif
}

/* Whatever the expression says: bits of ro fields are what was read. */
static void WAY_FN(read_only_bits)(void **state)
{
	_Alignas(8) uint8_t device[MODE_BYTES] = {0};
	IOP_AUTO io = WAY_REGION(MODE_BYTES, device, MODE_BYTES);
	IOP_AUTO view = iop_project(io, iop_build_loc(ctrl));
	size_t next;

	(void)state;
	WAY_FN(put)(device + 0x1c, 4, 0x80000f10);
	iop_update_reg(io, ctrl, r, iop_from_raw(ctrl, 0x00000002 + (r.raw & 0)));
	next = WAY_FN(one)(0, IOP_EVENT_LD, 4, device + 0x1c, 0x80000f10);
	assert_int_equal(WAY_FN(one)(next, IOP_EVENT_ST, 4, device + 0x1c, 0x80000f02), iotest_count());
	WAY_FN(put)(device + 0x1c, 4, 0x00000001);
	assert_int_equal(iop_try_update_reg(io, ctrl, r, iop_from_raw(ctrl, ~r.raw)), 0);
	next = WAY_FN(one)(0, IOP_EVENT_LD, 4, device + 0x1c, 0x00000001);
	assert_int_equal(WAY_FN(one)(next, IOP_EVENT_ST, 4, device + 0x1c, 0x7ffff0fe), iotest_count());
	/* Also where the expression changes the variable itself. */
	WAY_FN(put)(device + 0x1c, 4, 0x80000500);
	iop_update_reg(view, r, (r.raw = 3, r));
	next = WAY_FN(one)(0, IOP_EVENT_LD, 4, device + 0x1c, 0x80000500);
	assert_int_equal(WAY_FN(one)(next, IOP_EVENT_ST, 4, device + 0x1c, 0x80000503), iotest_count());
}

/* Where a clear is refused, nothing is accessed. */
static void WAY_FN(clear_refused)(void **state)
{
	_Alignas(8) uint8_t device[MODE_BYTES] = {0};
	IOP_AUTO io = WAY_REGION(0, device, 0x12);

	(void)state;
	iotest_record();
	assert_int_equal(iop_try_clear(io, pending, .tx), -EINVAL);
	assert_int_equal(iop_try_clear(io, power, .event), -EINVAL);
	assert_int_equal(iotest_count(), 0);
}

/* A device whose register reads as 0: what was written last is what the driver keeps, so no bit is lost. */
static void WAY_FN(write_only)(void **state)
{
	_Alignas(8) uint8_t device[MODE_BYTES] = {0};
	IOP_AUTO io = WAY_REGION(MODE_BYTES, device, MODE_BYTES);
	driver_features features = iop_with(iop_zeroed(driver_features), .version_1, 1);

	(void)state;
	iop_write_reg(io, features);
	WAY_FN(put)(device + 0x30, 4, 0);
	features = iop_with(features, .platform, 1);
	iop_write_reg(io, features);
	assert_int_equal(WAY_FN(one)(0, IOP_EVENT_ST, 4, device + 0x30, 0x3), iotest_count());
}
#undef MODE_BYTES
