/* SPDX-License-Identifier: MIT */
/**
 * module_table.h - what a module of another architecture registers, in memory shared with the emulator that loaded it
 *
 * Laid out alike everywhere; the emulator's side converts to the parent's byte order. The module is not trusted: the parent reads
 * no further than the arrays, and each text ends.
 */
#ifndef IOPATH_BENCH_JUDGE_MODULE_TABLE_H
#define IOPATH_BENCH_JUDGE_MODULE_TABLE_H

#include <stdint.h>

#define IOP_MODULE_TABLE_MOST 1024

struct iop_module_entry {
	uint32_t kind, width, widths, unit, relaxed, only_checked;
	uint64_t window;
	char name[72], symbol[112], tier[16];
};

struct iop_module_table {
	uint32_t count, answered;
	char why[240]; /**< "", or why there is no table */
	char name[72], compiler[120];
	struct iop_module_entry entry[IOP_MODULE_TABLE_MOST];
};

#endif
