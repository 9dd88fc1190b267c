/* SPDX-License-Identifier: MIT */
/**
 * fuzz_options.h - what iopath fuzz is asked for
 */
#ifndef IOPATH_BENCH_CLI_FUZZ_OPTIONS_H
#define IOPATH_BENCH_CLI_FUZZ_OPTIONS_H

#include "target.h"

#include <sample/describe.h>
#include <sequence/engine.h>

struct iop_fuzz_options {
	const char *module, *filter, *out, *json, *ktap, *replay;
	const char *corpus; /**< NULL: not said */
	enum iop_engine engine;
	uint64_t seed, calls;
	double seconds;
	struct iop_target target; /**< its limits */
};

/** 0, or an exit code after a message. */
int iop_fuzz_parse(struct iop_fuzz_options *options, int argc, char **argv);

/** The lines that can be called and that are asked for. @left_out counts operations. 0, or an exit code after a message. */
int iop_fuzz_choose(const struct iop_fuzz_options *options, const struct iop_described *described,
		    struct iop_sequence_module *module, unsigned *left_out);

#endif
