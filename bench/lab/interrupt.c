/* SPDX-License-Identifier: MIT */
/*
 * guest-interrupt: in the guest, the edu device raises interrupts that arrive by VFIO, as messages and as a level. Every claim has its
 * opposite: what was not raised must not arrive. Then what the kernel refuses, and config space by VFIO beside that of sysfs.
 */
#include <iopath/bus_vfio.h>
#include <iopath/iopath.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EDU	 "0000:00:04.0"
#define PATIENCE 5000000 /* us, for what must come */
#define MOMENT	 200000	 /* us, for what must not */

/* QEMU docs/specs/edu.txt */
struct edu {
	uint32_t id, liveness, factorial, reserved[5];
	uint32_t status, interrupts, reserved2[14];
	uint32_t raise, acknowledge;
};
IOP_PLAIN(struct edu, id, liveness, factorial, reserved, status, interrupts, reserved2, raise, acknowledge);
typedef IOP_MMIO(struct edu) edu_mmio;
typedef IOP_BAR(sizeof(struct edu)) edu_bar;

static unsigned wrong;

static void is(const char *what, long got, long expected)
{
	printf("%s: %ld%s\n", what, got, got == expected ? "" : " WRONG");
	wrong += got != expected;
}

/* What came within the time, or the error. */
static long came(struct iop_interrupt *irq, uint64_t timeout_us)
{
	uint64_t count;
	int err = iop_interrupt_wait(irq, 0, timeout_us, &count);

	return err ? err : (long)count;
}

static void acknowledge(edu_mmio edu)
{
	iop_write(iop_project(edu, .acknowledge), iop_read(iop_project(edu, .interrupts)));
}

static void messages(struct iop_bus_vfio *vfio, edu_mmio edu)
{
	struct iop_interrupt irq, second;

	is("msi: enabled", iop_bus_vfio_enable(&irq, vfio, IOP_BUS_VFIO_MSI, 1), 0);
	is("msi: nothing was raised", came(&irq, MOMENT), -ETIMEDOUT);
	iop_write(iop_project(edu, .raise), 0x5a);
	is("msi: raised once", came(&irq, PATIENCE), 1);
	is("msi: what the device says", iop_read(iop_project(edu, .interrupts)), 0x5a);
	acknowledge(edu);
	is("msi: acknowledged", iop_read(iop_project(edu, .interrupts)), 0);
	/* Messages that follow each other closely may arrive as one. */
	for (unsigned i = 0; i < 3; i++) {
		iop_write(iop_project(edu, .raise), 1u << i);
		usleep(MOMENT);
	}
	is("msi: raised three times", came(&irq, PATIENCE), 3);
	is("msi: none is left", iop_interrupt_take(&irq, 0, NULL), -EAGAIN);
	acknowledge(edu);
	is("msi: a second owner", iop_bus_vfio_enable(&second, vfio, IOP_BUS_VFIO_INTX, 1), -EBUSY);
	is("msi: a mask", iop_interrupt_mask(&irq, 0), -ENOTTY);
	iop_interrupt_drop(&irq);
}

/* The order of the calls is the driver's: wait, ask, acknowledge, unmask. */
static void level(struct iop_bus_vfio *vfio, edu_mmio edu)
{
	struct iop_interrupt irq;

	is("intx: enabled", iop_bus_vfio_enable(&irq, vfio, IOP_BUS_VFIO_INTX, 1), 0);
	is("intx: nothing was raised", came(&irq, MOMENT), -ETIMEDOUT);
	iop_write(iop_project(edu, .raise), 1);
	is("intx: raised", came(&irq, PATIENCE), 1);
	is("intx: masked until it was handled", came(&irq, MOMENT), -ETIMEDOUT);
	is("intx: unmasked", iop_interrupt_unmask(&irq, 0), 0);
	is("intx: comes again, as it was not acknowledged", came(&irq, PATIENCE), 1);
	acknowledge(edu);
	is("intx: unmasked", iop_interrupt_unmask(&irq, 0), 0);
	is("intx: acknowledged", came(&irq, MOMENT), -ETIMEDOUT);
	is("intx: masked", iop_interrupt_mask(&irq, 0), 0);
	iop_write(iop_project(edu, .raise), 2);
	is("intx: raised while masked", came(&irq, MOMENT), -ETIMEDOUT);
	is("intx: unmasked", iop_interrupt_unmask(&irq, 0), 0);
	is("intx: comes now", came(&irq, PATIENCE), 1);
	acknowledge(edu);
	iop_interrupt_drop(&irq);
}

static void refusals(struct iop_bus_vfio *vfio)
{
	struct iop_interrupt irq;

	is("vectors of INTx", iop_bus_vfio_vectors(vfio, IOP_BUS_VFIO_INTX), 1);
	is("vectors of MSI", iop_bus_vfio_vectors(vfio, IOP_BUS_VFIO_MSI), 1);
	is("vectors of MSI-X", iop_bus_vfio_vectors(vfio, IOP_BUS_VFIO_MSIX), 0);
	is("MSI-X", iop_bus_vfio_enable(&irq, vfio, IOP_BUS_VFIO_MSIX, 1), -EINVAL);
	is("two messages", iop_bus_vfio_enable(&irq, vfio, IOP_BUS_VFIO_MSI, 2), -EINVAL);
	is("reset of a function without", iop_bus_vfio_reset(vfio), -ENOTTY);
}

/* Bytes of config space that sysfs has otherwise. */
static long config_differs(struct iop_bus_vfio *vfio)
{
	iop_config_normal config = iop_config_space(iop_bus_vfio_config(vfio));
	int file = open("/sys/bus/pci/devices/" EDU "/config", O_RDONLY);
	long differ = 0;
	uint8_t bytes[256];

	if (file < 0 || read(file, bytes, sizeof(bytes)) != (ssize_t)sizeof(bytes))
		return -EIO;
	close(file);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		uint8_t byte = 0;

		differ += iop_try_read8(config, i, &byte) || byte != bytes[i];
	}
	return differ;
}

int main(void)
{
	struct iop_bus_vfio vfio;
	edu_mmio edu;
	edu_bar bar;
	int err = iop_bus_vfio_open(&vfio, EDU, NULL);

	if (err) {
		fprintf(stderr, EDU ": %s: bind it to vfio-pci first\n", strerror(-err));
		return 2;
	}
	printf("opened by %s\n", iop_bus_vfio_interface(&vfio));
	err = iop_bar_map(&bar, &vfio.bus, 0, "guest-interrupt");
	if (!err)
		err = iop_try_cast(bar, struct edu, &edu);
	if (err) {
		fprintf(stderr, EDU ": %s\n", strerror(-err));
		return 2;
	}
	is("bytes of config space that differ", config_differs(&vfio), 0);
	refusals(&vfio);
	messages(&vfio, edu);
	level(&vfio, edu);
	/* Enabled anew after another kind. */
	messages(&vfio, edu);
	iop_bar_drop(&bar);
	iop_bus_vfio_close(&vfio);
	printf("%u wrong\n", wrong);
	return wrong != 0;
}
