/* SPDX-License-Identifier: MIT */
/**
 * run.h - running sequences, and finding what is wrong with them
 *
 * The module is loaded and called in a child process with limits (judge/child.h), which runs one sequence after the other until it
 * ends or is stopped. Results and both windows come back after each call and are compared with the model; of a watched call, the
 * accesses are judged by what the module claims.
 */
#ifndef IOPATH_BENCH_SEQUENCE_RUN_H
#define IOPATH_BENCH_SEQUENCE_RUN_H

#include "sequence.h"

#include <judge/child.h>

#include <signal.h>

enum iop_sequence_fault {
	IOP_SEQUENCE_CLEAN,
	IOP_SEQUENCE_DEVICE,	    /**< a byte of the device side is not what it must be */
	IOP_SEQUENCE_BESIDE_DEVICE, /**< a byte of the device that is no part of the call has changed */
	IOP_SEQUENCE_MEMORY,	    /**< the same of memory */
	IOP_SEQUENCE_BESIDE_MEMORY,
	IOP_SEQUENCE_VALUE,    /**< a read yields another value */
	IOP_SEQUENCE_ACCEPTED, /**< it must be refused, and is not */
	IOP_SEQUENCE_REFUSED,  /**< it must not be refused, and is */
	IOP_SEQUENCE_PLACE,    /**< a projection is another place */
	IOP_SEQUENCE_ACCESS,   /**< an access where there must be none */
	IOP_SEQUENCE_RULES,    /**< accesses that the claim does not allow */
	IOP_SEQUENCE_CRASH,    /**< a signal */
	IOP_SEQUENCE_HANG,
	IOP_SEQUENCE_ENDED,  /**< it ended its process */
	IOP_SEQUENCE_CANNOT, /**< the module cannot be run: no finding */
};

/** "device", "beside-device" and so on. */
const char *iop_sequence_fault_name(enum iop_sequence_fault fault);

struct iop_sequence_failure {
	enum iop_sequence_fault fault;
	uint32_t step;	 /**< the call, from 0 */
	uint32_t entry;	 /**< what it called */
	unsigned broken; /**< of IOP_SEQUENCE_RULES: ORed enum iop_rule */
	bool partial;	 /**< minimising was stopped: the calls are right, and could be fewer */
	char words[400]; /**< one line */
};

struct iop_sequence_runner {
	const struct iop_sequence_module *module;
	struct iop_child_limits limits;
	const volatile sig_atomic_t *stop; /**< what takes long ends when it is set; NULL: never */
	struct iop_child child;		   /**< pid 0: none */
	uint64_t calls, watched;
	uint64_t of_kind[IOP_SEQUENCE_KINDS]; /**< calls */
	uint64_t *of_entry;		      /**< the same of each of the module's, or NULL */
	uint64_t blind;			      /**< calls that were to be watched, and could not be */
	char blind_why[100];		      /**< the last reason */
};

/** Runs it in the child that is there, or in a new one; false once something is wrong. Its child is gone then if it ended. */
bool iop_sequence_run(struct iop_sequence_runner *runner, const struct iop_sequence *sequence,
		      struct iop_sequence_failure *failure);
/** Whether somebody has asked for an end. */
static inline bool iop_sequence_stopped(const struct iop_sequence_runner *runner)
{
	return runner->stop && *runner->stop;
}

/** The next sequence has a new child. */
void iop_sequence_forget(struct iop_sequence_runner *runner);
/** All of @list in one new child, up to the first that fails. */
bool iop_sequence_run_list(struct iop_sequence_runner *runner, const struct iop_sequence_list *list,
			   struct iop_sequence_failure *failure);

#endif
