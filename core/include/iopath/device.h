/* SPDX-License-Identifier: MIT */
/**
 * device.h - a device that a driver is bound to, and what happens when it no longer is
 *
 * The part of a device that owners need: an identity, and a list of *unbind actions*. When the driver is unbound, each action is
 * run once, the latest first, and unbinding is over when the last one has returned. Its resources belong to a bus (bus.h).
 *
 * All functions may be called from several threads; actions run in the thread that unbinds, without a lock, and may call them too.
 * Source: docs/semantics.md, row 38; Linux Documentation/driver-api/driver-model/devres.rst.
 */
#ifndef IOPATH_DEVICE_H
#define IOPATH_DEVICE_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/error.h>
#include <iopath/lang.h>

#include <pthread.h>

/** Must not move while it is in use; its members are private. */
struct iop_device {
	const char *name;
	struct iop_unbind_action *actions; /* latest first */
	int bound;
	int fail_next; /* what the next registration fails with, or 0 */
	pthread_mutex_t lock;
};

IOP_BEGIN_DECLS

/** A bound device without actions. @name must live as long as it does. Returns 0 or a negative errno. */
IOP_MUST_CHECK int iop_device_init(struct iop_device *device, const char *name);

/** Ends it: unbinds, if that has not happened. */
void iop_device_end(struct iop_device *device);

/**
 * Has @run(@data) called when the driver is unbound. Returns 0; -ENODEV if it was unbound; -ENOMEM. Then @run will not be called.
 */
IOP_MUST_CHECK int iop_device_add_action(struct iop_device *device, void (*run)(void *data), void *data);

/**
 * Removes the latest such action from the list without running it. Returns 0; -ENOENT if there is none, or unbinding has begun to
 * run it.
 */
int iop_device_remove_action(struct iop_device *device, void (*run)(void *data), void *data);

/** Number of actions on the list. */
size_t iop_device_actions(struct iop_device *device);

/** Unbinds the driver: runs and removes all actions. Does nothing the second time; does not wait for another thread's unbinding. */
void iop_device_unbind(struct iop_device *device);

/** For tests: the next registration fails with @err, a negative errno. */
void iop_device_fail_next(struct iop_device *device, int err);

IOP_END_DECLS

#endif
