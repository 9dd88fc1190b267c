/* SPDX-License-Identifier: MIT */
/**
 * traced_copy.h - what a device sees of a few copies that are worth looking at
 *
 * Each call is made by ours, by the kernel's routine and by the C library's, traced in the compiled code of this program.
 */
#ifndef IOPATH_BENCH_FIGURES_TRACED_COPY_H
#define IOPATH_BENCH_FIGURES_TRACED_COPY_H

#include <copy_trace.h>

struct iop_traced_copy {
	const char *routine, *words; /**< words: the call, "13 bytes, 3 past a boundary" */
	const char *tier;	     /**< the strictest for which all calls of the routine are legal, or NULL: not known */
	unsigned widths;	     /**< of its accesses, ORed; 0: not known */
	struct iop_copy_traced traced;
};

/**
 * Traces the copies, those of one call one after the other; give them to iop_traced_copies_free(). What this CPU cannot run is
 * left out. 0, or a negative errno with the reason in *@why.
 */
int iop_traced_copies(struct iop_traced_copy **copies, size_t *count, const char **why);
void iop_traced_copies_free(struct iop_traced_copy *copies, size_t count);

#endif
