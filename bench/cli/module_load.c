/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first of the places where the module belongs, relative to this program. */
static void *open_default(char *tried, size_t size)
{
	static const char *const places[] = {"", "../lib/", "../lib/iopath/", "../lib/x86_64-linux-gnu/",
					     "../lib/aarch64-linux-gnu/"};
	char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (n < 0)
		return NULL;
	program[n] = '\0';
	*strrchr(program, '/') = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		void *handle;

		snprintf(tried, size, "%s/%slibiopath-cells.so", program, places[i]);
		if (access(tried, R_OK))
			continue;
		handle = dlopen(tried, RTLD_NOW | RTLD_LOCAL);
		if (handle)
			return handle;
	}
	snprintf(tried, size, "%s/libiopath-cells.so", program);
	return dlopen(tried, RTLD_NOW | RTLD_LOCAL);
}

const struct iop_cells_module *iop_module_load(const char *path)
{
	char tried[2 * PATH_MAX];
	void *handle = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : open_default(tried, sizeof(tried));
	const struct iop_cells_module *module;
	iop_cells_module_fn get;

	if (!handle) {
		iop_fail("cells", "build it, or name one with --module", "%s", dlerror());
		return NULL;
	}
	*(void **)&get = dlsym(handle, IOP_CELLS_SYMBOL);
	if (!get) {
		iop_fail("cells", "is it libiopath-cells.so?", "%s", dlerror());
		return NULL;
	}
	module = get();
	if (!module) {
		iop_fail("cells", NULL, "out of memory");
		return NULL;
	}
	if (module->abi != IOP_CELLS_ABI || module->cell_size < sizeof(struct iop_cell)) {
		iop_fail("cells", "build both from the same version", "the module has ABI %u, this program needs %u", module->abi,
			 IOP_CELLS_ABI);
		return NULL;
	}
	return module;
}

const struct iop_cell *iop_module_cell(const struct iop_cells_module *module, size_t i)
{
	return (const struct iop_cell *)((const char *)module->cells + i * module->cell_size);
}

const struct iop_cell *iop_module_find(const struct iop_cells_module *module, const char *name)
{
	for (size_t i = 0; i < module->count; i++)
		if (strcmp(iop_module_cell(module, i)->name, name) == 0)
			return iop_module_cell(module, i);
	return NULL;
}
