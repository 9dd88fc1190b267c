/* SPDX-License-Identifier: MIT */
/**
 * config.h - PCI configuration space: ConfigSpace
 *
 * Every PCI function has 256 bytes of registers that identify it and locate its memory; a PCI Express function has 4096. They are
 * not mapped anywhere: each access is a transaction of 1, 2 or 4 bytes, and the address of a ConfigSpace view is the offset in
 * config space (alignment included), the full view's is 0. A view carries its device.
 *
 *	iop_config_normal config = iop_config_space(&device);
 *	uint16_t vendor = iop_read16(config, 0x00);
 *	iop_update16(config, 0x04, command, (uint16_t)(command | 0x0004));             one read, then one write
 *	err = iop_try_cast(config, struct header, &header);                            and then iop_project(header, .vendor)
 *
 * Widths are u8, u16 and u32; there is no 64-bit access in any profile, and no copying. Values are in CPU order whatever the
 * machine's byte order is: the accessor assembles them. No barrier goes with an access. Transactions of one device are serialised
 * by a lock of its own, so views may be used from several threads; iop_update is still two transactions.
 *
 * Errors of the bus do not reach the caller, as in the kernel: a read that fails (the device is gone, the bus reports an error)
 * gives all ones of its width, a write that fails is lost. iop_config_lost() returns how many failed.
 *
 * A *transport* carries out transactions: a simulated device (config_sim.h), a function of this machine (config_pci.h, a library of
 * its own because it needs libpci), or one of yours: two functions in a struct iop_config_ops.
 * Source: docs/semantics.md, row 7; drivers/pci/access.c.
 */
#ifndef IOPATH_CONFIG_H
#define IOPATH_CONFIG_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/event.h>
#include <iopath/view.h>

#include <pthread.h>

/**
 * A transport. The accessor calls one function at a time for a device, with @width 1, 2 or 4 and @offset a multiple of it; values
 * are numbers, so it is the transport that knows config space to be little-endian. A negative errno is an error of the bus: it is
 * counted, the caller of the accessor does not see it.
 */
struct iop_config_ops {
	int (*read)(void *bus, size_t offset, unsigned width, uint32_t *value);
	int (*write)(void *bus, size_t offset, unsigned width, uint32_t value);
};

/** Transactions that failed. @last is the error of the latest one, 0 if there was none. */
struct iop_config_lost {
	uint64_t reads, writes;
	int last;
};

/** A function's config space. Must not move while it is in use; its members are private. */
struct iop_config_device {
	const struct iop_config_ops *ops;
	void *bus; /* the transport's own, first argument of its functions */
	size_t cfg_size;
	unsigned widths; /* those that reach the function */
	struct iop_config_lost lost;
	pthread_mutex_t lock;
	IOP_LEASE_MEMBER
};

struct iop_config {
	uintptr_t addr;
	IOP_LEASE_MEMBER
	struct iop_config_device *device;
};

/** View type; the argument is a type, IOP_SLICE(E) or IOP_REGION(MIN). */
#define IOP_CONFIG(...) IOP_VIEW_TYPE(struct iop_config, __VA_ARGS__)
/** The same of what takes the widths of @set only. */
#define IOP_CONFIG_WIDTHS(set, ...) IOP_VIEW_TYPE_WITHIN(struct iop_config, set, __VA_ARGS__)

/** The two whole config spaces. */
typedef IOP_CONFIG(IOP_REGION(256)) iop_config_normal;
typedef IOP_CONFIG(IOP_REGION(4096)) iop_config_extended;

/* Without these two capabilities copies and 64-bit accesses do not compile. */
enum {
	iop_config_caps = IOP_CAN_ACCESS
};

IOP_BEGIN_DECLS

/**
 * For transports: makes @device one of @cfg_size bytes whose transactions go to @ops and @bus. Cannot fail; does not check its
 * arguments.
 */
void iop_config_device_init(struct iop_config_device *device, const struct iop_config_ops *ops, void *bus, size_t cfg_size);

/**
 * For transports: the widths of access that reach @device are those of @set (widths.h); 1, 2 and 4 where nothing is said. Some host
 * bridges pass 32-bit accesses only.
 */
void iop_config_device_takes(struct iop_config_device *device, unsigned set);

/** For transports: ends @device. Views of it are stale from now on. */
void iop_config_device_end(struct iop_config_device *device);

/**
 * Size of the config space, 256 or 4096. Any other size is a bug of the transport and a panic ("config space is neither 256 nor
 * 4096 bytes"). Source: docs/semantics.md, row 7.
 */
size_t iop_config_size(const struct iop_config_device *device);

/** How many transactions have failed so far. The kernel has no such count. */
struct iop_config_lost iop_config_lost(struct iop_config_device *device);

/*
 * What a load or store of a view does. One transaction under the device's lock; all ones or nothing when it fails. A misaligned
 * offset, which no valid view can have, makes no transaction: a read returns 0, a write is dropped.
 */
uint32_t iop_config_transact_read(struct iop_config_device *device, size_t offset, unsigned width);
void iop_config_transact_write(struct iop_config_device *device, size_t offset, unsigned width, uint32_t value);

/* Panics with "width not taken" where not all of 1, 2 and 4 reach the function. */
void iop_config_any_width(const struct iop_config_device *device);

/* What a view whose type takes @takes and guarantees @min bytes is of @device: 0, or -EINVAL. */
int iop_config_take(const struct iop_config_device *device, unsigned takes, size_t min, size_t *len);

IOP_END_DECLS

/* An event holds the number of the transaction, as there is no memory that could give its order. */
IOP_INLINE uint64_t iop_config_load(struct iop_config raw, unsigned width)
{
	uint32_t value;

	IOP_LEASE_CHECK(raw);
	value = iop_config_transact_read(raw.device, raw.addr, width);
	iop_event(IOP_EVENT_LD, IOP_EVENT_CONFIG, width, raw.addr, value);
	return value;
}

IOP_INLINE void iop_config_store(struct iop_config raw, unsigned width, uint64_t value)
{
	IOP_LEASE_CHECK(raw);
	iop_config_transact_write(raw.device, raw.addr, width, (uint32_t)value);
	iop_event(IOP_EVENT_ST, IOP_EVENT_CONFIG, width, raw.addr, value);
}

IOP_INLINE struct iop_config iop_config_advance(struct iop_config raw, size_t delta)
{
	IOP_LEASE_CHECK(raw);
	raw.addr += delta;
	return raw;
}

IOP_CANNOT_COPY(config)
IOP_DEFINE_BACKEND(config)

IOP_INLINE struct iop_config iop_config_handle(struct iop_config_device *device)
{
	struct iop_config raw;

	raw.addr = 0;
	raw.device = device;
	IOP_LEASE_SET(raw, device->lease);
	return raw;
}

/**
 * The config space of any function: infallible access to the 256 bytes that all have. Its size at run time is that of the device,
 * so on a PCI Express function fallible access reaches all 4096 bytes through it. Cannot fail; panics as iop_config_size() does, and
 * with "width not taken" where not all widths reach the function (iop_config_space_widths).
 * Source: docs/semantics.md, row 7.
 */
IOP_INLINE iop_config_normal iop_config_space(struct iop_config_device *device)
{
	iop_config_normal view;

	iop_config_any_width(device);
	view.len[0] = iop_config_size(device);
	view.raw = iop_config_handle(device);
	return view;
}

/**
 * Makes *@view the 4096 bytes of a PCI Express function: infallible access to all of them.
 * Returns 0, or -EINVAL if the function has 256 bytes only, or not all widths reach it; then *@view is unchanged. Panics as iop_config_size() does.
 * Source: docs/semantics.md, row 7.
 */
IOP_MUST_CHECK IOP_INLINE int iop_config_space_extended(struct iop_config_device *device, iop_config_extended *view)
{
	int err = iop_config_take(device, IOP_WIDTHS(1, 2, 4), 4096, view->len);

	if (err)
		return err;
	view->raw = iop_config_handle(device);
	return 0;
}

/**
 * Makes *@view, of an IOP_CONFIG_WIDTHS(set, IOP_REGION(MIN)), the config space of @function. Returns 0; or -EINVAL, *@view unchanged, if
 * its set has a width that does not reach the function, or the function has fewer than MIN bytes.
 */
#define iop_config_space_widths(view, function) IOP_RESULT_(IOP_CONFIG_SPACE_WIDTHS_(view, function))
#define IOP_CONFIG_SPACE_WIDTHS_(view, function)                                                                                 \
	__extension__({                                                                                                          \
		IOP_AUTO iop_cv_ = (view);                                                                                       \
		struct iop_config_device *iop_cd_ = (function);                                                                  \
		IOP_ASSERT(IOP_IS_BACKEND(*iop_cv_, config) && IOP_IS_REGION(*iop_cv_), "iopath: not a Region of config space"); \
		int iop_ce_ = iop_config_take(iop_cd_, (unsigned)IOP_TAKES_(*iop_cv_), iop_min_size(*iop_cv_), iop_cv_->len);    \
		if (!iop_ce_)                                                                                                    \
			iop_cv_->raw = iop_config_handle(iop_cd_);                                                               \
		iop_ce_;                                                                                                         \
	})

#endif
