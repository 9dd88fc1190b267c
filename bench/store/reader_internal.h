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
/** @size zeroed bytes in the run's memory, or NULL. */
void *iop_run_room(struct iop_run *run, size_t size);
bool iop_run_out_of_memory(const struct iop_run *run);

/** Members of an object that may lack them or hold another type. */
const char *iop_run_text(struct iop_run *run, const json_t *object, const char *key);
double iop_run_number(const json_t *object, const char *key);

/** Reads a regular file within the limits; free *@text. *@changed is when it was written, in seconds since 1970. */
int iop_run_slurp(const char *path, char **text, size_t *size, int64_t *changed, struct iop_run_error *error);

/** JSON within the limits, or NULL with @error and *@err. */
json_t *iop_run_json(const char *text, size_t size, int *err, struct iop_run_error *error);

/** The rows of a run, and of a gate's verdict. 0 or a negative errno with @error. */
int iop_run_read_rows(struct iop_run *run, const json_t *rows, struct iop_run_error *error);
int iop_run_read_gate(struct iop_run *run, const json_t *root, struct iop_run_error *error);

/** The baseline of an architecture, made without its hardware (bench/figures/baseline.py). 0 or a negative errno with @error. */
int iop_run_read_baseline(struct iop_run *run, const json_t *root, struct iop_run_error *error);

/** An empty cell that is called @name: numbers NaN, text "". */
void iop_run_cell_init(struct iop_run *run, struct iop_run_cell *cell, const json_t *row, const char *name);

#endif
