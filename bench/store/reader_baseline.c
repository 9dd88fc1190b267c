/* SPDX-License-Identifier: MIT */
/* Baselines of an architecture, made without its hardware: exact counts, verdicts, code sizes, and a model's estimates. */
#include "reader_internal.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LONGEST_LIST 256

static double count_of(const json_t *row, const char *key)
{
	double value = iop_run_number(row, key);

	return value >= 0 && value < 1e15 ? value : NAN;
}

static uint64_t whole(const json_t *row, const char *key)
{
	double value = count_of(row, key);

	return isnan(value) ? 0 : (uint64_t)value;
}

/* The next cell, or NULL with *@err. @seen holds the names there are. */
static struct iop_run_cell *add(struct iop_run *run, const json_t *row, const char *name, json_t *seen, int *err,
				struct iop_run_error *error)
{
	struct iop_run_cell *cell = &run->cells[run->count];
	const char *kept = iop_run_keep(run, name);

	if (json_object_get(seen, kept)) {
		*err = iop_run_refuse(error, -EBADMSG, "two rows for %.100s", kept);
		return NULL;
	}
	if (json_object_set_new(seen, kept, json_true())) {
		*err = iop_run_refuse(error, -ENOMEM, "out of memory");
		return NULL;
	}
	run->count++;
	iop_run_cell_init(run, cell, row, kept);
	cell->instructions = count_of(row, "instructions");
	cell->accesses = count_of(row, "accesses");
	return cell;
}

static int read_copies(struct iop_run *run, const json_t *rows, json_t *seen, struct iop_run_error *error)
{
	size_t i;
	const json_t *row;
	int err = 0;

	json_array_foreach(rows, i, row)
	{
		struct iop_run_cell *cell;
		char name[3 * IOP_RUN_TEXT + 32];

		snprintf(name, sizeof(name), "%s/device/%s/%s", iop_run_text(run, row, "op"), iop_run_text(run, row, "routine"),
			 iop_run_text(run, row, "size"));
		cell = add(run, row, name, seen, &err, error);
		if (!cell)
			return err;
		cell->fewest = count_of(row, "optimum");
		cell->calls = whole(row, "calls");
		cell->illegal_calls = whole(row, "illegal");
		cell->blind_calls = whole(row, "blind");
		cell->legal = !cell->illegal_calls && !cell->blind_calls;
	}
	return 0;
}

/* "ordered read u32" */
static int read_accessors(struct iop_run *run, const json_t *rows, json_t *seen, struct iop_run_error *error)
{
	size_t i;
	const json_t *row;
	int err = 0;

	json_array_foreach(rows, i, row)
	{
		char order[16], op[16], width[16], name[80];

		if (sscanf(iop_run_text(run, row, "accessor"), "%15[a-z] %15[a-z] %15[a-z0-9]", order, op, width) != 3)
			return iop_run_refuse(error, -EBADMSG, "an accessor that is not \"ordered read u32\"");
		snprintf(name, sizeof(name), "%s/device/%s/%s", op, order, width);
		if (!add(run, row, name, seen, &err, error))
			return err;
	}
	return 0;
}

static void read_code(struct iop_run *run, const json_t *sizes)
{
	size_t n = json_object_size(sizes);
	const char *key;
	json_t *value;

	run->code = iop_run_room(run, (n < LONGEST_LIST ? n : LONGEST_LIST) * sizeof(*run->code));
	json_object_foreach((json_t *)(uintptr_t)sizes, key, value)
	{
		if (!run->code || run->code_count == LONGEST_LIST)
			return;
		if (json_number_value(value) >= 0 && json_number_value(value) < 1e15)
			run->code[run->code_count++] =
				(struct iop_run_code){iop_run_keep(run, key), (uint64_t)json_number_value(value)};
	}
}

static void read_estimates(struct iop_run *run, const json_t *rows)
{
	size_t n = json_array_size(rows);

	n = n < LONGEST_LIST ? n : LONGEST_LIST;
	run->estimates = iop_run_room(run, n * sizeof(*run->estimates));
	for (size_t i = 0; run->estimates && i < n; i++) {
		const json_t *row = json_array_get(rows, i);

		run->estimates[run->estimate_count++] = (struct iop_run_estimate){
			iop_run_text(run, row, "core"), iop_run_text(run, row, "block"), count_of(row, "cycles_per_byte")};
	}
}

static void read_barriers(struct iop_run *run, const json_t *barriers)
{
	static const char *const key[IOP_RUN_BARRIERS] = {"read_mmio_u32", "write_mmio_u32", "read_relaxed_u32",
							  "write_relaxed_u32"};

	for (size_t b = 0; b < IOP_RUN_BARRIERS; b++) {
		const json_t *list = json_object_get(barriers, key[b]);
		char text[IOP_RUN_TEXT] = "";
		size_t used = 0;

		for (size_t i = 0; i < json_array_size(list) && used < sizeof(text) - 1; i++) {
			const char *word = json_string_value(json_array_get(list, i));

			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%.40s", i ? "; " : "", word ? word : "?");
		}
		run->barriers[b] = iop_run_keep(run, text);
	}
}

int iop_run_read_baseline(struct iop_run *run, const json_t *root, struct iop_run_error *error)
{
	const json_t *copies = json_object_get(root, "copies"), *accessors = json_object_get(root, "accessors");
	const json_t *tools = json_object_get(root, "tools");
	size_t n = json_array_size(copies) + json_array_size(accessors);
	json_t *seen = json_object();
	int err = 0;

	run->kind = IOP_RUN_BASELINE;
	run->source = "baseline";
	run->arch = iop_run_text(run, root, "arch");
	run->compiler = iop_run_text(run, root, "compiler");
	run->emulator = iop_run_text(run, tools, "emulator");
	run->estimator = iop_run_text(run, tools, "estimates");
	if (n > IOP_RUN_CELLS)
		err = iop_run_refuse(error, -EFBIG, "more than %u rows", IOP_RUN_CELLS);
	else if (!*run->arch)
		err = iop_run_refuse(error, -EBADMSG, "a baseline that names no architecture");
	run->cells = err ? NULL : iop_run_room(run, n * sizeof(*run->cells));
	if (!err && (!seen || !run->cells))
		err = iop_run_refuse(error, -ENOMEM, "out of memory");
	if (!err)
		err = read_copies(run, copies, seen, error);
	if (!err)
		err = read_accessors(run, accessors, seen, error);
	json_decref(seen);
	if (err)
		return err;
	read_code(run, json_object_get(root, "code_bytes"));
	read_estimates(run, json_object_get(root, "estimates"));
	read_barriers(run, json_object_get(root, "barriers"));
	return 0;
}
