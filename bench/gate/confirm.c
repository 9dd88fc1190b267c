/* SPDX-License-Identifier: MIT */
/* The confirming stage: fresh launches of the family, until all of it is found or resolved or there is no more time. */
#include "stages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIRM_ROUNDS 100
#define LONG_ROUNDS    400 /* for what many launches have not settled */
#define MANY_LAUNCHES  32
#define HOPELESS       0.8 /* no more launches for a resolved suspect that looks like this */

/* When it looks; each spends IOP_GATE_LOOK_SHARE of the error, so that the sum bounds all of them. */
static const size_t looks[] = {12, IOP_GATE_FEW_LAUNCHES, MANY_LAUNCHES, 64, IOP_GATE_CONFIRM};
#define LOOKS (sizeof(looks) / sizeof(looks[0]))

static double p_of(const struct iop_gate_cell *cell, double margin)
{
	double mirrored[IOP_GATE_CONFIRM];

	for (size_t i = 0; i < cell->confirmed; i++)
		mirrored[i] = -cell->confirm[i];
	return iop_stats_signed_rank(cell->faster ? mirrored : cell->confirm, cell->confirmed, margin);
}

/* Enough is known of a cell that was not found: what it was taken for is answered, and a slowdown would have been seen. */
static bool is_answered(const struct iop_gate *gate, const struct iop_gate_cell *cell)
{
	size_t family = iop_gate_family(gate);

	if (!cell->wide && cell->p <= HOPELESS)
		return false;
	return iop_gate_is_control(cell) ||
	       (iop_gate_can_find(gate, cell->confirmed, family) &&
		iop_gate_resolution_of(gate, cell->confirm, cell->confirmed, family) <= gate->options.sees);
}

/*
 * One family: the tests of a kind. Those found earlier stay found and leave the others their share; those that settled without are
 * no longer tests, whatever they would say later.
 */
static void look_at(struct iop_gate *gate, bool faster, bool planted, double level)
{
	double *p = calloc(gate->count, sizeof(*p)), margin = log1p(gate->options.margin);
	unsigned char *found = calloc(gate->count, 1);
	size_t *who = calloc(gate->count, sizeof(*who)), n = 0;

	for (size_t i = 0; p && found && who && i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		if (!cell->suspect || cell->error || cell->faster != faster || (cell->role == IOP_ROLE_PLANTED) != planted)
			continue;
		if (!cell->settled)
			cell->p = p_of(cell, margin);
		p[n] = !cell->settled ? cell->p : cell->verdict == IOP_VERDICT_PENDING ? 1 : 0;
		who[n++] = i;
	}
	if (n)
		iop_stats_holm(p, n, level, found);
	for (size_t i = 0; i < n; i++) {
		struct iop_gate_cell *cell = &gate->cell[who[i]];

		if (cell->settled)
			continue;
		if (found[i])
			cell->verdict = faster ? IOP_VERDICT_FASTER : IOP_VERDICT_SLOWER;
		cell->settled = found[i] || is_answered(gate, cell);
	}
	free(p);
	free(found);
	free(who);
}

static void look(struct iop_gate *gate, double share)
{
	double level = gate->options.fwer * share;

	look_at(gate, false, false, level);
	look_at(gate, true, false, level);
	look_at(gate, false, true, level);
}

static bool is_open(const struct iop_gate_cell *cell)
{
	return cell->suspect && !cell->settled && !cell->error;
}

static bool any_open(const struct iop_gate *gate)
{
	for (size_t i = 0; i < gate->count; i++)
		if (is_open(&gate->cell[i]))
			return true;
	return false;
}

void iop_gate_confirm(struct iop_gate *gate)
{
	size_t launches = 0, next = 0;

	iop_gate_choose_family(gate);
	while (next < LOOKS && !gate->interrupted && any_open(gate)) {
		double rounds = launches < MANY_LAUNCHES ? CONFIRM_ROUNDS : LONG_ROUNDS;

		iop_gate_progress(gate, "confirming", 0.6 + 0.4 * (double)launches / IOP_GATE_CONFIRM);
		/* Out of time: what is known now is looked at with all the error that is left. */
		if (!iop_gate_has_time(gate, is_open, gate->ends)) {
			look(gate, 1 - (double)next * IOP_GATE_LOOK_SHARE);
			break;
		}
		if (!iop_gate_launch_cells(gate, is_open, rounds, (double)(IOP_GATE_CONFIRM - launches),
					   gate->ends - iop_gate_now()))
			break;
		if (++launches == looks[next] && !gate->interrupted) {
			look(gate, IOP_GATE_LOOK_SHARE);
			next++;
		}
	}
}
