/* SPDX-License-Identifier: MIT */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif
#include "simulated.h"

#include "edu.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define BAR_BYTES 0x1000

/* QEMU docs/specs/edu.txt */
#define ID	     0x00
#define FACTORIAL    0x08
#define STATUS	     0x20
#define INTERRUPTS   0x24
#define ACKNOWLEDGE  0x64
#define DMA_FROM     0x80
#define DMA_TO	     0x88
#define DMA_BYTES    0x90
#define DMA_COMMAND  0x98
#define ID_VALUE     0x010000ed
#define DONE_MESSAGE 0x80u
#define DONE	     0x1u /* of INTERRUPTS: a factorial */
#define COPY	     0x1u
#define TO_MEMORY    0x2u
#define OWN	     UINT64_C(0x40000)

struct edu_simulated {
	struct iop_bus bus;
	struct iop_dma *dma;
	unsigned char memory[EDU_BUFFER];
	bool requested;
	int registers, event;
};

/* ---- the bus ---- */

static int sim_resource(void *bus, unsigned index, struct iop_resource *resource)
{
	(void)bus;
	*resource = (struct iop_resource){.len = index == 0 ? BAR_BYTES : 0, .index = index};
	return index < 6 ? 0 : -EINVAL;
}

static int sim_request(void *bus, const struct iop_resource *resource, const char *name)
{
	struct edu_simulated *sim = bus;

	(void)resource;
	(void)name;
	if (sim->requested)
		return -EBUSY;
	sim->requested = true;
	return 0;
}

static void sim_release(void *bus, const struct iop_resource *resource)
{
	struct edu_simulated *sim = bus;

	(void)resource;
	sim->requested = false;
}

static void *sim_map(void *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	struct edu_simulated *sim = bus;
	void *address = how == IOP_IOREMAP ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, sim->registers, 0) : MAP_FAILED;

	(void)resource;
	return address == MAP_FAILED ? NULL : address;
}

static void sim_unmap(void *bus, const struct iop_resource *resource, void *address, size_t size)
{
	(void)bus;
	(void)resource;
	munmap(address, size);
}

static const struct iop_bus_ops sim_ops = {
	.resource = sim_resource,
	.request_region = sim_request,
	.release_region = sim_release,
	.ioremap = sim_map,
	.iounmap = sim_unmap,
};

/* ---- registers ---- */

static uint64_t get(const struct edu_simulated *sim, off_t offset, size_t bytes)
{
	uint64_t value = 0;

	return pread(sim->registers, &value, bytes, offset) == (ssize_t)bytes ? le64toh(value) : 0;
}

static void set(const struct edu_simulated *sim, off_t offset, size_t bytes, uint64_t value)
{
	value = htole64(value);
	if (pwrite(sim->registers, &value, bytes, offset) != (ssize_t)bytes)
		abort();
}

/* ---- the message ---- */

/* What was acknowledged is over; then the next factorial can be announced. */
static int sim_take(struct iop_interrupt *irq, unsigned vector, uint64_t *count)
{
	struct edu_simulated *sim = irq->bus;
	uint64_t n = get(sim, FACTORIAL, 4), result = 1;

	(void)vector;
	set(sim, INTERRUPTS, 4, get(sim, INTERRUPTS, 4) & ~get(sim, ACKNOWLEDGE, 4));
	set(sim, ACKNOWLEDGE, 4, 0);
	if (!(get(sim, STATUS, 4) & DONE_MESSAGE) || get(sim, INTERRUPTS, 4) & DONE)
		return -EAGAIN;
	for (; n > 1 && (uint32_t)result; n--)
		result *= n;
	set(sim, FACTORIAL, 4, (uint32_t)result);
	set(sim, INTERRUPTS, 4, DONE);
	*count = 1;
	return 0;
}

static void sim_disable(struct iop_interrupt *irq)
{
	(void)irq; /* the file is closed with the device */
}

static const struct iop_interrupt_ops sim_irq_ops = {.take = sim_take, .disable = sim_disable};

int edu_simulated_enable(struct iop_interrupt *irq, struct edu_simulated *sim)
{
	int *events = malloc(sizeof(*events));

	if (!events)
		return -ENOMEM;
	*events = sim->event;
	*irq = (struct iop_interrupt){.ops = &sim_irq_ops, .bus = sim, .vectors = 1, .events = events};
	return 0;
}

/* ---- copies ---- */

static unsigned char *own(struct edu_simulated *sim, uint64_t at, uint64_t bytes)
{
	return at >= OWN && at - OWN <= EDU_BUFFER && bytes <= EDU_BUFFER - (at - OWN) ? sim->memory + (at - OWN) : NULL;
}

void edu_simulated_step(struct edu_simulated *sim)
{
	uint64_t command = get(sim, DMA_COMMAND, 8), bytes = get(sim, DMA_BYTES, 8);
	uint64_t from = get(sim, DMA_FROM, 8), to = get(sim, DMA_TO, 8);
	unsigned char *mine = own(sim, command & TO_MEMORY ? from : to, bytes);
	void *other = mine ? iop_dma_reach(sim->dma, command & TO_MEMORY ? to : from, bytes) : NULL;

	/* A place that it does not have, or does not reach: it never ends, as the driver will notice. */
	if (!(command & COPY) || !other)
		return;
	memcpy(command & TO_MEMORY ? other : mine, command & TO_MEMORY ? mine : other, bytes);
	set(sim, DMA_COMMAND, 8, command & ~(uint64_t)COPY);
}

/* ---- life ---- */

int edu_simulated_open(struct edu_simulated **opened, struct iop_dma *dma)
{
	struct edu_simulated *sim = calloc(1, sizeof(*sim));
	int err;

	if (!sim)
		return -ENOMEM;
	iop_bus_init(&sim->bus, &sim_ops, sim);
	sim->dma = dma;
	sim->registers = memfd_create("edu-simulated", MFD_CLOEXEC);
	sim->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (sim->registers < 0 || sim->event < 0 || ftruncate(sim->registers, BAR_BYTES)) {
		err = -errno;
		edu_simulated_close(sim);
		return err;
	}
	set(sim, ID, 4, ID_VALUE);
	*opened = sim;
	return 0;
}

void edu_simulated_close(struct edu_simulated *sim)
{
	if (!sim)
		return;
	if (sim->event >= 0)
		close(sim->event);
	if (sim->registers >= 0)
		close(sim->registers);
	free(sim);
}

struct iop_bus *edu_simulated_bus(struct edu_simulated *sim)
{
	return &sim->bus;
}
