/* SPDX-License-Identifier: MIT */
/* Row 38: Revocable: dropped exactly once whatever two threads do, and never under a guard. */
#include "interleave.h"

typedef IOP_REVOCABLE(struct thing) thing_revocable;

static void revocable_alone(void **state)
{
	thing_revocable r;
	struct thing *first, *second;
	int calls = 0;

	(void)state;
	reset();
	iop_revocable_init(&r, &fresh, drop_thing);
	first = iop_revocable_try_access(&r);
	second = iop_revocable_try_access(&r);
	assert_ptr_equal(first, &r.value);
	assert_ptr_equal(second, &r.value);
	iop_revocable_release(&r);
	iop_revocable_release(&r);
	assert_int_equal(iop_revocable_try_access_with(&r, use_thing, &calls), 1);
	assert_int_equal(calls, 1);
	assert_int_equal(atomic_load(&drops), 0);
	assert_int_equal(iop_revocable_revoke(&r), 1);
	assert_int_equal(atomic_load(&drops), 1);
	assert_null(iop_revocable_try_access(&r));
	assert_int_equal(iop_revocable_try_access_with(&r, use_thing, &calls), 0);
	assert_int_equal(calls, 1);
	assert_int_equal(iop_revocable_revoke(&r), 0);
	assert_int_equal(iop_revocable_revoke_nosync(&r), 0);
	iop_revocable_drop(&r);
	assert_true(once());
}

static void dropping_revokes(void **state)
{
	thing_revocable r;

	(void)state;
	reset();
	iop_revocable_init(&r, &fresh, drop_thing);
	iop_revocable_drop(&r);
	assert_true(once());
	reset();
	iop_revocable_init(&r, &fresh, drop_thing);
	assert_int_equal(iop_revocable_revoke_nosync(&r), 1);
	assert_int_equal(iop_revocable_revoke(&r), 0);
	iop_revocable_drop(&r);
	assert_true(once());
}

static void misuse_panics(void **state)
{
	static thing_revocable r;

	(void)state;
	reset();
	iop_revocable_init(&r, &fresh, drop_thing);
	assert_panics("no guard to release", iop_revocable_release(&r));
	assert_non_null(iop_revocable_try_access(&r));
	assert_panics("dropped under a guard", iop_revocable_drop(&r));
	assert_int_equal(atomic_load(&drops), 0);
	iop_revocable_release(&r);
	assert_panics("no guard to release", iop_revocable_release(&r));
	assert_null(iop_revocable_try_access(&r));
}

static void revoke_work(void *context)
{
	iop_revocable_revoke((thing_revocable *)context);
}

static void revoke_waits_for_guards(void **state)
{
	thing_revocable r;
	const struct thing *thing;
	struct other other;

	(void)state;
	reset();
	iop_revocable_init(&r, &fresh, drop_thing);
	thing = iop_revocable_try_access(&r);
	assert_non_null(iop_revocable_try_access(&r));
	other_start(&other, revoke_work, &r);
	/* From the moment that it waits nobody else gets in, and a later caller is told at once. */
	while (iop_revocable_try_access(&r)) {
		iop_revocable_release(&r);
		sched_yield();
	}
	assert_int_equal(iop_revocable_revoke(&r), 0);
	until_it_waits(&other);
	assert_int_equal(atomic_load(&other.done), 0);
	iop_revocable_release(&r);
	until_it_waits(&other);
	assert_int_equal(atomic_load(&other.done), 0);
	assert_int_equal(atomic_load(&drops), 0);
	assert_int_equal(thing->state, ALIVE);
	iop_revocable_release(&r);
	other_join(&other);
	assert_true(once());
	iop_revocable_drop(&r);
	assert_true(once());
}

static void begin_revocable(void *context)
{
	iop_revocable_init((thing_revocable *)context, &fresh, drop_thing);
}

static void end_revocable(void *context)
{
	iop_revocable_drop((thing_revocable *)context);
}

/* Uses the value until it is gone. */
static void use_until_revoked(void *context)
{
	thing_revocable *r = context;
	const struct thing *thing;
	int uses = 0;

	while ((thing = iop_revocable_try_access(r))) {
		use_thing(thing, &uses);
		sched_yield();
		use_thing(thing, &uses);
		iop_revocable_release(r);
	}
}

static void use_a_few_times(void *context)
{
	int uses = 0;

	for (int i = 0; i < 5; i++)
		(void)iop_revocable_try_access_with((thing_revocable *)context, use_thing, &uses);
}

static void revocable_races(void **state)
{
	thing_revocable r;

	(void)state;
	run_race(&r, begin_revocable, revoke_work, revoke_work, end_revocable);
	run_race(&r, begin_revocable, revoke_work, use_until_revoked, end_revocable);
	run_race(&r, begin_revocable, revoke_work, use_a_few_times, end_revocable);
	run_race(&r, begin_revocable, use_a_few_times, use_a_few_times, end_revocable);
}

/* Negative controls: revoking as one might write it, with the wrong interleaving made to happen; the check must reject it. */
static pthread_barrier_t both_looked;
static atomic_int faulty_revoked;
static struct thing faulty_value;

static void faulty_revoke(void *context)
{
	int revoked = atomic_load(&faulty_revoked);

	(void)context;
	pthread_barrier_wait(&both_looked);
	if (revoked)
		return;
	atomic_store(&faulty_revoked, 1);
	atomic_fetch_add(&drops, 1);
}

/* Does not wait: drops under the guard of somebody who is at it. */
static void faulty_use(void *context)
{
	struct thing *thing = context;
	int uses = 0;

	pthread_barrier_wait(&both_looked);
	pthread_barrier_wait(&both_looked);
	use_thing(thing, &uses);
}

static void the_check_rejects_faulty_revokers(void **state)
{
	struct other other;

	(void)state;
	assert_int_equal(pthread_barrier_init(&both_looked, NULL, 2), 0);
	reset();
	assert_false(once());
	other_start(&other, faulty_revoke, NULL);
	faulty_revoke(NULL);
	other_join(&other);
	assert_int_equal(atomic_load(&drops), 2);
	assert_false(once());

	reset();
	faulty_value = fresh;
	other_start(&other, faulty_use, &faulty_value);
	pthread_barrier_wait(&both_looked);
	drop_thing(&faulty_value);
	pthread_barrier_wait(&both_looked);
	other_join(&other);
	assert_int_equal(atomic_load(&drops), 1);
	assert_false(once());

	reset();
	faulty_value = fresh;
	drop_thing(&faulty_value);
	drop_thing(&faulty_value);
	assert_false(once());
	pthread_barrier_destroy(&both_looked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(revocable_alone), cmocka_unit_test(dropping_revokes),
		cmocka_unit_test(misuse_panics),   cmocka_unit_test(revoke_waits_for_guards),
		cmocka_unit_test(revocable_races), cmocka_unit_test(the_check_rejects_faulty_revokers),
	};

	return cmocka_run_group_tests_name("row-38-revocable", tests, NULL, NULL);
}
