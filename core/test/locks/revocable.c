/* SPDX-License-Identifier: MIT */
/* Row 38: guards that are counted. Once it was revoked, they are given back under the lock, for the sake of who waits for them. */
#include "watch.h"

#include WATCHED

static struct iop_revocable revocable;

static void drop(void *value)
{
	(void)value;
	watch_called_free("drop");
}

/* What the holder of the guard does meanwhile. */
static void give_back(void)
{
	__atomic_fetch_sub(&revocable.state, IOP_GUARD, __ATOMIC_SEQ_CST);
}

static void start(uint32_t counted)
{
	watch_pause();
	watch_nothing();
	iop_revocable_start(&revocable, drop);
	for (uint32_t i = 0; i < counted; i++)
		if (!iop_revocable_count_in(&revocable))
			abort();
	watch_condition(&revocable.no_guards, &revocable.lock, give_back);
	watch_go_on();
}

static void start_revoked(uint32_t counted)
{
	start(counted);
	watch_pause();
	turn_off(&revocable);
	WATCH_CHANGES(revocable.state, &revocable.lock);
	watch_go_on();
}

static void last(void)
{
	start_revoked(1);
	iop_revocable_count_out(&revocable);
}

static void last_but_one(void)
{
	start_revoked(2);
	iop_revocable_count_out(&revocable);
}

static void count_out(void)
{
	iop_revocable_count_out(&revocable);
}

static void give_back_what_is_not_there(void)
{
	start_revoked(0);
	watch_no_control();
	watch_panics(count_out);
}

/* Called for a guard that is there, it finds one whenever it looks; for one that is not, only under the lock. */
static void last_alone(void)
{
	start_revoked(1);
	WATCH_ALL(revocable.state, &revocable.lock);
	last_guard(&revocable);
}

/* The lock of all threads' slots, and its own. */
static void revoke_under_a_guard(void)
{
	start(1);
	(void)iop_revocable_take_away(&revocable, NULL);
}

static void revoke_under_guards(void)
{
	start(3);
	(void)iop_revocable_take_away(&revocable, NULL);
}

int main(void)
{
	static const struct watch_case cases[] = {
		{"last guard", last, 1},
		{"last guard but one", last_but_one, 1},
		{"last guard alone", last_alone, 1},
		{"no guard", give_back_what_is_not_there, 1},
		{"revoke under a guard", revoke_under_a_guard, 2},
		{"revoke under guards", revoke_under_guards, 2},
	};

	return WATCH_CASES(cases) != 0;
}
