/* SPDX-License-Identifier: MIT */
#include "stages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool iop_gate_is_counted(const struct iop_gate_cell *cell)
{
	return isfinite(cell->instructions[IOP_BASE]) && isfinite(cell->instructions[IOP_CANDIDATE]);
}

/* Stepping shares the CPUs with valgrind. */
#define STEPPING_SHARE 0.15 /* of the budget, besides */

void iop_gate_counting(void *user, double share)
{
	(void)share;
	iop_gate_progress(user, "counting", 0);
}

void iop_gate_count(struct iop_gate *gate)
{
	struct iop_counting counting = {.launcher = &gate->launcher,
					.cell = calloc(gate->count + 1, sizeof(*counting.cell)),
					.count = gate->count,
					.what = IOP_COUNT_CODE | IOP_COUNT_DEVICE,
					.seconds = IOP_GATE_COUNTING_LEAST + STEPPING_SHARE * gate->options.budget,
					.progress = iop_gate_counting,
					.user = gate};

	if (!counting.cell)
		return;
	for (size_t i = 0; i < gate->count; i++)
		counting.cell[i] = (struct iop_count){
			.name = gate->cell[i].name,
			.index = {gate->cell[i].index[IOP_BASE], gate->cell[i].index[IOP_CANDIDATE]},
			.left_out = gate->cell[i].role != IOP_ROLE_CELL || gate->cell[i].error,
			.instructions = {gate->cell[i].instructions[IOP_BASE], gate->cell[i].instructions[IOP_CANDIDATE]},
			.accesses = {NAN, NAN}};
	iop_count_run(&counting);
	for (size_t i = 0; i < gate->count; i++) {
		memcpy(gate->cell[i].instructions, counting.cell[i].instructions, sizeof(counting.cell[i].instructions));
		memcpy(gate->cell[i].accesses, counting.cell[i].accesses, sizeof(counting.cell[i].accesses));
		memcpy(gate->cell[i].device, counting.cell[i].device, sizeof(counting.cell[i].device));
	}
	gate->counts_missing = counting.counts_missing;
	gate->accesses_missing = counting.accesses_missing;
	gate->device_missing = counting.device_missing;
	gate->interrupted |= counting.interrupted;
	free(counting.cell);
}
