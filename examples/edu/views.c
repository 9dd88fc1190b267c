/* SPDX-License-Identifier: MIT */
/* The driver with iopath's views. */
#include "edu.h"

#include <iopath/iopath.h>

#include <stdlib.h>
#include <string.h>

#define EDU_BUSY	 0x01u		   /* of status: computing */
#define EDU_DONE_MESSAGE 0x80u		   /* of status: send a message when a factorial is done */
#define EDU_COPY	 UINT64_C(1)	   /* of dma_command: copy, then clear this */
#define EDU_TO_MEMORY	 UINT64_C(2)	   /* of dma_command */
#define EDU_MEMORY	 UINT64_C(0x40000) /* its own, as it sees it */
#define SECOND		 1000000	   /* us */
#define PAUSE		 10		   /* us between two looks */

/* QEMU docs/specs/edu.txt */
struct edu_registers {
	uint32_t id, liveness, factorial, reserved[5];
	uint32_t status, interrupts, reserved2[14];
	uint32_t raise, acknowledge, reserved3[6];
	uint64_t dma_from, dma_to, dma_bytes, dma_command;
};
IOP_PLAIN(struct edu_registers, id, liveness, factorial, reserved, status, interrupts, reserved2, raise, acknowledge, reserved3,
	  dma_from, dma_to, dma_bytes, dma_command);
struct edu_buffer {
	uint8_t bytes[EDU_BUFFER];
};

typedef IOP_MMIO(struct edu_registers) edu_mmio;

struct edu {
	IOP_BAR8(sizeof(struct edu_registers)) bar;
	edu_mmio io;
	IOP_COHERENT_OWNER(struct edu_buffer) buffer;
};

void edu_begin_factorial(struct edu *edu, uint32_t n, bool message)
{
	edu_mmio io = edu->io;

	iop_write(iop_project(io, .status), message ? EDU_DONE_MESSAGE : 0);
	iop_write(iop_project(io, .factorial), n);
}

void edu_begin_copy(struct edu *edu, uint64_t from, uint64_t to, uint64_t bytes, bool to_memory)
{
	edu_mmio io = edu->io;

	iop_write(iop_project(io, .dma_from), from);
	iop_write(iop_project(io, .dma_to), to);
	iop_write(iop_project(io, .dma_bytes), bytes);
	iop_write(iop_project(io, .dma_command), EDU_COPY | (to_memory ? EDU_TO_MEMORY : 0));
}

uint32_t edu_id(const struct edu *edu)
{
	return iop_read(iop_project(edu->io, .id));
}

int edu_factorial(struct edu *edu, struct iop_interrupt *irq, uint32_t n, uint32_t *result)
{
	int err;

	edu_begin_factorial(edu, n, true);
	err = iop_interrupt_wait(irq, 0, SECOND, NULL);
	if (err)
		return err;
	iop_write(iop_project(edu->io, .acknowledge), iop_read(iop_project(edu->io, .interrupts)));
	*result = iop_read(iop_project(edu->io, .factorial));
	return 0;
}

int edu_factorial_polled(struct edu *edu, uint32_t n, uint32_t *result)
{
	uint32_t status;
	int err;

	edu_begin_factorial(edu, n, false);
	err = iop_poll(iop_project(edu->io, .status), status, !(status & EDU_BUSY), PAUSE, SECOND);
	if (err)
		return err;
	*result = iop_read(iop_project(edu->io, .factorial));
	return 0;
}

static int edu_copy(struct edu *edu, uint64_t from, uint64_t to, size_t n, bool to_memory)
{
	uint64_t command;

	edu_begin_copy(edu, from, to, n, to_memory);
	return iop_poll(iop_project(edu->io, .dma_command), command, !(command & EDU_COPY), PAUSE, SECOND);
}

int edu_there_and_back(struct edu *edu, const void *data, void *back, size_t n)
{
	IOP_AUTO part = iop_project(edu->buffer, .bytes, iop_or_range(0, n, return -ERANGE));
	uint64_t address = iop_coherent_dma(edu->buffer);
	int err;

	iop_copy_toio(part, data, n);
	err = edu_copy(edu, address, EDU_MEMORY, n, false);
	if (err)
		return err;
	iop_copy_toio(part, memset(back, 0, n), n);
	err = edu_copy(edu, EDU_MEMORY, address, n, true);
	if (err)
		return err;
	iop_copy_fromio(back, part, n);
	return 0;
}

int edu_open(struct edu **opened, struct iop_bus *bus, struct iop_dma *dma)
{
	struct edu *edu = calloc(1, sizeof(*edu));
	int err = edu ? iop_bar_map(&edu->bar, bus, 0, "edu") : -ENOMEM;

	if (!err)
		err = iop_try_cast(edu->bar, struct edu_registers, &edu->io);
	if (!err)
		err = iop_coherent_alloc(&edu->buffer, dma, 0);
	if (err) {
		edu_close(edu);
		return err;
	}
	*opened = edu;
	return 0;
}

void edu_close(struct edu *edu)
{
	if (!edu)
		return;
	iop_coherent_drop(&edu->buffer);
	iop_bar_drop(&edu->bar);
	free(edu);
}
