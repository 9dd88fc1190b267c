/* SPDX-License-Identifier: MIT */
#include "decode_x86.h"
#include "own_syscall_x86.h"
#include "vector_x86.h"

#include <asm/prctl.h>
#include <sys/syscall.h>

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
	case ZYDIS_MNEMONIC_MOVZX:
	case ZYDIS_MNEMONIC_MOVSX:
	case ZYDIS_MNEMONIC_MOVSXD: return IOP_FORM_PLAIN;
	default: break;
	}
	if (insn->encoding == ZYDIS_INSTRUCTION_ENCODING_VEX || insn->encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX ||
	    insn->meta.isa_ext == ZYDIS_ISA_EXT_SSE || insn->meta.isa_ext == ZYDIS_ISA_EXT_SSE2 ||
	    insn->meta.isa_ext == ZYDIS_ISA_EXT_SSE3 || insn->meta.isa_ext == ZYDIS_ISA_EXT_SSSE3 ||
	    insn->meta.isa_ext == ZYDIS_ISA_EXT_SSE4)
		return insn->mnemonic == ZYDIS_MNEMONIC_MOVNTI ? IOP_FORM_OTHER : IOP_FORM_VECTOR;
	return IOP_FORM_OTHER;
}

/* Masked bytes are known of whole moves only: elsewhere an element may be read for another than its own place, or all may be. */
static bool moves_its_elements(ZydisMnemonic mnemonic)
{
	switch (mnemonic) {
	case ZYDIS_MNEMONIC_VMOVUPS:
	case ZYDIS_MNEMONIC_VMOVUPD:
	case ZYDIS_MNEMONIC_VMOVAPS:
	case ZYDIS_MNEMONIC_VMOVAPD:
	case ZYDIS_MNEMONIC_VMOVDQU8:
	case ZYDIS_MNEMONIC_VMOVDQU16:
	case ZYDIS_MNEMONIC_VMOVDQU32:
	case ZYDIS_MNEMONIC_VMOVDQU64:
	case ZYDIS_MNEMONIC_VMOVDQA32:
	case ZYDIS_MNEMONIC_VMOVDQA64: return true;
	default: return false;
	}
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
	if (z->size / 8 > 64) {
		i->unknown = "an operand of more than 64 bytes";
		return;
	}
	operand = &i->operand[i->operands++];
	operand->addr = addr;
	operand->width = (uint16_t)(z->size / 8);
	operand->mask = iop_access_all(operand->width);
	operand->read = (z->actions & ZYDIS_OPERAND_ACTION_MASK_READ) != 0;
	operand->write = (z->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;
	operand->form = form_of(&i->insn, z);
	operand->undecoded = iop_undecoded_x86(&i->insn);
	if (k > ZYDIS_REGISTER_K0 && k <= ZYDIS_REGISTER_K7) {
		if (!moves_its_elements(i->insn.mnemonic))
			i->unknown = "an instruction with a mask that is no move";
		else if (iop_vector_mask(uc, (unsigned)(k - ZYDIS_REGISTER_K0), &elements))
			operand->mask = spread(elements, z->element_size / 8u ? z->element_size / 8u : 1, operand->width);
		else
			i->unknown = "a masked access whose mask this kernel does not show";
	}
}

/* A register's share in an address. */
static uint64_t value_of(const ucontext_t *uc, ZydisRegister reg)
{
	uint64_t value = (uint64_t)uc->uc_mcontext.gregs[greg_of[ZydisRegisterGetId(reg) & 15]];

	return ZydisRegisterGetWidth(ZYDIS_MACHINE_MODE_LONG_64, reg) == 8 ? (uint8_t)value : value;
}

static uint64_t segment_base(ZydisRegister segment)
{
	unsigned long base = 0;

	if (segment == ZYDIS_REGISTER_FS || segment == ZYDIS_REGISTER_GS)
		iop_own_syscall(SYS_arch_prctl, segment == ZYDIS_REGISTER_FS ? ARCH_GET_FS : ARCH_GET_GS, (long)&base, 0, 0, 0, 0);
	return base;
}

/* Zydis's own sum takes whole registers, also where an address has 32 bits, and leaves out what a segment adds. */
static uintptr_t address_of(const struct iop_instruction *i, const ZydisDecodedOperand *z, const ucontext_t *uc)
{
	/* With a 32-bit address and REX.B, Zydis 4.0 sees a base where the SIB byte has a displacement in its place. */
	bool no_base = i->insn.raw.modrm.rm == 4 && i->insn.raw.modrm.mod == 0 && (i->insn.raw.sib.base & 7) == 5;
	ZydisRegister base = no_base ? ZYDIS_REGISTER_NONE : z->mem.base, index = z->mem.index;
	uint64_t addr = z->mem.disp.has_displacement ? (uint64_t)z->mem.disp.value : 0;

	if (no_base)
		addr = (uint64_t)i->insn.raw.disp.value;
	if (base == ZYDIS_REGISTER_RIP || base == ZYDIS_REGISTER_EIP)
		addr += (uint64_t)uc->uc_mcontext.gregs[REG_RIP] + i->insn.length;
	else if (base != ZYDIS_REGISTER_NONE)
		addr += value_of(uc, base);
	if (index != ZYDIS_REGISTER_NONE)
		addr += value_of(uc, index) * z->mem.scale;
	if (i->insn.address_width == 32)
		addr = (uint32_t)addr;
	return addr + segment_base(z->mem.segment);
}

/* Bit instructions on memory take the bit's number from a register: any word, also before the address. */
static ptrdiff_t word_of_bit(const struct iop_instruction *i, const ZydisDecodedOperand *z, const ucontext_t *uc)
{
	const ZydisDecodedOperand *bit = &i->explicit_operand[1];
	int64_t number;

	switch (i->insn.mnemonic) {
	case ZYDIS_MNEMONIC_BT:
	case ZYDIS_MNEMONIC_BTS:
	case ZYDIS_MNEMONIC_BTR:
	case ZYDIS_MNEMONIC_BTC: break;
	default: return 0;
	}
	if (bit->type != ZYDIS_OPERAND_TYPE_REGISTER)
		return 0;
	number = (int64_t)value_of(uc, bit->reg.value);
	number = z->size == 16 ? (int16_t)number : z->size == 32 ? (int32_t)number : number;
	return (ptrdiff_t)((number >> __builtin_ctz(z->size)) * (z->size / 8));
}

/* What pushes stores below the stack pointer, and a pop to memory has moved that before it computes an address from it. */
static ptrdiff_t moved_stack(const struct iop_instruction *i, const ZydisDecodedOperand *z)
{
	bool stored = z->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE;

	if (z->mem.base != ZYDIS_REGISTER_RSP || !stored)
		return 0;
	if (z->visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN)
		return -(z->size / 8);
	return i->insn.mnemonic == ZYDIS_MNEMONIC_POP ? z->size / 8 : 0;
}

static bool is_cache_only(ZydisMnemonic mnemonic)
{
	return mnemonic == ZYDIS_MNEMONIC_CLFLUSH || mnemonic == ZYDIS_MNEMONIC_CLFLUSHOPT || mnemonic == ZYDIS_MNEMONIC_CLWB ||
	       mnemonic == ZYDIS_MNEMONIC_CLDEMOTE;
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
	i->operands = 0;
	i->unknown = NULL;
	i->cache_only = false;
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(decoder(), (const void *)regs[REG_RIP], ZYDIS_MAX_INSTRUCTION_LENGTH, &i->insn,
						 i->explicit_operand))) {
		i->unknown = "bytes that are not an instruction";
		return false;
	}
	if (masked_by_a_vector(i->insn.mnemonic))
		i->unknown = "a move masked by a vector register";
	/* Of its 32 bits only 16 are used, and CPUs differ in how many they read. */
	if (i->insn.mnemonic == ZYDIS_MNEMONIC_MOVSXD && i->insn.operand_width == 16)
		i->unknown = "movsxd of 16 bits";
	i->cache_only = is_cache_only(i->insn.mnemonic);
	if (i->cache_only)
		return true;
	/* Loads before stores: a string move reads its element before it writes it. */
	for (int want_write = 0; want_write < 2; want_write++)
		for (unsigned o = 0; o < i->insn.operand_count; o++) {
			const ZydisDecodedOperand *z = &i->explicit_operand[o];
			bool writes = (z->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE) != 0;

			if (z->type != ZYDIS_OPERAND_TYPE_MEMORY || z->mem.type == ZYDIS_MEMOP_TYPE_AGEN || writes != want_write)
				continue;
			if (z->mem.type == ZYDIS_MEMOP_TYPE_VSIB)
				i->unknown = "a gather or scatter";
			else
				add_operand(i, uc, z,
					    address_of(i, z, uc) + (uintptr_t)(word_of_bit(i, z, uc) + moved_stack(i, z)));
		}
	return !i->unknown;
}

bool iop_is_streaming_x86(ZydisMnemonic mnemonic)
{
	switch (mnemonic) {
	case ZYDIS_MNEMONIC_MOVNTI:
	case ZYDIS_MNEMONIC_MOVNTQ:
	case ZYDIS_MNEMONIC_MOVNTDQ:
	case ZYDIS_MNEMONIC_MOVNTPS:
	case ZYDIS_MNEMONIC_MOVNTPD:
	case ZYDIS_MNEMONIC_VMOVNTDQ:
	case ZYDIS_MNEMONIC_VMOVNTPS:
	case ZYDIS_MNEMONIC_VMOVNTPD:
	case ZYDIS_MNEMONIC_MASKMOVQ:
	case ZYDIS_MNEMONIC_MASKMOVDQU:
	case ZYDIS_MNEMONIC_VMASKMOVDQU:
	case ZYDIS_MNEMONIC_MOVDIRI:
	case ZYDIS_MNEMONIC_MOVDIR64B: return true;
	default: return false;
	}
}
