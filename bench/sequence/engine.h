/* SPDX-License-Identifier: MIT */
/**
 * engine.h - a campaign by an engine that sees which code of the module an input reaches
 *
 * The engine's program has the module, instrumented, in its own process (driver/). What it finds is run again in a child process that has
 * the module as it is shipped, and minimised there. A line with a finding is left out by the engine from then on, too. Inputs that reach
 * new code go to the corpus, which the engine then makes small.
 */
#ifndef IOPATH_BENCH_SEQUENCE_ENGINE_H
#define IOPATH_BENCH_SEQUENCE_ENGINE_H

#include "corpus.h"

#include <limits.h>

enum iop_engine {
	IOP_ENGINE_GENERATOR, /**< none */
	IOP_ENGINE_LIBFUZZER,
	IOP_ENGINE_AFL,
};

/** "generator", "libfuzzer", "afl"; false: no such engine. */
bool iop_engine_of(const char *name, enum iop_engine *engine);
const char *iop_engine_name(enum iop_engine engine);

/** Its program for a module: my.libfuzzer beside my.so. */
void iop_engine_program(enum iop_engine engine, const char *module, char path[PATH_MAX]);

struct iop_engine_run {
	enum iop_engine engine;
	const char *program;
	const char *library; /**< libiopath-fuzz-module.so, which has the mutator that AFL++ loads */
	struct iop_corpus *corpus;
};

/** As iop_sequence_campaign(), after iop_corpus_replay(). False: campaign->why says why not. */
bool iop_engine_campaign(struct iop_sequence_campaign *campaign, const struct iop_engine_run *run);

#endif
