/* SPDX-License-Identifier: MIT */
#include "bench_repeat.h"

#include "bench_sample.h"
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)

/* A figure of one cell in one run, and the interval that this run states for the others. */
struct figure {
	double value, low, high;
};

typedef struct figure (*figure_fn)(const struct iop_result *result);

static struct figure speed_of(const struct iop_result *result)
{
	struct figure f;

	f.value = iop_result_speed(result, &f.low, &f.high);
	return f;
}

static struct figure time_of(const struct iop_result *result)
{
	struct figure f = {.value = iop_result_median(result), .low = NAN, .high = NAN};

	iop_result_interval(result, &f.low, &f.high);
	return f;
}

/* Of all cells. */
struct agreement {
	double *spread;
	size_t cells, held, pairs;
};

static void add_cell(struct agreement *a, const struct iop_results *runs, int n, size_t cell, figure_fn figure)
{
	double least = INFINITY, most = 0;

	for (int i = 0; i < n; i++) {
		struct figure f = figure(&runs[i].row[cell]);

		if (!isfinite(f.value))
			return;
		least = fmin(least, f.value);
		most = fmax(most, f.value);
		for (int j = 0; j < n && isfinite(f.low); j++)
			if (i != j) {
				double other = figure(&runs[j].row[cell]).value;

				a->pairs++;
				a->held += other >= f.low && other <= f.high;
			}
	}
	a->spread[a->cells++] = most / least - 1;
}

static void print(const char *what, const struct agreement *a)
{
	if (!a->cells)
		return;
	printf("%-8s %5zu  %8.1f %% %8.1f %% %8.1f %%", what, a->cells, 100 * iop_quantile(a->spread, a->cells, 0.5),
	       100 * iop_quantile(a->spread, a->cells, 0.9), 100 * iop_quantile(a->spread, a->cells, 1));
	if (a->pairs)
		printf("   %5.1f %% of %zu", 100 * (double)a->held / (double)a->pairs, a->pairs);
	printf("\n");
}

static void compare(const struct iop_results *runs, int n)
{
	static const struct {
		const char *what;
		figure_fn figure;
	} figures[] = {{"speed", speed_of}, {"ns/op", time_of}};
	struct agreement a = {.spread = calloc(runs->count + 1, sizeof(*a.spread))};

	if (!a.spread)
		return;
	printf("\nfigure   cells  spread over the runs: median, 90th percentile, largest   interval holds another run's\n");
	for (size_t f = 0; f < sizeof(figures) / sizeof(figures[0]); f++) {
		a.cells = a.held = a.pairs = 0;
		for (size_t i = 0; i < runs->count; i++)
			if (!runs->row[i].is_its_baseline)
				add_cell(&a, runs, n, i, figures[f].figure);
		print(figures[f].what, &a);
	}
	printf("spread: largest of the runs' values / smallest - 1; speed: baseline's time / cell's time\n");
	free(a.spread);
}

static double load(void)
{
	double one = NAN;

	return getloadavg(&one, 1) == 1 ? one : NAN;
}

/* The same rows, empty. */
static int init_like(struct iop_results *run, const struct iop_results *model)
{
	const struct iop_cell **cells = calloc(model->count + 1, sizeof(struct iop_cell *));
	int err = -1;

	for (size_t i = 0; cells && i < model->count; i++)
		cells[i] = model->row[i].cell;
	if (cells)
		err = iop_results_init(run, model->module, cells, model->count);
	for (size_t i = 0; !err && i < model->count; i++)
		run->row[i].is_its_baseline = model->row[i].is_its_baseline;
	free(cells);
	return err;
}

int iop_bench_repeat(const struct iop_results *results, const struct iop_modules *modules, const struct iop_bench_options *o,
		     uint64_t seed, const volatile sig_atomic_t *stop)
{
	struct iop_results *runs = calloc((size_t)o->repeatability, sizeof(*runs));
	int done = 0, code = 0;

	if (!runs)
		return iop_fail("bench", NULL, "out of memory");
	while (!code && done < o->repeatability) {
		time_t began = time(NULL);

		if (init_like(&runs[done], results)) {
			code = iop_fail("bench", NULL, "out of memory");
			break;
		}
		code = iop_bench_sample(&runs[done], modules, o, seed + (uint64_t)done * GOLDEN, stop);
		done++;
		if (*stop)
			code = IOP_EXIT_INTERRUPTED;
		printf("run %d: %zu cells, %.0f s, load %.1f\n", done, results->count, difftime(time(NULL), began), load());
		fflush(stdout);
	}
	if (!code)
		compare(runs, done);
	for (int i = 0; i < done; i++)
		iop_results_free(&runs[i]);
	free(runs);
	return code;
}
