/* SPDX-License-Identifier: MIT */
/* Row 4: Mmio value access: one ordered little-endian access of the width asked for, at the address asked for. */
#define WAY mmio
#include "body-shared.h"
#include "body-value.h"
#undef WAY

static void each_width(void **state)
{
	_Alignas(8) uint8_t memory[32];

	(void)state;
	value_all_mmio(memory, sizeof(memory));
}

/* The shapes once in plain text, independent of the checker that the other test uses. */
static void shapes(void **state)
{
	_Alignas(8) uint8_t memory[16] = {0x12, 0x34, 0x56, 0x78};
	IOP_AUTO word = iop_view_at(IOP_MMIO(uint32_t), memory);

	(void)state;
	iotest_record();
	iop_write(iop_view_at(IOP_MMIO(uint8_t), memory + 5), 1);
	iop_write(iop_view_at(IOP_MMIO(uint16_t), memory + 6), 1);
	(void)iop_read(word);
	assert_string_equal(iotest_trace(memory), "BW ST1+5 AW BW ST2+6 AW BR LD4+0 AR");
#if IOP_64BIT
	iotest_record();
	(void)iop_read(iop_view_at(IOP_MMIO(uint64_t), memory + 8));
	assert_string_equal(iotest_trace(memory), "BR LD8+8 AR");
#endif
}

/* The device keeps its bytes in little-endian order; a profile that only pretends to be big-endian sees them reversed. */
static void device_byte_order(void **state)
{
	_Alignas(8) uint8_t memory[8] = {0x12, 0x34, 0x56, 0x78};
	int host_is_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	uint32_t le = host_is_big == IOP_BIG_ENDIAN ? 0x78563412 : 0x12345678;

	(void)state;
	iop_event_hook = NULL;
	assert_int_equal(iop_read(iop_view_at(IOP_MMIO(uint32_t), memory)), le);
	iop_write(iop_view_at(IOP_MMIO(uint16_t), memory + 4), 0xabcd);
	assert_int_equal(memory[4], host_is_big == IOP_BIG_ENDIAN ? 0xcd : 0xab);
	assert_int_equal(memory[5], host_is_big == IOP_BIG_ENDIAN ? 0xab : 0xcd);
}

/* Values are converted to the target's type, as an assignment does. */
static void truncates_like_an_assignment(void **state)
{
	_Alignas(8) uint8_t memory[8] = {0};
	IOP_AUTO view = iop_view_at(IOP_MMIO(uint8_t), memory + 1);
	unsigned wide = 0x1ff;

	(void)state;
	iop_event_hook = NULL;
	iop_write(view, wide);
	assert_int_equal(iop_read(view), 0xff);
	assert_int_equal(memory[2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_width),
		cmocka_unit_test(shapes),
		cmocka_unit_test(device_byte_order),
		cmocka_unit_test(truncates_like_an_assignment),
		cmocka_unit_test(shared_by_two_threads_mmio),
	};

	return cmocka_run_group_tests_name("row-04-mmio", tests, NULL, NULL);
}
