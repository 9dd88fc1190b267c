/* SPDX-License-Identifier: MIT */
/**
 * revocable.h - data that can be revoked while it is in use: Revocable
 *
 * A device can disappear while a driver is using its registers. A Revocable holds a value, such as a Bar, that can be *revoked* at
 * any time, from any thread: from then on there is no access to it, and it is dropped once current users have released it. To use
 * it, take a *guard* first:
 *
 *	typedef IOP_REVOCABLE(nic_bar) nic_revocable;
 *
 *	nic_bar *bar = iop_revocable_try_access(&nic);
 *	if (!bar)
 *		return -ENXIO;                           by convention
 *	iop_write32(*bar, 1, 0x100);
 *	iop_revocable_release(&nic);
 *
 * A guard is held for a short time: its holder must not sleep, and must not revoke what it guards (it would wait for itself). Any
 * number of threads may hold guards, and one may hold several, also of one Revocable; the thread that took a guard gives it back.
 * The value is dropped exactly once, in any order of events.
 *
 * Guards are made to be cheap, and revoking is not: a thread notes in its own memory what it guards, which takes no atomic operation,
 * and who revokes makes all threads agree by membarrier(2), some microseconds. A second guard of one thread, and all guards where
 * the system lacks membarrier, are counted in the Revocable. A signal handler may take guards too, but not its thread's first one,
 * which may allocate. In a child process after fork() the guards of the other threads are gone.
 * Source: docs/semantics.md, row 38.
 */
#ifndef IOPATH_REVOCABLE_H
#define IOPATH_REVOCABLE_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/lang.h>
#include <iopath/panic.h>

#include <pthread.h>

struct iop_guards; /* the threads whose slots one copy of this library knows */

/** The part that does not depend on the value. Must not move while it is in use. All zero, it is as if revoked. */
struct iop_revocable {
	uint32_t state;		   /* bit 0: not revoked; above: number of guards that are counted here, not in slots */
	struct iop_guards *open;   /* whose slots may guard it; NULL: nobody's, since it was revoked */
	struct iop_guards *guards; /* the same, for good */
	pthread_mutex_t lock;
	pthread_cond_t no_guards;
	void (*drop)(void *value);
};

#define IOP_NOT_REVOKED 1u
#define IOP_GUARD	2u

/* What one thread guards without counting: one Revocable, once and .again times. Others read .held and set .awaited. */
struct iop_guard_slot {
	struct iop_guards *guards; /* who knows of this slot; IOP_NO_GUARDS: nobody yet, or no longer */
	struct iop_revocable *held;
	uint32_t again;
	uint32_t awaited; /* somebody waits for .held to change */
	struct iop_guard_slot *next;
	uint32_t ended;
};

#define IOP_NO_GUARDS ((struct iop_guards *)1)

#ifdef __cplusplus
template <class T>
struct iop_revocable_of {
	struct iop_revocable revocable;
	T value;
};
#define IOP_REVOCABLE(...) iop_revocable_of<__typeof__(__VA_ARGS__)>
#else
/** Type of a Revocable that holds a value of the given type. */
#define IOP_REVOCABLE(...)                      \
	struct {                                \
		struct iop_revocable revocable; \
		__typeof__(__VA_ARGS__) value;  \
	}
#endif

IOP_BEGIN_DECLS
/* The common part of the macros below; @value is what @revocable guards. */
void iop_revocable_start(struct iop_revocable *revocable, void (*drop)(void *value));
int iop_revocable_take_away(struct iop_revocable *revocable, void *value);
int iop_revocable_take_away_at_once(struct iop_revocable *revocable, void *value);
void iop_revocable_finish(struct iop_revocable *revocable, void *value);
/* The ways that are rare: a guard that is counted, a slot that does not do, a slot that somebody waits for. */
int iop_revocable_count_in(struct iop_revocable *revocable);
void iop_revocable_count_out(struct iop_revocable *revocable);
int iop_revocable_refused(struct iop_revocable *revocable);
void iop_guard_slot_awaited(void);
/* The guards that there are: exact while no other thread takes or gives back one. */
uint32_t iop_revocable_guards(struct iop_revocable *revocable);

/* Of the first kind, so that a shared object finds it without a call: it is small enough for the room that is kept for these. */
extern __thread struct iop_guard_slot iop_guard_slot __attribute__((tls_model("initial-exec")));
IOP_END_DECLS

/*
 * Returns 1 and takes a guard, or 0 if it was revoked. The slot is written before .open is read: the compiler keeps that order here,
 * the CPU wherever membarrier() of the revoking thread falls.
 */
IOP_INLINE int iop_revocable_enter(struct iop_revocable *revocable)
{
	struct iop_guard_slot *slot = &iop_guard_slot;

	if (__builtin_expect(__atomic_load_n(&slot->held, __ATOMIC_RELAXED) != NULL, 0))
		return iop_revocable_count_in(revocable);
	__atomic_store_n(&slot->held, revocable, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (__builtin_expect(__atomic_load_n(&revocable->open, __ATOMIC_ACQUIRE) != slot->guards, 0))
		return iop_revocable_refused(revocable);
	return 1;
}

/* Gives one guard back. Afterwards @revocable may be gone; the slot knows whether somebody waits. */
IOP_INLINE void iop_revocable_leave(struct iop_revocable *revocable)
{
	struct iop_guard_slot *slot = &iop_guard_slot;

	if (__builtin_expect(__atomic_load_n(&slot->held, __ATOMIC_RELAXED) != revocable || slot->again, 0)) {
		iop_revocable_count_out(revocable);
		return;
	}
	__atomic_store_n(&slot->held, (struct iop_revocable *)NULL, __ATOMIC_RELEASE);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (__builtin_expect(__atomic_load_n(&slot->awaited, __ATOMIC_RELAXED), 0))
		iop_guard_slot_awaited();
}

/**
 * Makes *@guarded hold a copy of *@from, its own from now on; @drop_value(&value) is called once, when it is revoked or dropped.
 * Cannot fail.
 */
#define iop_revocable_init(guarded, from, drop_value)                                 \
	__extension__({                                                               \
		IOP_AUTO iop_ri_ = (guarded);                                         \
		const __typeof__(iop_ri_->value) *iop_rv_ = (from);                   \
		__builtin_memcpy((void *)&iop_ri_->value, iop_rv_, sizeof(*iop_rv_)); \
		iop_revocable_start(&iop_ri_->revocable, (drop_value));               \
	})

/**
 * A pointer to the value, and a guard; or NULL and no guard if it was revoked. While any guard lives the value is not dropped.
 * Give the guard back with iop_revocable_release(). What a thread did under its guard happens before the value is dropped.
 */
#define iop_revocable_try_access(guarded)                       \
	__extension__({                                         \
		IOP_AUTO iop_rt_a_ = (guarded);                 \
		__typeof__(&iop_rt_a_->value) iop_rt_v_ = NULL; \
		if (iop_revocable_enter(&iop_rt_a_->revocable)) \
			iop_rt_v_ = &iop_rt_a_->value;          \
		iop_rt_v_;                                      \
	})

/** Gives one guard back. Panics with "no guard to release" if there is none. */
#define iop_revocable_release(guarded) iop_revocable_leave(&(guarded)->revocable)

/** Runs @f(pointer to the value, @arg) under a guard. Returns 1, or 0 if it was revoked; then @f is not called. */
#define iop_revocable_try_access_with(guarded, f, arg)                  \
	__extension__({                                                 \
		IOP_AUTO iop_rw_ = (guarded);                           \
		IOP_AUTO iop_rw_v_ = iop_revocable_try_access(iop_rw_); \
		if (iop_rw_v_) {                                        \
			(void)(f)(iop_rw_v_, (arg));                    \
			iop_revocable_release(iop_rw_);                 \
		}                                                       \
		iop_rw_v_ != NULL;                                      \
	})

/**
 * Revokes the value. The first caller prevents new guards, waits until all guards are released, drops the value and returns 1.
 * Later callers return 0 at once, also while the first one is still waiting.
 */
#define iop_revocable_revoke(guarded)                                          \
	__extension__({                                                        \
		IOP_AUTO iop_rr_ = (guarded);                                  \
		iop_revocable_take_away(&iop_rr_->revocable, &iop_rr_->value); \
	})

/**
 * The same without waiting, for a caller who knows that there is and can be no guard. Panics with "dropped under a guard" if there
 * is one.
 */
#define iop_revocable_revoke_nosync(guarded)                                           \
	__extension__({                                                                \
		IOP_AUTO iop_rn_ = (guarded);                                          \
		iop_revocable_take_away_at_once(&iop_rn_->revocable, &iop_rn_->value); \
	})

/**
 * Ends *@guarded: revokes without waiting, then frees what it is made of. No other thread may be in any of these functions; a live
 * guard is a panic as above. Only iop_revocable_init() may be called afterwards.
 */
#define iop_revocable_drop(guarded)                                         \
	__extension__({                                                     \
		IOP_AUTO iop_rd_ = (guarded);                               \
		iop_revocable_finish(&iop_rd_->revocable, &iop_rd_->value); \
	})

#endif
