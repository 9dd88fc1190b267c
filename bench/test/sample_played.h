/* SPDX-License-Identifier: MIT */
/**
 * sample_played.h - the sampler, with processes that are played on a clock that they move
 *
 * Programs are linked with --wrap of clock_gettime, iop_launch, iop_launcher_open_modules and iop_launcher_close.
 */
#ifndef IOPATH_BENCH_TEST_SAMPLE_PLAYED_H
#define IOPATH_BENCH_TEST_SAMPLE_PLAYED_H

#include "sample_clock.h"

#include <host/fail.h>
#include <sample/sampler.h>
#include <sample/worker.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CELLS	  40
#define PROCESSES 160

/** The cell behind the last is nobody's. */
extern struct iop_cell cell[CELLS + 1];
extern struct iop_sampled sampled[CELLS + 1];
extern struct iop_sampler sampler;
extern volatile sig_atomic_t stop;
extern int opening, closings; /**< the code of it, and how often it was done */

/** Processes that there were. The first examines. */
struct process {
	char mode[16];
	struct iop_task task[CELLS];
	size_t count;
	uint64_t seed;
	double slowness; /**< that it was planned with */
};
extern struct process process[PROCESSES];
extern size_t processes;

/** What a process does, the time that each takes, and what examining says of cells. */
extern void (*play)(const struct process *now, struct iop_launch_end *end);
extern double takes[PROCESSES], round_ns[CELLS], setup_ns[CELLS];
/** How the launches of some tests end: those that measure, or with SIGUSR1 all. */
extern struct iop_launch_end ending;

/** What the sampler told its caller. */
extern double told[PROCESSES], left[PROCESSES];
extern size_t tellings;

/** A line of the process. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool examines(const struct process *now);
void examined(int id);

/* Ways to play: the same values always, and the same with an end that a test chooses. */
void usual(const struct process *now, struct iop_launch_end *end);
void end_so(const struct process *now, struct iop_launch_end *end);

/** The progress of a sampler that wants to be told. */
void progress(void *user, double done, double seconds_left);

/** Three cells, one launch, plenty of time. */
int begin(void **state);
int end(void **state);
void run(void);
bool near(double value, double expected);

#define PLAYED(test) cmocka_unit_test_setup_teardown(test, begin, end)

/** How long launches are, and how many there are. 0, or how many tests failed. */
int sample_plans(void);

#endif
