/* SPDX-License-Identifier: MIT */
/* Instructions by callgrind, accesses by single-stepping: exact, so that one more is one more. */
#include "count.h"
#include "worker.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE       120.0
#define SEED	       UINT64_C(1)
#define RESTARTS       16
#define COUNTING_SHARE 0.15 /* of the budget: each way of counting */
#define COUNTS	       "counts"

/* Counts of one cell: operations and instructions of the shorter and the longer run, each side. */
struct slope {
	uint64_t ops[2], instructions[2];
	unsigned seen;
};

struct counting {
	struct iop_counting *all;
	struct slope (*slope)[IOP_SIDES];
};

static bool is_counted(const struct iop_count *cell)
{
	return isfinite(cell->instructions[IOP_BASE]) && isfinite(cell->instructions[IOP_CANDIDATE]);
}

static void take_access(void *user, char *text)
{
	struct counting *c = user;
	double accesses[IOP_SIDES], instructions[IOP_SIDES];
	int id;

	if (sscanf(text, "a %d %lf %lf %lf %lf", &id, &accesses[IOP_BASE], &accesses[IOP_CANDIDATE], &instructions[IOP_BASE],
		   &instructions[IOP_CANDIDATE]) != 5 ||
	    id < 0 || (size_t)id >= c->all->count)
		return;
	memcpy(c->all->cell[id].accesses, accesses, sizeof(accesses));
	/* What valgrind's CPU lacks; one method for both sides. */
	if (!is_counted(&c->all->cell[id]))
		memcpy(c->all->cell[id].instructions, instructions, sizeof(instructions));
}

static void take_touches(void *user, char *text)
{
	struct counting *c = user;
	struct iop_accesses a = {.known = true};
	int id, side, used;

	if (sscanf(text, "d %d %d %lf%n", &id, &side, &a.lines, &used) != 3 || id < 0 || (size_t)id >= c->all->count || side < 0 ||
	    side >= IOP_SIDES)
		return;
	for (unsigned i = 0; i < IOP_ACCESS_DIRECTIONS * IOP_ACCESS_WIDTHS; i++) {
		char *end;

		a.count[i / IOP_ACCESS_WIDTHS][i % IOP_ACCESS_WIDTHS] = strtod(text + used, &end);
		if (end == text + used)
			return;
		used = (int)(end - text);
	}
	c->all->cell[id].device[side] = a;
}

/* Callgrind's file has a part for each cell, side and number of operations: a line that names it, later the sum. */
static void read_counts(struct counting *c)
{
	char path[PATH_MAX + 16], line[512];
	uint64_t ops = 0, sum;
	int id = -1, side = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/" COUNTS, c->all->launcher->folder);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "desc: Trigger: Client Request: iopath %d %d %" SCNu64, &id, &side, &ops) == 3)
			continue;
		if (sscanf(line, "summary: %" SCNu64, &sum) != 1 || id < 0 || (size_t)id >= c->all->count || side < 0 ||
		    side >= IOP_SIDES)
			continue;
		struct slope *slope = &c->slope[id][side];

		if (slope->seen < 2) {
			slope->ops[slope->seen] = ops;
			slope->instructions[slope->seen++] = sum;
		}
		id = -1;
	}
	if (file)
		fclose(file);
	unlink(path);
}

static void take_slopes(struct counting *c)
{
	for (size_t i = 0; i < c->all->count; i++)
		for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
			const struct slope *s = &c->slope[i][side];

			if (s->seen == 2 && s->ops[1] > s->ops[0])
				c->all->cell[i].instructions[side] =
					((double)s->instructions[1] - (double)s->instructions[0]) / (double)(s->ops[1] - s->ops[0]);
			else if (s->seen == 1 && s->ops[0] == 1)
				c->all->cell[i].instructions[side] = (double)s->instructions[0];
		}
}

static void ignore(void *user, char *text)
{
	(void)user, (void)text;
}

/* All cells in one process; one that the observer cannot run is left out, and the rest begun again after it. */
static const char *run_all(struct counting *c, const char *const *tool, const char *mode, void (*line)(void *, char *))
{
	struct iop_counting *all = c->all;
	struct iop_task *tasks = calloc(all->count, sizeof(*tasks));
	const char *missing = NULL;
	int from = 0;

	for (int restart = 0; tasks && restart < RESTARTS; restart++) {
		struct iop_launch_end end;
		size_t n = 0;

		for (size_t i = (size_t)from; i < all->count; i++)
			if (!all->cell[i].left_out)
				tasks[n++] = (struct iop_task){
					.name = all->cell[i].name,
					.id = (int)i,
					.index = {all->cell[i].index[IOP_BASE], all->cell[i].index[IOP_CANDIDATE]},
					.ops = {!is_counted(&all->cell[i])},
					.rounds = (unsigned)(1 + COUNTING_SHARE * all->budget)};
		if (!n)
			break;
		iop_launch(all->launcher, tool, mode, tasks, n, SEED, PATIENCE, line, c, &end);
		all->interrupted |= end.stopped;
		if (tool)
			read_counts(c);
		if (end.good || end.stopped)
			break;
		if (end.last < from || strcmp(end.reason, IOP_WORKER_LATE) == 0) {
			missing = strcmp(end.reason, IOP_WORKER_LATE) == 0 ? IOP_WORKER_LATE : "not observable on this machine";
			break;
		}
		from = end.last + 1;
	}
	free(tasks);
	return missing;
}

static void count_instructions(struct counting *c)
{
	char option[PATH_MAX + 64];
	const char *const tool[] = {"valgrind",
				    "--tool=callgrind",
				    "-q",
				    "--instr-atstart=no",
				    "--collect-atstart=no",
				    "--combine-dumps=yes",
				    "--dump-line=no",
				    option,
				    NULL};

	snprintf(option, sizeof(option), "--callgrind-out-file=%s/" COUNTS, c->all->launcher->folder);
	c->all->counts_missing = run_all(c, tool, "count", ignore);
	if (c->all->counts_missing && strcmp(c->all->counts_missing, IOP_WORKER_LATE) != 0)
		c->all->counts_missing = "by single-stepping, as far as time allowed: valgrind is missing or cannot run the cells";
	take_slopes(c);
}

void iop_count_device(struct iop_counting *all)
{
	struct counting c = {.all = all};

	all->progress(all->user, "counting device accesses");
	all->device_missing = run_all(&c, NULL, "touches", take_touches);
}

void iop_count_run(struct iop_counting *all)
{
	struct counting c = {.all = all, .slope = calloc(all->count, sizeof(*c.slope))};
	size_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		n += !all->cell[i].left_out;
	if (n && c.slope) {
		all->progress(all->user, "counting instructions");
		count_instructions(&c);
		all->progress(all->user, "counting accesses");
		if (!all->interrupted)
			all->accesses_missing = run_all(&c, NULL, "accesses", take_access);
	}
	free(c.slope);
}
