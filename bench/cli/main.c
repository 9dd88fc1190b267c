/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <sample/worker.h>

#include <iopath_build.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct command {
	char name[16]; /* as in commands.def */
	const char *summary;
	int (*run)(int argc, char **argv);
} commands[] = {
#define IOP_COMMAND(name, summary) {#name, summary, iop_cmd_##name},
#include "commands.def"
#undef IOP_COMMAND
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* As the user calls it: - in place of _. */
static const char *name_of(const struct command *command)
{
	static char name[sizeof(command->name)];

	memcpy(name, command->name, sizeof(name));
	for (char *at = name; *at; at++)
		*at = *at == '_' ? '-' : *at;
	return name;
}

static void help(FILE *out)
{
	fprintf(out, "usage: iopath COMMAND [OPTIONS]\n\nMeasures, checks and compares I/O access paths.\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-11s %s\n", name_of(&commands[i]), commands[i].summary);
	fprintf(out, "\n  --version  print version, commit, compiler and architecture\n"
		     "  --help     print this help; 'iopath COMMAND --help' describes a command\n\n"
		     "Exit: 0 clean, 1 a finding, 2 bad use or an error, 3 machine unfit, 4 nothing to compare,\n"
		     "130 interrupted (what was measured is kept).\n\n"
		     "Documents that messages name are installed in share/doc/iopath.\n\n"
		     "example: iopath bench --quick --filter 'read/.*u32'\n");
}

/* What is opened later would be taken for one that is closed. It stays without effect: writing to it fails, as before. */
static void keep_standard_files(void)
{
	static const int mode[] = {O_RDONLY, O_RDONLY, O_WRONLY};

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode[fd]) < 0)
			return;
}

int main(int argc, char **argv)
{
	keep_standard_files();
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
	/* How the program starts itself, for one launch of a measurement. */
	if (strcmp(argv[1], "--worker") == 0)
		return iop_worker_run(argc - 1, argv + 1);
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], name_of(&commands[i])) == 0) {
			int code;

			iop_command = argv[1];
			code = commands[i].run(argc - 1, argv + 1);

			/* A full disk under stdout must not look like success. */
			if (fflush(stdout) || ferror(stdout))
				return iop_fail(iop_command, NULL, "cannot write to standard output");
			return code;
		}
	return iop_fail(argv[1], "iopath --help lists them", "no such command");
}
