/* SPDX-License-Identifier: MIT */
/* Row 52: reads until a condition holds; after the deadline one more; what the caller gets of it. The clock is the test's. */
#include "iotest.h"

#include <iopath/poll.h>

#define DONE (1u << 31)
#define NS   1000u /* in a microsecond */

static struct {
	uint64_t now, per_read, slept, sleeps, asked;
	uint64_t done_at; /* the device is done from then on */
	uint32_t status, memory;
} sim;
typedef IOP_MMIO(uint32_t) status_mmio;
typedef IOP_MMIO(IOP_REGION(16)) bar_mmio;
IOP_REGISTER(r_status, uint32_t, IOP_AT(4), (31, 31, done), (30, 0, count));

static uint64_t sim_now(void)
{
	sim.asked++;
	return sim.now;
}

static void sim_sleep(uint64_t us)
{
	sim.sleeps++;
	sim.slept += us;
	sim.now += us * NS;
}

static const struct iop_poll_clock sim_clock = {sim_now, sim_sleep};

/* As the device has it. */
static uint32_t le(uint32_t value)
{
	return (uint32_t)iop_le_to_cpu(4, value);
}

/* Time passes with each read, and the device changes. The count tells the reads apart. */
static void device(const struct iop_event *event)
{
	if (event->kind != IOP_EVENT_BR)
		return;
	sim.now += sim.per_read;
	sim.status = (sim.status & ~DONE) + 1;
	if (sim.now >= sim.done_at)
		sim.status |= DONE;
	sim.memory = le(sim.status);
}

static int set_up(void **state)
{
	(void)state;
	memset(&sim, 0, sizeof(sim));
	sim.now = 5000000;
	sim.done_at = UINT64_MAX;
	iop_event_hook = device;
	iop_poll_set_clock(&sim_clock);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	iop_event_hook = NULL;
	assert_ptr_equal(iop_poll_set_clock(NULL), &sim_clock);
	assert_null(iop_poll_set_clock(NULL));
	return 0;
}

static status_mmio status_view(void)
{
	return iop_view_at(status_mmio, &sim.memory);
}

static void true_at_once(void **state)
{
	uint32_t v = 0;

	(void)state;
	sim.done_at = 0;
	assert_int_equal(iop_poll(status_view(), v, v & DONE, 10, 1000), 0);
	assert_int_equal(v, DONE + 1);
	assert_int_equal(sim.sleeps, 0);
	assert_int_equal(sim.status & ~DONE, 1);
}

static void sleeps_between_reads(void **state)
{
	uint32_t v = 0;

	(void)state;
	sim.done_at = sim.now + 35 * NS;
	assert_int_equal(iop_poll(status_view(), v, v & DONE, 10, 1000), 0);
	assert_int_equal(v, DONE + 5);
	assert_int_equal(sim.sleeps, 4);
	assert_int_equal(sim.slept, 40);
}

/* 10, 20 and 30 us are no later than the deadline, 40 are: the read after that is the last. */
static void one_more_read_after_the_deadline(void **state)
{
	uint32_t v = 0;

	(void)state;
	assert_int_equal(iop_poll(status_view(), v, v & DONE, 10, 30), -ETIMEDOUT);
	assert_int_equal(v, 6);
	assert_int_equal(sim.sleeps, 4);
}

/* With time passing in the read alone: true between the check of the deadline and the last read. */
static void true_at_the_last_read_is_no_timeout(void **state)
{
	uint32_t v = 0;

	(void)state;
	sim.per_read = 11 * NS;
	sim.done_at = sim.now + 2 * sim.per_read;
	assert_int_equal(iop_poll(status_view(), v, v & DONE, 0, 10), 0);
	assert_int_equal(v, DONE + 2);
}

static void delay_0_never_sleeps(void **state)
{
	uint32_t v = 0;

	(void)state;
	sim.per_read = NS;
	sim.done_at = sim.now + 500 * NS;
	assert_int_equal(iop_poll(status_view(), v, v & DONE, 0, 1000), 0);
	assert_int_equal(sim.sleeps, 0);
	assert_int_equal(sim.now, sim.done_at);
	assert_int_equal(iop_poll(status_view(), v, 0, 0, 100), -ETIMEDOUT);
	assert_int_equal(v & ~DONE, 602);
	assert_int_equal(sim.sleeps, 0);
}

static void timeout_0_is_for_ever(void **state)
{
	uint32_t v = 0;

	(void)state;
	sim.done_at = sim.now + UINT64_C(3600) * 1000000 * NS;
	assert_int_equal(iop_poll(status_view(), v, v & DONE, 1000000, 0), 0);
	assert_int_equal(sim.sleeps, 3600);
	assert_int_equal(sim.asked, 0);
}

/* A timeout that no clock can express is none; it must not wrap around to one that has passed. */
static void a_huge_timeout_does_not_wrap(void **state)
{
	static const uint64_t timeouts[] = {UINT64_MAX, UINT64_MAX / NS, UINT64_MAX / NS + 1, UINT64_C(1) << 60};
	uint32_t v = 0;

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(timeouts); i++) {
		sim.done_at = sim.now + 50 * NS;
		assert_int_equal(iop_poll(status_view(), v, v & DONE, 10, timeouts[i]), 0);
	}
}

/* Each argument is evaluated once, the condition once for each read. */
static void arguments_are_evaluated_once(void **state)
{
	int views = 0, conditions = 0;
	uint64_t delay = 9, timeout = 29;
	uint32_t v = 0;

	(void)state;
	assert_int_equal(iop_poll((views++, status_view()), v, (conditions++, v & DONE), ++delay, ++timeout), -ETIMEDOUT);
	assert_int_equal(views, 1);
	assert_int_equal(delay, 10);
	assert_int_equal(timeout, 30);
	assert_int_equal(conditions, v);
	assert_int_equal(v, 6);
}

/* break and continue in what surrounds a call are the caller's. */
static void the_loop_is_nobody_elses(void **state)
{
	uint32_t v = 0;
	int rounds = 0;

	(void)state;
	for (int i = 0; i < 5; i++) {
		if (iop_poll(status_view(), v, 0, 10, 10))
			continue;
		rounds++;
	}
	assert_int_equal(rounds, 0);
	assert_int_equal(v, 20);
	assert_int_equal(sim.sleeps, 10);
}

static void registers(void **state)
{
	uint32_t memory[4] = {0};
	bar_mmio bar = iop_region_at(bar_mmio, memory, sizeof(memory));
	r_status s;

	(void)state;
	memory[1] = le(DONE + 9);
	assert_int_equal(iop_poll_reg(bar, r_status, s, iop_get(s, .done), 10, 100), 0);
	assert_int_equal(iop_get(s, .count), 9);
	memory[1] = le(8);
	assert_int_equal(iop_poll_reg(bar, r_status, s, iop_get(s, .done), 10, 100), -ETIMEDOUT);
	assert_int_equal(iop_get(s, .count), 8);
}

/* Other backends, other widths, and the default clock, of which nothing is asserted but that it ends. */
static void the_default_clock(void **state)
{
	uint16_t memory = 3, v = 0;
	IOP_SYSMEM(uint16_t) view = iop_view_at(__typeof__(view), &memory);

	(void)state;
	iop_poll_set_clock(NULL);
	assert_int_equal(iop_poll(view, v, v == 3, 1, 0), 0);
	assert_int_equal(iop_poll(view, v, v == 4, 1, 1), -ETIMEDOUT);
	assert_int_equal(iop_poll(view, v, v == 4, 0, 1), -ETIMEDOUT);
	assert_int_equal(v, 3);
	iop_poll_set_clock(&sim_clock);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(true_at_once),
		TEST(sleeps_between_reads),
		TEST(one_more_read_after_the_deadline),
		TEST(true_at_the_last_read_is_no_timeout),
		TEST(delay_0_never_sleeps),
		TEST(timeout_0_is_for_ever),
		TEST(a_huge_timeout_does_not_wrap),
		TEST(arguments_are_evaluated_once),
		TEST(the_loop_is_nobody_elses),
		TEST(registers),
		TEST(the_default_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
