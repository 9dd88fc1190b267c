/* SPDX-License-Identifier: MIT */
#include "decode_x86.h"
#include "vector_x86.h"

/* Zydis numbers general registers in the hardware's order; the context does not. */
static const int greg_of[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
				REG_R8,	 REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

greg_t *iop_general(greg_t *regs, int index)
{
	return &regs[greg_of[index]];
}

static const ZydisDecoder *decoder(void)
{
	static ZydisDecoder instance;
	static bool ready;

	if (!ready) {
		ZydisDecoderInit(&instance, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
		ready = true;
	}
	return &instance;
}

/* One bit per element becomes one per byte. */
static uint64_t spread(uint64_t elements, unsigned element_bytes, unsigned width)
{
	uint64_t mask = 0;

	for (unsigned b = 0; b < width && b < 64; b++)
		if (elements >> (b / element_bytes) & 1)
			mask |= UINT64_C(1) << b;
	return mask;
}

static enum iop_access_form form_of(const ZydisDecodedInstruction *insn, const ZydisDecodedOperand *operand)
{
	bool both = (operand->actions & ZYDIS_OPERAND_ACTION_MASK_READ) && (operand->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE);

	if (insn->meta.category == ZYDIS_CATEGORY_STRINGOP)
		return IOP_FORM_STRING;
	if (both)
		return IOP_FORM_UPDATE;
	switch (insn->mnemonic) {
	case ZYDIS_MNEMONIC_MOV:
	case ZYDIS_MNEMONIC_MOVZX: return IOP_FORM_PLAIN;
	default: break;
	}
	if (insn->encoding == ZYDIS_INSTRUCTION_ENCODING_VEX || insn->encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX ||
	    insn->meta.isa_ext == ZYDIS_ISA_EXT_SSE || insn->meta.isa_ext == ZYDIS_ISA_EXT_SSE2 ||
	    insn->meta.isa_ext == ZYDIS_ISA_EXT_SSE3 || insn->meta.isa_ext == ZYDIS_ISA_EXT_SSSE3 ||
	    insn->meta.isa_ext == ZYDIS_ISA_EXT_SSE4)
		return insn->mnemonic == ZYDIS_MNEMONIC_MOVNTI ? IOP_FORM_OTHER : IOP_FORM_VECTOR;
	return IOP_FORM_OTHER;
}

static void add_operand(struct iop_instruction *i, const ucontext_t *uc, const ZydisDecodedOperand *z, ZyanU64 addr)
{
	ZydisRegister k = i->insn.avx.mask.reg;
	struct iop_operand *operand;
	uint64_t elements;

	if (i->operands == IOP_OPERANDS) {
		i->unknown = "an instruction with more memory operands than expected";
		return;
	}
	operand = &i->operand[i->operands++];
	operand->addr = addr;
	operand->width = (uint16_t)(z->size / 8);
	operand->mask = iop_access_all(operand->width);
	operand->read = (z->actions & ZYDIS_OPERAND_ACTION_MASK_READ) != 0;
	operand->write = (z->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
	operand->form = form_of(&i->insn, z);
	if (k > ZYDIS_REGISTER_K0 && k <= ZYDIS_REGISTER_K7) {
		if (iop_vector_mask(uc, (unsigned)(k - ZYDIS_REGISTER_K0), &elements))
			operand->mask = spread(elements, z->element_size / 8u ? z->element_size / 8u : 1, operand->width);
		else
			i->unknown = "a masked access whose mask this kernel does not show";
	}
}

static bool masked_by_a_vector(ZydisMnemonic mnemonic)
{
	return mnemonic == ZYDIS_MNEMONIC_VPMASKMOVD || mnemonic == ZYDIS_MNEMONIC_VPMASKMOVQ ||
	       mnemonic == ZYDIS_MNEMONIC_VMASKMOVPS || mnemonic == ZYDIS_MNEMONIC_VMASKMOVPD ||
	       mnemonic == ZYDIS_MNEMONIC_MASKMOVDQU || mnemonic == ZYDIS_MNEMONIC_VMASKMOVDQU;
}

bool iop_decode_x86(struct iop_instruction *i, const ucontext_t *uc)
{
	const greg_t *regs = uc->uc_mcontext.gregs;
	ZydisRegisterContext values = {0};

	i->operands = 0;
	i->unknown = NULL;
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(decoder(), (const void *)regs[REG_RIP], ZYDIS_MAX_INSTRUCTION_LENGTH, &i->insn,
						 i->explicit_operand))) {
		i->unknown = "bytes that are not an instruction";
		return false;
	}
	for (int r = 0; r < 16; r++)
		values.values[ZYDIS_REGISTER_RAX + r] = (ZyanU64)regs[greg_of[r]];
	values.values[ZYDIS_REGISTER_RIP] = (ZyanU64)regs[REG_RIP];
	if (masked_by_a_vector(i->insn.mnemonic))
		i->unknown = "a move masked by a vector register";
	/* Loads before stores: a string move reads its element before it writes it. */
	for (int want_write = 0; want_write < 2; want_write++)
		for (unsigned o = 0; o < i->insn.operand_count; o++) {
			const ZydisDecodedOperand *z = &i->explicit_operand[o];
			bool writes = (z->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
			ZyanU64 addr;

			if (z->type != ZYDIS_OPERAND_TYPE_MEMORY || z->mem.type == ZYDIS_MEMOP_TYPE_AGEN || writes != want_write)
				continue;
			if (z->mem.type == ZYDIS_MEMOP_TYPE_VSIB)
				i->unknown = "a gather or scatter";
			else if (ZYAN_SUCCESS(ZydisCalcAbsoluteAddressEx(&i->insn, z, (ZyanU64)regs[REG_RIP], &values, &addr)))
				add_operand(i, uc, z, addr);
			else
				i->unknown = "an address that could not be computed";
		}
	return !i->unknown;
}
