/* SPDX-License-Identifier: MIT */
/* Row 58, for any bus: a function that can be reset, one that cannot, one that fails; what stays, and who is told. */
#include "iotest.h"

#include <iopath/bus_sim.h>

typedef IOP_BAR(64) bar_owner;
struct regs {
	uint32_t ctrl, status;
};
IOP_PLAIN(struct regs, ctrl, status);
typedef IOP_MMIO(struct regs) regs_view;
IOP_REGISTER(reg_ctrl, uint32_t, IOP_AT(0), (7, 0, queue), (31, 31, on));

static struct iop_bus_sim sim, other;
static bar_owner bar, ports;

static int begin(void **state)
{
	(void)state;
	for (struct iop_bus_sim *s = &sim; s; s = s == &sim ? &other : NULL) {
		if (iop_bus_sim_init(s))
			return -1;
		for (unsigned i = 0; i < 2; i++)
			iop_bus_sim_set(s, (struct iop_resource){.index = i, .len = 8192});
	}
	iop_bus_sim_resettable(&sim, 1);
	return iop_bar_map(&bar, &sim.bus, 0, "row 58") || iop_bar_map(&ports, &sim.bus, 1, "row 58");
}

static int end(void **state)
{
	(void)state;
	iop_bar_drop(&bar);
	iop_bar_drop(&ports);
	return iop_bus_sim_end(&sim) || iop_bus_sim_end(&other);
}

static void registers_are_as_after_power_on_and_views_stay(void **state)
{
	static regs_view regs;
	uint32_t last = 0;

	(void)state;
	assert_int_equal(iop_try_cast(bar, struct regs, &regs), 0);
	iop_write(iop_project(regs, .status), 0x11111111);
	iop_write32(ports, 0x22222222, 4);
	assert_int_equal(iop_try_write32(bar, 0x33333333, 8188), 0);
	assert_int_equal(iop_bus_reset(&sim.bus), 0);
	assert_int_equal(iop_read(iop_project(regs, .status)), 0);
	assert_int_equal(iop_read32(ports, 4), 0);
	assert_int_equal(iop_try_read32(bar, 8188, &last), 0);
	assert_int_equal(last, 0);
	assert_int_equal(iop_size(bar), 8192);
	iop_write(iop_project(regs, .status), 5);
	assert_int_equal(iop_read32(bar, 4), 5);
	assert_false(iop_bus_balanced(&sim.bus));
}

static void one_that_cannot_be_reset_is_left_alone(void **state)
{
	static const struct iop_bus_ops none;
	struct iop_bus bare;

	(void)state;
	iop_write32(bar, 6, 0);
	iop_bus_sim_resettable(&sim, 0);
	iotest_record();
	assert_int_equal(iop_bus_reset(&sim.bus), -ENOTTY);
	/* Nor one whose bus has no function for it, nor one that has just been made. */
	iop_bus_init(&bare, &none, NULL);
	assert_int_equal(iop_bus_reset(&bare), -ENOTTY);
	assert_int_equal(iop_bus_reset(&other.bus), -ENOTTY);
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(iop_bus_counts(&sim.bus).resets, 0);
	assert_int_equal(iop_bus_counts(&bare).resets, 0);
	assert_int_equal(iop_read32(bar, 0), 6);
}

/* One that failed may have got half way: it counts and is told of, though this one did nothing. */
static void one_that_fails_counts(void **state)
{
	(void)state;
	iop_write32(bar, 7, 0);
	iop_bus_sim_fail(&sim, 1);
	assert_int_equal(iop_bus_reset(&sim.bus), 0);
	iop_write32(bar, 7, 0);
	iotest_record();
	assert_int_equal(iop_bus_reset(&sim.bus), -EIO);
	assert_string_equal(iotest_trace(NULL), "RS");
	assert_int_equal(iop_read32(bar, 0), 7);
	assert_int_equal(iop_bus_counts(&sim.bus).resets, 2);
	assert_int_equal(iop_bus_reset(&sim.bus), 0);
	assert_int_equal(iop_bus_counts(&sim.bus).resets, 3);
	assert_int_equal(iop_bus_counts(&other.bus).resets, 0);
}

/* Who follows the values of registers learns where in the order of accesses they were lost, and whose. */
static void the_event_says_whose_registers(void **state)
{
	(void)state;
	iop_bus_sim_resettable(&other, 1);
	iotest_record();
	iop_write32(bar, 1, 0);
	assert_int_equal(iop_bus_reset(&sim.bus), 0);
	assert_int_equal(iop_read32(bar, 0), 0);
	assert_int_equal(iop_bus_reset(&other.bus), 0);
	assert_string_equal(iotest_trace((void *)iop_addr(bar)), "BW ST4+0 AW RS BR LD4+0 AR RS");
	for (size_t i = 3; i < 8; i += 4) {
		assert_int_equal(iotest_event(i)->source, IOP_EVENT_BUS);
		assert_ptr_equal((void *)iotest_event(i)->addr, i == 3 ? (void *)&sim.bus : (void *)&other.bus);
		assert_int_equal(iotest_event(i)->value, 0);
	}
}

static int reset_it(void)
{
	return iop_bus_reset(&sim.bus);
}

/* A release build does not look: the value that was read before goes to the register. Others: row-58-reset-debug. */
static void an_update_across_it_is_not_seen(void **state)
{
	(void)state;
	if (IOP_DEBUG_VIEWS)
		skip();
	iop_write32(bar, 0x80000005, 0);
	iop_update32(bar, 0, old, (assert_int_equal(reset_it(), 0), old + 1));
	assert_int_equal(iop_read32(bar, 0), 0x80000006);
	iop_update_reg(bar, reg_ctrl, r, (assert_int_equal(reset_it(), 0), iop_with(r, .queue, 9)));
	assert_int_equal(iop_read32(bar, 0), 0x80000009);
}

/* Saving, resetting and restoring is what a reset is used for: writing what was read before must be possible. */
static void what_was_saved_is_restored(void **state)
{
	reg_ctrl saved;

	(void)state;
	iop_write32(bar, 0x80000042, 0);
	saved = iop_read_reg(bar, reg_ctrl);
	assert_int_equal(iop_bus_reset(&sim.bus), 0);
	iop_write_reg(bar, saved);
	assert_int_equal(iop_read32(bar, 0), 0x80000042);
}

#define ON_FUNCTION(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_FUNCTION(registers_are_as_after_power_on_and_views_stay),
		ON_FUNCTION(one_that_cannot_be_reset_is_left_alone),
		ON_FUNCTION(one_that_fails_counts),
		ON_FUNCTION(the_event_says_whose_registers),
		ON_FUNCTION(an_update_across_it_is_not_seen),
		ON_FUNCTION(what_was_saved_is_restored),
	};

	return cmocka_run_group_tests_name("row-58-reset", tests, NULL, NULL);
}
