/* SPDX-License-Identifier: MIT */
/**
 * tracer.h - the accesses that compiled code makes, seen from inside the process (x86-64)
 *
 * The traced window is memory without access rights. Each access to it faults; the handler decodes the instruction that did it,
 * writes down every memory operand that lies in the window, and lets it happen: plain, vector and string moves are carried out on a
 * second mapping of the same memory and skipped, anything else is single-stepped with the window open. What is recorded is therefore what the
 * compiled code does, whichever compiler made it: volatile scalars, string instructions element by element, SSE, AVX and AVX-512
 * with its masks. Direct stores of which the CPU knows nothing raise SIGILL and are carried out, too.
 *
 * The window's bytes are compared before and after: a byte that changed without a record makes the list blind, never legal. One
 * thread at a time, and the traced code must not change signal handlers. A signal that is not the tracer's goes to the handler that
 * was there before. The tracer makes system calls only through own_syscall_x86.h while the code runs. Gathers, scatters and vector-masked moves are not
 * decoded; they make the list blind.
 */
#ifndef IOPATH_TRACE_TRACER_H
#define IOPATH_TRACE_TRACER_H

#include "access_list.h"

struct iop_tracer;

/**
 * A tracer with a window of at least @bytes, with inaccessible pages around it. 0, -ENOMEM, or -ENOTSUP where this machine cannot
 * be traced.
 */
int iop_tracer_open(struct iop_tracer **tracer, size_t bytes);
/**
 * The same with a window that takes the place of @bytes of memory at @memory, both multiples of a page: what they hold is lost. The page
 * before and the page behind are inaccessible already. For the rest of the process.
 */
int iop_tracer_open_over(struct iop_tracer **tracer, void *memory, size_t bytes);
void iop_tracer_close(struct iop_tracer *tracer);

/** The window as the traced code sees it, page-aligned; touching it outside iop_tracer_run() ends the process. */
unsigned char *iop_tracer_window(struct iop_tracer *tracer);
/** The same bytes, accessible: for preparing and checking. */
unsigned char *iop_tracer_contents(struct iop_tracer *tracer);

/** Between two runs: makes the window accessible, so that others look at it where the traced code does. The next run takes that back. */
void iop_tracer_unlock(struct iop_tracer *tracer);

/** Single-steps every instruction, carries none out: slower, and must give the same list. */
void iop_tracer_single_step(struct iop_tracer *tracer, bool always);

/**
 * Looks at every instruction and not only at accesses, for fences. The code sets the trap flag right before it calls what is traced
 * and clears it right after.
 */
void iop_tracer_look_close(struct iop_tracer *tracer, bool close);
/** Of the last run that looked close: whether a fence was executed after the last store to the window, or no store was made. */
bool iop_tracer_fenced(const struct iop_tracer *tracer);

/** Whether direct stores (movdiri, movdir64b) are traced on a CPU that has none: they are then carried out as stores to memory. */
bool iop_tracer_direct_stores(void);

/** How many instructions of the last run could not be carried out and were stepped over, which takes ten times as long. */
size_t iop_tracer_steps(const struct iop_tracer *tracer);

/**
 * What answers reads: before each read of the window, @answer may store what is read into @where, which has @width bytes that lie
 * @offset bytes after the window's start. It runs in a signal handler. NULL: the window's memory answers.
 */
void iop_tracer_answer(struct iop_tracer *tracer, void (*answer)(void *arg, size_t offset, unsigned width, void *where), void *arg);

/**
 * What sees writes: after each write into the window, before the next access, @written is told the number of the access in the list and
 * the @width bytes that are there now. It runs in a signal handler, but for the last one. NULL: nobody.
 */
void iop_tracer_written(struct iop_tracer *tracer,
			void (*written)(void *arg, size_t number, unsigned width, const unsigned char *bytes), void *arg);

/** Others write to the window's contents meanwhile: a byte that changes without a record does not make the list blind. */
void iop_tracer_shared(struct iop_tracer *tracer);

/** Whether an access to @addr faults in the inaccessible memory around the window. It is then part of the list. */
bool iop_tracer_around(const struct iop_tracer *tracer, const void *addr);
/** Whether any of @bytes at @addr are the window's or around it: what the traced code must not map anew. */
bool iop_tracer_owns(const struct iop_tracer *tracer, const void *addr, size_t bytes);

/**
 * Runs @code(@arg) and returns what it did; offsets count from @origin, an address in the window. The list belongs to the tracer
 * and is valid until its next run. NULL only if signal handlers could not be set.
 */
const struct iop_access_list *iop_tracer_run(struct iop_tracer *tracer, const unsigned char *origin, void (*code)(void *arg),
					     void *arg);

/** Ends a run that the code has left by a jump: signal handlers are as they were before it. Its list is lost. */
void iop_tracer_abandon(struct iop_tracer *tracer);

#endif
