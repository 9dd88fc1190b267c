/* SPDX-License-Identifier: MIT */
#ifndef IOPATH_CLI_CHECK_SHOW_H
#define IOPATH_CLI_CHECK_SHOW_H

#include "target.h"

#include <judge/check.h>

#include <stdio.h>

/** One step's line: its calls, and how many failed. */
void iop_check_print_step(enum iop_check_step step, const struct iop_check_report *report);

/** The verdict, what the device sees, and the smallest call that fails. */
void iop_check_print(const struct iop_target *target, const struct iop_check_report *report);

/** Of a routine that is not legal for the tier: which rules it breaks, and the smallest call that does. */
void iop_check_print_failure(FILE *out, const struct iop_target *target, const struct iop_check_report *report);

/** The same as JSON. 0, or an exit code after a message. */
int iop_check_json(const char *where, const struct iop_target *target, const struct iop_check_report *report);

/** The same as KTAP: a point of the routine, in which each step is one. 0, or an exit code after a message. */
int iop_check_ktap(const char *where, const struct iop_target *target, const struct iop_check_report *report);

/** "iopath trace toio --routine glibc --size 3": the command that shows @call. Freed by the caller; NULL for lack of memory. */
char *iop_check_command(const struct iop_target *target, const struct iop_judge_call *call);

#endif
