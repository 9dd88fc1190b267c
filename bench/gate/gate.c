/* SPDX-License-Identifier: MIT */
/* From two files to a list of measurable cells; the stages after that are in decide.c. */
#include "gate.h"

#include <sample/control.h>

#include <host/fail.h>
#include <host/select.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <regex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NEGATIVES      4
#define NEGATIVE_NS    2e6
#define BATCH_US       25
#define PATIENCE       60.0
#define CONTROLS       2
#define START_SECONDS  0.02 /* of a process, at least */
#define RESTARTS       32
#define EXAMINE_SHARE  0.2  /* of the budget, for looking at all cells */
#define NEGATIVE_SHARE 0.05 /* and for those that are chosen to be controls */

double iop_gate_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void iop_gate_progress(const struct iop_gate *gate, const char *what, double share)
{
	double spent = iop_gate_now() - gate->began;

	if (!gate->options.progress)
		return;
	if (share > 0.02)
		fprintf(stderr, "\r%s: %2.0f %%, %.0f s so far, about %.0f s left \033[K", what, 100 * share, spent,
			spent / share - spent);
	else
		fprintf(stderr, "\r%s, %.0f s so far \033[K", what, spent);
}

bool iop_gate_is_control(const struct iop_gate_cell *cell)
{
	return cell->role == IOP_ROLE_NEGATIVE || cell->role == IOP_ROLE_PINNED || cell->role == IOP_ROLE_PLANTED;
}

static void set_error(struct iop_gate_cell *cell, const char *format, const char *what)
{
	if (cell->error)
		return;
	if (asprintf(&cell->error, format, what) < 0)
		cell->error = NULL;
	cell->verdict = IOP_VERDICT_ERROR;
}

static void take_value(struct iop_gate_cell *cell, double log_ratio, double op_ns)
{
	if (!isfinite(log_ratio))
		return;
	if (cell->suspect && cell->confirmed < IOP_GATE_CONFIRM)
		cell->confirm[cell->confirmed++] = log_ratio;
	else if (!cell->suspect && cell->screened < IOP_GATE_SCREEN)
		cell->screen[cell->screened++] = log_ratio;
	cell->op_ns = op_ns;
}

static void take_side(struct iop_gate_cell *cell, int side, double batch_ns)
{
	double *ns = cell->alone_ns;

	ns[side] = batch_ns;
	if (ns[IOP_BASE] > 0 && ns[IOP_CANDIDATE] > 0)
		take_value(cell, log(ns[IOP_CANDIDATE] / ns[IOP_BASE]), ns[IOP_BASE] / (double)cell->ops[IOP_BASE]);
}

/* Answers about one cell; the list of all comes before there are cells. */
static void take_answer(void *user, char *text)
{
	struct iop_gate *gate = user;
	struct iop_gate_cell *cell;
	double value[4];
	int id, side, number;

	if (sscanf(text + 1, "%d", &id) != 1 || id < 0 || (size_t)id >= gate->count)
		return;
	cell = &gate->cell[id];
	if (sscanf(text, "x %*d %d %" SCNu64 " %" SCNu64 " %lf %lf %lf", &cell->same, &cell->ops[IOP_BASE],
		   &cell->ops[IOP_CANDIDATE], &cell->round_ns, &cell->op_ns, &cell->setup_ns) == 6) {
		cell->examined = true;
	} else if (sscanf(text, "r %*d %lf %lf %lf", &value[0], &value[1], &value[2]) == 3) {
		take_value(cell, value[0], value[2]);
	} else if (sscanf(text, "t %*d %d %lf", &side, &value[0]) == 2 && side >= 0 && side < IOP_SIDES) {
		take_side(cell, side, value[0]);
	} else if (sscanf(text, "a %*d %lf %lf", &value[0], &value[1]) == 2) {
		cell->accesses[IOP_BASE] = value[0];
		cell->accesses[IOP_CANDIDATE] = value[1];
	} else if (sscanf(text, "e %*d %d %d", &side, &number) == 2 && side >= 0 && side < IOP_SIDES) {
		cell->setup_error[side] = number;
	}
}

/* Steps of the golden ratio: the run keeps its reproducibility. */
void iop_gate_reseed(struct iop_gate *gate)
{
	gate->options.seed += UINT64_C(0x9E3779B97F4A7C15);
}

void iop_gate_launch(struct iop_gate *gate, const char *mode, const struct iop_task *tasks, size_t count, double patience,
		     struct iop_launch_end *end)
{
	iop_launch(&gate->launcher, NULL, mode, tasks, count, gate->options.seed, patience, take_answer, gate, end);
	if (gate->options.on_device && end->signal == SIGBUS) {
		bool known = end->last >= 0 && (size_t)end->last < gate->count;

		gate->options.bus_fault(gate->options.user, known ? gate->cell[end->last].name : "no cell");
		gate->interrupted = true;
	} else if (end->stopped)
		gate->interrupted = true;
	else if (!end->good && end->last >= 0 && (size_t)end->last < gate->count)
		set_error(&gate->cell[end->last],
			  end->side == IOP_BASE	       ? "base: %s"
			  : end->side == IOP_CANDIDATE ? "candidate: %s"
						       : "%s",
			  end->reason);
}

struct listing {
	struct iop_gate *gate;
	struct iop_cell *cell; /* as a module, for choosing by name */
	int *candidate;
	int *base;
	size_t count, room;
	bool failed;
};

static void take_module(struct iop_gate *gate, const char *text)
{
	int side = text[2] - '0', used = 0;

	if (side < 0 || side >= IOP_SIDES || gate->module[side])
		return;
	sscanf(text, "m %*d %*u %n", &used);
	gate->module[side] = strdup(text + (used ? used : (int)strlen(text)));
	sscanf(text + used, "%63s", gate->commit[side]);
	if (gate->options.commit[side] && !strcmp(gate->commit[side], "unknown"))
		snprintf(gate->commit[side], sizeof(gate->commit[side]), "%s", gate->options.commit[side]);
}

static void take_placement(struct iop_gate *gate, const char *text)
{
	size_t unaligned, all;
	int side;

	if (sscanf(text, "f %d %zu %zu", &side, &unaligned, &all) != 3 || side < 0 || side >= IOP_SIDES)
		return;
	gate->unaligned[side] = unaligned;
	gate->batches[side] = all;
}

/* On failure the old memory stays. */
static void *grown(void *memory, size_t bytes, bool *failed)
{
	void *more = realloc(memory, bytes);

	if (!more) {
		*failed = true;
		return memory;
	}
	return more;
}

static bool is_on_device(const char *name)
{
	const char *backend = strchr(name, '/');

	return backend && (strncmp(backend, "/bar/", 5) == 0 || strncmp(backend, "/bar-wc/", 8) == 0);
}

static void take_listed(void *user, char *text)
{
	struct listing *list = user;
	int base, candidate, used = 0;
	unsigned flags;

	if (text[0] == 'm')
		take_module(list->gate, text);
	if (text[0] == 'f')
		take_placement(list->gate, text);
	if (sscanf(text, "l %d %d %u %n", &base, &candidate, &flags, &used) != 3 || !used ||
	    (list->gate->options.on_device && !is_on_device(text + used)))
		return;
	if (base < 0 || candidate < 0) {
		if (base < 0)
			list->gate->added++;
		else
			list->gate->gone++;
		return;
	}
	if (list->count == list->room) {
		size_t room = 2 * list->room + 256;

		list->cell = grown(list->cell, room * sizeof(*list->cell), &list->failed);
		list->base = grown(list->base, room * sizeof(*list->base), &list->failed);
		list->candidate = grown(list->candidate, room * sizeof(*list->candidate), &list->failed);
		if (list->failed)
			return;
		list->room = room;
	}
	list->base[list->count] = base;
	list->candidate[list->count] = candidate;
	list->cell[list->count] = (struct iop_cell){.name = strdup(text + used), .flags = flags};
	list->failed |= !list->cell[list->count++].name;
}

static struct iop_gate_cell blank(const char *name, int base, int candidate, uint32_t flags)
{
	return (struct iop_gate_cell){
		.name = strdup(name),
		.index = {base, candidate},
		.flags = flags,
		.same = -1,
		.p = NAN,
		.change = NAN,
		.low = NAN,
		.high = NAN,
		.resolution = NAN,
		.instructions = {NAN, NAN},
		.accesses = {NAN, NAN},
	};
}

static int choose(struct iop_gate *gate, const struct listing *list)
{
	const struct iop_gate_options *o = &gate->options;
	const struct iop_cells_module module = {.cell_size = sizeof(struct iop_cell), .count = list->count, .cells = list->cell};
	uint32_t without = o->filter ? 0 : IOP_CELL_PEER | IOP_CELL_CONTROL | (o->full ? 0 : IOP_CELL_FULL);
	struct iop_selection selection;
	size_t sample;
	int code = iop_select(&selection, &module, "gate", o->filter, 0, without);

	if (code)
		return code;
	gate->cell = calloc(selection.count + CONTROLS, sizeof(*gate->cell));
	sample = o->sample && o->sample < selection.count ? o->sample : selection.count;
	for (size_t i = 0; gate->cell && i < sample; i++) {
		size_t at = (size_t)(selection.cells[i * selection.count / sample] - list->cell);

		gate->cell[gate->count++] = blank(list->cell[at].name, list->base[at], list->candidate[at], list->cell[at].flags);
	}
	free(selection.cells);
	if (!gate->cell)
		return iop_fail(iop_command, NULL, "out of memory");
	for (enum iop_gate_role role = IOP_ROLE_PINNED; role <= IOP_ROLE_PLANTED; role++) {
		gate->cell[gate->count] = blank(role == IOP_ROLE_PINNED ? "control/gate/itself/0" : "control/gate/planted/0", -1,
						-1, IOP_CELL_CONTROL);
		gate->cell[gate->count++].role = role;
	}
	return 0;
}

static void free_cells(struct iop_gate *gate)
{
	for (size_t i = 0; i < gate->count; i++) {
		free(gate->cell[i].name);
		free(gate->cell[i].error);
	}
	free(gate->cell);
	gate->cell = NULL;
	gate->count = 0;
}

static int require(struct iop_gate *gate)
{
	const char *wanted = gate->options.require;
	size_t found = 0;
	regex_t regex;

	if (!wanted)
		return 0;
	if (regcomp(&regex, wanted, REG_EXTENDED | REG_NOSUB))
		return iop_fail(iop_command, NULL, "--require is no regular expression: %s", wanted);
	for (size_t i = 0; i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		cell->required = cell->role == IOP_ROLE_CELL && regexec(&regex, cell->name, 0, NULL, 0) == 0;
		found += cell->required;
	}
	regfree(&regex);
	return found ? 0
		     : iop_fail(iop_command, "--full and --filter choose the cells", "--require names none of the chosen cells: %s",
				wanted);
}

int iop_gate_list(struct iop_gate *gate)
{
	struct listing list = {.gate = gate};
	struct iop_launch_end end;
	double began = iop_gate_now();
	int code = 0;

	iop_launch(&gate->launcher, NULL, "list", NULL, 0, 1, PATIENCE, take_listed, &list, &end);
	/* It did no more than start. */
	gate->start_seconds = fmax(iop_gate_now() - began, START_SECONDS);
	if (end.stopped)
		code = IOP_EXIT_INTERRUPTED;
	else if (!end.good)
		code = iop_fail(iop_command, "both must be libiopath-cells.so of builds for this machine",
				"the modules cannot be used: %s", end.reason);
	else if (list.failed)
		code = iop_fail(iop_command, NULL, "out of memory");
	else if (!list.count)
		code = IOP_EXIT_NOTHING;
	if (!code)
		code = choose(gate, &list);
	else if (code == IOP_EXIT_NOTHING)
		iop_fail(iop_command, "iopath list --module FILE shows what is in each", "the two modules have no cell in common");
	for (size_t i = 0; i < list.count; i++)
		free((void *)(uintptr_t)list.cell[i].name);
	free(list.cell);
	free(list.base);
	free(list.candidate);
	code = code ? code : require(gate);
	/* Without cells there is nothing to report. */
	if (code)
		free_cells(gate);
	return code;
}

static uint64_t multiple_of(double share)
{
	return share > 0 ? (uint64_t)lround(1 / share) : 1;
}

/* Batch sizes of a cell whose candidate does a planted share of operations more. */
static void plant(struct iop_gate_cell *cell, double share)
{
	uint64_t multiple = multiple_of(share);

	cell->ops[IOP_CANDIDATE] = cell->ops[IOP_BASE] + cell->ops[IOP_BASE] / multiple;
	if (cell->ops[IOP_BASE] < multiple)
		set_error(cell, "%s", "its batches are too short to plant a slowdown in");
}

static void examined(struct iop_gate *gate, struct iop_gate_cell *cell)
{
	const struct iop_gate_options *o = &gate->options;
	const int *e = cell->setup_error;

	if (cell->error)
		return;
	if (e[IOP_BASE] && e[IOP_BASE] == e[IOP_CANDIDATE]) {
		cell->verdict = IOP_VERDICT_ABSENT;
		cell->error = strdup(strerror(e[IOP_BASE]));
	} else if (e[IOP_BASE] || e[IOP_CANDIDATE]) {
		set_error(cell, e[IOP_BASE] ? "base: cannot be set up: %s" : "candidate: cannot be set up: %s",
			  strerror(e[IOP_BASE] ? e[IOP_BASE] : e[IOP_CANDIDATE]));
	} else if (!cell->examined) {
		set_error(cell, "%s", "not examined");
	} else if (cell->role == IOP_ROLE_CELL && o->identity && cell->same == 1) {
		cell->role = IOP_ROLE_SAME;
		cell->verdict = IOP_VERDICT_SAME_CODE;
	} else if (!cell->ops[IOP_BASE]) {
		cell->skipped = true;
		gate->skipped += cell->role == IOP_ROLE_CELL;
	} else if (cell->role == IOP_ROLE_PLANTED) {
		plant(cell, o->planted);
	} else if (cell->role == IOP_ROLE_CELL && o->slow > 0) {
		plant(cell, o->slow);
	}
}

/* In the order in which they are looked at: first what the verdict needs, then the others at random, as time may end it anywhere. */
static size_t in_order(struct iop_gate *gate, struct iop_task *tasks, uint64_t limit_ms)
{
	const struct iop_gate_options *o = &gate->options;
	uint64_t random = o->seed | 1;
	size_t n = 0, first = 0;

	for (size_t i = 0; i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];
		bool trusted = o->identity && cell->role == IOP_ROLE_CELL;
		struct iop_task task = {.name = cell->name, .id = (int)i, .rounds = BATCH_US};
		size_t at;

		if (cell->error || cell->examined || cell->setup_error[0] || cell->setup_error[1])
			continue;
		task.index[IOP_BASE] = cell->index[IOP_BASE];
		task.index[IOP_CANDIDATE] = cell->index[IOP_CANDIDATE];
		task.ops[IOP_BASE] = trusted ? 0 : multiple_of(cell->role == IOP_ROLE_PLANTED ? o->planted : o->slow);
		task.ops[IOP_CANDIDATE] = limit_ms;
		at = first + (size_t)(iop_random(&random) % (n - first + 1));
		tasks[n++] = tasks[at];
		if (cell->required || iop_gate_is_control(cell)) {
			tasks[at] = tasks[first];
			at = first++;
		}
		tasks[at] = task;
	}
	return n;
}

/*
 * Examines the cells that were not examined yet, for so many seconds. A cell that kills its process is lost; the others run in the
 * next process.
 */
static int examine(struct iop_gate *gate, double seconds)
{
	struct iop_task *tasks = calloc(gate->count + 1, sizeof(*tasks));
	struct iop_launch_end end = {0};
	double ends = iop_gate_now() + seconds;

	if (!tasks)
		return iop_fail(iop_command, NULL, "out of memory");
	for (int restart = 0; restart < RESTARTS && !end.good && !gate->interrupted; restart++) {
		double left = ends - iop_gate_now();
		size_t n = in_order(gate, tasks, left > 1e-3 ? (uint64_t)(left * 1e3) : 1);

		if (!n)
			break;
		iop_gate_progress(gate, "looking at the cells", 0);
		iop_gate_reseed(gate);
		iop_gate_launch(gate, "examine", tasks, n, PATIENCE, &end);
		if (!end.good && end.last < 0 && !gate->interrupted) {
			free(tasks);
			return iop_fail(iop_command, NULL, "the cells cannot be examined: %s", end.reason);
		}
	}
	free(tasks);
	return 0;
}

/* Some cells of the same code are measured all the same: if one of them seems slower, so may anything. */
static int choose_negatives(struct iop_gate *gate)
{
	size_t same = 0, chosen = 0, seen = 0;
	int code;

	for (size_t i = 0; i < gate->count; i++)
		same += gate->cell[i].role == IOP_ROLE_SAME;
	for (size_t i = 0; i < gate->count && chosen < NEGATIVES; i++)
		if (gate->cell[i].role == IOP_ROLE_SAME && seen++ * NEGATIVES >= chosen * same &&
		    iop_cells_pair(gate->cell[i].flags)) {
			gate->cell[i].role = IOP_ROLE_NEGATIVE;
			gate->cell[i].examined = false;
			chosen++;
		}
	code = chosen ? examine(gate, NEGATIVE_SHARE * gate->options.budget) : 0;
	for (size_t i = 0; i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		if (cell->role != IOP_ROLE_NEGATIVE)
			continue;
		/* Neither controls nor cells that this machine lacks are a reason to wait. */
		if (cell->setup_error[IOP_BASE] || cell->setup_error[IOP_CANDIDATE] || !cell->ops[IOP_BASE] ||
		    cell->round_ns + cell->setup_ns > NEGATIVE_NS)
			cell->role = IOP_ROLE_SAME;
		else
			cell->verdict = IOP_VERDICT_PENDING;
	}
	return code;
}

int iop_gate_examine(struct iop_gate *gate)
{
	int code = examine(gate, EXAMINE_SHARE * gate->options.budget);

	if (code || gate->interrupted)
		return code;
	for (size_t i = 0; i < gate->count; i++)
		examined(gate, &gate->cell[i]);
	return gate->options.time ? choose_negatives(gate) : 0;
}

void iop_gate_free(struct iop_gate *gate)
{
	free_cells(gate);
	free(gate->module[IOP_BASE]);
	free(gate->module[IOP_CANDIDATE]);
}
