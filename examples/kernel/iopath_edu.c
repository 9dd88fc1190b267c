// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A driver in the Linux kernel for QEMU's edu device, with views in place of readl and writel: it computes a factorial on the device
 * when it is bound, and says so in the kernel's log. The register block is a struct, the status a register with named bits; both
 * compile to the accesses of readl and writel (docs/semantics.md, 2.2).
 *
 *	make -C examples/kernel IOPATH=/opt/iopath && insmod examples/kernel/iopath_edu.ko n=10
 */
#include <linux/iopoll.h>
#include <linux/module.h>
#include <linux/pci.h>

#include <iopath/freestanding.h>

struct edu_regs {
	uint32_t id, live, factorial, unused[5];
	uint32_t status;
};
typedef IOP_MMIO(struct edu_regs) edu_mmio;
typedef IOP_MMIO(IOP_REGION(0x24)) edu_bar;

IOP_REGISTER(edu_status, uint32_t, IOP_AT(0x20), (0, 0, busy), (7, 7, irq));

static unsigned int n = 10;
module_param(n, uint, 0444);
MODULE_PARM_DESC(n, "whose factorial the device computes");

void iop_panic_at(const struct iop_panic *p)
{
	panic("iopath_edu: %s:%u: %s: %s %llu", p->file, p->line, p->reason, p->number[0].name ?: "-",
	      (unsigned long long)p->number[0].value);
}

static bool edu_is_alive(edu_mmio edu)
{
	iop_write(iop_project(edu, .live), 0x12345678);
	return iop_read(iop_project(edu, .live)) == ~0x12345678u;
}

static int edu_factorial(edu_mmio edu, edu_bar bar, uint32_t of, uint32_t *result)
{
	edu_status status;
	int err;

	iop_write(iop_project(edu, .factorial), of);
	err = read_poll_timeout(iop_read_reg, status, !iop_get(status, .busy), 10, 1000000, false, bar, edu_status);
	if (err)
		return err;
	*result = iop_read(iop_project(edu, .factorial));
	return 0;
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	edu_mmio edu;
	edu_bar bar;
	uint32_t result;
	int err;

	err = pcim_enable_device(pdev);
	if (!err)
		err = pcim_iomap_regions(pdev, BIT(0), KBUILD_MODNAME);
	if (err)
		return err;
	err = iop_try_region_at(&bar, pcim_iomap_table(pdev)[0], pci_resource_len(pdev, 0));
	if (err)
		return err;
	edu = iop_view_at(edu_mmio, pcim_iomap_table(pdev)[0]);

	pci_info(pdev, "edu version 0x%x\n", iop_read(iop_project(edu, .id)));
	if (!edu_is_alive(edu))
		return -ENODEV;
	err = edu_factorial(edu, bar, n, &result);
	if (err)
		return err;
	pci_info(pdev, "factorial of %u is %u\n", n, result);
	return 0;
}

static const struct pci_device_id edu_ids[] = {{PCI_DEVICE(0x1234, 0x11e8)}, {}};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = KBUILD_MODNAME,
	.id_table = edu_ids,
	.probe = edu_probe,
};
module_pci_driver(edu_driver);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("QEMU's edu device through views");
