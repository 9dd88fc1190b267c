/* SPDX-License-Identifier: MIT */
/**
 * peers.h - the copy routines that iopath is measured against
 *
 * A peer is what a driver author would reach for instead of the core's routine. Peers exist for speed comparisons and as
 * negative controls of the legality oracles; nothing of the core calls them. Each file of this folder defines one
 * struct iop_peer; peers.def lists them all.
 */
#ifndef IOPATH_BENCH_PEERS_H
#define IOPATH_BENCH_PEERS_H

#include <stdbool.h>
#include <stddef.h>

struct iop_peer {
	const char *name; /**< "glibc", "kernel-generic", "kernel-x86", "kernel-iowrite32", "bytes", "dpdk", ... */
	/** The strictest tier for which all of its operations are legal ("STRICT" to "MEM"), as `iopath check` finds it. */
	const char *tier;
	unsigned widths;	 /**< of its accesses in bytes, ORed; 0: what others chose */
	const char *source;	 /**< where the behaviour comes from: kernel file and version, library */
	bool (*supported)(void); /**< NULL: everywhere */
	/** memcpy prototypes; the I/O side is dst for toio, src for fromio. A NULL operation is not offered. n in bytes, 0 allowed. */
	void (*toio)(volatile void *dst, const void *src, size_t n);
	void (*fromio)(void *dst, const volatile void *src, size_t n);
	void (*set)(volatile void *dst, int byte, size_t n);
	/** I/O to I/O, memmove semantics. */
	void (*move)(volatile void *dst, const volatile void *src, size_t n);
	unsigned unit; /**< n and both places are multiples of so many bytes; 0: of one */
};

/** All peers that were built, NULL-terminated. */
extern const struct iop_peer *const iop_peers[];

#endif
