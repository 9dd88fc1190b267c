/* SPDX-License-Identifier: MIT */
/*
 * guest-nvme: in the guest, QEMU's NVMe controller by VFIO: an admin queue in Coherent memory, a buffer that the program had already,
 * and a message by MSI-X when a command is done. Then the function is reset, and the same mapping shows it.
 */
#include <iopath/bus_vfio.h>
#include <iopath/iopath.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NVME	 "0000:00:08.0"
#define ENTRIES	 4
#define PATIENCE 5000000 /* us, for what must come */
#define MOMENT	 200000	 /* us, for what must not */

/* NVM Express Base 1.4, 3.1 */
struct nvme {
	uint32_t cap_low, cap_high, version, mask_set, mask_clear, config, reserved, status, subsystem, admin_queues;
	uint32_t submission_low, submission_high, completion_low, completion_high, gap[(0x1000 - 0x38) / 4];
	uint32_t submission_tail, completion_head; /* of a controller whose doorbells have no gaps, as QEMU's */
};
#define ENABLE	     0x00460001u /* entries of 64 and 16 bytes */
#define READY	     0x1u
#define IDENTIFY     0x06
#define CONTROLLER   1
#define STATUS_PHASE 0x1u

struct command {
	uint32_t operation, name_space, reserved[4], data_low, data_high, reserved2[2], what, arguments[5];
};
struct completion {
	uint32_t result, reserved, queue, status;
};
IOP_PLAIN(struct nvme, cap_low, cap_high, version, mask_set, mask_clear, config, reserved, status, subsystem, admin_queues,
	  submission_low, submission_high, completion_low, completion_high, gap, submission_tail, completion_head);
typedef IOP_MMIO(struct nvme) nvme_mmio;
typedef IOP_BAR(0x2000) nvme_bar;
typedef IOP_COHERENT_OWNER(IOP_SLICE(struct command)) submissions;
typedef IOP_COHERENT_OWNER(IOP_SLICE(struct completion)) completions;

static unsigned wrong;

static void is(const char *what, long got, long expected)
{
	printf("%s: %ld%s\n", what, got, got == expected ? "" : " WRONG");
	wrong += got != expected;
}

static bool becomes(nvme_mmio nvme, uint32_t ready)
{
	for (unsigned ms = 0; ms < PATIENCE / 1000; ms++) {
		if ((iop_read(iop_project(nvme, .status)) & READY) == ready)
			return true;
		usleep(1000);
	}
	return false;
}

static void start(nvme_mmio nvme, const submissions *sq, const completions *cq)
{
	iop_write(iop_project(nvme, .config), 0);
	is("nvme: stopped", becomes(nvme, 0), 1);
	iop_write(iop_project(nvme, .admin_queues), (ENTRIES - 1) << 16 | (ENTRIES - 1));
	iop_write(iop_project(nvme, .submission_low), (uint32_t)iop_coherent_dma(*sq));
	iop_write(iop_project(nvme, .submission_high), (uint32_t)(iop_coherent_dma(*sq) >> 32));
	iop_write(iop_project(nvme, .completion_low), (uint32_t)iop_coherent_dma(*cq));
	iop_write(iop_project(nvme, .completion_high), (uint32_t)(iop_coherent_dma(*cq) >> 32));
	iop_write(iop_project(nvme, .config), ENABLE);
	is("nvme: ready", becomes(nvme, READY), 1);
}

/* Asks what the controller is; the answer goes to @buffer of the device. */
static void identify(nvme_mmio nvme, const submissions *sq, uint64_t buffer)
{
	iop_write(iop_project(*sq, iop_or_panic(0), .operation), IDENTIFY);
	iop_write(iop_project(*sq, iop_or_panic(0), .data_low), (uint32_t)buffer);
	iop_write(iop_project(*sq, iop_or_panic(0), .data_high), (uint32_t)(buffer >> 32));
	iop_write(iop_project(*sq, iop_or_panic(0), .what), CONTROLLER);
	/* An ordered write: the device reads the command after it. */
	iop_write(iop_project(nvme, .submission_tail), 1);
}

static long came(struct iop_interrupt *irq, uint64_t timeout_us)
{
	uint64_t count;
	int err = iop_interrupt_wait(irq, 0, timeout_us, &count);

	return err ? err : (long)count;
}

static void use(struct iop_bus_vfio *vfio, nvme_mmio nvme, const submissions *sq, const completions *cq, const char *page,
		uint64_t address)
{
	struct iop_interrupt irq;
	uint32_t enabled;

	is("nvme: has MSI-X", iop_bus_vfio_vectors(vfio, IOP_BUS_VFIO_MSIX) > 1, 1);
	is("nvme: MSI-X enabled", iop_bus_vfio_enable(&irq, vfio, IOP_BUS_VFIO_MSIX, 2), 0);
	start(nvme, sq, cq);
	is("nvme: no message yet", came(&irq, MOMENT), -ETIMEDOUT);
	identify(nvme, sq, address);
	is("nvme: a message", came(&irq, PATIENCE), 1);
	is("nvme: none on the other vector", iop_interrupt_take(&irq, 1, NULL), -EAGAIN);
	is("nvme: phase and status of the completion", iop_read(iop_project(*cq, iop_or_panic(0), .status)) >> 16, STATUS_PHASE);
	printf("nvme: serial '%.6s', model '%.14s'\n", page + 4, page + 24);
	is("nvme: the serial number is the one that QEMU was given", memcmp(page + 4, "iopath", 6) == 0, 1);
	iop_interrupt_drop(&irq);
	enabled = iop_read(iop_project(nvme, .config)) & 1;
	is("nvme: reset", iop_bus_vfio_reset(vfio), 0);
	is("nvme: enabled before it, as a control", enabled, 1);
	is("nvme: not ready after it, through the same view", iop_read(iop_project(nvme, .status)) & READY, 0);
	is("nvme: not enabled", iop_read(iop_project(nvme, .config)) & 1, 0);
}

/* With all that it needs; whatever fails says so. */
static int run(struct iop_bus_vfio *vfio, struct iop_dma *dma, nvme_mmio nvme)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	char *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	submissions sq;
	completions cq;
	uint64_t address;
	int err = page == MAP_FAILED ? -ENOMEM : iop_coherent_zeroed_slice(&sq, dma, ENTRIES, 0);

	if (err)
		return err;
	err = iop_coherent_zeroed_slice(&cq, dma, ENTRIES, 0);
	if (!err)
		err = iop_dma_map(dma, page, size, &address);
	if (!err) {
		use(vfio, nvme, &sq, &cq, page, address);
		iop_dma_unmap(dma, page, size, address);
	}
	iop_coherent_drop(&cq);
	iop_coherent_drop(&sq);
	munmap(page, size);
	return err;
}

int main(void)
{
	struct iop_bus_vfio vfio;
	struct iop_dma *dma;
	nvme_mmio nvme;
	nvme_bar bar;
	int err = iop_bus_vfio_open(&vfio, NVME, &dma);

	if (err) {
		fprintf(stderr, NVME ": %s: bind it to vfio-pci first\n", strerror(-err));
		return 2;
	}
	err = iop_bar_map(&bar, &vfio.bus, 0, "guest-nvme");
	if (!err)
		err = iop_try_cast(bar, struct nvme, &nvme);
	if (!err)
		err = run(&vfio, dma, nvme);
	if (err)
		fprintf(stderr, NVME ": %s\n", strerror(-err));
	iop_bar_drop(&bar);
	iop_bus_vfio_close(&vfio);
	printf("%u wrong\n", wrong);
	return err || wrong;
}
