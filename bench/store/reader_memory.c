/* SPDX-License-Identifier: MIT */
/* The memory of a run that is read, and the members of JSON objects as it keeps them. */
#include "reader_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES 65536

struct chunk {
	struct chunk *next;
	size_t used, size;
	max_align_t bytes[];
};

struct memory {
	struct chunk *chunk;
	bool full;
};

int iop_run_begin(struct iop_run *run)
{
	run->memory = calloc(1, sizeof(struct memory));
	return run->memory ? 0 : -ENOMEM;
}

void *iop_run_room(struct iop_run *run, size_t size)
{
	struct memory *memory = run->memory;
	struct chunk *chunk = memory->chunk;
	size_t rounded = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);

	if (!chunk || chunk->size - chunk->used < rounded) {
		size_t bytes = rounded > CHUNK_BYTES ? rounded : CHUNK_BYTES;

		chunk = calloc(1, sizeof(*chunk) + bytes);
		if (!chunk) {
			memory->full = true;
			return NULL;
		}
		chunk->size = bytes;
		chunk->next = memory->chunk;
		memory->chunk = chunk;
	}
	chunk->used += rounded;
	return (char *)chunk->bytes + chunk->used - rounded;
}

bool iop_run_out_of_memory(const struct iop_run *run)
{
	return ((const struct memory *)run->memory)->full;
}

const char *iop_run_keep(struct iop_run *run, const char *text)
{
	char clean[IOP_RUN_TEXT + 1], *copy;
	size_t size;

	if (!text || !*text)
		return "";
	iop_printable(clean, sizeof(clean), text);
	size = strlen(clean) + 1;
	copy = iop_run_room(run, size);
	return copy ? memcpy(copy, clean, size) : "";
}

const char *iop_run_keep_name(struct iop_run *run, const char *text)
{
	size_t size = text ? strlen(text) + 1 : 0;
	char *copy;

	if (size < 2)
		return "";
	copy = iop_run_room(run, size);
	if (!copy)
		return "";
	/* What is replaced gets shorter, never longer. */
	iop_printable(copy, size, text);
	return copy;
}

void iop_run_push(struct iop_run *run, struct iop_run_list *list, double value)
{
	if (isnan(value) || list->count == IOP_RUN_SAMPLES)
		return;
	/* Room doubles, so that repetitions cost their number and not its square. */
	if (!(list->count & (list->count - 1))) {
		double *more = iop_run_room(run, (list->count ? 2 * list->count : 1) * sizeof(double));

		if (!more)
			return;
		if (list->count)
			memcpy(more, list->at, list->count * sizeof(double));
		list->at = more;
	}
	list->at[list->count++] = value;
}

const char *iop_run_text(struct iop_run *run, const json_t *object, const char *key)
{
	return iop_run_keep(run, json_string_value(json_object_get(object, key)));
}

double iop_run_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) && isfinite(json_number_value(value)) ? json_number_value(value) : NAN;
}

void iop_run_free(struct iop_run *run)
{
	struct memory *memory = run->memory;

	while (memory && memory->chunk) {
		struct chunk *chunk = memory->chunk;

		memory->chunk = chunk->next;
		free(chunk);
	}
	free(memory);
	memset(run, 0, sizeof(*run));
}

const struct iop_run_cell *iop_run_find(const struct iop_run *run, const char *name)
{
	for (size_t i = 0; i < run->count; i++)
		if (strcmp(run->cells[i].name, name) == 0)
			return &run->cells[i];
	return NULL;
}
