/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int fuzz_read_file(const char *path, uint8_t *data, size_t room, size_t *size)
{
	FILE *file = fopen(path, "rb");
	int err = 0;

	if (!file)
		return -errno;
	*size = fread(data, 1, room, file);
	if (ferror(file))
		err = -EIO;
	fclose(file);
	return err;
}

int fuzz_write_file(const char *path, const void *data, size_t size)
{
	char beside[4096];
	FILE *file;
	int err = 0;

	snprintf(beside, sizeof(beside), "%s.%ld.tmp", path, (long)getpid());
	file = fopen(beside, "wb");
	if (!file)
		return -errno;
	if (fwrite(data, 1, size, file) != size)
		err = -EIO;
	if (fclose(file) && !err)
		err = -EIO;
	if (!err && rename(beside, path))
		err = -errno;
	if (err)
		unlink(beside);
	return err;
}

static int shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int fuzz_each_file(const char *path, int (*each)(void *context, const char *path), void *context)
{
	struct dirent **names;
	struct stat info;
	char inside[4096];
	int count, err, result = 0;

	/* Who opens what is not there, a link to nothing for example, says so by its name. */
	if (stat(path, &info) || !S_ISDIR(info.st_mode))
		return each(context, path);
	count = scandir(path, &names, shown, alphasort);
	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		snprintf(inside, sizeof(inside), "%s/%s", path, names[i]->d_name);
		err = fuzz_each_file(inside, each, context);
		if (!result)
			result = err;
		free(names[i]);
	}
	free(names);
	return result;
}

struct counted {
	int (*each)(void *context, const char *path);
	void *context;
	size_t files;
};

static int count_file(void *user, const char *path)
{
	struct counted *counted = user;

	counted->files++;
	return counted->each(counted->context, path);
}

int fuzz_replay_files(const char *path, int (*each)(void *context, const char *path), void *context)
{
	struct counted counted = {each, context, 0};
	int err = fuzz_each_file(path, count_file, &counted);

	if (err < 0)
		fprintf(stderr, "iopath: replay: %s: %s\n", path, strerror(-err));
	else if (!counted.files)
		fprintf(stderr, "iopath: replay: %s: no file in it, so nothing was run\n", path);
	return err || !counted.files ? 2 : 0;
}
