/* SPDX-License-Identifier: MIT */
/**
 * stored_results.h - results of measurements that a test makes up
 */
#ifndef IOPATH_BENCH_TEST_STORED_RESULTS_H
#define IOPATH_BENCH_TEST_STORED_RESULTS_H

#include <store/result.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST_CELLS 64

static const struct iop_cells_module module = {.abi = IOP_CELLS_ABI,
					       .cell_size = sizeof(struct iop_cell),
					       .commit = "0123456789abcdef-dirty",
					       .compiler = "cc",
					       .flags = "-O2",
					       .arch = "x"};

/* Rows for cells, nothing measured yet. */
static inline void begin_results(struct iop_results *results, const struct iop_cell *cells, size_t n)
{
	const struct iop_cell *cell[MOST_CELLS];

	assert_true(n <= MOST_CELLS);
	for (size_t i = 0; i < n; i++)
		cell[i] = &cells[i];
	assert_int_equal(iop_results_init(results, &module, cell, n), 0);
}

/* A launch; of a row without a baseline the ratio is NaN. */
static inline void add_launch(struct iop_results *results, size_t row, double ns, double ratio)
{
	assert_int_equal(iop_result_add(&results->row[row], ns, ns / 2, ratio, 100), 0);
}

/* What @print writes; the same memory each time. */
#define PRINTED(print)                                           \
	({                                                       \
		static char text_[16384];                        \
		FILE *out = fmemopen(text_, sizeof(text_), "w"); \
                                                                 \
		assert_non_null(out);                            \
		print;                                           \
		assert_int_equal(fclose(out), 0);                \
		text_;                                           \
	})

#endif
