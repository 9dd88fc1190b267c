/* SPDX-License-Identifier: MIT */
/**
 * patterns.h - what a recording's accesses amount to: rules that they break, and what a driver author wants to see
 *
 * The rules are those of device memory (docs/semantics.md, docs/copies.md): an access is aligned to its width, not wider than a
 * word unless the mapping is write-combining, in a width that the device takes, and no read-modify-write instruction; a copy touches
 * each byte once; a register is accessed as its description says, where there is one. The rest is no fault: polling, a register
 * of 64 bits in two halves, a read that waits for a posted write, a copy, a FIFO. Fences do not fault, so what orders two accesses is not in a recording.
 *
 * A thread's accesses to one mapping are looked at in a row; those of other threads and mappings in between do not end a pattern.
 * Registers side by side that a program accesses in turn are neither halves nor a copy: a description of registers, or else the
 * places in the source tell them apart.
 */
#ifndef IOPATH_BENCH_RECORD_PATTERNS_H
#define IOPATH_BENCH_RECORD_PATTERNS_H

#include "contents.h"
#include "names.h"
#include "site.h"

enum iop_pattern_kind {
	/* Rules that are broken. */
	IOP_PATTERN_MISALIGNED,
	IOP_PATTERN_WIDE,
	IOP_PATTERN_WIDTH,
	IOP_PATTERN_UPDATE,
	IOP_PATTERN_TWICE,
	IOP_PATTERN_MODE, /* not as the register's description says */
	IOP_PATTERN_SIZE,
	IOP_PATTERN_SIGBUS,
	IOP_PATTERN_REFUSED,
	/* What is no fault. */
	IOP_PATTERN_POLL,
	IOP_PATTERN_HALVES,
	IOP_PATTERN_FLUSH,
	IOP_PATTERN_COPY,
	IOP_PATTERN_FIFO,
	IOP_PATTERNS,
};
#define IOP_PATTERN_IS_FAULT(kind) ((kind) <= IOP_PATTERN_REFUSED)
#define IOP_PATTERN_FAULTS	   ((2u << IOP_PATTERN_REFUSED) - 1)

/** All of one kind that begin with one instruction; of registers, at one offset. */
struct iop_pattern {
	enum iop_pattern_kind kind;
	const struct iop_slot *first;	    /**< the first access of the first of them */
	const struct iop_register_name *of; /**< mode and size: the register whose description says otherwise */
	size_t times;
	uint64_t accesses, bytes; /**< of all */
	size_t most;		  /**< accesses of the longest */
	bool down;		  /**< halves: the upper one first; a copy: from its end */
};

/** What happened in one go: a loop that polls, a copy, what a FIFO got; else one access. */
struct iop_stretch {
	const struct iop_slot *first, *last;
	size_t accesses;
	uint64_t low, high; /**< offsets of its first byte and behind its last */
	unsigned kinds;	    /**< a bit for each enum iop_pattern_kind that it is part of */
};

struct iop_patterns {
	struct iop_pattern *pattern;
	size_t count;
	size_t faults;		     /**< how many are rules that are broken */
	struct iop_stretch *stretch; /**< all accesses, in the order in which they begin; refusals behind them */
	size_t stretches;
};

/** @widths: those that the device takes, in bytes, ORed. @names must outlive the patterns. 0 or -ENOMEM. */
int iop_patterns_of(struct iop_patterns *patterns, const struct iop_recorded *recorded, const struct iop_sites *sites,
		    unsigned widths, const struct iop_names *names);
void iop_patterns_free(struct iop_patterns *patterns);

/** "misaligned" and so on: the word that stays, and what it means. */
const char *iop_pattern_name(enum iop_pattern_kind kind);
void iop_pattern_text(const struct iop_pattern *pattern, char *text, size_t size);

#endif
