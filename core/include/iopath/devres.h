/* SPDX-License-Identifier: MIT */
/**
 * devres.h - data that lives while a driver is bound to its device: Devres
 *
 * A mapping of a device's registers must be gone when the driver is unbound, even if code still holds it. A Devres takes the owner
 * of such a mapping, or any other value, and drops it when the device is unbound or when the Devres itself is dropped, whichever
 * comes first; exactly once, also when both come at the same time. Until then there are two ways to access it:
 *
 *	typedef IOP_BAR(0x1000) nic_bar;
 *	typedef IOP_DEVRES(nic_bar) nic_devres;
 *
 *	nic_devres nic;
 *	err = iop_devres_from_owner(&nic, &device, &bar);          into_devres: the bar is no longer ours
 *
 *	err = iop_devres_access(&nic, &device, &pointer);          the caller knows that the driver is bound: no guard
 *
 *	nic_bar *bar = iop_devres_try_access(&nic);                the caller does not know: a guard, as in revocable.h
 *	if (!bar)
 *		return -ENXIO;
 *	iop_write32(*bar, 1, 0x100);
 *	iop_devres_release(&nic);
 *
 *	iop_devres_drop(&nic);
 *
 * Unbinding waits for guards; so a guard's holder must not sleep, and must not unbind the device or drop the Devres.
 * Source: docs/semantics.md, row 38.
 */
#ifndef IOPATH_DEVRES_H
#define IOPATH_DEVRES_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/bar.h>
#include <iopath/device.h>
#include <iopath/revocable.h>

/*
 * What a Devres and its unbind action share: freed by the later of the two. The action must outlast the value, so if the Devres
 * drops it, the action waits for .dropped.
 */
struct iop_devres_inner {
	struct iop_revocable revocable;
	struct iop_device *device;
	uint32_t references;
	int dropped;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned char value[] __attribute__((aligned(16)));
};

struct iop_devres {
	struct iop_devres_inner *inner; /**< NULL: empty */
};

#ifdef __cplusplus
template <class T>
struct iop_devres_of {
	struct iop_devres devres;
	T *as[0];
};
#define IOP_DEVRES(...) iop_with_witness<iop_devres_of<__typeof__(__VA_ARGS__)>>
#else
/** Type of a Devres that holds a value of the given type. */
#define IOP_DEVRES(...)                                       \
	struct {                                              \
		struct iop_devres devres;                     \
		__extension__ __typeof__(__VA_ARGS__) *as[0]; \
	}
#endif

IOP_BEGIN_DECLS
/* The common part of the macros below: the value is @size bytes at @value. */
IOP_MUST_CHECK int iop_devres_start(struct iop_devres *devres, struct iop_device *device, void *value, size_t size,
				    void (*drop)(void *value));
void iop_devres_finish(struct iop_devres *devres);
IOP_END_DECLS

#define IOP_DEVRES_VALUE_(d) ((__typeof__((d)->as[0]))(void *)(d)->devres.inner->value)

/**
 * Moves *@from into *@held, until @target is unbound; @drop_value(&value) is called once. Returns 0; or the error of registering
 * the unbind action, -ENODEV (not bound) or -ENOMEM; then the value has been dropped and *@held is empty. In both cases *@from must
 * not be used again.
 */
#define iop_devres_new(held, target, from, drop_value)                                                                \
	__extension__({                                                                                               \
		IOP_AUTO iop_dn_ = (held);                                                                            \
		__typeof__(iop_dn_->as[0]) iop_df_ = (from);                                                          \
		IOP_ASSERT(IOP_ALIGNOF(__typeof__(*iop_df_)) <= 16, "iopath: a Devres aligns its value to 16 bytes"); \
		iop_devres_start(&iop_dn_->devres, (target), iop_df_, sizeof(*iop_df_), (drop_value));                \
	})

/** into_devres of a Bar, IoMem or ExclusiveIoMem: the same for *@owner, which is left empty. */
#define iop_devres_from_owner(held, target, owner)                                                                   \
	__extension__({                                                                                              \
		IOP_AUTO iop_do_ = (owner);                                                                          \
		const struct iop_mapping *iop_dm_ = &iop_do_->hold.mapping;                                          \
		IOP_ASSERT(sizeof(*iop_do_) == sizeof(struct iop_any_mapping), "iopath: not an owner of a mapping"); \
		(void)iop_dm_;                                                                                       \
		int iop_de_ = iop_devres_new((held), (target), iop_do_, iop_any_mapping_drop);                       \
		__builtin_memset((void *)iop_do_, 0, sizeof(*iop_do_));                                              \
		iop_de_;                                                                                             \
	})

/**
 * Sets *@pointer to the value. The caller promises that the driver is bound to @which and stays so while the pointer is used: there
 * is no guard, unbinding does not wait, and afterwards the value is a dropped one (in debug builds its views are stale). Returns 0,
 * or -EINVAL if @which is another device.
 */
#define iop_devres_access(held, which, pointer)                                         \
	__extension__({                                                                 \
		IOP_AUTO iop_da_ = (held);                                              \
		int iop_da_e_ = iop_da_->devres.inner->device == (which) ? 0 : -EINVAL; \
		if (!iop_da_e_)                                                         \
			*(pointer) = IOP_DEVRES_VALUE_(iop_da_);                        \
		iop_da_e_;                                                              \
	})

/** A pointer to the value and a guard, or NULL once the driver is being unbound. As iop_revocable_try_access(). */
#define iop_devres_try_access(held)                                         \
	__extension__({                                                     \
		IOP_AUTO iop_dt_ = (held);                                  \
		__typeof__(iop_dt_->as[0]) iop_dt_v_ = NULL;                \
		if (iop_revocable_enter(&iop_dt_->devres.inner->revocable)) \
			iop_dt_v_ = IOP_DEVRES_VALUE_(iop_dt_);             \
		iop_dt_v_;                                                  \
	})

/** Gives one guard back. */
#define iop_devres_release(held) iop_revocable_leave(&(held)->devres.inner->revocable)

/** Runs @f(pointer to the value, @arg) under a guard. Returns 1, or 0 and @f is not called. */
#define iop_devres_try_access_with(held, f, arg)                     \
	__extension__({                                              \
		IOP_AUTO iop_dw_ = (held);                           \
		IOP_AUTO iop_dw_v_ = iop_devres_try_access(iop_dw_); \
		if (iop_dw_v_) {                                     \
			(void)(f)(iop_dw_v_, (arg));                 \
			iop_devres_release(iop_dw_);                 \
		}                                                    \
		iop_dw_v_ != NULL;                                   \
	})

/**
 * Drops *@held: if the value is still there, drops it without waiting (a live guard is a panic, "dropped under a guard") and
 * removes the unbind action; if unbinding already runs the action, that continues once the value is gone. Returns without waiting
 * for the unbinding. *@held is empty then; dropping an empty one does nothing.
 */
#define iop_devres_drop(held) iop_devres_finish(&(held)->devres)

#endif
