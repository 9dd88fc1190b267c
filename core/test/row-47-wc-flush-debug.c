/* SPDX-License-Identifier: MIT */
/* Row 47: debug builds panic on a doorbell that overtakes write-combining stores: of this thread, to the same function, since its last flush. */
#include "body-wc-driver.h"

#include <pthread.h>

#define NOT_FLUSHED "WC stores not flushed"

static struct nic nic;

static int probe(void **state)
{
	(void)state;
	assert_int_equal(nic_probe(&nic), 0);
	return 0;
}

static int take_off(void **state)
{
	(void)state;
	iop_lease_wc_flushed();
	nic_remove(&nic);
	return 0;
}

/* Panics, and the doorbell was not rung; a flush is enough for it to be. */
static void must_flush(void)
{
	IOP_AUTO doorbell = iop_project(nic.regs, .doorbell);
	volatile uint32_t before = iop_read(doorbell);

	assert_panics(NOT_FLUSHED, iop_write(doorbell, before + 1));
	assert_int_equal(iop_read(doorbell), before);
	iop_wc_flush(nic.ring);
	iop_write(doorbell, before + 1);
	assert_int_equal(iop_read(doorbell), before + 1);
}

static void the_driver(void **state)
{
	(void)state;
	nic_send(&nic, 1, 0x1000, 60);
	nic_send(&nic, 2, 0x2000, 60);
	assert_panics(NOT_FLUSHED, nic_send_unflushed(&nic, 3, 0x3000, 60));
	must_flush();
	/* A flush before the stores is none. */
	iop_wc_flush(nic.ring);
	nic_fill(&nic, 0, 0x1000, 60);
	must_flush();
}

static void whatever_stores(void **state)
{
	IOP_AUTO first = iop_project(nic.ring, .of, iop_build(0));
	IOP_WC(uint8_t[8]) eight;
	IOP_WC_WIDTHS(4, uint8_t[8]) words;
	uint8_t from[8] = {1, 2, 3};

	(void)state;
	assert_int_equal(iop_try_cast_bytes(nic.wc, &eight), 0);
	words.raw = eight.raw;
	iop_write(iop_project(first, .length), 1);
	must_flush();
	iop_update(iop_project(first, .length), old, old + 1);
	must_flush();
	iop_copy_write(first, ((struct tx_descriptor){1, 2}));
	must_flush();
	iop_write32(nic.wc, 3, 0);
	must_flush();
	assert_int_equal(iop_try_write32(nic.wc, 3, 0), 0);
	must_flush();
	iop_copy_toio(iop_project(eight, iop_all()), from, sizeof(from));
	must_flush();
	iop_copy_toio(iop_project(words, iop_all()), from, sizeof(from));
	must_flush();
	assert_int_equal(
		iop_copy_view(iop_project(eight, iop_all()), iop_slice_at(IOP_SYSMEM(IOP_SLICE(uint8_t)), from, sizeof(from))), 0);
	must_flush();
}

/* A write by any name. */
static void whatever_is_ordered(void **state)
{
	IOP_AUTO doorbell = iop_project(nic.regs, .doorbell);
	const uint32_t twice[2] = {1, 2};

	(void)state;
	nic_fill(&nic, 0, 1, 2);
	assert_panics(NOT_FLUSHED, iop_write(iop_iosysmap_from_mmio(doorbell), 1));
	assert_panics(NOT_FLUSHED, iop_write_rep(doorbell, twice, 2));
	assert_panics(NOT_FLUSHED, iop_update(doorbell, old, old + 1));
	assert_panics(NOT_FLUSHED, iop_write32(nic.bar, 1, 4));
	assert_panics(NOT_FLUSHED, (void)!iop_try_write32(nic.bar, 1, 4));
	iop_write_rep(doorbell, twice, 0);
	must_flush();
}

/* Neither a read, nor a copy of nothing, nor what is not ordered: row 47 is of ordered writes after stores. */
static void whatever_does_not(void **state)
{
	IOP_AUTO doorbell = iop_project(nic.regs, .doorbell);
	IOP_WC(uint8_t[8]) eight;
	uint8_t to[8];

	(void)state;
	assert_int_equal(iop_try_cast_bytes(nic.wc, &eight), 0);
	(void)iop_read(iop_project(nic.ring, .of, iop_build(1), .length));
	iop_copy_fromio(to, iop_project(eight, iop_all()), sizeof(to));
	iop_copy_toio(iop_project(eight, iop_build_range(2, 2)), to, 0);
	assert_int_equal(iop_try_write32(nic.wc, 1, 4096), -EINVAL);
	iop_write(doorbell, 1);
	nic_fill(&nic, 0, 1, 2);
	(void)iop_read(doorbell);
	iop_write(iop_relaxed(doorbell), 2);
	must_flush();
}

/* The kernel's names do as well. */
static void barriers_are_flushes(void **state)
{
	IOP_AUTO doorbell = iop_project(nic.regs, .doorbell);

	(void)state;
	nic_fill(&nic, 0, 1, 2);
	iop_wmb();
	iop_write(doorbell, 1);
	nic_fill(&nic, 0, 1, 2);
	iop_mb();
	iop_write(doorbell, 1);
	nic_fill(&nic, 0, 1, 2);
	iop_dma_wmb();
	iop_smp_wmb();
	iop_smp_mb();
	iop_rmb();
	must_flush();
}

static void of_another_function(void **state)
{
	struct iop_bus_sim other;
	IOP_BAR(8) bar;

	(void)state;
	assert_int_equal(iop_bus_sim_init(&other), 0);
	iop_bus_sim_set(&other, (struct iop_resource){.len = 64});
	assert_int_equal(iop_bar_map(&bar, &other.bus, 0, "other"), 0);
	nic_fill(&nic, 0, 1, 2);
	iop_write32(bar, 1, 0);
	must_flush();
	iop_bar_drop(&bar);
	assert_int_equal(iop_bus_sim_end(&other), 0);
}

/* Stores through an owner that is gone are nobody's, also where another one has its place. */
static void owner_is_gone(void **state)
{
	(void)state;
	nic_fill(&nic, 0, 1, 2);
	iop_bar_drop(&nic.wc);
	iop_write(iop_project(nic.regs, .doorbell), 1);
	assert_int_equal(iop_bar_map_wc(&nic.wc, &nic_bus.bus, 2, "nic"), 0);
	assert_int_equal(iop_try_cast(nic.wc, struct tx_ring, &nic.ring), 0);
	iop_write(iop_project(nic.regs, .doorbell), 1);
	nic_fill(&nic, 0, 1, 2);
	must_flush();
}

static void *rings(void *unused)
{
	iop_write(iop_project(nic.regs, .doorbell), 1);
	return unused;
}

/* The stores of one thread are flushed by itself: another one may ring, and its flush is not this thread's. */
static void each_thread_its_own(void **state)
{
	pthread_t thread;

	(void)state;
	nic_fill(&nic, 0, 1, 2);
	assert_int_equal(pthread_create(&thread, NULL, rings, NULL), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	must_flush();
}

static void stale_views_do_not_flush(void **state)
{
	IOP_AUTO ring = nic.ring;

	(void)state;
	iop_bar_drop(&nic.wc);
	assert_panics("stale view", iop_wc_flush(ring));
	assert_panics("stale view", iop_wc_flush(nic.wc));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_driver, probe, take_off),
		cmocka_unit_test_setup_teardown(whatever_stores, probe, take_off),
		cmocka_unit_test_setup_teardown(whatever_is_ordered, probe, take_off),
		cmocka_unit_test_setup_teardown(whatever_does_not, probe, take_off),
		cmocka_unit_test_setup_teardown(barriers_are_flushes, probe, take_off),
		cmocka_unit_test_setup_teardown(of_another_function, probe, take_off),
		cmocka_unit_test_setup_teardown(owner_is_gone, probe, take_off),
		cmocka_unit_test_setup_teardown(each_thread_its_own, probe, take_off),
		cmocka_unit_test_setup_teardown(stale_views_do_not_flush, probe, take_off),
	};

	return cmocka_run_group_tests_name("row-47-wc-flush-debug", tests, NULL, NULL);
}
