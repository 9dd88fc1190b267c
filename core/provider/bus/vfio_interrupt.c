/* SPDX-License-Identifier: MIT */
/* Interrupts of a function under VFIO: the kernel adds 1 to an eventfd for each. */
#include <iopath/bus_vfio.h>

#include "../config/transact.h"

#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned index_of(unsigned kind)
{
	static const unsigned indices[] = {
		[IOP_BUS_VFIO_INTX] = VFIO_PCI_INTX_IRQ_INDEX,
		[IOP_BUS_VFIO_MSI] = VFIO_PCI_MSI_IRQ_INDEX,
		[IOP_BUS_VFIO_MSIX] = VFIO_PCI_MSIX_IRQ_INDEX,
	};

	return indices[kind];
}

int iop_bus_vfio_vectors(const struct iop_bus_vfio *vfio, enum iop_bus_vfio_interrupt kind)
{
	struct vfio_irq_info info = {.argsz = sizeof(info), .index = index_of(kind)};

	return ioctl(vfio->device, VFIO_DEVICE_GET_IRQ_INFO, &info) ? -errno : (int)info.count;
}

/* An order without data: to @count vectors from @start on. */
static int order(const struct iop_interrupt *irq, uint32_t action, unsigned start, unsigned count)
{
	const struct iop_bus_vfio *vfio = irq->bus;
	struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_NONE | action,
		.index = index_of(irq->kind),
		.start = start,
		.count = count,
	};

	return ioctl(vfio->device, VFIO_DEVICE_SET_IRQS, &set) ? -errno : 0;
}

/* Has the kernel signal the events. A positive answer is how many vectors there would be. */
static int connect(const struct iop_interrupt *irq)
{
	const struct iop_bus_vfio *vfio = irq->bus;
	size_t data = irq->vectors * sizeof(int32_t);
	struct vfio_irq_set *set = calloc(1, sizeof(*set) + data);
	int answer;

	if (!set)
		return -ENOMEM;
	set->argsz = (uint32_t)(sizeof(*set) + data);
	set->flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	set->index = index_of(irq->kind);
	set->count = irq->vectors;
	memcpy(set->data, irq->events, data);
	answer = ioctl(vfio->device, VFIO_DEVICE_SET_IRQS, set);
	answer = answer < 0 ? -errno : answer > 0 ? -ENOSPC : 0;
	free(set);
	return answer;
}

static int vfio_take(struct iop_interrupt *irq, unsigned vector, uint64_t *count)
{
	ssize_t n = read(irq->events[vector], count, sizeof(*count));

	return n == (ssize_t)sizeof(*count) ? 0 : n < 0 ? -errno : -EIO;
}

static int vfio_mask(struct iop_interrupt *irq, unsigned vector, int masked)
{
	return order(irq, masked ? VFIO_IRQ_SET_ACTION_MASK : VFIO_IRQ_SET_ACTION_UNMASK, vector, 1);
}

static void close_events(struct iop_interrupt *irq, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		close(irq->events[i]);
}

static void vfio_disable(struct iop_interrupt *irq)
{
	struct iop_bus_vfio *vfio = irq->bus;

	order(irq, VFIO_IRQ_SET_ACTION_TRIGGER, 0, 0);
	close_events(irq, irq->vectors);
	__atomic_store_n(&vfio->enabled, 0, __ATOMIC_RELEASE);
}

static const struct iop_interrupt_ops vfio_ops = {.take = vfio_take, .mask = vfio_mask, .disable = vfio_disable};

static int open_events(struct iop_interrupt *irq)
{
	irq->events = calloc(irq->vectors, sizeof(*irq->events));
	if (!irq->events)
		return -ENOMEM;
	for (unsigned i = 0; i < irq->vectors; i++) {
		irq->events[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (irq->events[i] < 0) {
			int err = -errno;

			close_events(irq, i);
			free(irq->events);
			return err ? err : -EIO;
		}
	}
	return 0;
}

/* A message is a write to memory, which a function makes only if it may master the bus. */
static int let_it_write(struct iop_interrupt *irq)
{
	struct iop_bus_vfio *vfio = irq->bus;
	uint32_t command;
	int err = config_read(&vfio->config, PCI_COMMAND, 2, &command);

	if (err || command & PCI_COMMAND_MASTER)
		return err;
	return config_write(&vfio->config, PCI_COMMAND, 2, command | PCI_COMMAND_MASTER);
}

static int start(struct iop_interrupt *irq)
{
	int err = irq->kind == IOP_BUS_VFIO_INTX ? 0 : let_it_write(irq);

	if (!err)
		err = open_events(irq);

	if (err)
		return err;
	err = connect(irq);
	if (err) {
		close_events(irq, irq->vectors);
		free(irq->events);
	}
	return err;
}

int iop_bus_vfio_enable(struct iop_interrupt *irq, struct iop_bus_vfio *vfio, enum iop_bus_vfio_interrupt kind, unsigned vectors)
{
	int available = iop_bus_vfio_vectors(vfio, kind), none = 0, err;

	*irq = (struct iop_interrupt){0};
	if (available < 0)
		return available;
	if (vectors == 0 || vectors > (unsigned)available)
		return -EINVAL;
	/* Enabling a second time would take the events away from the first owner. */
	if (!__atomic_compare_exchange_n(&vfio->enabled, &none, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return -EBUSY;
	*irq = (struct iop_interrupt){.ops = &vfio_ops, .bus = vfio, .kind = kind, .vectors = vectors};
	err = start(irq);
	if (err) {
		*irq = (struct iop_interrupt){0};
		__atomic_store_n(&vfio->enabled, 0, __ATOMIC_RELEASE);
	}
	return err;
}
