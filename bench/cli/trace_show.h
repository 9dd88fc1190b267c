/* SPDX-License-Identifier: MIT */
#ifndef IOPATH_CLI_TRACE_SHOW_H
#define IOPATH_CLI_TRACE_SHOW_H

#include "cli.h"

#include <judge/call.h>
#include <store/profile.h>

#include <stdbool.h>
#include <stdio.h>

/** Accesses in the table, unless all are asked for. */
#define IOP_TRACE_SHOW_MOST 64

struct iop_trace_shown {
	const char *op;	     /**< "toio", "write32" */
	const char *name;    /**< the routine */
	const char *verdict; /**< on the routine, of all its calls, in words, or NULL: there is none */
	const char *machine; /**< of another CPU than this: which, as "arm64"; else NULL */
	size_t size;
	unsigned widths;
	bool foreign;			   /**< a routine of the user's */
	bool all;			   /**< accesses, not only the first */
	const struct iop_profile *profile; /**< for a prediction, or NULL */
};

/** The accesses of a judged call as a table and a picture, and the verdict. */
void iop_trace_print(const struct iop_trace_shown *shown, const struct iop_copy_traced *traced,
		     const struct iop_judge_answer *answer);

/** The same as JSON, one object a line. 0, or an exit code after a message. */
int iop_trace_json(FILE *out, const struct iop_trace_shown *shown, const struct iop_copy_traced *traced,
		   const struct iop_judge_answer *answer);

#endif
