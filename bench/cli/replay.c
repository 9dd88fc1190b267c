/* SPDX-License-Identifier: MIT */
/*
 * iopath replay: inputs of the fuzzer, run by library and model. It is the program iopath-fuzz, which has a build of the library whose
 * accesses are seen, and lies beside this one.
 */
#include "cli.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int help(void)
{
	printf("usage: iopath replay PATH... [OPTIONS]\n\n"
	       "Runs inputs of the fuzzer (files, or folders of them) with the library and with its model, and\n"
	       "compares the results.\n\n"
	       "  --explain  print each operation and its result\n"
	       "  --emit-c   print a C program that does the same and checks the results\n\n"
	       "Exit: 0 library and model agree, 1 they do not, 2 bad use or an error.\n\n"
	       "example: iopath replay corpora/program\n");
	return IOP_EXIT_CLEAN;
}

int iop_cmd_replay(int argc, char **argv)
{
	char path[PATH_MAX], program[PATH_MAX + 16], *args[256];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	int count = 0;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return help();
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && strcmp(argv[i], "--explain") != 0 && strcmp(argv[i], "--emit-c") != 0)
			return iop_fail("replay", "iopath replay --help", "unknown option %s", argv[i]);
	if (argc < 2)
		return iop_fail("replay", "iopath replay --help", "no file");
	if (argc > 250)
		return iop_fail("replay", "name a folder", "too many files");
	if (length < 0)
		return iop_fail("replay", NULL, "%s", strerror(errno));
	path[length] = '\0';
	*strrchr(path, '/') = '\0';
	snprintf(program, sizeof(program), "%s/iopath-fuzz", path);
	args[count++] = program;
	args[count++] = argv[0];
	for (int i = 1; i < argc; i++)
		args[count++] = argv[i];
	args[count] = NULL;
	fflush(stdout);
	execv(program, args);
	return iop_fail(program, "build the target iopath-fuzz", "%s", strerror(errno));
}
