/* SPDX-License-Identifier: MIT */
#include "bench_counts.h"
#include "bench_launches.h"
#include "bench_options.h"
#include "cli.h"

#include <host/file.h>
#include <host/machine.h>
#include <host/select.h>
#include <shim/shim.h>
#include <store/result.h>
#include <store/store.h>
#include <store/summary.h>
#include <store/table.h>

#include <iopath/tier.h>

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Share of the time budget that is spent in the batches themselves; the rest finds iteration counts and makes buffers. */
#define MEASURED_SHARE 0.55
#define SHORTEST_S     0.001
#define LONGEST_S      0.05
/* Stepping through the cells of the quick selection takes 5 s, an eighth of this. */
#define LEAST_FOR_COUNTS_S 60.0

struct run {
	struct iop_results results;
	double planned_ns, done_ns, began;
	bool show_progress, summary;
	double shown;
	bool failed;
};

static volatile sig_atomic_t stop;

/* Google Benchmark answers some bad flags with its usage and exit(0); nothing was measured, so that is an error. */
static bool in_google_benchmark;

static void google_benchmark_left(void)
{
	if (!in_google_benchmark)
		return;
	fflush(stdout);
	_exit(iop_fail("bench", "its message is above", "Google Benchmark refused its options"));
}

static void interrupt(int signal_number)
{
	(void)signal_number;
	stop = 1;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* What follows op/backend/routine: cells that share it and the operation differ only in backend and routine. */
static const char *place_of(const struct iop_cell *cell)
{
	const char *at = cell->name;

	for (int i = 0; i < 3; i++)
		at = strchr(at, '/') + 1;
	return at;
}

static int add_peers(struct iop_selection *selection, const struct iop_cells_module *module)
{
	size_t chosen = selection->count;

	for (size_t i = 0; i < module->count; i++) {
		const struct iop_cell *peer = iop_module_cell(module, i);

		if (!(peer->flags & IOP_CELL_PEER))
			continue;
		for (size_t c = 0; c < chosen; c++)
			if (strcmp(peer->op, selection->cells[c]->op) == 0 &&
			    strcmp(place_of(peer), place_of(selection->cells[c])) == 0) {
				if (iop_select_also(selection, peer))
					return -ENOMEM;
				break;
			}
	}
	return 0;
}

static int in_module_order(const void *a, const void *b)
{
	const struct iop_cell *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

/* The routine of each tier that has one of its own here. */
static size_t tiers(struct iop_summary_tier *tier)
{
	size_t count = 0;

	for (enum iop_tier t = 0; t < IOP_TIERS; t++) {
		const struct iop_routine *routine = iop_routine_for(t);

		if (routine->tier == t)
			tier[count++] = (struct iop_summary_tier){iop_tier_name(t), routine->name};
	}
	return count;
}

/* With a device, only the cells that are measured on it. */
static int keep_device(struct iop_selection *selection)
{
	size_t kept = 0;

	for (size_t i = 0; i < selection->count; i++)
		if (strcmp(selection->cells[i]->backend, "bar") == 0 || strcmp(selection->cells[i]->backend, "bar-wc") == 0)
			selection->cells[kept++] = selection->cells[i];
	selection->count = kept;
	return kept ? 0 : iop_fail("bench", "iopath bench --list shows the cells", "no cell with --device is left");
}

static int choose(struct iop_selection *selection, const struct iop_cells_module *module, const struct iop_bench_options *o)
{
	static const char *const controls[] = {IOP_CELL_NAME_EMPTY, IOP_CELL_NAME_CYCLE};
	uint32_t with = o->quick ? IOP_CELL_QUICK : 0, without = o->full || (o->filter && !o->quick) ? 0 : IOP_CELL_FULL;
	struct iop_summary_tier tier[IOP_TIERS];
	char of_summary[1024];
	size_t chosen;
	int err;

	iop_summary_filter(of_summary, sizeof(of_summary), tier, tiers(tier));
	err = iop_select(selection, module, "bench", o->summary && !o->filter ? of_summary : o->filter, with, without);
	if (!err && o->device.is_open)
		err = keep_device(selection);
	if (err)
		return err;
	if (o->peers)
		err = add_peers(selection, module);
	for (size_t i = 0; !err && i < sizeof(controls) / sizeof(controls[0]); i++) {
		const struct iop_cell *control = iop_module_find(module, controls[i]);

		if (control)
			err = iop_select_also(selection, control);
	}
	chosen = selection->count;
	for (size_t i = 0; !err && i < chosen; i++) {
		const char *name = selection->cells[i]->baseline;
		const struct iop_cell *baseline = name ? iop_module_find(module, name) : NULL;

		if (baseline)
			err = iop_select_also(selection, baseline);
	}
	if (err)
		return iop_fail("bench", NULL, "out of memory");
	qsort(selection->cells, selection->count, sizeof(*selection->cells), in_module_order);
	return 0;
}

static void on_sample(void *user, const struct iop_shim_sample *sample)
{
	struct run *run = user;
	struct iop_result *result = &run->results.row[sample->cell];

	if (!sample->error) {
		bool cpu = run->results.cpu_clock && !(result->cell->flags & IOP_CELL_SYSCALL);

		run->failed |=
			iop_result_add(result, cpu ? sample->cpu_ns : sample->real_ns, sample->cpu_ns, sample->iterations) != 0;
	} else if (!result->error) {
		result->error = strdup(sample->error);
		run->failed |= !result->error;
	}
}

static void on_progress(void *user, double nanoseconds)
{
	struct run *run = user;
	double elapsed = now() - run->began, share;

	run->done_ns += nanoseconds;
	if (!run->show_progress || elapsed - run->shown < 0.2)
		return;
	run->shown = elapsed;
	share = run->done_ns / run->planned_ns;
	if (share > 0.99)
		share = 0.99;
	if (share > 0.01)
		fprintf(stderr, "\rmeasuring %zu cells: %2.0f %%, about %.0f s left \033[K", run->results.count, share * 100,
			elapsed / share - elapsed);
}

/* Seconds that measuring may take. */
static double budget_of(const struct iop_bench_options *o)
{
	return o->full ? 3600 : o->quick ? 24 : 240;
}

static int repetitions_of(const struct iop_bench_options *o)
{
	return o->repetitions ? o->repetitions : o->quick ? 5 : 9;
}

static double batch_seconds(size_t cells, int repetitions, double budget)
{
	double seconds = budget * MEASURED_SHARE / ((double)cells * repetitions);

	return seconds < SHORTEST_S ? SHORTEST_S : seconds > LONGEST_S ? LONGEST_S : seconds;
}

/* Google Benchmark's flags: ours first, so that the user's win. */
static int measure(struct run *run, const struct iop_selection *selection, const struct iop_bench_options *o,
		   const struct iop_cell_env *env)
{
	int repetitions = repetitions_of(o);
	double seconds = batch_seconds(selection->count, repetitions, budget_of(o));
	int err;
	char min_time[64], repeat[64], interleave[] = "--benchmark_enable_random_interleaving=true", name[] = "iopath";
	char *argv[IOP_BENCH_PASSED + 4] = {name, interleave, repeat, min_time};
	struct iop_shim_run shim = {
		.cells = (const struct iop_cell *const *)selection->cells,
		.count = selection->count,
		.env = *env,
		.argc = 4,
		.argv = argv,
		.stop = &stop,
		.sample = on_sample,
		.progress = on_progress,
		.user = run,
	};

	snprintf(repeat, sizeof(repeat), "--benchmark_repetitions=%d", repetitions);
	snprintf(min_time, sizeof(min_time), "--benchmark_min_time=%.4f", seconds);
	for (int i = 0; i < o->gbench_count; i++)
		argv[shim.argc++] = o->gbench[i];
	run->began = now();
	/* Finding the iteration count costs about one more repetition. */
	run->planned_ns = seconds * 1e9 * (double)selection->count * (repetitions + 1);
	run->show_progress = isatty(STDERR_FILENO) && run->planned_ns > 3e9;
	atexit(google_benchmark_left);
	in_google_benchmark = true;
	err = iop_shim_measure(&shim);
	in_google_benchmark = false;
	return err;
}

/* The same time, spread over processes: each has a memory layout of its own, and repetitions share one. */
static int launch_all(struct iop_results *results, const struct iop_bench_options *o, uint64_t seed)
{
	int repetitions = (repetitions_of(o) + o->launches - 1) / o->launches;
	struct iop_bench_launches plan = {.argc = o->argc,
					  .argv = o->argv,
					  .launches = o->launches,
					  .repetitions = o->repetitions ? o->repetitions : repetitions,
					  .seconds = batch_seconds(results->count, repetitions * o->launches, budget_of(o)),
					  .seed = seed,
					  .stop = &stop};

	return iop_bench_launch(results, &plan);
}

static void command_line(char *text, size_t size, int argc, char **argv)
{
	size_t used = (size_t)snprintf(text, size, "iopath");

	for (int i = 0; i < argc && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, " %s", argv[i]);
}

static int finish(struct run *run, struct iop_machine *machine, const char *path, const char *command,
		  const struct iop_cell_env *env, const struct iop_bench_options *o)
{
	struct iop_summary_tier tier[IOP_TIERS];
	int err;

	if (run->show_progress)
		fprintf(stderr, "\r\033[K");
	run->results.partial = stop;
	run->results.context = iop_shim_context();
	iop_results_calibrate(&run->results);
	iop_machine_end(machine);
	/* Stored before it is printed: the reader of the table may close the pipe. */
	err = iop_store_write(path, &run->results, machine, command, env);
	/* Times are stored by now. Cells of a device cannot run in another process. */
	if (!err && !stop && !o->no_counts && !o->device.is_open) {
		iop_bench_count(&run->results, fmax(budget_of(o), LEAST_FOR_COUNTS_S), isatty(STDERR_FILENO), &stop);
		err = iop_store_write(path, &run->results, machine, command, env);
	}
	if (run->summary)
		iop_summary_print(stdout, &run->results, tier, tiers(tier));
	else
		iop_table_print(stdout, &run->results, iop_wants_colour(STDOUT_FILENO));
	iop_table_context(stdout, &run->results, machine, iop_wants_colour(STDOUT_FILENO));
	if (err)
		return iop_fail("bench", "free some space, or name another file with --out; earlier results are unchanged",
				"cannot store the result in %s: %s", path, strerror(-err));
	printf("stored: %s\n", path);
	if (run->failed)
		return iop_fail("bench", NULL, "out of memory: the result is incomplete");
	return stop ? IOP_EXIT_INTERRUPTED : IOP_EXIT_CLEAN;
}

static int bench(const struct iop_cells_module *module, const struct iop_selection *selection, const struct iop_bench_options *o,
		 const char *command)
{
	struct iop_cell_env env = {.size = sizeof(env)};
	char path[IOP_STORE_PATH];
	struct iop_machine machine;
	struct run run = {.summary = o->summary};
	/* The second signal ends the process: it may be stuck in a cell. */
	struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
	int err = iop_results_init(&run.results, module, (const struct iop_cell *const *)selection->cells, selection->count);

	if (err)
		return iop_fail("bench", NULL, "out of memory");
	run.results.cpu_clock = o->cpu_clock;
	env.seed = o->seeded ? o->seed : (uint64_t)(now() * 1e9);
	env.colour = (uint32_t)(env.seed * UINT64_C(0x9E3779B97F4A7C15) >> 40);
	iop_machine_begin(&machine, o->cpu);
	if (o->cpu >= 0 && machine.pinned_cpu != o->cpu) {
		err = iop_fail("bench", "taskset -p $$ shows which are allowed", "cannot run on CPU %d", o->cpu);
		goto out;
	}
	if (o->out)
		snprintf(path, sizeof(path), "%s", o->out);
	else
		err = iop_store_path(path, &run.results, &machine);
	if (!err)
		err = iop_file_check(path);
	if (err) {
		err = iop_fail("bench", "nothing was measured; name another file with --out", "cannot write %s: %s", path,
			       strerror(-err));
		goto out;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is a full disk: an error of write(), not our end */
	iop_bench_identify(&run.results);
	if (o->launches > 1) {
		err = launch_all(&run.results, o, env.seed);
		if (!err)
			err = finish(&run, &machine, path, command, &env, o);
		goto out;
	}
	err = measure(&run, selection, o, &env);
	if (err == -EINVAL)
		err = iop_fail("bench", "see Google Benchmark's documentation", "a --benchmark_ option was refused");
	else if (err == -ENOENT)
		err = iop_fail("bench", "iopath bench --list shows the cells", "--benchmark_filter left no cell to measure");
	else if (err)
		err = iop_fail("bench", NULL, "%s", strerror(-err));
	else if (o->list_tests)
		err = IOP_EXIT_CLEAN;
	else
		err = finish(&run, &machine, path, command, &env, o);
out:
	iop_results_free(&run.results);
	return err;
}

static int choose_and_bench(const struct iop_bench_options *o, const char *command)
{
	const struct iop_cells_module *module = iop_module_load(o->module);
	struct iop_selection selection;
	int code;

	if (!module)
		return IOP_EXIT_USAGE;
	code = choose(&selection, module, o);
	if (!code && o->list)
		for (size_t i = 0; i < selection.count; i++)
			printf("%s\n", selection.cells[i]->name);
	else if (!code)
		code = bench(module, &selection, o, command);
	free(selection.cells);
	return code;
}

int iop_cmd_bench(int argc, char **argv)
{
	struct iop_bench_options o = {.cpu = -1};
	char command[4096];
	int code = iop_bench_parse(&o, argc, argv), closed;

	if (code)
		return code;
	command_line(command, sizeof(command), argc, argv);
	code = iop_bench_device_open(&o.device);
	if (code)
		return code;
	code = choose_and_bench(&o, command);
	closed = iop_bench_device_close(&o.device);
	return code ? code : closed;
}
