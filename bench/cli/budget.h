/* SPDX-License-Identifier: MIT */
/**
 * budget.h - times as options: --budget and others, which mean the same in every command
 */
#ifndef IOPATH_BENCH_CLI_BUDGET_H
#define IOPATH_BENCH_CLI_BUDGET_H

/** Seconds of "90s", "5m" or "8h", up to a day, in *@value. 0, or an exit code after a message of @command's about @option. */
int iop_cli_time(const char *command, const char *option, const char *text, double *value);

/** Seconds of "90s" or "5m" in *@value. 0, or an exit code after a message of @command's. */
int iop_cli_budget(const char *command, const char *text, double *value);

#endif
