/* SPDX-License-Identifier: MIT */
#include "gate_beside.h"

#include "cli.h"
#include "gate_options.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PYTHON	   "/usr/bin/python3"
#define SCRIPT	   "against_compare.py"
#define NOT_TO_RUN 127

/* In a group of its own: what it has started ends with it. */
static pid_t start(const char *const *argv, FILE *in, FILE *out)
{
	pid_t child = fork();

	if (child)
		return child;
	setpgid(0, 0);
	if (in)
		dup2(fileno(in), STDIN_FILENO);
	dup2(fileno(out), STDOUT_FILENO);
	execv(PYTHON, (char *const *)(uintptr_t)argv);
	_exit(NOT_TO_RUN);
}

static int end_of(pid_t child, const volatile sig_atomic_t *stop)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	bool told = false;
	int status;

	while (waitpid(child, &status, WNOHANG) == 0) {
		if (stop && *stop && !told)
			told = kill(-child, SIGINT) == 0;
		nanosleep(&pause, NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int run_script(const char *const *argv, FILE *in, FILE *out, const volatile sig_atomic_t *stop)
{
	pid_t child;
	int code;

	if (in) {
		fflush(in);
		rewind(in);
	}
	fflush(stdout);
	child = start(argv, in, out);
	code = child < 0 ? -1 : end_of(child, stop);
	rewind(out);
	return code;
}

int iop_beside_check(const char *command)
{
	const char *const argv[] = {PYTHON, iop_gate_beside_program(SCRIPT), "--check", NULL};
	char why[256] = "";
	FILE *out = tmpfile();
	int code = out ? run_script(argv, NULL, out, NULL) : -1;

	if (out && !fgets(why, sizeof(why), out))
		why[0] = '\0';
	if (out)
		fclose(out);
	if (!code)
		return 0;
	return iop_fail(command, "apt install libbenchmark-tools python3-scipy", "--compare-py cannot run: %s",
			*why ? why : "there is no " PYTHON ", or it did not start");
}

static void write_names(FILE *names, const struct iop_gate *gate)
{
	for (size_t i = 0; i < gate->count; i++)
		if (gate->cell[i].role == IOP_ROLE_CELL && isfinite(gate->cell[i].change))
			fprintf(names, "%s\n", gate->cell[i].name);
}

static void count(struct iop_beside *b, const json_t *said, double slow)
{
	size_t cells = (size_t)json_integer_value(json_object_get(said, "cells"));
	size_t different = json_array_size(json_object_get(said, "different"));
	size_t slower = json_array_size(json_object_get(said, "slower"));
	size_t noticed = json_array_size(json_object_get(said, "slower_by_2_percent"));
	double seconds = json_real_value(json_object_get(said, "seconds"));

	b->runs++;
	b->red += different > 0;
	b->cells += cells;
	b->different += different;
	b->slower += slower;
	b->noticed += noticed;
	b->seconds += seconds;
	if (slow > 0)
		printf("  compare.py on the same: %zu of %zu cells called slower, %.1f s\n", slower, cells, seconds);
	else
		printf("  compare.py on the same: %zu of %zu cells called different, %zu of them slower by more than 2 %%, %.1f "
		       "s\n",
		       different, cells, noticed, seconds);
	fflush(stdout);
}

int iop_beside_run(struct iop_beside *beside, const char *command, const struct iop_gate *gate, json_t *run)
{
	const struct iop_gate_options *o = &gate->options;
	FILE *names = tmpfile(), *out = tmpfile();
	char self[PATH_MAX] = "", slow[32];
	json_t *said = NULL;
	int code = -1;

	snprintf(slow, sizeof(slow), "%.17g", o->slow);
	if (names && out && readlink("/proc/self/exe", self, sizeof(self) - 1) > 0) {
		const char *const argv[] = {PYTHON, iop_gate_beside_program(SCRIPT), "--names", slow, self, o->base, o->candidate,
					    NULL};

		write_names(names, gate);
		code = run_script(argv, names, out, gate->stop);
		said = code ? NULL : json_loadf(out, 0, NULL);
	}
	if (names)
		fclose(names);
	if (out)
		fclose(out);
	if (*gate->stop) {
		json_decref(said);
		return IOP_EXIT_INTERRUPTED;
	}
	if (!said)
		return iop_fail(command, "bench/gate/" SCRIPT " alone shows why", "--compare-py: it ended with exit %d", code);
	count(beside, said, o->slow);
	json_object_set_new(run, "compare_py", said);
	return 0;
}
