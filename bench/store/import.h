/* SPDX-License-Identifier: MIT */
/**
 * import.h - results of other tools, as stored runs
 *
 * hyperfine times whole commands, Google Benchmark whatever its programs do; either becomes a run in the shape of store.h, so that
 * compare, history, export and report treat it like any other. What the formats mean is the reader's business (reader_google.c,
 * reader_hyperfine.c). Such files do not name their machine, or not all of it: the caller says it, or it stays unknown and times are
 * compared with nothing. Several files become one run with the repetitions of all if they are of one machine.
 */
#ifndef IOPATH_BENCH_STORE_IMPORT_H
#define IOPATH_BENCH_STORE_IMPORT_H

#include "reader.h"

struct iop_import_context {
	const char *commit, *arch, *cpu; /**< "": not known, or the file's own */
	bool relative;			 /**< the first file's first command is the baseline of the others */
	bool merge;			 /**< several files are one run even where they do not say that they are of one machine */
	const char *host, *kernel;	 /**< of this machine if it was measured here; "" otherwise */
};

/**
 * Reads @count files of @source, "hyperfine" or "google-benchmark", and gives the text of a stored run in *@text (free it) and the
 * run itself, read back from that text. 0 or a negative errno with @error, and in *@which the file that it is about.
 */
int iop_import(const char *source, char *const *paths, size_t count, const struct iop_import_context *context, char **text,
	       struct iop_run *run, size_t *which, struct iop_run_error *error);

#endif
