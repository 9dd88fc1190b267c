/* SPDX-License-Identifier: MIT */
/*
 * Who cannot decode an instruction whose access traps. KVM's emulator has a table of its own; the handlers of Linux in confidential
 * guests know nine opcodes, and that of TDX carries none of the string moves out. Source: docs/copies.md, 5.1.
 */
#include "decode_x86.h"

#define CONFIDENTIAL (IOP_DECODER_SEV_ES | IOP_DECODER_TDX)
#define OLD_KVM	     IOP_DECODER_KVM_OLD
#define NOBODY	     (IOP_DECODER_KVM | IOP_DECODER_KVM_OLD | CONFIDENTIAL)

/* Only loads and stores of a general register with a ModRM byte, and of immediates. */
static unsigned of_mov(const ZydisDecodedInstruction *insn)
{
	bool known = insn->opcode == 0x88 || insn->opcode == 0x89 || insn->opcode == 0x8a || insn->opcode == 0x8b ||
		     insn->opcode == 0xc6 || insn->opcode == 0xc7;

	return known ? 0 : CONFIDENTIAL;
}

static unsigned of_vector_move(const ZydisDecodedInstruction *insn)
{
	if (insn->encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY)
		return CONFIDENTIAL;
	return insn->encoding == ZYDIS_INSTRUCTION_ENCODING_VEX ? OLD_KVM | CONFIDENTIAL : NOBODY;
}

unsigned iop_undecoded_x86(const ZydisDecodedInstruction *insn)
{
	switch (insn->meta.category) {
	case ZYDIS_CATEGORY_CMOV:
	case ZYDIS_CATEGORY_SETCC:
	case ZYDIS_CATEGORY_SHIFT:
	case ZYDIS_CATEGORY_ROTATE: return CONFIDENTIAL;
	default: break;
	}
	switch (insn->mnemonic) {
	case ZYDIS_MNEMONIC_MOV: return of_mov(insn);
	case ZYDIS_MNEMONIC_MOVZX:
	case ZYDIS_MNEMONIC_MOVSX: return 0;
	case ZYDIS_MNEMONIC_MOVSB:
	case ZYDIS_MNEMONIC_MOVSW:
	case ZYDIS_MNEMONIC_MOVSQ: return IOP_DECODER_TDX;
	/* The string move and the vector move share a name. */
	case ZYDIS_MNEMONIC_MOVSD: return insn->meta.category == ZYDIS_CATEGORY_STRINGOP ? IOP_DECODER_TDX : NOBODY;
	case ZYDIS_MNEMONIC_STOSB:
	case ZYDIS_MNEMONIC_STOSW:
	case ZYDIS_MNEMONIC_STOSD:
	case ZYDIS_MNEMONIC_STOSQ:
	case ZYDIS_MNEMONIC_LODSB:
	case ZYDIS_MNEMONIC_LODSW:
	case ZYDIS_MNEMONIC_LODSD:
	case ZYDIS_MNEMONIC_LODSQ:
	case ZYDIS_MNEMONIC_MOVSXD:
	case ZYDIS_MNEMONIC_MOVNTI:
	case ZYDIS_MNEMONIC_MOVBE:
	case ZYDIS_MNEMONIC_XCHG:
	case ZYDIS_MNEMONIC_XADD:
	case ZYDIS_MNEMONIC_CMPXCHG:
	case ZYDIS_MNEMONIC_CMPXCHG8B:
	case ZYDIS_MNEMONIC_MUL:
	case ZYDIS_MNEMONIC_IMUL:
	case ZYDIS_MNEMONIC_DIV:
	case ZYDIS_MNEMONIC_IDIV:
	case ZYDIS_MNEMONIC_BT:
	case ZYDIS_MNEMONIC_BTS:
	case ZYDIS_MNEMONIC_BTR:
	case ZYDIS_MNEMONIC_BTC:
	case ZYDIS_MNEMONIC_BSF:
	case ZYDIS_MNEMONIC_BSR:
	case ZYDIS_MNEMONIC_ADD:
	case ZYDIS_MNEMONIC_ADC:
	case ZYDIS_MNEMONIC_SUB:
	case ZYDIS_MNEMONIC_SBB:
	case ZYDIS_MNEMONIC_AND:
	case ZYDIS_MNEMONIC_OR:
	case ZYDIS_MNEMONIC_XOR:
	case ZYDIS_MNEMONIC_CMP:
	case ZYDIS_MNEMONIC_TEST:
	case ZYDIS_MNEMONIC_NOT:
	case ZYDIS_MNEMONIC_NEG:
	case ZYDIS_MNEMONIC_INC:
	case ZYDIS_MNEMONIC_DEC: return CONFIDENTIAL;
	case ZYDIS_MNEMONIC_MOVUPS:
	case ZYDIS_MNEMONIC_MOVUPD:
	case ZYDIS_MNEMONIC_MOVAPS:
	case ZYDIS_MNEMONIC_MOVAPD:
	case ZYDIS_MNEMONIC_MOVDQU:
	case ZYDIS_MNEMONIC_MOVDQA:
	case ZYDIS_MNEMONIC_MOVNTPS:
	case ZYDIS_MNEMONIC_MOVNTPD:
	case ZYDIS_MNEMONIC_MOVNTDQ:
	case ZYDIS_MNEMONIC_VMOVUPS:
	case ZYDIS_MNEMONIC_VMOVUPD:
	case ZYDIS_MNEMONIC_VMOVAPS:
	case ZYDIS_MNEMONIC_VMOVAPD:
	case ZYDIS_MNEMONIC_VMOVDQU:
	case ZYDIS_MNEMONIC_VMOVDQA:
	case ZYDIS_MNEMONIC_VMOVNTDQ:
	case ZYDIS_MNEMONIC_VMOVNTDQA: return of_vector_move(insn);
	case ZYDIS_MNEMONIC_MOVNTDQA: return OLD_KVM | CONFIDENTIAL;
	default: return NOBODY;
	}
}
