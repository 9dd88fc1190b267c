/* SPDX-License-Identifier: MIT */
/**
 * check_entry.h - one copy or accessor that a module registers, judged against what it claims
 */
#ifndef IOPATH_BENCH_CLI_CHECK_ENTRY_H
#define IOPATH_BENCH_CLI_CHECK_ENTRY_H

#include "target.h"

#include <sample/describe.h>

enum iop_outcome {
	IOP_AS_CLAIMED,
	IOP_NOT_AS_CLAIMED,
	IOP_NOT_JUDGED
};
extern const char *const iop_outcome_name[];

struct iop_checked {
	enum iop_outcome outcome;
	bool not_examined; /**< of what is not judged: nothing has failed */
	bool interrupted;  /**< likewise */
	char order[500];   /**< of an accessor that makes its access: whether its order was examined, and why not, or "" */
	char words[512];
	size_t calls;	  /**< of a copy or an accessor, that were judged */
	uint64_t largest; /**< bytes of one of them */
	const char *tier; /**< of a copy that was judged, the strictest that it is legal for; or NULL */
	unsigned widths;  /**< and those of its accesses, ORed */
	char *more;	  /**< lines that show it, or NULL; freed by the caller */
};

/** Where the entry is, and how it is judged. */
struct iop_entry_object {
	const char *path;  /**< with a slash, as the loader wants it */
	const char *shown; /**< its name in commands that are printed; NULL: the path; "": it is not kept */
	struct iop_child_limits limits;
	bool emulated; /**< also what this CPU could run */
	/** Unless NULL, told what an emulator counted, of an accessor or of a copy of each of @sizes, which end with 0. */
	void (*counted)(void *user, size_t bytes, const struct iop_judge_answer *answer, const struct iop_copy_traced *traced,
			const uint8_t *code);
	const size_t *sizes;
	void *user;
};

/** Judges all calls. */
void iop_check_entry(const struct iop_entry_object *object, const struct iop_described_entry *entry, struct iop_checked *line);

#endif
