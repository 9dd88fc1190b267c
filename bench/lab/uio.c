/* SPDX-License-Identifier: MIT */
/*
 * guest-uio: in the guest, the edu device's level arrives by /dev/uio0 of uio_pci_generic. That driver masks by the command register
 * and has no control of its own, so config space unmasks.
 */
#include <iopath/bus_sysfs.h>
#include <iopath/bus_uio.h>
#include <iopath/config_pci.h>
#include <iopath/iopath.h>

#include <stdio.h>
#include <string.h>

#define EDU	   "0000:00:04.0"
#define PATIENCE   5000000 /* us, for what must come */
#define MOMENT	   200000  /* us, for what must not */
#define COMMAND	   0x04
#define NO_INTX	   0x0400u
#define EDU_ASKS   0x24
#define EDU_RAISE  0x60
#define EDU_HANDLE 0x64

typedef IOP_BAR(0x1000) edu_bar;

static unsigned wrong;

static void is(const char *what, long got, long expected)
{
	printf("%s: %ld%s\n", what, got, got == expected ? "" : " WRONG");
	wrong += got != expected;
}

static long came(struct iop_interrupt *irq, uint64_t timeout_us)
{
	uint64_t count;
	int err = iop_interrupt_wait(irq, 0, timeout_us, &count);

	return err ? err : (long)count;
}

static void try_it(struct iop_interrupt *irq, const edu_bar *bar, iop_config_normal config)
{
	is("uio: nothing was raised", came(irq, MOMENT), -ETIMEDOUT);
	iop_write32(*bar, 1, EDU_RAISE);
	is("uio: raised", came(irq, PATIENCE), 1);
	is("uio: what the device says", iop_read32(*bar, EDU_ASKS), 1);
	is("uio: masked in the command register", !!(iop_read16(config, COMMAND) & NO_INTX), 1);
	is("uio: this driver has no control", iop_interrupt_unmask(irq, 0), -ENOSYS);
	iop_update16(config, COMMAND, command, (uint16_t)(command & ~NO_INTX));
	is("uio: comes again, as it was not acknowledged", came(irq, PATIENCE), 1);
	iop_write32(*bar, 1, EDU_HANDLE);
	iop_update16(config, COMMAND, command, (uint16_t)(command & ~NO_INTX));
	is("uio: acknowledged", came(irq, MOMENT), -ETIMEDOUT);
}

static int run(struct iop_bus_uio *uio, struct iop_bus_sysfs *sysfs, struct iop_config_pci *pci)
{
	struct iop_resource resource;
	struct iop_interrupt irq;
	edu_bar bar = {}, map = {};
	int err = iop_bar_map(&bar, &sysfs->bus, 0, "guest-uio");

	if (err)
		return err;
	/* Which kernels of this driver show BARs as maps differs. */
	if (iop_bus_resource(&uio->bus, 0, &resource) == 0) {
		err = iop_bar_map(&map, &uio->bus, 0, "guest-uio");
		is("uio: a map", err, 0);
		if (!err) {
			is("uio: the same register through both", iop_read32(map, 0), iop_read32(bar, 0));
			iop_bar_drop(&map);
		}
	}
	err = iop_bus_uio_enable(&irq, uio);
	if (!err)
		try_it(&irq, &bar, iop_config_space(&pci->device));
	iop_interrupt_drop(&irq);
	iop_bar_drop(&bar);
	return err;
}

int main(void)
{
	struct iop_bus_sysfs sysfs;
	struct iop_config_pci pci;
	struct iop_bus_uio uio;
	int err = iop_bus_uio_open(&uio, "uio0", NULL);

	if (err || (err = iop_bus_sysfs_open(&sysfs, EDU, IOP_BUS_SYSFS_ALLOW_WRITE, NULL)) ||
	    (err = iop_config_pci_open(&pci, EDU, IOP_CONFIG_PCI_ALLOW_WRITE, NULL)) || (err = run(&uio, &sysfs, &pci))) {
		fprintf(stderr, EDU ": %s: bind it to uio_pci_generic first\n", strerror(-err));
		return 2;
	}
	iop_config_pci_close(&pci);
	iop_bus_sysfs_close(&sysfs);
	iop_bus_uio_close(&uio);
	printf("%u wrong\n", wrong);
	return wrong != 0;
}
