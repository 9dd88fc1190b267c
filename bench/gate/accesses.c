/* SPDX-License-Identifier: MIT */
/* Accesses to the device side: exact, and on a device they are what an operation costs, whether or not time here shows one more. */
#include "stages.h"

#include <math.h>
#include <stdlib.h>

#define ROUNDING 1e-6 /* of a mean */

static double of_direction(const struct iop_accesses *accesses, enum iop_access_direction direction)
{
	double sum = 0;

	for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
		sum += accesses->count[direction][w];
	return sum;
}

/* A read costs what many writes do, so that fewer of these make up for no read more. Wider ones in place of several are fewer. */
static bool grew(const struct iop_gate_options *o, const struct iop_accesses device[IOP_SIDES])
{
	if (!device[IOP_BASE].known || !device[IOP_CANDIDATE].known)
		return false;
	for (enum iop_access_direction d = IOP_ACCESS_READ; d < IOP_ACCESS_DIRECTIONS; d++) {
		double base = of_direction(&device[IOP_BASE], d);
		double allowed = o->accesses_are_share ? o->max_accesses * base : o->max_accesses;

		if (of_direction(&device[IOP_CANDIDATE], d) - base > allowed + ROUNDING)
			return true;
	}
	return false;
}

/* Which make more than is allowed. Those are counted again in a fresh process: what depends on the time that it takes is not the same twice. */
void iop_gate_count_again(struct iop_gate *gate)
{
	struct iop_counting counting = {.launcher = &gate->launcher,
					.cell = calloc(gate->count + 1, sizeof(*counting.cell)),
					.count = gate->count,
					.what = IOP_COUNT_DEVICE,
					.seconds = IOP_GATE_COUNTING_LEAST,
					.progress = iop_gate_counting,
					.user = gate};
	size_t again = 0;

	for (size_t i = 0; counting.cell && i < gate->count; i++) {
		struct iop_gate_cell *cell = &gate->cell[i];

		cell->more_accesses = grew(&gate->options, cell->device);
		again += cell->more_accesses;
		counting.cell[i] = (struct iop_count){.name = cell->name,
						      .index = {cell->index[IOP_BASE], cell->index[IOP_CANDIDATE]},
						      .left_out = !cell->more_accesses,
						      .instructions = {NAN, NAN},
						      .accesses = {NAN, NAN}};
	}
	if (again)
		iop_count_run(&counting);
	for (size_t i = 0; again && i < gate->count; i++)
		if (gate->cell[i].more_accesses && !grew(&gate->options, counting.cell[i].device)) {
			gate->cell[i].more_accesses = false;
			gate->cell[i].accesses_vary = true;
		}
	gate->interrupted |= counting.interrupted;
	free(counting.cell);
}

bool iop_gate_knows_accesses(const struct iop_gate_cell *cell)
{
	return cell->device[IOP_BASE].known && cell->device[IOP_CANDIDATE].known && !cell->accesses_vary;
}
