/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <iopath_build.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command {
	const char *name, *summary;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"bench", "measure access paths and copies, and store the result", iop_cmd_bench},
	{"config", "print the config space of a PCI function", iop_cmd_config},
#ifdef IOP_HAVE_TRACER
	{"trace", "show each access of a copy routine, and check it against the rules", iop_cmd_trace},
#endif
#ifdef IOP_HAVE_GATE
	{"gate", "find out before a merge whether one build is slower than another", iop_cmd_gate},
	{"aa", "measure the false alarm rate of the gate on this machine", iop_cmd_aa},
	{"selftest", "measure the detection rate of the gate on this machine", iop_cmd_selftest},
#endif
	{"replay", "run inputs of the fuzzer with the library and its model", iop_cmd_replay},
	{"report", "write one HTML page about all stored results", iop_cmd_report},
	{"compare", "show two stored runs side by side, from any machines", iop_cmd_compare},
	{"history", "show one cell through the stored runs", iop_cmd_history},
	{"export", "convert stored runs for other tools: gbench, bmf, gha, csv", iop_cmd_export},
	{"import", "store results of hyperfine and Google Benchmark as runs", iop_cmd_import},
	{"list", "list the cells that can be measured", iop_cmd_list},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void help(FILE *out)
{
	fprintf(out, "usage: iopath COMMAND [OPTIONS]\n\nMeasures, checks and compares I/O access paths.\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fprintf(out, "\n  --version  print version, commit, compiler and architecture\n"
		     "  --help     print this help; 'iopath COMMAND --help' describes a command\n\n"
		     "Exit: 0 clean, 1 a finding, 2 bad use or an error, 3 machine unfit, 4 nothing to compare,\n"
		     "130 interrupted (what was measured is kept).\n\n"
		     "example: iopath bench --quick --filter 'read/.*u32'\n");
}

int iop_fail(const char *what, const char *todo, const char *why, ...)
{
	va_list args;

	fprintf(stderr, "iopath: %s: ", what);
	va_start(args, why);
	vfprintf(stderr, why, args);
	va_end(args);
	if (todo)
		fprintf(stderr, " (%s)", todo);
	fprintf(stderr, "\n");
	return IOP_EXIT_USAGE;
}

bool iop_wants_colour(int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fd) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		help(stderr);
		return IOP_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		help(stdout);
		return IOP_EXIT_CLEAN;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("iopath %s, commit %s, %s, %s\n", IOP_BUILD_VERSION, IOP_BUILD_COMMIT, IOP_BUILD_COMPILER, IOP_BUILD_ARCH);
		return IOP_EXIT_CLEAN;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0) {
			int code = commands[i].run(argc - 1, argv + 1);

			/* A full disk under stdout must not look like success. */
			if (fflush(stdout) || ferror(stdout))
				return iop_fail(commands[i].name, NULL, "cannot write to standard output");
			return code;
		}
	return iop_fail(argv[1], "iopath --help lists them", "no such command");
}
