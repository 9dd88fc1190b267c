/* SPDX-License-Identifier: MIT */
/** judge.h - what came back from the child, compared with the model and judged by the claims */
#ifndef IOPATH_BENCH_SEQUENCE_JUDGE_H
#define IOPATH_BENCH_SEQUENCE_JUDGE_H

#include "perform.h"
#include "run.h"

/** Sets the fault and its words; returns false. */
bool iop_sequence_fail(struct iop_sequence_failure *failure, enum iop_sequence_fault fault, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** The calls that came back; false once one is wrong. */
bool iop_sequence_judge(const struct iop_sequence_module *module, const struct iop_sequence *sequence,
			const struct iop_sequence_shared *shared, struct iop_sequence_failure *failure);

#endif
