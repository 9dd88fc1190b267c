/* SPDX-License-Identifier: MIT */
/*
 * A driver's hot path: post one descriptor and ring the doorbell. What it does to the device, access by access, is in doorbell.expect,
 * which lies beside it in git: a change that posts one write more, or in another order, is seen in review and fails in CI.
 *
 *	cc -O2 -shared -fPIC $(pkg-config --cflags iopath-cells) doorbell.c -o doorbell.so
 *	iopath check --module doorbell.so            # exit 1 where the accesses differ; --update writes them
 *	iopath bench --module doorbell.so --alone
 */
#include <iopath/cells.h>

#include <errno.h>
#include <stdlib.h>

IOP_MODULE("doorbell");

/* The device: a ring of descriptors in the BAR, and one register, of 32 bits like all of its. */
struct descriptor {
	uint32_t address_low, address_high, length, flags;
};

struct window {
	uint32_t doorbell, status, unused[14];
	struct descriptor ring[64];
};

struct queue {
	uint32_t next;
	uint64_t buffer;
};

static void write32(volatile uint32_t *reg, uint32_t value)
{
	*reg = value;
}

/* Descriptors before the doorbell: x86 orders stores to one mapping, others need the barrier that wmb() is. */
static void wmb(void)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static int open_queue(void *window, void **context)
{
	struct queue *queue = calloc(1, sizeof(*queue));

	(void)window;
	if (!queue)
		return -ENOMEM;
	queue->buffer = 0x123456000;
	*context = queue;
	return 0;
}

static void close_queue(void *context)
{
	free(context);
}

static void post(void *window, void *context)
{
	struct window *device = (struct window *)window;
	struct queue *queue = (struct queue *)context;
	struct descriptor *slot = &device->ring[queue->next % 64];

	write32(&slot->address_low, (uint32_t)queue->buffer);
	write32(&slot->address_high, (uint32_t)(queue->buffer >> 32));
	write32(&slot->length, 1500);
	write32(&slot->flags, 1);
	wmb();
	write32(&device->doorbell, ++queue->next);
}
IOP_OPERATION(post, .window = sizeof(struct window), .setup = open_queue, .teardown = close_queue);

/* Waits for the device, which here is a model that is ready at the third question. */
static unsigned asked;

static void answer(void *context, size_t offset, unsigned width, void *value)
{
	(void)context;
	if (offset == 4 && width == 4)
		*(uint32_t *)value = ++asked % 3 == 0;
}

static void wait_ready(void *window, void *context)
{
	const volatile uint32_t *status = &((struct window *)window)->status;

	(void)context;
	while (!(*status & 1))
		;
}
IOP_OPERATION(wait_ready, .only_checked = 1, .window = sizeof(struct window), .device = answer);
