/* SPDX-License-Identifier: MIT */
#include "table.h"

#include "profile.h"

#include <host/module.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *paint(bool colour, const char *code)
{
	return colour ? code : "";
}

/* With fewer launches no interval holds 95 % (host/quantile.h). */
#define ENOUGH_LAUNCHES 9
/* Copies with a head and a tail of several widths say the rest in the stored file. */
#define DEVICE_MOST 24

#define DIM   "\033[2m"
#define RED   "\033[31m"
#define GREEN "\033[32m"
#define BOLD  "\033[1m"
#define PLAIN "\033[0m"

/* A number in a column: as many digits as its interval leaves, three at most; a dash where there is none. */
static void number(char text[16], double value, double half)
{
	int digits = half > 0.2 ? 1 : half > 0.02 ? 2 : 3, whole;

	if (!isfinite(value)) {
		snprintf(text, 16, "-");
		return;
	}
	if (value >= 1e7) {
		snprintf(text, 16, "%.*e", digits - 1, value);
		return;
	}
	snprintf(text, 16, "%.*e", digits - 1, value); /* rounded first: 0.9996 is 1.00 */
	value = strtod(text, NULL);
	whole = value >= 1 ? (int)log10(value) + 1 : value >= 0.1 ? 0 : -1;
	snprintf(text, 16, "%.*f", digits > whole ? digits - whole : 0, value);
}

/* Counted: exact. */
static void count(char text[16], double value)
{
	if (!isfinite(value))
		snprintf(text, 16, "-");
	else
		snprintf(text, 16, fabs(value - round(value)) < 0.005 ? "%.0f" : value < 100 ? "%.2f" : "%.0f", value);
}

static double half_of(double value, double low, double high)
{
	return isfinite(low) && isfinite(high) ? (high - low) / 2 / value : INFINITY;
}

/* Widths of the columns that depend on what is in them. */
struct columns {
	int name, device;
	bool model; /* a prediction is asked for */
};

static void heading(FILE *out, const struct iop_cell *cell, const struct columns *c, bool colour)
{
	fprintf(out, "\n%s%s %s%s\n", paint(colour, BOLD), cell->op, cell->backend, paint(colour, PLAIN));
	fprintf(out, "%s%-*s %*s %8s %9s %6s %8s%s  %s%s\n", paint(colour, DIM), c->name, "cell", c->device, "device", "instr",
		"ns/op", "+-%", "B/cycle", c->model ? "  model, ns" : "", "speed (another run's) against", paint(colour, PLAIN));
}

static void speed(FILE *out, const struct iop_results *results, const struct iop_result *result, bool colour)
{
	const struct iop_result *base = result->cell->baseline ? iop_results_find(results, result->cell->baseline) : NULL;
	double low, high, ratio = iop_result_speed(result, &low, &high), half = half_of(ratio, low, high);
	/* Only a difference that another run would show as well deserves a colour. */
	const char *code = low > 1.01 ? GREEN : high < 0.99 ? RED : "";
	char text[3][16];

	if (!base || !isfinite(ratio))
		return;
	if (result->is_its_baseline) {
		fprintf(out, "= %s", base->cell->routine);
		return;
	}
	number(text[0], ratio, half);
	number(text[1], low, half);
	number(text[2], high, half);
	fprintf(out, "%s%sx%s (%s-%s) %s", paint(colour, code), text[0], paint(colour, *code ? PLAIN : ""), text[1], text[2],
		base->cell->routine);
}

/* For some mappings of device memory, not for all. */
static bool is_of_another_tier(const struct iop_cells_module *module, const struct iop_cell *cell)
{
	unsigned widths;
	const char *tier = iop_module_tier(module, cell, &widths);

	return tier && strcmp(tier, "STRICT") != 0 && !(cell->flags & IOP_CELL_ILLEGAL);
}

/* Two digits: it is no measurement of this operation. */
static void model(FILE *out, const struct iop_profile *profile, const struct iop_result *result)
{
	char text[16];

	number(text, iop_profile_cell_ns(profile, result->cell->backend, &result->device, iop_result_median(result)), 0.1);
	fprintf(out, "%11s", text);
}

static void row(FILE *out, const struct iop_results *results, const struct iop_result *result, const struct columns *c, bool colour)
{
	const struct iop_cell *cell = result->cell;
	double median = iop_result_median(result), low = NAN, high = NAN, half;
	double per_ns = cell->bytes ? (double)cell->bytes / median : NAN;
	char device[DEVICE_MOST], instructions[16], ns[16], spread[16], cycle[16];
	const char *tier;
	unsigned widths;

	if (!result->samples) {
		fprintf(out, "%-*s  %s\n", c->name, cell->name, result->error ? result->error : "not measured");
		return;
	}
	iop_result_interval(result, &low, &high);
	half = half_of(median, low, high);
	iop_accesses_text(device, sizeof(device), &result->device);
	count(instructions, result->instructions);
	number(ns, median, half);
	number(spread, 100 * half, 0.05);
	number(cycle, results->cycles_per_ns > 0 ? per_ns / results->cycles_per_ns : NAN, half);
	fprintf(out, "%-*s %*s %8s %9s %6s %8s", c->name, cell->name, c->device, device, instructions, ns, spread, cycle);
	if (c->model)
		model(out, results->profile, result);
	fprintf(out, "  ");
	speed(out, results, result, colour);
	tier = iop_module_tier(results->module, cell, &widths);
	if (tier && strcmp(tier, "STRICT") != 0)
		fprintf(out, "  %s", tier);
	else if (!tier && (cell->flags & IOP_CELL_ILLEGAL))
		fprintf(out, cell->flags & IOP_CELL_CHECKED ? "  not as claimed" : "  MEM");
	else if (cell->flags & IOP_CELL_NOT_JUDGED)
		fprintf(out, "  not judged");
	if (result->error)
		fprintf(out, "  (%zu launches: %s)", result->samples, result->error);
	fprintf(out, "\n");
}

void iop_table_context(FILE *out, const struct iop_results *results, const struct iop_machine *machine, bool colour)
{
	size_t measured = 0, illegal = 0, others = 0, fewest = 0;

	for (size_t i = 0; i < results->count; i++) {
		const struct iop_result *result = &results->row[i];

		if (!result->samples)
			continue;
		measured++;
		illegal += !!(result->cell->flags & IOP_CELL_ILLEGAL);
		others += is_of_another_tier(results->module, result->cell);
		if (!fewest || result->samples < fewest)
			fewest = result->samples;
	}
	fprintf(out, "\n%zu of %zu cells measured, each in %zu launches or more, interleaved", measured, results->count, fewest);
	if (results->partial)
		fprintf(out, " (interrupted: partial)");
	else if (measured && fewest < ENOUGH_LAUNCHES)
		fprintf(out, " (too few for an interval of 95 %%: %d are enough)", ENOUGH_LAUNCHES);
	fprintf(out, "; %s, CPU %d", machine->cpu, machine->pinned_cpu);
	if (results->cycles_per_ns > 0)
		fprintf(out, ", %.2f cycles/ns", results->cycles_per_ns);
	if (results->empty_ns > 0)
		fprintf(out, "; the empty loop costs %.2f ns/op, included everywhere", results->empty_ns);
	fprintf(out, "\ndevice: accesses to the device side of one operation by width, r4 is a read of 4 bytes; exact\nspeed: "
		     "baseline's time / cell's time, above 1 is faster; = NAME: the same instructions as that one, "
		     "whatever the "
		     "times\nin brackets and +-%%: where another run's figure falls, with 95 %%");
	if (others)
		fprintf(out, "\nSTRICT-S, WIDE, WIDE-M: not for every device, but for mappings of this tier (docs/copies.md)");
	if (illegal)
		fprintf(out, "\nMEM: not for devices (bytes touched twice, misaligned or out of order), shown for "
			     "speed only");
	if (results->profile)
		fprintf(out,
			"\nmodel: what the profile %s says of these accesses (%s mapping), in place of cached memory; not measured",
			results->profile->name, results->profile->wc ? "write-combining" : "uncached");
	fprintf(out, "\n");
	for (size_t i = 0; i < machine->warnings; i++)
		fprintf(out, "%swarning:%s %s\n", paint(colour, RED), paint(colour, PLAIN), machine->warning[i]);
}

static bool same_group(const struct iop_cell *a, const struct iop_cell *b)
{
	return strcmp(a->op, b->op) == 0 && strcmp(a->backend, b->backend) == 0;
}

static void widen(struct columns *columns, const struct iop_result *result)
{
	char device[DEVICE_MOST];

	iop_accesses_text(device, sizeof(device), &result->device);
	if ((int)strlen(result->cell->name) > columns->name)
		columns->name = (int)strlen(result->cell->name);
	if ((int)strlen(device) > columns->device)
		columns->device = (int)strlen(device);
}

/* All rows of the group that begins at @first, and none that an earlier group has shown. */
static void group(FILE *out, const struct iop_results *results, size_t first, bool colour)
{
	const struct iop_cell *head = results->row[first].cell;
	struct columns columns = {.name = 24, .device = 6, .model = results->profile != NULL};

	for (size_t i = 0; i < first; i++)
		if (same_group(results->row[i].cell, head))
			return;
	for (size_t i = first; i < results->count; i++)
		if (same_group(results->row[i].cell, head))
			widen(&columns, &results->row[i]);
	heading(out, head, &columns, colour);
	for (size_t i = first; i < results->count; i++)
		if (same_group(results->row[i].cell, head))
			row(out, results, &results->row[i], &columns, colour);
}

void iop_table_print(FILE *out, const struct iop_results *results, bool colour)
{
	if (results->memory)
		fprintf(out, "device side: %s\n", results->memory);
	for (size_t i = 0; i < results->count; i++)
		group(out, results, i, colour);
}
