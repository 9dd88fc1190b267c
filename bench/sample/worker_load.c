/* SPDX-License-Identifier: MIT */
/* The modules of a worker: the files of each side, their cells numbered through, and their code. */
#include "worker_count.h"

#include "place.h"
#include "worker_say.h"

#include <host/fail.h>
#include <host/module.h>

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static size_t lines_of(const char *text)
{
	size_t n = 1;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Controls are the same in all modules; another cell that two of them have could not be chosen. */
static bool tells_apart(const struct iop_cells_module *module, const struct iop_cells_module *all, size_t before)
{
	const struct iop_cells_module earlier = {.cell_size = all->cell_size, .count = before, .cells = all->cells};

	for (size_t i = 0; i < module->count; i++) {
		const struct iop_cell *cell = iop_module_cell(module, i);

		if (!(cell->flags & IOP_CELL_CONTROL) && iop_module_find(&earlier, cell->name)) {
			iop_worker_say("w %s is a cell of two modules", cell->name);
			return false;
		}
	}
	return true;
}

/* The cells of all files in one array, and each file's slice of it. */
static bool join(struct iop_worker *w, enum iop_side side, const struct iop_module *const *module)
{
	struct iop_cells_module *all = malloc(sizeof(*all));
	size_t count = 0;

	for (size_t i = 0; i < w->parts[side]; i++)
		count += module[i]->cells.count;
	if (!all)
		return false;
	*all = module[0]->cells;
	all->count = 0;
	all->cells = calloc(count + 1, sizeof(*all->cells));
	for (size_t i = 0; all->cells && i < w->parts[side]; i++) {
		struct iop_cells_module *cells = &w->part[side][i].cells;
		const size_t before = all->count;

		*cells = module[i]->cells;
		cells->count = iop_module_join(all, &module[i]->cells);
		cells->cells = all->cells + before;
		if (!tells_apart(&module[i]->cells, all, before))
			return false;
	}
	w->module[side] = all;
	return all->cells != NULL;
}

static bool load_files(struct iop_worker *w, enum iop_side side, char *paths, const void *first)
{
	const struct iop_module **module = calloc(w->parts[side], sizeof(*module));
	struct iop_place place = {0};
	bool good = module && paths;

	for (size_t i = 0; good && i < w->parts[side]; i++) {
		char *path = strsep(&paths, "\n");

		if (first && i == 0)
			iop_place_hold(&place, path, first, iop_random(&w->random));
		w->part[side][i].path = path;
		module[i] = iop_module_load(path);
		iop_place_release(&place);
		good = module[i] != NULL;
	}
	if (!good)
		iop_worker_say("w cannot load the %s's module", side == IOP_BASE ? "base" : "candidate");
	good = good && join(w, side, module);
	free(module);
	return good;
}

int iop_worker_load(struct iop_worker *w, char *const paths[IOP_SIDES])
{
	const bool same = strcmp(paths[IOP_BASE], paths[IOP_CANDIDATE]) == 0;
	const enum iop_side one = iop_random(&w->random) & 1 ? IOP_CANDIDATE : IOP_BASE;
	const void *first = NULL;

	for (int i = 0; i < IOP_SIDES; i++) {
		enum iop_side side = i == 0 ? one : !one;
		Dl_info info;
		char *list;

		if (i && same) {
			w->module[side] = w->module[!side];
			w->part[side] = w->part[!side];
			w->parts[side] = w->parts[!side];
			continue;
		}
		if (i && w->module[!side]->count && dladdr((void *)(uintptr_t)w->module[!side]->cells->batch, &info))
			first = info.dli_fbase;
		w->parts[side] = lines_of(paths[side]);
		w->part[side] = calloc(w->parts[side], sizeof(*w->part[side]));
		list = strdup(paths[side]); /* the parts keep it */
		if (!w->part[side] || !load_files(w, side, list, first)) {
			free(list);
			return IOP_EXIT_USAGE;
		}
	}
	return 0;
}

void iop_worker_open_code(struct iop_worker *w)
{
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		for (size_t i = 0; i < w->parts[side]; i++)
			if (!w->part[side][i].code)
				w->part[side][i].code = iop_code_open(w->part[side][i].path, &w->part[side][i].cells);
}

void iop_worker_close_code(struct iop_worker *w)
{
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		for (size_t i = 0; i < w->parts[side]; i++) {
			if (w->part[side][i].code)
				iop_code_close(w->part[side][i].code);
			w->part[side][i].code = NULL;
		}
}

struct iop_code *iop_worker_code(const struct iop_worker *w, enum iop_side side, const struct iop_cell *cell)
{
	for (size_t i = 0; i < w->parts[side]; i++) {
		const struct iop_worker_part *part = &w->part[side][i];

		if (cell >= part->cells.cells && cell < part->cells.cells + part->cells.count)
			return part->code;
	}
	return NULL;
}
