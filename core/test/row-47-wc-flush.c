/* SPDX-License-Identifier: MIT */
/* Row 47: the flush is between the stores and the doorbell in the trace, once; a build without debug views does not panic without it. */
#include "body-wc-driver.h"

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
	iop_event_hook = NULL;
	nic_remove(&nic);
	return 0;
}

/* The trace since iotest_record(), each access by the mapping that it went to. */
static const char *trace(void)
{
	static char text[256];
	size_t used = 0;

	for (size_t i = 0; i < iotest_count(); i++) {
		static const char *const kind[] = {"BR", "LD", "AR", "BW", "ST", "AW", "CP", "RS", "WF"};
		const struct iop_event *e = iotest_event(i);
		uintptr_t base = e->source == IOP_EVENT_MMIO ? iop_addr(nic.bar) : iop_addr(nic.wc);

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "", kind[e->kind]);
		if (e->width)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u+%zx",
						 e->source == IOP_EVENT_MMIO ? "reg" : "wc", (unsigned)e->width,
						 (size_t)(e->addr - base));
	}
	return text;
}

static void stores_flush_doorbell(void **state)
{
	(void)state;
	iotest_record();
	nic_send(&nic, 1, 0x1000, 60);
	assert_string_equal(trace(), "STwc4+8 STwc4+c WF BW STreg4+4 AW");
	assert_int_equal(iotest_event(2)->source, IOP_EVENT_WC);
	/* A build with debug views stops there: row-47-wc-flush-debug. */
	if (IOP_DEBUG_VIEWS)
		return;
	iotest_record();
	nic_send_unflushed(&nic, 2, 0x1000, 60);
	assert_string_equal(trace(), "STwc4+10 STwc4+14 BW STreg4+4 AW");
}

static const char *illegal;

static void judge(const struct iop_event *event)
{
	const char *said = iop_bus_sim_illegal(&nic_bus, event);

	if (said)
		illegal = said;
}

static const char *said_of(void (*send)(struct nic *nic, uint32_t i, uint32_t address, uint32_t length))
{
	illegal = NULL;
	iop_event_hook = judge;
	send(&nic, 0, 0x2000, 64);
	return illegal;
}

static void flushed_too_early(struct nic *n, uint32_t i, uint32_t address, uint32_t length)
{
	iop_wc_flush(n->ring);
	nic_send_unflushed(n, i, address, length);
}

/* The simulated bus finds it in a build that does not stop before. */
static void the_bus_finds_it(void **state)
{
	(void)state;
	assert_null(said_of(nic_send));
	if (IOP_DEBUG_VIEWS)
		return;
	assert_string_equal(said_of(nic_send_unflushed), "WC stores not flushed");
	assert_string_equal(said_of(flushed_too_early), "WC stores not flushed");
	assert_null(said_of(nic_send));
}

/* A flush changes nothing and waits for nobody: what was stored is there, before and after. */
static void nothing_but_order(void **state)
{
	IOP_AUTO first = iop_project(nic.ring, .of, iop_build(0));

	(void)state;
	iop_write(iop_project(first, .length), 77);
	iop_wc_flush(first);
	iop_wc_flush(nic.wc);
	assert_int_equal(iop_read(iop_project(first, .length)), 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(stores_flush_doorbell, probe, take_off),
		cmocka_unit_test_setup_teardown(the_bus_finds_it, probe, take_off),
		cmocka_unit_test_setup_teardown(nothing_but_order, probe, take_off),
	};

	return cmocka_run_group_tests_name("row-47-wc-flush", tests, NULL, NULL);
}
