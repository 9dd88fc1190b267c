/* SPDX-License-Identifier: MIT */
/**
 * sequence.h - a short sequence of calls of what a module registers, as numbers and as text
 *
 * The calls work on one window of device memory and one of system memory, both between inaccessible memory. Offsets count from the
 * start of a window. The bytes that both hold before the first call follow from one number. A sequence is made from a seed, read from
 * a file or found by minimising; only those that iop_sequence_takes() are run.
 */
#ifndef IOPATH_BENCH_SEQUENCE_SEQUENCE_H
#define IOPATH_BENCH_SEQUENCE_SEQUENCE_H

#include <iopath/routine.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Bytes of each window. */
#define IOP_SEQUENCE_WINDOW ((size_t)16384)
/** Calls of a sequence. */
#define IOP_SEQUENCE_STEPS 12
/** Sequences of a history: those that one process runs, one after the other. */
#define IOP_SEQUENCE_HISTORY 128
/** The same of a process that lives long: thousands of calls. */
#define IOP_SEQUENCE_LONGEST 1024

/** More than there are kinds (enum iop_registered_kind). */
#define IOP_SEQUENCE_KINDS 16

/** What is called: a line of a module. */
struct iop_sequence_entry {
	const char *op; /**< "toio", "checked-read" */
	const char *name, *symbol;
	unsigned kind;	/**< enum iop_registered_kind */
	unsigned width; /**< of an accessor or a checked path */
	/* Claims of a copy. */
	enum iop_tier tier;
	unsigned widths; /**< ORed; 0: those of the tier */
	unsigned unit;	 /**< sizes and places of the device side are multiples of it; at least 1 */
	bool left_out;	 /**< not called any more: it has a finding */
};

/** What a line says of itself. */
struct iop_sequence_claims {
	const char *name, *symbol;
	const char *tier; /**< NULL or "": none */
	unsigned kind, width, widths, unit;
};

/** The entry of a line. False: it claims a tier that does not exist. */
bool iop_sequence_entry_of(struct iop_sequence_entry *entry, const struct iop_sequence_claims *claims);

struct iop_sequence_module {
	const char *path; /**< with a slash, as the loader wants it; NULL: what is linked into this program */
	struct iop_sequence_entry *entry;
	size_t entries;
};

/** One call. What a kind has no use for is 0. */
struct iop_sequence_step {
	uint32_t entry;	  /**< number of it */
	uint32_t watched; /**< each access to the device is seen */
	uint64_t io;	  /**< device side; of a move its source; of checked paths and projections the base */
	uint64_t other;	  /**< memory side; of a move its destination, in the device's window */
	uint64_t size;	  /**< of a copy; of checked paths and projections what the base has */
	uint64_t offset;  /**< that a checked path or projection is given */
	uint64_t length;  /**< that a projection is given */
	uint64_t value;	  /**< of a fill, as an int; of a write */
};

struct iop_sequence {
	uint32_t fill; /**< which bytes both windows hold before */
	uint32_t steps;
	struct iop_sequence_step step[IOP_SEQUENCE_STEPS];
};

/** Several, run one after the other in one process. */
struct iop_sequence_list {
	size_t count;
	struct iop_sequence sequence[IOP_SEQUENCE_LONGEST];
};

/** Members of a step that a kind uses. */
enum iop_sequence_member {
	IOP_MEMBER_IO,
	IOP_MEMBER_OTHER,
	IOP_MEMBER_SIZE,
	IOP_MEMBER_OFFSET,
	IOP_MEMBER_LENGTH,
	IOP_MEMBER_VALUE,
};
#define IOP_MEMBERS 6

/** ORed (1 << enum iop_sequence_member); 0: of a kind that is not called here. */
unsigned iop_sequence_members(unsigned kind);
/** A member of a step. */
uint64_t *iop_sequence_member(struct iop_sequence_step *step, enum iop_sequence_member member);

/** Whether sizes and places are those that the entry is made for, inside the windows. */
bool iop_sequence_takes(const struct iop_sequence_module *module, const struct iop_sequence *sequence);

/** Leaves out calls of what is left out; there may be none then. */
void iop_sequence_leave_out(const struct iop_sequence_module *module, struct iop_sequence *sequence);

/** What both windows hold before the first call. */
void iop_sequence_fill(uint32_t fill, unsigned char device[IOP_SEQUENCE_WINDOW], unsigned char memory[IOP_SEQUENCE_WINDOW]);

/** Bytes that the text of a sequence has at most, names being as long as they may be. */
#define IOP_SEQUENCE_TEXT 4096

/** As text: a line each, which iop_sequence_read() reads. */
void iop_sequence_write(FILE *out, const struct iop_sequence_module *module, const struct iop_sequence_list *list);
/** The line of a call. */
void iop_sequence_write_step(FILE *out, const struct iop_sequence_module *module, const struct iop_sequence_step *step);
/** False: @why says in words what is wrong with which line. */
bool iop_sequence_read(struct iop_sequence_list *list, const struct iop_sequence_module *module, const char *text, char *why,
		       size_t size);

#endif
