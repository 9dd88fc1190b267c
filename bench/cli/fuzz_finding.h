/* SPDX-License-Identifier: MIT */
/**
 * fuzz_finding.h - a finding in a user's module: shown, and kept as files
 */
#ifndef IOPATH_BENCH_CLI_FUZZ_FINDING_H
#define IOPATH_BENCH_CLI_FUZZ_FINDING_H

#include <sequence/run.h>

#include <jansson.h>

struct iop_fuzz_finding {
	const struct iop_sequence_module *module;
	const struct iop_sequence_list *list;
	const struct iop_sequence_failure *failure;
	bool again; /**< it failed again when it was run again */
};

/** Text for people. */
void iop_fuzz_finding_print(FILE *out, const struct iop_fuzz_finding *finding);

/**
 * FOLDER/OP-NAME-FAULT.txt, which --replay reads, and the same as a program in C. A finding that is there already is replaced. 0, or
 * an exit code after a message.
 */
int iop_fuzz_finding_keep(const struct iop_fuzz_finding *finding, const char *folder, char *path, size_t size);

/** @path: where it was kept, without a suffix, or "". */
json_t *iop_fuzz_finding_json(const struct iop_fuzz_finding *finding, const char *path);

#endif
