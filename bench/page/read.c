/* SPDX-License-Identifier: MIT */
/* What the report is about: every run that can be read, sorted by machine, and a line for every file that cannot. */
#include "page.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FILES 40 /* of a folder; a full run takes 20 MB of memory */

void iop_report_refuse(struct iop_report *report, const char *path, const char *reason)
{
	struct iop_report_refused *grown = realloc(report->refused, (report->refusals + 1) * sizeof(*grown));
	struct iop_run_error error = {0};

	iop_printable(error.reason, sizeof(error.reason), reason);
	iop_run_complain(path, &error);
	if (!grown)
		return;
	report->refused = grown;
	iop_printable(grown[report->refusals].path, sizeof(grown->path), path);
	iop_printable(grown[report->refusals].reason, sizeof(grown->reason), reason);
	report->refusals++;
}

static int by_name(const void *a, const void *b)
{
	const struct iop_run_cell *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

const struct iop_run_cell *iop_report_find(const struct iop_run *run, const char *name)
{
	const struct iop_report_run *r = (const struct iop_report_run *)run;
	const struct iop_run_cell wanted = {.name = name}, *key = &wanted, *const * found;

	found = run->count ? bsearch(&key, r->by_name, run->count, sizeof(*r->by_name), by_name) : NULL;
	return found ? *found : NULL;
}

const struct iop_run_cell *iop_report_copy(const struct iop_run *arch, const char *op, const char *routine, const char *size)
{
	char name[128];

	snprintf(name, sizeof(name), "%s/device/%s/%s", op, routine, size);
	return iop_report_find(arch, name);
}

static int make_index(struct iop_report_run *r)
{
	r->by_name = calloc(r->run.count + 1, sizeof(*r->by_name));
	if (!r->by_name)
		return -ENOMEM;
	for (size_t i = 0; i < r->run.count; i++)
		r->by_name[i] = &r->run.cells[i];
	qsort(r->by_name, r->run.count, sizeof(*r->by_name), by_name);
	return 0;
}

static int read_file(struct iop_report *report, const char *path, struct iop_report_runs *runs)
{
	struct iop_run_error error;
	struct iop_report_run *r;
	int err;

	if (runs->count == runs->room) {
		size_t more = runs->room ? 2 * runs->room : 16;
		struct iop_report_run *grown = realloc(runs->at, more * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		runs->at = grown;
		runs->room = more;
	}
	r = &runs->at[runs->count];
	err = iop_run_read(path, &r->run, &error);
	if (err == -ENOMEM)
		return err;
	if (err) {
		iop_report_refuse(report, path, error.reason);
		return 0;
	}
	if ((r->run.kind == IOP_RUN_BASELINE) != (runs == &report->baselines)) {
		iop_report_refuse(report, path,
				  runs == &report->baselines ? "no baseline of an architecture"
							     : "a baseline, which belongs to --baselines");
		iop_run_free(&r->run);
		return 0;
	}
	err = make_index(r);
	if (err)
		iop_run_free(&r->run);
	else
		runs->count++;
	return err;
}

/* Whether paths[i] has FILES later ones in its folder: results are named by their time, and paths sorted by name. */
static bool too_old(char *const *paths, size_t i, size_t count)
{
	const char *slash = strrchr(paths[i], '/');
	size_t folder = slash ? (size_t)(slash - paths[i]) + 1 : 0, later = 0;

	for (size_t j = i + 1; j < count && later < FILES; j++)
		later += strncmp(paths[i], paths[j], folder) == 0 && !strchr(paths[j] + folder, '/');
	return later == FILES;
}

static int read_folder(struct iop_report *report, const char *dir, struct iop_report_runs *runs)
{
	char **paths = NULL;
	size_t found = 0;
	int err = iop_runs_list(dir, &paths, &found);

	if (err && err != -ENOENT && err != -ENOMEM) {
		iop_report_refuse(report, dir, strerror(-err));
		err = 0;
	}
	if (err == -ENOENT)
		err = 0;
	for (size_t i = 0; !err && i < found; i++)
		if (too_old(paths, i, found))
			report->too_old++;
		else
			err = read_file(report, paths[i], runs);
	for (size_t i = 0; i < found; i++)
		free(paths[i]);
	free(paths);
	return err;
}

static int by_time(const void *a, const void *b)
{
	const struct iop_run *x = &((const struct iop_report_run *)a)->run, *y = &((const struct iop_report_run *)b)->run;

	if (x->unix_time != y->unix_time)
		return x->unix_time < y->unix_time ? -1 : 1;
	return strcmp(x->path, y->path);
}

/* What most people have first. */
static int arch_order(const char *arch)
{
	static const char *const order[] = {"x86-64", "i386", "arm64", "armhf", "riscv64", "ppc64le", "s390x"};
	int i = 0, n = sizeof(order) / sizeof(order[0]);

	while (i < n && strcmp(order[i], arch) != 0)
		i++;
	return i;
}

static int by_arch(const void *a, const void *b)
{
	const struct iop_run *x = &((const struct iop_report_run *)a)->run, *y = &((const struct iop_report_run *)b)->run;
	int order = arch_order(x->arch) - arch_order(y->arch);

	return order ? order : strcmp(x->path, y->path);
}

static bool has_copies(const struct iop_run *run)
{
	uint64_t first = 0;

	for (size_t i = 0; i < run->count; i++) {
		uint64_t size = iop_report_size(&run->cells[i]);

		if (!iop_report_is_copy(&run->cells[i]) || !size || !(run->cells[i].ns > 0))
			continue;
		if (first && size != first)
			return true;
		first = size;
	}
	return false;
}

static struct iop_report_machine *machine_of(struct iop_report *report, const struct iop_run *run)
{
	struct iop_report_machine *grown;

	for (size_t i = 0; i < report->machines; i++)
		if (strcmp(report->machine[i].arch, run->arch) == 0 && strcmp(report->machine[i].cpu, run->cpu) == 0)
			return &report->machine[i];
	grown = realloc(report->machine, (report->machines + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	report->machine = grown;
	grown += report->machines++;
	*grown = (struct iop_report_machine){.arch = run->arch, .cpu = run->cpu};
	return grown;
}

static int by_newest(const void *a, const void *b)
{
	const struct iop_report_machine *x = a, *y = b;
	int64_t at = x->run[x->count - 1]->unix_time, bt = y->run[y->count - 1]->unix_time;

	return at != bt ? (at > bt ? -1 : 1) : strcmp(x->cpu, y->cpu);
}

static int sort_by_machine(struct iop_report *report)
{
	for (size_t i = 0; i < report->runs.count; i++) {
		const struct iop_run *run = &report->runs.at[i].run;
		struct iop_report_machine *machine;
		const struct iop_run **grown;

		if (run->kind != IOP_RUN_BENCH || iop_report_is_of_commands(run))
			continue;
		machine = machine_of(report, run);
		grown = machine ? realloc(machine->run, (machine->count + 1) * sizeof(*grown)) : NULL;
		if (!grown)
			return -ENOMEM;
		machine->run = grown;
		grown[machine->count++] = run;
		if (has_copies(run) && (!run->partial || !machine->copies || machine->copies->partial))
			machine->copies = run;
	}
	if (report->machines)
		qsort(report->machine, report->machines, sizeof(*report->machine), by_newest);
	return 0;
}

int iop_report_read(struct iop_report *report)
{
	int err = read_folder(report, report->dir, &report->runs);

	if (!err)
		err = read_folder(report, report->baseline_dir, &report->baselines);
	if (err)
		return err;
	if (report->runs.count)
		qsort(report->runs.at, report->runs.count, sizeof(*report->runs.at), by_time);
	if (report->baselines.count)
		qsort(report->baselines.at, report->baselines.count, sizeof(*report->baselines.at), by_arch);
	return sort_by_machine(report);
}

size_t iop_report_latest(const struct iop_report *report, const struct iop_run **latest, size_t room)
{
	const struct iop_run **runs = calloc(report->runs.count + 1, sizeof(*runs));
	size_t count;

	if (!runs)
		return 0;
	/* Newest first: of more models than there is room for, the latest are kept. */
	for (size_t i = 0; i < report->runs.count; i++)
		runs[i] = &report->runs.at[report->runs.count - 1 - i].run;
	count = iop_runs_latest(runs, report->runs.count, latest, room);
	free(runs);
	return count;
}

static void free_runs(struct iop_report_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++) {
		free(runs->at[i].by_name);
		iop_run_free(&runs->at[i].run);
	}
	free(runs->at);
}

void iop_report_free(struct iop_report *report)
{
	for (size_t i = 0; i < report->machines; i++)
		free(report->machine[i].run);
	free_runs(&report->runs);
	free_runs(&report->baselines);
	free(report->machine);
	free(report->refused);
}
