/* SPDX-License-Identifier: MIT */
/** path_run.h - in the child: what is called, on which memory, and how a call is found wrong */
#ifndef IOPATH_BENCH_JUDGE_PATH_RUN_H
#define IOPATH_BENCH_JUDGE_PATH_RUN_H

#include "path.h"

#include <iopath/cells.h>

#include <tracer.h>

/** The device's bytes that a checked path and a projection have are in the middle of a window. */
#define IOP_PATH_WINDOW ((size_t)16384)
#define IOP_PATH_BASE	((size_t)4096)

struct iop_path_run {
	const struct iop_registered *entry;
	void *function; /**< its symbol */
	struct iop_tracer *tracer;
	struct iop_path_report *report;
};

/** Ends the run with a verdict; returns false. */
bool iop_path_end(struct iop_path_run *run, enum iop_path_verdict verdict, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Runs @code(@arg) under the tracer; NULL after it ended the run, as it cannot be watched. */
const struct iop_access_list *iop_path_watch(struct iop_path_run *run, const unsigned char *origin, void (*code)(void *arg),
					     void *arg);

/** Judge. The verdict is IOP_PATH_RIGHT unless they end the run. */
void iop_path_checked(struct iop_path_run *run);
void iop_path_projection(struct iop_path_run *run);
void iop_path_operation(struct iop_path_run *run);

#endif
