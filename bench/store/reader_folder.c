/* SPDX-License-Identifier: MIT */
/* Every run below a folder. */
#include "reader.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEEPEST 3

struct list {
	char **path;
	size_t count, room;
};

static int add(struct list *list, const char *path)
{
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		char **more = realloc(list->path, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		list->path = more;
		list->room = room;
	}
	list->path[list->count] = strdup(path);
	return list->path[list->count] ? (list->count++, 0) : -ENOMEM;
}

static bool is_result(const char *name)
{
	size_t n = strlen(name);

	return n > strlen(".json") && strcmp(name + n - strlen(".json"), ".json") == 0;
}

static int walk(struct list *list, const char *dir, int depth)
{
	DIR *open_dir = opendir(dir);
	struct dirent *entry;
	int err = 0;

	if (!open_dir)
		return depth ? 0 : -errno;
	while (!err && (entry = readdir(open_dir))) {
		struct stat st = {0};
		char *path;

		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&path, "%s/%s", dir, entry->d_name) < 0) {
			err = -ENOMEM;
			break;
		}
		if (!lstat(path, &st) && S_ISDIR(st.st_mode) && depth < DEEPEST)
			err = walk(list, path, depth + 1);
		else if (!S_ISDIR(st.st_mode) && !S_ISLNK(st.st_mode) && is_result(entry->d_name))
			err = add(list, path);
		free(path);
	}
	closedir(open_dir);
	return err;
}

/* By file name, which begins with the time, so that the newest are last whatever the machine; then by path. */
static int by_name(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	const char *xs = strrchr(x, '/'), *ys = strrchr(y, '/');
	int order = strcmp(xs ? xs : x, ys ? ys : y);

	return order ? order : strcmp(x, y);
}

static void forget(struct list *list, size_t from, size_t count)
{
	if (!list->path)
		return;
	for (size_t i = from; i < from + count; i++)
		free(list->path[i]);
	list->count -= count;
	memmove(list->path + from, list->path + from + count, (list->count - from) * sizeof(*list->path));
}

int iop_runs_list(const char *dir, char ***paths, size_t *count)
{
	struct list list = {0};
	int err = walk(&list, dir, 0);

	if (list.path)
		qsort(list.path, list.count, sizeof(*list.path), by_name);
	if (err)
		forget(&list, 0, list.count);
	else if (list.count > IOP_RUN_FILES)
		forget(&list, 0, list.count - IOP_RUN_FILES);
	if (err) {
		free(list.path);
		list.path = NULL;
	}
	*paths = list.path;
	*count = list.count;
	return err;
}

static int by_time(const void *a, const void *b)
{
	const struct iop_run *x = a, *y = b;

	if (x->unix_time != y->unix_time)
		return x->unix_time < y->unix_time ? -1 : 1;
	return strcmp(x->path, y->path);
}

int iop_runs_read(const char *dir, struct iop_runs *runs)
{
	char **path;
	size_t count;
	int err;

	memset(runs, 0, sizeof(*runs));
	err = iop_runs_list(dir, &path, &count);
	if (err)
		return err;
	runs->run = calloc(count ? count : 1, sizeof(*runs->run));
	for (size_t i = 0; i < count; i++) {
		struct iop_run_error error;

		if (!runs->run) {
			err = -ENOMEM;
		} else if (iop_run_read(path[i], &runs->run[runs->count], &error)) {
			iop_run_complain(path[i], &error);
			runs->refused++;
		} else {
			runs->count++;
		}
		free(path[i]);
	}
	free(path);
	if (runs->run)
		qsort(runs->run, runs->count, sizeof(*runs->run), by_time);
	return err;
}

void iop_runs_free(struct iop_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		iop_run_free(&runs->run[i]);
	free(runs->run);
	memset(runs, 0, sizeof(*runs));
}

static bool is_of_hardware(const struct iop_run *run)
{
	return run->kind == IOP_RUN_BENCH && strcmp(run->source, "iopath") == 0 && *run->cpu && !*run->emulator && !run->partial;
}

size_t iop_runs_latest(const struct iop_run *const *runs, size_t count, const struct iop_run **latest, size_t room)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = 0;

		if (!is_of_hardware(runs[i]))
			continue;
		while (at < found && (strcmp(latest[at]->cpu, runs[i]->cpu) != 0 || strcmp(latest[at]->arch, runs[i]->arch) != 0))
			at++;
		if (at == found && found == room)
			continue;
		if (at == found)
			latest[found++] = runs[i];
		else if (by_time(runs[i], latest[at]) > 0)
			latest[at] = runs[i];
	}
	/* A handful: by insertion. */
	for (size_t i = 1; i < found; i++)
		for (size_t j = i; j > 0 && by_time(latest[j], latest[j - 1]) > 0; j--) {
			const struct iop_run *newer = latest[j];

			latest[j] = latest[j - 1];
			latest[j - 1] = newer;
		}
	return found;
}
