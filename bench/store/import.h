/* SPDX-License-Identifier: MIT */
/**
 * import.h - results of other tools, as stored runs
 *
 * hyperfine times whole commands, Google Benchmark whatever its programs do; either becomes a run in the shape of store.h, so that
 * compare, history, export and report treat it like any other. A hyperfine command becomes the cell command/process/<name>/0,
 * and commands that failed become error rows. Such files do not name their machine: the
 * caller says it, or it stays unknown and times are compared with nothing.
 */
#ifndef IOPATH_BENCH_STORE_IMPORT_H
#define IOPATH_BENCH_STORE_IMPORT_H

#include "reader.h"

struct iop_import_context {
	const char *commit, *arch, *cpu; /**< "": not known, or the file's own */
	bool relative;			 /**< hyperfine: the file's first command is the baseline of the others */
	const char *host, *kernel;	 /**< of this machine if it was measured here; "" otherwise */
};

/**
 * Reads @path and gives the text of a stored run in *@text (free it) and the run itself, read back from that text. 0 or a negative
 * errno with @error.
 */
int iop_import_hyperfine(const char *path, const struct iop_import_context *context, char **text, struct iop_run *run,
			 struct iop_run_error *error);
int iop_import_gbench(const char *path, const struct iop_import_context *context, char **text, struct iop_run *run,
		      struct iop_run_error *error);

#endif
