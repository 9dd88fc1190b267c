/* SPDX-License-Identifier: MIT */
#include "result.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int iop_results_init(struct iop_results *results, const struct iop_cells_module *module, const struct iop_cell *const *cells,
		     size_t count)
{
	memset(results, 0, sizeof(*results));
	results->row = calloc(count ? count : 1, sizeof(*results->row));
	if (!results->row)
		return -ENOMEM;
	results->module = module;
	results->count = count;
	for (size_t i = 0; i < count; i++)
		results->row[i] = (struct iop_result){.cell = cells[i], .instructions = NAN, .accesses = NAN};
	return 0;
}

void iop_results_free(struct iop_results *results)
{
	for (size_t i = 0; i < results->count; i++) {
		free(results->row[i].real_ns);
		free(results->row[i].cpu_ns);
		free(results->row[i].ratio);
		free(results->row[i].error);
	}
	free(results->row);
	memset(results, 0, sizeof(*results));
}

static bool grow(double **values, size_t room)
{
	double *more = realloc(*values, room * sizeof(**values));

	if (more)
		*values = more;
	return more;
}

int iop_result_add(struct iop_result *result, double real_ns, double cpu_ns, double ratio, uint64_t iterations)
{
	if (result->samples == result->room) {
		size_t room = result->room ? 2 * result->room : 8;

		if (!grow(&result->real_ns, room) || !grow(&result->cpu_ns, room) || !grow(&result->ratio, room))
			return -ENOMEM;
		result->room = room;
	}
	result->real_ns[result->samples] = real_ns;
	result->cpu_ns[result->samples] = cpu_ns;
	result->ratio[result->samples++] = ratio;
	result->iterations = iterations;
	return 0;
}

double iop_result_median(const struct iop_result *result)
{
	return iop_quantile(result->real_ns, result->samples, 0.5);
}

double iop_result_spread(const struct iop_result *result)
{
	if (result->samples < 2)
		return NAN;
	return (iop_quantile(result->real_ns, result->samples, 0.75) - iop_quantile(result->real_ns, result->samples, 0.25)) /
	       iop_result_median(result);
}

double iop_result_interval(const struct iop_result *result, double *low, double *high)
{
	return iop_quantile_repeats(result->real_ns, result->samples, low, high);
}

const struct iop_result *iop_results_find(const struct iop_results *results, const char *name)
{
	for (size_t i = 0; i < results->count; i++)
		if (strcmp(results->row[i].cell->name, name) == 0)
			return &results->row[i];
	return NULL;
}

void iop_results_calibrate(struct iop_results *results)
{
	const struct iop_result *cycle = iop_results_find(results, IOP_CELL_NAME_CYCLE);
	const struct iop_result *empty = iop_results_find(results, IOP_CELL_NAME_EMPTY);

	/* The fastest launch: a disturbance makes a chain of additions longer, never shorter. */
	if (cycle && cycle->samples)
		results->cycles_per_ns = IOP_CELLS_CYCLES_PER_OP / iop_quantile(cycle->real_ns, cycle->samples, 0);
	if (empty && empty->samples) {
		results->empty_ns = iop_result_median(empty);
		results->empty_range[0] = iop_quantile(empty->real_ns, empty->samples, 0.1);
		results->empty_range[1] = iop_quantile(empty->real_ns, empty->samples, 0.9);
	}
}

double iop_result_speed(const struct iop_result *result, double *low, double *high)
{
	double interval[2] = {NAN, NAN};

	if (result->cell->baseline && result->samples)
		iop_quantile_repeats(result->ratio, result->samples, &interval[0], &interval[1]);
	if (low)
		*low = interval[0];
	if (high)
		*high = interval[1];
	return result->cell->baseline ? iop_quantile(result->ratio, result->samples, 0.5) : NAN;
}
