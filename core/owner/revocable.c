/* SPDX-License-Identifier: MIT */
#include "guard.h"

void iop_revocable_start(struct iop_revocable *revocable, void (*drop)(void *value))
{
	iop_guards_forget(revocable);
	pthread_mutex_init(&revocable->lock, NULL);
	pthread_cond_init(&revocable->no_guards, NULL);
	revocable->drop = drop;
	revocable->guards = iop_guards_here();
	__atomic_store_n(&revocable->state, IOP_NOT_REVOKED, __ATOMIC_RELEASE);
	__atomic_store_n(&revocable->open, revocable->guards, __ATOMIC_RELEASE);
}

/* A guard beside the one that the thread's slot holds, or without a slot. */
int iop_revocable_count_in(struct iop_revocable *revocable)
{
	struct iop_guard_slot *slot = &iop_guard_slot;
	uint32_t state;

	if (slot->held == revocable) {
		if (__atomic_load_n(&revocable->open, __ATOMIC_ACQUIRE) != slot->guards)
			return 0;
		__atomic_store_n(&slot->again, slot->again + 1, __ATOMIC_RELAXED);
		return 1;
	}
	state = __atomic_load_n(&revocable->state, __ATOMIC_RELAXED);
	do {
		if (!(state & IOP_NOT_REVOKED))
			return 0;
	} while (!__atomic_compare_exchange_n(&revocable->state, &state, state + IOP_GUARD, 1, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	return 1;
}

/* The slot was written and must not guard: its thread is new here, or of another copy of the library, or it was revoked. */
int iop_revocable_refused(struct iop_revocable *revocable)
{
	struct iop_guard_slot *slot = &iop_guard_slot;

	iop_revocable_leave(revocable);
	if (slot->guards == IOP_NO_GUARDS && iop_guards_join(slot))
		return iop_revocable_enter(revocable);
	return iop_revocable_count_in(revocable);
}

/*
 * After a revocation, counted guards are given back under the lock, so that the waiter, who may free the lock as soon as it sees the
 * last one gone, cannot see it before the last one is done with the lock.
 */
static void last_guard(struct iop_revocable *revocable)
{
	uint32_t state;

	pthread_mutex_lock(&revocable->lock);
	state = __atomic_load_n(&revocable->state, __ATOMIC_RELAXED);
	if (state >= IOP_GUARD) {
		if (__atomic_sub_fetch(&revocable->state, IOP_GUARD, __ATOMIC_RELAXED) < IOP_GUARD)
			pthread_cond_broadcast(&revocable->no_guards);
		pthread_mutex_unlock(&revocable->lock);
		return;
	}
	pthread_mutex_unlock(&revocable->lock);
	iop_panic("no guard to release");
}

void iop_revocable_count_out(struct iop_revocable *revocable)
{
	struct iop_guard_slot *slot = &iop_guard_slot;
	uint32_t state;

	if (slot->held == revocable) {
		__atomic_store_n(&slot->again, slot->again - 1, __ATOMIC_RELAXED);
		return;
	}
	state = __atomic_load_n(&revocable->state, __ATOMIC_RELAXED);
	do {
		if (state < IOP_GUARD || !(state & IOP_NOT_REVOKED)) {
			last_guard(revocable);
			return;
		}
	} while (!__atomic_compare_exchange_n(&revocable->state, &state, state - IOP_GUARD, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

/* Lets nobody in and returns the old state; the caller that finds it not revoked drops the value. */
static uint32_t turn_off(struct iop_revocable *revocable)
{
	__atomic_store_n(&revocable->open, (struct iop_guards *)NULL, __ATOMIC_RELAXED);
	return __atomic_fetch_and(&revocable->state, ~IOP_NOT_REVOKED, __ATOMIC_ACQUIRE);
}

int iop_revocable_take_away(struct iop_revocable *revocable, void *value)
{
	if (!(turn_off(revocable) & IOP_NOT_REVOKED))
		return 0;
	iop_guards_wait(revocable->guards, revocable);
	pthread_mutex_lock(&revocable->lock);
	while (__atomic_load_n(&revocable->state, __ATOMIC_RELAXED) >= IOP_GUARD)
		pthread_cond_wait(&revocable->no_guards, &revocable->lock);
	pthread_mutex_unlock(&revocable->lock);
	revocable->drop(value);
	return 1;
}

int iop_revocable_take_away_at_once(struct iop_revocable *revocable, void *value)
{
	uint32_t before = turn_off(revocable);

	if (!(before & IOP_NOT_REVOKED))
		return 0;
	if (before >= IOP_GUARD || iop_guards_held(revocable->guards, revocable))
		iop_panic("dropped under a guard");
	revocable->drop(value);
	return 1;
}

void iop_revocable_finish(struct iop_revocable *revocable, void *value)
{
	iop_revocable_take_away_at_once(revocable, value);
	pthread_cond_destroy(&revocable->no_guards);
	pthread_mutex_destroy(&revocable->lock);
}

uint32_t iop_revocable_guards(struct iop_revocable *revocable)
{
	uint32_t counted = __atomic_load_n(&revocable->state, __ATOMIC_ACQUIRE) / IOP_GUARD;

	return counted + iop_guards_held(revocable->guards, revocable);
}
