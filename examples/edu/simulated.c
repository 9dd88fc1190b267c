/* SPDX-License-Identifier: MIT */
#include "simulated.h"

#include "../simulated/bar.h"
#include "edu.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
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
	struct simulated_bar bar;
	struct iop_dma *dma;
	unsigned char memory[EDU_BUFFER];
	int event;
};

/* ---- the message ---- */

/* What was acknowledged is over; then the next factorial can be announced. */
static int sim_take(struct iop_interrupt *irq, unsigned vector, uint64_t *count)
{
	struct edu_simulated *sim = irq->bus;
	uint64_t n = simulated_bar_get(&sim->bar, FACTORIAL, 4), result = 1;

	(void)vector;
	simulated_bar_set(&sim->bar, INTERRUPTS, 4,
			  simulated_bar_get(&sim->bar, INTERRUPTS, 4) & ~simulated_bar_get(&sim->bar, ACKNOWLEDGE, 4));
	simulated_bar_set(&sim->bar, ACKNOWLEDGE, 4, 0);
	if (!(simulated_bar_get(&sim->bar, STATUS, 4) & DONE_MESSAGE) || simulated_bar_get(&sim->bar, INTERRUPTS, 4) & DONE)
		return -EAGAIN;
	for (; n > 1 && (uint32_t)result; n--)
		result *= n;
	simulated_bar_set(&sim->bar, FACTORIAL, 4, (uint32_t)result);
	simulated_bar_set(&sim->bar, INTERRUPTS, 4, DONE);
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
	uint64_t command = simulated_bar_get(&sim->bar, DMA_COMMAND, 8), bytes = simulated_bar_get(&sim->bar, DMA_BYTES, 8);
	uint64_t from = simulated_bar_get(&sim->bar, DMA_FROM, 8), to = simulated_bar_get(&sim->bar, DMA_TO, 8);
	unsigned char *mine = own(sim, command & TO_MEMORY ? from : to, bytes);
	void *other = mine ? iop_dma_reach(sim->dma, command & TO_MEMORY ? to : from, bytes) : NULL;

	/* A place that it does not have, or does not reach: it never ends, as the driver will notice. */
	if (!(command & COPY) || !other)
		return;
	memcpy(command & TO_MEMORY ? other : mine, command & TO_MEMORY ? mine : other, bytes);
	simulated_bar_set(&sim->bar, DMA_COMMAND, 8, command & ~(uint64_t)COPY);
}

/* ---- life ---- */

int edu_simulated_open(struct edu_simulated **opened, struct iop_dma *dma)
{
	struct edu_simulated *sim = calloc(1, sizeof(*sim));
	int err;

	if (!sim)
		return -ENOMEM;
	sim->dma = dma;
	sim->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = sim->event < 0 ? -errno : 0;
	sim->bar.file = -1;
	if (!err)
		err = simulated_bar_open(&sim->bar, "edu-simulated", BAR_BYTES);
	if (err) {
		edu_simulated_close(sim);
		return err;
	}
	simulated_bar_set(&sim->bar, ID, 4, ID_VALUE);
	*opened = sim;
	return 0;
}

void edu_simulated_close(struct edu_simulated *sim)
{
	if (!sim)
		return;
	if (sim->event >= 0)
		close(sim->event);
	simulated_bar_close(&sim->bar);
	free(sim);
}

struct iop_bus *edu_simulated_bus(struct edu_simulated *sim)
{
	return &sim->bar.bus;
}
