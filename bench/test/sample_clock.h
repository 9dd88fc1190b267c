/* SPDX-License-Identifier: MIT */
/**
 * sample_clock.h - a clock that only tests move, in programs that are linked with --wrap=clock_gettime
 */
#ifndef IOPATH_BENCH_TEST_SAMPLE_CLOCK_H
#define IOPATH_BENCH_TEST_SAMPLE_CLOCK_H

/** Begins at so many seconds. Who reads it very often then waits for a time that does not come, and is ended. */
void sample_clock_set(double seconds);
void sample_clock_pass(double seconds);

#endif
