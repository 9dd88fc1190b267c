/* SPDX-License-Identifier: MIT */
#include <iopath/revocable.h>

void iop_revocable_start(struct iop_revocable *revocable, void (*drop)(void *value))
{
	pthread_mutex_init(&revocable->lock, NULL);
	pthread_cond_init(&revocable->no_guards, NULL);
	revocable->drop = drop;
	__atomic_store_n(&revocable->state, 0, __ATOMIC_RELEASE);
}

/* Sets the revoked flag and returns the old state; the caller that finds it not revoked drops the value. */
static uint32_t turn_off(struct iop_revocable *revocable)
{
	return __atomic_fetch_or(&revocable->state, IOP_REVOKED, __ATOMIC_ACQ_REL);
}

/*
 * Guards given back after the flag is off come here and count down under the lock, so that the waiter, who may free the lock as
 * soon as it sees the last one gone, cannot see it before the last one is done with the lock.
 */
void iop_revocable_last_guard(struct iop_revocable *revocable)
{
	uint32_t state;

	pthread_mutex_lock(&revocable->lock);
	state = __atomic_load_n(&revocable->state, __ATOMIC_RELAXED);
	if (state >= IOP_GUARD) {
		state = __atomic_sub_fetch(&revocable->state, IOP_GUARD, __ATOMIC_RELEASE);
		if (state == IOP_REVOKED)
			pthread_cond_broadcast(&revocable->no_guards);
		pthread_mutex_unlock(&revocable->lock);
		return;
	}
	pthread_mutex_unlock(&revocable->lock);
	iop_panic("no guard to release");
}

int iop_revocable_take_away(struct iop_revocable *revocable, void *value)
{
	if (turn_off(revocable) & IOP_REVOKED)
		return 0;
	pthread_mutex_lock(&revocable->lock);
	while (__atomic_load_n(&revocable->state, __ATOMIC_ACQUIRE) >= IOP_GUARD)
		pthread_cond_wait(&revocable->no_guards, &revocable->lock);
	pthread_mutex_unlock(&revocable->lock);
	revocable->drop(value);
	return 1;
}

int iop_revocable_take_away_at_once(struct iop_revocable *revocable, void *value)
{
	uint32_t before = turn_off(revocable);

	if (before & IOP_REVOKED)
		return 0;
	if (before >= IOP_GUARD)
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
