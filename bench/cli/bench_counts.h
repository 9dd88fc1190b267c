/* SPDX-License-Identifier: MIT */
/**
 * bench_counts.h - what of a cell is exact: its code, its instructions, its accesses
 *
 * Times drift, these do not: a history follows them, and a change of one without the other is a hint at layout or memory. The gate
 * counts two modules this way; a run counts all that it has.
 */
#ifndef IOPATH_BENCH_CLI_BENCH_COUNTS_H
#define IOPATH_BENCH_CLI_BENCH_COUNTS_H

#include <sample/describe.h>
#include <sample/sampler.h>
#include <store/result.h>

#include <signal.h>

/** Puts the code's hashes into @results, by a process that loads the modules and runs no cell. */
void iop_bench_identify(struct iop_results *results, const struct iop_modules *modules, const volatile sig_atomic_t *stop);

/**
 * Counts instructions (callgrind), accesses (single steps) and device accesses (tracer) of every cell that @cells, one a row, let run,
 * in processes of their own, for about @seconds; on a @device only what needs none. What cannot be counted stays NaN and
 * results->uncounted says why.
 */
void iop_bench_count(struct iop_results *results, const struct iop_modules *modules, const struct iop_sampled *cells,
		     double seconds, bool device, const volatile sig_atomic_t *stop);

/**
 * Device accesses alone, of @count cells of @modules: @found, one each, for @command. NULL, or why not all of those that have a device
 * side are known.
 */
const char *iop_bench_device_accesses(const struct iop_modules *modules, const char *command, const struct iop_cell *const *cells,
				      size_t count, struct iop_accesses *found);

#endif
