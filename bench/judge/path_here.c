/* SPDX-License-Identifier: MIT */
/* On this CPU. */
#include "path_here.h"

#include "path_run.h"

#include <host/module.h>

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

void iop_path_open_window(const struct iop_path_run *run, bool memory)
{
	const size_t bytes = run->entry->operation->window ? run->entry->operation->window : 4096;

	mprotect(iop_tracer_window(run->tracer), (bytes + 4095) / 4096 * 4096, memory ? PROT_READ | PROT_WRITE : PROT_NONE);
}

bool iop_path_answer(struct iop_path_run *run, void (*answer)(void *arg, size_t offset, unsigned width, void *where), void *arg)
{
	iop_tracer_answer(run->tracer, answer, arg);
	return true;
}

/* In a range, or its page number is; the lower or upper half of an address in it, or of a page's. */
static bool is_within(uint64_t value, unsigned width, uint64_t from, uint64_t to)
{
	const uint64_t mask = width >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1;

	if ((value >= from && value < to) || (value >= from >> 12 && value < to >> 12))
		return true;
	if (width != 4 || from >> 32 == 0)
		return false;
	return value == from >> 32 || (value >= (from & mask) && value < (from & mask) + (to - from));
}

/* Each time, as the code that is judged may allocate. */
bool iop_path_is_address(const struct iop_path_run *run, uint64_t value, unsigned width)
{
	FILE *maps = width >= 4 && value ? fopen("/proc/self/maps", "re") : NULL;
	char line[PATH_MAX + 128];
	unsigned long from, to;
	bool found = false;

	(void)run;
	while (maps && !found && fgets(line, sizeof(line), maps))
		found = sscanf(line, "%lx-%lx", &from, &to) == 2 && is_within(value, width, from, to);
	if (maps)
		fclose(maps);
	return found;
}

uint64_t iop_path_instructions(const struct iop_path_run *run)
{
	(void)run;
	return 0;
}

uint32_t iop_path_code(const struct iop_path_run *run, uint64_t count, uint8_t code[IOP_PATH_CODE])
{
	(void)run, (void)count, (void)code;
	return 0;
}

/* The line of the module's table: as the parent has read it in another process. */
static bool find(struct iop_path_run *run, const struct iop_path *path)
{
	const struct iop_module *module = iop_module_load(path->module);
	const struct iop_registered_table *table = module ? module->registered : NULL;

	run->handle = dlopen(path->module, RTLD_NOW | RTLD_NOLOAD);
	for (const struct iop_registered *const *r = table ? table->first : NULL; table && r < table->end; r++)
		if ((*r)->kind == path->kind && strcmp((*r)->name, path->name) == 0)
			run->entry = *r;
	if (!run->entry || !run->handle)
		return iop_path_end(run, IOP_PATH_CANNOT, "the module does not register it any more");
	run->function = dlsym(run->handle, run->entry->symbol);
	if (!run->function)
		return iop_path_end(run, IOP_PATH_CANNOT, "%s is not exported", run->entry->symbol);
	return true;
}

void iop_path_serve_here(const struct iop_child_seat *seat, void *arg)
{
	struct iop_path_run run = {.report = seat->shared};

	if (!iop_child_question(seat))
		return;
	snprintf(run.report->at, sizeof(run.report->at), "while it was loaded");
	if (find(&run, arg))
		iop_path_judge_entry(&run);
	iop_child_answer(seat);
}
