/* SPDX-License-Identifier: MIT */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

bool iop_file_is_stdout(const char *path)
{
	struct stat out, st;

	if (strcmp(path, "-") == 0)
		return true;
	return !fstat(STDOUT_FILENO, &out) && !stat(path, &st) && out.st_dev == st.st_dev && out.st_ino == st.st_ino;
}

static int write_stdout(const char *text, size_t size)
{
	errno = EIO;
	return fwrite(text, 1, size, stdout) == size && !fflush(stdout) ? 0 : -errno;
}

/* A new file, whole and on the disk. */
static int write_temporary(const char *temporary, const char *text, size_t size)
{
	int fd = open(temporary, O_WRONLY | O_CLOEXEC | O_CREAT | O_TRUNC, 0644), err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, text, size);
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

static int write_special(const char *path, const char *text, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, text, size);
	return close(fd) && !err ? -errno : err;
}

int iop_file_write(const char *path, const char *text, size_t size)
{
	char temporary[PATH_MAX + 16];
	int err;

	if (iop_file_is_stdout(path))
		return write_stdout(text, size);
	if (is_special(path))
		return write_special(path, text, size);
	snprintf(temporary, sizeof(temporary), "%s.%d.tmp", path, (int)getpid());
	err = write_temporary(temporary, text, size);
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	return err;
}

/* Takes the name if it is free. File systems without links have it taken by an empty file first. */
static int put_new(const char *temporary, const char *path)
{
	int fd;

	if (!link(temporary, path))
		return unlink(temporary) ? -errno : 0;
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return -errno;
	fd = open(path, O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, 0644);
	if (fd < 0)
		return -errno;
	close(fd);
	return rename(temporary, path) ? -errno : 0;
}

int iop_file_write_new(char *path, size_t room, const char *text, size_t size)
{
	char temporary[PATH_MAX + 16], *end = strrchr(path, '.');
	char *extension = end ? strdup(end) : NULL;
	size_t used = end ? (size_t)(end - path) : 0;
	int err = extension ? 0 : -EINVAL;

	snprintf(temporary, sizeof(temporary), "%s.%d.tmp", path, (int)getpid());
	if (!err)
		err = write_temporary(temporary, text, size);
	if (!err)
		err = put_new(temporary, path);
	for (int n = 2; err == -EEXIST; n++) {
		if (snprintf(path + used, room - used, "-%d%s", n, extension) >= (int)(room - used))
			err = -ENAMETOOLONG;
		else
			err = put_new(temporary, path);
	}
	if (err)
		unlink(temporary);
	free(extension);
	return err;
}

int iop_file_check(const char *path)
{
	char temporary[PATH_MAX + 16];
	struct stat st;
	int fd;

	if (iop_file_is_stdout(path))
		return 0;
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

char *iop_file_read(const char *path, size_t most)
{
	FILE *file = fopen(path, "re");
	char *text = file ? malloc(most) : NULL;
	size_t n;
	int err;

	if (!text) {
		err = errno;
		n = 0;
	} else {
		n = fread(text, 1, most, file);
		err = ferror(file) ? errno : n == most ? EFBIG : memchr(text, 0, n) ? EILSEQ : 0;
	}
	if (file)
		fclose(file);
	if (text && !err) {
		text[n] = '\0';
		return text;
	}
	free(text);
	errno = err;
	return NULL;
}

int iop_file_hash(const char *path, char digits[IOP_FILE_HASH + 1])
{
	uint64_t word[2] = {UINT64_C(0xcbf29ce484222325), UINT64_C(0x84222325cbf29ce4)};
	unsigned char part[65536];
	FILE *file = fopen(path, "re");
	size_t n;
	int err;

	if (!file)
		return -errno;
	/* FNV-1a, and the same with another basis and a rotation, as of the code of a cell. */
	while ((n = fread(part, 1, sizeof(part), file)) > 0)
		for (size_t i = 0; i < n; i++) {
			word[0] = (word[0] ^ part[i]) * UINT64_C(0x100000001b3);
			word[1] = (word[1] ^ part[i]) * UINT64_C(0x9E3779B97F4A7C15);
			word[1] ^= word[1] >> 29;
		}
	err = ferror(file) ? -EIO : 0;
	fclose(file);
	snprintf(digits, IOP_FILE_HASH + 1, "%016" PRIx64 "%016" PRIx64, word[0], word[1]);
	return err;
}
