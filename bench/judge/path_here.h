/* SPDX-License-Identifier: MIT */
/** path_here.h - the child that judges a path on this CPU */
#ifndef IOPATH_BENCH_JUDGE_PATH_HERE_H
#define IOPATH_BENCH_JUDGE_PATH_HERE_H

#include "child.h"

/** The child's body: judges the struct iop_path @arg for one question. */
void iop_path_serve_here(const struct iop_child_seat *seat, void *arg);

#endif
