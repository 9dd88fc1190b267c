/* SPDX-License-Identifier: MIT */
/* The driver of views.c with volatile pointers. */
#include "edu.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* QEMU docs/specs/edu.txt */
#define ID	    0x00
#define FACTORIAL   0x08
#define STATUS	    0x20
#define INTERRUPTS  0x24
#define ACKNOWLEDGE 0x64
#define DMA_FROM    0x80
#define DMA_TO	    0x88
#define DMA_BYTES   0x90
#define DMA_COMMAND 0x98
#define BAR_BYTES   0xa0

#define EDU_BUSY	 0x01u
#define EDU_DONE_MESSAGE 0x80u
#define EDU_COPY	 UINT64_C(1)
#define EDU_TO_MEMORY	 UINT64_C(2)
#define EDU_MEMORY	 UINT64_C(0x40000)
#define SECOND		 1000000 /* us */
#define PAUSE		 10	 /* us between two looks */

#if defined(__x86_64__)
#define BEFORE_WRITE() __asm__ volatile("" ::: "memory")
#define AFTER_READ()   __asm__ volatile("" ::: "memory")
#elif defined(__aarch64__)
#define BEFORE_WRITE() __asm__ volatile("dmb oshst" ::: "memory")
#define AFTER_READ()   __asm__ volatile("dmb oshld" ::: "memory")
#else
#error "which instructions order memory and devices here?"
#endif

struct edu {
	unsigned char *bar, *buffer;
	uint64_t address;
	struct iop_bus *bus;
	struct iop_dma *dma;
	struct iop_resource resource;
};

static inline uint32_t read32(unsigned char *bar, size_t offset)
{
	uint32_t value = *(volatile uint32_t *)(void *)(bar + offset);

	AFTER_READ();
	return le32toh(value);
}

static inline uint64_t read64(unsigned char *bar, size_t offset)
{
	uint64_t value = *(volatile uint64_t *)(void *)(bar + offset);

	AFTER_READ();
	return le64toh(value);
}

static inline void write32(unsigned char *bar, size_t offset, uint32_t value)
{
	BEFORE_WRITE();
	*(volatile uint32_t *)(void *)(bar + offset) = htole32(value);
}

static inline void write64(unsigned char *bar, size_t offset, uint64_t value)
{
	BEFORE_WRITE();
	*(volatile uint64_t *)(void *)(bar + offset) = htole64(value);
}

void edu_begin_factorial(struct edu *edu, uint32_t n, bool message)
{
	unsigned char *bar = edu->bar;

	write32(bar, STATUS, message ? EDU_DONE_MESSAGE : 0);
	write32(bar, FACTORIAL, n);
}

void edu_begin_copy(struct edu *edu, uint64_t from, uint64_t to, uint64_t bytes, bool to_memory)
{
	unsigned char *bar = edu->bar;

	write64(bar, DMA_FROM, from);
	write64(bar, DMA_TO, to);
	write64(bar, DMA_BYTES, bytes);
	write64(bar, DMA_COMMAND, EDU_COPY | (to_memory ? EDU_TO_MEMORY : 0));
}

uint32_t edu_id(const struct edu *edu)
{
	return read32(edu->bar, ID);
}

int edu_factorial(struct edu *edu, struct iop_interrupt *irq, uint32_t n, uint32_t *result)
{
	int err;

	edu_begin_factorial(edu, n, true);
	err = iop_interrupt_wait(irq, 0, SECOND, NULL);
	if (err)
		return err;
	write32(edu->bar, ACKNOWLEDGE, read32(edu->bar, INTERRUPTS));
	*result = read32(edu->bar, FACTORIAL);
	return 0;
}

int edu_factorial_polled(struct edu *edu, uint32_t n, uint32_t *result)
{
	edu_begin_factorial(edu, n, false);
	for (unsigned us = 0; read32(edu->bar, STATUS) & EDU_BUSY; us += PAUSE) {
		if (us >= SECOND)
			return -ETIMEDOUT;
		edu_pause(PAUSE);
	}
	*result = read32(edu->bar, FACTORIAL);
	return 0;
}

static int edu_copy(struct edu *edu, uint64_t from, uint64_t to, size_t n, bool to_memory)
{
	edu_begin_copy(edu, from, to, n, to_memory);
	for (unsigned us = 0; read64(edu->bar, DMA_COMMAND) & EDU_COPY; us += PAUSE) {
		if (us >= SECOND)
			return -ETIMEDOUT;
		edu_pause(PAUSE);
	}
	return 0;
}

int edu_there_and_back(struct edu *edu, const void *data, void *back, size_t n)
{
	int err;

	if (n > EDU_BUFFER)
		return -ERANGE;
	memcpy(edu->buffer, data, n);
	err = edu_copy(edu, edu->address, EDU_MEMORY, n, false);
	if (err)
		return err;
	memset(edu->buffer, 0, n);
	err = edu_copy(edu, EDU_MEMORY, edu->address, n, true);
	if (err)
		return err;
	memcpy(back, edu->buffer, n);
	return 0;
}

static int map_bar(struct edu *edu)
{
	size_t size;
	int err = iop_bus_resource(edu->bus, 0, &edu->resource);

	if (!err)
		err = iop_resource_size(&edu->resource, &size);
	if (!err && size < BAR_BYTES)
		err = -EINVAL;
	if (!err)
		err = iop_bus_request(edu->bus, &edu->resource, "edu");
	if (err)
		return err;
	edu->bar = iop_bus_map(edu->bus, &edu->resource, size, IOP_IOREMAP);
	if (edu->bar)
		return 0;
	iop_bus_release(edu->bus, &edu->resource);
	return -ENOMEM;
}

static int map_buffer(struct edu *edu)
{
	void *memory = mmap(NULL, EDU_BUFFER, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int err = memory == MAP_FAILED ? -ENOMEM : iop_dma_map(edu->dma, memory, EDU_BUFFER, &edu->address);

	if (!err)
		edu->buffer = memory;
	else if (memory != MAP_FAILED)
		munmap(memory, EDU_BUFFER);
	return err;
}

int edu_open(struct edu **opened, struct iop_bus *bus, struct iop_dma *dma)
{
	struct edu *edu = calloc(1, sizeof(*edu));
	int err;

	if (!edu)
		return -ENOMEM;
	edu->bus = bus;
	edu->dma = dma;
	err = map_bar(edu);
	if (!err)
		err = map_buffer(edu);
	if (err) {
		edu_close(edu);
		return err;
	}
	*opened = edu;
	return 0;
}

void edu_close(struct edu *edu)
{
	if (edu->buffer) {
		iop_dma_unmap(edu->dma, edu->buffer, EDU_BUFFER, edu->address);
		munmap(edu->buffer, EDU_BUFFER);
	}
	if (edu->bar) {
		iop_bus_unmap(edu->bus, &edu->resource, edu->bar, (size_t)edu->resource.len);
		iop_bus_release(edu->bus, &edu->resource);
	}
	free(edu);
}
