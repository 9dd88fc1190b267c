/* SPDX-License-Identifier: MIT */
/**
 * interrupt.h - waiting for a device's interrupts
 *
 * A device that has something to say raises an interrupt; the kernel counts it and wakes up whoever waits. An interrupt owner is a
 * set of *vectors* (one, or as many as the device has messages) that are enabled until it is dropped. Where they come from is up to
 * the bus: bus_vfio.h (INTx, MSI, MSI-X), bus_uio.h (one interrupt).
 *
 *	struct iop_interrupt irq;
 *	err = iop_bus_vfio_enable(&irq, &vfio, IOP_BUS_VFIO_MSI, 1);
 *	err = iop_interrupt_wait(&irq, 0, 100000, NULL);                              at most 100 ms
 *	... ask the device what happened, and acknowledge it ...
 *	iop_interrupt_drop(&irq);
 *
 * A level-triggered interrupt (INTx, and what UIO drivers make of it) stays asserted until the device is told that it was handled, so
 * the kernel masks it when it comes. The order is: wait, acknowledge to the device, iop_interrupt_unmask(). A message (MSI, MSI-X)
 * needs no unmasking.
 *
 * Waiting orders nothing by itself: the device's memory is read by the accessors of its view, with their barriers. Different vectors
 * may be waited for by different threads. An owner must not move or be copied while it is in use.
 * Source: docs/semantics.md, row 57; Linux Documentation/driver-api/vfio.rst, Documentation/driver-api/uio-howto.rst.
 */
#ifndef IOPATH_INTERRUPT_H
#define IOPATH_INTERRUPT_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/error.h>
#include <iopath/lang.h>

struct iop_interrupt;

/** For buses: what they do with an enabled owner. Errors are negative errnos, the kernel's where it was asked. */
struct iop_interrupt_ops {
	/** Takes what came on @vector since this was last called. 0 and *@count > 0, or -EAGAIN: nothing. */
	int (*take)(struct iop_interrupt *irq, unsigned vector, uint64_t *count);
	int (*mask)(struct iop_interrupt *irq, unsigned vector, int masked);
	void (*disable)(struct iop_interrupt *irq);
};

/** Private. */
struct iop_interrupt {
	const struct iop_interrupt_ops *ops; /* NULL: the owner is empty */
	void *bus;
	unsigned kind; /* the bus's own */
	unsigned vectors;
	int *events;	/* a file for each, which is readable when something came */
	uint32_t taken; /* the bus's own */
};

IOP_BEGIN_DECLS

/** Number of vectors; 0 of an empty owner. */
unsigned iop_interrupt_vectors(const struct iop_interrupt *irq);

/**
 * Waits until an interrupt comes on @vector, at most @timeout_us microseconds, 0: for ever. What came before the call counts, once.
 * Returns 0 and, if @count is not NULL, how many came since the last time; or, and *@count is unchanged then:
 *	-ETIMEDOUT    none came, also not at the end of the time
 *	-EINVAL       there is no such vector
 *	-EINTR        a signal handler ran
 *	-EIO, ...     from the kernel
 */
IOP_MUST_CHECK int iop_interrupt_wait(struct iop_interrupt *irq, unsigned vector, uint64_t timeout_us, uint64_t *count);

/** The same without waiting: -EAGAIN if none came. */
IOP_MUST_CHECK int iop_interrupt_take(struct iop_interrupt *irq, unsigned vector, uint64_t *count);

/**
 * Masks and unmasks a vector. An interrupt that a device asserts while masked comes when it is unmasked. Returns 0, -EINVAL: there is
 * no such vector, or what the kernel says: VFIO masks INTx only (-ENOTTY for messages), and a UIO driver may have no control of it
 * (-ENOSYS of uio_pci_generic: it sets bit 10 of the command register, which config_pci.h can clear).
 */
IOP_MUST_CHECK int iop_interrupt_mask(struct iop_interrupt *irq, unsigned vector);
IOP_MUST_CHECK int iop_interrupt_unmask(struct iop_interrupt *irq, unsigned vector);

/** A file descriptor that poll() and epoll find readable when something came; iop_interrupt_take() empties it. Or -EINVAL. */
int iop_interrupt_fd(const struct iop_interrupt *irq, unsigned vector);

/** Disables the interrupts. The owner is empty then; dropping an empty one does nothing. */
void iop_interrupt_drop(struct iop_interrupt *irq);

IOP_END_DECLS

#endif
