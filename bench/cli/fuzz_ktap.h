/* SPDX-License-Identifier: MIT */
/**
 * fuzz_ktap.h - what fuzzing found, as KTAP
 */
#ifndef IOPATH_BENCH_CLI_FUZZ_KTAP_H
#define IOPATH_BENCH_CLI_FUZZ_KTAP_H

#include <sequence/sequence.h>

/** What came of a line of the module. */
struct iop_fuzz_outcome {
	char words[400]; /**< of its finding, or "" */
};

/**
 * A point of each line that can be called, @calls times each, or 0 and why; and one of the operations that are @left_out. 0, or an exit
 * code after a message.
 */
int iop_fuzz_ktap(const char *where, const struct iop_sequence_module *module, const struct iop_fuzz_outcome *outcome,
		  const uint64_t *calls, const char *uncalled, unsigned left_out);

/** Nothing could be called, and why: one point. The exit code stays what it was. */
void iop_fuzz_ktap_error(const char *where, const char *module, const char *why);

#endif
