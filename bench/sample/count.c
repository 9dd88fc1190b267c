/* SPDX-License-Identifier: MIT */
/* Instructions by callgrind, accesses by single-stepping: exact, so that one more is one more. */
#include "count.h"
#include "worker.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE    120.0
#define SEED	    UINT64_C(1)
#define RESTARTS    16
#define COUNTS	    "counts"
#define NO_MEMORY   "out of memory"
#define LARGE_SHARE 0.25 /* of the time that is for stepping, at least, once the rest is counted */

enum way {
	BY_VALGRIND,
	BY_STEPS,
	BY_TRACER,
	WAYS
};

/* Counts of one cell: operations and instructions of the shorter and the longer run, each side. */
struct slope {
	uint64_t ops[2], instructions[2];
	unsigned seen;
};

struct stepped {
	bool known;
	double instructions[IOP_SIDES];
};

struct counting;

/* One way of counting, in a thread that waits for its process. */
struct observer {
	struct counting *c;
	const char *const *tool;
	const char *mode;
	void (*line)(struct counting *c, const char *text);
	void (*ended)(struct counting *c); /* or NULL: a process did */
	double seconds, share;
	const char *missing;
	bool interrupted, large;
	pthread_t thread;
};

struct counting {
	struct iop_counting *all;
	struct slope (*slope)[IOP_SIDES];
	struct stepped *stepped;
	struct observer observer[WAYS];
	pthread_mutex_t telling;
	double ends; /* of what is for stepping */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool is_counted(const struct iop_count *cell)
{
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		if (cell->index[side] != IOP_WORKER_NO_CELL && !isfinite(cell->instructions[side]))
			return false;
	return true;
}

static void take_access(struct counting *c, const char *text)
{
	struct stepped stepped = {.known = true};
	double accesses[IOP_SIDES];
	int id;

	if (sscanf(text, "a %d %lf %lf %lf %lf", &id, &accesses[IOP_BASE], &accesses[IOP_CANDIDATE],
		   &stepped.instructions[IOP_BASE], &stepped.instructions[IOP_CANDIDATE]) != 5 ||
	    id < 0 || (size_t)id >= c->all->count)
		return;
	memcpy(c->all->cell[id].accesses, accesses, sizeof(accesses));
	c->stepped[id] = stepped;
}

static void take_touches(struct counting *c, const char *text)
{
	struct iop_accesses a = {.known = true};
	const char *next;
	int id, side, used;

	if (sscanf(text, "d %d %d %lf%n", &id, &side, &a.lines, &used) != 3 || id < 0 || (size_t)id >= c->all->count || side < 0 ||
	    side >= IOP_SIDES)
		return;
	next = text + used;
	for (unsigned i = 0; i < IOP_ACCESS_DIRECTIONS * IOP_ACCESS_WIDTHS; i++) {
		char *end;

		a.count[i / IOP_ACCESS_WIDTHS][i % IOP_ACCESS_WIDTHS] = strtod(next, &end);
		if (end == next)
			return;
		next = end;
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

static void ignore(struct counting *c, const char *text)
{
	(void)c, (void)text;
}

/* The mean of the ways that are under way. */
static void tell(struct counting *c, struct observer *o, double share)
{
	double sum = 0;
	int ways = 0;

	pthread_mutex_lock(&c->telling);
	o->share = share;
	for (enum way way = 0; way < WAYS; way++)
		if (c->observer[way].mode) {
			sum += c->observer[way].share;
			ways++;
		}
	c->all->progress(c->all->user, sum / ways);
	pthread_mutex_unlock(&c->telling);
}

static void take_line(void *user, char *text)
{
	struct observer *o = user;
	unsigned long done, all;

	if (sscanf(text, "p %lu %lu", &done, &all) == 2)
		tell(o->c, o, all ? (double)done / (double)all : 0);
	else
		o->line(o->c, text);
}

/* Of the large cells only those that valgrind did not count are stepped, and then. */
static bool is_wanted(const struct observer *o, size_t i)
{
	const struct iop_count *cell = &o->c->all->cell[i];

	return !cell->left_out && !(o->large && (is_counted(cell) || o->c->stepped[i].known));
}

/* What takes long comes last, so that few cells lack counts when the time is over. */
static int by_bytes(const void *a, const void *b)
{
	const struct iop_count *x = *(const struct iop_count *const *)a, *y = *(const struct iop_count *const *)b;

	return x->bytes != y->bytes ? (x->bytes > y->bytes) - (x->bytes < y->bytes) : (x > y) - (x < y);
}

static size_t plan(const struct observer *o, const struct iop_count **order)
{
	const struct iop_counting *all = o->c->all;
	size_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		if (is_wanted(o, i))
			order[n++] = &all->cell[i];
	qsort(order, n, sizeof(const struct iop_count *), by_bytes);
	return n;
}

static void write_task(const struct observer *o, struct iop_task *task, const struct iop_count *cell, double ends)
{
	*task = (struct iop_task){.name = cell->name,
				  .id = (int)(cell - o->c->all->cell),
				  .index = {cell->index[IOP_BASE], cell->index[IOP_CANDIDATE]},
				  .ops = {o->large},
				  .rounds = (unsigned)ceil(ends)};
}

/* Where to begin again after the cell that ended a process; 0: it did not come to any. */
static size_t behind(const struct iop_task *tasks, size_t from, size_t n, int last)
{
	for (size_t i = from; i < n; i++)
		if (tasks[i].id == last)
			return i + 1;
	return 0;
}

/* One after the other; one that the observer cannot run is left out, and the rest begun again after it. */
static void run(struct observer *o, const struct iop_count *const *order, struct iop_task *tasks, size_t n)
{
	double ends = now() + o->seconds;
	size_t from = 0;

	for (int restart = 0; restart < RESTARTS && from < n; restart++) {
		struct iop_launch_end end;

		if (now() >= ends) {
			o->missing = IOP_WORKER_LATE;
			return;
		}
		for (size_t i = from; i < n; i++)
			write_task(o, &tasks[i], order[i], ends);
		iop_launch(o->c->all->launcher, o->tool, o->mode, tasks + from, n - from, SEED, PATIENCE, take_line, o, &end);
		o->interrupted |= end.stopped;
		if (o->ended)
			o->ended(o->c);
		if (end.good || end.stopped)
			return;
		from = behind(tasks, from, n, end.last);
		if (!from || strcmp(end.reason, IOP_WORKER_LATE) == 0) {
			o->missing = strcmp(end.reason, IOP_WORKER_LATE) == 0 ? IOP_WORKER_LATE : "not observable on this machine";
			return;
		}
	}
	if (from < n)
		o->missing = "too many cells ended their processes";
}

static void *observe(void *arg)
{
	struct observer *o = arg;
	const struct iop_count **order = calloc(o->c->all->count + 1, sizeof(const struct iop_count *));
	struct iop_task *tasks = calloc(o->c->all->count + 1, sizeof(*tasks));

	if (order && tasks)
		run(o, order, tasks, plan(o, order));
	else
		o->missing = NO_MEMORY;
	free(order);
	free(tasks);
	tell(o->c, o, 1);
	return NULL;
}

/* All ways that have a mode, at once, each in a thread; one that gets none is waited for here. */
static void observe_all(struct counting *c)
{
	bool started[WAYS] = {false};

	for (enum way way = 0; way < WAYS; way++) {
		struct observer *o = &c->observer[way];

		if (!o->mode)
			continue;
		started[way] = !pthread_create(&o->thread, NULL, observe, o);
		if (!started[way])
			observe(o);
	}
	for (enum way way = 0; way < WAYS; way++) {
		if (started[way])
			pthread_join(c->observer[way].thread, NULL);
		c->all->interrupted |= c->observer[way].interrupted;
	}
}

/* One method for both sides: steps where valgrind's CPU lacks an instruction. */
static void take_stepped(struct counting *c)
{
	for (size_t i = 0; i < c->all->count; i++) {
		struct iop_count *cell = &c->all->cell[i];

		if (!c->stepped[i].known || is_counted(cell))
			continue;
		for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
			if (cell->index[side] != IOP_WORKER_NO_CELL)
				cell->instructions[side] = c->stepped[i].instructions[side];
	}
}

/* What valgrind cannot run is stepped whatever its size. */
static void step_large(struct counting *c)
{
	struct observer steps = c->observer[BY_STEPS];

	memset(c->observer, 0, sizeof(c->observer));
	steps.large = true;
	steps.seconds = fmax(c->ends - now(), LARGE_SHARE * steps.seconds);
	c->observer[BY_STEPS] = steps;
	observe_all(c);
	c->all->accesses_missing = c->observer[BY_STEPS].missing;
	take_stepped(c);
}

static void take_results(struct counting *c)
{
	struct iop_counting *all = c->all;
	const char *valgrind = c->observer[BY_VALGRIND].missing;
	bool late = valgrind && strcmp(valgrind, IOP_WORKER_LATE) == 0;

	all->counts_missing = valgrind;
	if (valgrind && !late)
		all->counts_missing = "by single-stepping, as far as time allowed: valgrind is missing or cannot run the cells";
	all->accesses_missing = c->observer[BY_STEPS].missing;
	all->device_missing = c->observer[BY_TRACER].missing;
	take_slopes(c);
	/* Which of two methods counts a cell must not depend on the time: means of sizes that change are over more of them in one. */
	if (late)
		return;
	take_stepped(c);
	if (c->observer[BY_STEPS].mode && !all->interrupted && !all->accesses_missing)
		step_large(c);
}

static void count(struct counting *c)
{
	const struct iop_counting *all = c->all;
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

	snprintf(option, sizeof(option), "--callgrind-out-file=%s/" COUNTS, all->launcher->folder);
	if (all->what & IOP_COUNT_CODE) {
		c->observer[BY_VALGRIND] = (struct observer){
			.c = c,
			.tool = tool,
			.mode = "count",
			.line = ignore,
			.ended = read_counts,
			.seconds = all->seconds,
		};
		c->observer[BY_STEPS] = (struct observer){.c = c, .mode = "accesses", .line = take_access, .seconds = all->seconds};
	}
	if (all->what & IOP_COUNT_DEVICE)
		c->observer[BY_TRACER] =
			(struct observer){.c = c, .mode = "touches", .line = take_touches, .seconds = all->seconds};
	observe_all(c);
	take_results(c);
}

void iop_count_run(struct iop_counting *all)
{
	struct counting c = {.all = all,
			     .slope = calloc(all->count + 1, sizeof(*c.slope)),
			     .stepped = calloc(all->count + 1, sizeof(*c.stepped)),
			     .ends = now() + all->seconds,
			     .telling = PTHREAD_MUTEX_INITIALIZER};

	if (c.slope && c.stepped)
		count(&c);
	else
		all->counts_missing = all->accesses_missing = all->device_missing = NO_MEMORY;
	free(c.slope);
	free(c.stepped);
}
