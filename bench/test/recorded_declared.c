/* SPDX-License-Identifier: MIT */
/* Registers that a C or C++ file declares: which compiler is asked how, and what its answers mean. A script stands for the compiler. */
#include "recorded_said.h"

#include <host/data.h>
#include <record/declared.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define REFUSED "the compiler found no IOP_REGISTER in it, or refuses it"

/* The folder that the tests work in. */
static char top[] = "/tmp/recorded-declared-XXXXXX";

void __wrap_iop_data_path(char path[2 * PATH_MAX], const char *name, const char *installed);

/* Beside the program, and where it is installed: of both what is in the tests' folder. */
void __wrap_iop_data_path(char path[2 * PATH_MAX], const char *name, const char *installed)
{
	assert_string_not_equal(installed, "");
	snprintf(path, 2 * PATH_MAX, "%s/%s", top, name);
}

static void make_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* The compiler writes down how it was called, says what is in names, then what is in answers, and succeeds unless told otherwise. */
static int in_a_folder(void **state)
{
	(void)state;
	if (!mkdtemp(top) || chdir(top) || mkdir("iopath", 0700))
		return -1;
	make_file("compiler",
		  "echo \"$*\" >> asked\ncase \" $* \" in *' -E '*) cat names ;; *) cat answers ;; esac\nexit $STATUS\n");
	make_file("registers.c", "");
	make_file("registers.cpp", "");
	setenv("CC", "sh compiler c", 1);
	setenv("CXX", "sh compiler c++", 1);
	setenv("PKG_CONFIG_LIBDIR", top, 1);
	setenv("CPPFLAGS", "-DX", 1);
	return 0;
}

static int remove_it(void **state)
{
	char command[sizeof(top) + 16];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", top);
	return chdir("/") || system(command);
}

static int reads(const char *file, const char *answers, const char *status, const char *wanted)
{
	struct iop_names names = {0};
	int code;

	*recorded_said = '\0';
	unlink("asked");
	make_file("names", "iopath_register_is(a)\nx iopath_register_is( b)\n");
	make_file("answers", answers);
	setenv("STATUS", status, 1);
	code = iop_declared_read(&names, file);
	assert_string_equal(recorded_names_text(&names), wanted);
	iop_names_free(&names);
	return code;
}

/* Answers as they stand in a directive of an assembler. */
#define ANSWER(text) "\t.ascii \"iopath_register " text "\"\n"
#define TWO	     ANSWER("a 16 1 4 4 1 0") ANSWER("b 8 1 2 2 2 0")
#define BOTH	     "0x10 a 4\n0x8 b ro 2\n"

/* The first: what took the parent for the child would end as the compiler does. */
static void what_the_compiler_refuses_is_refused(void **state)
{
	(void)state;
	assert_int_equal(reads("registers.c", TWO, "1", ""), 2);
	assert_string_equal(recorded_said, "registers.c: " REFUSED);
	assert_int_equal(reads("registers.c", "nothing\n", "0", ""), 2);
	assert_string_equal(recorded_said, "registers.c: " REFUSED);
}

static void answers_are_registers(void **state)
{
	(void)state;
	assert_int_equal(reads("registers.c", TWO, "0", BOTH), 0);
	assert_string_equal(recorded_said, "");
	assert_int_equal(reads("registers.c",
			       ANSWER("a 0 1 1 1 1 0") ANSWER("b 1 1 1 1 2 0") ANSWER("c 2 1 1 1 3 0") ANSWER("d 3 1 1 1 4 0")
				       ANSWER("e 4 1 1 1 5 0"),
			       "0", "0x0 a 1\n0x1 b ro 1\n0x2 c wo 1\n0x3 d w1c 1\n0x4 e rc 1\n"),
			 0);
	/* An array is its elements; one of one element has no index. */
	assert_int_equal(reads("registers.c", ANSWER("a 32 3 8 4 1 1") ANSWER("b 64 1 8 4 1 1"), "0",
			       "0x20 a[0] 4\n0x28 a[1] 4\n0x30 a[2] 4\n0x40 b 4\n"),
			 0);
	/* What has no place of its own is left out: relative, perhaps an array. */
	assert_int_equal(
		reads("registers.c", ANSWER("a 0 1 4 4 1 2") ANSWER("b 0 2 4 4 1 3") ANSWER("c 4 1 4 4 1 0"), "0", "0x4 c 4\n"), 0);
}

static void other_answers_are_not_understood(void **state)
{
	static const char *const bad[] = {ANSWER("a 0 1 4 4 1"), ANSWER("a 0 1 4 4 0 0"), ANSWER("a 0 1 4 4 6 0"),
					  ANSWER("a x 1 4 4 1 0")};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(reads("registers.c", bad[i], "0", ""), 2);
		assert_string_equal(recorded_said, "registers.c: the compiler's answer is not understood");
	}
}

static void assert_asked(const char *first, const char *second)
{
	char line[2][PATH_MAX] = {"", ""};
	FILE *file = fopen("asked", "re");

	assert_non_null(file);
	assert_non_null(fgets(line[0], sizeof(line[0]), file));
	assert_non_null(fgets(line[1], sizeof(line[1]), file));
	fclose(file);
	assert_string_equal(line[0], first);
	assert_string_equal(line[1], second);
}

static void the_languages_compiler_is_asked(void **state)
{
	(void)state;
	assert_int_equal(reads("registers.c", TWO, "0", BOTH), 0);
	assert_asked("c -DX -w -x c -E -P -\n", "c -DX -w -x c -O2 -S -o - -\n");
	assert_int_equal(reads("registers.cpp", TWO, "0", BOTH), 0);
	assert_asked("c++ -std=gnu++17 -DX -w -x c++ -E -P -\n", "c++ -std=gnu++17 -DX -w -x c++ -O2 -S -o - -\n");
}

/* Those of the build come before those that are installed. */
static void the_headers_come_along(void **state)
{
	char first[2 * PATH_MAX], second[2 * PATH_MAX];

	(void)state;
	make_file("iopath/iopath.h", "");
	snprintf(first, sizeof(first), "c -DX -w -I%s -x c -E -P -\n", top);
	snprintf(second, sizeof(second), "c -DX -w -I%s -x c -O2 -S -o - -\n", top);
	assert_int_equal(reads("registers.c", TWO, "0", BOTH), 0);
	assert_asked(first, second);
	make_file("headers.flags", "");
	snprintf(first, sizeof(first), "c -DX -w @%s/headers.flags -x c -E -P -\n", top);
	snprintf(second, sizeof(second), "c -DX -w @%s/headers.flags -x c -O2 -S -o - -\n", top);
	assert_int_equal(reads("registers.c", TWO, "0", BOTH), 0);
	assert_asked(first, second);
	assert_int_equal(unlink("headers.flags") || unlink("iopath/iopath.h"), 0);
}

static void names_say_what_is_a_source(void **state)
{
	static const char *const are[] = {"a.c", "a.h", "a.cc", "a.cpp", "a.cxx", "a.hh", "a.hpp", "a.svd.c", "/a.b/c.h", ".c"};
	static const char *const are_not[] = {"a", "c", "a.C", "a.cs", "a.svd", "a.c.svd", "a.", "", "a.hc", "a.c/b"};

	(void)state;
	for (size_t i = 0; i < sizeof(are) / sizeof(are[0]); i++)
		assert_true(iop_declared_is_source(are[i]));
	for (size_t i = 0; i < sizeof(are_not) / sizeof(are_not[0]); i++)
		assert_false(iop_declared_is_source(are_not[i]));
}

static void paths_are_what_a_shell_and_a_compiler_take(void **state)
{
	struct iop_names names = {0};

	(void)state;
	make_file("a b'$x.c", "");
	assert_int_equal(reads("a b'$x.c", TWO, "0", BOTH), 0);
	make_file("a\"b.c", "");
	assert_int_equal(iop_declared_read(&names, "a\"b.c"), 2);
	assert_string_equal(recorded_said, "a\"b.c: quotes, backslashes and ends of lines in its path");
	assert_int_equal(iop_declared_read(&names, "none.c"), 2);
	assert_string_equal(recorded_said, "none.c: cannot be read: No such file or directory");
}

/* Standard input may be closed: then the answers are in the first file of all. And there may be no file at all. */
static void files_may_be_any_or_none(void **state)
{
	const int kept = fcntl(0, F_DUPFD_CLOEXEC, 3);
	struct iop_names names = {0};
	struct rlimit limit, none;

	(void)state;
	make_file("answers", TWO);
	setenv("STATUS", "0", 1);
	close(0);
	assert_int_equal(iop_declared_read(&names, "registers.c"), 0);
	assert_string_equal(recorded_names_text(&names), BOTH);
	iop_names_free(&names);
	setenv("STATUS", "1", 1);
	close(0);
	assert_int_equal(iop_declared_read(&names, "registers.c"), 2);
	assert_string_equal(recorded_said, "registers.c: " REFUSED);
	assert_int_equal(fcntl(0, F_GETFD), -1);
	if (kept >= 0) {
		assert_int_equal(dup2(kept, 0), 0);
		close(kept);
	}
	setenv("STATUS", "0", 1);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	*recorded_said = '\0';
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(iop_declared_read(&names, "registers.c"), 2);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_string_equal(recorded_said, "registers.c: " REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_compiler_refuses_is_refused),
		cmocka_unit_test(answers_are_registers),
		cmocka_unit_test(other_answers_are_not_understood),
		cmocka_unit_test(the_languages_compiler_is_asked),
		cmocka_unit_test(the_headers_come_along),
		cmocka_unit_test(names_say_what_is_a_source),
		cmocka_unit_test(paths_are_what_a_shell_and_a_compiler_take),
		cmocka_unit_test(files_may_be_any_or_none),
	};

	return cmocka_run_group_tests(tests, in_a_folder, remove_it);
}
