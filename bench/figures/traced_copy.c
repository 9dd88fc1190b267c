/* SPDX-License-Identifier: MIT */
#include "traced_copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifdef IOP_HAVE_TRACER

#include <peers/peers.h>
#include <peers/verdict.h>

#include <iopath/routine.h>

#define WINDOW	  ((size_t)1 << 14)
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* Each is judged by the rules it means to keep: the kernel's x86 routine uses string instructions, glibc's was made for memory. */
static const struct {
	const char *name;
	enum iop_tier tier;
} shown_routines[] = {{"strict", IOP_STRICT}, {"kernel-x86", IOP_STRICT_S}, {"glibc", IOP_STRICT}};
static const struct {
	size_t n;
	unsigned align;
	const char *words;
} shown_calls[] = {
	{13, 3, "13 bytes, 3 past a boundary"},
	{31, 1, "31 bytes, 1 past a boundary"},
	{64, 0, "64 bytes, aligned"},
	{100, 5, "100 bytes, 5 past a boundary"},
};

/* False if this build or CPU has no such routine. */
static bool find(const char *name, struct iop_copier *copier)
{
	for (size_t i = 0; iop_routines[i]; i++)
		if (strcmp(iop_routines[i]->name, name) == 0) {
			*copier = (struct iop_copier){.toio = iop_routines[i]->toio};
			return !iop_routines[i]->supported || iop_routines[i]->supported();
		}
	for (size_t i = 0; iop_peers[i]; i++)
		if (strcmp(iop_peers[i]->name, name) == 0) {
			*copier = (struct iop_copier){.toio = iop_peers[i]->toio};
			return !iop_peers[i]->supported || iop_peers[i]->supported();
		}
	return false;
}

/* The access list belongs to the tracer until the next call. */
static int keep(struct iop_copy_traced *traced)
{
	struct iop_access_list *list = &traced->side[0].list;
	struct iop_access *copy = malloc((list->count + 1) * sizeof(*copy));

	if (!copy)
		return -ENOMEM;
	memcpy(copy, list->access, list->count * sizeof(*copy));
	list->access = copy;
	return 0;
}

static int trace(struct iop_traced_copy *copy, struct iop_tracer *tracer, size_t which_routine, size_t which)
{
	struct iop_copier copier;
	struct iop_copy_call call = {
		.op = IOP_TOIO, .copier = &copier, .n = shown_calls[which].n, .io_align = shown_calls[which].align};

	*copy = (struct iop_traced_copy){.routine = shown_routines[which_routine].name, .words = shown_calls[which].words};
	copy->tier = iop_verdict_on(copy->routine, &copy->widths);
	if (!find(copy->routine, &copier) || !copier.toio)
		return -ENOENT;
	if (iop_copy_trace(&copy->traced, tracer, WINDOW, &call, shown_routines[which_routine].tier))
		return -ENOENT;
	return keep(&copy->traced);
}

int iop_traced_copies(struct iop_traced_copy **copies, size_t *count, const char **why)
{
	struct iop_tracer *tracer;
	int err = 0;

	*count = 0;
	*copies = calloc(LENGTH(shown_calls) * LENGTH(shown_routines), sizeof(**copies));
	*why = "out of memory";
	if (!*copies)
		return -ENOMEM;
	*why = "This machine does not let a process trace itself";
	if (iop_tracer_open(&tracer, WINDOW))
		return -ENOTSUP;
	for (size_t call = 0; call < LENGTH(shown_calls) && err != -ENOMEM; call++)
		for (size_t r = 0; r < LENGTH(shown_routines) && err != -ENOMEM; r++) {
			err = trace(&(*copies)[*count], tracer, r, call);
			*count += !err;
		}
	iop_tracer_close(tracer);
	*why = err == -ENOMEM ? "out of memory" : NULL;
	return err == -ENOMEM ? err : 0;
}

#else

int iop_traced_copies(struct iop_traced_copy **copies, size_t *count, const char **why)
{
	*copies = NULL;
	*count = 0;
	*why = "This build has no tracer (it needs x86-64 and libzydis-dev)";
	return -ENOTSUP;
}

#endif

void iop_traced_copies_free(struct iop_traced_copy *copies, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(copies[i].traced.side[0].list.access);
	free(copies);
}
