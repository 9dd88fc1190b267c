/* SPDX-License-Identifier: MIT */
#include "registered.h"
#include "fail.h"

#include <cells/buffer.h>
#include <iopath/cells.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MOST   64
#define COUNT_MOST  4096
#define WINDOW_MOST ((size_t)1 << 20)
#define DEVICE	    256 /* bytes, for accessors */
#define FILL	    0x5a

/* What the batch is given comes first. */
struct context {
	struct iop_cell_memory memory;
	struct iop_buffer buffer;
	struct iop_window window;
	const struct iop_operation_claims *operation;
	bool buffered;
};

static bool is_copy(unsigned kind)
{
	return kind >= IOP_REGISTERED_TOIO && kind <= IOP_REGISTERED_SET;
}

static bool is_access(unsigned kind)
{
	return kind == IOP_REGISTERED_READ || kind == IOP_REGISTERED_WRITE;
}

static size_t window_of(const struct iop_registered *r)
{
	return r->operation && r->operation->window ? r->operation->window : 4096;
}

static int set_up_buffer(struct context *c, const struct iop_cell *cell, const struct iop_cell_env *env, unsigned kind)
{
	int err = kind == IOP_REGISTERED_MOVE ? iop_buffer_init_devices(&c->buffer, env, cell->bytes, 1)
					      : iop_buffer_init(&c->buffer, env, cell->bytes, 1, 0, IOP_BUFFER_ALIAS);

	if (err)
		return err;
	c->buffered = true;
	c->memory.io = c->buffer.io;
	c->memory.memory = c->buffer.mem;
	return 0;
}

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	const struct iop_registered *r = cell->registered;
	size_t bytes = r->kind == IOP_REGISTERED_OPERATION ? window_of(r) : DEVICE;
	struct context *c = calloc(1, sizeof(*c));
	int err = 0;

	if (!c)
		return -ENOMEM;
	c->memory.bytes = cell->bytes;
	c->memory.value = is_copy(r->kind) ? FILL : 0;
	if (is_copy(r->kind)) {
		err = set_up_buffer(c, cell, env, r->kind);
	} else {
		err = iop_window_open(&c->window, env, is_access(r->kind) ? DEVICE : 4096, bytes);
		c->memory.io = c->window.dev;
	}
	if (!err && r->operation && r->operation->setup) {
		err = r->operation->setup(c->memory.io, &c->memory.context);
		if (err)
			iop_window_close(&c->window);
		/* An error number that is none would say that nothing is wrong. */
		err = err > 0 ? -EIO : err;
	}
	if (err) {
		free(c);
		return err;
	}
	c->operation = r->operation;
	*ctx = c;
	return 0;
}

static void teardown(void *ctx)
{
	struct context *c = ctx;

	if (c->operation && c->operation->teardown)
		c->operation->teardown(c->memory.context);
	if (c->buffered)
		iop_buffer_free(&c->buffer);
	else
		iop_window_close(&c->window);
	free(c);
}

static bool refuse(const struct iop_registered *r, size_t at, const char *why)
{
	iop_fail(iop_command, "see iopath/cells.h", "line %zu of what it registers, '%.*s', %s", at + 1, NAME_MOST,
		 r->name ? r->name : "?", why);
	return false;
}

static bool is_identifier(const char *name)
{
	size_t n = 0;

	for (; name && name[n] && n <= NAME_MOST; n++)
		if (!isalnum((unsigned char)name[n]) && !strchr("_-.+", name[n]))
			return false;
	return n && n <= NAME_MOST;
}

static bool is_width(unsigned width)
{
	return width && width <= 8 && !(width & (width - 1));
}

/* Whether an entry is what the header makes. */
static bool is_right(const struct iop_registered *r, size_t at)
{
	const bool checked = r->kind == IOP_REGISTERED_CHECKED_READ || r->kind == IOP_REGISTERED_CHECKED_WRITE;

	if (r->size < sizeof(*r))
		return refuse(r, at, "is of another version of the header");
	if (!iop_registered_op(r->kind))
		return refuse(r, at, "is of no kind that this program knows");
	if (!is_identifier(r->name))
		return refuse(r, at, "has no name, or one with other characters than letters, digits and _-.+");
	if (!r->symbol)
		return refuse(r, at, "has no function to judge");
	if ((is_access(r->kind) || checked) && !is_width(r->width))
		return refuse(r, at, "is of a type that is not of 1, 2, 4 or 8 bytes");
	if (is_copy(r->kind) && (!r->batch || !r->copy || r->copy->size < sizeof(*r->copy)))
		return refuse(r, at, "lacks what a copy has");
	if (is_copy(r->kind) && (r->copy->unit > 64 || (r->copy->unit & (r->copy->unit - 1))))
		return refuse(r, at, "has a unit that is no power of two up to 64");
	if (is_copy(r->kind) && r->copy->widths > 127)
		return refuse(r, at, "has widths that are no powers of two up to 64, ORed");
	if (is_access(r->kind) && (!r->batch || !r->access || r->access->size < sizeof(*r->access)))
		return refuse(r, at, "lacks what an accessor has");
	if (r->kind == IOP_REGISTERED_OPERATION && (!r->batch || !r->operation || r->operation->size < sizeof(*r->operation)))
		return refuse(r, at, "lacks what an operation has");
	if (window_of(r) > WINDOW_MOST)
		return refuse(r, at, "has a window of more than 1 MiB");
	return true;
}

/* Cells live as long as the process, and so do their names. */
static bool add(struct iop_module_cells *cells, const char *module, const struct iop_registered *r, const char *baseline,
		const char *place, struct iop_cell cell)
{
	char name[256];

	snprintf(name, sizeof(name), "%s/%s/%s/%s", iop_registered_op(r->kind), module, r->name, place);
	cell.name = strdup(name);
	cell.op = iop_registered_op(r->kind);
	cell.backend = module;
	cell.routine = r->name;
	if (baseline) {
		snprintf(name, sizeof(name), "%s/mmio/%s/%s", iop_registered_op(r->kind), baseline, place);
		cell.baseline = strdup(name);
	}
	cell.registered = r;
	/* What belongs to the cell's code beside its batch: set-up and tear-down. Where a line stands and what it claims does not. */
	cell.family = r->operation;
	cell.setup = setup;
	cell.batch = r->batch;
	cell.teardown = teardown;
	cell.symbol = r->symbol;
	if (!cell.name || (baseline && !cell.baseline))
		iop_fail(iop_command, NULL, "out of memory");
	else if (iop_module_cells_add(cells, &cell))
		return true; /* NOLINT(clang-analyzer-unix.Malloc): the cell that was added has them */
	free((void *)(uintptr_t)cell.name);
	free((void *)(uintptr_t)cell.baseline);
	return false;
}

static bool add_copy(struct iop_module_cells *cells, const char *module, const struct iop_registered *r)
{
	static const struct {
		uint32_t bytes, flags;
	} size[] = {
		{4, 0},
		{8, IOP_CELL_QUICK},
		{16, 0},
		{32, 0},
		{64, IOP_CELL_QUICK},
		{128, 0},
		{256, IOP_CELL_QUICK},
		{1024, 0},
		{4096, IOP_CELL_QUICK},
		{65536, IOP_CELL_QUICK},
	};
	const uint32_t unit = r->copy->unit ? r->copy->unit : 1;

	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		char place[16];
		bool moves = r->kind == IOP_REGISTERED_MOVE;

		snprintf(place, sizeof(place), "%u", size[i].bytes);
		if (size[i].bytes % unit == 0 && !add(cells, module, r, moves ? "strict" : "glibc", place,
						      (struct iop_cell){.bytes = size[i].bytes, .flags = size[i].flags}))
			return false;
	}
	return true;
}

static bool add_entry(struct iop_module_cells *cells, const char *module, const struct iop_registered *r)
{
	char place[24];

	if (is_copy(r->kind))
		return add_copy(cells, module, r);
	if (is_access(r->kind)) {
		snprintf(place, sizeof(place), "u%u", 8 * r->width);
		return add(cells, module, r, "raw", place, (struct iop_cell){.bytes = r->width, .flags = IOP_CELL_QUICK});
	}
	if (r->kind != IOP_REGISTERED_OPERATION || r->operation->only_checked)
		return true;
	snprintf(place, sizeof(place), "%zu", window_of(r));
	return add(cells, module, r, NULL, place, (struct iop_cell){.flags = IOP_CELL_QUICK});
}

/* One name may be of a toio and a fromio, not of two of a kind. */
static bool is_new(const struct iop_registered_table *table, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (table->first[i]->kind == table->first[at]->kind && strcmp(table->first[i]->name, table->first[at]->name) == 0)
			return refuse(table->first[at], at, "is there twice");
	return true;
}

static int by_line(const void *a, const void *b)
{
	const struct iop_registered *const *x = a, *const *y = b;

	return ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

/* As the file has them: how the linker orders them is its own affair. */
static bool add_sorted(struct iop_module_cells *cells, const struct iop_registered_table *table, size_t count)
{
	const struct iop_registered **sorted = malloc(count * sizeof(*sorted));
	bool added = sorted != NULL;

	if (!added)
		iop_fail(iop_command, NULL, "out of memory");
	for (size_t i = 0; added && i < count; i++)
		sorted[i] = table->first[i];
	if (added)
		qsort(sorted, count, sizeof(*sorted), by_line);
	for (size_t i = 0; added && i < count; i++)
		added = add_entry(cells, table->name, sorted[i]);
	free(sorted);
	return added;
}

bool iop_registered_cells(struct iop_module_cells *cells, const struct iop_registered_table *table)
{
	size_t count;

	if (!table || table->abi != IOP_REGISTERED_ABI || table->size < sizeof(*table)) {
		iop_fail(iop_command, "build it with the header of this program",
			 "what it registers has ABI %u, this program needs %u", table ? table->abi : 0, IOP_REGISTERED_ABI);
		return false;
	}
	if (!is_identifier(table->name)) {
		iop_fail(iop_command, "IOP_MODULE(\"name\")", "its name has other characters than letters, digits and _-.+");
		return false;
	}
	count = (size_t)(table->end - table->first);
	if (!table->first || !count || count > COUNT_MOST) {
		iop_fail(iop_command, "IOP_COPY_TOIO(...) and others, see iopath/cells.h", "it registers nothing");
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (!table->first[i] || !is_right(table->first[i], i) || !is_new(table, i))
			return false;
	}
	return add_sorted(cells, table, count);
}
