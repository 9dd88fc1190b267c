/* SPDX-License-Identifier: MIT */
/*
 * A driver for QEMU's edu device in a program, by VFIO: it has the device compute a factorial twice, and waits for the message (MSI)
 * that says that it is done, then for the bit of its status that does; at most a second each. Then the device fetches bytes from memory
 * and puts them back. The function must be bound to vfio-pci.
 *
 *	cc main.c views.c $(pkg-config --cflags --libs iopath) -o edu && ./edu 0000:00:04.0 10
 *
 * With raw.c in place of views.c it does the same through volatile pointers.
 */
#include "edu.h"

#include <iopath/bus_vfio.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES 256

static int factorials(struct edu *edu, struct iop_bus_vfio *vfio, uint32_t n)
{
	struct iop_interrupt irq;
	uint32_t result, polled;
	int err = iop_bus_vfio_enable(&irq, vfio, IOP_BUS_VFIO_MSI, 1);

	if (err)
		return err;
	err = edu_factorial(edu, &irq, n, &result);
	if (!err)
		printf("%" PRIu32 "! = %" PRIu32 ", by a message\n", n, result);
	iop_interrupt_drop(&irq);
	if (!err)
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

static int run(struct iop_bus_vfio *vfio, struct edu *edu, uint32_t n)
{
	int err;

	printf("id 0x%08" PRIx32 ", %d message(s)\n", edu_id(edu), iop_bus_vfio_vectors(vfio, IOP_BUS_VFIO_MSI));
	err = factorials(edu, vfio, n);
	return err ? err : copies(edu);
}

int main(int argc, char **argv)
{
	struct iop_bus_vfio vfio;
	struct iop_dma *dma;
	struct edu *edu;
	int err;

	if (argc != 3) {
		fprintf(stderr, "usage: edu DDDD:BB:DD.F NUMBER\n");
		return 2;
	}
	err = iop_bus_vfio_open(&vfio, argv[1], &dma);
	if (err) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
		return 2;
	}
	err = edu_open(&edu, &vfio.bus, dma);
	if (!err) {
		err = run(&vfio, edu, (uint32_t)strtoul(argv[2], NULL, 10));
		edu_close(edu);
	}
	if (err)
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
	iop_bus_vfio_close(&vfio);
	return err ? 1 : 0;
}
