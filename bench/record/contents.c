/* SPDX-License-Identifier: MIT */
#include "contents.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* One more entry of @size bytes behind @count of them, zeroed; NULL: no memory. */
static void *grow(void *list, size_t *count, size_t size)
{
	void **array = list;
	void *larger = *array;

	if ((*count & (*count - 1)) == 0)
		larger = realloc(*array, (*count ? 2 * *count : 1) * size);
	if (!larger)
		return NULL;
	*array = larger;
	memset((char *)larger + *count * size, 0, size);
	return (char *)larger + (*count)++ * size;
}

static char *text_of(const struct iop_slot *slot)
{
	char text[PATH_MAX];

	iop_slot_text(slot, text, sizeof(text));
	return strdup(text);
}

static char *printable_of(const struct iop_slot *slot)
{
	char *text = text_of(slot);

	if (text)
		iop_slot_printable(text);
	return text;
}

static int add_map(struct iop_recorded *r, const struct iop_slot *slot)
{
	struct iop_recorded_map *map = grow(&r->map, &r->maps, sizeof(*map));
	size_t length;

	if (!map || !(map->path = printable_of(slot)))
		return -ENOMEM;
	map->number = slot->region;
	map->pid = slot->pid;
	map->offset = slot->offset;
	map->bytes = slot->bytes;
	map->prot = slot->flags;
	length = strlen(map->path);
	/* Source: Documentation/PCI/sysfs-pci.rst, resourceN_wc. */
	map->write_combining = length > 3 && strcmp(map->path + length - 3, "_wc") == 0;
	return 0;
}

static int add_code(struct iop_recorded *r, const struct iop_slot *slot)
{
	struct iop_recorded_code *code = grow(&r->code, &r->codes, sizeof(*code));

	if (!code || !(code->path = text_of(slot)))
		return -ENOMEM;
	code->pid = slot->pid;
	code->start = slot->code;
	code->bytes = slot->bytes;
	code->offset = slot->offset;
	return 0;
}

static int add_process(struct iop_recorded *r, const struct iop_slot *slot)
{
	struct iop_recorded_process *process = grow(&r->process, &r->processes, sizeof(*process));

	if (!process || !(process->path = printable_of(slot)))
		return -ENOMEM;
	process->pid = slot->pid;
	process->parent = (uint32_t)slot->code;
	process->forked = !slot->flags;
	return 0;
}

static int add_slot(const struct iop_slot ***list, size_t *count, const struct iop_slot *slot)
{
	const struct iop_slot **entry = grow(list, count, sizeof(*entry));

	if (!entry)
		return -ENOMEM;
	*entry = slot;
	return 0;
}

static int add(struct iop_recorded *r, const struct iop_slot *slot)
{
	struct iop_recorded_map *map;

	switch (slot->kind) {
	case IOP_SLOT_PROCESS: return add_process(r, slot);
	case IOP_SLOT_MAP: return add_map(r, slot);
	case IOP_SLOT_CODE: return add_code(r, slot);
	case IOP_SLOT_REFUSED: return add_slot(&r->refused, &r->refusals, slot);
	case IOP_SLOT_ACCESS:
		map = iop_recorded_map(r, slot);
		if (map)
			map->accesses++;
		return map ? add_slot(&r->access, &r->accesses, slot) : 0;
	default: return 0;
	}
}

/* Whether another file's path ends with the whole names at @end, too. */
static bool is_end_of_another(const struct iop_recorded *r, const char *path, const char *end)
{
	size_t length = strlen(end);

	for (size_t i = 0; i < r->maps; i++) {
		const char *other = r->map[i].path;
		size_t before = strlen(other);

		if (before < length || strcmp(other, path) == 0)
			continue;
		before -= length;
		if (strcmp(other + before, end) == 0 && (before == 0 || other[before - 1] == '/'))
			return true;
	}
	return false;
}

static const char *name_in(const struct iop_recorded *r, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	while (name > path && is_end_of_another(r, path, name))
		do
			name--;
		while (name > path && name[-1] != '/');
	return name;
}

/* Most mappings are of the same file as the one before. */
static void name_maps(struct iop_recorded *r)
{
	for (size_t i = 0; i < r->maps; i++) {
		struct iop_recorded_map *map = &r->map[i];

		map->name = i && strcmp(map[-1].path, map->path) == 0 ? map[-1].name : name_in(r, map->path);
	}
}

int iop_recorded_read(struct iop_recorded *r, const char *path)
{
	const struct iop_slot *slot;
	size_t at = 0;
	int err;

	memset(r, 0, sizeof(*r));
	err = iop_recording_open(&r->file, path);
	if (err)
		return err;
	while (!err && (slot = iop_recording_next(&r->file, &at)))
		err = add(r, slot);
	if (err)
		iop_recorded_free(r);
	else
		name_maps(r);
	return err;
}

void iop_recorded_free(struct iop_recorded *r)
{
	for (size_t i = 0; i < r->maps; i++)
		free(r->map[i].path);
	for (size_t i = 0; i < r->codes; i++)
		free(r->code[i].path);
	for (size_t i = 0; i < r->processes; i++)
		free(r->process[i].path);
	free(r->map);
	free(r->code);
	free(r->process);
	free(r->access);
	free(r->refused);
	iop_recording_close(&r->file);
}

struct iop_recorded_map *iop_recorded_map(const struct iop_recorded *r, const struct iop_slot *slot)
{
	for (size_t i = r->maps; i-- > 0;)
		if (r->map[i].number == slot->region)
			return &r->map[i];
	return NULL;
}

static const struct iop_recorded_process *process_of(const struct iop_recorded *r, uint32_t pid)
{
	for (size_t i = r->processes; i-- > 0;)
		if (r->process[i].pid == pid)
			return &r->process[i];
	return NULL;
}

const struct iop_recorded_code *iop_recorded_code(const struct iop_recorded *r, const struct iop_slot *slot)
{
	const struct iop_recorded_process *process;
	uint32_t pid = slot->pid;

	/* As many generations as there are processes: a file may say that one is its own ancestor. */
	for (size_t generation = 0; generation <= r->processes; generation++) {
		for (size_t i = r->codes; i-- > 0;)
			if (r->code[i].pid == pid && slot->code - r->code[i].start < r->code[i].bytes)
				return &r->code[i];
		process = process_of(r, pid);
		if (!process || !process->forked)
			return NULL;
		pid = process->parent;
	}
	return NULL;
}
