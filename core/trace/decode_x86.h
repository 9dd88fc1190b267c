/* SPDX-License-Identifier: MIT */
/**
 * decode_x86.h - one instruction at a fault: its memory operands, and carrying a plain one out
 */
#ifndef IOPATH_TRACE_DECODE_X86_H
#define IOPATH_TRACE_DECODE_X86_H

#include "access_list.h"

#include <ucontext.h>
#include <Zydis/Zydis.h>

struct iop_operand {
	uintptr_t addr;
	uint16_t width;
	uint64_t mask;
	bool read, write;
	enum iop_access_form form;
};

#define IOP_OPERANDS 2

struct iop_instruction {
	struct iop_operand operand[IOP_OPERANDS]; /**< memory operands, in the order the instruction uses them: reads first */
	unsigned operands;
	const char *unknown; /**< NULL, or what about it is not understood */
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand explicit_operand[ZYDIS_MAX_OPERAND_COUNT];
};

/** Decodes the instruction at the context's RIP. False if it is not understood; what is known is filled in all the same. */
bool iop_decode_x86(struct iop_instruction *instruction, const ucontext_t *context);

/**
 * Carries out a mov or movzx between a general register (or a constant) and memory, with memory found @shift bytes from where the
 * instruction thinks it is, and moves the context past it. False, nothing done, for any other instruction.
 */
bool iop_carry_out_x86(const struct iop_instruction *instruction, ucontext_t *context, const unsigned char *shift);

#endif
