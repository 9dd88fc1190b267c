/* SPDX-License-Identifier: MIT */
/*
 * A driver for QEMU's edu device in a program, by VFIO: it has the device compute a factorial twice, and waits for the message (MSI)
 * that says that it is done, then for the bit of its status that does; at most a second each. The function must be bound to vfio-pci.
 *
 *	cc edu.c $(pkg-config --cflags --libs iopath) -o edu && ./edu 0000:00:04.0 10
 */
#include <iopath/bus_vfio.h>
#include <iopath/iopath.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EDU_BUSY	 0x01u	 /* of status: computing */
#define EDU_DONE_MESSAGE 0x80u	 /* of status: send a message when a factorial is done */
#define SECOND		 1000000 /* us */
#define PAUSE		 10	 /* us between two reads of the status */

/* QEMU docs/specs/edu.txt */
struct edu {
	uint32_t id, liveness, factorial, reserved[5];
	uint32_t status, interrupts, reserved2[14];
	uint32_t raise, acknowledge;
};
IOP_PLAIN(struct edu, id, liveness, factorial, reserved, status, interrupts, reserved2, raise, acknowledge);
typedef IOP_MMIO(struct edu) edu_mmio;
typedef IOP_BAR(sizeof(struct edu)) edu_bar;

/* 0 and *@result, or a negative errno: -ETIMEDOUT if no message came. */
static int edu_factorial(edu_mmio edu, struct iop_interrupt *irq, uint32_t n, uint32_t *result)
{
	int err;

	iop_write(iop_project(edu, .status), EDU_DONE_MESSAGE);
	iop_write(iop_project(edu, .factorial), n);
	err = iop_interrupt_wait(irq, 0, SECOND, NULL);
	if (err)
		return err;
	iop_write(iop_project(edu, .acknowledge), iop_read(iop_project(edu, .interrupts)));
	*result = iop_read(iop_project(edu, .factorial));
	return 0;
}

/* The same without interrupts; -ETIMEDOUT if the device is still busy after a second. */
static int edu_factorial_polled(edu_mmio edu, uint32_t n, uint32_t *result)
{
	uint32_t status;
	int err;

	iop_write(iop_project(edu, .status), 0);
	iop_write(iop_project(edu, .factorial), n);
	err = iop_poll(iop_project(edu, .status), status, !(status & EDU_BUSY), PAUSE, SECOND);
	if (err)
		return err;
	*result = iop_read(iop_project(edu, .factorial));
	return 0;
}

static int run(struct iop_bus_vfio *vfio, edu_mmio edu, uint32_t n)
{
	struct iop_interrupt irq;
	uint32_t result, polled;
	int err;

	printf("id 0x%08" PRIx32 ", %d message(s)\n", iop_read(iop_project(edu, .id)),
	       iop_bus_vfio_vectors(vfio, IOP_BUS_VFIO_MSI));
	err = iop_bus_vfio_enable(&irq, vfio, IOP_BUS_VFIO_MSI, 1);
	if (err)
		return err;
	err = edu_factorial(edu, &irq, n, &result);
	if (!err)
		printf("%" PRIu32 "! = %" PRIu32 ", by a message\n", n, result);
	iop_interrupt_drop(&irq);
	if (!err)
		err = edu_factorial_polled(edu, n, &polled);
	if (!err)
		printf("%" PRIu32 "! = %" PRIu32 ", by polling\n", n, polled);
	return err ? err : result == polled ? 0 : -EIO;
}

int main(int argc, char **argv)
{
	struct iop_bus_vfio vfio;
	edu_mmio edu;
	edu_bar bar;
	int err;

	if (argc != 3) {
		fprintf(stderr, "usage: edu DDDD:BB:DD.F NUMBER\n");
		return 2;
	}
	err = iop_bus_vfio_open(&vfio, argv[1], NULL);
	if (err) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
		return 2;
	}
	err = iop_bar_map(&bar, &vfio.bus, 0, "edu");
	if (!err)
		err = iop_try_cast(bar, struct edu, &edu);
	if (!err)
		err = run(&vfio, edu, (uint32_t)strtoul(argv[2], NULL, 10));
	if (err)
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-err));
	iop_bar_drop(&bar);
	iop_bus_vfio_close(&vfio);
	return err ? 1 : 0;
}
