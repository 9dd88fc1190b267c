/* SPDX-License-Identifier: MIT */
/* The interrupt of a UIO device: a read gives how many there have been, a write of 1 or 0 has the driver enable or disable it. */
#include <iopath/bus_uio.h>

#include <stdlib.h>
#include <unistd.h>

static int uio_take(struct iop_interrupt *irq, unsigned vector, uint64_t *count)
{
	uint32_t total;
	ssize_t n = read(irq->events[vector], &total, sizeof(total));

	if (n != (ssize_t)sizeof(total))
		return n < 0 ? -errno : -EIO;
	*count = (uint32_t)(total - irq->taken);
	irq->taken = total;
	return *count ? 0 : -EAGAIN;
}

static int uio_mask(struct iop_interrupt *irq, unsigned vector, int masked)
{
	int32_t on = !masked;
	ssize_t n = write(irq->events[vector], &on, sizeof(on));

	return n == (ssize_t)sizeof(on) ? 0 : n < 0 ? -errno : -EIO;
}

static void uio_disable(struct iop_interrupt *irq)
{
	struct iop_bus_uio *uio = irq->bus;

	uio_mask(irq, 0, 1);
	uio->events = irq->taken;
	__atomic_store_n(&uio->enabled, 0, __ATOMIC_RELEASE);
}

static const struct iop_interrupt_ops uio_ops = {.take = uio_take, .mask = uio_mask, .disable = uio_disable};

static int start(struct iop_interrupt *irq, const struct iop_bus_uio *uio)
{
	int err;

	irq->events = calloc(1, sizeof(*irq->events));
	if (!irq->events)
		return -ENOMEM;
	irq->events[0] = uio->device;
	err = uio_mask(irq, 0, 0);
	if (err == 0 || err == -ENOSYS)
		return 0;
	free(irq->events);
	return err;
}

int iop_bus_uio_enable(struct iop_interrupt *irq, struct iop_bus_uio *uio)
{
	int none = 0, err;

	*irq = (struct iop_interrupt){0};
	if (!__atomic_compare_exchange_n(&uio->enabled, &none, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return -EBUSY;
	*irq = (struct iop_interrupt){.ops = &uio_ops, .bus = uio, .vectors = 1, .taken = uio->events};
	err = start(irq, uio);
	if (err) {
		*irq = (struct iop_interrupt){0};
		__atomic_store_n(&uio->enabled, 0, __ATOMIC_RELEASE);
	}
	return err;
}
