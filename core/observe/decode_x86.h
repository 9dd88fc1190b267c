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
	unsigned undecoded; /**< OR of enum iop_decoder */
};

#define IOP_OPERANDS 2

struct iop_instruction {
	struct iop_operand operand[IOP_OPERANDS]; /**< memory operands, in the order the instruction uses them: reads first */
	unsigned operands;
	const char *unknown; /**< NULL, or what about it is not understood */
	bool cache_only;     /**< moves a line between caches and memory: faults as an access does, and is none */
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand explicit_operand[ZYDIS_MAX_OPERAND_COUNT];
};

/** Decodes the instruction at the context's RIP. False if it is not understood; what is known is filled in all the same. */
bool iop_decode_x86(struct iop_instruction *instruction, const ucontext_t *context);

/** Whether the instruction at @code orders the stores before it: a fence, a locked or a serializing instruction. */
bool iop_is_fence_x86(const void *code);

/** Who cannot decode @insn when its access traps: OR of enum iop_decoder. */
unsigned iop_undecoded_x86(const ZydisDecodedInstruction *insn);

/** A range without access rights, and where its bytes can be reached. */
struct iop_alias {
	const unsigned char *window;
	unsigned char *contents;
	size_t bytes;
};

/**
 * Carries out a plain move (mov, movzx), a whole vector move, or one element of a string move, on the alias of the memory that the
 * instruction names, and moves the context on. False, nothing done, for any other instruction.
 */
bool iop_carry_out_x86(const struct iop_instruction *instruction, ucontext_t *context, const struct iop_alias *alias);

/**
 * The same for direct stores (movdiri, movdir64b), as eight or fewer stores of memory: what a CPU that has none of them does in their
 * place. Not for a device, which would see another access. False, too, of a line that is misaligned.
 */
bool iop_stand_in_x86(const struct iop_instruction *instruction, ucontext_t *context, const struct iop_alias *alias);

/** Whether it is a non-temporal store. */
bool iop_is_streaming_x86(ZydisMnemonic mnemonic);

/** Whether it moves a whole vector register: what iop_carry_out_x86() knows of vectors. */
bool iop_is_vector_move_x86(ZydisMnemonic mnemonic);

/** General register number @index, in the hardware's order. */
greg_t *iop_general(greg_t *regs, int index);

#endif
