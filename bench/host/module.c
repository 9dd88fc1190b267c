/* SPDX-License-Identifier: MIT */
#include "module.h"
#include "data.h"
#include "fail.h"
#include "module_cells.h"
#include "registered.h"

#include <iopath/cells.h>

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *iop_module_default(void)
{
	static char path[2 * PATH_MAX];

	iop_data_path(path, "libiopath-cells.so", IOP_INSTALLED_LIBDIR);
	return path;
}

/* To dlopen() a name without a slash is a library of the system; to a user it is a file. */
static void *open_file(const char *path)
{
	char file[PATH_MAX + 2];

	snprintf(file, sizeof(file), "%s%s", strchr(path, '/') ? "" : "./", path);
	return dlopen(file, RTLD_NOW | RTLD_LOCAL);
}

/* The table of cells, if the module has one. False after a message. */
static bool take_cells(struct iop_module_cells *cells, void *handle, struct iop_cells_module *described)
{
	const struct iop_cells_module *given;
	iop_cells_module_fn get;

	*(void **)&get = dlsym(handle, IOP_CELLS_SYMBOL);
	if (!get)
		return true;
	given = get();
	if (!given) {
		iop_fail(iop_command, NULL, "out of memory");
		return false;
	}
	if (given->abi != IOP_CELLS_ABI) {
		iop_fail(iop_command, "build both from the same version", "the module has ABI %u, this program needs %u",
			 given->abi, IOP_CELLS_ABI);
		return false;
	}
	*described = *given;
	return iop_module_cells_take(cells, given);
}

/* What it registers, if it does. False after a message. */
static bool take_registered(struct iop_module_cells *cells, void *handle, struct iop_module *module)
{
	iop_registered_module_fn get;

	*(void **)&get = dlsym(handle, IOP_REGISTERED_SYMBOL);
	if (!get)
		return true;
	module->registered = get();
	if (!iop_registered_cells(cells, module->registered))
		return false;
	if (!module->cells.commit) {
		module->cells.commit = module->registered->commit;
		module->cells.compiler = module->registered->compiler;
		module->cells.arch = module->registered->arch;
	}
	return true;
}

static const char *text_or_unknown(const char *text)
{
	return text ? text : "unknown";
}

/* Modules stay loaded, and so does what is known of them; of those that were refused, too. */
struct loaded {
	struct iop_module module;
	struct iop_module_cells cells;
	struct loaded *next;
};
static struct loaded *all_loaded;

static void complete(struct loaded *l)
{
	struct iop_cells_module *m = &l->module.cells;

	m->abi = IOP_CELLS_ABI;
	m->cell_size = sizeof(struct iop_cell);
	m->count = l->cells.count;
	m->cells = l->cells.cell;
	m->commit = text_or_unknown(m->commit);
	m->compiler = text_or_unknown(m->compiler);
	m->flags = text_or_unknown(m->flags);
	m->arch = text_or_unknown(m->arch);
}

const struct iop_module *iop_module_load(const char *path)
{
	void *handle = open_file(path);
	struct loaded *l = calloc(1, sizeof(*l));

	if (!handle || !l) {
		iop_fail(iop_command, "build it, or name one with --module", "%s", handle ? "out of memory" : dlerror());
		free(l);
		return NULL;
	}
	l->next = all_loaded;
	all_loaded = l;
	if (!dlsym(handle, IOP_CELLS_SYMBOL) && !dlsym(handle, IOP_REGISTERED_SYMBOL)) {
		iop_fail(iop_command, "'iopath new-module' writes one that has",
			 "it has neither " IOP_CELLS_SYMBOL " nor " IOP_REGISTERED_SYMBOL ", so it is no module of cells");
		return NULL;
	}
	if (!take_cells(&l->cells, handle, &l->module.cells) || !take_registered(&l->cells, handle, &l->module) ||
	    !iop_module_cells_unique(&l->cells))
		return NULL;
	complete(l);
	return &l->module;
}

const struct iop_cell *iop_module_cell(const struct iop_cells_module *module, size_t i)
{
	return (const struct iop_cell *)((const char *)module->cells + i * module->cell_size);
}

const char *iop_module_tier(const struct iop_cells_module *module, const struct iop_cell *cell, unsigned *widths)
{
	(void)module;
	*widths = cell->widths;
	return cell->tier;
}

size_t iop_module_join(struct iop_cells_module *all, const struct iop_cells_module *from)
{
	struct iop_cell *cells = (struct iop_cell *)(uintptr_t)all->cells;
	/* Names are unique in a module, so none of this one's can be there already. */
	const struct iop_cells_module earlier = *all;

	for (size_t i = 0; i < from->count; i++)
		if (!iop_module_find(&earlier, iop_module_cell(from, i)->name))
			cells[all->count++] = *iop_module_cell(from, i);
	return all->count - earlier.count;
}

const struct iop_cell *iop_module_find(const struct iop_cells_module *module, const char *name)
{
	for (size_t i = 0; i < module->count; i++)
		if (strcmp(iop_module_cell(module, i)->name, name) == 0)
			return iop_module_cell(module, i);
	return NULL;
}
