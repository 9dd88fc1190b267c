/* SPDX-License-Identifier: MIT */
/**
 * lines.h - how a copy fills the lines of a write-combining mapping
 *
 * A CPU collects stores to such a mapping in a buffer of a line, and sends a line that was filled as one transaction. One that was left before
 * it was full goes as a partial write, often as several. How many buffers there are, and when one is given up, differs between CPUs; what
 * they have in common is that a line whose stores follow one another directly is one transaction. So stores are counted in bursts: those
 * to one line with none to another line between them. A burst that does not fill its line is a partial one.
 * Source: docs/copies.md, 7.11.
 */
#ifndef IOPATH_TRACE_LINES_H
#define IOPATH_TRACE_LINES_H

#include "access_list.h"

#define IOP_LINE_BYTES 64

struct iop_lines {
	size_t whole, partial; /**< bursts */
	size_t fewest;	       /**< partial ones that no order avoids: lines that the range covers in part */
};

/** Of the writes in @list to the @n bytes at @io, each access's offset counted from there. */
struct iop_lines iop_lines_of(const struct iop_access_list *list, uintptr_t io, size_t n);

#endif
