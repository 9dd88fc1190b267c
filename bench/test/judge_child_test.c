/* SPDX-License-Identifier: MIT */
/* The clock of a judged child stands while others have its CPU, and goes while it sleeps. */
#include <judge/child.h>

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define OTHERS 7
/* Of one CPU, eight processes have an eighth each: the child needs 2 s by the clock for its CPU time. */
#define NEEDS 0.25
static const struct iop_child_limits limits = {.cpu_seconds = 10, .clock_seconds = 1};

static double spent(clockid_t of)
{
	struct timespec t;

	clock_gettime(of, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void works(const struct iop_child_seat *seat, void *arg)
{
	double end;

	(void)arg;
	iop_child_question(seat);
	end = spent(CLOCK_PROCESS_CPUTIME_ID) + NEEDS;
	while (spent(CLOCK_PROCESS_CPUTIME_ID) < end)
		;
	iop_child_answer(seat);
}

static void sleeps(const struct iop_child_seat *seat, void *arg)
{
	(void)arg;
	iop_child_question(seat);
	sleep(60);
	iop_child_answer(seat);
}

/* Everything from here on shares one CPU. */
static int crowd(pid_t *others)
{
	cpu_set_t all, one;
	int cpu = 0;

	if (sched_getaffinity(0, sizeof(all), &all))
		return -errno;
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		return -errno;
	for (unsigned i = 0; i < OTHERS; i++) {
		others[i] = fork();
		if (others[i] == 0) {
			alarm(120);
			for (;;)
				;
		}
	}
	return 0;
}

static enum iop_child_end asked(void (*body)(const struct iop_child_seat *seat, void *arg))
{
	struct iop_child child;
	enum iop_child_end end;
	int detail;

	assert_int_equal(iop_child_start(&child, 64, &limits, body, NULL), 0);
	end = iop_child_ask(&child, &detail);
	iop_child_stop(&child);
	return end;
}

static void the_clock_is_of_the_child(void **state)
{
	pid_t others[OTHERS] = {0};
	enum iop_child_end worked, slept;

	(void)state;
	assert_int_equal(crowd(others), 0);
	worked = asked(works);
	slept = asked(sleeps);
	for (unsigned i = 0; i < OTHERS && others[i] > 0; i++) {
		kill(others[i], SIGKILL);
		waitpid(others[i], NULL, 0);
	}
	assert_int_equal(worked, IOP_CHILD_ANSWERED);
	assert_int_equal(slept, IOP_CHILD_LATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_clock_is_of_the_child)};
	FILE *file = fopen("/proc/self/schedstat", "re");

	if (!file) {
		printf("skipped: this kernel does not say how long processes wait for a CPU (CONFIG_SCHED_INFO)\n");
		return 77;
	}
	fclose(file);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
