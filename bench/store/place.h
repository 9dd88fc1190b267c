/* SPDX-License-Identifier: MIT */
/**
 * place.h - the folder that runs are kept in
 *
 * A project keeps its runs in its own results/runs: the nearest folder above the working directory that holds a file .iopath, or
 * that is a git work tree with a folder results. Without one they are the user's, in $XDG_DATA_HOME/iopath/runs
 * (~/.local/share/iopath/runs). The root of the file system is never a project. Every command that stores runs or reads them without
 * being told a folder asks here.
 */
#ifndef IOPATH_BENCH_STORE_PLACE_H
#define IOPATH_BENCH_STORE_PLACE_H

#include <stdint.h>

#define IOP_STORE_PATH 4096

/** The project that holds the working directory. 0, -ENOENT where there is none, or another negative errno. */
int iop_place_project(char root[IOP_STORE_PATH]);

/** The user's own folder for @what, $XDG_DATA_HOME/iopath/@what, which need not exist. 0 or a negative errno: -ENOENT without a home. */
int iop_place_user(char folder[IOP_STORE_PATH], const char *what);

/** Creates all folders in front of the last '/' of @path, which is whole again afterwards. 0 or a negative errno. */
int iop_place_make(char *path);

/** The folder of the runs, which need not exist. 0 or a negative errno: -ENOENT where neither a project nor a home is known. */
int iop_place_runs(char folder[IOP_STORE_PATH]);

/**
 * A name for a run in the folder of the runs: @folder/<time>-<commit>.json, where @when is in seconds since 1970. @folder and
 * @commit are parts of a file name: neither slashes nor dots at the front. Creates the folders; the first time that it makes the
 * user's, it says so on stderr. 0 or a negative errno.
 */
int iop_place_name(char path[IOP_STORE_PATH], const char *folder, int64_t when, const char *commit);

#endif
