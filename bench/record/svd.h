/* SPDX-License-Identifier: MIT */
/**
 * svd.h - the registers of a CMSIS-SVD file, with derivedFrom, arrays and lists (dim), clusters, access and size
 *
 * What is read: name, baseAddress, addressOffset, size, access, dim, dimIncrement, dimIndex, derivedFrom,
 * modifiedWriteValues, readAction. A register without an access
 * of its own or of what it is in may be read and written; one without a size has none, and accesses of any width are right. Fields
 * are not looked at. Source: Open-CMSIS-Pack, "CMSIS-SVD", elements of peripherals and registers.
 */
#ifndef IOPATH_BENCH_RECORD_SVD_H
#define IOPATH_BENCH_RECORD_SVD_H

#include "names.h"

/** Of @text, what @path holds; the rest as iop_names_read(). */
int iop_svd_read(struct iop_names *names, const char *path, const char *text, const char *peripheral);

#endif
