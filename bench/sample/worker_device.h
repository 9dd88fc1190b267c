/* SPDX-License-Identifier: MIT */
/**
 * worker_device.h - a worker's share of a device that the gate has opened
 *
 * Consent, the lock, the saved bytes and putting them back are the gate's, which outlives its workers; a worker has its file alone,
 * in IOP_WORKER_DEVICE: "FILE-DESCRIPTOR,OFFSET,SIZE,WC,WIDTHS".
 */
#ifndef IOPATH_BENCH_SAMPLE_WORKER_DEVICE_H
#define IOPATH_BENCH_SAMPLE_WORKER_DEVICE_H

#define IOP_WORKER_DEVICE "IOPATH_GATE_BAR"

/** Maps it, so that modules that are loaded next have cells for it. 0, also if there is none, or -1. */
int iop_worker_adopt_device(void);

#endif
