/* SPDX-License-Identifier: MIT */
/**
 * oracle.h - what can be wrong with the library's answer to an operation, one observable at a time
 */
#ifndef IOPATH_FUZZ_TEST_ORACLE_H
#define IOPATH_FUZZ_TEST_ORACLE_H

#include <engine/machine.h>

/* The operation just carried out: what may be altered of it. */
struct answer {
	struct fuzz_result *core;
	const struct fuzz_result *want;
	const struct fuzz_model *model;
	struct fuzz_event event[FUZZ_MAX_EVENTS + 1];
	size_t events;
	struct fuzz_asked asked[FUZZ_MAX_ASKED + 1];
	unsigned asks;
	uint8_t *byte; /* altered in memory until the events are asked for: after that what the model wrote was compared */
	uint8_t is;
	enum fuzz_divergence_kind kind; /* what altering memory must be reported as */
	const char *says;		/* how the words begin that it must be reported in; NULL: it does not matter */
	uint64_t value;			/* and the last of them */
	uint8_t backend[2], op;
	uint64_t random;
};

enum when {
	ANY_TIME,
	LAST,  /* nothing may come after it that puts it right again */
	FIRST, /* any time, but only when the program runs first: it is not run again where that is not needed */
	LAST_ONCE,
	INSIDE, /* instead of the operation */
};

struct observable {
	const char *name;
	enum fuzz_divergence_kind kind; /* FUZZ_AGREE: as the alteration says */
	enum when when;
	bool (*alter)(struct answer *a); /* false: this operation has no such thing */
};

extern const struct observable observables[];
extern const size_t observable_count;

#endif
