/* SPDX-License-Identifier: MIT */
/**
 * bench_options.h - the command line of iopath bench
 */
#ifndef IOPATH_BENCH_CLI_BENCH_OPTIONS_H
#define IOPATH_BENCH_CLI_BENCH_OPTIONS_H

#include <sample/device.h>
#include <sample/launch.h>
#include <store/profile.h>

#include <stdbool.h>
#include <stdint.h>

#define IOP_BENCH_PASSED 128

struct iop_bench_options {
	const char *filter, *out, *baseline;
	const char *module[IOP_LAUNCHER_MODULES];
	size_t modules;
	bool alone, quick, full, peers, summary, list, no_counts, profiled;
	struct iop_profile costs; /* if profiled */
	int cpu, launches, rounds;
	double budget;		   /* seconds; 0: as the selection needs */
	double cell_seconds;	   /* Google Benchmark's min_time: of each cell; 0: not given */
	const char *gbench_filter; /* NULL: none */
	int repeatability;	   /* runs; 0: an ordinary one */
	uint64_t seed;
	bool seeded;
	struct iop_bench_device device;
	char *gbench[IOP_BENCH_PASSED]; /* passed through */
	int gbench_count;
};

/** 0, or an exit code after a message; prints the help and exits if asked for it. */
int iop_bench_parse(struct iop_bench_options *options, int argc, char **argv);

#endif
