/* SPDX-License-Identifier: MIT */
/* What the launches show, and the verdict. */
#include "stages.h"

#include <host/fail.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CLOCK_SHARE 1e-3 /* of a batch: what reading the clock costs, by which an interval is wider */

static void describe(const struct iop_gate *gate, struct iop_gate_cell *cell)
{
	const double *values = cell->confirmed >= IOP_GATE_LEAST_LAUNCHES ? cell->confirm : cell->screen;
	size_t n = cell->confirmed >= IOP_GATE_LEAST_LAUNCHES ? cell->confirmed : cell->screened;
	double low, high;

	if (n < IOP_GATE_LEAST_LAUNCHES)
		return;
	cell->change = expm1(iop_stats_centre(values, n, IOP_GATE_COVERAGE, &low, &high));
	cell->low = expm1(low - CLOCK_SHARE);
	cell->high = expm1(high + CLOCK_SHARE);
	cell->resolution = (cell->verdict == IOP_VERDICT_SLOWER ? iop_gate_resolution_of_found
								: iop_gate_resolution_of)(gate, values, n, iop_gate_family(gate));
}

/* Whether a slowdown of the size that is to be seen would have been found. */
static bool is_resolved(const struct iop_gate *gate, const struct iop_gate_cell *cell)
{
	bool tested = !cell->suspect || iop_gate_can_find(gate, cell->confirmed, iop_gate_family(gate));

	return tested && !cell->unconfirmed && cell->resolution <= gate->options.sees;
}

static void conclude(const struct iop_gate *gate, struct iop_gate_cell *cell)
{
	if (cell->error || cell->role == IOP_ROLE_SAME)
		return;
	describe(gate, cell);
	if (cell->verdict == IOP_VERDICT_PENDING && gate->options.time)
		cell->verdict = is_resolved(gate, cell) ? IOP_VERDICT_NO_CHANGE : IOP_VERDICT_UNRESOLVED;
}

static void judge_instructions(const struct iop_gate *gate, struct iop_gate_cell *cell)
{
	const struct iop_gate_options *o = &gate->options;
	double more = cell->instructions[IOP_CANDIDATE] - cell->instructions[IOP_BASE];
	double allowed = o->max_is_share ? o->max_instructions * cell->instructions[IOP_BASE] : o->max_instructions;

	cell->too_many = o->max_instructions >= 0 && isfinite(more) && more > allowed + 1e-9;
	cell->uncounted = cell->role == IOP_ROLE_CELL && !cell->error &&
			  ((o->max_instructions >= 0 && !isfinite(more)) || (o->accesses_wanted && !iop_gate_knows_accesses(cell)));
}

/* True if a control failed, or had no chance. */
static bool judge_controls(struct iop_gate *gate)
{
	if (!gate->screened)
		snprintf(gate->unfit, sizeof(gate->unfit), "%.3g s are too short for the least launches (--budget, --filter)",
			 gate->options.budget);
	for (size_t i = 0; i < gate->count && !gate->unfit[0]; i++) {
		const struct iop_gate_cell *cell = &gate->cell[i];

		if (!iop_gate_is_control(cell))
			continue;
		if (cell->error)
			snprintf(gate->unfit, sizeof(gate->unfit), "the control %.120s: %.80s", cell->name, cell->error);
		else if (cell->role == IOP_ROLE_PLANTED && !iop_gate_can_find(gate, cell->confirmed, 1))
			snprintf(gate->unfit, sizeof(gate->unfit), "there was no time to confirm anything (--budget, --filter)");
		else if (cell->role == IOP_ROLE_PLANTED && cell->verdict != IOP_VERDICT_SLOWER)
			snprintf(gate->unfit, sizeof(gate->unfit), "the planted slowdown of %.3g %% was not detected",
				 100 * gate->options.planted);
		else if (cell->role != IOP_ROLE_PLANTED && cell->verdict == IOP_VERDICT_SLOWER)
			snprintf(gate->unfit, sizeof(gate->unfit),
				 "%.120s has the same code on both sides but seems %.1f %% slower", cell->name, 100 * cell->change);
	}
	return gate->unfit[0];
}

size_t iop_gate_with(const struct iop_gate *gate, enum iop_gate_verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++)
		n += !iop_gate_is_control(&gate->cell[i]) && gate->cell[i].verdict == verdict;
	return n;
}

/* What is to be judged: the code differs, or may. */
static size_t changed(const struct iop_gate *gate)
{
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++)
		n += gate->cell[i].role == IOP_ROLE_CELL && !gate->cell[i].error;
	return n;
}

/* True if too much of what changed was not seen, or what had to be seen. */
static bool judge_unresolved(struct iop_gate *gate)
{
	const struct iop_gate_options *o = &gate->options;

	if (!o->time)
		return false;
	for (size_t i = 0; i < gate->count; i++) {
		const struct iop_gate_cell *cell = &gate->cell[i];

		if (!cell->required || (cell->verdict != IOP_VERDICT_UNRESOLVED && cell->verdict != IOP_VERDICT_ABSENT))
			continue;
		snprintf(gate->unfit, sizeof(gate->unfit), "%.120s is required, but %s", cell->name,
			 cell->verdict == IOP_VERDICT_ABSENT ? "not on this machine" : "unresolved");
		return true;
	}
	if ((double)gate->unresolved <= o->max_unresolved * (double)gate->changed)
		return false;
	snprintf(gate->unfit, sizeof(gate->unfit),
		 "%zu of %zu changed cells are unresolved: a slowdown of %.3g %% would not have shown (--max-unresolved %.3g%%)",
		 gate->unresolved, gate->changed, 100 * o->sees, 100 * o->max_unresolved);
	return true;
}

int iop_gate_decide(struct iop_gate *gate)
{
	size_t failed = 0, counted = 0, errors, uncounted = 0, same = 0;
	bool unfit;

	for (size_t i = 0; i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		conclude(gate, cell);
		judge_instructions(gate, cell);
		failed += !iop_gate_is_control(cell) && cell->verdict == IOP_VERDICT_SLOWER;
		counted += cell->too_many || cell->more_accesses;
		uncounted += cell->uncounted;
		same += cell->role == IOP_ROLE_SAME || cell->role == IOP_ROLE_NEGATIVE;
	}
	errors = iop_gate_with(gate, IOP_VERDICT_ERROR);
	gate->changed = changed(gate);
	gate->unresolved = iop_gate_with(gate, IOP_VERDICT_UNRESOLVED);
	if (gate->interrupted)
		return IOP_EXIT_INTERRUPTED;
	unfit = gate->options.time && judge_controls(gate);
	/* What is counted does not depend on the machine. */
	if (unfit && !counted)
		return IOP_EXIT_UNFIT;
	if (failed || counted)
		return IOP_EXIT_FINDING;
	if (errors || uncounted)
		return IOP_EXIT_USAGE;
	if (!gate->changed && !same)
		return IOP_EXIT_NOTHING;
	return judge_unresolved(gate) ? IOP_EXIT_UNFIT : IOP_EXIT_CLEAN;
}
