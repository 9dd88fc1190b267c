/* SPDX-License-Identifier: MIT */
/**
 * stored_parse.h - text in a test becomes a run, or the reason why not
 */
#ifndef IOPATH_BENCH_TEST_STORED_PARSE_H
#define IOPATH_BENCH_TEST_STORED_PARSE_H

#include <store/reader_internal.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static inline void read_run(struct iop_run *run, const char *text)
{
	struct iop_run_error error = {""};

	if (iop_run_parse("a.json", text, strlen(text), run, &error))
		fail_msg("%s: %s", text, error.reason);
}

static inline void is_refused(const char *text, int err, const char *reason)
{
	struct iop_run_error error;
	struct iop_run run;

	assert_int_equal(iop_run_parse("a.json", text, strlen(text), &run, &error), err);
	assert_string_equal(error.reason, reason);
}

/* Of numbers that a test chose; NaN is NaN. */
static inline bool is(double value, double expected)
{
	return isnan(expected) ? isnan(value) : value == expected;
}

#endif
