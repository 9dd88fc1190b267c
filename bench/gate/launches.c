/* SPDX-License-Identifier: MIT */
/* Launches of some of the cells, what they cost, and the first of all cells: the screening. */
#include "stages.h"

#include <sample/worker.h>

#include <math.h>
#include <stdlib.h>

#define SCREEN_ROUNDS  60
#define DEAR_ROUNDS    3
#define SCREEN_SHARE   0.55 /* of the budget */
#define DEAR_NS	       5e5  /* rounds that cost more than this are made fewer */
#define DEAR_LAUNCH_NS 2e7  /* a launch of a cell that costs more gives it no more than the least launches */
#define PATIENCE       60.0

bool iop_gate_is_measured(const struct iop_gate_cell *cell)
{
	return cell->role != IOP_ROLE_SAME && !cell->error;
}

static unsigned rounds_of(const struct iop_gate_cell *cell, double rounds)
{
	if (cell->round_ns > DEAR_NS)
		return rounds * DEAR_NS / cell->round_ns > DEAR_ROUNDS ? (unsigned)(rounds * DEAR_NS / cell->round_ns)
								       : DEAR_ROUNDS;
	return rounds > IOP_GATE_LEAST_ROUNDS ? (unsigned)rounds : IOP_GATE_LEAST_ROUNDS;
}

double iop_gate_cell_ns(const struct iop_gate_cell *cell, double rounds)
{
	return rounds_of(cell, rounds) * cell->round_ns + cell->setup_ns;
}

/* Of starting the processes of a launch. */
static double starting(const struct iop_gate *gate, iop_gate_choice wanted)
{
	bool alone = false;

	for (size_t i = 0; i < gate->count; i++)
		alone |= wanted(&gate->cell[i]) && !iop_cells_pair(gate->cell[i].flags);
	return gate->start_seconds * (alone ? 1 + IOP_SIDES : 1);
}

static double measuring(const struct iop_gate *gate, iop_gate_choice wanted, double rounds)
{
	double ns = 0;

	for (size_t i = 0; i < gate->count; i++)
		ns += wanted(&gate->cell[i]) ? iop_gate_cell_ns(&gate->cell[i], rounds) : 0;
	return gate->slowness * ns * 1e-9;
}

double iop_gate_launch_seconds(const struct iop_gate *gate, iop_gate_choice wanted, double rounds)
{
	return starting(gate, wanted) + measuring(gate, wanted, rounds);
}

/* A neighbour makes everything take longer, and plans must follow: what the launch was more of has told how much. */
static void learn(struct iop_gate *gate, double started, double measured, double took)
{
	if (measured > started)
		gate->slowness *= (1 + fmax(took - started, measured / 10) / measured) / 2;
	else
		gate->start_seconds *= (1 + fmax(took - measured, started / 10) / started) / 2;
}

bool iop_gate_has_time(const struct iop_gate *gate, iop_gate_choice wanted, double ends)
{
	return iop_gate_now() + iop_gate_launch_seconds(gate, wanted, IOP_GATE_LEAST_ROUNDS) <= ends;
}

/* The tasks of one process: the cells that are paired, or one side of those that are not. IOP_SIDES: both. */
static size_t gather(struct iop_gate *gate, iop_gate_choice wanted, enum iop_side side, double rounds, struct iop_task *tasks)
{
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++) {
		const struct iop_gate_cell *cell = &gate->cell[i];
		struct iop_task *task = &tasks[n];

		if (!wanted(cell) || iop_cells_pair(cell->flags) != (side == IOP_SIDES))
			continue;
		*task = (struct iop_task){.name = cell->name, .id = (int)i, .rounds = rounds_of(cell, rounds)};
		for (enum iop_side s = IOP_BASE; s < IOP_SIDES; s++) {
			task->index[s] = side == IOP_SIDES || side == s ? cell->index[s] : IOP_WORKER_NO_CELL;
			task->ops[s] = cell->ops[s];
		}
		n++;
	}
	return n;
}

/*
 * A process for the pairs and one for each side of the others, these in random order; one seed, so that they differ in nothing
 * else.
 */
static size_t launch_all(struct iop_gate *gate, iop_gate_choice wanted, double rounds, struct iop_task *tasks)
{
	struct iop_launch_end end = {0};
	uint64_t random;
	size_t n, all;

	iop_gate_reseed(gate);
	random = gate->options.seed | 1;
	n = all = gather(gate, wanted, IOP_SIDES, rounds, tasks);
	if (n)
		iop_gate_launch(gate, "launch", tasks, n, PATIENCE, &end);
	for (size_t i = 0; i < gate->count; i++)
		gate->cell[i].alone_ns[IOP_BASE] = gate->cell[i].alone_ns[IOP_CANDIDATE] = 0;
	for (enum iop_side i = 0, first = iop_random(&random) & 1; i < IOP_SIDES && !gate->interrupted; i++) {
		n = gather(gate, wanted, i ^ first, rounds, tasks);
		all += n;
		if (n)
			iop_gate_launch(gate, "launch", tasks, n, PATIENCE, &end);
	}
	return all;
}

bool iop_gate_launch_cells(struct iop_gate *gate, iop_gate_choice wanted, double rounds, double launches, double seconds)
{
	struct iop_task *tasks = calloc(gate->count, sizeof(*tasks));
	double began = iop_gate_now(), started = starting(gate, wanted), measured;
	size_t n;

	while (rounds > IOP_GATE_LEAST_ROUNDS && launches * (started + measuring(gate, wanted, rounds)) > seconds)
		rounds *= 0.8;
	measured = measuring(gate, wanted, rounds);
	n = tasks ? launch_all(gate, wanted, rounds, tasks) : 0;
	if (n)
		learn(gate, started, measured, iop_gate_now() - began);
	free(tasks);
	return n > 0;
}

static bool is_screened(const struct iop_gate_cell *cell)
{
	return iop_gate_is_measured(cell) && !cell->skipped &&
	       (cell->screened < IOP_GATE_LEAST_LAUNCHES || iop_gate_cell_ns(cell, IOP_GATE_LEAST_ROUNDS) < DEAR_LAUNCH_NS);
}

/*
 * With more cells than there is time to look at, some are looked at well, evenly chosen, and not all of them in vain. Those that must
 * be resolved are among them.
 */
static void thin_out(struct iop_gate *gate, size_t launches, double seconds)
{
	double kept = 0, measured = measuring(gate, is_screened, IOP_GATE_LEAST_ROUNDS);
	double share = measured > 0 ? (seconds / (double)launches - starting(gate, is_screened)) / measured : 1;

	for (size_t i = 0; share < 1 && i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		if (!is_screened(cell) || iop_gate_is_control(cell) || cell->required)
			continue;
		kept += share > 0 ? share : 0;
		cell->skipped = kept < 1;
		gate->skipped += cell->skipped;
		kept -= !cell->skipped;
	}
}

void iop_gate_screen(struct iop_gate *gate)
{
	double began = iop_gate_now(), ends = began + SCREEN_SHARE * (gate->ends - began);
	size_t done = 0;

	thin_out(gate, IOP_GATE_LEAST_LAUNCHES, ends - began);
	while (done < IOP_GATE_SCREEN && !gate->interrupted &&
	       iop_gate_has_time(gate, is_screened, done < IOP_GATE_LEAST_LAUNCHES ? gate->ends : ends)) {
		iop_gate_progress(gate, "screening", 0.6 * (double)done / IOP_GATE_SCREEN);
		if (!iop_gate_launch_cells(gate, is_screened, SCREEN_ROUNDS, (double)(IOP_GATE_SCREEN - done),
					   ends - iop_gate_now()))
			break;
		/* What the launches take is learnt from them; once cells have launches, they are not lightly given up. */
		if (++done < IOP_GATE_LEAST_LAUNCHES)
			thin_out(gate, IOP_GATE_LEAST_LAUNCHES - done,
				 (done == 1 ? ends : (ends + gate->ends) / 2) - iop_gate_now());
	}
	gate->screened = done >= IOP_GATE_LEAST_LAUNCHES && !gate->interrupted;
}
