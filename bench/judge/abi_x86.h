/* SPDX-License-Identifier: MIT */
/**
 * abi_x86.h - a call that checks what the callee must leave as it was (System V, x86-64)
 */
#ifndef IOPATH_BENCH_JUDGE_ABI_H
#define IOPATH_BENCH_JUDGE_ABI_H

#include <stdint.h>

/** Registers that a callee must keep, beside the stack pointer: rbx, rbp, r12 to r15. */
#define IOP_ABI_KEPT 6

struct iop_abi_call {
	uint64_t argument[6];
	uint64_t function;
	uint64_t result;
	uint64_t trap;		     /**< 0x100: the trap flag is set while the function runs */
	uint64_t kept[IOP_ABI_KEPT]; /**< given before the call, found after it */
	uint64_t stack, stack_after, flags_after;
	uint32_t mxcsr, mxcsr_after;
	uint16_t x87, x87_after;
	uint32_t unused;
	unsigned char environment[32]; /**< of the x87 unit, after the call */
};

/** Calls, and puts everything right again that the function may have left changed. Not from two threads at once. */
void iop_abi_call(struct iop_abi_call *call);

/** What the function of the last call left changed: IOP_LEFT_* of fate.h. @given are the kept registers' values before it. */
uint32_t iop_abi_left(const struct iop_abi_call *call, const uint64_t given[IOP_ABI_KEPT]);

/** Name of kept register @i. */
const char *iop_abi_register(unsigned i);

#endif
