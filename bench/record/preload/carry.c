/* SPDX-License-Identifier: MIT */
/*
 * Carrying an access out on the device's mapping. Plain and string moves are made here; any other instruction with one memory operand
 * is executed by the CPU itself: encoded again with a base register that it does not use, which holds the device's address, and a
 * breakpoint behind it. So locked, vector and arithmetic instructions do exactly what they do in the program.
 */
#include "preload.h"

#include <vector_x86.h>

#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PLACE	   64 /* of an instruction and its breakpoint: 16 are used */
#define BREAKPOINT 0xcc

static unsigned char *written, *executed; /* the same bytes */
static size_t length;

bool iop_carry_open(void)
{
	int fd = memfd_create("iopath-record", MFD_CLOEXEC);
	void *w = MAP_FAILED, *x = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, PLACE) == 0) {
		w = (void *)syscall(SYS_mmap, NULL, PLACE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
		x = (void *)syscall(SYS_mmap, NULL, PLACE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0L);
	}
	if (fd >= 0)
		close(fd);
	written = w;
	executed = x;
	return w != MAP_FAILED && x != MAP_FAILED;
}

bool iop_carry_move(const struct iop_instruction *i, ucontext_t *uc, const struct iop_alias *alias)
{
	return (i->operand[0].form == IOP_FORM_PLAIN || i->operand[0].form == IOP_FORM_STRING) && i->operand[0].width <= 8 &&
	       iop_carry_out_x86(i, uc, alias);
}

/* Low registers first: what uses the high byte of one cannot have the prefix that the others need. */
static const struct {
	ZydisRegister reg;
	int greg;
} bases[] = {
	{ZYDIS_REGISTER_RSI, REG_RSI}, {ZYDIS_REGISTER_RDI, REG_RDI}, {ZYDIS_REGISTER_RBX, REG_RBX}, {ZYDIS_REGISTER_RDX, REG_RDX},
	{ZYDIS_REGISTER_RCX, REG_RCX}, {ZYDIS_REGISTER_RAX, REG_RAX}, {ZYDIS_REGISTER_R8, REG_R8},   {ZYDIS_REGISTER_R9, REG_R9},
};

static bool uses(const struct iop_instruction *i, ZydisRegister reg)
{
	for (unsigned o = 0; o < i->insn.operand_count; o++) {
		const ZydisDecodedOperand *z = &i->explicit_operand[o];

		if (z->type == ZYDIS_OPERAND_TYPE_REGISTER &&
		    ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, z->reg.value) == reg)
			return true;
	}
	return false;
}

static const char *encode(const struct iop_instruction *i, ZydisRegister base)
{
	ZydisEncoderRequest request;
	unsigned memories = 0;
	ZyanUSize size = PLACE - 1;

	if (!ZYAN_SUCCESS(ZydisEncoderDecodedInstructionToEncoderRequest(&i->insn, i->explicit_operand,
									 i->insn.operand_count_visible, &request)))
		return "it cannot be encoded again";
	for (unsigned o = 0; o < request.operand_count; o++) {
		struct ZydisEncoderOperandMem_ *mem = &request.operands[o].mem;

		if (request.operands[o].type != ZYDIS_OPERAND_TYPE_MEMORY)
			continue;
		memories++;
		mem->base = base;
		mem->index = ZYDIS_REGISTER_NONE;
		mem->scale = 0;
		mem->displacement = 0;
	}
	if (memories != 1)
		return "its address is not an operand of its own";
	request.prefixes &= ~(ZyanU64)ZYDIS_ATTRIB_HAS_SEGMENT;
	request.address_size_hint = ZYDIS_ADDRESS_SIZE_HINT_NONE;
	if (!ZYAN_SUCCESS(ZydisEncoderEncodeInstruction(&request, written, &size)))
		return "it cannot be encoded again";
	length = size;
	written[size] = BREAKPOINT;
	return NULL;
}

static bool branches(const ZydisDecodedInstruction *insn)
{
	return insn->meta.branch_type != ZYDIS_BRANCH_TYPE_NONE || insn->meta.category == ZYDIS_CATEGORY_CALL ||
	       insn->meta.category == ZYDIS_CATEGORY_RET || insn->meta.category == ZYDIS_CATEGORY_STRINGOP;
}

const char *iop_carry_begin(struct iop_carried *c, const struct iop_instruction *i, unsigned operand, ucontext_t *uc,
			    const unsigned char *device)
{
	greg_t *regs = uc->uc_mcontext.gregs;
	const char *why;
	unsigned b = 0;

	if (branches(&i->insn) || (i->operands > 1 && i->operand[!operand].addr == i->operand[operand].addr))
		return "it is more than one access, or goes elsewhere";
	while (b < sizeof(bases) / sizeof(bases[0]) && uses(i, bases[b].reg))
		b++;
	if (b == sizeof(bases) / sizeof(bases[0]))
		return "it uses every register";
	why = encode(i, bases[b].reg);
	if (why)
		return why;
	*c = (struct iop_carried){.running = true,
				  .at = (uintptr_t)regs[REG_RIP],
				  .behind = (uintptr_t)regs[REG_RIP] + i->insn.length,
				  .base = bases[b].greg,
				  .base_value = regs[bases[b].greg],
				  .mask = uc->uc_sigmask};
	regs[c->base] = (greg_t)device;
	regs[REG_RIP] = (greg_t)executed;
	/* Nobody else's handler may run before it has ended: it would find the lock taken. */
	sigfillset(&uc->uc_sigmask);
	sigdelset(&uc->uc_sigmask, SIGTRAP);
	sigdelset(&uc->uc_sigmask, SIGSEGV);
	sigdelset(&uc->uc_sigmask, SIGBUS);
	return NULL;
}

enum iop_carry_place iop_carry_place(const struct iop_carried *c, const ucontext_t *uc)
{
	uintptr_t past = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP] - (uintptr_t)executed;

	if (!c->running)
		return IOP_CARRY_ELSEWHERE;
	return past == 0	    ? IOP_CARRY_BEFORE
	       : past == length	    ? IOP_CARRY_BEHIND
	       : past == length + 1 ? IOP_CARRY_TRAPPED
				    : IOP_CARRY_ELSEWHERE;
}

void iop_carry_end(struct iop_carried *c, ucontext_t *uc, bool again)
{
	uc->uc_mcontext.gregs[c->base] = c->base_value;
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)(again ? c->at : c->behind);
	uc->uc_sigmask = c->mask;
	c->running = false;
}

static bool of_register(ucontext_t *uc, const ZydisDecodedOperand *z, unsigned width, unsigned char value[64])
{
	ZydisRegisterClass class = ZydisRegisterGetClass(z->reg.value);
	ZydisRegister whole;
	uint64_t general;

	switch (class) {
	case ZYDIS_REGCLASS_XMM:
	case ZYDIS_REGCLASS_YMM:
	case ZYDIS_REGCLASS_ZMM: return iop_vector_get(uc, (unsigned)ZydisRegisterGetId(z->reg.value), width, value);
	case ZYDIS_REGCLASS_GPR8:
	case ZYDIS_REGCLASS_GPR16:
	case ZYDIS_REGCLASS_GPR32:
	case ZYDIS_REGCLASS_GPR64: break;
	default: return false;
	}
	whole = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, z->reg.value);
	general = (uint64_t)*iop_general(uc->uc_mcontext.gregs, (int)(whole - ZYDIS_REGISTER_RAX));
	if (z->reg.value >= ZYDIS_REGISTER_AH && z->reg.value <= ZYDIS_REGISTER_BH)
		general >>= 8;
	memcpy(value, &general, width < sizeof(general) ? width : sizeof(general));
	return width <= sizeof(general);
}

/* What was moved, or is stored: the program's side has it. Under the lock. */
static bool of_string(const struct iop_instruction *i, ucontext_t *uc, unsigned char value[64])
{
	unsigned width = i->operand[0].width;

	if (i->operands == 1) {
		memcpy(value, &uc->uc_mcontext.gregs[REG_RAX], width);
		return true;
	}
	for (unsigned o = 0; o < i->operands; o++)
		if (!iop_region_of(i->operand[o].addr, width)) {
			/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
			memcpy(value, (const void *)i->operand[o].addr, width);
			return true;
		}
	return false;
}

bool iop_carry_value(const struct iop_instruction *i, ucontext_t *uc, unsigned char value[64])
{
	const struct iop_operand *operand = &i->operand[0];
	const ZydisDecodedOperand *other = &i->explicit_operand[operand->write ? i->insn.operand_count_visible - 1 : 0];
	bool whole = operand->mask == iop_access_all(operand->width);

	if (operand->form == IOP_FORM_STRING && operand->width <= 8)
		return of_string(i, uc, value);
	if (i->operands != 1 || !whole || operand->width > 64 ||
	    !(operand->form == IOP_FORM_PLAIN || i->insn.mnemonic == ZYDIS_MNEMONIC_MOVNTI ||
	      iop_is_vector_move_x86(i->insn.mnemonic)))
		return false;
	if (other->type == ZYDIS_OPERAND_TYPE_IMMEDIATE && operand->width <= 8) {
		memcpy(value, &other->imm.value.u, operand->width);
		return true;
	}
	return other->type == ZYDIS_OPERAND_TYPE_REGISTER && of_register(uc, other, operand->width, value);
}
