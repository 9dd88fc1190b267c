/* SPDX-License-Identifier: MIT */
#include "copy_trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Untouched bytes around each side: what is written there by mistake is seen. */
#define MARGIN	 ((size_t)128)
#define SET_BYTE 0xa5

const char *iop_copy_op_name(enum iop_copy_op op)
{
	static const char *const names[IOP_COPY_OPS] = {"toio", "fromio", "set"};

	return names[op];
}

size_t iop_copy_longest(size_t window_bytes)
{
	return window_bytes - 2 * MARGIN - 64;
}

struct bound_call {
	const struct iop_copy_call *call;
	unsigned char *io, *mem;
};

static void make_call(void *arg)
{
	const struct bound_call *b = arg;
	const struct iop_copier *copier = b->call->copier;

	switch (b->call->op) {
	case IOP_TOIO: copier->toio(b->io, b->mem, b->call->n); break;
	case IOP_FROMIO: copier->fromio(b->mem, b->io, b->call->n); break;
	default: copier->set(b->io, SET_BYTE, b->call->n); break;
	}
}

static bool offered(const struct iop_copy_call *call)
{
	const struct iop_copier *copier = call->copier;

	return call->op == IOP_TOIO ? copier->toio != NULL : call->op == IOP_FROMIO ? copier->fromio != NULL : copier->set != NULL;
}

/* Neighbouring bytes differ, and so do the two sides. */
static void fill(unsigned char *bytes, size_t n, unsigned salt)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)(i * 151 + i / 256 * 7 + salt);
}

static void expect(unsigned char *expected, const struct iop_copy_call *call, const unsigned char *source)
{
	if (call->op == IOP_SET)
		memset(expected, SET_BYTE, call->n);
	else
		memcpy(expected, source, call->n);
}

static bool touched_all(const struct iop_access_list *list, size_t n)
{
	unsigned char *touched = calloc(n + 1, 1);
	bool all = true;

	if (!touched)
		return false;
	for (size_t i = 0; i < list->count; i++)
		for (unsigned b = 0; b < list->access[i].width; b++) {
			ptrdiff_t at = list->access[i].offset + (ptrdiff_t)b;

			if ((list->access[i].mask >> b & 1) && at >= 0 && (size_t)at < n)
				touched[at] = 1;
		}
	for (size_t i = 0; i < n; i++)
		all &= touched[i];
	free(touched);
	return all;
}

int iop_copy_trace(struct iop_copy_traced *traced, struct iop_tracer *tracer, size_t window_bytes, const struct iop_copy_call *call)
{
	size_t mem_bytes = call->n + 2 * MARGIN + 64, io_at = MARGIN + call->io_align, mem_at = MARGIN + call->mem_align;
	unsigned char *contents = iop_tracer_contents(tracer);
	unsigned char *mem, *expected_mem, *expected_io;
	struct bound_call bound = {.call = call};
	struct iop_access_list *list;

	if (call->n > iop_copy_longest(window_bytes) || call->io_align > 63 || call->mem_align > 63 || !offered(call))
		return -EINVAL;
	mem = aligned_alloc(64, (mem_bytes + 63) / 64 * 64);
	expected_mem = malloc(mem_bytes);
	expected_io = malloc(window_bytes);
	if (!mem || !expected_mem || !expected_io) {
		free(mem);
		free(expected_mem);
		free(expected_io);
		return -ENOMEM;
	}
	fill(contents, window_bytes, 1);
	fill(mem, mem_bytes, 90);
	memcpy(expected_io, contents, window_bytes);
	memcpy(expected_mem, mem, mem_bytes);
	if (call->op == IOP_FROMIO)
		expect(expected_mem + mem_at, call, contents + io_at);
	else
		expect(expected_io + io_at, call, mem + mem_at);

	bound.io = iop_tracer_window(tracer) + io_at;
	bound.mem = mem + mem_at;
	traced->list = iop_tracer_run(tracer, bound.io, make_call, &bound);
	traced->io = (uintptr_t)bound.io;
	traced->writes = call->op != IOP_FROMIO;
	traced->data_right = memcmp(contents, expected_io, window_bytes) == 0 && memcmp(mem, expected_mem, mem_bytes) == 0;
	free(mem);
	free(expected_mem);
	free(expected_io);
	if (!traced->list)
		return -ENOMEM;
	/* The list is the tracer's, which handed it out as const for everyone else. */
	list = (struct iop_access_list *)(uintptr_t)traced->list;
	if (!list->blind && traced->data_right && !touched_all(list, call->n))
		list->blind = "the data arrived although bytes of the device side were not seen touched";
	return 0;
}
