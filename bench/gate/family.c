/* SPDX-License-Identifier: MIT */
/* Which cells are confirmed: chosen once, by what screening has seen, before there is any value that decides. */
#include "stages.h"

#include <math.h>
#include <stdlib.h>

#define SCREEN_LEVEL 0.3 /* generous: a suspect costs time, a miss costs the truth */
#define DEAR_SHARE   4	 /* times what the others cost: a suspect that must wait for them */

static bool seems_slower(const double *values, size_t n, double margin)
{
	return iop_stats_t(values, n, margin / 2) < SCREEN_LEVEL || iop_stats_signed_rank(values, n, margin / 2) < SCREEN_LEVEL;
}

static void mirror(const struct iop_gate_cell *cell, double *values)
{
	for (size_t v = 0; v < cell->screened; v++)
		values[v] = -cell->screen[v];
}

static bool is_screened(const struct iop_gate_cell *cell)
{
	return iop_gate_is_measured(cell) && cell->screened >= IOP_GATE_LEAST_LAUNCHES;
}

static void choose_suspects(struct iop_gate *gate)
{
	double margin = log1p(gate->options.margin), mirrored[IOP_GATE_SCREEN];

	for (size_t i = 0; i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		if (!is_screened(cell))
			continue;
		mirror(cell, mirrored);
		cell->suspect = cell->role == IOP_ROLE_PLANTED || seems_slower(cell->screen, cell->screened, margin);
		if (!cell->suspect && !iop_gate_is_control(cell))
			cell->suspect = cell->faster = seems_slower(mirrored, cell->screened, margin);
		gate->suspects += cell->suspect && !cell->faster && cell->role != IOP_ROLE_PLANTED;
	}
}

static bool is_wide(const struct iop_gate *gate, const struct iop_gate_cell *cell, size_t family)
{
	return iop_gate_resolution_of(gate, cell->screen, cell->screened, family) > gate->options.sees;
}

/* What screening could not resolve, suspicious or not. The more tests, the more each must show, so it is asked until no more come. */
static void choose_wide(struct iop_gate *gate)
{
	size_t more = 1;

	while (more) {
		size_t family = iop_gate_family(gate) + 1;

		more = 0;
		for (size_t i = 0; i < gate->count; i++) {
			struct iop_gate_cell *cell = &gate->cell[i];

			if (cell->role != IOP_ROLE_CELL || cell->suspect || !is_screened(cell) || !is_wide(gate, cell, family))
				continue;
			cell->suspect = cell->wide = true;
			gate->wide++;
			more++;
		}
	}
}

/* A place in the queue for the time that is left. */
struct claim {
	struct iop_gate_cell *cell;
	int group;
	double rank, seconds;
};

static int by_claim(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->group != y->group)
		return x->group - y->group;
	if (x->rank != y->rank)
		return x->rank > y->rank ? 1 : -1;
	return (x->cell > y->cell) - (x->cell < y->cell);
}

/* Launches until a cell is resolved, if it goes on to spread as it did. */
static double launches_needed(const struct iop_gate *gate, const struct iop_gate_cell *cell)
{
	double margin = log1p(gate->options.margin), should = log1p(gate->options.sees) - margin;
	double is = log1p(iop_gate_resolution_of(gate, cell->screen, cell->screened, iop_gate_family(gate))) - margin;
	double n = should > 0 ? (double)cell->screened * (is / should) * (is / should) : INFINITY;

	return n > IOP_GATE_FEW_LAUNCHES ? n : IOP_GATE_FEW_LAUNCHES;
}

/*
 * Those that must be resolved come first, then the suspects that screening is surest of, then what is unresolved, what takes least
 * time first, then what is beyond all launches unless screening was wrong, and last what seems faster and is resolved.
 */
static struct claim claim_of(const struct iop_gate *gate, struct iop_gate_cell *cell)
{
	bool suspect = !cell->wide && !cell->faster, blind = is_wide(gate, cell, iop_gate_family(gate));
	double needed = blind && !suspect ? launches_needed(gate, cell) : IOP_GATE_FEW_LAUNCHES;
	bool hopeless = needed > IOP_GATE_CONFIRM;
	struct claim claim = {.cell = cell};

	claim.seconds =
		gate->slowness * 1e-9 * (hopeless ? IOP_GATE_FEW_LAUNCHES : needed) * iop_gate_cell_ns(cell, IOP_GATE_LEAST_ROUNDS);
	claim.group = cell->required ? 0 : suspect ? 1 : !blind ? 4 : hopeless ? 3 : 2;
	claim.rank = suspect ? iop_stats_t(cell->screen, cell->screened, log1p(gate->options.margin)) : claim.seconds;
	return claim;
}

/* A suspect that takes the time of many has its turn after them. */
static void defer_the_dear(struct claim *claim, size_t n, double left)
{
	double all = 0, suspects = 0;

	for (size_t i = 0; i < n; i++)
		if (claim[i].group == 1) {
			all += claim[i].seconds;
			suspects++;
		}
	for (size_t i = 0; i < n && all > left; i++)
		if (claim[i].group == 1 && claim[i].seconds > DEAR_SHARE * all / suspects)
			claim[i].rank += 1;
}

/* Seconds of starting the processes of as many launches as each has; alone: two more for what cannot be paired. */
static double launching(const struct iop_gate *gate, bool alone)
{
	return IOP_GATE_FEW_LAUNCHES * gate->start_seconds * (alone ? IOP_SIDES : 1);
}

static size_t queue(struct iop_gate *gate, struct claim *claim, double *left)
{
	double scale = gate->slowness * 1e-9 * IOP_GATE_FEW_LAUNCHES;
	size_t n = 0;

	*left = gate->ends - iop_gate_now() - launching(gate, false);
	for (size_t i = 0; i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		if (!cell->suspect)
			continue;
		if (iop_gate_is_control(cell))
			*left -= scale * iop_gate_cell_ns(cell, IOP_GATE_LEAST_ROUNDS);
		else
			claim[n++] = claim_of(gate, cell);
	}
	defer_the_dear(claim, n, *left);
	if (n)
		qsort(claim, n, sizeof(*claim), by_claim);
	return n;
}

/* What seems faster stays as screening saw it; a suspect is never clean, nor is what is unresolved. */
static void leave_out(struct iop_gate *gate, struct iop_gate_cell *cell)
{
	gate->suspects -= !cell->faster && !cell->wide;
	gate->wide -= cell->wide;
	cell->unconfirmed = !cell->faster;
	gate->unconfirmed += cell->unconfirmed;
	cell->suspect = cell->faster = cell->wide = false;
}

/*
 * More of them than there is time for would leave every one without a verdict. Confirming sees none of the values that chose, so the
 * family is those it takes.
 */
static void ration(struct iop_gate *gate)
{
	struct claim *claim = calloc(gate->count, sizeof(*claim));
	double left;
	size_t n = claim ? queue(gate, claim, &left) : 0;
	bool alone = false;

	for (size_t i = 0; i < n; i++) {
		bool first_alone = !alone && !iop_cells_pair(claim[i].cell->flags);
		double seconds = claim[i].seconds + (first_alone ? launching(gate, true) : 0);

		if (seconds > left) {
			leave_out(gate, claim[i].cell);
		} else {
			left -= seconds;
			alone |= first_alone;
		}
	}
	free(claim);
}

void iop_gate_choose_family(struct iop_gate *gate)
{
	choose_suspects(gate);
	choose_wide(gate);
	ration(gate);
}
