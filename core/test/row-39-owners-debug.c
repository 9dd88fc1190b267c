/* SPDX-License-Identifier: MIT */
/* Row 39 for owners: with debug views, what was made from a Bar or an IoMem is stale once it was dropped, and so is a copy of it. */
#include "iotest.h"

#include <iopath/bus_sim.h>

_Static_assert(IOP_DEBUG_VIEWS, "built with the wrong core");

typedef IOP_BAR(16) bar_owner;
typedef IOP_MMIO(IOP_REGION(16)) bar_view;
struct regs {
	uint32_t a, b;
};
IOP_PLAIN(struct regs, a, b);
typedef IOP_MMIO(struct regs) regs_view;

static struct iop_bus_sim sim;

static int begin(void **state)
{
	(void)state;
	(void)!iop_bus_sim_init(&sim);
	iop_bus_sim_set(&sim, (struct iop_resource){.len = 64});
	return 0;
}

static int end(void **state)
{
	(void)state;
	return iop_bus_sim_end(&sim);
}

static void views_of_a_dropped_bar(void **state)
{
	static bar_owner bar;
	static bar_view view;
	static regs_view regs;
	uint32_t value;

	(void)state;
	assert_int_equal(iop_bar_map(&bar, &sim.bus, 0, "row 39"), 0);
	view = iop_as(bar_view, iop_project(bar));
	assert_int_equal(iop_try_cast(bar, struct regs, &regs), 0);
	iop_write32(view, 5, 4);
	assert_int_equal(iop_read(iop_project(regs, .b)), 5);
	iop_bar_drop(&bar);
	iotest_record();
	assert_panics("stale view", (void)iop_read32(view, 4));
	assert_panics("stale view", (void)!iop_try_read32(view, 4, &value));
	assert_panics("stale view", (void)iop_project(regs, .b));
	assert_panics("stale view", (void)iop_read32(bar, 4));
	assert_int_equal(iotest_count(), 0);
}

static void a_copy_is_dropped_once(void **state)
{
	static bar_owner bar, copy;

	(void)state;
	assert_int_equal(iop_bar_map(&bar, &sim.bus, 0, "row 39"), 0);
	copy = bar;
	iop_bar_drop(&bar);
	assert_panics("stale view", iop_bar_drop(&copy));
	iop_bar_drop(&bar);
}

/* A new mapping at the old address does not bring the old views back. */
static void a_new_owner_is_another_one(void **state)
{
	static IOP_IOMEM(16) old, new;
	static bar_view view;

	(void)state;
	assert_int_equal(iop_iomem_map(&old, &sim.bus, 0), 0);
	view = iop_as(bar_view, iop_project(old));
	iop_iomem_drop(&old);
	assert_int_equal(iop_iomem_map(&new, &sim.bus, 0), 0);
	assert_panics("stale view", iop_write32(view, 1, 0));
	iop_write32(new, 1, 0);
	iop_iomem_drop(&new);
}

/* The pointer that access() gave outlives the mapping; its use does not go unnoticed. */
static void access_after_unbinding(void **state)
{
	static struct iop_device device;
	static IOP_DEVRES(bar_owner) devres;
	static bar_owner bar, *pointer;

	(void)state;
	assert_int_equal(iop_device_init(&device, "dev"), 0);
	assert_int_equal(iop_bar_map(&bar, &sim.bus, 0, "row 39"), 0);
	assert_int_equal(iop_devres_from_owner(&devres, &device, &bar), 0);
	assert_int_equal(iop_devres_access(&devres, &device, &pointer), 0);
	iop_write32(*pointer, 3, 8);
	iop_device_unbind(&device);
	assert_panics("stale view", (void)iop_read32(*pointer, 8));
	iop_devres_drop(&devres);
	iop_device_end(&device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(views_of_a_dropped_bar, begin, end),
		cmocka_unit_test_setup_teardown(a_copy_is_dropped_once, begin, end),
		cmocka_unit_test_setup_teardown(a_new_owner_is_another_one, begin, end),
		cmocka_unit_test_setup_teardown(access_after_unbinding, begin, end),
	};

	return cmocka_run_group_tests_name("row-39-owners-debug", tests, NULL, NULL);
}
