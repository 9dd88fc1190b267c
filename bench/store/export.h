/* SPDX-License-Identifier: MIT */
/**
 * export.h - stored runs for other tools
 *
 *  gbench  Google Benchmark's JSON: one row of run_type "iteration" a cell; compare.py and other readers of that schema take it
 *  bmf     Bencher Metric Format: latency with its quartiles, throughput, instructions and accesses by cell
 *  gha     github-action-benchmark's customSmallerIsBetter: a list of name, unit, value, range, extra
 *  csv     one line a cell and run, RFC 4180; text that a spreadsheet would take for a formula gets an apostrophe in front
 */
#ifndef IOPATH_BENCH_STORE_EXPORT_H
#define IOPATH_BENCH_STORE_EXPORT_H

#include "reader.h"

#include <stdio.h>

/** Each gives a text to free, or NULL when out of memory. Cells without a time are left out, but for gbench's error rows. */
char *iop_export_gbench(const struct iop_run *run);
char *iop_export_bmf(const struct iop_run *run);
char *iop_export_gha(const struct iop_run *run);

void iop_export_csv_head(FILE *out);
void iop_export_csv(FILE *out, const struct iop_run *run);

#endif
