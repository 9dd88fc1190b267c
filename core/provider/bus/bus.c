/* SPDX-License-Identifier: MIT */
#include <iopath/bus.h>

#include <iopath/event.h>
#include <iopath/lease.h>

static void count(size_t *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static size_t counted(const size_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

void iop_bus_init(struct iop_bus *bus, const struct iop_bus_ops *ops, void *self)
{
	*bus = (struct iop_bus){.ops = ops, .bus = self};
}

int iop_bus_resource(struct iop_bus *bus, unsigned index, struct iop_resource *resource)
{
	return bus->ops->resource(bus->bus, index, resource);
}

int iop_bus_request(struct iop_bus *bus, const struct iop_resource *resource, const char *name)
{
	if (bus->ops->request_region(bus->bus, resource, name))
		return -EBUSY;
	count(&bus->counts.requests);
	return 0;
}

void iop_bus_release(struct iop_bus *bus, const struct iop_resource *resource)
{
	bus->ops->release_region(bus->bus, resource);
	count(&bus->counts.releases);
}

void *iop_bus_map(struct iop_bus *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	void *address = bus->ops->ioremap(bus->bus, resource, size, how);

	if (address)
		count(&bus->counts.maps);
	return address;
}

void iop_bus_unmap(struct iop_bus *bus, const struct iop_resource *resource, void *address, size_t size)
{
	bus->ops->iounmap(bus->bus, resource, address, size);
	count(&bus->counts.unmaps);
}

int iop_bus_reset(struct iop_bus *bus)
{
	int err = bus->ops->reset ? bus->ops->reset(bus->bus) : -ENOTTY;

	if (err == -ENOTTY)
		return err;
	/* One that failed may have got half way. */
	count(&bus->counts.resets);
	iop_lease_reset(bus);
	iop_event(IOP_EVENT_RS, IOP_EVENT_BUS, 0, (uintptr_t)bus, 0);
	return err;
}

struct iop_bus_counts iop_bus_counts(const struct iop_bus *bus)
{
	return (struct iop_bus_counts){
		.requests = counted(&bus->counts.requests),
		.releases = counted(&bus->counts.releases),
		.maps = counted(&bus->counts.maps),
		.unmaps = counted(&bus->counts.unmaps),
		.resets = counted(&bus->counts.resets),
	};
}

int iop_bus_balanced(const struct iop_bus *bus)
{
	struct iop_bus_counts counts = iop_bus_counts(bus);

	return counts.maps == counts.unmaps && counts.requests == counts.releases;
}
