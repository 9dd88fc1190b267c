/* SPDX-License-Identifier: MIT */
/**
 * worker_say.h - what a worker tells the process that started it
 */
#ifndef IOPATH_BENCH_SAMPLE_WORKER_SAY_H
#define IOPATH_BENCH_SAMPLE_WORKER_SAY_H

/** A line at a time straight to the gate: if a cell kills this process, everything before it is known. */
void iop_worker_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/**
 * The task that is worked on from now on, and the side of it, or -1: what kills this process is attributed to them. A store to memory
 * that is shared with the gate, so it can be said before each batch.
 */
void iop_worker_at(int task, int side);
/** So much of all is done: said a few times a second. */
void iop_worker_progress(unsigned long done, unsigned long all);
/** Of a clock that only goes forward. */
double iop_worker_seconds(void);

#endif
