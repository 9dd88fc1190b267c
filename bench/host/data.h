/* SPDX-License-Identifier: MIT */
/**
 * data.h - where the files that the program needs beside itself are
 *
 * In a build they are in the program's folder, installed in lib/iopath and share/iopath of the prefix that the program is in,
 * wherever that has been moved.
 */
#ifndef IOPATH_BENCH_HOST_DATA_H
#define IOPATH_BENCH_HOST_DATA_H

#include <limits.h>

/** The path of @name, which an installation has in @installed (from the folder of the program). It need not exist. */
void iop_data_path(char path[2 * PATH_MAX], const char *name, const char *installed);

/** This program's own path. */
const char *iop_data_program(void);

#endif
