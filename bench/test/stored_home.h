/* SPDX-License-Identifier: MIT */
/**
 * stored_home.h - a folder that one test works in, and that goes with it
 */
#ifndef IOPATH_BENCH_TEST_STORED_HOME_H
#define IOPATH_BENCH_TEST_STORED_HOME_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char home[32];

static inline int in_a_folder(void **state)
{
	(void)state;
	snprintf(home, sizeof(home), "/tmp/stored-XXXXXX");
	return !mkdtemp(home) || chdir(home);
}

static inline int remove_it(void **state)
{
	char command[sizeof(home) + 16];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", home);
	return chdir("/") || system(command);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, in_a_folder, remove_it)

/* A file of @text; the folders before its name are made. */
static inline void make(const char *path, const char *text)
{
	char folder[256];
	FILE *out;

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
		mkdir(folder, 0700);
	}
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

/* From here on what goes to @fd, 1 or 2, is kept in a file. Returns what hear() needs. */
static inline int begin_to_hear(int fd)
{
	const int out = open("said", O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600), before = dup(fd);

	fflush(NULL);
	assert_true(out >= 0 && before >= 0 && dup2(out, fd) == fd);
	close(out);
	return before;
}

/* What was said on @fd meanwhile. */
static inline void hear(int fd, int before, char *said, size_t size)
{
	FILE *in;

	fflush(NULL);
	assert_int_equal(dup2(before, fd), fd);
	close(before);
	in = fopen("said", "r");
	assert_non_null(in);
	said[fread(said, 1, size - 1, in)] = '\0';
	fclose(in);
}

#endif
