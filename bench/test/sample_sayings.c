/* SPDX-License-Identifier: MIT */
/* What a worker tells the process that started it: whole lines, where it is, and how far, on a clock that only tests move. */
#include "sample_clock.h"

#include <sample/worker.h>
#include <sample/worker_say.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LONGEST 1023 /* a line with its end */

static int answers; /* what is read of them */
static size_t most_room;

int __wrap_vsnprintf(char *text, size_t size, const char *format, va_list args);
int __real_vsnprintf(char *text, size_t size, const char *format, va_list args);

int __wrap_vsnprintf(char *text, size_t size, const char *format, va_list args)
{
	most_room = size > most_room ? size : most_room;
	return __real_vsnprintf(text, size, format, args);
}

static int begin(void **state)
{
	int ends[2];

	(void)state;
	if (pipe(ends) || fcntl(ends[0], F_SETFL, O_NONBLOCK))
		return -1;
	/* Out of the way of what is to lie there. */
	answers = fcntl(ends[0], F_DUPFD, 10);
	if (answers < 0 || dup2(ends[1], IOP_WORKER_FD) != IOP_WORKER_FD)
		return -1;
	for (int i = 0; i < 2; i++)
		if (ends[i] != IOP_WORKER_FD)
			close(ends[i]);
	return 0;
}

static int end(void **state)
{
	(void)state;
	close(answers);
	return close(IOP_WORKER_FD);
}

/* What came since the last time. */
static const char *heard(void)
{
	static char text[8192];
	const ssize_t n = read(answers, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	assert_int_equal(strlen(text), n > 0 ? n : 0);
	return text;
}

static void a_line_is_whole_however_long(void **state)
{
	static const size_t lengths[] = {0, 1, 100, 1020, 1021, 1022, 1023, 1024, 1025, 1026, 3000};
	char text[3001], expected[LONGEST + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		const size_t n = lengths[i], kept = n < LONGEST - 1 ? n : LONGEST - 1;

		memset(text, 'x', n);
		text[n] = '\0';
		memset(expected, 'x', kept);
		memcpy(expected + kept, "\n", 2);
		iop_worker_say("%s", text);
		assert_string_equal(heard(), expected);
	}
	iop_worker_say("x %d %d", 3, -1);
	assert_string_equal(heard(), "x 3 -1\n");
	/* There is room for its end. */
	assert_int_equal(most_room, LONGEST);
}

/* The exit code of a process in which @what is done. */
static int code_of(void (*what)(void))
{
	const pid_t child = fork();
	int status;

	if (!child) {
		what();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void say_to_nobody(void)
{
	close(IOP_WORKER_FD);
	iop_worker_say("x");
}

static void say_to_somebody(void)
{
	iop_worker_say("x");
}

static void who_is_not_heard_ends(void **state)
{
	(void)state;
	assert_int_equal(code_of(say_to_nobody), 2);
	assert_int_equal(code_of(say_to_somebody), 0);
}

static void be_nowhere(void)
{
	close(IOP_WORKER_PLACE_FD);
	iop_worker_at(1, 0);
	iop_worker_at(2, 1);
}

static void where_it_is_can_be_seen(void **state)
{
	const int before = fcntl(IOP_WORKER_PLACE_FD, F_DUPFD_CLOEXEC, 10), memory = memfd_create("place", MFD_CLOEXEC);
	const volatile struct iop_worker_place *place;

	(void)state;
	/* Without a place for it that is no failure. */
	assert_int_equal(code_of(be_nowhere), 0);
	assert_int_equal(ftruncate(memory, sizeof(*place)), 0);
	assert_int_equal(dup2(memory, IOP_WORKER_PLACE_FD), IOP_WORKER_PLACE_FD);
	place = mmap(NULL, sizeof(*place), PROT_READ, MAP_SHARED, memory, 0);
	assert_true(place != MAP_FAILED);
	iop_worker_at(7, -1);
	assert_true(place->task == 7 && place->side == -1);
	iop_worker_at(8, 1);
	assert_true(place->task == 8 && place->side == 1);
	munmap((void *)(uintptr_t)place, sizeof(*place));
	if (before >= 0) {
		dup2(before, IOP_WORKER_PLACE_FD);
		close(before);
	}
}

static void progress_is_said_now_and_then(void **state)
{
	static const struct {
		double at;
		bool said;
	} times[] = {{0.1, false}, {0.2, true},	 {0.3, false}, {0.399, false},
		     {0.45, true}, {5.75, true}, {6.25, true}, {6.3, false}};

	(void)state;
	for (unsigned long i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char expected[32] = "";

		sample_clock_set(times[i].at);
		iop_worker_progress(i, 9);
		if (times[i].said)
			snprintf(expected, sizeof(expected), "p %lu 9\n", i);
		assert_string_equal(heard(), expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_is_whole_however_long, begin, end),
		cmocka_unit_test_setup_teardown(who_is_not_heard_ends, begin, end),
		cmocka_unit_test_setup_teardown(where_it_is_can_be_seen, begin, end),
		cmocka_unit_test_setup_teardown(progress_is_said_now_and_then, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
