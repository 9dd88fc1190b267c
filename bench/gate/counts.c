/* SPDX-License-Identifier: MIT */
/* Instructions by callgrind, accesses by single-stepping: exact, so that one more is one more. */
#include "gate.h"
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
#define STEPPING_SHARE 0.15 /* of the budget */
#define COUNTS	       "counts"

/* Counts of one cell: operations and instructions of the shorter and the longer run, each side. */
struct slope {
	uint64_t ops[2], instructions[2];
	unsigned seen;
};

struct counting {
	struct iop_gate *gate;
	struct slope (*slope)[IOP_SIDES];
};

static void take_access(void *user, char *text)
{
	struct counting *c = user;
	double accesses[IOP_SIDES], instructions[IOP_SIDES];
	int id;

	if (sscanf(text, "a %d %lf %lf %lf %lf", &id, &accesses[IOP_BASE], &accesses[IOP_CANDIDATE], &instructions[IOP_BASE],
		   &instructions[IOP_CANDIDATE]) != 5 ||
	    id < 0 || (size_t)id >= c->gate->count)
		return;
	memcpy(c->gate->cell[id].accesses, accesses, sizeof(accesses));
	/* What valgrind's CPU lacks; one method for both sides. */
	if (!iop_gate_is_counted(&c->gate->cell[id]))
		memcpy(c->gate->cell[id].instructions, instructions, sizeof(instructions));
}

/* Callgrind's file has a part for each cell, side and number of operations: a line that names it, later the sum. */
static void read_counts(struct counting *c)
{
	char path[PATH_MAX + 16], line[512];
	uint64_t ops = 0, sum;
	int id = -1, side = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/" COUNTS, c->gate->launcher.folder);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "desc: Trigger: Client Request: iopath %d %d %" SCNu64, &id, &side, &ops) == 3)
			continue;
		if (sscanf(line, "summary: %" SCNu64, &sum) != 1 || id < 0 || (size_t)id >= c->gate->count || side < 0 ||
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
	for (size_t i = 0; i < c->gate->count; i++)
		for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
			const struct slope *s = &c->slope[i][side];

			if (s->seen == 2 && s->ops[1] > s->ops[0])
				c->gate->cell[i].instructions[side] =
					((double)s->instructions[1] - (double)s->instructions[0]) / (double)(s->ops[1] - s->ops[0]);
			else if (s->seen == 1 && s->ops[0] == 1)
				c->gate->cell[i].instructions[side] = (double)s->instructions[0];
		}
}

static void ignore(void *user, char *text)
{
	(void)user, (void)text;
}

bool iop_gate_is_counted(const struct iop_gate_cell *cell)
{
	return isfinite(cell->instructions[IOP_BASE]) && isfinite(cell->instructions[IOP_CANDIDATE]);
}

static bool countable(const struct iop_gate_cell *cell)
{
	return cell->role == IOP_ROLE_CELL && !cell->error;
}

/* All cells in one process; one that the observer cannot run is left out, and the rest begun again after it. */
static const char *run_all(struct counting *c, const char *const *tool, const char *mode, void (*line)(void *, char *))
{
	struct iop_gate *gate = c->gate;
	struct iop_task *tasks = calloc(gate->count, sizeof(*tasks));
	const char *missing = NULL;
	int from = 0;

	for (int restart = 0; tasks && restart < RESTARTS; restart++) {
		struct iop_launch_end end;
		size_t n = 0;

		for (size_t i = (size_t)from; i < gate->count; i++)
			if (countable(&gate->cell[i]))
				tasks[n++] = (struct iop_task){
					.name = gate->cell[i].name,
					.id = (int)i,
					.index = {gate->cell[i].index[IOP_BASE], gate->cell[i].index[IOP_CANDIDATE]},
					.ops = {!iop_gate_is_counted(&gate->cell[i])},
					.rounds = (unsigned)(1 + STEPPING_SHARE * gate->options.budget)};
		if (!n)
			break;
		iop_launch(&gate->launcher, tool, mode, tasks, n, SEED, PATIENCE, line, c, &end);
		gate->interrupted |= end.stopped;
		if (tool)
			read_counts(c);
		if (end.good || end.stopped)
			break;
		if (end.last < from || strcmp(end.reason, IOP_WORKER_LATE) == 0) {
			missing = strcmp(end.reason, IOP_WORKER_LATE) == 0 ? IOP_WORKER_LATE : "this machine cannot observe it";
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

	snprintf(option, sizeof(option), "--callgrind-out-file=%s/" COUNTS, c->gate->launcher.folder);
	c->gate->counts_missing = run_all(c, tool, "count", ignore);
	if (c->gate->counts_missing)
		c->gate->counts_missing = "by single steps, as far as time allowed: valgrind is not there or cannot run the cells";
	take_slopes(c);
}

void iop_gate_count(struct iop_gate *gate)
{
	struct counting c = {.gate = gate, .slope = calloc(gate->count, sizeof(*c.slope))};
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++)
		n += countable(&gate->cell[i]);
	if (n && c.slope) {
		iop_gate_progress(gate, "counting instructions", 0);
		count_instructions(&c);
		iop_gate_progress(gate, "counting accesses", 0);
		if (!gate->interrupted)
			gate->accesses_missing = run_all(&c, NULL, "accesses", take_access);
	}
	free(c.slope);
}
