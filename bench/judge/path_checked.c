/* SPDX-License-Identifier: MIT */
/* Paths that must refuse what is outside, and projections: all sizes and offsets near an edge, and those that wrap around. */
#include "path_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NEAR 17

static const size_t sizes[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,   9,	 10,  11,  12,	 13,   14,   15,  16,
			       17, 24, 31, 32, 33, 63, 64, 65, 100, 255, 256, 257, 1000, 4095, 4096, 4097};

/* A run of offsets, first to last. */
struct stretch {
	size_t first, last;
};

/*
 * What a comparison gets wrong: an end that is one too far, a sum that wraps around, a sign, a number cut to 32 bits. Ends of stretches
 * are included.
 */
static size_t stretches_of(size_t size, struct stretch stretch[6])
{
	const size_t most = SIZE_MAX, half = SIZE_MAX / 2;
	size_t n = 0;

	stretch[n++] = (struct stretch){0, NEAR};
	stretch[n++] = (struct stretch){size > NEAR ? size - NEAR : 0, size + NEAR};
	stretch[n++] = (struct stretch){half - NEAR, half + NEAR};
	stretch[n++] = (struct stretch){most - NEAR, most};
	stretch[n++] = (struct stretch){((size_t)1 << 31) - NEAR, ((size_t)1 << 31) + NEAR};
#if SIZE_MAX > UINT32_MAX
	stretch[n++] = (struct stretch){((size_t)1 << 32) - NEAR, ((size_t)1 << 32) + NEAR};
#endif
	return n;
}

static bool each(struct iop_path_run *run, bool (*one)(struct iop_path_run *run, size_t size, size_t offset))
{
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct stretch stretch[6];
		size_t n = stretches_of(sizes[s], stretch);

		for (size_t i = 0; i < n; i++)
			for (size_t offset = stretch[i].first;; offset++) {
				if (!one(run, sizes[s], offset))
					return false;
				if (offset == stretch[i].last)
					break;
			}
	}
	return true;
}

struct call {
	void *function;
	unsigned char *base;
	size_t size, offset, length;
	uint64_t value;
	int result;
	void *projected;
};

static void call_checked(void *arg)
{
	struct call *c = arg;
	int (*function)(void *base, size_t size, size_t offset, void *value);

	memcpy(&function, &c->function, sizeof(function));
	c->result = function(c->base, c->size, c->offset, &c->value);
}

static void call_projection(void *arg)
{
	struct call *c = arg;
	void *(*function)(void *base, size_t size, size_t offset, size_t length);

	memcpy(&function, &c->function, sizeof(function));
	c->projected = function(c->base, c->size, c->offset, c->length);
}

static struct call prepare(struct iop_path_run *run, size_t size, size_t offset)
{
	static unsigned char pattern[IOP_PATH_WINDOW];
	static bool made;

	/* Once: in an emulator it is most of a call. */
	for (size_t i = 0; !made && i < IOP_PATH_WINDOW; i++)
		pattern[i] = (unsigned char)(i * 167 + 1);
	made = true;
	memcpy(iop_tracer_contents(run->tracer), pattern, sizeof(pattern));
	return (struct call){.function = run->function,
			     .base = iop_tracer_window(run->tracer) + IOP_PATH_BASE,
			     .size = size,
			     .offset = offset,
			     .value = UINT64_C(0x5ba8c3d2e1f09776)};
}

static bool wrong(struct iop_path_run *run, const char *what)
{
	return iop_path_end(run, IOP_PATH_WRONG, "%s, %s", run->report->at, what);
}

static bool refused(struct iop_path_run *run, const struct call *c, const struct iop_access_list *list)
{
	char what[120];

	if (c->result == 0 && !list->count)
		return wrong(run, "must be refused, and is not");
	if (!list->count)
		return true;
	snprintf(what, sizeof(what), "must be refused, and %s %u bytes at offset %td", list->access[0].write ? "writes" : "reads",
		 list->access[0].width, list->access[0].offset);
	return wrong(run, what);
}

static bool served(struct iop_path_run *run, const struct call *c, const struct iop_access_list *list)
{
	const unsigned width = run->entry->width;
	const bool write = run->entry->kind == IOP_REGISTERED_CHECKED_WRITE;
	const struct iop_access *a = list->access;
	unsigned char *at = iop_tracer_contents(run->tracer) + IOP_PATH_BASE + c->offset;
	char what[160];

	if (c->result) {
		snprintf(what, sizeof(what), "is inside, and is refused with %d", c->result);
		return wrong(run, what);
	}
	if (list->count != 1 || a->write != write || a->width != width || a->offset != (ptrdiff_t)c->offset) {
		snprintf(what, sizeof(what), "makes %zu accesses, the first a %s of %u bytes at %td, not one of %u bytes there",
			 list->count,
			 !list->count ? "none"
			 : a->write   ? "write"
				      : "read",
			 list->count ? a->width : 0u, list->count ? a->offset : 0, width);
		return wrong(run, what);
	}
	if (memcmp(at, &c->value, width) != 0)
		return wrong(run, write ? "does not write the value that it is given" : "does not read what is there");
	return true;
}

static bool one_checked(struct iop_path_run *run, size_t size, size_t offset)
{
	const unsigned width = run->entry->width;
	const bool inside = offset % width == 0 && size >= width && offset <= size - width;
	struct call call = prepare(run, size, offset);
	const struct iop_access_list *list;

	snprintf(run->report->at, sizeof(run->report->at), "size %zu, offset %zu (0x%zx)", size, offset, offset);
	list = iop_path_watch(run, call.base, call_checked, &call);
	if (!list)
		return false;
	return inside ? served(run, &call, list) : refused(run, &call, list);
}

void iop_path_checked(struct iop_path_run *run)
{
	each(run, one_checked);
}

static bool project(struct iop_path_run *run, size_t size, size_t offset, size_t length)
{
	const bool inside = offset <= size && length <= size - offset;
	struct call call = prepare(run, size, offset);
	const struct iop_access_list *list;

	call.length = length;
	snprintf(run->report->at, sizeof(run->report->at), "size %zu, offset %zu (0x%zx), length %zu (0x%zx)", size, offset, offset,
		 length, length);
	list = iop_path_watch(run, call.base, call_projection, &call);
	if (!list)
		return false;
	if (list->count)
		return wrong(run, "makes an access, which a projection does not");
	if (!inside && call.projected)
		return wrong(run, "must be refused, and is not");
	if (inside && !call.projected)
		return wrong(run, "is inside, and is refused");
	return !inside || call.projected == call.base + offset || wrong(run, "is another place");
}

/* A length of nothing may be given or refused at the end. */
static bool one_projection(struct iop_path_run *run, size_t size, size_t offset)
{
	const size_t lengths[] = {1,
				  4,
				  8,
				  SIZE_MAX / 2,
				  SIZE_MAX,
				  size,
				  size + 1,
				  size - offset,
				  size - offset + 1,
				  SIZE_MAX - offset,
				  SIZE_MAX - offset + 1};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		if (lengths[i] && !project(run, size, offset, lengths[i]))
			return false;
	return true;
}

void iop_path_projection(struct iop_path_run *run)
{
	each(run, one_projection);
}
