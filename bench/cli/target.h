/* SPDX-License-Identifier: MIT */
/**
 * target.h - which routine a command judges, and by what
 *
 * The options that trace and check share.
 */
#ifndef IOPATH_BENCH_CLI_TARGET_H
#define IOPATH_BENCH_CLI_TARGET_H

#include "cli.h"

#include <judge/prototype.h>

struct iop_target {
	const char *routine;		     /**< of this program, or NULL */
	const char *object, *symbol;	     /**< or these */
	const char *tier_name, *widths_text; /**< as given, or NULL */
	const char *call;		     /**< description of the prototype (prototype.h), or NULL */
	bool rmw;			     /**< copies within widths: the words at the edges by read, modify, write */
	unsigned fifo;			     /**< the width of the one register that all bytes go through; 0: a copy */
	struct iop_child_limits limits;

	/* Found by iop_target_wanted(). */
	struct iop_wanted wanted;
	struct iop_prototype prototype;
	char called[IOP_SYMBOL_MOST]; /**< the symbol, if @call has it */

	/* Found by iop_target_find(). */
	struct iop_judged judged;
	const struct iop_judge_runner *runner;
	struct iop_copier copier;
	enum iop_tier tier; /**< that was asked for, or the routine's own; strict of an object and of a peer */
	unsigned widths;    /**< that were asked for, or the routine's own; 0: all of the tier; IOP_EDGES_RMW too */
};

/** "arm64": the machine of another kind than this that the routine is for, or NULL. */
const char *iop_target_machine(const struct iop_target *target);

/** What the user called the routine. */
const char *iop_target_name(const struct iop_target *target);

/** --timeout. 0, or an exit code after a message. */
int iop_target_timeout(struct iop_target *target, const char *command, const char *text);

/** --fifo. 0, or an exit code after a message. */
int iop_target_fifo(struct iop_target *target, const char *command, const char *text);

/**
 * What is wanted: toio, fromio, set, move, or an accessor. Reads the description of the prototype, which may name the symbol. 0, or
 * an exit code after a message.
 */
int iop_target_wanted(struct iop_target *target, const char *command, const char *name);

/** Finds the routine. 0, or an exit code after a message of @command's. */
int iop_target_find(struct iop_target *target, const char *command);

/** "toio", "write32": valid for as long as @text. */
const char *iop_target_op_name(const struct iop_target *target, char text[16]);

/** Starts its judge. 0, or an exit code after a message. */
int iop_target_judge(struct iop_judge *judge, const struct iop_target *target, const char *command);

/** The names of all routines, as a paragraph of a help text. */
void iop_target_help_routines(void);

#endif
