/* SPDX-License-Identifier: MIT */
/*
 * The slots of all threads, and waiting for one of them. Who takes a guard writes his slot and reads .open; who revokes writes .open
 * and reads the slots; between the two each side needs a full barrier, and membarrier() makes both: it returns when each running
 * thread of the process has gone through one. docs/semantics.md, row 38, has the orders, core/test/protocol their proof.
 */
#include "guard.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

struct iop_guards {
	pthread_mutex_t lock; /* of the list of slots */
	struct iop_guard_slot *slots;
	uint32_t left; /* a futex: grows when a slot that was awaited has changed */
	uint32_t prepared;
};

enum {
	UNPREPARED,
	ABLE,
	UNABLE
};

static struct iop_guards here = {.lock = PTHREAD_MUTEX_INITIALIZER};

__thread struct iop_guard_slot iop_guard_slot __attribute__((tls_model("initial-exec"))) = {.guards = IOP_NO_GUARDS};

struct iop_guards *iop_guards_here(void)
{
	return &here;
}

void iop_guards_forget(struct iop_revocable *revocable)
{
	struct iop_guard_slot *slot = &iop_guard_slot;

	if (__atomic_load_n(&slot->held, __ATOMIC_RELAXED) != revocable)
		return;
	slot->again = 0;
	__atomic_store_n(&slot->held, (struct iop_revocable *)NULL, __ATOMIC_RELEASE);
}

static long membarrier(int command)
{
	return syscall(SYS_membarrier, command, 0, 0);
}

/* A guard that may have been taken must be seen, so there is no way to go on without. */
static void all_threads_agree(void)
{
	while (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) {
		if (errno == EPERM && membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0)
			continue;
		if (errno != ENOMEM && errno != EAGAIN)
			iop_panic("membarrier was taken away");
	}
}

/* The slot's owner may be gone after this; the list's lock is held where the slot is another thread's. */
static void changed(struct iop_guards *guards)
{
	int err = errno;

	__atomic_fetch_add(&guards->left, 1, __ATOMIC_RELAXED);
	syscall(SYS_futex, &guards->left, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
	errno = err;
}

void iop_guard_slot_awaited(void)
{
	struct iop_guard_slot *slot = &iop_guard_slot;

	__atomic_store_n(&slot->awaited, 0, __ATOMIC_RELAXED);
	changed(slot->guards);
}

#ifdef __GLIBC__
/* As the destructor of a thread_local object in C++: unlike a key's, it keeps a shared object loaded until it has run. */
extern int __cxa_thread_atexit_impl(void (*destroy)(void *), void *object, void *dso);
extern void *__dso_handle __attribute__((visibility("hidden")));

/* A guard that its thread took with it is counted for ever. */
static void slot_end(void *data)
{
	struct iop_guard_slot *slot = data, **link;
	struct iop_guards *guards = slot->guards;

	pthread_mutex_lock(&guards->lock);
	for (link = &guards->slots; *link != slot;)
		link = &(*link)->next;
	*link = slot->next;
	slot->guards = IOP_NO_GUARDS;
	slot->ended = 1;
	if (slot->held)
		__atomic_fetch_add(&slot->held->state, IOP_GUARD * (1 + slot->again), __ATOMIC_RELAXED);
	slot->again = 0;
	__atomic_store_n(&slot->held, (struct iop_revocable *)NULL, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&guards->lock);
	changed(guards);
}

static int call_at_end(struct iop_guard_slot *slot)
{
	return __cxa_thread_atexit_impl(slot_end, slot, &__dso_handle) == 0;
}
#else
static int call_at_end(struct iop_guard_slot *slot)
{
	(void)slot;
	return 0;
}
#endif

static void before_fork(void)
{
	pthread_mutex_lock(&here.lock);
}

static void in_parent(void)
{
	pthread_mutex_unlock(&here.lock);
}

/* Only the calling thread is left, and its slot, if it had one. */
static void in_child(void)
{
	struct iop_guard_slot *slot = &iop_guard_slot;

	if (slot->guards == &here)
		slot->next = NULL;
	here.slots = slot->guards == &here ? slot : NULL;
	pthread_mutex_unlock(&here.lock);
}

/* The lock is held. */
static int able(void)
{
	if (here.prepared == UNPREPARED)
		here.prepared = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0 &&
						pthread_atfork(before_fork, in_parent, in_child) == 0
					? ABLE
					: UNABLE;
	return here.prepared == ABLE;
}

/* Where the lock is taken the guard is counted, this time: the caller may be a signal handler, and its thread have the lock. */
int iop_guards_join(struct iop_guard_slot *slot)
{
	int err = errno, joined = 0;

	if (slot->ended || pthread_mutex_trylock(&here.lock))
		return 0;
	if (slot->guards == IOP_NO_GUARDS && able() && call_at_end(slot)) {
		slot->next = here.slots;
		here.slots = slot;
		slot->guards = &here;
		joined = 1;
	}
	pthread_mutex_unlock(&here.lock);
	errno = err;
	return joined;
}

/* The lock is held. With @await, the owners of the slots that hold @revocable will tell when they no longer do. */
static uint32_t count(struct iop_guards *guards, struct iop_revocable *revocable, int await)
{
	uint32_t held = 0;

	for (struct iop_guard_slot *slot = guards->slots; slot; slot = slot->next) {
		if (__atomic_load_n(&slot->held, __ATOMIC_ACQUIRE) != revocable)
			continue;
		held += 1 + __atomic_load_n(&slot->again, __ATOMIC_RELAXED);
		if (await)
			__atomic_store_n(&slot->awaited, 1, __ATOMIC_RELAXED);
	}
	return held;
}

/* The lock is held. A thread that joins later has the lock after us, so it finds that @revocable is not open. */
static void agree(struct iop_guards *guards)
{
	struct iop_guard_slot *slots = guards->slots;

	if (slots && (slots != &iop_guard_slot || slots->next))
		all_threads_agree();
}

uint32_t iop_guards_held(struct iop_guards *guards, struct iop_revocable *revocable)
{
	uint32_t held;

	pthread_mutex_lock(&guards->lock);
	agree(guards);
	held = count(guards, revocable, 0);
	pthread_mutex_unlock(&guards->lock);
	return held;
}

void iop_guards_wait(struct iop_guards *guards, struct iop_revocable *revocable)
{
	pthread_mutex_lock(&guards->lock);
	agree(guards);
	for (;;) {
		uint32_t left = __atomic_load_n(&guards->left, __ATOMIC_RELAXED);

		if (!count(guards, revocable, 1))
			break;
		agree(guards);
		if (!count(guards, revocable, 1))
			break;
		pthread_mutex_unlock(&guards->lock);
		syscall(SYS_futex, &guards->left, FUTEX_WAIT_PRIVATE, left, NULL, NULL, 0);
		pthread_mutex_lock(&guards->lock);
	}
	pthread_mutex_unlock(&guards->lock);
}
