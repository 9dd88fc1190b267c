/* SPDX-License-Identifier: MIT */
/*
 * nvme.h - what the program of this folder wants of a driver, which exists twice: views.c and raw.c
 *
 * The two do the same to the controller, one through iopath's views, one through volatile pointers. Commands are made one at a time
 * and waited for by polling.
 */
#ifndef NVME_H
#define NVME_H

#include <iopath/bus.h>
#include <iopath/dma.h>

#define NVME_ENTRIES 8u	  /* of each queue */
#define NVME_PAGE    4096 /* what one command brings at most */

/* NVM Express Base 1.4, 5 and 6 */
enum nvme_opcode {
	NVME_READ = 0x02,
	NVME_CREATE_SQ = 0x01,
	NVME_CREATE_CQ = 0x05,
	NVME_IDENTIFY = 0x06,
};
enum nvme_identified {
	NVME_NAMESPACE = 0,
	NVME_CONTROLLER = 1,
};

struct nvme;
struct nvme_queues; /* one for commands and one for completions */

/** What of a command differs from command to command. */
struct nvme_request {
	enum nvme_opcode opcode;
	uint32_t name_space;
	uint64_t address; /* of the device, for data or a queue */
	uint32_t dword10, dword11, dword12;
};

struct nvme_version {
	unsigned major, minor;
};

/**
 * Maps BAR 0 of @bus and allocates the queues and a page for data from @dma. Returns 0, and *@opened is closed by nvme_close(); or a
 * negative errno.
 */
int nvme_open(struct nvme **opened, struct iop_bus *bus, struct iop_dma *dma);
void nvme_close(struct nvme *nvme);

/** Once: resets the controller and enables it with the admin queues, then makes a pair of queues for reading. */
int nvme_start(struct nvme *nvme, struct nvme_version *version);
/** Disables it: it does not reach the memory any more. */
int nvme_stop(struct nvme *nvme);

/** Has the controller put what it says of itself, or of @name_space, into the page. */
int nvme_identify(struct nvme *nvme, enum nvme_identified what, uint32_t name_space);
/** The same of the logical block @block. */
int nvme_read(struct nvme *nvme, uint32_t name_space, uint64_t block);
/** Copies @n bytes at @offset of the page to @to. */
void nvme_data(const struct nvme *nvme, size_t offset, void *to, size_t n);

/** The fast path: the controller has the command when this returns. */
void nvme_post(struct nvme_queues *q, const struct nvme_request *r);
/** Whether it has completed another command since; then its entry is given back, and *@status is what it says, 0 for success. */
bool nvme_reap(struct nvme_queues *q, uint16_t *status);

/** The program's: lets @us microseconds pass, between two looks at the controller. */
void nvme_pause(uint64_t us);

#endif
