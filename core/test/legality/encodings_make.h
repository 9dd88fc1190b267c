/* SPDX-License-Identifier: MIT */
/** encodings_make.h - x86-64 instructions that touch memory: every opcode of every map, with prefixes, addresses and registers */
#ifndef ENCODINGS_MAKE_H
#define ENCODINGS_MAKE_H

#include "encodings_cpu.h"

#include <Zydis/Zydis.h>

struct encoding {
	uint8_t bytes[ZYDIS_MAX_INSTRUCTION_LENGTH];
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operand[ZYDIS_MAX_OPERAND_COUNT];
	const ZydisDecodedOperand *memory; /* the explicit one */
	bool swept;			   /* one of many that differ in their address, or in a register, only */
};

typedef void (*encoding_fn)(struct encoding *encoding);

/* Calls @each for every encoding with an explicit operand in memory that a program may run and go on. */
void encodings_make(encoding_fn each);

/* The same for string instructions, which name no operand: with every prefix that changes one. */
void encodings_make_strings(encoding_fn each);

/* Sets displacement and address registers so that the operand starts at @target; false if this form cannot reach it. */
bool encoding_aim(struct encoding *encoding, struct cpu_state *state, uintptr_t target);

#endif
