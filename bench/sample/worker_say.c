/* SPDX-License-Identifier: MIT */
#include "worker_say.h"
#include "worker.h"

#include <host/fail.h>

#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SAY_SECONDS 0.2

void iop_worker_say(const char *format, ...)
{
	char line[1024];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	if (n < 0)
		return;
	n = n < (int)sizeof(line) - 1 ? n : (int)sizeof(line) - 2;
	line[n++] = '\n';
	if (write(IOP_WORKER_FD, line, (size_t)n) != n)
		_exit(IOP_EXIT_USAGE);
}

void iop_worker_at(int task, int side)
{
	static struct iop_worker_place nowhere;
	static volatile struct iop_worker_place *place;

	if (!place) {
		void *shared = mmap(NULL, sizeof(*place), PROT_READ | PROT_WRITE, MAP_SHARED, IOP_WORKER_PLACE_FD, 0);

		place = shared == MAP_FAILED ? &nowhere : shared;
	}
	place->side = side;
	place->task = task;
}

void iop_worker_progress(unsigned long done, unsigned long all)
{
	static double said;
	double now = iop_worker_seconds();

	if (now - said < SAY_SECONDS)
		return;
	said = now;
	iop_worker_say("p %lu %lu", done, all);
}

double iop_worker_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
