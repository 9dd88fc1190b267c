/* SPDX-License-Identifier: MIT */
#include "worker.h"
#include "worker_count.h"
#include "worker_device.h"
#include "worker_say.h"

#include "control.h"
#include "pair.h"
#include "place.h"

#include <host/fail.h>
#include <host/module.h>

#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* By its place; under an emulated CPU a module may offer fewer cells, so the name has the last word. NULL: not there. */
static const struct iop_cell *cell_of(const struct iop_worker *w, enum iop_side side, int index, const char *name)
{
	const struct iop_cell *cell;

	if (index == IOP_WORKER_NO_CELL)
		return NULL;
	if (index < 0)
		return iop_gate_control();
	if ((uint64_t)index < w->module[side]->count) {
		cell = iop_module_cell(w->module[side], (size_t)index);
		if (strcmp(cell->name, name) == 0)
			return cell;
	}
	return iop_module_find(w->module[side], name);
}

/* False at the end of the plan; *@there tells whether this module has the cells. */
static bool read_task(struct iop_worker *w, FILE *file, struct iop_worker_task *t, bool *there)
{
	char names[1024], *base;

	if (fscanf(file, "%d %d %d %" SCNu64 " %" SCNu64 " %u %1023[^\n]", &t->id, &t->index[IOP_BASE], &t->index[IOP_CANDIDATE],
		   &t->pair.ops[IOP_BASE], &t->pair.ops[IOP_CANDIDATE], &t->rounds, names) != 7)
		return false;
	base = strchr(names, '\t');
	if (base)
		*base++ = '\0';
	t->two_cells = base;
	*there = true;
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
		t->pair.cell[side] = cell_of(w, side, t->index[side], side == IOP_BASE && base ? base : names);
		*there &= t->pair.cell[side] != NULL || t->index[side] == IOP_WORKER_NO_CELL;
	}
	return true;
}

static int read_plan(struct iop_worker *w, const char *path)
{
	FILE *file = fopen(path, "r");
	struct iop_worker_task t = {0};
	size_t room = 0;
	bool there;

	if (!file)
		return -1;
	while (read_task(w, file, &t, &there)) {
		if (!there)
			continue;
		if (w->count == room) {
			struct iop_worker_task *more = realloc(w->task, (room = 2 * room + 64) * sizeof(*more));

			if (!more)
				break;
			w->task = more;
		}
		w->task[w->count++] = t;
	}
	fclose(file);
	return 0;
}

struct named {
	const char *name;
	int index;
};

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static size_t unaligned(const struct iop_cells_module *module)
{
	size_t n = 0;

	for (size_t i = 0; i < module->count; i++)
		n += (uintptr_t)iop_module_cell(module, i)->batch % IOP_PLACE_LINE != 0;
	return n;
}

static void mode_list(struct iop_worker *w)
{
	size_t count = w->module[IOP_CANDIDATE]->count;
	struct named *names = calloc(count + 1, sizeof(*names));
	unsigned char *found = calloc(count + 1, 1);

	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
		iop_worker_say("f %d %zu %" PRIu64, side, unaligned(w->module[side]), w->module[side]->count);
		iop_worker_say("m %d %u %s / %s / %s / %s", side, w->module[side]->abi, w->module[side]->commit,
			       w->module[side]->compiler, w->module[side]->flags, w->module[side]->arch);
	}
	if (!names || !found) {
		free(names);
		free(found);
		return;
	}
	for (size_t i = 0; i < count; i++)
		names[i] = (struct named){iop_module_cell(w->module[IOP_CANDIDATE], i)->name, (int)i};
	qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < w->module[IOP_BASE]->count; i++) {
		const struct iop_cell *cell = iop_module_cell(w->module[IOP_BASE], i);
		struct named key = {cell->name, 0}, *match = bsearch(&key, names, count, sizeof(*names), by_name);

		uint32_t flags = cell->flags;

		if (match) {
			found[match->index] = 1;
			/* What one side says cannot be paired, cannot. */
			flags |= iop_module_cell(w->module[IOP_CANDIDATE], (size_t)match->index)->flags & IOP_CELL_SYSCALL;
		}
		iop_worker_say("l %zu %d %u %s", i, match ? match->index : -1, flags, cell->name);
	}
	for (size_t i = 0; i < count; i++)
		if (!found[i])
			iop_worker_say("l -1 %zu %u %s", i, iop_module_cell(w->module[IOP_CANDIDATE], i)->flags,
				       iop_module_cell(w->module[IOP_CANDIDATE], i)->name);
	free(names);
	free(found);
}

static const struct mode {
	const char *name;
	void (*run)(struct iop_worker *w);
	bool times;
} modes[] = {
	{"list", mode_list, false},
	{"examine", iop_worker_examine, true},
	{"launch", iop_worker_launch, true},
	{"accesses", iop_worker_accesses, false},
	{"count", iop_worker_count, false},
	{"touches", iop_worker_touches, false},
	{"identify", iop_worker_identify, false},
};

/* What takes times stays on one CPU: moving between two costs what a regression costs. */
static void pin(uint64_t random)
{
	cpu_set_t allowed, one;
	int chosen = -1, count;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return;
	count = CPU_COUNT(&allowed);
	chosen = count ? (int)(random % (uint64_t)count) : -1;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed) && chosen-- == 0) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			sched_setaffinity(0, sizeof(one), &one);
			return;
		}
}

int iop_worker_run(int argc, char **argv)
{
	static struct iop_worker w; /* until the process ends */
	const struct mode *mode = NULL;
	int code;

	if (argc != 6)
		return iop_fail("worker", NULL, "--worker is for the program's own use");
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			mode = &modes[i];
	if (!mode && strcmp(argv[1], "describe") != 0)
		return iop_fail("worker", NULL, "--worker: no mode '%s'", argv[1]);
	w.env.size = sizeof(w.env);
	w.env.seed = strtoull(argv[5], NULL, 0) | 1;
	w.random = w.env.seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
	for (int i = 0; i < 8; i++)
		iop_random(&w.random);
	w.env.colour = (uint32_t)iop_random(&w.random);
	if (mode && mode->times)
		pin(iop_random(&w.random));
	if (iop_worker_adopt_device()) {
		iop_worker_say("w cannot map the device");
		return IOP_EXIT_USAGE;
	}
	if (!mode) {
		code = iop_worker_describe(argv[2]);
		if (!code)
			iop_worker_say(IOP_WORKER_DONE);
		return code;
	}
	code = iop_worker_load(&w, &argv[2]);
	if (code)
		return code;
	if (read_plan(&w, argv[4]))
		return iop_fail("worker", NULL, "--worker: cannot read the plan");
	mode->run(&w);
	free(w.task);
	iop_worker_say(IOP_WORKER_DONE);
	return IOP_EXIT_CLEAN;
}
