/* SPDX-License-Identifier: MIT */
/*
 * Row 18: the view of what lies at a location. A block of registers is checked once, against the real size or when built; its
 * registers then are relative to it, however deep it is nested.
 */
#include "iotest.h"

#define BAR 0x1000

/* bar: 4 channels, each with 2 queues; a register of the bar and one of each kind of block. */
IOP_BLOCK(channel, 0x100);
IOP_BLOCK(queue, 0x20);
struct desc {
	uint32_t addr, len;
};
struct wide {
	uint64_t value[2];
};

IOP_LOCATION(admin, struct channel, IOP_AT(0x400));
IOP_LOCATION(last, struct channel, IOP_AT(BAR - 0x100));
IOP_LOCATION(channels, struct channel, IOP_ARRAY(4, 0x200, 0x800));
IOP_LOCATION(queues, struct queue, IOP_ARRAY_IN(struct channel, 2, 0x40, 0x80));
IOP_LOCATION(main_queue, struct queue, IOP_IN(struct channel, 0x20));
IOP_LOCATION(ring, struct desc, IOP_ARRAY_IN(struct queue, 2, 0x10));
IOP_LOCATION(wide_at, struct wide, IOP_AT(0x10));
IOP_LOCATION(misaligned, struct desc, IOP_AT(0x12));
IOP_LOCATION(aligned_in_vain, struct channel, IOP_ALIAS(admin));
IOP_LOCATION(second_channel, struct channel, IOP_ALIAS_AT(channels, 2));

IOP_REGISTER(bar_id, uint32_t, IOP_AT(0x8), (31, 0, all));
IOP_REGISTER(chan_ctrl, uint32_t, IOP_IN(struct channel, 0x4), (0, 0, on), (7, 4, prio));
IOP_REGISTER(chan_last, uint8_t, IOP_IN(struct channel, 0xff), (7, 0, all));
IOP_REGISTER(chan_stat, uint16_t, IOP_ARRAY_IN(struct channel, 4, 0x8, 0x40), (15, 0, all));
IOP_REGISTER(queue_head, uint32_t, IOP_IN(struct queue, 0x8), (15, 0, all));
IOP_REGISTER(queue_head_alias, uint8_t, IOP_ALIAS(queue_head), (7, 0, all));

static _Alignas(64) uint8_t device[BAR + 8];
typedef IOP_MMIO(IOP_REGION(BAR)) bar_view;
typedef IOP_MMIO(IOP_REGION(0)) any_view;
typedef IOP_MMIO(struct channel) channel_view;
typedef IOP_MMIO(struct queue) queue_view;

static bar_view bar(void)
{
	return iop_region_at(bar_view, device, BAR);
}

static void projecting_accesses_nothing(void **state)
{
	channel_view view;

	(void)state;
	iotest_record();
	view = iop_as(channel_view, iop_project(bar(), iop_build_loc(admin)));
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(iop_addr(view), (uintptr_t)device + 0x400);
	assert_int_equal(iop_size(view), 0x100);
	view = iop_as(channel_view, iop_project(bar(), iop_build_loc(iop_at(channels, 3))));
	assert_int_equal(iop_addr(view), (uintptr_t)device + 0xe00);
	view = iop_as(channel_view, iop_project(bar(), iop_build_loc(last)));
	assert_int_equal(iop_addr(view), (uintptr_t)device + BAR - 0x100);
	view = iop_as(channel_view, iop_project(bar(), iop_build_loc(aligned_in_vain)));
	assert_int_equal(iop_addr(view), (uintptr_t)device + 0x400);
	view = iop_as(channel_view, iop_project(bar(), iop_build_loc(second_channel)));
	assert_int_equal(iop_addr(view), (uintptr_t)device + 0xc00);
}

static void registers_of_a_block(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		IOP_AUTO chan = iop_project(bar(), iop_build_loc(iop_at(channels, i)));
		const uint8_t *base = device + 0x800 + 0x200 * i;
		chan_stat stat;

		iotest_record();
		iop_write_reg(chan, iop_with(iop_zeroed(chan_ctrl), .prio, 5));
		assert_string_equal(iotest_trace(base), "BW ST4+4 AW");
		iotest_record();
		iop_update_reg(chan, chan_ctrl, c, iop_with(c, .on, true));
		assert_string_equal(iotest_trace(base), "BR LD4+4 AR BW ST4+4 AW");
		assert_int_equal(iop_read_reg(chan, chan_ctrl).raw, 0x51);
		iotest_record();
		assert_int_equal(iop_try_write_reg(chan, iop_from_raw(chan_last, 1)), 0);
		for (size_t k = 0; k < 4; k++) {
			assert_int_equal(iop_try_read_reg(chan, iop_at(chan_stat, k), &stat), 0);
			(void)iop_read_reg(chan, iop_at(chan_stat, k));
		}
		assert_string_equal(iotest_trace(base), "BW ST1+ff AW BR LD2+40 AR BR LD2+40 AR BR LD2+48 AR BR LD2+48 AR "
							"BR LD2+50 AR BR LD2+50 AR BR LD2+58 AR BR LD2+58 AR");
	}
}

static void nested_blocks(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 2; k++) {
			IOP_AUTO chan = iop_project(bar(), iop_build_loc(iop_at(channels, i)));
			IOP_AUTO queue = iop_project(chan, iop_build_loc(iop_at(queues, k)));
			const uint8_t *base = device + 0x800 + 0x200 * i + 0x80 + 0x40 * k;

			iotest_record();
			iop_write_reg(queue, iop_from_raw(queue_head, 3));
			iop_write_reg(queue, iop_from_raw(queue_head_alias, 4));
			iop_write(iop_project(queue, iop_build_loc(iop_at(ring, 1)), .len), 5);
			assert_string_equal(iotest_trace(base), "BW ST4+8 AW BW ST1+8 AW BW ST4+1c AW");
		}
	/* All in one path. */
	iotest_record();
	iop_write_reg(iop_project(bar(), iop_build_loc(admin), iop_build_loc(main_queue)), iop_from_raw(queue_head, 3));
	assert_string_equal(iotest_trace(device), "BW ST4+428 AW");
}

static unsigned evaluated;

static size_t count_evaluation(size_t i)
{
	evaluated++;
	return i;
}

static int try_channel(any_view any, size_t i, channel_view *view)
{
	struct channels_location loc;

	if (!iop_try_at(channels, i, &loc))
		return -ENOENT;
	*view = iop_as(channel_view, iop_project(any, iop_or_loc(iop_loc(channels, loc), return -EINVAL)));
	return 0;
}

static int try_fixed(any_view any, channel_view *view)
{
	*view = iop_as(channel_view, iop_project(any, iop_or_loc(admin, return -EINVAL)));
	return 0;
}

static int try_deep(any_view any, size_t k, uint32_t *len)
{
	*len = iop_read(iop_project(any, iop_or_loc(admin, return -EINVAL),
				    iop_or_loc(iop_at(queues, count_evaluation(k) & 1), return -EINVAL), .iop_words,
				    iop_or(k, return -ERANGE)));
	return 0;
}

/* -EINVAL, from the enclosing function, whatever the cause; nothing after it is evaluated. */
static void try_is_checked_against_the_real_size(void **state)
{
	channel_view view = iop_view_at(channel_view, 1234);
	uint32_t len = 77;

	(void)state;
	iotest_record();
	for (size_t size = 0; size <= BAR; size += 4) {
		any_view any = iop_region_at(any_view, device, size);

		for (size_t i = 0; i < 4; i++) {
			int fits = size >= 0x800 + 0x200 * i + 0x100;

			view.raw.addr = 1234;
			assert_int_equal(try_channel(any, i, &view), fits ? 0 : -EINVAL);
			assert_int_equal(iop_addr(view), fits ? (uintptr_t)device + 0x800 + 0x200 * i : 1234);
		}
		assert_int_equal(try_fixed(any, &view), size >= 0x500 ? 0 : -EINVAL);
	}
	assert_int_equal(try_channel(iop_region_at(any_view, device, BAR), 4, &view), -ENOENT);
	evaluated = 0;
	assert_int_equal(try_deep(iop_region_at(any_view, device, 0x4fc), 1, &len), -EINVAL);
	assert_int_equal(evaluated, 0);
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(try_deep(iop_region_at(any_view, device, 0x500), 1, &len), 0);
	assert_int_equal(evaluated, 1);
	assert_string_equal(iotest_trace(device), "BR LD4+4c4 AR");
	assert_int_equal(len, 0);
	/* An index is another cause, with another error. */
	assert_int_equal(try_deep(iop_region_at(any_view, device, 0x500), 8, &len), -ERANGE);
}

static int try_wide(any_view any, uintptr_t *addr)
{
	*addr = iop_addr(iop_project(any, iop_or_loc(wide_at, return -EINVAL)));
	return 0;
}

static int try_misaligned(any_view any, uintptr_t *addr)
{
	*addr = iop_addr(iop_project(any, iop_or_loc(misaligned, return -EINVAL)));
	return 0;
}

/* The absolute address counts, as for every fallible access. */
static void try_is_checked_for_alignment(void **state)
{
	uintptr_t addr = 0;

	(void)state;
	assert_int_equal(try_wide(iop_region_at(any_view, device, 0x20), &addr), 0);
	assert_int_equal(addr, (uintptr_t)device + 0x10);
	assert_int_equal(try_wide(iop_region_at(any_view, device + 4, 0x20), &addr), _Alignof(struct wide) == 8 ? -EINVAL : 0);
	assert_int_equal(try_wide(iop_region_at(any_view, device, 0x1c), &addr), -EINVAL);
	assert_int_equal(try_misaligned(iop_region_at(any_view, device, 0x100), &addr), -EINVAL);
}

static int try_system_memory(size_t size, uint32_t *value)
{
	IOP_AUTO any = iop_region_at(IOP_SYSMEM(IOP_REGION(0)), device, size);
	IOP_AUTO chan = iop_project(any, iop_or_loc(admin, return -EINVAL));

	iop_write_reg(chan, iop_from_raw(chan_ctrl, 0x12345678));
	*value = iop_read(iop_project(chan, .iop_words, iop_or(1, return -ERANGE)));
	return 0;
}

/* The backend is the view's. */
static void backend_is_kept(void **state)
{
	uint32_t value = 0;

	(void)state;
	iotest_record();
	assert_int_equal(try_system_memory(0x4fc, &value), -EINVAL);
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(try_system_memory(0x500, &value), 0);
	assert_string_equal(iotest_trace(device), "ST4+404 LD4+404");
	assert_int_equal(iotest_event(0)->source, IOP_EVENT_SYSMEM);
	assert_int_equal(value, 0x12345678);
}

static void view_is_evaluated_once(void **state)
{
	bar_view views[] = {bar(), bar()};
	const bar_view *next = views;

	(void)state;
	(void)iop_project(*next++, iop_build_loc(admin));
	assert_ptr_equal(next, views + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(projecting_accesses_nothing),
		cmocka_unit_test(registers_of_a_block),
		cmocka_unit_test(nested_blocks),
		cmocka_unit_test(try_is_checked_against_the_real_size),
		cmocka_unit_test(try_is_checked_for_alignment),
		cmocka_unit_test(backend_is_kept),
		cmocka_unit_test(view_is_evaluated_once),
	};

	return cmocka_run_group_tests_name("row-18-location-projection", tests, NULL, NULL);
}
