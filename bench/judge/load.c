/* SPDX-License-Identifier: MIT */
#include "load.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>

struct place {
	uintptr_t addr;
	bool executable;
};

static int look(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct place *place = arg;

	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD && place->addr - (info->dlpi_addr + p->p_vaddr) < p->p_memsz)
			place->executable = p->p_flags & PF_X;
	}
	return 0;
}

static bool is_function(void *symbol)
{
	struct place place = {.addr = (uintptr_t)symbol};
	ElfW(Sym) *entry = NULL;
	Dl_info info;

	dl_iterate_phdr(look, &place);
	if (!place.executable)
		return false;
	/* Read-only data may lie beside code. */
	return !dladdr1(symbol, &info, (void **)&entry, RTLD_DL_SYMENT) || !entry || info.dli_saddr != symbol ||
	       (ELF64_ST_TYPE(entry->st_info) != STT_OBJECT && ELF64_ST_TYPE(entry->st_info) != STT_TLS);
}

/* Threads of this process: an emulator has one of its own. */
static unsigned threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	unsigned count = 0;
	struct dirent *task;

	while (tasks && (task = readdir(tasks)))
		count += task->d_name[0] != '.';
	if (tasks)
		closedir(tasks);
	return count;
}

static bool has_children(void)
{
	siginfo_t child;

	return waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

void *iop_judge_load(const char *object, const char *symbol, char *why, size_t size)
{
	unsigned before = threads();
	void *handle = dlopen(object, RTLD_NOW | RTLD_LOCAL), *found = handle ? dlsym(handle, symbol) : NULL;

	if (!found)
		snprintf(why, size, "%s", dlerror());
	else if (!is_function(found))
		snprintf(why, size, "%s of %s is data, not a function", symbol, object);
	else if (threads() != before || has_children())
		snprintf(why, size, "loading %s made a thread or a process, which would go on beside each call", object);
	else
		return found;
	return NULL;
}
