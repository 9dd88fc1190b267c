/* SPDX-License-Identifier: MIT */
/* A cell of which only the name is known. */
#include "reader_internal.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* "op/backend/routine/size[/...]" */
static void split_name(struct iop_run *run, struct iop_run_cell *cell)
{
	const char **part[] = {&cell->op, &cell->backend, &cell->routine, &cell->size};
	const char *at = cell->name;

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		size_t n = strcspn(at, "/");
		char *text = iop_run_room(run, n + 1);

		*part[i] = text ? memcpy(text, at, n) : "";
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
	cell->baseline = iop_run_keep_name(run, json_string_value(json_object_get(row, "baseline")));
	cell->module = iop_run_text(run, row, "module");
	cell->code_hash = iop_run_text(run, row, "code_hash");
	cell->verdict = iop_run_text(run, row, "verdict");
	cell->role = iop_run_text(run, row, "role");
	cell->error = cell->failure = "";
	cell->tier = iop_run_text(run, row, "tier");
	cell->legal = !json_is_false(json_object_get(row, "legal"));
	cell->control = strcmp(cell->op, "control") == 0;
}

void iop_run_brief(char out[IOP_RUN_BRIEF], const char *name)
{
	const size_t head = IOP_RUN_BRIEF / 2 - 4, tail = IOP_RUN_BRIEF - 5 - head;
	size_t n = strlen(name);

	/* A character cut in two becomes '?' when the message is made printable. */
	if (n < IOP_RUN_BRIEF)
		memcpy(out, name, n + 1);
	else
		snprintf(out, IOP_RUN_BRIEF, "%.*s...%s", (int)head, name, name + n - tail);
}

int iop_run_check_names(const struct iop_run *run, struct iop_run_error *error)
{
	json_t *seen = json_object();
	char brief[IOP_RUN_BRIEF];
	int err = seen ? 0 : iop_run_refuse(error, -ENOMEM, "out of memory");

	for (size_t i = 0; i < run->count && !err; i++) {
		iop_run_brief(brief, run->cells[i].name);
		if (json_object_get(seen, run->cells[i].name))
			err = iop_run_refuse(error, -EBADMSG, "two names are one when printed: %s", brief);
		else if (json_object_set_new(seen, run->cells[i].name, json_true()))
			err = iop_run_refuse(error, -ENOMEM, "out of memory");
	}
	json_decref(seen);
	return err;
}
