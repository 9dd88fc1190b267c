/* SPDX-License-Identifier: MIT */
/**
 * fate.h - what became of a call, other than that it returned
 *
 * A call is judged only if it came back, did nothing but compute and access memory, and left the CPU as the calling convention
 * demands. Everything else is a fate: a rule broken outside the rules of accesses (a finding), or a reason why nothing can be said.
 */
#ifndef IOPATH_BENCH_JUDGE_FATE_H
#define IOPATH_BENCH_JUDGE_FATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum iop_fate_kind {
	IOP_FATE_NONE,	   /**< not called yet */
	IOP_FATE_RETURNED, /**< the usual: judge the accesses */
	/* Findings. */
	IOP_FATE_OVERRUN, /**< an access outside the memory side, or far outside the device side: address and width */
	IOP_FATE_LEFT,	  /**< it returned, but left changed what it must keep: mask of IOP_LEFT_* */
	/* Reasons. */
	IOP_FATE_LOADING, /**< the object could not be loaded; the text says why */
	IOP_FATE_CALL,	  /**< it made a system call: number */
	IOP_FATE_SIGNAL,  /**< it got a signal: number */
	IOP_FATE_LATE,	  /**< it did not return in time */
	IOP_FATE_ENDED,	  /**< its process ended with a status, without an answer: number */
	IOP_FATE_KILLED,  /**< its process was killed by a signal, without an answer: number */
	IOP_FATE_CANNOT,  /**< the judge could not work; the text says why */
};

#define IOP_LEFT_DIRECTION 1u  /**< the direction flag */
#define IOP_LEFT_ROUNDING  2u  /**< MXCSR's control bits: rounding, masks, flush to zero */
#define IOP_LEFT_X87	   4u  /**< the x87 control word */
#define IOP_LEFT_MMX	   8u  /**< MMX registers in use (no emms) */
#define IOP_LEFT_STACK	   16u /**< the stack pointer */
#define IOP_LEFT_FLAGS	   32u /**< other control flags: AC, TF */
/** Callee-saved register @i: rbx, rbp, r12 to r15 on x86-64. */
#define IOP_LEFT_REGISTER(i) (256u << (i))

struct iop_fate {
	uint32_t kind; /**< enum iop_fate_kind */
	int32_t number;
	uint32_t left;
	uint32_t write;	    /**< of an overrun or a fault: it was a write */
	uint64_t address;   /**< of an overrun or a fault */
	int64_t offset;	    /**< of an overrun: from the first byte of the side */
	uint64_t code;	    /**< address of the instruction that was executed */
	uint64_t stack;	    /**< the stack pointer there */
	uint32_t width;	    /**< of an overrun, of the access */
	uint32_t on_device; /**< of an overrun: of the device side */
	uint8_t protection; /**< of SIGSEGV: no address was at fault */
	uint8_t pretended;  /**< of a system call: the routine was told that it had been made, and went on */
	uint8_t unused[6];
	char text[400]; /**< one line, without a full stop: what happened, where; "" if it returned */
};

/** Whether the call can be judged by its accesses: it returned, or it broke a rule that they show. */
bool iop_fate_is_finding(const struct iop_fate *fate);
bool iop_fate_is_reason(const struct iop_fate *fate);

#endif
