/* SPDX-License-Identifier: MIT */
/* A cell of which only the name is known. */
#include "reader_internal.h"

#include <math.h>
#include <string.h>

/* "op/backend/routine/size[/...]" */
static void split_name(struct iop_run *run, struct iop_run_cell *cell)
{
	const char **part[] = {&cell->op, &cell->backend, &cell->routine, &cell->size};
	const char *at = cell->name;

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		size_t n = strcspn(at, "/");
		char text[IOP_RUN_TEXT + 1];

		memcpy(text, at, n);
		text[n] = '\0';
		*part[i] = iop_run_keep(run, text);
		at += n;
		at += *at == '/';
	}
}

void iop_run_cell_init(struct iop_run *run, struct iop_run_cell *cell, const json_t *row, const char *name)
{
	double *const number[] = {
		&cell->ns,
		&cell->cpu_ns,
		&cell->low,
		&cell->high,
		&cell->min,
		&cell->max,
		&cell->spread,
		&cell->speed,
		&cell->speed_low,
		&cell->speed_high,
		&cell->change,
		&cell->change_low,
		&cell->p,
		&cell->change_high,
		&cell->resolution,
		&cell->instructions,
		&cell->accesses,
		&cell->fewest,
		&cell->bytes_per_second,
		&cell->bytes_per_cycle,
		&cell->cycles_per_op,
		&cell->side_instructions[0],
		&cell->side_instructions[1],
		&cell->side_accesses[0],
		&cell->side_accesses[1],
	};

	for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++)
		*number[i] = NAN;
	cell->name = name;
	split_name(run, cell);
	cell->baseline = iop_run_text(run, row, "baseline");
	cell->code_hash = iop_run_text(run, row, "code_hash");
	cell->verdict = iop_run_text(run, row, "verdict");
	cell->role = iop_run_text(run, row, "role");
	cell->error = "";
	cell->tier = iop_run_text(run, row, "tier");
	cell->legal = !json_is_false(json_object_get(row, "legal"));
	cell->control = strcmp(cell->op, "control") == 0;
}
