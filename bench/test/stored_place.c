/* SPDX-License-Identifier: MIT */
/* Where runs are kept: by which folder, of how long a name, and who says so. */
#include <store/place.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Each test has a folder of its own below this one, works in it, and leaves it behind for the end. */
static char top[] = "/tmp/stored-place-XXXXXX";

static int in_a_folder(void **state)
{
	(void)state;
	unsetenv("XDG_DATA_HOME");
	unsetenv("HOME");
	snprintf(top, sizeof(top), "/tmp/stored-place-XXXXXX");
	return !mkdtemp(top) || chdir(top);
}

static int remove_it(void **state)
{
	char command[sizeof(top) + 16];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", top);
	return chdir("/") || system(command);
}

static void make_file(const char *name)
{
	int fd = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

/* @out is @base and folders below it, @length bytes in all. */
static void lengthen(char *out, const char *base, size_t length)
{
	snprintf(out, length, "%s", base);
	for (size_t n = strlen(out); n < length; n++) {
		out[n] = n % 100 && n + 1 < length ? 'd' : '/';
		out[n + 1] = '\0';
	}
	if (out[length - 1] == '/')
		out[length - 1] = 'd';
}

static void the_nearest_project(void **state)
{
	char root[IOP_STORE_PATH], expected[64];

	(void)state;
	assert_int_equal(iop_place_project(root), -ENOENT);
	/* A work tree is none without a folder results, and that folder is none without a work tree. */
	make_file(".git");
	assert_int_equal(iop_place_project(root), -ENOENT);
	make_file("results");
	assert_int_equal(iop_place_project(root), -ENOENT);
	assert_int_equal(unlink("results") || mkdir("results", 0700), 0);
	assert_int_equal(iop_place_project(root), 0);
	assert_string_equal(root, top);
	assert_int_equal(unlink(".git"), 0);
	assert_int_equal(iop_place_project(root), -ENOENT);
	make_file(".iopath");
	assert_int_equal(mkdir("a", 0700) || mkdir("a/b", 0700) || chdir("a/b"), 0);
	assert_int_equal(iop_place_project(root), 0);
	assert_string_equal(root, top);
	make_file("../.iopath");
	assert_int_equal(iop_place_project(root), 0);
	snprintf(expected, sizeof(expected), "%s/a", top);
	assert_string_equal(root, expected);
}

static void the_users_folder(void **state)
{
	char folder[IOP_STORE_PATH];

	(void)state;
	assert_int_equal(iop_place_user(folder, "runs"), -ENOENT);
	setenv("HOME", "/home/me", 1);
	assert_int_equal(iop_place_user(folder, "runs"), 0);
	assert_string_equal(folder, "/home/me/.local/share/iopath/runs");
	setenv("XDG_DATA_HOME", "relative", 1);
	assert_int_equal(iop_place_user(folder, "runs"), 0);
	assert_string_equal(folder, "/home/me/.local/share/iopath/runs");
	setenv("XDG_DATA_HOME", "/data", 1);
	assert_int_equal(iop_place_user(folder, "other"), 0);
	assert_string_equal(folder, "/data/iopath/other");
	unsetenv("HOME");
	assert_int_equal(iop_place_runs(folder), 0);
	assert_string_equal(folder, "/data/iopath/runs");
}

/* The last length that has room, and the first that has none. */
static void names_that_are_too_long(void **state)
{
	static const size_t behind = sizeof("/iopath/runs") - 1;
	char base[IOP_STORE_PATH + 8], path[IOP_STORE_PATH];

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		lengthen(base, "/", IOP_STORE_PATH - 1 - behind + more);
		setenv("XDG_DATA_HOME", base, 1);
		assert_int_equal(iop_place_user(path, "runs"), more ? -ENAMETOOLONG : 0);
	}
	for (size_t more = 0; more < 2; more++) {
		lengthen(base, top, IOP_STORE_PATH - 1 - behind - (sizeof("/mine/20010909T014640Z-abc.json") - 1) + more);
		setenv("XDG_DATA_HOME", base, 1);
		assert_int_equal(iop_place_name(path, "mine", 1000000000, "abc"), more ? -ENAMETOOLONG : 0);
		if (!more)
			assert_string_equal(path + strlen(path) - 31, "/mine/20010909T014640Z-abc.json");
	}
}

/* The same of a project, which is where the working directory is. */
static void a_project_that_is_too_deep(void **state)
{
	static const char part[] = "ddddddddddddddddddddddddddddddddddddddd"; /* with its slash, 40 */
	char cwd[IOP_STORE_PATH], folder[IOP_STORE_PATH];
	const size_t fits = IOP_STORE_PATH - 1 - (sizeof("/results/runs") - 1);

	(void)state;
	while (getcwd(cwd, sizeof(cwd)) && fits - strlen(cwd) > 80)
		assert_int_equal(mkdir(part, 0700) || chdir(part), 0);
	for (size_t more = 0; more < 2; more++) {
		char last[128] = "";

		memset(last, 'l', fits - strlen(cwd) - 1 + more);
		assert_int_equal(mkdir(last, 0700) || chdir(last), 0);
		make_file(".iopath");
		assert_int_equal(iop_place_runs(folder), more ? -ENAMETOOLONG : 0);
		assert_int_equal(chdir(".."), 0);
	}
}

/* What @name says on stderr, in @said. */
static int name_and_hear(char path[IOP_STORE_PATH], char *said, size_t size)
{
	int before = dup(2), err, fd;
	ssize_t n;

	fflush(stderr);
	fd = open("said", O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
	assert_true(before >= 0 && fd >= 0 && dup2(fd, 2) == 2);
	err = iop_place_name(path, "mine", 0, "0123456789abcdef");
	fflush(stderr);
	dup2(before, 2);
	n = pread(fd, said, size - 1, 0);
	said[n > 0 ? n : 0] = '\0';
	close(before);
	close(fd);
	return err;
}

static void where_is_said_once(void **state)
{
	char path[IOP_STORE_PATH], said[1024], folder[64];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/data", top);
	setenv("XDG_DATA_HOME", folder, 1);
	assert_int_equal(name_and_hear(path, said, sizeof(said)), 0);
	assert_non_null(strstr(path, "/iopath/runs/mine/19700101T000000Z-0123456789ab.json"));
	assert_non_null(strstr(said, "results are kept in"));
	assert_int_equal(name_and_hear(path, said, sizeof(said)), 0);
	assert_string_equal(said, "");
	assert_int_equal(iop_place_name(path, "mine", INT64_MAX, "a"), -EINVAL);
	/* A project's own needs no word. */
	make_file(".iopath");
	assert_int_equal(name_and_hear(path, said, sizeof(said)), 0);
	assert_string_equal(said, "");
	assert_int_equal(access("results/runs/mine", F_OK), 0);
	/* Where it cannot be made, it is not kept. */
	assert_int_equal(unlink(".iopath"), 0);
	make_file("data/file");
	snprintf(folder, sizeof(folder), "%s/data/file", top);
	setenv("XDG_DATA_HOME", folder, 1);
	assert_int_equal(name_and_hear(path, said, sizeof(said)), -ENOTDIR);
	assert_string_equal(said, "");
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, in_a_folder, remove_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(the_nearest_project),	 IN_A_FOLDER(the_users_folder),	  IN_A_FOLDER(names_that_are_too_long),
		IN_A_FOLDER(a_project_that_is_too_deep), IN_A_FOLDER(where_is_said_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
