/* SPDX-License-Identifier: MIT */
/** path_run.h - in the child: what is called, on which memory, and how a call is found wrong */
#ifndef IOPATH_BENCH_JUDGE_PATH_RUN_H
#define IOPATH_BENCH_JUDGE_PATH_RUN_H

#include "path.h"

#include <iopath/cells.h>

#include <tracer.h>

/** The device's bytes that a checked path and a projection have are in the middle of a window. */
#define IOP_PATH_WINDOW ((size_t)16384)
#define IOP_PATH_BASE	((size_t)4096)

struct iop_path_run {
	/** Before each call that is traced; NULL: nothing. */
	void (*begin)(void);
	const struct iop_registered *entry;
	void *handle;	/**< of the module */
	void *function; /**< its symbol */
	struct iop_tracer *tracer;
	struct iop_path_report *report;
};

/** Ends the run with a verdict; returns false. */
bool iop_path_end(struct iop_path_run *run, enum iop_path_verdict verdict, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Runs @code(@arg) under the tracer; NULL after it ended the run, as it cannot be watched. */
const struct iop_access_list *iop_path_watch(struct iop_path_run *run, const unsigned char *origin, void (*code)(void *arg),
					     void *arg);

/** Judges the entry. */
void iop_path_judge_entry(struct iop_path_run *run);

/*
 * What differs between this CPU (path_here.c) and an emulator (runner/module_runner.c).
 */
/** Whether set-up and tear-down may touch the window as memory. */
void iop_path_open_window(const struct iop_path_run *run, bool memory);
/** Makes @answer answer reads. False after it ended the run. */
bool iop_path_answer(struct iop_path_run *run, void (*answer)(void *arg, size_t offset, unsigned width, void *where), void *arg);
/** Whether a value of @width bytes may be an address of this process, or half of one. */
bool iop_path_is_address(const struct iop_path_run *run, uint64_t value, unsigned width);
/** Instructions of what was watched last; 0 where nobody counts. */
uint64_t iop_path_instructions(const struct iop_path_run *run);
/** The code of it, @count instructions from the entry's function on: bytes in @code, or 0. */
uint32_t iop_path_code(const struct iop_path_run *run, uint64_t count, uint8_t code[IOP_PATH_CODE]);

/** Judge. The verdict is IOP_PATH_RIGHT unless they end the run. */
void iop_path_checked(struct iop_path_run *run);
void iop_path_projection(struct iop_path_run *run);
void iop_path_operation(struct iop_path_run *run);
void iop_path_order(struct iop_path_run *run);

#endif
