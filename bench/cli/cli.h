/* SPDX-License-Identifier: MIT */
/**
 * cli.h - what the subcommands of iopath share
 *
 * Results go to stdout; errors and exit codes are those of host/fail.h.
 */
#ifndef IOPATH_BENCH_CLI_H
#define IOPATH_BENCH_CLI_H

#include <host/fail.h>

/** Subcommands: argv[0] is the subcommand's name; returns an exit code. */
#define IOP_COMMAND(name, summary) int iop_cmd_##name(int argc, char **argv);
#include "commands.def"
#undef IOP_COMMAND

#endif
