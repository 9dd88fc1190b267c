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

	for (int i = 0; i < 3; i++) {
		/* A cell without a name is not loaded: NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
		const char *slash = strchr(at, '/');

		at = slash ? slash + 1 : at;
	}
	return at;
}

static bool same_work(const struct iop_cell *a, const struct iop_cell *b)
{
	return strcmp(a->op, b->op) == 0 && strcmp(place_of(a), place_of(b)) == 0;
}

static bool is_peer(const struct iop_cell *cell)
{
	return cell->flags & IOP_CELL_PEER;
}

/* Of ours, what stands for a device's registers and memory. */
static bool is_like_theirs(const struct iop_cell *cell)
{
	return strcmp(cell->backend, "mmio") == 0 && !(cell->flags & IOP_CELL_FULL);
}

/* Adds the cells of a kind that do the same as one that is chosen. 0 or -ENOMEM. */
static int add_alike(struct iop_selection *selection, const struct iop_cells_module *module,
		     bool (*is_kind)(const struct iop_cell *))
{
	size_t chosen = selection->count;

	for (size_t i = 0; i < module->count; i++) {
		const struct iop_cell *cell = iop_module_cell(module, i);

		if (!is_kind(cell))
			continue;
		for (size_t c = 0; c < chosen; c++)
			if (same_work(cell, selection->cells[c])) {
				if (iop_select_also(selection, cell))
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

/* The cells of the modules that the user named, and ours that do the same. */
static int select_theirs(struct iop_selection *selection, const struct iop_modules *modules, uint32_t with, uint32_t without)
{
	const size_t ours = modules->part[0].own ? modules->part[0].count : 0;
	struct iop_cells_module theirs = modules->all, own = modules->all;
	int err;

	theirs.cells += ours;
	theirs.count -= ours;
	own.count = ours;
	if (!theirs.count)
		return iop_fail("bench", "iopath check judges what there is", "the modules have nothing to measure");
	err = iop_select(selection, &theirs, "bench", NULL, with, without);
	if (!err && add_alike(selection, &own, is_like_theirs))
		err = iop_fail("bench", NULL, "out of memory");
	return err;
}

static int select_cells(struct iop_selection *selection, const struct iop_modules *modules, const struct iop_bench_options *o)
{
	uint32_t with = o->quick ? IOP_CELL_QUICK : 0, without = o->full || (o->filter && !o->quick) ? 0 : IOP_CELL_FULL;
	struct iop_summary_tier tier[IOP_TIERS];
	char of_summary[1024];

	if (o->modules && !o->filter && !o->summary)
		return select_theirs(selection, modules, with, without);
	iop_summary_filter(of_summary, sizeof(of_summary), tier, iop_bench_tiers(tier));
	return iop_select(selection, &modules->all, "bench", o->summary && !o->filter ? of_summary : o->filter, with, without);
}

/* Of the candidates, the one that does the same as @cell, or the only one. */
static const char *baseline_of(const struct iop_selection *candidates, const struct iop_cell *cell)
{
	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->cells[i] != cell && same_work(candidates->cells[i], cell))
			return candidates->cells[i]->name;
	return candidates->count == 1 && candidates->cells[0] != cell ? candidates->cells[0]->name : NULL;
}

/* The baseline that the user names, for all that is chosen. */
static int set_baselines(const struct iop_selection *selection, const struct iop_modules *modules, const char *expression)
{
	struct iop_selection candidates;
	size_t compared = 0;
	int err = iop_select(&candidates, &modules->all, "bench", expression, 0, IOP_CELL_CONTROL);

	if (err)
		return err;
	for (size_t i = 0; i < selection->count; i++) {
		struct iop_cell *cell = (struct iop_cell *)(uintptr_t)selection->cells[i];

		cell->baseline = cell->flags & IOP_CELL_CONTROL ? NULL : baseline_of(&candidates, cell);
		compared += cell->baseline != NULL;
	}
	free(candidates.cells);
	if (compared)
		return 0;
	return iop_fail("bench", "iopath list shows the cells", "--baseline '%s' has nothing that does the same as a selected cell",
			expression);
}

int iop_bench_choose(struct iop_selection *selection, const struct iop_modules *modules, const struct iop_bench_options *o)
{
	static const char *const controls[] = {IOP_CELL_NAME_EMPTY, IOP_CELL_NAME_CYCLE};
	const struct iop_cells_module *module = &modules->all;
	size_t chosen;
	int err = select_cells(selection, modules, o);

	if (!err && o->device.is_open)
		err = keep_device(selection);
	if (!err && o->baseline)
		err = set_baselines(selection, modules, o->baseline);
	if (err)
		return err;
	if (o->peers)
		err = add_alike(selection, module, is_peer);
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
