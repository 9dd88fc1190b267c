/* SPDX-License-Identifier: MIT */
#include "bench_choose.h"
#include "bench_counts.h"
#include "bench_options.h"
#include "bench_repeat.h"
#include "bench_sample.h"
#include "cli.h"
#include "json_out.h"

#include <host/file.h>
#include <host/machine.h>
#include <shim/shim.h>
#include <store/result.h>
#include <store/store.h>
#include <store/table.h>

#include <iopath/tier.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static int begin_google_benchmark(const struct iop_bench_options *o)
{
	/* It keeps the name. */
	static char name[] = "iopath";
	char *argv[IOP_BENCH_PASSED + 2] = {name};
	int argc = 1, err;

	for (int i = 0; i < o->gbench_count; i++)
		argv[argc++] = o->gbench[i];
	atexit(google_benchmark_left);
	in_google_benchmark = true;
	err = iop_shim_begin(argc, argv);
	in_google_benchmark = false;
	return err ? iop_fail("bench", "see Google Benchmark's documentation", "a --benchmark_ option was refused") : 0;
}

/* Through its reporters, each launch as one repetition. */
static int report_to_google_benchmark(const struct iop_results *results, char **console)
{
	struct iop_shim_row *rows = calloc(results->count + 1, sizeof(*rows));
	int err = -ENOMEM;

	*console = NULL;
	for (size_t i = 0; rows && i < results->count; i++) {
		const struct iop_result *r = &results->row[i];

		rows[i] = (struct iop_shim_row){.name = r->cell->name,
						.real_ns = r->real_ns,
						.cpu_ns = r->cpu_ns,
						.repetitions = r->samples,
						.iterations = r->iterations,
						.bytes = r->cell->bytes,
						.error = r->error,
						.instructions = r->instructions};
	}
	in_google_benchmark = true;
	err = rows ? iop_shim_report(rows, results->count, console) : err;
	in_google_benchmark = false;
	free(rows);
	return err ? iop_fail("bench", NULL, "out of memory") : 0;
}

static void command_line(char *text, size_t size, int argc, char **argv)
{
	size_t used = (size_t)snprintf(text, size, "iopath");

	for (int i = 0; i < argc && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, " %s", argv[i]);
}

static int print(const struct iop_results *results, const struct iop_machine *machine, const struct iop_bench_options *o)
{
	struct iop_summary_tier tier[IOP_TIERS];
	bool colour = iop_wants_colour(STDOUT_FILENO);
	FILE *out = iop_json_text(o->out);
	char *console;
	int code = report_to_google_benchmark(results, &console);

	if (console)
		fputs(console, out);
	else if (o->summary)
		iop_summary_print(out, results, tier, iop_bench_tiers(tier));
	else
		iop_table_print(out, results, colour);
	/* In another program's format there is nothing else. */
	if (!console)
		iop_table_context(out, results, machine, colour);
	free(console);
	return code;
}

static int finish(struct iop_results *results, struct iop_machine *machine, char path[IOP_STORE_PATH], const char *command,
		  const struct iop_cell_env *env, const struct iop_bench_options *o)
{
	bool foreign = false;
	int err, code;

	for (int i = 0; i < o->gbench_count; i++)
		foreign |= strncmp(o->gbench[i], "--benchmark_format", strlen("--benchmark_format")) == 0;
	results->partial = results->partial || stop;
	results->profile = o->profiled ? &o->costs : NULL;
	results->context = iop_shim_context();
	iop_results_calibrate(results);
	iop_machine_end(machine);
	iop_machine_uneven(machine, results->empty_range[0], results->empty_range[1]);
	/* Stored before it is printed: the reader of the table may close the pipe. */
	err = o->out ? iop_store_write(path, results, machine, command, env)
		     : iop_store_write_new(path, results, machine, command, env);
	code = print(results, machine, o);
	if (err)
		return iop_fail("bench", "free some space, or name another file with --out; earlier results are unchanged",
				"cannot store the result in %s: %s", path, strerror(-err));
	if (iop_json_leaves_text(o->out))
		fprintf(foreign ? stderr : stdout, "stored: %s\n", path);
	if (results->crashed)
		return iop_fail("bench", "iopath check judges a routine in a process of its own; the other cells were measured",
				"%s: %s", results->crashed->cell->name, results->crashed->error);
	return stop ? IOP_EXIT_INTERRUPTED : code;
}

/* Where the result goes is known to be writable before anything is measured. */
static int place_of(char path[IOP_STORE_PATH], const struct iop_bench_options *o, const struct iop_results *results,
		    const struct iop_machine *machine)
{
	int err = 0;

	if (o->out)
		snprintf(path, IOP_STORE_PATH, "%s", o->out);
	else
		err = iop_store_path(path, results, machine);
	if (!err)
		err = iop_file_check(path);
	return err ? iop_fail("bench", "nothing was measured; name another file with --out", "cannot write %s: %s", path,
			      strerror(-err))
		   : 0;
}

static const char *memory_of(char *text, size_t size, const struct iop_bench_device *device)
{
	snprintf(text, size, "BAR %zu of %s, %s", device->bar, device->name, device->wc ? "write-combining" : "uncached");
	return text;
}

static int measure(struct iop_results *results, const struct iop_modules *modules, const struct iop_bench_options *o,
		   const char *command)
{
	struct iop_cell_env env = {.size = sizeof(env), .seed = o->seeded ? o->seed : iop_bench_seed()};
	/* The second signal ends the process: it may be stuck. */
	struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
	char path[IOP_STORE_PATH], device[256];
	struct iop_machine machine;
	int code = 0;

	iop_machine_begin(&machine, o->cpu);
	if (o->cpu >= 0 && machine.pinned_cpu != o->cpu)
		return iop_fail("bench", "taskset -p $$ shows which are allowed", "cannot run on CPU %d", o->cpu);
	if (!o->repeatability)
		code = place_of(path, o, results, &machine);
	if (code)
		return code;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is a full disk: an error of write(), not our end */
	results->memory = o->device.is_open ? memory_of(device, sizeof(device), &o->device) : IOP_BENCH_MEMORY;
	iop_bench_identify(results, modules, &stop);
	if (o->repeatability)
		return iop_bench_repeat(results, modules, o, env.seed, &stop);
	code = iop_bench_sample(results, modules, o, env.seed, &stop);
	return code ? code : finish(results, &machine, path, command, &env, o);
}

static int bench(const struct iop_modules *modules, const struct iop_selection *selection, const struct iop_bench_options *o,
		 const char *command)
{
	struct iop_measured_module part[IOP_LAUNCHER_MODULES];
	struct iop_results results;
	int code;

	if (iop_results_init(&results, &modules->all, (const struct iop_cell *const *)selection->cells, selection->count))
		return iop_fail("bench", NULL, "out of memory");
	for (size_t i = 0; i < modules->parts; i++) {
		const struct iop_described *m = &modules->part[i];
		const char *slash = strrchr(m->path, '/');

		part[i] = (struct iop_measured_module){
			.file = m->own && slash ? slash + 1 : m->path, .name = m->name, .build = m->build, .abi = m->abi};
	}
	results.part = part;
	results.parts = modules->parts;
	code = measure(&results, modules, o, command);
	iop_results_free(&results);
	return code;
}

static int choose_and_bench(const struct iop_bench_options *o, const char *command)
{
	struct iop_modules modules;
	struct iop_selection selection = {0};
	int code = iop_modules_open(&modules, "bench", o->module, o->modules, o->alone);

	if (code)
		return code;
	code = iop_bench_choose(&selection, &modules, o);
	if (!code && o->list)
		for (size_t i = 0; i < selection.count; i++)
			printf("%s\n", selection.cells[i]->name);
	else if (!code)
		code = bench(&modules, &selection, o, command);
	free(selection.cells);
	code = code ? code : modules.refused ? IOP_EXIT_USAGE : IOP_EXIT_CLEAN;
	iop_modules_close(&modules);
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
	code = begin_google_benchmark(&o);
	if (!code)
		code = iop_bench_device_open(&o.device);
	if (code)
		return code;
	code = o.device.is_open ? iop_bench_device_lend(&o.device) : 0;
	if (!code)
		code = choose_and_bench(&o, command);
	closed = iop_bench_device_close(&o.device);
	return code ? code : closed;
}
