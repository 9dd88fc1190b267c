/* SPDX-License-Identifier: MIT */
#include <iopath/bus_sim.h>

#include <iopath/panic.h>

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NEVER UINT64_MAX

/* With the lock held: is this the step that has to fail? */
static int fails(struct iop_bus_sim *sim)
{
	return sim->steps++ == sim->fail_at;
}

static int sim_resource(void *bus, unsigned index, struct iop_resource *resource)
{
	struct iop_bus_sim *sim = bus;

	if (index >= IOP_BUS_SIM_RESOURCES)
		return -EINVAL;
	pthread_mutex_lock(&sim->lock);
	*resource = sim->resources[index];
	pthread_mutex_unlock(&sim->lock);
	return 0;
}

static int sim_request(void *bus, const struct iop_resource *resource, const char *name)
{
	struct iop_bus_sim *sim = bus;
	int refused;

	(void)name;
	pthread_mutex_lock(&sim->lock);
	refused = fails(sim) || sim->requested[resource->index];
	if (!refused)
		sim->requested[resource->index] = 1;
	pthread_mutex_unlock(&sim->lock);
	return refused ? -EBUSY : 0;
}

static void sim_release(void *bus, const struct iop_resource *resource)
{
	struct iop_bus_sim *sim = bus;

	pthread_mutex_lock(&sim->lock);
	if (!sim->requested[resource->index])
		sim->misuses++;
	sim->requested[resource->index] = 0;
	pthread_mutex_unlock(&sim->lock);
}

/* The pages of one mapping: its first byte lies @misalign after a page boundary. */
static void *map_pages(struct iop_bus_sim *sim, unsigned index, size_t size)
{
	size_t misalign = sim->misalign[index], bytes;
	int *file = &sim->memory[index];
	off_t end;
	void *pages;

	if (__builtin_add_overflow(size, misalign, &bytes) || __builtin_add_overflow(bytes, 0, &end))
		return NULL;
	if (*file < 0)
		*file = memfd_create("iopath-bus-sim", MFD_CLOEXEC);
	if (*file < 0)
		return NULL;
	if (lseek(*file, 0, SEEK_END) < end && ftruncate(*file, end))
		return NULL;
	pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, *file, 0);
	return pages == MAP_FAILED ? NULL : (char *)pages + misalign;
}

static struct iop_bus_sim_mapping *find(struct iop_bus_sim *sim, const void *address)
{
	for (size_t i = 0; i < IOP_BUS_SIM_MAPPINGS; i++)
		if (sim->mappings[i].address == address)
			return &sim->mappings[i];
	return NULL;
}

static void *sim_ioremap(void *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	struct iop_bus_sim *sim = bus;
	struct iop_bus_sim_mapping *mapping;
	void *address = NULL;

	pthread_mutex_lock(&sim->lock);
	mapping = find(sim, NULL);
	if (!fails(sim) && mapping && (how != IOP_IOREMAP_WC || resource->flags & IOP_RESOURCE_PREFETCHABLE))
		address = map_pages(sim, resource->index, size);
	if (address)
		*mapping = (struct iop_bus_sim_mapping){address, size, resource->index, how};
	pthread_mutex_unlock(&sim->lock);
	return address;
}

static void sim_iounmap(void *bus, const struct iop_resource *resource, void *address, size_t size)
{
	struct iop_bus_sim *sim = bus;
	struct iop_bus_sim_mapping *mapping;
	size_t misalign = (uintptr_t)address % (size_t)sysconf(_SC_PAGESIZE);

	pthread_mutex_lock(&sim->lock);
	mapping = address ? find(sim, address) : NULL;
	if (mapping && mapping->size == size && mapping->index == resource->index) {
		munmap((char *)address - misalign, size + misalign);
		mapping->address = NULL;
	} else {
		sim->misuses++;
	}
	pthread_mutex_unlock(&sim->lock);
}

/* Registers are as after power-on, which is 0, also to those who have them mapped. */
static int clear(int file)
{
	off_t end = lseek(file, 0, SEEK_END);

	return end <= 0 || fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, end) == 0 ? 0 : -EIO;
}

static int sim_reset(void *bus)
{
	struct iop_bus_sim *sim = bus;
	int err = 0;

	pthread_mutex_lock(&sim->lock);
	if (!sim->resettable)
		err = -ENOTTY;
	else if (fails(sim))
		err = -EIO;
	for (unsigned i = 0; !err && i < IOP_BUS_SIM_RESOURCES; i++)
		err = sim->memory[i] < 0 ? 0 : clear(sim->memory[i]);
	pthread_mutex_unlock(&sim->lock);
	return err;
}

static const struct iop_bus_ops sim_ops = {
	.resource = sim_resource,
	.request_region = sim_request,
	.release_region = sim_release,
	.ioremap = sim_ioremap,
	.iounmap = sim_iounmap,
	.reset = sim_reset,
};

int iop_bus_sim_init(struct iop_bus_sim *sim)
{
	memset(sim, 0, sizeof(*sim));
	iop_bus_init(&sim->bus, &sim_ops, sim);
	for (unsigned i = 0; i < IOP_BUS_SIM_RESOURCES; i++) {
		sim->resources[i].index = i;
		sim->memory[i] = -1;
	}
	sim->fail_at = NEVER;
	return -pthread_mutex_init(&sim->lock, NULL);
}

int iop_bus_sim_end(struct iop_bus_sim *sim)
{
	int behaved = iop_bus_balanced(&sim->bus) && !iop_bus_sim_misuses(sim);

	for (unsigned i = 0; i < IOP_BUS_SIM_RESOURCES; i++)
		if (sim->memory[i] >= 0)
			close(sim->memory[i]);
	pthread_mutex_destroy(&sim->lock);
	return behaved ? 0 : -EBUSY;
}

/* @index, which must be one of the table. */
static unsigned checked(unsigned index)
{
	if (index < IOP_BUS_SIM_RESOURCES)
		return index;
	iop_panic_numbers("no such simulated resource", "index", index, NULL, 0, NULL, 0);
}

void iop_bus_sim_set(struct iop_bus_sim *sim, struct iop_resource resource)
{
	unsigned index = checked(resource.index);

	pthread_mutex_lock(&sim->lock);
	sim->resources[index] = resource;
	pthread_mutex_unlock(&sim->lock);
}

void iop_bus_sim_misalign(struct iop_bus_sim *sim, unsigned index, size_t bytes)
{
	size_t *misalign = &sim->misalign[checked(index)];

	if (bytes >= 4096)
		iop_panic_numbers("misaligned by more than a page", "bytes", bytes, NULL, 0, NULL, 0);
	pthread_mutex_lock(&sim->lock);
	*misalign = bytes;
	pthread_mutex_unlock(&sim->lock);
}

void iop_bus_sim_fail(struct iop_bus_sim *sim, uint64_t after)
{
	pthread_mutex_lock(&sim->lock);
	sim->fail_at = sim->steps + after;
	pthread_mutex_unlock(&sim->lock);
}

void iop_bus_sim_resettable(struct iop_bus_sim *sim, int resettable)
{
	pthread_mutex_lock(&sim->lock);
	sim->resettable = resettable;
	pthread_mutex_unlock(&sim->lock);
}

int iop_bus_sim_how(struct iop_bus_sim *sim, unsigned index)
{
	int how = -ENOENT;

	pthread_mutex_lock(&sim->lock);
	for (size_t i = 0; i < IOP_BUS_SIM_MAPPINGS; i++)
		if (sim->mappings[i].address && sim->mappings[i].index == index)
			how = (int)sim->mappings[i].how;
	pthread_mutex_unlock(&sim->lock);
	return how;
}

static const struct iop_bus_sim_mapping *mapping_of(const struct iop_bus_sim *sim, uintptr_t addr)
{
	for (size_t i = 0; i < IOP_BUS_SIM_MAPPINGS; i++) {
		const struct iop_bus_sim_mapping *m = &sim->mappings[i];

		if (m->address && addr - (uintptr_t)m->address < m->size)
			return m;
	}
	return NULL;
}

static const char *device_illegal(const struct iop_bus_sim *sim, const struct iop_event *event)
{
	if (event->source == IOP_EVENT_WC)
		return "write-combining access to a device mapping";
	if (event->source == IOP_EVENT_SYSMEM)
		return "memory access to a device mapping";
	if (sim->unflushed && event->kind == IOP_EVENT_ST && event->source == IOP_EVENT_MMIO)
		return "WC stores not flushed";
	return NULL;
}

static const char *wc_illegal(struct iop_bus_sim *sim, const struct iop_event *event)
{
	if (event->kind != IOP_EVENT_LD)
		sim->unflushed = 1;
	if (event->source == IOP_EVENT_WC || event->source == IOP_EVENT_COPY)
		return NULL;
	return event->source == IOP_EVENT_SYSMEM ? "memory access to a write-combining mapping"
						 : "device access to a write-combining mapping";
}

const char *iop_bus_sim_illegal(struct iop_bus_sim *sim, const struct iop_event *event)
{
	const struct iop_bus_sim_mapping *mapping = NULL;
	const char *illegal = NULL;

	pthread_mutex_lock(&sim->lock);
	if (event->kind == IOP_EVENT_WF)
		sim->unflushed = 0;
	else if (event->kind == IOP_EVENT_LD || event->kind == IOP_EVENT_ST || event->kind == IOP_EVENT_CP)
		mapping = mapping_of(sim, event->addr);
	if (mapping && mapping->how == IOP_IOREMAP_WC)
		illegal = wc_illegal(sim, event);
	else if (mapping && mapping->how != IOP_IOREMAP_CACHED)
		illegal = device_illegal(sim, event);
	pthread_mutex_unlock(&sim->lock);
	return illegal;
}

uint64_t iop_bus_sim_misuses(struct iop_bus_sim *sim)
{
	uint64_t misuses;

	pthread_mutex_lock(&sim->lock);
	misuses = sim->misuses;
	pthread_mutex_unlock(&sim->lock);
	return misuses;
}
