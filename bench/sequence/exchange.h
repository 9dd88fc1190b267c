/* SPDX-License-Identifier: MIT */
/**
 * exchange.h - what iopath fuzz and the program of a coverage engine tell one another
 *
 * That program (driver/) has the module and the engine in it. It is given a folder: the lines that are called, in a file; what both count,
 * in a file that both map; and what it finds, a file each, which the one writes whole and the other takes.
 */
#ifndef IOPATH_BENCH_SEQUENCE_EXCHANGE_H
#define IOPATH_BENCH_SEQUENCE_EXCHANGE_H

#include "run.h"

#include <stdatomic.h>

/** The variable that names the folder. */
#define IOP_EXCHANGE_VARIABLE "IOPATH_FUZZ"
/** iop_exchange_state.entry: nothing is called. */
#define IOP_EXCHANGE_NONE UINT32_MAX
/** Characters of the folder's path. */
#define IOP_EXCHANGE_PATH 200

/** Mapped by both. */
struct iop_exchange_state {
	uint32_t size;	   /**< of what both have compiled */
	uint32_t entry;	   /**< what is called now */
	uint32_t reported; /**< findings so far: their files are numbered */
	uint32_t unused;
	double cpu_seconds; /**< that a call may take */
	_Atomic uint64_t sequences, calls, watched, blind;
	_Atomic uint64_t of_kind[IOP_SEQUENCE_KINDS];
	char blind_why[100];
	char why[200];			  /**< the driver can do nothing; "": it can */
	_Atomic unsigned char left_out[]; /**< of each line: it has a finding */
};

struct iop_exchange {
	char folder[IOP_EXCHANGE_PATH];
	struct iop_exchange_state *state;
	size_t bytes;
	uint32_t taken; /**< of what was reported */
};

/** A new folder, with the lines of @module. 0 or a negative errno, and nothing is left. */
int iop_exchange_create(struct iop_exchange *x, const struct iop_sequence_module *module, double cpu_seconds);
/** With all that is in it. */
void iop_exchange_remove(struct iop_exchange *x);

/** The other side: the state, and the lines as @module, whose path is NULL. 0 or a negative errno. */
int iop_exchange_open(struct iop_exchange *x, const char *folder, struct iop_sequence_module *module);

/** A finding: what ran, which ended in @failure. */
int iop_exchange_report(struct iop_exchange *x, const struct iop_sequence_list *list, const struct iop_sequence_failure *failure);
/** The next one that was reported; false: there is none. */
bool iop_exchange_take(struct iop_exchange *x, struct iop_sequence_list *list, struct iop_sequence_failure *failure);

#endif
