/* SPDX-License-Identifier: MIT */
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *iop_command = "iopath";

static char last_why[512];

int iop_fail(const char *what, const char *todo, const char *why, ...)
{
	va_list args;

	fprintf(stderr, "iopath: %s: ", what);
	va_start(args, why);
	vfprintf(stderr, why, args);
	va_end(args);
	va_start(args, why);
	vsnprintf(last_why, sizeof(last_why), why, args);
	va_end(args);
	if (todo)
		fprintf(stderr, " (%s)", todo);
	fprintf(stderr, "\n");
	return IOP_EXIT_USAGE;
}

const char *iop_fail_why(void)
{
	return last_why;
}

bool iop_wants_colour(int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fd) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}
