/* SPDX-License-Identifier: MIT */
#include "bench_choose.h"

#include "cli.h"

#include <iopath/tier.h>

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* What follows op/backend/routine: cells that share it and the operation differ only in backend and routine. */
static const char *place_of(const struct iop_cell *cell)
{
	const char *at = cell->name;

	for (int i = 0; i < 3; i++)
		at = strchr(at, '/') + 1;
	return at;
}

static int add_peers(struct iop_selection *selection, const struct iop_cells_module *module)
{
	size_t chosen = selection->count;

	for (size_t i = 0; i < module->count; i++) {
		const struct iop_cell *peer = iop_module_cell(module, i);

		if (!(peer->flags & IOP_CELL_PEER))
			continue;
		for (size_t c = 0; c < chosen; c++)
			if (strcmp(peer->op, selection->cells[c]->op) == 0 &&
			    strcmp(place_of(peer), place_of(selection->cells[c])) == 0) {
				if (iop_select_also(selection, peer))
					return -ENOMEM;
				break;
			}
	}
	return 0;
}

static int in_module_order(const void *a, const void *b)
{
	const struct iop_cell *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

/* The routine of each tier that has one of its own here. */
size_t iop_bench_tiers(struct iop_summary_tier *tier)
{
	size_t count = 0;

	for (enum iop_tier t = 0; t < IOP_TIERS; t++) {
		const struct iop_routine *routine = iop_routine_for(t);

		if (routine->tier == t)
			tier[count++] = (struct iop_summary_tier){iop_tier_name(t), routine->name};
	}
	return count;
}

/* With a device, only the cells that are measured on it. */
static int keep_device(struct iop_selection *selection)
{
	size_t kept = 0;

	for (size_t i = 0; i < selection->count; i++)
		if (strcmp(selection->cells[i]->backend, "bar") == 0 || strcmp(selection->cells[i]->backend, "bar-wc") == 0)
			selection->cells[kept++] = selection->cells[i];
	selection->count = kept;
	return kept ? 0 : iop_fail("bench", "iopath bench --list shows the cells", "no cell with --device is left");
}

/* As Google Benchmark does it: a filter that begins with - excludes. */
static int keep_matching(struct iop_selection *selection, const char *filter)
{
	bool without = *filter == '-';
	size_t kept = 0;
	regex_t regex;

	if (regcomp(&regex, filter + without, REG_EXTENDED | REG_NOSUB))
		return iop_fail("bench", NULL, "--benchmark_filter is not a regular expression: '%s'", filter);
	for (size_t i = 0; i < selection->count; i++)
		if (!regexec(&regex, selection->cells[i]->name, 0, NULL, 0) != without)
			selection->cells[kept++] = selection->cells[i];
	regfree(&regex);
	selection->count = kept;
	return kept ? 0 : iop_fail("bench", "iopath bench --list shows the cells", "--benchmark_filter left no cell to measure");
}

int iop_bench_choose(struct iop_selection *selection, const struct iop_cells_module *module, const struct iop_bench_options *o)
{
	static const char *const controls[] = {IOP_CELL_NAME_EMPTY, IOP_CELL_NAME_CYCLE};
	uint32_t with = o->quick ? IOP_CELL_QUICK : 0, without = o->full || (o->filter && !o->quick) ? 0 : IOP_CELL_FULL;
	struct iop_summary_tier tier[IOP_TIERS];
	char of_summary[1024];
	size_t chosen;
	int err;

	iop_summary_filter(of_summary, sizeof(of_summary), tier, iop_bench_tiers(tier));
	err = iop_select(selection, module, "bench", o->summary && !o->filter ? of_summary : o->filter, with, without);
	if (!err && o->device.is_open)
		err = keep_device(selection);
	if (err)
		return err;
	if (o->peers)
		err = add_peers(selection, module);
	for (size_t i = 0; !err && i < sizeof(controls) / sizeof(controls[0]); i++) {
		const struct iop_cell *control = iop_module_find(module, controls[i]);

		if (control)
			err = iop_select_also(selection, control);
	}
	chosen = selection->count;
	for (size_t i = 0; !err && i < chosen; i++) {
		const char *name = selection->cells[i]->baseline;
		const struct iop_cell *baseline = name ? iop_module_find(module, name) : NULL;

		if (baseline)
			err = iop_select_also(selection, baseline);
	}
	if (err)
		return iop_fail("bench", NULL, "out of memory");
	if (o->gbench_filter)
		err = keep_matching(selection, o->gbench_filter);
	if (err)
		return err;
	qsort(selection->cells, selection->count, sizeof(*selection->cells), in_module_order);
	return 0;
}
