/* SPDX-License-Identifier: MIT */
/**
 * store.h - results as files
 *
 * A run is one JSON file in Google Benchmark's schema with exactly one row per cell: the median as real_time, the spread and
 * everything else as extra fields, no _mean or _stddev rows, so that tools made for that schema read it unchanged. Files are
 * written beside their final name, synced and renamed: an earlier result is never damaged, by a full disk or anything else.
 */
#ifndef IOPATH_BENCH_STORE_STORE_H
#define IOPATH_BENCH_STORE_STORE_H

#include "place.h"
#include "result.h"
#include <host/machine.h>

#include <stddef.h>

/** Where a run goes that was given no name: a file that is named after machine, time and commit (place.h). 0 or a negative errno. */
int iop_store_path(char path[IOP_STORE_PATH], const struct iop_results *results, const struct iop_machine *machine);

/** Writes the run. @command is the command line. 0 or a negative errno; then no file has changed. */
int iop_store_write(const char *path, const struct iop_results *results, const struct iop_machine *machine, const char *command,
		    const struct iop_cell_env *env);
/** The same for a file that must not replace another: @path becomes the name that was free. */
int iop_store_write_new(char path[IOP_STORE_PATH], const struct iop_results *results, const struct iop_machine *machine,
			const char *command, const struct iop_cell_env *env);

#endif
