/* SPDX-License-Identifier: MIT */
/**
 * verdict.h - for which mappings a routine is legal, of the library's and of the peers
 *
 * The verdict is what `iopath check` finds, and the same wherever it is shown (host/legality.h has the words): the strictest tier for
 * which all operations of the routine are legal, and the widths of its accesses.
 */
#ifndef IOPATH_BENCH_PEERS_VERDICT_H
#define IOPATH_BENCH_PEERS_VERDICT_H

/** "STRICT" to "MEM", and the widths in bytes, ORed, to *@widths; 0: others chose them. NULL: there is no such routine. */
const char *iop_verdict_on(const char *routine, unsigned *widths);

#endif
