/* SPDX-License-Identifier: MIT */
/* Row 34: every operation of the C iosys_map (spec 4.2), and where it differs from IoSysMap (4.3). */
#include "iotest.h"

struct inner {
	uint16_t low, high;
};
struct message {
	uint32_t id;
	struct inner pair;
	uint64_t stamp;
	uint8_t tail;
};

static void initialisers_and_setters(void **state)
{
	static uint8_t bytes[16];
	struct iop_kernel_iosys_map sys = IOP_KERNEL_IOSYS_MAP_INIT_VADDR(bytes);
	struct iop_kernel_iosys_map io = IOP_KERNEL_IOSYS_MAP_INIT_VADDR_IOMEM(bytes);
	struct iop_kernel_iosys_map later = IOP_KERNEL_IOSYS_MAP_INIT_OFFSET(&io, 5);

	(void)state;
	assert_false(sys.is_iomem);
	assert_true(io.is_iomem);
	assert_true(later.is_iomem);
	assert_true(later.vaddr_iomem == bytes + 5);
	assert_true(io.vaddr_iomem == bytes);
	iop_kernel_iosys_map_set_vaddr(&io, bytes + 1);
	assert_false(io.is_iomem);
	assert_ptr_equal(io.vaddr, bytes + 1);
	iop_kernel_iosys_map_set_vaddr_iomem(&io, bytes + 2);
	assert_true(io.is_iomem);
	iop_kernel_iosys_map_incr(&io, 3);
	assert_true(io.vaddr_iomem == bytes + 5);
	iop_kernel_iosys_map_incr(&sys, 4);
	assert_ptr_equal(sys.vaddr, bytes + 4);
}

static void equality_null_and_clear(void **state)
{
	static uint8_t bytes[4];
	struct iop_kernel_iosys_map sys = IOP_KERNEL_IOSYS_MAP_INIT_VADDR(bytes), io = IOP_KERNEL_IOSYS_MAP_INIT_VADDR_IOMEM(bytes);
	struct iop_kernel_iosys_map same = IOP_KERNEL_IOSYS_MAP_INIT_VADDR(bytes),
				    other = IOP_KERNEL_IOSYS_MAP_INIT_VADDR(bytes + 1);
	struct iop_kernel_iosys_map sys_null = IOP_KERNEL_IOSYS_MAP_INIT_VADDR(NULL),
				    io_null = IOP_KERNEL_IOSYS_MAP_INIT_VADDR_IOMEM(NULL);

	(void)state;
	assert_true(iop_kernel_iosys_map_is_equal(&sys, &same));
	assert_false(iop_kernel_iosys_map_is_equal(&sys, &other));
	assert_false(iop_kernel_iosys_map_is_equal(&sys, &io));
	assert_false(iop_kernel_iosys_map_is_equal(&sys_null, &io_null));
	assert_true(iop_kernel_iosys_map_is_null(&io_null) && !iop_kernel_iosys_map_is_set(&io_null));
	assert_true(iop_kernel_iosys_map_is_set(&io) && !iop_kernel_iosys_map_is_null(&io));
	iop_kernel_iosys_map_clear(&io);
	assert_true(iop_kernel_iosys_map_is_null(&io));
	assert_false(io.is_iomem);
}

static void copies_and_fills(void **state)
{
	for (int is_io = 0; is_io < 2; is_io++) {
		_Alignas(8) uint8_t bytes[24] = {0};
		uint8_t back[8] = {0};
		struct iop_kernel_iosys_map map;

		if (is_io)
			iop_kernel_iosys_map_set_vaddr_iomem(&map, bytes);
		else
			iop_kernel_iosys_map_set_vaddr(&map, bytes);
		iotest_record();
		iop_kernel_iosys_map_memcpy_to(&map, 3, "abcdefgh", 8);
		iop_kernel_iosys_map_memcpy_from(back, &map, 3, 8);
		assert_memory_equal(bytes + 3, "abcdefgh", 8);
		assert_memory_equal(back, "abcdefgh", 8);
		/* Only the I/O side goes through accessors. */
		assert_int_equal(iotest_count() > 0, is_io);
		iop_kernel_iosys_map_memset(&map, 16, 0x1ff, 4);
		assert_memory_equal(bytes + 15, "\0\xff\xff\xff\xff\0", 6);
	}
	(void)state;
}

static void reads_and_writes_by_width(void **state)
{
	(void)state;
	for (int is_io = 0; is_io < 2; is_io++) {
		_Alignas(8) struct message m = {0};
		struct iop_kernel_iosys_map map;
		uint32_t evaluated = 0x1ed, wide = 0x55667788;

		if (is_io)
			iop_kernel_iosys_map_set_vaddr_iomem(&map, &m);
		else
			iop_kernel_iosys_map_set_vaddr(&map, &m);
		iotest_record();
		iop_kernel_iosys_map_wr(&map, offsetof(struct message, id), uint32_t, 0x11223344);
		assert_int_equal(iop_kernel_iosys_map_rd(&map, offsetof(struct message, id), uint32_t), 0x11223344);
		assert_string_equal(iotest_trace(&m), is_io ? "BW ST4+0 AW BR LD4+0 AR" : "ST4+0 LD4+0");
		iop_kernel_iosys_map_wr_field(&map, 0, struct message, pair.high, wide);
		assert_int_equal(iop_kernel_iosys_map_rd_field(&map, 0, struct message, pair.high), 0x7788);
		iop_kernel_iosys_map_wr_field(&map, 0, struct message, tail, ++evaluated);
		assert_int_equal(evaluated, 0x1ee);
		assert_int_equal(m.tail, 0xee);
		iop_kernel_iosys_map_wr_field(&map, 0, struct message, stamp, UINT64_C(0x0102030405060708));
		assert_true(iop_kernel_iosys_map_rd_field(&map, 0, struct message, stamp) == UINT64_C(0x0102030405060708));
	}
}

/* Value access has one byte order per side; 64 bits on a 32-bit machine are a copy, which has none. */
static void byte_order_of_each_side(void **state)
{
	_Alignas(8) struct message m = {0};
	struct iop_kernel_iosys_map sys = IOP_KERNEL_IOSYS_MAP_INIT_VADDR(&m), io = IOP_KERNEL_IOSYS_MAP_INIT_VADDR_IOMEM(&m);

	(void)state;
	iop_kernel_iosys_map_wr_field(&sys, 0, struct message, id, 0x11223344);
	assert_int_equal(m.id, 0x11223344);
	iop_kernel_iosys_map_wr_field(&io, 0, struct message, id, 0x11223344);
	assert_int_equal(m.id, IOP_BIG_ENDIAN ? __builtin_bswap32(0x11223344) : 0x11223344);
	iop_kernel_iosys_map_wr_field(&io, 0, struct message, stamp, UINT64_C(0x0102030405060708));
	if (IOP_BIG_ENDIAN && IOP_64BIT)
		assert_true(m.stamp == UINT64_C(0x0807060504030201));
	else
		assert_true(m.stamp == UINT64_C(0x0102030405060708));
	iotest_record();
	(void)iop_kernel_iosys_map_rd_field(&io, 0, struct message, stamp);
	assert_string_equal(iotest_trace(&m), IOP_64BIT ? "BR LD8+8 AR" : "LD4+8 LD4+c");
}

/* 4.3: what IoSysMap refuses or checks, iosys_map lets through. */
static void nothing_is_checked(void **state)
{
	_Alignas(8) uint8_t bytes[16] = {0};
	struct iop_kernel_iosys_map map = IOP_KERNEL_IOSYS_MAP_INIT_VADDR(bytes);
	IOP_AUTO region = iop_region_at(IOP_SYSMEM(IOP_REGION(8)), bytes, 8);
	uint32_t value = 1;

	(void)state;
	assert_int_equal(iop_try_read(region, 8, &value), -EINVAL);
	assert_int_equal(iop_kernel_iosys_map_rd(&map, 8, uint32_t), 0);
	iop_kernel_iosys_map_incr(&map, 8);
	assert_int_equal(iop_kernel_iosys_map_rd(&map, 4, uint32_t), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initialisers_and_setters), cmocka_unit_test(equality_null_and_clear),
		cmocka_unit_test(copies_and_fills),	    cmocka_unit_test(reads_and_writes_by_width),
		cmocka_unit_test(byte_order_of_each_side),  cmocka_unit_test(nothing_is_checked),
	};

	return cmocka_run_group_tests_name("row-34-iosys-map", tests, NULL, NULL);
}
