/* SPDX-License-Identifier: MIT */
/**
 * bench_choose.h - which cells iopath bench measures
 */
#ifndef IOPATH_BENCH_CLI_BENCH_CHOOSE_H
#define IOPATH_BENCH_CLI_BENCH_CHOOSE_H

#include "bench_options.h"

#include <host/select.h>
#include <sample/describe.h>
#include <store/summary.h>

/**
 * The cells that the options name, their baselines and the controls, in the modules' order. Where modules are named and no filter is,
 * theirs, and of ours those that do the same at the same size. 0, or an exit code after a message.
 */
int iop_bench_choose(struct iop_selection *selection, const struct iop_modules *modules, const struct iop_bench_options *o);

/** The routine of each tier that has one of its own here; how many. @tier has room for IOP_TIERS. */
size_t iop_bench_tiers(struct iop_summary_tier *tier);

#endif
