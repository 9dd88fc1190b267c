/* SPDX-License-Identifier: MIT */
/* Carrying out what copies are made of: plain moves, whole vector moves with and without mask, and one element of a string move. */
#include "decode_x86.h"
#include "vector_x86.h"

#include <string.h>

#define DIRECTION_FLAG 0x400
#define VECTOR_MAX     64

/* Where the bytes of @operand can be reached from here; NULL if it hangs over an end of the window. */
static unsigned char *where(const struct iop_alias *alias, const struct iop_operand *operand)
{
	uintptr_t start = (uintptr_t)alias->window, addr = operand->addr;
	/* Masked-out bytes are not accessed: a masked move may begin before the window, or end after it. */
	unsigned first = (unsigned)__builtin_ctzll(operand->mask | (UINT64_C(1) << 63)), last = 63;

	for (; last > first && !(operand->mask >> last & 1); last--)
		;
	if (addr + last < start || addr + first >= start + alias->bytes)
		return (unsigned char *)addr;
	if (addr + first < start || addr + last >= start + alias->bytes)
		return NULL;
	return (unsigned char *)(addr - start + (uintptr_t)alias->contents);
}

/* Index of a general register and its width; high bytes (ah to bh) are left to single-stepping. */
static bool general(ZydisRegister reg, int *index, unsigned *width)
{
	static const struct {
		ZydisRegister first, last;
		int index;
		unsigned width;
	} banks[] = {
		{ZYDIS_REGISTER_RAX, ZYDIS_REGISTER_R15, 0, 8},	 {ZYDIS_REGISTER_EAX, ZYDIS_REGISTER_R15D, 0, 4},
		{ZYDIS_REGISTER_AX, ZYDIS_REGISTER_R15W, 0, 2},	 {ZYDIS_REGISTER_AL, ZYDIS_REGISTER_BL, 0, 1},
		{ZYDIS_REGISTER_SPL, ZYDIS_REGISTER_R15B, 4, 1},
	};

	for (size_t i = 0; i < sizeof(banks) / sizeof(banks[0]); i++)
		if (reg >= banks[i].first && reg <= banks[i].last) {
			*index = (int)(reg - banks[i].first) + banks[i].index;
			*width = banks[i].width;
			return true;
		}
	return false;
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

/* One access, where the C library's copies of a few bytes are two that overlap: the memory may be a device. */
static void move_element(void *to, const void *from, unsigned width)
{
	typedef uint64_t any64 __attribute__((aligned(1), may_alias));
	typedef uint32_t any32 __attribute__((aligned(1), may_alias));
	typedef uint16_t any16 __attribute__((aligned(1), may_alias));

	switch (width) {
	case 8: *(volatile any64 *)to = *(const volatile any64 *)from; break;
	case 4: *(volatile any32 *)to = *(const volatile any32 *)from; break;
	case 2: *(volatile any16 *)to = *(const volatile any16 *)from; break;
	default: *(volatile unsigned char *)to = *(const volatile unsigned char *)from; break;
	}
}

static bool plain_move(const struct iop_instruction *i, ucontext_t *uc, unsigned char *memory)
{
	greg_t *regs = uc->uc_mcontext.gregs;
	const ZydisDecodedOperand *to = &i->explicit_operand[0], *from = &i->explicit_operand[1];
	uint64_t value = 0;
	unsigned width;
	int index;

	if (to->type == ZYDIS_OPERAND_TYPE_MEMORY) {
		if (from->type == ZYDIS_OPERAND_TYPE_IMMEDIATE)
			value = from->imm.value.u;
		else if (from->type == ZYDIS_OPERAND_TYPE_REGISTER && general(from->reg.value, &index, &width))
			value = (uint64_t)*iop_general(regs, index);
		else
			return false;
		move_element(memory, &value, i->operand[0].width);
		return true;
	}
	if (to->type != ZYDIS_OPERAND_TYPE_REGISTER || !general(to->reg.value, &index, &width))
		return false;
	move_element(&value, memory, i->operand[0].width);
	set_general(iop_general(regs, index), width, value);
	return true;
}

static bool vector(ZydisRegister reg, unsigned *index)
{
	static const ZydisRegister first[] = {ZYDIS_REGISTER_XMM0, ZYDIS_REGISTER_YMM0, ZYDIS_REGISTER_ZMM0};

	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (reg >= first[i] && reg < first[i] + 32) {
			*index = (unsigned)(reg - first[i]);
			return true;
		}
	return false;
}

static bool vector_move(const struct iop_instruction *i, ucontext_t *uc, unsigned char *memory)
{
	const ZydisDecodedOperand *first = &i->explicit_operand[0], *last = &i->explicit_operand[i->insn.operand_count_visible - 1];
	const ZydisDecodedOperand *other = first->type == ZYDIS_OPERAND_TYPE_MEMORY ? last : first;
	bool zeroing = i->insn.avx.mask.mode != ZYDIS_MASK_MODE_MERGING;
	bool legacy = i->insn.encoding == ZYDIS_INSTRUCTION_ENCODING_LEGACY;
	unsigned char value[VECTOR_MAX] = {0}, old[VECTOR_MAX] = {0};
	const struct iop_operand *operand = &i->operand[0];
	unsigned index;

	if (other->type != ZYDIS_OPERAND_TYPE_REGISTER || !vector(other->reg.value, &index) || operand->width < 16 ||
	    !iop_vector_get(uc, index, operand->width, old))
		return false;
	if (operand->write) {
		for (unsigned b = 0; b < operand->width; b++)
			if (operand->mask >> b & 1)
				memory[b] = old[b];
		return true;
	}
	for (unsigned b = 0; b < operand->width; b++)
		value[b] = operand->mask >> b & 1 ? memory[b] : zeroing ? 0 : old[b];
	return iop_vector_set(uc, index, legacy, value);
}

static bool is_string_move(const struct iop_instruction *i)
{
	if (i->insn.meta.category != ZYDIS_CATEGORY_STRINGOP)
		return false;
	switch (i->insn.mnemonic) {
	case ZYDIS_MNEMONIC_MOVSB:
	case ZYDIS_MNEMONIC_MOVSW:
	case ZYDIS_MNEMONIC_MOVSD:
	case ZYDIS_MNEMONIC_MOVSQ:
	case ZYDIS_MNEMONIC_STOSB:
	case ZYDIS_MNEMONIC_STOSW:
	case ZYDIS_MNEMONIC_STOSD:
	case ZYDIS_MNEMONIC_STOSQ: return true;
	default: return false;
	}
}

/* The manual reserves repne for comparisons. Every CPU repeats a move by it, too, and Zydis does not mention it there. */
static bool has_repeat(const ZydisDecodedInstruction *insn)
{
	for (unsigned p = 0; p < insn->raw.prefix_count; p++)
		if (insn->raw.prefixes[p].value == 0xf2 || insn->raw.prefixes[p].value == 0xf3)
			return true;
	return false;
}

/* One element, as a single step over a repeated move would; the instruction is left when the count is used up. */
static bool string_move(const struct iop_instruction *i, ucontext_t *uc, const struct iop_alias *alias)
{
	greg_t *regs = uc->uc_mcontext.gregs;
	bool repeated = has_repeat(&i->insn);
	bool loads = i->operands == 2;
	unsigned width = i->operand[0].width;
	const unsigned char *from = loads ? where(alias, &i->operand[0]) : (const unsigned char *)&regs[REG_RAX];
	unsigned char *to = where(alias, &i->operand[i->operands - 1]);
	long step = regs[REG_EFL] & DIRECTION_FLAG ? -(long)width : (long)width;

	if (i->insn.address_width != 64 || !from || !to)
		return false;
	move_element(to, from, width);
	regs[REG_RDI] += step;
	regs[REG_RSI] += loads ? step : 0;
	if (repeated && --regs[REG_RCX])
		regs[REG_RIP] -= i->insn.length;
	return true;
}

bool iop_is_vector_move_x86(ZydisMnemonic mnemonic)
{
	switch (mnemonic) {
	case ZYDIS_MNEMONIC_MOVUPS:
	case ZYDIS_MNEMONIC_MOVAPS:
	case ZYDIS_MNEMONIC_MOVDQU:
	case ZYDIS_MNEMONIC_MOVDQA:
	case ZYDIS_MNEMONIC_MOVNTDQ:
	case ZYDIS_MNEMONIC_MOVNTPS:
	case ZYDIS_MNEMONIC_MOVNTDQA:
	case ZYDIS_MNEMONIC_VMOVUPS:
	case ZYDIS_MNEMONIC_VMOVAPS:
	case ZYDIS_MNEMONIC_VMOVDQU:
	case ZYDIS_MNEMONIC_VMOVDQA:
	case ZYDIS_MNEMONIC_VMOVNTDQ:
	case ZYDIS_MNEMONIC_VMOVNTPS:
	case ZYDIS_MNEMONIC_VMOVNTDQA:
	case ZYDIS_MNEMONIC_VMOVDQU8:
	case ZYDIS_MNEMONIC_VMOVDQU16:
	case ZYDIS_MNEMONIC_VMOVDQU32:
	case ZYDIS_MNEMONIC_VMOVDQU64:
	case ZYDIS_MNEMONIC_VMOVDQA32:
	case ZYDIS_MNEMONIC_VMOVDQA64: return true;
	default: return false;
	}
}

bool iop_carry_out_x86(const struct iop_instruction *i, ucontext_t *uc, const struct iop_alias *alias)
{
	unsigned char *memory;
	bool done = false;

	if (i->unknown || !i->operands)
		return false;
	memory = where(alias, &i->operand[0]);
	if (is_string_move(i))
		done = string_move(i, uc, alias);
	else if (i->operands != 1 || !memory)
		return false;
	else if (i->insn.mnemonic == ZYDIS_MNEMONIC_MOV || i->insn.mnemonic == ZYDIS_MNEMONIC_MOVZX)
		done = plain_move(i, uc, memory);
	else if (iop_is_vector_move_x86(i->insn.mnemonic))
		done = vector_move(i, uc, memory);
	if (done)
		uc->uc_mcontext.gregs[REG_RIP] += i->insn.length;
	return done;
}

/* Its destination's place is in a register, and a line that does not begin there is a fault. */
static bool direct_line(const struct iop_instruction *i, const struct iop_alias *alias)
{
	const unsigned char *from = i->operands == 2 ? where(alias, &i->operand[0]) : NULL;
	unsigned char *to = i->operands == 2 ? where(alias, &i->operand[1]) : NULL;

	if (!from || !to || i->operand[1].addr % VECTOR_MAX)
		return false;
	memcpy(to, from, VECTOR_MAX);
	return true;
}

bool iop_stand_in_x86(const struct iop_instruction *i, ucontext_t *uc, const struct iop_alias *alias)
{
	bool done = false;

	if (i->unknown || !i->operands)
		return false;
	if (i->insn.mnemonic == ZYDIS_MNEMONIC_MOVDIR64B)
		done = direct_line(i, alias);
	else if (i->insn.mnemonic == ZYDIS_MNEMONIC_MOVDIRI && where(alias, &i->operand[0]))
		done = plain_move(i, uc, where(alias, &i->operand[0]));
	if (done)
		uc->uc_mcontext.gregs[REG_RIP] += i->insn.length;
	return done;
}
