/* SPDX-License-Identifier: MIT */
/**
 * target.h - which routine a command judges, and by what
 *
 * The options that trace and check share.
 */
#ifndef IOPATH_BENCH_CLI_TARGET_H
#define IOPATH_BENCH_CLI_TARGET_H

#include "cli.h"

#include <judge/call.h>

struct iop_target {
	const char *routine;		     /**< of this program, or NULL */
	const char *object, *symbol;	     /**< or these */
	const char *tier_name, *widths_text; /**< as given, or NULL */
	struct iop_child_limits limits;

	/* Found by iop_target_find(). */
	struct iop_judged judged;
	const struct iop_judge_runner *runner;
	struct iop_copier copier;
	enum iop_tier tier; /**< that was asked for, or the routine's own; strict of an object and of a peer */
	unsigned widths;    /**< 0: all of the tier */
};

/** What the user called the routine. */
const char *iop_target_name(const struct iop_target *target);

/** --timeout. 0, or an exit code after a message. */
int iop_target_timeout(struct iop_target *target, const char *command, const char *text);

/** toio, fromio, set or move. 0, or an exit code after a message. */
int iop_target_op(enum iop_copy_op *op, const char *command, const char *name);

/** Finds the routine for @op. 0, or an exit code after a message of @command's. */
int iop_target_find(struct iop_target *target, const char *command, enum iop_copy_op op);

/** Starts its judge. 0, or an exit code after a message. */
int iop_target_judge(struct iop_judge *judge, const struct iop_target *target, const char *command);

/** "1, 2, 4 and 8" */
const char *iop_widths_words(unsigned widths, char text[32]);

/** The names of all routines, as a paragraph of a help text. */
void iop_target_help_routines(void);

#endif
