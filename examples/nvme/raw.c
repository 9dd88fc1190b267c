/* SPDX-License-Identifier: MIT */
/* The driver of views.c with volatile pointers: the same accesses, and the author keeps widths, modes, order and bounds in mind. */
#include "nvme.h"
#include "wire.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

/* NVM Express Base 1.4, 3.1 */
#define BAR_BYTES   0x1010
#define CAP	    0x00
#define VS	    0x08
#define CC	    0x14
#define CSTS	    0x1c
#define AQA	    0x24
#define ASQ	    0x28
#define ACQ	    0x30
#define TAIL(i)	    (0x1000 + 8 * (i))
#define HEAD(i)	    (0x1004 + 8 * (i))
#define CAP_MQES    UINT64_C(0xffff)
#define CAP_TO(cap) ((cap) >> 24 & 0xff)
#define CAP_DSTRD   (UINT64_C(0xf) << 32)
#define CAP_NVM	    (UINT64_C(1) << 37)
#define CAP_MPSMIN  (UINT64_C(0xf) << 48)
#define CC_EN	    0x1u
#define CC_SIZES    (6u << 16 | 4u << 20) /* entries of 64 and 16 bytes */
#define CSTS_RDY    0x1u
#define CSTS_CFS    0x2u

#define TO_UNIT	 UINT64_C(500000) /* us */
#define PAUSE	 10		  /* us between two looks */
#define PATIENCE 5000000	  /* us for a command */

/* Stores to memory before a store to the device; a load of the device's word before loads of what it announces. */
#if defined(__x86_64__)
#define BEFORE_BELL() __asm__ volatile("" ::: "memory")
#define AFTER_FLAG()  __asm__ volatile("" ::: "memory")
#elif defined(__aarch64__)
#define BEFORE_BELL() __asm__ volatile("dmb oshst" ::: "memory")
#define AFTER_FLAG()  __asm__ volatile("dmb oshld" ::: "memory")
#else
#error "which instructions order memory and devices here?"
#endif

struct nvme_queues {
	volatile struct nvme_command *sq;
	volatile struct nvme_completion *cq;
	volatile uint32_t *tail_bell, *head_bell;
	uint64_t sq_address, cq_address;
	uint16_t tail, head, phase;
};

struct nvme {
	struct iop_bus *bus;
	struct iop_dma *dma;
	struct iop_resource resource;
	unsigned char *bar;
	struct nvme_queues admin, io;
	unsigned char *memory; /* a page for each queue, and one for data */
	uint64_t address;
};

#define PAGES 5
#define DATA  4

static uint32_t read32(const struct nvme *nvme, size_t offset)
{
	uint32_t value = *(volatile uint32_t *)(void *)(nvme->bar + offset);

	AFTER_FLAG();
	return le32toh(value);
}

static uint64_t read64(const struct nvme *nvme, size_t offset)
{
	uint64_t value = *(volatile uint64_t *)(void *)(nvme->bar + offset);

	AFTER_FLAG();
	return le64toh(value);
}

static void write32(struct nvme *nvme, size_t offset, uint32_t value)
{
	BEFORE_BELL();
	*(volatile uint32_t *)(void *)(nvme->bar + offset) = htole32(value);
}

static void write64(struct nvme *nvme, size_t offset, uint64_t value)
{
	BEFORE_BELL();
	*(volatile uint64_t *)(void *)(nvme->bar + offset) = htole64(value);
}

void nvme_post(struct nvme_queues *q, const struct nvme_request *r)
{
	uint16_t tail = q->tail;
	volatile struct nvme_command *c = &q->sq[tail % NVME_ENTRIES];

	c->opcode = htole16((uint16_t)r->opcode);
	c->id = htole16(tail);
	c->name_space = htole32(r->name_space);
	c->prp1 = htole64(r->address);
	c->dword10 = htole32(r->dword10);
	c->dword11 = htole32(r->dword11);
	c->dword12 = htole32(r->dword12);
	q->tail = tail = (tail + 1) % NVME_ENTRIES;
	BEFORE_BELL();
	*q->tail_bell = htole32(tail);
}

bool nvme_reap(struct nvme_queues *q, uint16_t *status)
{
	volatile struct nvme_completion *c = &q->cq[q->head % NVME_ENTRIES];
	uint16_t found = le16toh(c->status);

	if ((found & 1) != q->phase)
		return false;
	*status = found >> 1;
	q->head = (q->head + 1) % NVME_ENTRIES;
	q->phase ^= !q->head;
	AFTER_FLAG();
	BEFORE_BELL();
	*q->head_bell = htole32(q->head);
	return true;
}

static int nvme_do(struct nvme_queues *q, struct nvme_request r)
{
	uint16_t status;

	nvme_post(q, &r);
	for (uint64_t us = 0; us < PATIENCE; us += PAUSE) {
		if (nvme_reap(q, &status))
			return status ? -EIO : 0;
		nvme_pause(PAUSE);
	}
	return -ETIMEDOUT;
}

static int map_bar(struct nvme *nvme)
{
	size_t size;
	int err = iop_bus_resource(nvme->bus, 0, &nvme->resource);

	if (!err)
		err = iop_resource_size(&nvme->resource, &size);
	if (!err && size < BAR_BYTES)
		err = -EINVAL;
	if (!err)
		err = iop_bus_request(nvme->bus, &nvme->resource, "nvme");
	if (err)
		return err;
	nvme->bar = iop_bus_map(nvme->bus, &nvme->resource, size, IOP_IOREMAP);
	if (nvme->bar)
		return 0;
	iop_bus_release(nvme->bus, &nvme->resource);
	return -ENOMEM;
}

static int map_memory(struct nvme *nvme)
{
	void *memory = mmap(NULL, PAGES * NVME_PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int err = memory == MAP_FAILED ? -ENOMEM : iop_dma_map(nvme->dma, memory, PAGES * NVME_PAGE, &nvme->address);

	if (!err)
		nvme->memory = memory;
	else if (memory != MAP_FAILED)
		munmap(memory, PAGES * NVME_PAGE);
	return err;
}

static void place_queues(struct nvme *nvme, struct nvme_queues *q, unsigned i)
{
	size_t sq = (size_t)2 * i * NVME_PAGE, cq = sq + NVME_PAGE;

	q->sq = (volatile struct nvme_command *)(void *)(nvme->memory + sq);
	q->cq = (volatile struct nvme_completion *)(void *)(nvme->memory + cq);
	q->sq_address = nvme->address + sq;
	q->cq_address = nvme->address + cq;
	q->tail_bell = (volatile uint32_t *)(void *)(nvme->bar + TAIL(i));
	q->head_bell = (volatile uint32_t *)(void *)(nvme->bar + HEAD(i));
}

int nvme_open(struct nvme **opened, struct iop_bus *bus, struct iop_dma *dma)
{
	struct nvme *nvme = calloc(1, sizeof(*nvme));
	int err;

	if (!nvme)
		return -ENOMEM;
	nvme->bus = bus;
	nvme->dma = dma;
	err = map_bar(nvme);
	if (!err)
		err = map_memory(nvme);
	if (err) {
		nvme_close(nvme);
		return err;
	}
	place_queues(nvme, &nvme->admin, 0);
	place_queues(nvme, &nvme->io, 1);
	*opened = nvme;
	return 0;
}

void nvme_close(struct nvme *nvme)
{
	if (nvme->memory) {
		iop_dma_unmap(nvme->dma, nvme->memory, PAGES * NVME_PAGE, nvme->address);
		munmap(nvme->memory, PAGES * NVME_PAGE);
	}
	if (nvme->bar) {
		iop_bus_unmap(nvme->bus, &nvme->resource, nvme->bar, (size_t)nvme->resource.len);
		iop_bus_release(nvme->bus, &nvme->resource);
	}
	free(nvme);
}

static int nvme_becomes(struct nvme *nvme, bool ready)
{
	uint64_t timeout = CAP_TO(read64(nvme, CAP)) * TO_UNIT;

	for (uint64_t us = 0; us <= timeout; us += PAUSE) {
		uint32_t csts = read32(nvme, CSTS);

		if (csts & CSTS_CFS)
			return -EIO;
		if ((csts & CSTS_RDY) == ready)
			return 0;
		nvme_pause(PAUSE);
	}
	return -ETIMEDOUT;
}

int nvme_stop(struct nvme *nvme)
{
	write32(nvme, CC, read32(nvme, CC) & ~CC_EN);
	return nvme_becomes(nvme, false);
}

static int nvme_make_queues(struct nvme *nvme)
{
	struct nvme_request r = {
		.opcode = NVME_CREATE_CQ, .address = nvme->io.cq_address, .dword10 = (NVME_ENTRIES - 1) << 16 | 1, .dword11 = 1};
	int err = nvme_do(&nvme->admin, r);

	if (err)
		return err;
	r.opcode = NVME_CREATE_SQ;
	r.address = nvme->io.sq_address;
	r.dword11 = 1 << 16 | 1;
	return nvme_do(&nvme->admin, r);
}

int nvme_start(struct nvme *nvme, struct nvme_version *version)
{
	uint64_t cap = read64(nvme, CAP);
	uint32_t vs = read32(nvme, VS);
	int err;

	version->major = vs >> 16;
	version->minor = vs >> 8 & 0xff;
	if (!(cap & CAP_NVM) || cap & (CAP_DSTRD | CAP_MPSMIN) || (cap & CAP_MQES) < NVME_ENTRIES - 1)
		return -IOP_ENOTSUPP;
	err = nvme_stop(nvme);
	if (err)
		return err;
	nvme->admin.phase = nvme->io.phase = 1;
	write32(nvme, AQA, (NVME_ENTRIES - 1) << 16 | (NVME_ENTRIES - 1));
	write64(nvme, ASQ, nvme->admin.sq_address);
	write64(nvme, ACQ, nvme->admin.cq_address);
	write32(nvme, CC, CC_SIZES | CC_EN);
	err = nvme_becomes(nvme, true);
	return err ? err : nvme_make_queues(nvme);
}

int nvme_identify(struct nvme *nvme, enum nvme_identified what, uint32_t name_space)
{
	return nvme_do(&nvme->admin, (struct nvme_request){.opcode = NVME_IDENTIFY,
							   .name_space = name_space,
							   .address = nvme->address + DATA * NVME_PAGE,
							   .dword10 = what});
}

int nvme_read(struct nvme *nvme, uint32_t name_space, uint64_t block)
{
	return nvme_do(&nvme->io, (struct nvme_request){.opcode = NVME_READ,
							.name_space = name_space,
							.address = nvme->address + DATA * NVME_PAGE,
							.dword10 = (uint32_t)block,
							.dword11 = (uint32_t)(block >> 32)});
}

void nvme_data(const struct nvme *nvme, size_t offset, void *to, size_t n)
{
	const unsigned char *from = nvme->memory + DATA * NVME_PAGE + offset;

	__builtin_memcpy(to, from, n);
}
