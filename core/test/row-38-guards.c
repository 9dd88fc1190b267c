/* SPDX-License-Identifier: MIT */
/* Row 38: guards beside guards, of threads that come and go, in a child process and in signal handlers. COUNTED: there is no membarrier. */
#include "interleave.h"
#include "thread-storage.h"

#include <signal.h>
#include <sys/wait.h>

typedef IOP_REVOCABLE(struct thing) thing_revocable;

static thing_revocable one, two;

static int begin(void **state)
{
	(void)state;
	reset();
	iop_revocable_init(&one, &fresh, drop_thing);
	iop_revocable_init(&two, &fresh, drop_thing);
	return 0;
}

static int end(void **state)
{
	(void)state;
	iop_revocable_drop(&one);
	iop_revocable_drop(&two);
	return !(atomic_load(&drops) == 2 && atomic_load(&used_dead) == 0);
}

#define GUARDS(a, b)                                                         \
	do {                                                                 \
		assert_int_equal(iop_revocable_guards(&one.revocable), (a)); \
		assert_int_equal(iop_revocable_guards(&two.revocable), (b)); \
	} while (0)

static void nothing_to_release(void)
{
	assert_panics("no guard to release", iop_revocable_release(&one));
	assert_panics("no guard to release", iop_revocable_release(&two));
}

/* There is membarrier, once a guard was taken. */
static int in_slots(void)
{
	return iop_guard_slot.guards != IOP_NO_GUARDS;
}

/* The first of a thread is in its slot, where membarrier is; others are counted, or beside it. Given back in every order. */
static void several_guards_of_one_thread(void **state)
{
	thing_revocable *const guarded[] = {&one, &two};

	(void)state;
#ifdef COUNTED
	assert_false(in_slots());
#endif
	for (unsigned taken = 0; taken < 16; taken++)
		for (unsigned given = 0; given < 16; given++) {
			int left[2] = {0, 0};

			for (unsigned i = 0; i < 4; i++) {
				assert_ptr_equal(iop_revocable_try_access(guarded[taken >> i & 1]),
						 &guarded[taken >> i & 1]->value);
				left[taken >> i & 1]++;
			}
			GUARDS(left[0], left[1]);
			for (unsigned i = 0; i < 4; i++) {
				unsigned which = left[given >> i & 1] ? given >> i & 1 : !(given >> i & 1);

				iop_revocable_release(guarded[which]);
				left[which]--;
				GUARDS(left[0], left[1]);
			}
			nothing_to_release();
		}
	assert_non_null(iop_revocable_try_access(&one));
	assert_int_equal(one.revocable.state, IOP_NOT_REVOKED + (in_slots() ? 0 : IOP_GUARD));
	iop_revocable_release(&one);
}

/* Revoked under two guards of one thread: no third, both are given back. */
static void guards_that_are_left(void **state)
{
	(void)state;
	assert_non_null(iop_revocable_try_access(&one));
	assert_non_null(iop_revocable_try_access(&one));
	assert_panics("dropped under a guard", iop_revocable_revoke_nosync(&one));
	assert_null(iop_revocable_try_access(&one));
	GUARDS(2, 0);
	iop_revocable_release(&one);
	GUARDS(1, 0);
	iop_revocable_release(&one);
	GUARDS(0, 0);
	assert_panics("no guard to release", iop_revocable_release(&one));
	/* It was never dropped, as the panic said. */
	iop_revocable_init(&one, &fresh, drop_thing);
}

static void zeroed_is_revoked(void **state)
{
	static thing_revocable nothing;

	(void)state;
	assert_null(iop_revocable_try_access(&nothing));
	assert_int_equal(iop_revocable_revoke(&nothing), 0);
}

static atomic_int step;

static void await_step(int which)
{
	while (atomic_load(&step) < which)
		sched_yield();
}

static void take(void *context)
{
	assert_non_null(iop_revocable_try_access((thing_revocable *)context));
}

static void take_and_give(void *context)
{
	take(context);
	iop_revocable_release((thing_revocable *)context);
}

static void take_until_told(void *context)
{
	take(context);
	atomic_store(&step, 1);
	await_step(2);
	iop_revocable_release((thing_revocable *)context);
}

static void revoke_work(void *context)
{
	iop_revocable_revoke((thing_revocable *)context);
}

static void a_guard_outlives_its_thread(void **state)
{
	struct other other;

	(void)state;
	other_start(&other, take, &one);
	other_join(&other);
	GUARDS(1, 0);
	other_start(&other, revoke_work, &one);
	until_it_waits(&other);
	assert_int_equal(atomic_load(&other.done), 0);
	iop_revocable_release(&one);
	other_join(&other);
	GUARDS(0, 0);
}

/* While one thread waits, others come, use another Revocable, and go. */
static void waiting_holds_nobody_up(void **state)
{
	struct other revoker, passer;

	(void)state;
	take(&one);
	other_start(&revoker, revoke_work, &one);
	while (iop_revocable_try_access(&one)) {
		iop_revocable_release(&one);
		sched_yield();
	}
	until_it_waits(&revoker);
	for (int i = 0; i < 3; i++) {
		other_start(&passer, take_and_give, &two);
		other_join(&passer);
	}
	assert_int_equal(iop_revocable_revoke(&two), 1);
	assert_int_equal(atomic_load(&revoker.done), 0);
	iop_revocable_release(&one);
	other_join(&revoker);
}

/* A child has the guards of the thread that made it. Where all are counted, it has those of the others, too. */
static void guards_of_a_child(void **state)
{
	struct other other;
	int status;
	pid_t child;

	(void)state;
	atomic_store(&step, 0);
	take(&two);
	other_start(&other, take_until_told, &one);
	await_step(1);
	GUARDS(1, 1);
	child = fork();
	if (!child) {
		int right = iop_revocable_guards(&two.revocable) == 1;
		if (in_slots())
			right &= iop_revocable_guards(&one.revocable) == 0 && iop_revocable_revoke(&one) == 1;
		iop_revocable_release(&two);
		_exit(!(right && iop_revocable_revoke(&two) == 1));
	}
	atomic_store(&step, 2);
	other_join(&other);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	GUARDS(0, 1);
	iop_revocable_release(&two);
}

static atomic_int handled;

static void handler(int number)
{
	(void)number;
	if (iop_revocable_try_access(&one)) {
		if (iop_revocable_try_access(&two))
			iop_revocable_release(&two);
		iop_revocable_release(&one);
		atomic_fetch_add(&handled, 1);
	}
}

static void guards_in_a_signal_handler(void **state)
{
	struct sigaction action = {.sa_handler = handler}, before;

	(void)state;
	if (thread_storage_is_lost(__func__))
		return;
	atomic_store(&handled, 0);
	take_and_give(&one);
	assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
	raise(SIGUSR1);
	take(&one);
	raise(SIGUSR1);
	GUARDS(1, 0);
	take(&two);
	raise(SIGUSR1);
	GUARDS(1, 1);
	iop_revocable_release(&one);
	raise(SIGUSR1);
	GUARDS(0, 1);
	iop_revocable_release(&two);
	assert_int_equal(atomic_load(&handled), 4);
	assert_int_equal(iop_revocable_revoke(&one), 1);
	raise(SIGUSR1);
	assert_int_equal(atomic_load(&handled), 4);
	assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

/* A thread that another copy of the library knows, as one that came with a shared object: its guards are counted. */
static void a_thread_of_another_copy(void **state)
{
	static int another;
	struct iop_guards *mine;

	(void)state;
	take_and_give(&one);
	mine = iop_guard_slot.guards;
	iop_guard_slot.guards = (struct iop_guards *)(void *)&another;
	take(&one);
	assert_null(iop_guard_slot.held);
	GUARDS(1, 0);
	assert_panics("dropped under a guard", iop_revocable_revoke_nosync(&one));
	iop_revocable_release(&one);
	GUARDS(0, 0);
	iop_guard_slot.guards = mine;
	iop_revocable_init(&one, &fresh, drop_thing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(several_guards_of_one_thread, begin, end),
		cmocka_unit_test_setup_teardown(guards_that_are_left, begin, end),
		cmocka_unit_test(zeroed_is_revoked),
		cmocka_unit_test_setup_teardown(a_guard_outlives_its_thread, begin, end),
		cmocka_unit_test_setup_teardown(waiting_holds_nobody_up, begin, end),
		cmocka_unit_test_setup_teardown(guards_of_a_child, begin, end),
		cmocka_unit_test_setup_teardown(guards_in_a_signal_handler, begin, end),
		cmocka_unit_test_setup_teardown(a_thread_of_another_copy, begin, end),
	};

	return cmocka_run_group_tests_name("row-38-guards", tests, NULL, NULL);
}
