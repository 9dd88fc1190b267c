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
 * number of threads may hold guards, and one may hold several. The kernel's guard is an RCU read-side section, which is almost
 * free; this one is a shared count with two atomic operations for each guard, because userspace has no RCU. The value is dropped
 * exactly once, in any order of events.
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

/** The part that does not depend on the value. Must not move while it is in use. */
struct iop_revocable {
	uint32_t state; /* bit 0: revoked; above: number of guards */
	pthread_mutex_t lock;
	pthread_cond_t no_guards;
	void (*drop)(void *value);
};

#define IOP_REVOKED 1u
#define IOP_GUARD   2u

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
void iop_revocable_last_guard(struct iop_revocable *revocable);
IOP_END_DECLS

/* Returns 1 and takes a guard, or 0 if it was revoked. */
IOP_INLINE int iop_revocable_enter(struct iop_revocable *revocable)
{
	uint32_t state = __atomic_load_n(&revocable->state, __ATOMIC_RELAXED);

	do {
		if (__builtin_expect(state & IOP_REVOKED, 0))
			return 0;
	} while (!__atomic_compare_exchange_n(&revocable->state, &state, state + IOP_GUARD, 1, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	return 1;
}

/* Gives one guard back. After a revocation, a thread may be waiting for that. */
IOP_INLINE void iop_revocable_leave(struct iop_revocable *revocable)
{
	uint32_t state = __atomic_load_n(&revocable->state, __ATOMIC_RELAXED);

	do {
		if (__builtin_expect(state < IOP_GUARD || (state & IOP_REVOKED), 0)) {
			iop_revocable_last_guard(revocable);
			return;
		}
	} while (!__atomic_compare_exchange_n(&revocable->state, &state, state - IOP_GUARD, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
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
