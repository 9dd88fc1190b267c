/* SPDX-License-Identifier: MIT */
/** engine_process.h - a program of an engine, started and ended */
#ifndef IOPATH_BENCH_SEQUENCE_ENGINE_PROCESS_H
#define IOPATH_BENCH_SEQUENCE_ENGINE_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct iop_engine_process {
	pid_t pid;  /**< 0: none */
	int status; /**< once it has ended, as a shell says it */
};

/** Starts it in a group of its own, its output in the file @log. @environment is "NAME=VALUE" up to NULL. 0 or a negative errno. */
int iop_engine_start(struct iop_engine_process *process, const char *const *words, const char *const *environment, const char *log);
/** Whether it has ended. */
bool iop_engine_ended(struct iop_engine_process *process);
/** Asks it to end, and ends it if it does not. */
void iop_engine_stop(struct iop_engine_process *process);
/** Waits until it has ended; false, having ended it: it took longer than @seconds, or *@stop was set. */
bool iop_engine_wait(struct iop_engine_process *process, double seconds, const volatile sig_atomic_t *stop);

/** A moment between two looks at what goes on. */
void iop_engine_pause(void);

/** The last line of @log that is not empty, in @line. */
void iop_engine_last_line(const char *log, char *line, size_t size);

#endif
