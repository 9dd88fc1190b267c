/* SPDX-License-Identifier: MIT */
/* Row 19: a panic names the caller's line, the reason and the numbers; without a hook it prints them and a backtrace. */
#include "iotest.h"

#include <iopath/copy_view.h>
#include <iopath/iopath.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef IOP_SYSMEM(uint32_t[8]) words_mem;
typedef IOP_SYSMEM(uint8_t[8]) bytes_mem;

static uint32_t memory[8];

static words_mem words(void)
{
	return iop_view_at(words_mem, memory);
}

static bytes_mem bytes(void)
{
	return iop_view_at(bytes_mem, memory);
}

static void number_is(unsigned i, const char *name, uint64_t value)
{
	if (name)
		assert_string_equal(iotest_panic.number[i].name, name);
	else
		assert_null(iotest_panic.number[i].name);
	assert_int_equal(iotest_panic.number[i].value, value);
}

static void has(unsigned line, const char *name0, uint64_t value0, const char *name1, uint64_t value1, const char *name2,
		uint64_t value2)
{
	assert_non_null(strstr(iotest_panic.file, "row-19-panic.c"));
	assert_int_equal(iotest_panic.line, line);
	number_is(0, name0, value0);
	number_is(1, name1, value1);
	number_is(2, name2, value2);
}

static void the_hook_gets_place_and_numbers(void **state)
{
	volatile size_t nine = 9, three = 3;
	uint8_t buffer[8] = {0};
	/* -9 is a number of 64 bits, which becomes SIZE_MAX where it does not fit. */
	const size_t below_zero = sizeof(size_t) == 8 ? SIZE_MAX - 8 : SIZE_MAX;

	(void)state;
	/* clang-format off */
	assert_panics("index out of bounds", (void)iop_read(iop_project(words(), iop_or_panic(nine)))); has(__LINE__, "index", 9, "length", 8, NULL, 0);
	assert_panics("index out of bounds", (void)iop_read(iop_project(words(), iop_or_panic((int)-nine)))); has(__LINE__, "index", below_zero, "length", 8, NULL, 0);
	assert_panics("range out of bounds", (void)iop_project(words(), iop_or_panic_range(three, nine))); has(__LINE__, "first", 3, "end", 9, "length", 8);
	assert_panics("range out of bounds", (void)iop_project(words(), iop_or_panic_from(nine))); has(__LINE__, "first", 9, "length", 8, NULL, 0);
	assert_panics("copy length", iop_copy_toio(iop_project(bytes(), iop_all()), buffer, (size_t)three)); has(__LINE__, "bytes", 3, "length of the view", 8, NULL, 0);
	assert_panics("copy length", iop_copy_fromio(buffer, iop_project(bytes(), iop_all()), (size_t)three)); has(__LINE__, "bytes", 3, "length of the view", 8, NULL, 0);
	assert_panics("copy length", (void)!iop_copy_view(iop_project(bytes(), iop_all()), iop_project(bytes(), iop_build_to(3)))); has(__LINE__, "length of the destination", 8, "length of the source", 3, NULL, 0);
	assert_panics("own", iop_panic("own")); has(__LINE__, NULL, 0, NULL, 0, NULL, 0);
	/* clang-format on */
}

static void returns(const struct iop_panic *panic)
{
	(void)panic;
}

/* How the process ended that panicked with @hook, and what it printed. */
static int panics(char *text, size_t size, iop_panic_hook hook)
{
	struct rlimit none = {0, 0};
	int status, ends[2];
	size_t length = 0;
	ssize_t got;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		volatile size_t nine = 9;

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		dup2(ends[1], STDERR_FILENO);
		iop_panic_set_hook(hook);
		iop_read(iop_project(words(), iop_or_panic(nine)));
		_exit(0);
	}
	close(ends[1]);
	while (length < size - 1 && (got = read(ends[0], text + length, size - 1 - length)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void without_a_hook_it_prints_and_aborts(void **state)
{
	static char text[1 << 16];
	const char *line_end;
	int status = panics(text, sizeof(text), NULL);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_int_equal(strncmp(text, "iopath: ", 8), 0);
	assert_non_null(strstr(text, "row-19-panic.c:"));
	assert_non_null(strstr(text, ": index out of bounds: index 9, length 8 (a precondition is broken"));
	line_end = strchr(text, '\n');
	assert_non_null(line_end);
	/* On 32-bit Arm C has no unwind tables unless asked for, and backtrace() ends at once. */
#if defined(__GLIBC__) && !defined(__arm__)
	assert_non_null(strstr(line_end, "row-19-panic"));
#endif
}

static void a_hook_that_returns_aborts(void **state)
{
	static char text[256];
	int status = panics(text, sizeof(text), returns);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_null(strstr(text, "iopath: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hook_gets_place_and_numbers),
		cmocka_unit_test(without_a_hook_it_prints_and_aborts),
		cmocka_unit_test(a_hook_that_returns_aborts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
