/* SPDX-License-Identifier: MIT */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, const char *text, size_t left)
{
	while (left) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		text += n;
		left -= (size_t)n;
	}
	return 0;
}

/* A device or a pipe cannot be replaced by a rename; it holds no earlier result either. */
static int is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

int iop_file_write(const char *path, const char *text, size_t size)
{
	char temporary[PATH_MAX + 16];
	int special = is_special(path), fd, err;

	snprintf(temporary, sizeof(temporary), special ? "%s" : "%s.%d.tmp", path, (int)getpid());
	fd = open(temporary, O_WRONLY | O_CLOEXEC | (special ? 0 : O_CREAT | O_TRUNC), 0644);
	if (fd < 0)
		return -errno;
	err = write_all(fd, text, size);
	if (!err && !special && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && !special && rename(temporary, path))
		err = -errno;
	if (err && !special)
		unlink(temporary);
	return err;
}

int iop_file_check(const char *path)
{
	char temporary[PATH_MAX + 16];
	struct stat st;
	int fd;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (is_special(path))
		return access(path, W_OK) ? -errno : 0;
	snprintf(temporary, sizeof(temporary), "%s.%d.tmp", path, (int)getpid());
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	close(fd);
	unlink(temporary);
	return 0;
}
