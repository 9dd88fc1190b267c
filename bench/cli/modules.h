/* SPDX-License-Identifier: MIT */
/**
 * modules.h - the option --module, which several commands take any number of times
 */
#ifndef IOPATH_BENCH_CLI_MODULES_H
#define IOPATH_BENCH_CLI_MODULES_H

#include <sample/describe.h>

/** Adds one that the user named. 0, or an exit code after a message. */
int iop_cli_module(const char *path[IOP_LAUNCHER_MODULES], size_t *count, const char *command, const char *given);

#endif
