/* SPDX-License-Identifier: MIT */
/**
 * budget.h - the option --budget, which means the same in every command
 */
#ifndef IOPATH_BENCH_CLI_BUDGET_H
#define IOPATH_BENCH_CLI_BUDGET_H

/** Seconds of "90s" or "5m" in *@value. 0, or an exit code after a message of @command's. */
int iop_cli_budget(const char *command, const char *text, double *value);

#endif
