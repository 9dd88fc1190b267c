/* SPDX-License-Identifier: MIT */
/**
 * tracer.h - the accesses that compiled code makes, seen from inside the process (x86-64)
 *
 * The traced window is memory without access rights. Each access to it faults; the handler decodes the instruction that did it,
 * writes down every memory operand that lies in the window, and lets it happen: plain, vector and string moves are carried out on a
 * second mapping of the same memory and skipped, anything else is single-stepped with the window open. What is recorded is therefore what the
 * compiled code does, whichever compiler made it: volatile scalars, string instructions element by element, SSE, AVX and AVX-512
 * with its masks.
 *
 * The window's bytes are compared before and after: a byte that changed without a record makes the list blind, never legal. One
 * thread at a time, and the traced code must not change signal handlers. Gathers, scatters and vector-masked moves are not
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
void iop_tracer_close(struct iop_tracer *tracer);

/** The window as the traced code sees it, page-aligned; touching it outside iop_tracer_run() ends the process. */
unsigned char *iop_tracer_window(struct iop_tracer *tracer);
/** The same bytes, accessible: for preparing and checking. */
unsigned char *iop_tracer_contents(struct iop_tracer *tracer);

/** Single-steps every instruction, carries none out: slower, and must give the same list. */
void iop_tracer_single_step(struct iop_tracer *tracer, bool always);

/**
 * Runs @code(@arg) and returns what it did; offsets count from @origin, an address in the window. The list belongs to the tracer
 * and is valid until its next run. NULL only if signal handlers could not be set.
 */
const struct iop_access_list *iop_tracer_run(struct iop_tracer *tracer, const unsigned char *origin, void (*code)(void *arg),
					     void *arg);

#endif
