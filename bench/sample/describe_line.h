/* SPDX-License-Identifier: MIT */
/**
 * describe_line.h - the lines in which a worker says what a module has
 *
 * "d", a kind, then numbers and texts, with IOP_DESCRIBE_NEXT before each. A text may be empty, for NULL; the last may be cut.
 */
#ifndef IOPATH_BENCH_SAMPLE_DESCRIBE_LINE_H
#define IOPATH_BENCH_SAMPLE_DESCRIBE_LINE_H

#define IOP_DESCRIBE_NEXT '\t'
#define IOP_DESCRIBE_MOST 1000

/* kind			  numbers							texts */
#define IOP_DESCRIBE_MODULE 'm' /* abi							commit compiler flags arch name */
#define IOP_DESCRIBE_CELL   'c' /* bytes max_batch flags widths				name baseline tier symbol help */
#define IOP_DESCRIBE_ENTRY  'g' /* kind width widths unit relaxed window only_checked	name symbol tier */
#define IOP_DESCRIBE_END    '.'

#endif
