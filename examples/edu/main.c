/* SPDX-License-Identifier: MIT */
/*
 * A driver for QEMU's edu device in a program, by VFIO: it has the device compute a factorial twice, and waits for the message (MSI)
 * that says that it is done, then for the bit of its status that does; at most a second each. Then the device fetches bytes from memory
 * and puts them back. The function must be bound to vfio-pci; "simulated" in its place is a dry run on any machine, without polling
 * for the factorial (simulated.h).
 *
 *	cc main.c simulated.c views.c $(pkg-config --cflags --libs iopath) -o edu && ./edu 0000:00:04.0 10
 *	./edu simulated 10
 *
 * With raw.c in place of views.c it does the same through volatile pointers.
 */
#include "edu.h"
#include "simulated.h"

#include <iopath/bus_vfio.h>
#include <iopath/poll.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BYTES	  256
#define SIMULATED "simulated"

/* Where the device is, and what it reaches. */
struct place {
	struct iop_bus_vfio vfio;
	struct iop_bus *bus;
	struct iop_dma *dma;
};

static struct edu_simulated *simulated;
static uint64_t simulated_us;

/* In a dry run the device works, and time passes, while the driver waits. */
void edu_pause(uint64_t us)
{
	struct timespec pause = {.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000};

	if (!simulated) {
		nanosleep(&pause, NULL);
		return;
	}
	simulated_us += us;
	edu_simulated_step(simulated);
}

static uint64_t simulated_now(void)
{
	return simulated_us * 1000;
}

static const struct iop_poll_clock simulated_clock = {simulated_now, edu_pause};

static int place_open(struct place *place, const char *name)
{
	int err;

	if (strcmp(name, SIMULATED) != 0) {
		err = iop_bus_vfio_open(&place->vfio, name, &place->dma);
		place->bus = &place->vfio.bus;
		return err;
	}
	err = iop_dma_open(&place->dma, NULL);
	if (err)
		return err;
	err = edu_simulated_open(&simulated, place->dma);
	if (err) {
		iop_dma_close(place->dma);
		return err;
	}
	place->bus = edu_simulated_bus(simulated);
	iop_poll_set_clock(&simulated_clock);
	return 0;
}

static void place_close(struct place *place)
{
	if (!simulated) {
		iop_bus_vfio_close(&place->vfio);
		return;
	}
	edu_simulated_close(simulated);
	iop_dma_close(place->dma);
}

static int by_message(struct edu *edu, struct place *place, uint32_t n, uint32_t *result)
{
	struct iop_interrupt irq;
	int err = simulated ? edu_simulated_enable(&irq, simulated) : iop_bus_vfio_enable(&irq, &place->vfio, IOP_BUS_VFIO_MSI, 1);

	if (err)
		return err;
	err = edu_factorial(edu, &irq, n, result);
	if (!err)
		printf("%" PRIu32 "! = %" PRIu32 ", by a message\n", n, *result);
	iop_interrupt_drop(&irq);
	return err;
}

static int factorials(struct edu *edu, struct place *place, uint32_t n)
{
	uint32_t result, polled;
	int err = by_message(edu, place, n, &result);

	if (err || simulated)
		return err;
	err = edu_factorial_polled(edu, n, &polled);
	if (err)
		return err;
	printf("%" PRIu32 "! = %" PRIu32 ", by polling\n", n, polled);
	return result == polled ? 0 : -EIO;
}

static int copies(struct edu *edu)
{
	unsigned char data[BYTES], back[BYTES];
	size_t wrong = 0;
	int err;

	for (size_t i = 0; i < BYTES; i++)
		data[i] = (unsigned char)(i * 31 + 3);
	err = edu_there_and_back(edu, data, back, BYTES);
	if (err)
		return err;
	for (size_t i = 0; i < BYTES; i++)
		wrong += data[i] != back[i];
	printf("%d bytes to the device and back: %zu wrong\n", BYTES, wrong);
	return wrong ? -EIO : 0;
}

static int run(struct place *place, struct edu *edu, uint32_t n)
{
	int err;

	printf("id 0x%08" PRIx32 ", %d message(s)\n", edu_id(edu),
	       simulated ? 1 : iop_bus_vfio_vectors(&place->vfio, IOP_BUS_VFIO_MSI));
	err = factorials(edu, place, n);
	return err ? err : copies(edu);
}

int main(int argc, char **argv)
{
	struct place place;
	struct edu *edu;
	int err;

	if (argc != 3) {
		fprintf(stderr, "usage: edu DDDD:BB:DD.F|simulated NUMBER\n");
		return 2;
	}
	err = place_open(&place, argv[1]);
	if (err) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
		return 2;
	}
	err = edu_open(&edu, place.bus, place.dma);
	if (!err) {
		err = run(&place, edu, (uint32_t)strtoul(argv[2], NULL, 10));
		edu_close(edu);
	}
	if (err)
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
	place_close(&place);
	return err ? 1 : 0;
}
