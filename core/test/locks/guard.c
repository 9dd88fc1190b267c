/* SPDX-License-Identifier: MIT */
/* Row 38: the list of the slots in which threads note what they guard. */
#include "watch.h"

#include <stdarg.h>

#include WATCHED

static struct iop_revocable revocable;
static struct iop_guard_slot other, another;

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

/* While it is waited for, another thread gives back its guard, for which it may have to join the list. */
long __wrap_syscall(long number, ...)
{
	va_list list;
	long a[6];

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_futex && a[1] == FUTEX_WAIT_PRIVATE) {
		watch_called_free("the wait for a slot");
		watch_pause();
		other.held = NULL;
		here.left++;
		watch_go_on();
		return 0;
	}
	return __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* The list: another thread's slot, which holds @revocable, and ours. */
static void start(void)
{
	watch_pause();
	watch_nothing();
	here.slots = NULL;
	memset(&iop_guard_slot, 0, sizeof(iop_guard_slot));
	iop_guard_slot.guards = IOP_NO_GUARDS;
	if (!iop_guards_join(&iop_guard_slot))
		abort();
	other = (struct iop_guard_slot){.guards = &here, .held = &revocable, .next = here.slots};
	here.slots = &other;
	another = (struct iop_guard_slot){.guards = IOP_NO_GUARDS};
	WATCH(here.slots, &here.lock);
	WATCH(here.prepared, &here.lock);
	WATCH(iop_guard_slot.next, &here.lock);
	/* Of another thread's slot, nothing may be read without: it may be gone. */
	WATCH_ALL(other, &here.lock);
	watch_go_on();
}

static void join(void)
{
	start();
	if (!iop_guards_join(&another))
		abort();
}

static void held_count_of(void)
{
	start();
	if (iop_guards_held(&here, &revocable) != 1)
		abort();
}

static void wait_for_it(void)
{
	start();
	iop_guards_wait(&here, &revocable);
}

static void wait_for_nothing(void)
{
	start();
	iop_guards_wait(&here, (struct iop_revocable *)&another);
}

/* A guard that its thread takes with it is counted before the slot is gone. */
static void end(void)
{
	start();
	watch_pause();
	iop_guard_slot.held = &revocable;
	WATCH_CHANGES(revocable.state, &here.lock);
	WATCH_CHANGES(iop_guard_slot.held, &here.lock);
	watch_go_on();
	slot_end(&iop_guard_slot);
}

static void fork_in_the_parent(void)
{
	start();
	before_fork();
	watch_called_under(&here.lock, "fork");
	in_parent();
}

static void fork_in_the_child(void)
{
	start();
	before_fork();
	watch_called_under(&here.lock, "fork");
	in_child();
}

int main(void)
{
	static const struct watch_case cases[] = {
		{"join", join, 1},
		{"held", held_count_of, 1},
		{"wait", wait_for_it, 2},
		{"wait for nothing", wait_for_nothing, 1},
		{"end of a thread", end, 1},
		{"fork, parent", fork_in_the_parent, 1},
		{"fork, child", fork_in_the_child, 1},
	};
	int wrong;

	watch_pause();
	if (!iop_guards_join(&iop_guard_slot)) {
		printf("skipped: the list of slots: the system has no membarrier\n");
		return 77;
	}
	wrong = WATCH_CASES(cases);
	fflush(stdout);
	/* Slots that joined are called when the thread ends: they are none any more. */
	_exit(wrong != 0);
}
