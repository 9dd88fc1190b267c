/* SPDX-License-Identifier: MIT */
/**
 * gate_options.h - the command line that gate, aa and selftest share
 */
#ifndef IOPATH_BENCH_CLI_GATE_OPTIONS_H
#define IOPATH_BENCH_CLI_GATE_OPTIONS_H

#include <sample/device.h>

#include <gate/gate.h>

#include <stdio.h>

/** As many cells as a minute can confirm: how many iopath aa and selftest take of all. */
#define IOP_GATE_SAMPLE 200

struct iop_gate_cli {
	struct iop_gate_options gate;
	struct iop_bench_device device;
	const char *command, *json, *markdown, *html, *ktap;
	FILE *text; /**< where what is not JSON goes */
	long runs;
	bool seeded;
};

/** Fills *@cli with the defaults and the arguments. 0, or an exit code plus 1 after help or an error message. */
int iop_gate_parse(struct iop_gate_cli *cli, int argc, char **argv, const char *takes, void (*help)(void));

/** The options that all three take, as lines of help. */
extern const char iop_gate_help[];

/* How these three write numbers. */
#define IOP_GATE_JSON (JSON_INDENT(1) | JSON_REAL_PRECISION(9))

/** Set by SIGINT and SIGTERM; a second signal ends the process. */
const volatile sig_atomic_t *iop_gate_watch_signals(void);

/** A seed that was not chosen: of the clock. */
uint64_t iop_gate_any_seed(void);

#endif
