/* SPDX-License-Identifier: MIT */
/* The verdict with everything it rests on: from the launches' values anybody can compute it again. */
#include "gate.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static void set_real(json_t *object, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(object, key, json_real(value));
}

static void set_text(json_t *object, const char *key, const char *value)
{
	json_t *text = value ? json_string(value) : NULL;

	json_object_set_new(object, key, text ? text : json_string(value ? "?" : ""));
}

static json_t *numbers(const double *values, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, json_real(values[i]));
	return array;
}

static const char *word(enum iop_gate_verdict verdict)
{
	static const char *const words[] = {
		[IOP_VERDICT_PENDING] = "not measured",
		[IOP_VERDICT_SAME_CODE] = "same code",
		[IOP_VERDICT_SLOWER] = "slower",
		[IOP_VERDICT_FASTER] = "faster",
		[IOP_VERDICT_NO_CHANGE] = "no change",
		[IOP_VERDICT_UNRESOLVED] = "unresolved",
		[IOP_VERDICT_ABSENT] = "not on this machine",
		[IOP_VERDICT_ERROR] = "error",
	};

	return words[verdict];
}

/* Of one operation, by direction and width. */
static void set_accesses(json_t *object, const char *key, const struct iop_accesses *accesses)
{
	json_t *o = accesses->known ? json_object() : NULL;

	for (unsigned d = 0; o && d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++) {
			char name[4];

			iop_access_key(name, d, w);
			set_real(o, name, accesses->count[d][w] > 0 ? accesses->count[d][w] : NAN);
		}
	if (o)
		json_object_set_new(object, key, o);
}

json_t *iop_gate_cell_json(const struct iop_gate_cell *cell)
{
	static const char *const role[] = {"cell", "cell", "negative control", "pinned control", "planted control"};
	json_t *o = json_object();

	set_text(o, "name", cell->name);
	set_text(o, "role", role[cell->role]);
	set_text(o, "verdict", word(cell->verdict));
	if (cell->required)
		json_object_set_new(o, "required", json_true());
	if (cell->same >= 0)
		json_object_set_new(o, "same_code", json_boolean(cell->same));
	if (!iop_cells_pair(cell->flags))
		json_object_set_new(o, "paired", json_false());
	set_real(o, "change", cell->change);
	set_real(o, "change_low", cell->low);
	set_real(o, "change_high", cell->high);
	set_real(o, "resolution", cell->resolution);
	set_real(o, "p", cell->p);
	set_real(o, "base_ns", cell->screened ? cell->op_ns : NAN);
	set_real(o, "instructions_base", cell->instructions[IOP_BASE]);
	set_real(o, "instructions_candidate", cell->instructions[IOP_CANDIDATE]);
	set_real(o, "accesses_base", cell->accesses[IOP_BASE]);
	set_real(o, "accesses_candidate", cell->accesses[IOP_CANDIDATE]);
	set_accesses(o, "device_base", &cell->device[IOP_BASE]);
	set_accesses(o, "device_candidate", &cell->device[IOP_CANDIDATE]);
	if (cell->more_accesses)
		json_object_set_new(o, "more_device_accesses", json_true());
	if (cell->accesses_vary)
		json_object_set_new(o, "device_accesses_vary", json_true());
	if (cell->too_many)
		json_object_set_new(o, "too_many_instructions", json_true());
	if (cell->uncounted)
		json_object_set_new(o, "instructions_not_counted", json_true());
	if (cell->error)
		set_text(o, "error", cell->error);
	if (cell->screened)
		json_object_set_new(o, "screen", numbers(cell->screen, cell->screened));
	if (cell->confirmed)
		json_object_set_new(o, "confirm", numbers(cell->confirm, cell->confirmed));
	return o;
}

/* A text, or of several files a list of them. */
static json_t *paths(const struct iop_launcher_paths *side)
{
	json_t *list = json_array();
	json_t *one;

	for (size_t i = 0; i < side->count; i++) {
		json_t *text = json_string(side->path[i]);

		json_array_append_new(list, text ? text : json_string("?"));
	}
	if (side->count != 1)
		return list;
	one = json_incref(json_array_get(list, 0));
	json_decref(list);
	return one;
}

static json_t *options_json(const struct iop_gate_options *options)
{
	json_t *o = json_object();

	json_object_set_new(o, "base", paths(&options->module[IOP_BASE]));
	json_object_set_new(o, "candidate", paths(&options->module[IOP_CANDIDATE]));
	if (options->filter)
		set_text(o, "filter", options->filter);
	set_real(o, "margin", options->margin);
	set_real(o, "fwer", options->fwer);
	set_real(o, "budget", options->budget);
	set_real(o, "planted", options->planted);
	set_real(o, "sees", options->sees);
	set_real(o, "max_unresolved", options->max_unresolved);
	if (options->require)
		set_text(o, "require", options->require);
	json_object_set_new(o, "identity", json_boolean(options->identity));
	return o;
}

json_t *iop_gate_json(const struct iop_gate *gate, int code)
{
	json_t *o = json_object(), *cells = json_array();

	json_object_set_new(o, "json_schema_version", json_integer(1));
	set_text(o, "kind", "iopath-gate");
	json_object_set_new(o, "exit", json_integer(code));
	json_object_set_new(o, "partial", json_boolean(gate->interrupted));
	set_text(o, "unfit", gate->unfit);
	set_text(o, "base", gate->module[IOP_BASE]);
	set_text(o, "candidate", gate->module[IOP_CANDIDATE]);
	json_object_set_new(o, "options", options_json(&gate->options));
	json_object_set_new(o, "seconds", json_real(gate->seconds));
	json_object_set_new(o, "cpu_seconds", json_real(gate->cpu_seconds));
	json_object_set_new(o, "suspects", json_integer((json_int_t)gate->suspects));
	json_object_set_new(o, "wide", json_integer((json_int_t)gate->wide));
	json_object_set_new(o, "changed", json_integer((json_int_t)gate->changed));
	json_object_set_new(o, "unresolved", json_integer((json_int_t)gate->unresolved));
	json_object_set_new(o, "skipped", json_integer((json_int_t)gate->skipped));
	json_object_set_new(o, "unconfirmed", json_integer((json_int_t)gate->unconfirmed));
	json_object_set_new(o, "new", json_integer((json_int_t)gate->added));
	json_object_set_new(o, "gone", json_integer((json_int_t)gate->gone));
	json_object_set_new(o, "unaligned_base", json_integer((json_int_t)gate->unaligned[IOP_BASE]));
	json_object_set_new(o, "unaligned_candidate", json_integer((json_int_t)gate->unaligned[IOP_CANDIDATE]));
	for (size_t i = 0; i < gate->count; i++)
		json_array_append_new(cells, iop_gate_cell_json(&gate->cell[i]));
	json_object_set_new(o, "cells", cells);
	return o;
}
