/* SPDX-License-Identifier: MIT */
/**
 * accesses.h - what one operation does on its device side: accesses by direction and width, exact
 *
 * On a device these decide what an operation costs, and they follow from the code, not from the machine. A mean where operations
 * differ, as in cells with changing sizes.
 */
#ifndef IOPATH_BENCH_HOST_ACCESSES_H
#define IOPATH_BENCH_HOST_ACCESSES_H

#include <stdbool.h>
#include <stddef.h>

/** 1, 2, 4, 8, 16, 32 and 64 bytes. */
#define IOP_ACCESS_WIDTHS 7

enum iop_access_direction {
	IOP_ACCESS_READ,
	IOP_ACCESS_WRITE,
	IOP_ACCESS_DIRECTIONS
};

struct iop_accesses {
	bool known; /**< otherwise nothing was counted, or there is no device side */
	double count[IOP_ACCESS_DIRECTIONS][IOP_ACCESS_WIDTHS];
	double lines; /**< aligned lines of 64 bytes that are written: what a write-combining mapping sends */
};

/** The place of a width in bytes among the counts, or -1: no access is that wide. */
int iop_access_width(size_t bytes);

/** Adds one access of @bytes. False if it has no place: then nothing is known. */
bool iop_accesses_add(struct iop_accesses *accesses, enum iop_access_direction direction, size_t bytes);

bool iop_accesses_equal(const struct iop_accesses *a, const struct iop_accesses *b);

/** All accesses of both directions, NaN if not known. */
double iop_accesses_total(const struct iop_accesses *accesses);

/** The key of a count, "r4" or "w8", as results spell it. @text holds 4 bytes. */
void iop_access_key(char text[4], enum iop_access_direction direction, unsigned width);

/** In a column: "1 r4", "8 w8 + 1 w4", "3.5 r8"; "-" if not known, "0" for none. Cut, with "...", at @size. */
void iop_accesses_text(char *text, size_t size, const struct iop_accesses *accesses);

#endif
