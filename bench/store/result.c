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
		free(results->row[i].launch_ns);
		free(results->row[i].error);
	}
	free(results->row);
	memset(results, 0, sizeof(*results));
}

int iop_result_add(struct iop_result *result, double real_ns, double cpu_ns, uint64_t iterations)
{
	if (result->samples == result->room) {
		size_t room = result->room ? 2 * result->room : 8;
		double *real = realloc(result->real_ns, room * sizeof(*real));
		double *cpu;

		if (!real)
			return -ENOMEM;
		result->real_ns = real;
		cpu = realloc(result->cpu_ns, room * sizeof(*cpu));
		if (!cpu)
			return -ENOMEM;
		result->cpu_ns = cpu;
		result->room = room;
	}
	result->real_ns[result->samples] = real_ns;
	result->cpu_ns[result->samples++] = cpu_ns;
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

int iop_result_add_launch(struct iop_result *result, double ns)
{
	if (!result->launch_ns)
		result->launch_ns = calloc(IOP_LAUNCHES, sizeof(*result->launch_ns));
	if (!result->launch_ns || result->launches == IOP_LAUNCHES)
		return -ENOMEM;
	result->launch_ns[result->launches++] = ns;
	return 0;
}

double iop_result_interval(const struct iop_result *result, double *low, double *high)
{
	size_t n = result->launches, k = 0;
	double tail = ldexp(1, -(int)n), choose = tail, coverage = 1 - 2 * tail;

	if (n < 2)
		return NAN;
	/* The median is below the k-th smallest of n with the probability of fewer than k heads in n throws. */
	while (k + 1 < n / 2) {
		double next = choose * (double)(n - k) / (double)(k + 1);

		if (1 - 2 * (tail + next) < 0.95)
			break;
		choose = next;
		tail += next;
		coverage = 1 - 2 * tail;
		k++;
	}
	*low = iop_quantile(result->launch_ns, n, (double)k / (double)(n - 1));
	*high = iop_quantile(result->launch_ns, n, 1 - (double)k / (double)(n - 1));
	return coverage;
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

	/* The fastest repetition: a disturbance makes a chain of additions longer, never shorter. */
	if (cycle && cycle->samples)
		results->cycles_per_ns = IOP_CELLS_CYCLES_PER_OP / iop_quantile(cycle->real_ns, cycle->samples, 0);
	if (empty && empty->samples)
		results->empty_ns = iop_result_median(empty);
}

double iop_result_speed(const struct iop_results *results, const struct iop_result *result, double *low, double *high)
{
	const struct iop_result *base;
	size_t both;
	double *ratio, speed;

	if (low)
		*low = NAN;
	if (high)
		*high = NAN;
	base = result->cell->baseline ? iop_results_find(results, result->cell->baseline) : NULL;
	if (!base || !base->samples || !result->samples)
		return NAN;
	both = base->samples < result->samples ? base->samples : result->samples;
	ratio = malloc(both * sizeof(*ratio));
	if (!ratio)
		return NAN;
	for (size_t i = 0; i < both; i++)
		ratio[i] = base->real_ns[i] / result->real_ns[i];
	speed = iop_quantile(ratio, both, 0.5);
	if (low)
		*low = iop_quantile(ratio, both, 0);
	if (high)
		*high = iop_quantile(ratio, both, 1);
	free(ratio);
	return speed;
}
