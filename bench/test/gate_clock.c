/* SPDX-License-Identifier: MIT */
/*
 * A clock for tests of the gate, in place of the machine's (--wrap). It stands still while code runs: cells let time pass, starting a
 * process costs some, and reading the clock a little that varies. All processes of a run share it, in a file. So the same seed brings
 * the same values, whatever else the machine is doing.
 *
 *	GATE_CLOCK=FILE		two numbers of 64 bits: nanoseconds, and the state of what varies
 *	GATE_CLOCK_BUSY=N	before one in N readings a neighbour has had the CPU for a time slice
 *	GATE_CLOCK_SIGINT=MS	a worker interrupts its gate when so many milliseconds have passed
 */
#include "gate_clock.h"

#include <cells/module.h>
#include <sample/control.h>
#include <sample/pair.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SECOND	    UINT64_C(1000000000)
#define MILLISECOND (SECOND / 1000)
#define START_NS    10000000 /* of a process */
#define SLICE_NS    4000000
#define READING_NS  20
#define VARIES_NS   100
#define CONTROL_NS  20 /* of an operation */

int __wrap_clock_gettime(clockid_t id, struct timespec *t);
int __real_clock_gettime(clockid_t id, struct timespec *t);
const struct iop_cell *__wrap_iop_gate_control(void);
const struct iop_cell *__real_iop_gate_control(void);

static struct {
	uint64_t ns, random;
} * shared;
static uint64_t busy, interrupt_at, neighbours_ns;

static uint64_t number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void start(int argc, char **argv)
{
	const char *path = getenv("GATE_CLOCK");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED) {
		fprintf(stderr, "gate_clock: GATE_CLOCK names no file that can be mapped\n");
		exit(2);
	}
	close(fd);
	busy = number("GATE_CLOCK_BUSY");
	if (argc > 1 && strcmp(argv[1], "--worker") == 0)
		interrupt_at = number("GATE_CLOCK_SIGINT") * MILLISECOND;
	shared->ns += START_NS;
}

void gate_clock_pass(uint64_t ns)
{
	shared->ns += ns;
}

uint64_t gate_clock_draw(uint64_t most)
{
	return iop_random(&shared->random) % most;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	uint64_t ns;

	if (id != CLOCK_MONOTONIC && id != CLOCK_THREAD_CPUTIME_ID)
		return __real_clock_gettime(id, t);
	shared->ns += READING_NS + iop_random(&shared->random) % VARIES_NS;
	if (busy && iop_random(&shared->random) % busy == 0) {
		shared->ns += SLICE_NS;
		neighbours_ns += SLICE_NS;
	}
	if (interrupt_at && shared->ns >= interrupt_at) {
		interrupt_at = 0;
		kill(getppid(), SIGINT);
	}
	ns = shared->ns - (id == CLOCK_THREAD_CPUTIME_ID ? neighbours_ns : 0);
	*t = (struct timespec){.tv_sec = (time_t)(ns / SECOND), .tv_nsec = (long)(ns % SECOND)};
	return 0;
}

static void batch(void *ctx, uint64_t n)
{
	(void)ctx;
	gate_clock_pass(CONTROL_NS * n);
}

/* The gate's own kernel takes no time here unless it says so. */
const struct iop_cell *__wrap_iop_gate_control(void)
{
	static struct iop_cell cell;

	cell = *__real_iop_gate_control();
	cell.batch = batch;
	return &cell;
}
