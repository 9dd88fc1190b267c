/* SPDX-License-Identifier: MIT */
/**
 * gate.h - is the candidate slower than the base?
 *
 * Both builds' modules run in one process, a batch of one against a batch of the other: a *round*. The median log-ratio of the
 * rounds of one process is the value of that *launch*, and launches are the sample: each has its own address layout, buffer
 * colour, load order and CPU. A few launches of everything *screen* for suspects, generously, and for cells that would not have shown
 * a slowdown; fresh launches of both *confirm* them by an exact signed-rank test against the margin. As confirming sees none of the
 * data that chose them, Holm's rule over these bounds the family-wise error over all cells. It goes on until each is found or
 * resolved; what there was no time to resolve is counted, and decides whether the run may pass.
 *
 * What cannot be paired in a process (pair.h) has two for a launch, one a side, in random order; everything else about them is alike,
 * and the log-ratio of their medians is the value. That sees less, and its resolution says how much.
 *
 * A cell whose code is the same on both sides (identity.h) cannot fail. A run carries its own controls: the gate's kernel against
 * itself and a few cells of same code must stay clean, and the kernel slowed by a planted amount must be found; otherwise the
 * verdict is that the machine is unfit. Instructions and accesses are counted, not sampled; more accesses to the device side than the base
 * makes are a regression whatever time shows, as memory is no device.
 */
#ifndef IOPATH_BENCH_GATE_GATE_H
#define IOPATH_BENCH_GATE_GATE_H

#include <host/accesses.h>
#include <sample/count.h>
#include <sample/launch.h>
#include <sample/pair.h>
#include <sample/stats.h>

#include <stdbool.h>
#include <stdio.h>

#define IOP_GATE_SCREEN	 12  /* launches of all cells */
#define IOP_GATE_CONFIRM 128 /* launches of suspects, at most */

enum iop_gate_role {
	IOP_ROLE_CELL,	   /**< judged */
	IOP_ROLE_SAME,	   /**< same code, not measured */
	IOP_ROLE_NEGATIVE, /**< same code, measured: must stay clean */
	IOP_ROLE_PINNED,   /**< the gate's kernel against itself: must stay clean */
	IOP_ROLE_PLANTED,  /**< the gate's kernel slowed: must be found */
};

enum iop_gate_verdict {
	IOP_VERDICT_PENDING,
	IOP_VERDICT_SAME_CODE,
	IOP_VERDICT_SLOWER,
	IOP_VERDICT_FASTER,
	IOP_VERDICT_NO_CHANGE,	/**< it would have been seen */
	IOP_VERDICT_UNRESOLVED, /**< it would not */
	IOP_VERDICT_ABSENT,	/**< neither side can be set up on this machine, for the same reason */
	IOP_VERDICT_ERROR,
};

struct iop_gate_cell {
	char *name;
	int index[IOP_SIDES];
	uint32_t flags;
	enum iop_gate_role role;
	int same; /**< code identity: 1 yes, 0 no, -1 unknown */
	uint64_t ops[IOP_SIDES];
	double alone_ns[IOP_SIDES]; /**< a batch in the launch that goes on, where the sides cannot be paired; 0: not yet */
	double round_ns;	    /**< what a round costs */
	double setup_ns;	    /**< and setting the pair up */
	double op_ns;		    /**< of the base */
	bool skipped;		    /**< with so many cells there was no time to look at it */
	bool required;		    /**< by the options: to be resolved */
	bool examined, settled;
	bool suspect, faster, wide; /**< of the confirming stage; seems faster; only because screening has not resolved it */
	double screen[IOP_GATE_SCREEN], confirm[IOP_GATE_CONFIRM]; /**< ln(candidate / base) of the launches */
	size_t screened, confirmed;
	enum iop_gate_verdict verdict;
	double p;					     /**< of the signed-rank test that decided; NaN without one */
	double change, low, high;			     /**< candidate / base - 1, and its 95 % interval */
	double resolution;				     /**< the smallest slowdown that this run would have found */
	double instructions[IOP_SIDES], accesses[IOP_SIDES]; /**< for one operation; NaN: not counted */
	struct iop_accesses device[IOP_SIDES];		     /**< the same of accesses to the device side */
	bool too_many;					     /**< more instructions than allowed */
	bool more_accesses;				     /**< more accesses to the device side than allowed */
	bool accesses_vary;				     /**< from one count to the next: nothing is said of them */
	bool unconfirmed;				     /**< there was no time to confirm it: never clean */
	bool uncounted;					     /**< unknown whether it is more than allowed */
	int setup_error[IOP_SIDES];
	char *error;
};

struct iop_gate_options {
	struct iop_launcher_paths module[IOP_SIDES];
	const char *filter;
	const char *commit[IOP_SIDES]; /**< of modules that do not say theirs, or NULL */
	double margin, fwer, budget;   /**< fractions; seconds */
	double planted;		       /**< the control's slowdown */
	double sees;		       /**< a cell is resolved if it would show this slowdown */
	double max_unresolved;	       /**< share of the changed cells that may stay unresolved */
	const char *require;	       /**< cells of which none may */
	double slow;		       /**< slows every cell of the candidate, for testing the gate; 0: not */
	double max_instructions;       /**< more of them than this fail; negative: report only */
	bool max_is_share;	       /**< of the base's, not a number */
	double max_accesses;	       /**< more accesses to the device side than this fail; INFINITY: report only */
	bool accesses_are_share;       /**< likewise */
	bool accesses_wanted;	       /**< a cell of which they are not known is not verified */
	size_t sample;		       /**< of the cells, evenly chosen; 0: all */
	bool full, identity, counts, time;
	uint64_t seed;
	bool progress;
	void (*bus_fault)(void *user, const char *cell); /**< a process on the device got SIGBUS: the end of the run */
	bool on_device;					 /**< only cells of the device that workers are given */
	void (*after_launch)(void *user);		 /**< puts back what a worker has changed; or NULL */
	void *user;
};

struct iop_gate {
	struct iop_gate_options options;
	struct iop_launcher launcher;
	const volatile sig_atomic_t *stop;
	struct iop_gate_cell *cell; /**< those of the filter, then the controls */
	size_t count;
	char *module[IOP_SIDES]; /**< what the modules say of themselves */
	char commit[IOP_SIDES][64];
	size_t unaligned[IOP_SIDES],
		batches[IOP_SIDES];  /**< functions that are measured, and those where moving them changes them */
	size_t added, gone;	     /**< cells that only one side has */
	size_t suspects, wide;	     /**< tests of the confirming stage: what seems slower, controls included, and what is wide */
	size_t skipped, unconfirmed; /**< cells that there was no time to screen, to confirm */
	size_t changed, unresolved;  /**< cells to be judged, and those of them that would not show a slowdown */
	double began, ends, seconds, cpu_seconds;
	double start_seconds;	      /**< of a launch: a process that loads two modules */
	double slowness;	      /**< what a launch takes beyond that, against what its cells should */
	const char *counts_missing;   /**< why valgrind did not count, or NULL */
	const char *accesses_missing; /**< likewise */
	const char *device_missing;   /**< likewise, of accesses to the device side */
	bool interrupted;
	bool screened;	 /**< every cell has had all its launches */
	char unfit[256]; /**< why the machine is unfit, or "" */
};

/**
 * Measures and judges. An exit code (host/fail.h), after an error message where it is IOP_EXIT_USAGE before anything was measured.
 */
int iop_gate_run(struct iop_gate *gate);
void iop_gate_free(struct iop_gate *gate);

/** The stages, in order; each 0 or an exit code. */
int iop_gate_list(struct iop_gate *gate);
int iop_gate_examine(struct iop_gate *gate);
void iop_gate_count(struct iop_gate *gate);
void iop_gate_count_again(struct iop_gate *gate); /* the device accesses of cells that seem to make more */
void iop_gate_screen(struct iop_gate *gate);
void iop_gate_confirm(struct iop_gate *gate);
int iop_gate_decide(struct iop_gate *gate);

/** Gives what is launched next a seed of its own. */
void iop_gate_reseed(struct iop_gate *gate);

/** Runs a worker on some cells and takes its answers; a cell that crashed it gets the error. */
void iop_gate_launch(struct iop_gate *gate, const char *mode, const struct iop_task *tasks, size_t count, double patience,
		     struct iop_launch_end *end);

bool iop_gate_is_control(const struct iop_gate_cell *cell);
/** Whether its instructions are known, on both sides. */
bool iop_gate_is_counted(const struct iop_gate_cell *cell);
/** Likewise its accesses to the device side. */
bool iop_gate_knows_accesses(const struct iop_gate_cell *cell);
double iop_gate_now(void);
void iop_gate_progress(const struct iop_gate *gate, const char *what, double share);

/** How many cells have the verdict, controls left out. */
size_t iop_gate_with(const struct iop_gate *gate, enum iop_gate_verdict verdict);

/** Name of a cell's verdict: "slower", "no change >= 2.2 %", ... */
const char *iop_gate_verdict_text(const struct iop_gate_cell *cell, char *text, size_t size);
/** Why time and instructions disagree, or "". */
const char *iop_gate_explanation(const struct iop_gate_cell *cell);

/** Reports. @code is what iop_gate_run() returned. */
void iop_gate_print(FILE *out, const struct iop_gate *gate, int code, bool colour);
void iop_gate_markdown(FILE *out, const struct iop_gate *gate, int code);
/** As JSON that the caller owns; a cell alone, with the value of each launch. */
struct json_t *iop_gate_json(const struct iop_gate *gate, int code);
struct json_t *iop_gate_cell_json(const struct iop_gate_cell *cell);

#endif
