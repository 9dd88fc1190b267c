/* SPDX-License-Identifier: MIT */
/** emulated.h - the runner of other CPUs: a child that becomes qemu-user with the access plugin, and in it runner/runner.c */
#ifndef IOPATH_BENCH_JUDGE_EMULATED_H
#define IOPATH_BENCH_JUDGE_EMULATED_H

#include "call.h"

extern const struct iop_judge_runner iop_judge_emulated;

/** Who judges routines of @object: this CPU, or an emulator of the one that it was compiled for. */
const struct iop_judge_runner *iop_judge_runner_of(const char *object);

/** "arm64": what @object was compiled for. NULL if for this CPU, or if nobody knows. */
const char *iop_judge_machine(const char *object);

#endif
