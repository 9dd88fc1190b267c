/* SPDX-License-Identifier: MIT */
/* The false alarm rate of the gate on this machine: a build against itself, with code identity switched off. */
#include "cli.h"
#include "gate_options.h"
#include "json_out.h"

#include <host/module.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNS  20
#define LEVEL 0.95

static void help(void)
{
	printf("usage: iopath aa [OPTIONS]\n\n"
	       "Runs the gate several times on a module against itself, with code identity switched off, and\n"
	       "counts false alarms.\n\n"
	       "  --base SO         the module (default: the one of this build)\n"
	       "  --runs N          number of runs of the gate (default: %d)\n"
	       "  --sample N        take N of the cells, evenly chosen (default: %d, or all with --filter or\n"
	       "                    --full)\n"
	       "%s\n"
	       "Exit: 0 no false alarm, 1 false alarms, 2 bad use or an error, 3 machine unfit in every run,\n"
	       "130 interrupted.\n\n"
	       "example: iopath aa --runs 100\n",
	       RUNS, IOP_GATE_SAMPLE, iop_gate_help);
}

struct tally {
	FILE *text;
	size_t runs, unfit, alarms, cells, flagged, suspects;
	double seconds, cpu_seconds;
};

static json_t *count_run(struct tally *t, const struct iop_gate *gate, int code)
{
	size_t flagged = iop_gate_with(gate, IOP_VERDICT_SLOWER), cells = 0;
	json_t *names = json_array(), *o = json_object();

	for (size_t i = 0; i < gate->count; i++) {
		const struct iop_gate_cell *cell = &gate->cell[i];

		if (iop_gate_is_control(cell) || !isfinite(cell->change))
			continue;
		cells++;
		if (cell->verdict == IOP_VERDICT_SLOWER) {
			fprintf(t->text, "  false alarm: %s %+.2f %% [%+.2f, %+.2f]\n", cell->name, 100 * cell->change,
				100 * cell->low, 100 * cell->high);
			json_array_append_new(names, json_string(cell->name));
		}
	}
	t->runs++;
	t->unfit += code == IOP_EXIT_UNFIT;
	t->alarms += flagged > 0;
	t->cells += cells;
	t->flagged += flagged;
	t->suspects += gate->suspects;
	t->seconds += gate->seconds;
	t->cpu_seconds += gate->cpu_seconds;
	fprintf(t->text, "run %zu: %zu cells, %zu suspects, %zu false alarms, %zu unresolved, %.1f s%s%s\n", t->runs, cells,
		gate->suspects, flagged, iop_gate_with(gate, IOP_VERDICT_UNRESOLVED), gate->seconds,
		gate->unfit[0] ? ", unfit: " : "", gate->unfit);
	fflush(t->text);
	json_object_set_new(o, "cells", json_integer((json_int_t)cells));
	json_object_set_new(o, "suspects", json_integer((json_int_t)gate->suspects));
	json_object_set_new(o, "seconds", json_real(gate->seconds));
	json_object_set_new(o, "cpu_seconds", json_real(gate->cpu_seconds));
	json_object_set_new(o, "unfit", json_string(gate->unfit));
	json_object_set_new(o, "false_alarms", names);
	return o;
}

static int store(const struct iop_gate_cli *cli, const struct tally *t, json_t *list)
{
	json_t *o = json_object();

	json_object_set_new(o, "json_schema_version", json_integer(1));
	json_object_set_new(o, "kind", json_string("iopath-aa"));
	json_object_set_new(o, "runs_with_false_alarms", json_integer((json_int_t)t->alarms));
	json_object_set_new(o, "run_rate_upper_95", json_real(iop_stats_upper_rate(t->alarms, t->runs, LEVEL)));
	json_object_set_new(o, "cell_rate_upper_95", json_real(iop_stats_upper_rate(t->flagged, t->cells, LEVEL)));
	json_object_set(o, "runs", list);
	return iop_json_put("aa", cli->json, o, IOP_GATE_JSON);
}

static int conclude(const struct iop_gate_cli *cli, const struct tally *t, json_t *list, bool interrupted)
{
	if (!t->runs)
		return interrupted ? IOP_EXIT_INTERRUPTED : IOP_EXIT_USAGE;
	fprintf(t->text, "false alarms: %zu of %zu runs (95 %% confidence: at most %.2f %%), %zu of %zu cells (at most %.3f %%)\n",
		t->alarms, t->runs, 100 * iop_stats_upper_rate(t->alarms, t->runs, LEVEL), t->flagged, t->cells,
		100 * iop_stats_upper_rate(t->flagged, t->cells, LEVEL));
	fprintf(t->text, "suspects: %.1f a run; unfit: %zu of %zu runs; %.1f s a run, %.1f of CPU\n",
		(double)t->suspects / (double)t->runs, t->unfit, t->runs, t->seconds / (double)t->runs,
		t->cpu_seconds / (double)t->runs);
	if (cli->json && store(cli, t, list))
		return IOP_EXIT_USAGE;
	if (interrupted)
		return IOP_EXIT_INTERRUPTED;
	return t->alarms ? IOP_EXIT_FINDING : t->unfit == t->runs ? IOP_EXIT_UNFIT : IOP_EXIT_CLEAN;
}

int iop_cmd_aa(int argc, char **argv)
{
	struct iop_gate_cli cli;
	struct tally tally = {0};
	const volatile sig_atomic_t *stop = iop_gate_watch_signals();
	json_t *list = json_array();
	int code = iop_gate_parse(&cli, argc, argv, " base runs sample planted ", help);

	if (code) {
		json_decref(list);
		return code - 1;
	}
	tally.text = cli.text;
	if (!cli.gate.module[IOP_BASE].count)
		cli.gate.module[IOP_BASE].path[cli.gate.module[IOP_BASE].count++] = iop_module_default();
	cli.gate.module[IOP_CANDIDATE] = cli.gate.module[IOP_BASE];
	cli.gate.identity = cli.gate.counts = false;
	if (!cli.gate.filter && !cli.gate.full && !cli.gate.sample)
		cli.gate.sample = IOP_GATE_SAMPLE;
	cli.runs = cli.runs ? cli.runs : RUNS;
	for (long run = 0; run < cli.runs && !*stop && !code; run++) {
		struct iop_gate gate = {.options = cli.gate, .stop = stop};
		int verdict;

		verdict = iop_gate_run(&gate);
		cli.gate.seed = gate.options.seed + 1;
		if ((gate.screened || verdict == IOP_EXIT_UNFIT) && !gate.interrupted)
			json_array_append_new(list, count_run(&tally, &gate, verdict));
		iop_gate_free(&gate);
		/* An error in one run would occur in every run. */
		if (!gate.screened && verdict != IOP_EXIT_UNFIT)
			break;
	}
	/* An error message has been printed where there is a code. */
	if (!code || code == IOP_EXIT_INTERRUPTED)
		code = conclude(&cli, &tally, list, *stop);
	json_decref(list);
	return code;
}
