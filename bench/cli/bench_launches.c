/* SPDX-License-Identifier: MIT */
#include "bench_launches.h"

#include "bench_options.h"
#include "cli.h"

#include <store/reader.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OWN    20
#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)
#define PLACE  256

/* Its exit code; an interrupt of ours is passed on, and the process stores what it has. */
static int wait_for(pid_t pid, const volatile sig_atomic_t *stop)
{
	bool told = false;
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return IOP_EXIT_USAGE;
		if (*stop && !told)
			kill(pid, SIGINT);
		told |= *stop;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : IOP_EXIT_USAGE;
}

static int run(const struct iop_bench_launches *plan, int launch, const char *result, const char *errors)
{
	char minimum[64], repetitions[16], seed[32],
		program[] = "iopath", bench[] = "bench", one[] = "1", no_counts[] = "--no-counts", launches_option[] = "--launches",
		repetitions_option[] = "--repetitions", seed_option[] = "--seed", out_option[] = "--out";
	char *argv[IOP_BENCH_PASSED + OWN] = {program, bench, minimum};
	posix_spawn_file_actions_t actions;
	int n = 3, err;
	pid_t pid;

	snprintf(minimum, sizeof(minimum), "--benchmark_min_time=%.4f", plan->seconds);
	snprintf(repetitions, sizeof(repetitions), "%d", plan->repetitions);
	snprintf(seed, sizeof(seed), "%" PRIu64, (plan->seed + (uint64_t)launch * GOLDEN) >> 1);
	for (int i = 1; i < plan->argc; i++)
		argv[n++] = plan->argv[i];
	/* The last one counts. */
	char *const own[] = {launches_option, one,  no_counts,	repetitions_option,	  repetitions,
			     seed_option,     seed, out_option, (char *)(uintptr_t)result};
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		argv[n++] = own[i];
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	err = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		return iop_fail("bench", NULL, "cannot start a process: %s", strerror(err));
	return wait_for(pid, plan->stop);
}

static int take_cell(struct iop_result *row, const struct iop_run_cell *cell)
{
	int err = 0;

	if (*cell->error || !cell->sample_count) {
		if (!row->error)
			row->error = strdup(*cell->error ? cell->error : "not measured");
		return row->error ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < cell->sample_count && !err; i++)
		err = iop_result_add(row, cell->samples[i], isnan(cell->cpu_ns) ? cell->samples[i] : cell->cpu_ns,
				     cell->iterations);
	return err ? err : iop_result_add_launch(row, cell->ns);
}

static int take(struct iop_results *results, const char *path)
{
	struct iop_run_error error;
	struct iop_run launch;
	int err = iop_run_read(path, &launch, &error);

	if (err)
		return iop_fail("bench", NULL, "a process wrote no result: %s", error.reason);
	for (size_t i = 0; i < results->count && !err; i++) {
		const struct iop_run_cell *cell = iop_run_find(&launch, results->row[i].cell->name);

		err = cell ? take_cell(&results->row[i], cell) : 0;
	}
	iop_run_free(&launch);
	return err ? iop_fail("bench", NULL, "out of memory") : 0;
}

/* The messages of the process before it failed. */
static int failed(const char *errors)
{
	char line[1024];
	FILE *file = fopen(errors, "re");
	bool said = false;

	while (file && fgets(line, sizeof(line), file))
		said |= fputs(line, stderr) >= 0;
	if (file)
		fclose(file);
	return said ? IOP_EXIT_USAGE
		    : iop_fail("bench", "run it without --launches in a debugger", "a cell ended its process without a message");
}

static int launch_all(struct iop_results *results, const struct iop_bench_launches *plan, const char *folder)
{
	char result[PLACE + 16], errors[PLACE + 16];
	time_t began = time(NULL);
	bool progress = isatty(STDERR_FILENO);
	int code = 0;

	snprintf(result, sizeof(result), "%s/result.json", folder);
	snprintf(errors, sizeof(errors), "%s/stderr", folder);
	for (int launch = 0; launch < plan->launches && !code && !*plan->stop; launch++) {
		double spent = difftime(time(NULL), began);

		if (progress)
			fprintf(stderr, "\rlaunch %d of %d, about %.0f s left \033[K", launch + 1, plan->launches,
				launch ? spent / launch * (plan->launches - launch) : 0.0);
		code = run(plan, launch, result, errors);
		if (code == IOP_EXIT_CLEAN || code == IOP_EXIT_INTERRUPTED)
			code = take(results, result);
		else
			code = failed(errors);
		unlink(result);
	}
	unlink(errors);
	if (progress)
		fprintf(stderr, "\r\033[K");
	return code;
}

int iop_bench_launch(struct iop_results *results, const struct iop_bench_launches *plan)
{
	const char *tmp = getenv("TMPDIR");
	char folder[PLACE];
	int code;

	if (plan->argc + OWN > IOP_BENCH_PASSED)
		return iop_fail("bench", NULL, "too many arguments");
	if (snprintf(folder, sizeof(folder), "%s/iopath-bench-XXXXXX", tmp && *tmp ? tmp : "/tmp") >= (int)sizeof(folder) ||
	    !mkdtemp(folder))
		return iop_fail("bench", "set TMPDIR to another folder", "cannot create a folder for the results");
	code = launch_all(results, plan, folder);
	rmdir(folder);
	return code;
}
