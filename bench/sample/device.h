/* SPDX-License-Identifier: MIT */
/**
 * device.h - a place on a PCI function that the user allows to be measured on
 *
 * Reading a register can have side effects, and writing one can stop the machine. So the function, the BAR and the consent are all
 * given by the user; a function that a driver uses, or that does not decode its memory, is refused; what is going to be touched is
 * shown; and the bytes that were there are put back, by accesses of the widths that the device takes. Drivers that hand functions to programs are none in this sense: under
 * uio_pci_generic a BAR is mapped by sysfs, as under no driver, and under vfio-pci by VFIO.
 */
#ifndef IOPATH_BENCH_SAMPLE_DEVICE_H
#define IOPATH_BENCH_SAMPLE_DEVICE_H

#include "device_bytes.h"
#include "device_widths.h"

#include <iopath/bus_sysfs.h>
#include <iopath/bus_vfio.h>
#include <iopath/iopath.h>

#include <stdbool.h>

struct iop_bench_device {
	/* The user's options; size 0: the whole BAR, 4096 bytes at most. */
	const char *command;	 /* for messages */
	const char *name, *root; /* NULL: that of this machine */
	size_t bar, offset, size;
	bool bar_given, placed, wc, allow_write;
	bool read_only;	      /* a read is all that is asked for; the mapping allows no more, but for VFIO's */
	bool stdout_is_taken; /* what is going to happen is said on stderr then */
	unsigned widths;      /* that the device takes, in bytes, ORed; 0: not said */
	/* While it is open. */
	bool is_open, by_vfio;
	union {
		struct iop_bus_sysfs sysfs;
		struct iop_bus_vfio vfio;
	};
	union {
		IOP_BAR(0) owner;
		IOP_WC_BAR(0) wc_owner; /* alike but for the type */
	};
	struct iop_device_widths taken;
	struct iop_device_bytes bytes;
	struct iop_fault_guard guard;
	char *faulted; /* what was measured when the BAR stopped decoding, or NULL */
	int lent;      /* for workers, -1 without */
};

/**
 * Checks, requests the BAR, says what is going to happen on stdout, saves the bytes, and sets IOPATH_BAR, so that a module of cells
 * that is loaded next has cells for it. 0, also if no device was named; or an exit code, after a message.
 */
int iop_bench_device_open(struct iop_bench_device *device);

/**
 * Lets other processes of this program map the same bytes (worker_device.h). 0, or an exit code after a message.
 */
int iop_bench_device_lend(struct iop_bench_device *device);

/** Puts the bytes back. */
void iop_bench_device_restore(const struct iop_bench_device *device);

/**
 * A process has got SIGBUS on it, while the cell @measured was, or NULL where nothing is kept: nothing more is measured, and closing says
 * so in place of anything else.
 */
void iop_bench_device_faulted(struct iop_bench_device *device, const char *measured);

/**
 * Puts back the bytes that can be, and gives the BAR back. 0, or an exit code after a message of one line: it stopped decoding, they do
 * not read as before, now and a moment later, or nothing shows that they do.
 */
int iop_bench_device_close(struct iop_bench_device *device);

#endif
