/* SPDX-License-Identifier: MIT */
/* The reader of stored results against any bytes: what it lets through must be what reader.h promises. */
#include "bench/store/reader.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "FINDING results_reader: %s\n", what);
	abort();
}

/* Names may be of any length. */
static void printable_name(const char *text)
{
	require(text != NULL, "text that is not there");
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		require(*p >= ' ' && *p != 0x7f, "a control character");
}

static void printable(const char *text)
{
	printable_name(text);
	require(strlen(text) <= IOP_RUN_TEXT, "text longer than promised");
}

static void number(double value)
{
	require(!isinf(value), "an infinite number");
}

static void check_cell(const struct iop_run *run, const struct iop_run_cell *cell)
{
	const char *const texts[] = {cell->code_hash, cell->error, cell->failure, cell->verdict, cell->role};
	const char *const names[] = {cell->name, cell->op, cell->backend, cell->routine, cell->size, cell->baseline};
	const double numbers[] = {cell->ns,
				  cell->cpu_ns,
				  cell->low,
				  cell->high,
				  cell->min,
				  cell->max,
				  cell->spread,
				  cell->speed,
				  cell->speed_low,
				  cell->speed_high,
				  cell->change,
				  cell->change_low,
				  cell->change_high,
				  cell->resolution,
				  cell->p,
				  cell->accesses,
				  cell->instructions,
				  cell->fewest,
				  cell->cycles_per_op,
				  cell->bytes_per_cycle,
				  cell->bytes_per_second};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		printable(texts[i]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		printable_name(names[i]);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		number(numbers[i]);
	require(cell->name[0] != '\0', "a cell without a name");
	require(iop_run_find(run, cell->name) == cell, "a name that is not unique");
	require(cell->sample_count <= IOP_RUN_SAMPLES, "more samples than promised");
	for (size_t i = 0; i < cell->sample_count; i++)
		require(isfinite(cell->samples[i]), "a sample that is no number");
	require(cell->cpu_count <= IOP_RUN_SAMPLES, "more samples than promised");
	for (size_t i = 0; i < cell->cpu_count; i++)
		require(isfinite(cell->cpu_samples[i]), "a sample that is no number");
}

static void check_run(const struct iop_run *run)
{
	const char *const texts[] = {run->path,	     run->time,	     run->commit,     run->arch,      run->cpu,	     run->compiler,
				     run->flags,     run->kernel,    run->hypervisor, run->governor,  run->smt,	     run->turbo,
				     run->microcode, run->host,	     run->command,    run->version,   run->emulator, run->source,
				     run->base,	     run->candidate, run->unfit,      run->estimator, run->clock};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		printable(texts[i]);
	for (size_t i = 0; i < run->warning_count; i++)
		printable(run->warnings[i]);
	for (size_t i = 0; i < IOP_RUN_BARRIERS; i++)
		printable(run->barriers[i]);
	for (size_t i = 0; i < run->code_count; i++)
		printable(run->code[i].symbol);
	for (size_t i = 0; i < run->estimate_count; i++) {
		printable(run->estimates[i].core);
		printable(run->estimates[i].block);
		number(run->estimates[i].cycles_per_byte);
	}
	number(run->cycles_per_ns);
	number(run->empty_ns);
	number(run->load_before);
	number(run->load_after);
	number(run->steal_percent);
	require(run->count <= IOP_RUN_CELLS, "more cells than promised");
	for (size_t i = 0; i < run->count; i++)
		check_cell(run, &run->cells[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct iop_run_error error = {.reason = ""};
	struct iop_run run;
	int err = iop_run_parse("fuzz.json", (const char *)data, size, &run, &error);

	if (err) {
		require(err == -EBADMSG || err == -EFBIG || err == -ENOMEM, "an error that is not in its contract");
		printable(error.reason);
		require(error.reason[0] != '\0', "refused without a reason");
		require(run.count == 0, "cells of a run that was refused");
		return 0;
	}
	check_run(&run);
	iop_run_free(&run);
	return 0;
}
