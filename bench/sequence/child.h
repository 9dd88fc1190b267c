/* SPDX-License-Identifier: MIT */
/** child.h - the child's side of run.h: question and answer, in shared memory */
#ifndef IOPATH_BENCH_SEQUENCE_CHILD_H
#define IOPATH_BENCH_SEQUENCE_CHILD_H

#include "perform.h"

#include <judge/child.h>

struct iop_sequence_served {
	const struct iop_sequence_module *module;
	double cpu_seconds;
};

/** Body of the child (judge/child.h); @arg is a struct iop_sequence_served. */
void iop_sequence_serve(const struct iop_child_seat *seat, void *arg);

#endif
