/* SPDX-License-Identifier: MIT */
#include <iopath/barrier.h>
#include <iopath/poll.h>

#include <time.h>

#define NS_PER_US 1000u
#define US_PER_S  1000000u

static uint64_t monotonic_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * US_PER_S * NS_PER_US + (uint64_t)now.tv_nsec;
}

static void monotonic_sleep(uint64_t us)
{
	struct timespec time;

	time.tv_sec = (time_t)(us / US_PER_S);
	time.tv_nsec = (long)(us % US_PER_S * NS_PER_US);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

static const struct iop_poll_clock monotonic = {monotonic_now, monotonic_sleep};
static const struct iop_poll_clock *replaced;

static const struct iop_poll_clock *current(void)
{
	const struct iop_poll_clock *clock = __atomic_load_n(&replaced, __ATOMIC_ACQUIRE);

	return clock ? clock : &monotonic;
}

const struct iop_poll_clock *iop_poll_set_clock(const struct iop_poll_clock *clock)
{
	return __atomic_exchange_n(&replaced, clock, __ATOMIC_ACQ_REL);
}

struct iop_poll iop_poll_start(uint64_t delay_us, uint64_t timeout_us)
{
	struct iop_poll poll = {.delay_us = delay_us, .deadline = UINT64_MAX, .last = false};
	uint64_t timeout;

	/* A deadline beyond what the clock can say is none: 584 years. */
	if (timeout_us && !__builtin_mul_overflow(timeout_us, (uint64_t)NS_PER_US, &timeout) &&
	    __builtin_add_overflow(current()->now(), timeout, &poll.deadline))
		poll.deadline = UINT64_MAX;
	return poll;
}

bool iop_poll_again(struct iop_poll *poll)
{
	const struct iop_poll_clock *clock = current();

	if (poll->last)
		return false;
	if (poll->deadline != UINT64_MAX && clock->now() > poll->deadline) {
		poll->last = true;
		return true;
	}
	if (poll->delay_us)
		clock->sleep(poll->delay_us);
	iop_cpu_relax();
	return true;
}
