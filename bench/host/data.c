/* SPDX-License-Identifier: MIT */
#include "data.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *iop_data_program(void)
{
	static char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (n < 0)
		return "iopath";
	program[n] = '\0';
	return program;
}

void iop_data_path(char path[2 * PATH_MAX], const char *name, const char *installed)
{
	const char *program = iop_data_program(), *slash = strrchr(program, '/');
	int folder = slash ? (int)(slash - program + 1) : 0;

	snprintf(path, 2 * PATH_MAX, "%.*s%s", folder, program, name);
	if (access(path, F_OK))
		snprintf(path, 2 * PATH_MAX, "%.*s%s/%s", folder, program, installed, name);
}
