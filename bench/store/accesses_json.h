/* SPDX-License-Identifier: MIT */
/**
 * accesses_json.h - "device_accesses" of a result: {"r4": 1, "w8": 8, "w_lines": 1}, without the counts of 0; absent if not known
 */
#ifndef IOPATH_BENCH_STORE_ACCESSES_JSON_H
#define IOPATH_BENCH_STORE_ACCESSES_JSON_H

#include <host/accesses.h>

#include <jansson.h>

void iop_accesses_store(json_t *row, const struct iop_accesses *accesses);
/** Not known where the row has none, or not in this form. */
void iop_accesses_read(struct iop_accesses *accesses, const json_t *row);

#endif
