/* SPDX-License-Identifier: MIT */
/**
 * history.h - one cell through time
 *
 * Absolute times drift with the machine by more than most changes of code, so a history follows what does not: the ratio to the
 * cell's baseline and to the frozen reference kernel, each measured in the same run, and exact counts where a run holds them.
 * Machines are kept apart: a ratio on one CPU says nothing about another.
 *
 * Change points are advisory. On the logarithms of a series of ratios the energy statistic of E-divisive (Matteson and James 2014,
 * the method of MongoDB and Apache Otava) is computed for every way of cutting the series in two, at least IOP_HISTORY_SEGMENT runs
 * on each side; the largest is compared with IOP_HISTORY_PERMUTATIONS random orders of the same values. A cut that at most
 * IOP_HISTORY_P of them reach, and that moves the median by at least IOP_HISTORY_STEP, is a change point, and both sides are
 * searched again. The random orders are the same each time. A single outlier never is a change point; a change is seen once it has
 * lasted for IOP_HISTORY_SEGMENT runs. Of exact counts every difference is one, without statistics.
 */
#ifndef IOPATH_BENCH_STORE_HISTORY_H
#define IOPATH_BENCH_STORE_HISTORY_H

#include "reader.h"

#include <jansson.h>
#include <stdio.h>

#define IOP_HISTORY_SEGMENT	 3
#define IOP_HISTORY_PERMUTATIONS 999
#define IOP_HISTORY_P		 0.01
#define IOP_HISTORY_STEP	 0.01
#define IOP_HISTORY_LONGEST	 400 /**< runs of a machine that are searched: the latest */

/** What one run says about the cell. Text is as in reader.h. */
struct iop_history_row {
	const char *path, *time, *commit, *arch, *cpu, *baseline, *error;
	const char *build; /**< of the module that registered the cell, or "" */
	bool dirty, partial, emulated;
	int64_t unix_time;
	double ns, low, high;
	double speed;	     /**< baseline's ns / ns */
	double reference_ns; /**< of the frozen kernel in the same run; NaN: not measured */
	double instructions, accesses;

	char *memory; /* private: where the text is */
};

struct iop_history {
	struct iop_history_row *row; /**< by machine, then by time */
	size_t count;
	size_t runs; /**< files that hold a run, with the cell or without */
};

/** A cut of a series: the first value after it, how sure, and how far the median moves (new / old). */
struct iop_change {
	size_t at;
	double p, ratio;
};

/**
 * Everything below @dir about @cell, with @reference as the frozen kernel. Files that are not runs give a line on stderr. 0 or a
 * negative errno.
 */
int iop_history_read(const char *dir, const char *cell, const char *reference, struct iop_history *history);
void iop_history_free(struct iop_history *history);

/** Puts rows in their order; iop_history_read() has done it. */
void iop_history_sort(struct iop_history *history);
/** Adds a row; the text is copied. 0 or -ENOMEM. */
int iop_history_add(struct iop_history *history, const struct iop_history_row *row);

/** Whether two rows are of one machine. */
bool iop_history_same_machine(const struct iop_history_row *a, const struct iop_history_row *b);

/** Change points of @n positive values, in order; at most @room of them into @change. Returns how many. */
size_t iop_history_changes(const double *value, size_t n, struct iop_change *change, size_t room);

void iop_history_print(FILE *out, const struct iop_history *history, const char *cell, const char *reference);
/** The same as JSON. NULL when out of memory. */
json_t *iop_history_json(const struct iop_history *history, const char *cell, const char *reference);

#endif
