/* SPDX-License-Identifier: MIT */
/* How much the gate misses on this machine: a build against itself with every cell slowed by a known amount. */
#include "cli.h"
#include "gate_options.h"
#include "json_out.h"

#include <host/module.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SLOW   0.05
#define LEVEL  0.95
#define ENOUGH 0.95

static void help(void)
{
	printf("usage: iopath selftest [OPTIONS]\n\n"
	       "Runs the gate on a module against itself, with a candidate that does more operations in each\n"
	       "batch, and counts how many of these planted slowdowns are detected and how many intervals contain\n"
	       "the true value. Cells whose batches are too short to plant the slowdown are left out.\n\n"
	       "  --slow PERCENT    slowdown to plant (default: 5%%)\n"
	       "  --runs N          number of runs of the gate (default: 1)\n"
	       "  --sample N        take N of the cells, evenly chosen (default: %d, or all with --filter or\n"
	       "                    --full)\n"
	       "  --base SO         the module (default: the one of this build)\n"
	       "%s\n"
	       "Exit: 0 at least 95 %% of the cells are detected in 95 %% of the runs, 1 fewer, 2 bad use or an\n"
	       "error, 3 machine unfit, 130 interrupted.\n\n"
	       "example: iopath selftest --slow 2%% --margin 1%%\n",
	       IOP_GATE_SAMPLE, iop_gate_help);
}

struct tally {
	FILE *text;
	size_t cells, left_out;
	unsigned *found, *seen;
	size_t all_found, all_seen, covered;
	bool unfit, screened;
	json_t *runs;
};

static json_t *cell_json(const struct iop_gate_cell *cell, bool found, bool covered)
{
	json_t *o = iop_gate_cell_json(cell);

	json_object_set_new(o, "found", json_boolean(found));
	json_object_set_new(o, "covered", json_boolean(covered));
	return o;
}

static json_t *run_json(const struct iop_gate *gate, json_t *cells, size_t left_out)
{
	json_t *o = json_object();

	json_object_set_new(o, "seconds", json_real(gate->seconds));
	json_object_set_new(o, "cpu_seconds", json_real(gate->cpu_seconds));
	json_object_set_new(o, "unfit", json_string(gate->unfit));
	json_object_set_new(o, "left_out", json_integer((json_int_t)left_out));
	json_object_set_new(o, "cells", cells);
	return o;
}

static json_t *count_run(struct tally *t, const struct iop_gate *gate, double slow)
{
	size_t found = 0, seen = 0, covered = 0, left_out = 0;
	json_t *cells = json_array();

	for (size_t i = 0; i < gate->count && i < t->cells; i++) {
		const struct iop_gate_cell *cell = &gate->cell[i];
		bool holds = cell->low <= slow && slow <= cell->high, hit = cell->verdict == IOP_VERDICT_SLOWER;

		if (cell->role != IOP_ROLE_CELL || cell->verdict == IOP_VERDICT_ABSENT)
			continue;
		if (cell->error || !isfinite(cell->change)) {
			left_out++;
			continue;
		}
		seen++;
		t->seen[i]++;
		found += hit;
		t->found[i] += hit;
		covered += holds;
		json_array_append_new(cells, cell_json(cell, hit, holds));
		if (!hit)
			fprintf(t->text, "  missed: %s %+.2f %% [%+.2f, %+.2f], sees >= %.1f %%\n", cell->name, 100 * cell->change,
				100 * cell->low, 100 * cell->high, 100 * cell->resolution);
		if (!holds)
			fprintf(t->text, "  not covered: %s %+.3f %% [%+.3f, %+.3f], %zu launches\n", cell->name,
				100 * cell->change, 100 * cell->low, 100 * cell->high, cell->confirmed);
	}
	t->all_found += found;
	t->all_seen += seen;
	t->covered += covered;
	t->left_out = left_out;
	fprintf(t->text, "%zu of %zu cells detected at %.3g %%, %zu intervals contain the true value, %.1f s (%.1f of CPU)%s%s\n",
		found, seen, 100 * slow, covered, gate->seconds, gate->cpu_seconds, gate->unfit[0] ? "; unfit: " : "", gate->unfit);
	fflush(t->text);
	return run_json(gate, cells, left_out);
}

static int store(const struct iop_gate_cli *cli, const struct tally *t, size_t good, size_t judged, bool interrupted)
{
	json_t *o = json_object();

	json_object_set_new(o, "json_schema_version", json_integer(1));
	json_object_set_new(o, "kind", json_string("iopath-selftest"));
	json_object_set_new(o, "partial", json_boolean(interrupted));
	json_object_set_new(o, "slow", json_real(cli->gate.slow));
	json_object_set_new(o, "margin", json_real(cli->gate.margin));
	json_object_set_new(o, "judged", json_integer((json_int_t)t->all_seen));
	json_object_set_new(o, "found", json_integer((json_int_t)t->all_found));
	json_object_set_new(o, "found_rate_lower_95", json_real(iop_stats_lower_rate(t->all_found, t->all_seen, LEVEL)));
	json_object_set_new(o, "covered", json_integer((json_int_t)t->covered));
	json_object_set_new(o, "cells", json_integer((json_int_t)judged));
	json_object_set_new(o, "cells_found_in_95_percent_of_runs", json_integer((json_int_t)good));
	json_object_set(o, "runs", t->runs);
	return iop_json_put("selftest", cli->json, o, IOP_GATE_JSON);
}

static int conclude(const struct tally *t, const struct iop_gate_cli *cli, bool interrupted)
{
	const struct iop_gate_options *o = &cli->gate;
	size_t good = 0, judged = 0;

	for (size_t i = 0; i < t->cells; i++) {
		judged += t->seen[i] > 0;
		good += t->seen[i] && (double)t->found[i] >= ENOUGH * (double)t->seen[i];
	}
	if (!judged)
		return interrupted ? IOP_EXIT_INTERRUPTED : t->screened ? IOP_EXIT_NOTHING : IOP_EXIT_USAGE;
	fprintf(t->text,
		"detection rate at %.3g %% (margin %.3g %%): %zu of %zu detected, %.1f %% (95 %% confidence: at least %.1f %%); "
		"%zu "
		"of %zu cells in "
		"95 %% of "
		"runs; intervals: %.1f %% contain the true value; %zu cells left out\n",
		100 * o->slow, 100 * o->margin, t->all_found, t->all_seen, 100 * (double)t->all_found / (double)t->all_seen,
		100 * iop_stats_lower_rate(t->all_found, t->all_seen, LEVEL), good, judged,
		100 * (double)t->covered / (double)t->all_seen, t->left_out);
	if (cli->json && store(cli, t, good, judged, interrupted))
		return IOP_EXIT_USAGE;
	if (interrupted)
		return IOP_EXIT_INTERRUPTED;
	if (t->unfit)
		return IOP_EXIT_UNFIT;
	return (double)good >= ENOUGH * (double)judged ? IOP_EXIT_CLEAN : IOP_EXIT_FINDING;
}

/* 0: it goes on; else an exit code, or -1 where nothing more can come. */
static int run_once(struct tally *t, struct iop_gate_cli *cli, const volatile sig_atomic_t *stop)
{
	struct iop_gate gate = {.options = cli->gate, .stop = stop};
	int code = -1;

	iop_gate_run(&gate);
	cli->gate.seed = gate.options.seed + 1;
	if (!t->cells) {
		t->found = calloc(gate.count + 1, sizeof(*t->found));
		t->seen = calloc(gate.count + 1, sizeof(*t->seen));
		t->cells = t->found && t->seen ? gate.count : 0;
	}
	if (gate.screened && !gate.interrupted && t->cells) {
		json_array_append_new(t->runs, count_run(t, &gate, gate.options.slow));
		code = 0;
		t->screened = true;
	}
	t->unfit |= gate.unfit[0] != '\0';
	iop_gate_free(&gate);
	return code;
}

int iop_cmd_selftest(int argc, char **argv)
{
	struct iop_gate_cli cli;
	struct tally tally = {.runs = json_array()};
	const volatile sig_atomic_t *stop = iop_gate_watch_signals();
	int code = iop_gate_parse(&cli, argc, argv, " base runs sample slow planted ", help);

	if (code) {
		json_decref(tally.runs);
		return code - 1;
	}
	tally.text = cli.text;
	if (!cli.gate.module[IOP_BASE].count)
		cli.gate.module[IOP_BASE].path[cli.gate.module[IOP_BASE].count++] = iop_module_default();
	cli.gate.module[IOP_CANDIDATE] = cli.gate.module[IOP_BASE];
	cli.gate.identity = cli.gate.counts = false;
	if (!cli.gate.filter && !cli.gate.full && !cli.gate.sample)
		cli.gate.sample = IOP_GATE_SAMPLE;
	if (!(cli.gate.slow > 0))
		cli.gate.slow = SLOW;
	/* Whole operations are planted: what can be planted is one in a whole number. */
	cli.gate.slow = 1 / round(1 / cli.gate.slow);
	for (long run = 0; run < (cli.runs ? cli.runs : 1) && !*stop && !code; run++)
		code = run_once(&tally, &cli, stop);
	if (code != IOP_EXIT_USAGE)
		code = conclude(&tally, &cli, *stop);
	free(tally.found);
	free(tally.seen);
	json_decref(tally.runs);
	return code;
}
