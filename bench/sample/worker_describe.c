/* SPDX-License-Identifier: MIT */
/* One module, loaded with limits, in a process that does nothing else: what it has is said in lines (describe.h). */
#include "describe_line.h"
#include "worker_count.h"
#include "worker_say.h"

#include <host/fail.h>
#include <host/limits.h>
#include <host/module.h>

#include <iopath/cells.h>

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CPU_SECONDS 10
#define MEMORY	    ((rlim_t)2 << 30)
#define SHOWN	    60

/* Characters that would end a field or a line become spaces. */
static void put(char *line, size_t size, const char *text)
{
	size_t used = strlen(line);

	if (used + 1 < size)
		line[used++] = IOP_DESCRIBE_NEXT;
	for (; text && *text && used + 1 < size; text++)
		line[used++] = isprint((unsigned char)*text) ? *text : ' ';
	line[used] = '\0';
}

/* A line of a kind: numbers, then texts up to a NULL at the end of the list; the last one may be cut. */
static void say(char kind, const uint64_t *numbers, size_t count, const char *const *texts, size_t text_count)
{
	char line[IOP_DESCRIBE_MOST];
	size_t used = (size_t)snprintf(line, sizeof(line), "d%c", kind);

	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(line + used, sizeof(line) - used, "%c%" PRIu64, IOP_DESCRIBE_NEXT, numbers[i]);
	for (size_t i = 0; i < text_count; i++)
		put(line, sizeof(line), texts[i]);
	iop_worker_say("%s", line);
}

static void say_cell(const struct iop_cell *cell)
{
	const uint64_t numbers[] = {cell->bytes, cell->max_batch, cell->flags, cell->widths};
	const char *const texts[] = {cell->name, cell->baseline, cell->tier, cell->symbol, cell->help};

	say(IOP_DESCRIBE_CELL, numbers, 4, texts, 5);
}

static void say_entry(const struct iop_registered *r)
{
	const uint64_t numbers[] = {
		r->kind,
		r->width,
		r->copy ? r->copy->widths : 0,
		r->copy ? r->copy->unit : 0,
		r->access ? r->access->relaxed : 0,
		r->operation ? r->operation->window : 0,
		r->operation ? r->operation->only_checked : 0,
	};
	const char *const texts[] = {r->name, r->symbol, r->copy ? r->copy->tier : NULL};

	say(IOP_DESCRIBE_ENTRY, numbers, 7, texts, 3);
}

static void set_limits(void)
{
	iop_limit(RLIMIT_CORE, 0);
	iop_limit(RLIMIT_CPU, CPU_SECONDS);
	iop_limit(RLIMIT_AS, iop_mapped_bytes() + MEMORY);
}

/* Whether @fd, where stdout went, has anything. */
static bool printed(int fd, char *shown, size_t size)
{
	ssize_t n;

	fflush(stdout);
	n = pread(fd, shown, size - 1, 0);
	if (n <= 0)
		return false;
	shown[n] = '\0';
	for (char *at = shown; *at; at++)
		*at = isprint((unsigned char)*at) ? *at : ' ';
	return true;
}

static int by_line(const void *a, const void *b)
{
	const struct iop_registered *const *x = a, *const *y = b;

	return ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

/* As the file has them. False without memory. */
static bool say_entries(const struct iop_registered_table *table)
{
	size_t count = table ? (size_t)(table->end - table->first) : 0;
	const struct iop_registered **sorted = malloc((count + 1) * sizeof(*sorted));

	if (!sorted)
		return false;
	for (size_t i = 0; i < count; i++)
		sorted[i] = table->first[i];
	qsort(sorted, count, sizeof(*sorted), by_line);
	for (size_t i = 0; i < count; i++)
		say_entry(sorted[i]);
	free(sorted);
	return true;
}

static bool say_module(const struct iop_module *module)
{
	const struct iop_registered_table *table = module->registered;
	const struct iop_cells_module *m = &module->cells;
	const uint64_t abi = table ? table->abi : m->abi;
	const char *const texts[] = {m->commit, m->compiler, m->flags, m->arch, table ? table->name : NULL};

	say(IOP_DESCRIBE_MODULE, &abi, 1, texts, 5);
	for (size_t i = 0; i < m->count; i++)
		say_cell(&m->cells[i]);
	return say_entries(table);
}

int iop_worker_describe(const char *path)
{
	int out = memfd_create("stdout", MFD_CLOEXEC);
	const struct iop_module *module;
	char shown[SHOWN];

	set_limits();
	if (out >= 0)
		dup2(out, STDOUT_FILENO);
	module = iop_module_load(path);
	if (!module)
		return IOP_EXIT_USAGE;
	if (printed(out, shown, sizeof(shown)))
		return iop_fail("module", "results go there", "it printed to stdout when it was loaded: '%s'", shown);
	if (!say_module(module))
		return iop_fail("module", NULL, "out of memory");
	iop_worker_say("d%c", IOP_DESCRIBE_END);
	return IOP_EXIT_CLEAN;
}
