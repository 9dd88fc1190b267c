/* SPDX-License-Identifier: MIT */
#include "module.h"
#include "fail.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *iop_module_default(void)
{
	static char path[2 * PATH_MAX];
	char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (n < 0)
		return "libiopath-cells.so";
	program[n] = '\0';
	*strrchr(program, '/') = '\0';
	snprintf(path, sizeof(path), "%s/libiopath-cells.so", program);
	if (access(path, F_OK))
		snprintf(path, sizeof(path), "%s/" IOP_INSTALLED_LIBDIR "/libiopath-cells.so", program);
	return path;
}

/* To dlopen() a name without a slash is a library of the system; to a user it is a file. */
static void *open_file(const char *path)
{
	char file[PATH_MAX + 2];

	snprintf(file, sizeof(file), "%s%s", strchr(path, '/') ? "" : "./", path);
	return dlopen(file, RTLD_NOW | RTLD_LOCAL);
}

const struct iop_cells_module *iop_module_load(const char *path)
{
	void *handle = open_file(path ? path : iop_module_default());
	const struct iop_cells_module *module;
	iop_cells_module_fn get;

	if (!handle) {
		iop_fail(iop_command, "build it, or name one with --module", "%s", dlerror());
		return NULL;
	}
	*(void **)&get = dlsym(handle, IOP_CELLS_SYMBOL);
	if (!get) {
		iop_fail(iop_command, "is it libiopath-cells.so?", "%s", dlerror());
		return NULL;
	}
	module = get();
	if (!module) {
		iop_fail(iop_command, NULL, "out of memory");
		return NULL;
	}
	if (module->abi != IOP_CELLS_ABI || module->cell_size < sizeof(struct iop_cell)) {
		iop_fail(iop_command, "build both from the same version", "the module has ABI %u, this program needs %u",
			 module->abi, IOP_CELLS_ABI);
		return NULL;
	}
	return module;
}

const struct iop_cell *iop_module_cell(const struct iop_cells_module *module, size_t i)
{
	return (const struct iop_cell *)((const char *)module->cells + i * module->cell_size);
}

const char *iop_module_tier(const struct iop_cells_module *module, const struct iop_cell *cell, unsigned *widths)
{
	*widths = 0;
	if (module->cell_size < offsetof(struct iop_cell, widths) + sizeof(cell->widths))
		return NULL;
	*widths = cell->widths;
	return cell->tier;
}

const struct iop_cell *iop_module_find(const struct iop_cells_module *module, const char *name)
{
	for (size_t i = 0; i < module->count; i++)
		if (strcmp(iop_module_cell(module, i)->name, name) == 0)
			return iop_module_cell(module, i);
	return NULL;
}
