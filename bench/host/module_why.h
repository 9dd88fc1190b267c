/* SPDX-License-Identifier: MIT */
/**
 * module_why.h - why a file is no module that this program can load
 */
#ifndef IOPATH_BENCH_HOST_MODULE_WHY_H
#define IOPATH_BENCH_HOST_MODULE_WHY_H

/** A reason that can be told from the file alone, or NULL. */
const char *iop_module_why_not(const char *path);

#endif
