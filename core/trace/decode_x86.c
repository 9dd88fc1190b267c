/* SPDX-License-Identifier: MIT */
#include "decode_x86.h"

#include <cpuid.h>
#include <string.h>

/* Zydis numbers general registers in the hardware's order; the context does not. */
static const int greg_of[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
				REG_R8,	 REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

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

/* Mask registers are in the XSAVE area behind the floating point state, where CPUID says. */
static bool mask_register(const ucontext_t *uc, ZydisRegister reg, uint64_t *value)
{
	enum {
		MAGIC_AT = 464,
		MAGIC = 0x46505853,
		OPMASK = 5
	};
	const unsigned char *area = (const unsigned char *)uc->uc_mcontext.fpregs;
	unsigned size, offset, c, d;
	uint32_t magic;

	memcpy(&magic, area + MAGIC_AT, sizeof(magic));
	if (magic != MAGIC || !__get_cpuid_count(0xd, OPMASK, &size, &offset, &c, &d) || !size)
		return false;
	memcpy(value, area + offset + 8u * (unsigned)(reg - ZYDIS_REGISTER_K0), sizeof(*value));
	/* The area leaves out a component in its initial state, which is zero. */
	uint64_t present;
	memcpy(&present, area + 512, sizeof(present));
	if (!(present >> OPMASK & 1))
		*value = 0;
	return true;
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
		if (mask_register(uc, k, &elements))
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
		i->unknown = "bytes that are no instruction";
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

/* Index of a general register and its width; high bytes (ah to bh) are left to single-stepping. */
static bool general(ZydisRegister reg, int *index, unsigned *width)
{
	if (reg >= ZYDIS_REGISTER_RAX && reg <= ZYDIS_REGISTER_R15) {
		*index = reg - ZYDIS_REGISTER_RAX;
		*width = 8;
	} else if (reg >= ZYDIS_REGISTER_EAX && reg <= ZYDIS_REGISTER_R15D) {
		*index = reg - ZYDIS_REGISTER_EAX;
		*width = 4;
	} else if (reg >= ZYDIS_REGISTER_AX && reg <= ZYDIS_REGISTER_R15W) {
		*index = reg - ZYDIS_REGISTER_AX;
		*width = 2;
	} else if (reg >= ZYDIS_REGISTER_AL && reg <= ZYDIS_REGISTER_BL) {
		*index = reg - ZYDIS_REGISTER_AL;
		*width = 1;
	} else if (reg >= ZYDIS_REGISTER_SPL && reg <= ZYDIS_REGISTER_R15B) {
		*index = reg - ZYDIS_REGISTER_SPL + 4;
		*width = 1;
	} else {
		return false;
	}
	return true;
}

static void set_general(greg_t *slot, unsigned width, uint64_t value)
{
	uint64_t old = (uint64_t)*slot;

	/* Writing 32 bits clears the upper half; narrower writes keep the rest. */
	if (width == 2)
		value = (old & ~UINT64_C(0xffff)) | (value & 0xffff);
	else if (width == 1)
		value = (old & ~UINT64_C(0xff)) | (value & 0xff);
	else if (width == 4)
		value &= UINT32_MAX;
	*slot = (greg_t)value;
}

bool iop_carry_out_x86(const struct iop_instruction *i, ucontext_t *uc, const unsigned char *shift)
{
	greg_t *regs = uc->uc_mcontext.gregs;
	const ZydisDecodedOperand *to = &i->explicit_operand[0], *from = &i->explicit_operand[1];
	unsigned char *memory;
	uint64_t value = 0;
	unsigned width;
	int index;

	if ((i->insn.mnemonic != ZYDIS_MNEMONIC_MOV && i->insn.mnemonic != ZYDIS_MNEMONIC_MOVZX) || i->operands != 1 || i->unknown)
		return false;
	memory = (unsigned char *)((uintptr_t)shift + i->operand[0].addr);
	if (to->type == ZYDIS_OPERAND_TYPE_MEMORY) {
		if (from->type == ZYDIS_OPERAND_TYPE_IMMEDIATE)
			value = from->imm.value.u;
		else if (from->type == ZYDIS_OPERAND_TYPE_REGISTER && general(from->reg.value, &index, &width))
			value = (uint64_t)regs[greg_of[index]];
		else
			return false;
		memcpy(memory, &value, i->operand[0].width);
	} else {
		if (to->type != ZYDIS_OPERAND_TYPE_REGISTER || !general(to->reg.value, &index, &width))
			return false;
		memcpy(&value, memory, i->operand[0].width);
		set_general(&regs[greg_of[index]], width, value);
	}
	regs[REG_RIP] += i->insn.length;
	return true;
}
