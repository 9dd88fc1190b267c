/* SPDX-License-Identifier: MIT */
#include "describe.h"

#include "describe_line.h"

#include <host/fail.h>
#include <host/module.h>
#include <host/module_why.h>
#include <host/verdicts.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE 10.0 /* seconds without a line */

struct reading {
	struct iop_described *module;
	size_t room, entry_room;
	bool ended, wrong;
};

/* The next field of a line; NULL for an empty one. */
static const char *text(char **line)
{
	const char *field = strsep(line, "\t");

	return field && *field ? field : NULL;
}

static uint64_t number(char **line)
{
	const char *field = text(line);

	return field ? strtoull(field, NULL, 10) : 0;
}

static const char *kept(char **line)
{
	const char *field = text(line);

	return field ? strdup(field) : NULL;
}

/* These are printed and stored: never NULL. */
static const char *kept_or(char **line, const char *otherwise)
{
	const char *field = text(line);

	return strdup(field ? field : otherwise);
}

static void drop(const char *text)
{
	free((void *)(uintptr_t)text);
}

static void *grown(void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = 2 * *room + 64;
	return realloc(array, *room * size);
}

static void take_module(struct reading *r, char *line)
{
	struct iop_described *m = r->module;

	/* Once, and first: what was kept would be lost. */
	if (m->cells.abi || m->cells.count) {
		r->wrong = true;
		return;
	}
	m->cells = (struct iop_cells_module){.abi = IOP_CELLS_ABI, .cell_size = sizeof(struct iop_cell)};
	m->abi = (unsigned)number(&line);
	m->cells.commit = kept_or(&line, "unknown");
	m->cells.compiler = kept_or(&line, "unknown");
	m->cells.flags = kept_or(&line, "");
	m->cells.arch = kept_or(&line, "unknown");
	m->name = kept(&line);
	r->wrong |= !m->cells.commit || !m->cells.compiler || !m->cells.flags || !m->cells.arch;
}

static const char *part(const char **name)
{
	size_t n = strcspn(*name, "/");
	const char *text = n && (*name)[n] ? strndup(*name, n) : NULL;

	*name += (*name)[n] ? n + 1 : n;
	return text;
}

static void take_cell(struct reading *r, char *line)
{
	struct iop_described *m = r->module;
	struct iop_cell *cells = grown((void *)(uintptr_t)m->cells.cells, m->cells.count, &r->room, sizeof(*cells)), *cell;
	const char *rest;

	if (!cells) {
		r->wrong = true;
		return;
	}
	m->cells.cells = cells;
	cell = &cells[m->cells.count];
	*cell = (struct iop_cell){0};
	cell->bytes = number(&line);
	cell->max_batch = number(&line);
	cell->flags = (uint32_t)number(&line);
	cell->widths = (uint32_t)number(&line);
	cell->name = kept(&line);
	cell->baseline = kept(&line);
	cell->tier = kept(&line);
	cell->symbol = kept(&line);
	cell->help = kept(&line);
	rest = cell->name ? cell->name : "";
	cell->op = part(&rest);
	cell->backend = part(&rest);
	cell->routine = part(&rest);
	r->wrong |= !cell->op || !cell->backend || !cell->routine;
	m->cells.count++;
}

static void take_entry(struct reading *r, char *line)
{
	struct iop_described *m = r->module;
	struct iop_described_entry *entry = grown(m->entry, m->entries, &r->entry_room, sizeof(*entry));

	if (!entry) {
		r->wrong = true;
		return;
	}
	m->entry = entry;
	entry += m->entries++;
	*entry = (struct iop_described_entry){.kind = (unsigned)number(&line)};
	entry->width = (unsigned)number(&line);
	entry->widths = (unsigned)number(&line);
	entry->unit = (unsigned)number(&line);
	entry->relaxed = number(&line) != 0;
	entry->window = (size_t)number(&line);
	entry->only_checked = number(&line) != 0;
	entry->name = kept(&line);
	entry->symbol = kept(&line);
	entry->tier = kept(&line);
	r->wrong |= !entry->name || !entry->symbol;
}

static void take_line(void *user, char *line)
{
	struct reading *r = user;
	char kind = line[0] == 'd' ? line[1] : '\0';

	if (!kind)
		return;
	line += line[2] ? 3 : 2;
	switch (kind) {
	case IOP_DESCRIBE_MODULE: take_module(r, line); break;
	case IOP_DESCRIBE_CELL: take_cell(r, line); break;
	case IOP_DESCRIBE_ENTRY: take_entry(r, line); break;
	case IOP_DESCRIBE_END: r->ended = true; break;
	default: r->wrong = true; break;
	}
}

/* What the file says is clearer than what the loader says, but of a module that ends its process both are of use. */
static int refuse(const char *command, const char *path, const char *reason)
{
	const char *why = iop_module_why_not(path);
	const bool ended = strncmp(reason, "exit ", 5) == 0;

	return iop_fail(command, NULL, "%s: %s%s%s", path, why && !ended ? "" : reason, why && ended ? ": " : "", why ? why : "");
}

int iop_describe(struct iop_described *module, const char *command, const char *path)
{
	static const volatile sig_atomic_t never = 0;
	struct reading reading = {.module = module};
	struct iop_launcher launcher;
	struct iop_launch_end end;
	int err = iop_launcher_open(&launcher, command, path, NULL, &never);

	*module = (struct iop_described){.path = path};
	if (err)
		return err;
	iop_launch(&launcher, NULL, "describe", NULL, 0, 0, PATIENCE, take_line, &reading, &end);
	iop_launcher_close(&launcher);
	if (!end.good)
		err = refuse(command, path, end.reason);
	else if (!reading.ended || reading.wrong || !module->cells.abi)
		err = iop_fail(command, NULL, "%s: what it has could not be read to its end", path);
	else if (iop_file_hash(path, module->build))
		err = iop_fail(command, NULL, "%s: it cannot be read", path);
	if (err)
		iop_described_free(module);
	return err;
}

void iop_described_free(struct iop_described *m)
{
	for (size_t i = 0; i < m->cells.count; i++) {
		const struct iop_cell *cell = &m->cells.cells[i];
		const char *const texts[] = {cell->name, cell->baseline, cell->tier,	cell->symbol,
					     cell->help, cell->op,	 cell->backend, cell->routine};

		for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++)
			drop(texts[t]);
	}
	for (size_t i = 0; i < m->entries; i++) {
		drop(m->entry[i].name);
		drop(m->entry[i].symbol);
		drop(m->entry[i].tier);
	}
	drop(m->cells.commit);
	drop(m->cells.compiler);
	drop(m->cells.flags);
	drop(m->cells.arch);
	drop(m->name);
	free((void *)(uintptr_t)m->cells.cells);
	free(m->entry);
	*m = (struct iop_described){.path = m->path};
}

/* Controls are the same in all modules. NULL, or the name of a cell that two of them have. */
static const char *in_two(const struct iop_cells_module *all, const struct iop_cells_module *more)
{
	for (size_t i = 0; i < more->count; i++) {
		const struct iop_cell *cell = &more->cells[i], *other = iop_module_find(all, cell->name);

		if (other && !(cell->flags & other->flags & IOP_CELL_CONTROL))
			return cell->name;
	}
	return NULL;
}

/* Adds the cells that are not there yet: but for controls, all of them. */
static int join(struct iop_modules *m, struct iop_described *part)
{
	const struct iop_cells_module before = m->all;
	struct iop_cell *cells = realloc((void *)(uintptr_t)before.cells, (before.count + part->cells.count + 1) * sizeof(*cells));

	if (!cells)
		return -1;
	if (!m->parts)
		m->all = part->cells;
	m->all.cells = cells;
	m->all.count = before.count;
	part->first = before.count;
	part->count = iop_module_join(&m->all, &part->cells);
	return 0;
}

/* What a module says of itself is no verdict; what check has found of it is. */
static void judge(struct iop_cell *cell, const struct iop_verdicts *verdicts)
{
	struct iop_line_verdict verdict;

	cell->tier = NULL;
	cell->widths = 0;
	cell->flags &= ~(uint32_t)IOP_CELL_CHECKED;
	if (cell->flags & IOP_CELL_CONTROL)
		return;
	if (!iop_verdicts_find(verdicts, cell->op, cell->routine, &verdict)) {
		cell->flags |= IOP_CELL_NOT_JUDGED;
		return;
	}
	cell->flags |= IOP_CELL_CHECKED;
	cell->widths = verdict.widths;
	cell->tier = verdict.tier;
	if (verdict.tier ? strcmp(verdict.tier, "MEM") == 0 : !verdict.as_claimed)
		cell->flags |= IOP_CELL_ILLEGAL;
}

static void judge_all(struct iop_modules *m, const struct iop_described *part)
{
	struct iop_verdicts verdicts;

	iop_verdicts_read(&verdicts, part->build);
	for (size_t i = part->first; i < m->all.count; i++)
		judge((struct iop_cell *)(uintptr_t)&m->all.cells[i], &verdicts);
	iop_verdicts_free(&verdicts);
}

static int add(struct iop_modules *m, const char *command, const char *path, bool own)
{
	struct iop_described *part = &m->part[m->parts];
	int err = iop_describe(part, command, path);
	const char *name = err ? NULL : in_two(&m->all, &part->cells);

	if (name)
		err = iop_fail(command, m->part[0].own ? "--alone leaves out the cells of this program" : NULL,
			       "%s: %s is a cell of %s, too", path, name, iop_modules_of(m, iop_module_find(&m->all, name))->path);
	if (!err && join(m, part))
		err = iop_fail(command, NULL, "out of memory");
	if (err) {
		iop_described_free(part);
		return err;
	}
	part->own = own;
	if (!own)
		judge_all(m, part);
	m->path[m->parts++] = path;
	return 0;
}

const struct iop_described *iop_modules_of(const struct iop_modules *m, const struct iop_cell *cell)
{
	const size_t at = (size_t)(cell - m->all.cells);
	size_t i = 0;

	while (at >= m->part[i].first + m->part[i].count)
		i++;
	return &m->part[i];
}

int iop_modules_open(struct iop_modules *m, const char *command, const char *const *paths, size_t count, bool alone)
{
	*m = (struct iop_modules){0};
	if (count + 1 > IOP_LAUNCHER_MODULES)
		return iop_fail(command, NULL, "more than %d modules", IOP_LAUNCHER_MODULES - 1);
	if (!alone || !count) {
		int err;

		m->own_path = strdup(iop_module_default());
		err = m->own_path ? add(m, command, m->own_path, true) : iop_fail(command, NULL, "out of memory");
		if (err) {
			iop_modules_close(m);
			return err;
		}
	}
	for (size_t i = 0; i < count; i++)
		m->refused |= add(m, command, paths[i], false) != 0;
	return m->parts ? 0 : IOP_EXIT_USAGE;
}

void iop_modules_close(struct iop_modules *m)
{
	for (size_t i = 0; i < m->parts; i++)
		iop_described_free(&m->part[i]);
	free((void *)(uintptr_t)m->all.cells);
	free(m->own_path);
	*m = (struct iop_modules){0};
}
