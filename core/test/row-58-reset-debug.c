/* SPDX-License-Identifier: MIT */
/* Row 58 with debug views: a reset marks the function's registers unknown, so an update that read one before does not write it. */
#include "iotest.h"

#include <iopath/bus_sim.h>

_Static_assert(IOP_DEBUG_VIEWS, "built with the wrong core");

typedef IOP_BAR(64) bar_owner;
struct regs {
	uint32_t ctrl, status;
};
IOP_PLAIN(struct regs, ctrl, status);
typedef IOP_MMIO(struct regs) regs_view;
IOP_REGISTER(reg_ctrl, uint32_t, IOP_AT(0), (7, 0, queue), (31, 31, on));

static struct iop_bus_sim sim, other;
static bar_owner bar;
static regs_view regs;
#define LOST "reset during an update"

static int begin(void **state)
{
	(void)state;
	for (struct iop_bus_sim *s = &sim; s; s = s == &sim ? &other : NULL) {
		if (iop_bus_sim_init(s))
			return -1;
		iop_bus_sim_set(s, (struct iop_resource){.len = 4096});
		iop_bus_sim_resettable(s, 1);
	}
	return iop_bar_map(&bar, &sim.bus, 0, "row 58") || iop_try_cast(bar, struct regs, &regs);
}

static int end(void **state)
{
	(void)state;
	iop_bar_drop(&bar);
	return iop_bus_sim_end(&sim) || iop_bus_sim_end(&other);
}

/* @value, after the function was reset. */
static uint32_t after_reset(struct iop_bus_sim *s, uint32_t value)
{
	(void)!iop_bus_reset(&s->bus);
	return value;
}

static void every_update_is_stopped_before_it_writes(void **state)
{
	(void)state;
	iop_write32(bar, 0x80000005, 0);
	assert_panics(LOST, iop_update(iop_project(regs, .ctrl), old, after_reset(&sim, old | 1)));
	assert_panics(LOST, iop_update32(bar, 0, old, after_reset(&sim, old | 2)));
	assert_panics(LOST, iop_update8(bar, 0, old, (uint8_t)after_reset(&sim, old | 2u)));
	assert_panics(LOST, (void)!iop_try_update32(bar, 0, old, after_reset(&sim, old | 3)));
	assert_panics(LOST, iop_update_reg(bar, reg_ctrl, r, iop_from_raw(reg_ctrl, after_reset(&sim, r.raw + 4))));
	assert_panics(LOST, iop_update_reg(iop_project(bar, iop_build_loc(reg_ctrl)), r,
					   iop_from_raw(reg_ctrl, after_reset(&sim, r.raw + 5))));
	assert_panics(LOST, (void)!iop_try_update_reg(bar, reg_ctrl, r, iop_from_raw(reg_ctrl, after_reset(&sim, r.raw + 6))));
	assert_panics(LOST, iop_update(iop_project(iop_relaxed(regs), .ctrl), old, after_reset(&sim, old | 7)));
	assert_int_equal(iop_read32(bar, 0), 0);
	iotest_record();
	assert_panics(LOST, iop_update(iop_project(regs, .ctrl), old, after_reset(&sim, old | 1)));
	assert_string_equal(iotest_trace((void *)iop_addr(bar)), "BR LD4+0 AR RS");
}

static void the_panic_says_how_often(void **state)
{
	(void)state;
	assert_panics(LOST, iop_update32(bar, 0, old, after_reset(&sim, after_reset(&sim, old))));
	assert_string_equal(iotest_panic.number[1].name, "resets");
	assert_int_equal(iotest_panic.number[1].value, 2);
}

/* One that failed may have been one. */
static void a_failed_reset_is_one(void **state)
{
	(void)state;
	iop_bus_sim_fail(&sim, 0);
	assert_panics(LOST, iop_update32(bar, 0, old, after_reset(&sim, old | 1)));
}

static void what_is_known_stays_known(void **state)
{
	bar_owner another;
	reg_ctrl saved;

	(void)state;
	assert_int_equal(iop_bar_map(&another, &other.bus, 0, "row 58"), 0);
	/* Another function, this one before the update, and one that cannot be. */
	iop_update32(bar, 0, old, after_reset(&other, old | 1));
	(void)after_reset(&sim, 0);
	iop_update32(bar, 0, old, old | 0x80000002);
	iop_bus_sim_resettable(&sim, 0);
	iop_update32(bar, 0, old, after_reset(&sim, old | 4));
	iop_bus_sim_resettable(&sim, 1);
	assert_int_equal(iop_read32(bar, 0), 0x80000006);
	/* A value that the caller holds may be written after it: that is how a register is restored. */
	saved = iop_read_reg(bar, reg_ctrl);
	(void)after_reset(&sim, 0);
	iop_write_reg(bar, saved);
	iop_update_reg(bar, reg_ctrl, r, iop_with(r, .queue, 9));
	assert_int_equal(iop_read32(bar, 0), 0x80000009);
	iop_bar_drop(&another);
}

/* Memory that is no function's, an owner that is mapped after a reset, and one in the place of another function's. */
static void a_lease_is_of_its_own_function(void **state)
{
	uint32_t memory = 1;
	IOP_AUTO view = iop_view_at(IOP_SYSMEM(uint32_t), &memory);
	static const struct iop_lease none;
	struct iop_lease lease;

	(void)state;
	iop_update(view, old, after_reset(&sim, old + 1));
	assert_int_equal(memory, 2);
	iop_bar_drop(&bar);
	assert_int_equal(iop_bar_map(&bar, &other.bus, 0, "row 58"), 0);
	iop_update32(bar, 0, old, after_reset(&sim, old + 1));
	assert_panics(LOST, iop_update32(bar, 0, old, after_reset(&other, old + 1)));
	/* All slots were some function's before: a lease of none is not reset with them. */
	for (unsigned i = 0; i < 3 * 4096; i++) {
		lease = iop_lease_take();
		assert_int_not_equal(lease.slot, 0);
		if (i < 4096) {
			iop_lease_belongs(lease, &sim.bus);
		} else {
			uint32_t before = iop_lease_resets(lease);

			if (i % 1024 == 0) {
				iop_lease_reset(&sim.bus);
				assert_int_equal(iop_lease_resets(lease), before);
			}
		}
		iop_lease_end(lease);
	}
	assert_int_equal(iop_lease_resets(none), 0);
}

#define ON_FUNCTION(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_FUNCTION(every_update_is_stopped_before_it_writes),
		ON_FUNCTION(the_panic_says_how_often),
		ON_FUNCTION(a_failed_reset_is_one),
		ON_FUNCTION(what_is_known_stays_known),
		ON_FUNCTION(a_lease_is_of_its_own_function),
	};

	return cmocka_run_group_tests_name("row-58-reset-debug", tests, NULL, NULL);
}
