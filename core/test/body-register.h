/* SPDX-License-Identifier: MIT */
/* Registers by name and by type, through WAY: which access, where, of what; see ways.h. */

#define REG_BYTES 0x40

/* What the access at @first is, and that it is all there is up to @end. */
static void WAY_FN(one_access)(size_t first, size_t end, enum iop_event_kind kind, unsigned width, const void *addr, uint64_t value)
{
	assert_int_equal(iotest_is_access(first, WAY_INFO, kind, width, addr, iotest_raw(WAY_INFO, width, value)), end);
}

#define ONE_STORE(width, offset, value)                                                                      \
	do {                                                                                                 \
		WAY_FN(one_access)(0, iotest_count(), IOP_EVENT_ST, width, device + (offset), value);        \
		assert_int_equal(iotest_peek(device + (offset), width), iotest_raw(WAY_INFO, width, value)); \
	} while (0)

/* The type of the value says where, at each width: write_reg, and write at the location (). */
static void WAY_FN(by_type)(void **state)
{
	_Alignas(8) uint8_t device[REG_BYTES] = {0};
	IOP_AUTO io = WAY_REGION(REG_BYTES, device, REG_BYTES);
	const r16 constant = iop_from_raw(r16, 0x1234);

	(void)state;
	iotest_record();
	iop_write_reg(io, iop_from_raw(r8, 0x81));
	ONE_STORE(1, 0x3f, 0x81);
	iotest_record();
	iop_write_reg(io, constant);
	ONE_STORE(2, 0x0e, 0x1234);
	iotest_record();
	iop_write_reg(io, iop_with(iop_with(iop_zeroed(r32), .high, 5), .low, 1));
	ONE_STORE(4, 0x10, 0xa0000001);
	iotest_record();
	iop_write_reg(io, iop_from_raw(alias32, 0x89abcdef));
	ONE_STORE(4, 0x10, 0x89abcdef);
	iotest_record();
	iop_write_reg(io, iop_from_raw(element, 0x55));
	ONE_STORE(4, 0x28, 0x55);
	iotest_record();
	assert_int_equal(iop_try_write_reg(io, iop_from_raw(r8, 0x18)), 0);
	ONE_STORE(1, 0x3f, 0x18);
	iotest_record();
	assert_int_equal(iop_try_write_reg(io, constant), 0);
	ONE_STORE(2, 0x0e, 0x1234);
#if IOP_64BIT
	iotest_record();
	assert_int_equal(iop_try_write_reg(io, iop_from_raw(r64, UINT64_C(0x8123456789abcdef))), 0);
	ONE_STORE(8, 0x18, UINT64_C(0x8123456789abcdef));
#endif
}

static void WAY_FN(by_name)(void **state)
{
	_Alignas(8) uint8_t device[REG_BYTES] = {0};
	IOP_AUTO io = WAY_REGION(REG_BYTES, device, REG_BYTES);
	array32 value;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		iotest_record();
		iop_write_reg(io, iop_at(array32, i), iop_from_raw(array32, 0x01020304 * (uint32_t)i));
		ONE_STORE(4, 0x20 + 4 * i, 0x01020304 * i);
		iotest_record();
		assert_int_equal(iop_try_write_reg(io, iop_at(array32, i), iop_from_raw(array32, 0x04030201 * (uint32_t)i)), 0);
		ONE_STORE(4, 0x20 + 4 * i, 0x04030201 * i);
		iotest_record();
		assert_int_equal(iop_read_reg(io, iop_at(array32, i)).raw, 0x04030201 * i);
		WAY_FN(one_access)(0, iotest_count(), IOP_EVENT_LD, 4, device + 0x20 + 4 * i, 0x04030201 * i);
		value = iop_zeroed(array32);
		assert_int_equal(iop_try_read_reg(io, iop_at(array32, i), &value), 0);
		assert_int_equal(value.raw, 0x04030201 * i);
	}
	iotest_record();
	iop_write_reg(io, r32, iop_from_raw(r32, 0xfedcba98));
	ONE_STORE(4, 0x10, 0xfedcba98);
}

/* One load, the expression once, one store. */
static void WAY_FN(update)(void **state)
{
	_Alignas(8) uint8_t device[REG_BYTES] = {0};
	IOP_AUTO io = WAY_REGION(REG_BYTES, device, REG_BYTES);
	unsigned times = 0;
	size_t stores = WAY_INFO->ordered ? 3 : 1;

	(void)state;
	iop_write_reg(io, iop_from_raw(r32, 0x4000000f));
	iotest_record();
	iop_update_reg(io, r32, r, (times++, iop_with(r, .high, 1)));
	assert_int_equal(times, 1);
	WAY_FN(one_access)(0, stores, IOP_EVENT_LD, 4, device + 0x10, 0x4000000f);
	WAY_FN(one_access)(stores, 2 * stores, IOP_EVENT_ST, 4, device + 0x10, 0x2000000f);
	assert_int_equal(iotest_count(), 2 * stores);
	iotest_record();
	assert_int_equal(iop_try_update_reg(io, iop_at(array32, 2), a, (times++, iop_from_raw(array32, ~a.raw))), 0);
	assert_int_equal(times, 2);
	WAY_FN(one_access)(0, stores, IOP_EVENT_LD, 4, device + 0x28, 0);
	WAY_FN(one_access)(stores, 2 * stores, IOP_EVENT_ST, 4, device + 0x28, 0xffffffff);
	assert_int_equal(iotest_count(), 2 * stores);
}

/* The real size is too small for them: -EINVAL, nothing accessed, no operand evaluated. */
static void WAY_FN(refused)(void **state)
{
	_Alignas(8) uint8_t device[REG_BYTES] = {0};
	IOP_AUTO io = WAY_REGION(0, device, 0x24);
	unsigned times = 0;
	array32 value = iop_from_raw(array32, 7);

	(void)state;
	iotest_record();
	assert_int_equal(iop_try_write_reg(io, (times++, iop_from_raw(r8, 1))), -EINVAL);
	assert_int_equal(iop_try_write_reg(io, r8, (times++, iop_from_raw(r8, 1))), -EINVAL);
	assert_int_equal(iop_try_write_reg(io, iop_at(array32, 1), (times++, value)), -EINVAL);
	assert_int_equal(iop_try_read_reg(io, iop_at(array32, 1), &value), -EINVAL);
	assert_int_equal(iop_try_update_reg(io, iop_at(array32, 3), a, (times++, a)), -EINVAL);
	assert_int_equal(times, 0);
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(value.raw, 7);
	assert_int_equal(iop_try_write_reg(io, iop_at(array32, 0), (times++, value)), 0);
	assert_int_equal(times, 1);
	ONE_STORE(4, 0x20, 7);
}

/* A view of the register itself needs no location. */
static void WAY_FN(of_a_view)(void **state)
{
	_Alignas(8) uint8_t device[REG_BYTES] = {0};
	IOP_AUTO io = WAY_REGION(REG_BYTES, device, REG_BYTES);
	IOP_AUTO reg = iop_project(io, iop_build_loc(iop_at(array32, 3)));

	(void)state;
	iotest_record();
	iop_write_reg(reg, iop_from_raw(array32, 0x11223344));
	ONE_STORE(4, 0x2c, 0x11223344);
	iotest_record();
	assert_int_equal(iop_try_write_reg(reg, iop_from_raw(array32, 0x55667788)), 0);
	ONE_STORE(4, 0x2c, 0x55667788);
	assert_int_equal(iop_read_reg(reg).raw, 0x55667788);
	iop_update_reg(reg, r, iop_from_raw(array32, r.raw + 1));
	assert_int_equal(iop_read_reg(io, iop_at(array32, 3)).raw, 0x55667789);
	assert_int_equal(iop_read(iop_project(reg, .raw)), 0x55667789);
}
#undef ONE_STORE
#undef REG_BYTES
