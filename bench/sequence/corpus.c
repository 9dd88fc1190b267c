/* SPDX-License-Identifier: MIT */
#include "corpus.h"

#include <host/file.h>

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* FNV-1a */
static uint64_t hash_of(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h;
}

static int join(char path[PATH_MAX], const char *folder, const char *name)
{
	const int n = snprintf(path, PATH_MAX, "%s/%s", folder, name);

	return n > 0 && n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int visible(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

static bool keep(struct iop_corpus *corpus, const char *name, const char *text)
{
	struct iop_corpus_file *more = realloc(corpus->file, (corpus->files + 1) * sizeof(*more));

	if (!more)
		return false;
	corpus->file = more;
	more += corpus->files;
	*more = (struct iop_corpus_file){.name = strdup(name), .hash = hash_of(text)};
	corpus->files += more->name != NULL;
	return more->name != NULL;
}

/* False: the module cannot be run. */
static bool run(struct iop_sequence_campaign *c, struct iop_sequence_list *list, bool *passed)
{
	struct iop_sequence_failure failure;

	*passed = true;
	for (size_t i = 0; i < list->count; i++) {
		/* A call that has a finding already would say the same again. */
		const uint32_t all = list->sequence[i].steps;

		iop_sequence_leave_out(c->module, &list->sequence[i]);
		*passed &= list->sequence[i].steps == all;
		if (!list->sequence[i].steps || iop_sequence_run(&c->runner, &list->sequence[i], &failure))
			continue;
		*passed = false;
		if (failure.fault == IOP_SEQUENCE_CANNOT) {
			memcpy(c->why, failure.words, sizeof(c->why));
			return false;
		}
		/* Those before it count only where routines remember; empty ones are no sequences. */
		list->count = i + 1;
		for (size_t k = 0; k < list->count;)
			if (list->sequence[k].steps)
				k++;
			else
				memmove(&list->sequence[k], &list->sequence[k + 1],
					(--list->count - k) * sizeof(list->sequence[0]));
		iop_sequence_campaign_found(c, list, &failure);
		return true;
	}
	return true;
}

static bool replay_file(struct iop_corpus *corpus, struct iop_sequence_campaign *c, struct iop_sequence_list *list,
			const char *name)
{
	char path[PATH_MAX], why[200] = "", *text;
	bool passed = false, can = true;

	if (join(path, corpus->folder, name))
		return true;
	text = iop_file_read(path, IOP_CORPUS_LONGEST);
	if (!text || !iop_sequence_read(list, c->module, text, why, sizeof(why))) {
		corpus->bads++;
		corpus->bad(corpus->user, path, text ? why : strerror(errno));
		free(text);
		return true;
	}
	corpus->ran++;
	can = run(c, list, &passed);
	/* A list is for what depends on order, which no engine knows of. */
	if (can && passed && list->count == 1 && !keep(corpus, name, text)) {
		strcpy(c->why, "out of memory");
		can = false;
	}
	free(text);
	return can;
}

bool iop_corpus_replay(struct iop_corpus *corpus, struct iop_sequence_campaign *c)
{
	struct iop_sequence_list *list = malloc(sizeof(*list));
	struct dirent **names = NULL;
	int count = scandir(corpus->folder, &names, visible, alphasort);
	bool can = list != NULL;

	if (!can)
		strcpy(c->why, "out of memory");
	for (int i = 0; i < count; i++) {
		if (can && !iop_sequence_stopped(&c->runner))
			can = replay_file(corpus, c, list, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	free(list);
	iop_sequence_forget(&c->runner);
	return can;
}

static int copy_file(const char *from, const char *to)
{
	char *text = iop_file_read(from, IOP_CORPUS_LONGEST);
	FILE *out = text ? fopen(to, "we") : NULL;
	int err = out ? 0 : -errno;

	if (out && fputs(text, out) < 0)
		err = -EIO;
	if (out && fclose(out))
		err = -EIO;
	free(text);
	return err;
}

int iop_corpus_copy(const struct iop_corpus *corpus, const char *folder)
{
	char from[PATH_MAX], to[PATH_MAX];
	int err = 0;

	for (size_t i = 0; i < corpus->files && !err; i++) {
		err = join(from, corpus->folder, corpus->file[i].name);
		err = err ? err : join(to, folder, corpus->file[i].name);
		err = err ? err : copy_file(from, to);
	}
	return err;
}

static bool has(const struct iop_corpus *corpus, uint64_t hash)
{
	for (size_t i = 0; i < corpus->files; i++)
		if (corpus->file[i].hash == hash)
			return true;
	return false;
}

/* @hashes gets those of the folder. */
static int add_all(struct iop_corpus *corpus, const char *folder, struct dirent **names, int count, uint64_t *hashes)
{
	char path[PATH_MAX], name[32], *text;
	int err = 0;

	for (int i = 0; i < count && !err; i++) {
		if (join(path, folder, names[i]->d_name))
			continue;
		text = iop_file_read(path, IOP_CORPUS_LONGEST);
		if (!text)
			return -errno;
		hashes[i] = hash_of(text);
		snprintf(name, sizeof(name), "%016" PRIx64 ".txt", hashes[i]);
		err = join(path, corpus->folder, name);
		if (!err && !has(corpus, hashes[i])) {
			err = iop_file_write(path, text, strlen(text));
			corpus->added++;
		}
		free(text);
	}
	return err;
}

static void remove_rest(struct iop_corpus *corpus, const uint64_t *hashes, int count)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < corpus->files; i++) {
		int k = 0;

		while (k < count && hashes[k] != corpus->file[i].hash)
			k++;
		if (k == count && !join(path, corpus->folder, corpus->file[i].name) && !unlink(path))
			corpus->removed++;
	}
}

/* With the folders above it. */
static int make_folder(const char *folder)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s", folder) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
	return mkdir(path, 0777) && errno != EEXIST ? -errno : 0;
}

int iop_corpus_replace(struct iop_corpus *corpus, const char *folder, bool all)
{
	struct dirent **names = NULL;
	int count = scandir(folder, &names, visible, alphasort), err = count < 0 ? -errno : make_folder(corpus->folder);
	uint64_t *hashes = calloc((size_t)(count > 0 ? count : 0) + 1, sizeof(*hashes));

	if (!err && !hashes)
		err = -ENOMEM;
	if (!err)
		err = add_all(corpus, folder, names, count, hashes);
	if (!err && all)
		remove_rest(corpus, hashes, count);
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	free(hashes);
	return err;
}

void iop_corpus_free(struct iop_corpus *corpus)
{
	for (size_t i = 0; i < corpus->files; i++)
		free(corpus->file[i].name);
	free(corpus->file);
	corpus->file = NULL;
	corpus->files = 0;
}
