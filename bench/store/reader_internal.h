/* SPDX-License-Identifier: MIT */
/**
 * reader_internal.h - what the files of the reader share
 */
#ifndef IOPATH_BENCH_STORE_READER_INTERNAL_H
#define IOPATH_BENCH_STORE_READER_INTERNAL_H

#include "reader.h"

#include <jansson.h>

/** Fills @error; returns @err. */
int iop_run_refuse(struct iop_run_error *error, int err, const char *why, ...) __attribute__((format(printf, 3, 4)));

/** Gives an empty run its memory; iop_run_free() takes it back. 0 or -ENOMEM. */
int iop_run_begin(struct iop_run *run);

/** A printable copy of @text in the run's memory; "" for NULL, and on allocation failure, which run->memory records. */
const char *iop_run_keep(struct iop_run *run, const char *text);
/** The same of any length, for what is an identity: never cut. */
const char *iop_run_keep_name(struct iop_run *run, const char *text);
/** @size zeroed bytes in the run's memory, which may be none, or NULL: there is none left. */
void *iop_run_room(struct iop_run *run, size_t size);
bool iop_run_out_of_memory(const struct iop_run *run);

/** Members of an object that may lack them or hold another type. */
const char *iop_run_text(struct iop_run *run, const json_t *object, const char *key);
double iop_run_number(const json_t *object, const char *key);

/** The modules of the context, and as they were there. */
void iop_run_read_modules(struct iop_run *run, const json_t *modules);
json_t *iop_run_modules_json(const struct iop_run *run);

/** Reads a regular file within the limits; free *@text. *@changed is when it was written, in seconds since 1970. */
int iop_run_slurp(const char *path, char **text, size_t *size, int64_t *changed, struct iop_run_error *error);

/** JSON within the limits, or NULL with @error and *@err. */
json_t *iop_run_json(const char *text, size_t size, int *err, struct iop_run_error *error);

/** The rows of a run, of iopath bench or Google Benchmark's, and of a gate's verdict. 0 or a negative errno with @error. */
int iop_run_read_rows(struct iop_run *run, const json_t *rows, struct iop_run_error *error);
/** The results of hyperfine. 0 or a negative errno with @error. */
int iop_run_read_commands(struct iop_run *run, const json_t *results, struct iop_run_error *error);
int iop_run_read_gate(struct iop_run *run, const json_t *root, struct iop_run_error *error);

/** The baseline of an architecture, made without its hardware (bench/figures/baseline.py). 0 or a negative errno with @error. */
int iop_run_read_baseline(struct iop_run *run, const json_t *root, struct iop_run_error *error);

/** An empty cell that is called @name: numbers NaN, text "". */
void iop_run_cell_init(struct iop_run *run, struct iop_run_cell *cell, const json_t *row, const char *name);

/** Room for the cells of a file with @n rows. 0 or a negative errno with @error. */
int iop_run_make_room(struct iop_run *run, size_t n, struct iop_run_error *error);

/** Numbers of a row in @unit: above zero, else NaN. */
double iop_run_positive(const json_t *row, const char *key, double unit);
/** Nanoseconds in the unit of the row's times; NaN if it is unknown. */
double iop_run_time_unit(const json_t *row);
/** Fills the cell from a row that has a time; else says why it has none in cell->failure. */
void iop_run_read_times(struct iop_run *run, struct iop_run_cell *cell, const json_t *row);
/** Values that the file leaves out, from the samples; and the error, from the numbers of repetitions. */
void iop_run_complete(struct iop_run *run, struct iop_run_cell *cell);

/** Adds the counters of @row to @lists: the numbers of each under its name. */
void iop_run_gather_counters(json_t *lists, const json_t *row);
/** Gives @cell the medians of @lists. */
void iop_run_take_counters(struct iop_run *run, struct iop_run_cell *cell, const json_t *lists);
/** Adds those of another run's cell, before its repetitions are added. */
void iop_run_merge_counters(struct iop_run *run, struct iop_run_cell *cell, const struct iop_run_cell *more);

/** Refuses a run in which two names differ only in what is not printable. 0 or a negative errno with @error. */
int iop_run_check_names(const struct iop_run *run, struct iop_run_error *error);
/** @name in @out, short enough for a message: its middle is left out. */
#define IOP_RUN_BRIEF 120
void iop_run_brief(char out[IOP_RUN_BRIEF], const char *name);

/** A growing list of numbers in the run's memory. */
struct iop_run_list {
	double *at;
	size_t count;
};
/** Adds @value unless it is NaN or there are IOP_RUN_SAMPLES. */
void iop_run_push(struct iop_run *run, struct iop_run_list *list, double value);

#endif
