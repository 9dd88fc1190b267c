/* SPDX-License-Identifier: MIT */
/**
 * machine.h - programs run by library and model side by side
 */
#ifndef IOPATH_FUZZ_MACHINE_H
#define IOPATH_FUZZ_MACHINE_H

#include "resolve.h"

/* What was compared when the two differed: one an assertion of the oracle. */
enum fuzz_divergence_kind {
	FUZZ_AGREE,
	FUZZ_PANICS,   /* one panics, or for another reason */
	FUZZ_CODES,    /* return codes */
	FUZZ_VALUES,   /* values read, or how often an argument was evaluated */
	FUZZ_VIEWS,    /* whether there is a view, its address, size, backend, type, tag */
	FUZZ_BYTES,    /* memory of an owner, or RAM */
	FUZZ_GUARDS,   /* bytes without an owner */
	FUZZ_TRACES,   /* accesses: widths, order, count, barriers */
	FUZZ_CRASHES,  /* a signal */
	FUZZ_HANGS,    /* does not come back */
	FUZZ_ACCESSES, /* what a witness saw the compiled code do */
	FUZZ_DIVERGENCES
};

struct fuzz_divergence {
	enum fuzz_divergence_kind kind;
	unsigned step; /* index of the record */
	struct fuzz_call call;
	uint8_t backend[2];
	char text[256];
};

/** Operations carried out so far by this process, those of each number, and programs. */
extern uint64_t fuzz_checked_ops, fuzz_checked_of[256], fuzz_programs;

/** Called with each operation after it was carried out on both sides and before they are compared; may be NULL. */
typedef void fuzz_observer(void *context, unsigned step, const struct fuzz_model *model, const struct fuzz_call *call,
			   const struct fuzz_result *expected);

/**
 * Who watches what compiled code does, beside the events that the library reports itself: carries operations out in the executor's
 * place, and is asked after all else is found to be the same.
 */
struct fuzz_witness {
	void (*run)(const struct fuzz_call *call, struct fuzz_result *result);
	/** False with a text: it saw something else than what was reported, or what nobody may do. */
	bool (*agrees)(const struct fuzz_model *model, char text[256]);
	/** The operation was left by a jump. */
	void (*abandon)(void);
};

/** NULL: nobody watches. */
extern const struct fuzz_witness *fuzz_witness;

/** Sets up the model and the executor once; fuzz_run does it if it has to. */
void fuzz_setup(void);

/** Runs a program up to the first divergence. True: none. */
bool fuzz_run(const struct fuzz_program *program, struct fuzz_divergence *divergence, fuzz_observer *observer, void *context);

/** fuzz_run of encoded bytes, @groups (a set of enum fuzz_group; 0: all) choosing what is carried out. */
bool fuzz_run_bytes(const uint8_t *data, size_t size, unsigned groups, struct fuzz_divergence *divergence);

/** What two findings with the same cause share: operation, backends, kind. */
void fuzz_signature(char text[96], const struct fuzz_divergence *divergence);

/** "CODES", ... */
const char *fuzz_divergence_name(enum fuzz_divergence_kind kind);

/** Checks the trace of one operation against the model's expectations; false with a text. */
bool fuzz_check_trace(const struct fuzz_model *model, const struct fuzz_event *event, size_t count, char text[256]);

/** From now on signals that the library causes are divergences (the process's own handlers stay otherwise). */
void fuzz_catch_signals(void);

/** What was true of the arena before the program: to print it. */
const struct fuzz_model *fuzz_the_model(void);

/** Whether the last operation reported its accesses at all (routines in assembler and those of the C library do not). */
bool fuzz_traced(void);

#endif
