/* SPDX-License-Identifier: MIT */
/**
 * wait.h - the end of a child, whatever signals arrive meanwhile
 */
#ifndef IOPATH_BENCH_HOST_WAIT_H
#define IOPATH_BENCH_HOST_WAIT_H

#include <sys/types.h>

/**
 * Waits for the child @pid to end and gives its status as waitpid(2) does. -1, of which neither WIFEXITED nor WIFSIGNALED holds: there is
 * no such child, also where @pid is what a fork that failed returned.
 */
int iop_wait_for(pid_t pid);

#endif
