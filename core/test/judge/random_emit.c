/* SPDX-License-Identifier: MIT */
/* Machine code of a random routine. r8 is the device side, r9 the memory side or the value of a fill; the rest is at random. */
#include "random_routine.h"

#include <string.h>
#include <Zydis/Zydis.h>

struct emitter {
	unsigned char *code;
	size_t used, size;
	bool failed;
	uint64_t *state;
};

static void emit_bytes(struct emitter *e, const void *bytes, size_t count)
{
	if (e->failed || e->size - e->used < count) {
		e->failed = true;
		return;
	}
	memcpy(e->code + e->used, bytes, count);
	e->used += count;
}

static void emit(struct emitter *e, const ZydisEncoderRequest *request)
{
	ZyanU8 bytes[ZYDIS_MAX_INSTRUCTION_LENGTH];
	ZyanUSize length = sizeof(bytes);

	if (!ZYAN_SUCCESS(ZydisEncoderEncodeInstruction(request, bytes, &length)))
		e->failed = true;
	emit_bytes(e, bytes, length);
}

static ZydisEncoderOperand of_register(ZydisRegister reg)
{
	return (ZydisEncoderOperand){.type = ZYDIS_OPERAND_TYPE_REGISTER, .reg.value = reg};
}

static ZydisEncoderOperand of_number(int64_t number)
{
	return (ZydisEncoderOperand){.type = ZYDIS_OPERAND_TYPE_IMMEDIATE, .imm.s = number};
}

static ZydisEncoderOperand of_memory(ZydisRegister base, int64_t displacement, unsigned width)
{
	return (ZydisEncoderOperand){.type = ZYDIS_OPERAND_TYPE_MEMORY,
				     .mem = {.base = base, .displacement = displacement, .size = (ZyanU16)width}};
}

static void emit_2(struct emitter *e, ZydisMnemonic mnemonic, ZydisEncoderOperand to, ZydisEncoderOperand from)
{
	const ZydisEncoderRequest request = {
		.machine_mode = ZYDIS_MACHINE_MODE_LONG_64, .mnemonic = mnemonic, .operand_count = 2, .operands = {to, from}};

	emit(e, &request);
}

/* rax, rcx, rdx, rsi and rdi in all widths. */
static ZydisRegister general(unsigned number, unsigned width)
{
	static const ZydisRegister registers[5][4] = {
		{ZYDIS_REGISTER_AL, ZYDIS_REGISTER_AX, ZYDIS_REGISTER_EAX, ZYDIS_REGISTER_RAX},
		{ZYDIS_REGISTER_CL, ZYDIS_REGISTER_CX, ZYDIS_REGISTER_ECX, ZYDIS_REGISTER_RCX},
		{ZYDIS_REGISTER_DL, ZYDIS_REGISTER_DX, ZYDIS_REGISTER_EDX, ZYDIS_REGISTER_RDX},
		{ZYDIS_REGISTER_SIL, ZYDIS_REGISTER_SI, ZYDIS_REGISTER_ESI, ZYDIS_REGISTER_RSI},
		{ZYDIS_REGISTER_DIL, ZYDIS_REGISTER_DI, ZYDIS_REGISTER_EDI, ZYDIS_REGISTER_RDI},
	};

	return registers[number][__builtin_ctz(width)];
}

/* The place on the device by one of the ways to write an address. */
static ZydisEncoderOperand device(struct emitter *e, const struct step *s)
{
	const int offset = s->offset, beside = (int)random_below(e->state, 300) - 150;
	ZydisEncoderOperand operand = of_memory(ZYDIS_REGISTER_R8, offset, s->width);

	switch (random_below(e->state, 3)) {
	case 0:
		emit_2(e, ZYDIS_MNEMONIC_LEA, of_register(ZYDIS_REGISTER_R10), of_memory(ZYDIS_REGISTER_R8, offset - beside, 8));
		return of_memory(ZYDIS_REGISTER_R10, beside, s->width);
	case 1:
		operand.mem.index = ZYDIS_REGISTER_R11;
		operand.mem.scale = (ZyanU8)(1u << random_below(e->state, 4));
		operand.mem.displacement = offset - beside * operand.mem.scale;
		emit_2(e, ZYDIS_MNEMONIC_MOV, of_register(ZYDIS_REGISTER_R11), of_number(beside));
		return operand;
	default: return operand;
	}
}

static ZydisEncoderOperand memory(const struct step *s)
{
	return of_memory(ZYDIS_REGISTER_R9, s->offset + s->skew, s->width);
}

/* The bytes that belong at the step's place, in a register. */
static void load_memory(struct emitter *e, const struct random_routine *r, const struct step *s, unsigned reg)
{
	if (r->op == IOP_SET)
		emit_2(e, ZYDIS_MNEMONIC_LEA, of_register(general(reg, 8)), of_memory(ZYDIS_REGISTER_R9, s->skew, 8));
	else
		emit_2(e, ZYDIS_MNEMONIC_MOV, of_register(general(reg, s->width)), memory(s));
}

static void emit_mov(struct emitter *e, const struct random_routine *r, const struct step *s)
{
	static const ZydisMnemonic stores[] = {
		[STEP_MOV] = ZYDIS_MNEMONIC_MOV, [STEP_MOVNTI] = ZYDIS_MNEMONIC_MOVNTI, [STEP_MOVDIRI] = ZYDIS_MNEMONIC_MOVDIRI};
	const unsigned reg = random_below(e->state, 5);
	ZydisEncoderOperand there = device(e, s);

	if (r->op == IOP_FROMIO) {
		emit_2(e, ZYDIS_MNEMONIC_MOV, of_register(general(reg, s->width)), there);
		emit_2(e, ZYDIS_MNEMONIC_MOV, memory(s), of_register(general(reg, s->width)));
	} else {
		load_memory(e, r, s, reg);
		emit_2(e, stores[s->kind], there, of_register(general(reg, s->width)));
	}
}

static void emit_extend(struct emitter *e, const struct step *s)
{
	const unsigned reg = random_below(e->state, 5);
	const bool sign = s->width == 4 || random_below(e->state, 2);
	ZydisMnemonic mnemonic = sign ? ZYDIS_MNEMONIC_MOVSX : ZYDIS_MNEMONIC_MOVZX;
	ZydisEncoderOperand there = device(e, s);

	if (s->width == 4)
		mnemonic = ZYDIS_MNEMONIC_MOVSXD;
	emit_2(e, mnemonic, of_register(general(reg, s->width == 4 ? 8 : 4)), there);
	emit_2(e, ZYDIS_MNEMONIC_MOV, memory(s), of_register(general(reg, s->width)));
}

/* Swapped on both sides. */
static void emit_movbe(struct emitter *e, const struct random_routine *r, const struct step *s)
{
	const ZydisEncoderOperand reg = of_register(general(random_below(e->state, 5), s->width)), there = device(e, s);

	emit_2(e, ZYDIS_MNEMONIC_MOVBE, reg, r->op == IOP_FROMIO ? there : memory(s));
	emit_2(e, ZYDIS_MNEMONIC_MOVBE, r->op == IOP_FROMIO ? memory(s) : there, reg);
}

static void emit_string(struct emitter *e, const struct random_routine *r, const struct step *s)
{
	const int first = s->offset + (s->down ? (int)((s->elements - 1) * s->width) : 0);
	const bool from_device = r->op == IOP_FROMIO;
	unsigned char opcode = (unsigned char)((r->op == IOP_SET ? 0xaa : 0xa4) | (s->width > 1));

	if (r->op == IOP_SET)
		load_memory(e, r, s, 0);
	emit_2(e, ZYDIS_MNEMONIC_LEA, of_register(from_device ? ZYDIS_REGISTER_RSI : ZYDIS_REGISTER_RDI),
	       of_memory(ZYDIS_REGISTER_R8, first, 8));
	if (r->op != IOP_SET)
		emit_2(e, ZYDIS_MNEMONIC_LEA, of_register(from_device ? ZYDIS_REGISTER_RDI : ZYDIS_REGISTER_RSI),
		       of_memory(ZYDIS_REGISTER_R9, first + s->skew, 8));
	if (s->down)
		emit_bytes(e, "\xfd", 1); /* std */
	if (s->elements != 1 || random_below(e->state, 2)) {
		emit_2(e, ZYDIS_MNEMONIC_MOV, of_register(ZYDIS_REGISTER_ECX), of_number((int64_t)s->elements));
		emit_bytes(e, random_below(e->state, 2) ? "\xf3" : "\xf2", 1); /* rep, repne */
	}
	if (s->width == 2 || s->width == 8)
		emit_bytes(e, s->width == 2 ? "\x66" : "\x48", 1);
	emit_bytes(e, &opcode, 1);
	if (s->down)
		emit_bytes(e, "\xfc", 1); /* cld */
}

static ZydisRegister vector(unsigned number, unsigned width)
{
	ZydisRegister first = width == 64 ? ZYDIS_REGISTER_ZMM0 : width == 32 ? ZYDIS_REGISTER_YMM0 : ZYDIS_REGISTER_XMM0;

	return (ZydisRegister)((unsigned)first + number);
}

/* Aligned ones where a step is aligned, which a spoilt one may not be. */
static ZydisMnemonic vector_move(struct emitter *e, const struct random_routine *r, const struct step *s, bool load)
{
	const bool aligned = ((int)r->io_align + s->offset + 256) % (int)s->width == 0;
	const unsigned any = aligned ? random_below(e->state, 4) : 0;

	switch (s->width) {
	case 4: return ZYDIS_MNEMONIC_MOVD;
	case 8: return ZYDIS_MNEMONIC_MOVQ;
	case 16:
		return any == 1	  ? ZYDIS_MNEMONIC_MOVAPS
		       : any == 2 ? ZYDIS_MNEMONIC_MOVDQA
		       : any == 3 ? load ? ZYDIS_MNEMONIC_MOVNTDQA : ZYDIS_MNEMONIC_MOVNTDQ
				  : ZYDIS_MNEMONIC_MOVDQU;
	case 32:
		return any == 1	  ? ZYDIS_MNEMONIC_VMOVDQA
		       : any == 2 ? load ? ZYDIS_MNEMONIC_VMOVNTDQA : ZYDIS_MNEMONIC_VMOVNTDQ
				  : ZYDIS_MNEMONIC_VMOVUPS;
	default: return any == 1 ? ZYDIS_MNEMONIC_VMOVDQA64 : any == 2 ? ZYDIS_MNEMONIC_VMOVUPS : ZYDIS_MNEMONIC_VMOVDQU64;
	}
}

static ZydisMnemonic unaligned_move(unsigned width)
{
	switch (width) {
	case 4: return ZYDIS_MNEMONIC_MOVD;
	case 8: return ZYDIS_MNEMONIC_MOVQ;
	case 16: return ZYDIS_MNEMONIC_MOVUPS;
	default: return ZYDIS_MNEMONIC_VMOVUPS;
	}
}

static void emit_evex(struct emitter *e, ZydisMnemonic mnemonic, ZydisEncoderOperand to, ZydisRegister mask,
		      ZydisEncoderOperand from, bool zeroing)
{
	const ZydisEncoderRequest request = {.machine_mode = ZYDIS_MACHINE_MODE_LONG_64,
					     .mnemonic = mnemonic,
					     .operand_count = 3,
					     .operands = {to, of_register(mask), from},
					     .evex.zeroing_mask = zeroing};

	emit(e, &request);
}

static void emit_vector_move(struct emitter *e, ZydisMnemonic mnemonic, ZydisEncoderOperand to, ZydisEncoderOperand from,
			     unsigned width)
{
	if (width == 64)
		emit_evex(e, mnemonic, to, ZYDIS_REGISTER_K0, from, false);
	else
		emit_2(e, mnemonic, to, from);
}

static void emit_vector(struct emitter *e, const struct random_routine *r, const struct step *s)
{
	const ZydisEncoderOperand reg = of_register(vector(random_below(e->state, 16), s->width)), there = device(e, s);
	const ZydisMnemonic move = vector_move(e, r, s, r->op == IOP_FROMIO), plain = unaligned_move(s->width);

	if (r->op == IOP_FROMIO) {
		emit_vector_move(e, move, reg, there, s->width);
		emit_vector_move(e, plain, memory(s), reg, s->width);
	} else {
		emit_vector_move(e, plain, reg, memory(s), s->width);
		emit_vector_move(e, move, there, reg, s->width);
	}
}

static void emit_masked(struct emitter *e, const struct random_routine *r, const struct step *s)
{
	const ZydisEncoderOperand reg = of_register(vector(random_below(e->state, 32), s->width)), there = device(e, s);
	const bool zeroing = random_below(e->state, 2);

	emit_2(e, ZYDIS_MNEMONIC_MOV, of_register(ZYDIS_REGISTER_RAX), of_number((int64_t)s->mask));
	emit_2(e, ZYDIS_MNEMONIC_KMOVQ, of_register(ZYDIS_REGISTER_K1), of_register(ZYDIS_REGISTER_RAX));
	if (r->op == IOP_FROMIO) {
		emit_evex(e, ZYDIS_MNEMONIC_VMOVDQU8, reg, ZYDIS_REGISTER_K1, there, zeroing);
		emit_evex(e, ZYDIS_MNEMONIC_VMOVDQU8, memory(s), ZYDIS_REGISTER_K1, reg, false);
	} else {
		emit_evex(e, ZYDIS_MNEMONIC_VMOVDQU8, reg, ZYDIS_REGISTER_K1, memory(s), zeroing);
		emit_evex(e, ZYDIS_MNEMONIC_VMOVDQU8, there, ZYDIS_REGISTER_K1, reg, false);
	}
}

/* An exchange; of a device that is read, an update that changes nothing. */
static void emit_update(struct emitter *e, const struct random_routine *r, const struct step *s)
{
	const unsigned reg = random_below(e->state, 5);
	const ZydisEncoderOperand there = device(e, s);

	if (r->op == IOP_FROMIO) {
		emit_2(e, ZYDIS_MNEMONIC_OR, there, of_number(0));
		return;
	}
	load_memory(e, r, s, reg);
	emit_2(e, ZYDIS_MNEMONIC_XCHG, there, of_register(general(reg, s->width)));
}

static void emit_wrong(struct emitter *e, const struct random_routine *r, const struct step *s)
{
	const ZydisEncoderOperand reg = of_register(general(random_below(e->state, 5), s->width)), there = device(e, s);

	emit_2(e, ZYDIS_MNEMONIC_MOV, reg, there);
	if (r->op == IOP_FROMIO)
		emit_2(e, ZYDIS_MNEMONIC_MOV, there, reg);
}

static void emit_step(struct emitter *e, const struct random_routine *r, const struct step *s)
{
	switch (s->kind) {
	case STEP_EXTEND: emit_extend(e, s); break;
	case STEP_MOVBE: emit_movbe(e, r, s); break;
	case STEP_STRING: emit_string(e, r, s); break;
	case STEP_VECTOR: emit_vector(e, r, s); break;
	case STEP_MASKED: emit_masked(e, r, s); break;
	case STEP_UPDATE: emit_update(e, r, s); break;
	case STEP_WRONG: emit_wrong(e, r, s); break;
	default: emit_mov(e, r, s); break;
	}
}

bool random_emit(const struct random_routine *r, unsigned char *code, size_t size, uint64_t *state)
{
	struct emitter e = {code, 0, size, false, state};
	const bool from = r->op == IOP_FROMIO;
	bool upper = false;

	emit_2(&e, ZYDIS_MNEMONIC_MOV, of_register(ZYDIS_REGISTER_R8), of_register(from ? ZYDIS_REGISTER_RSI : ZYDIS_REGISTER_RDI));
	if (r->op == IOP_SET) {
		emit_2(&e, ZYDIS_MNEMONIC_MOVZX, of_register(ZYDIS_REGISTER_ESI), of_register(ZYDIS_REGISTER_SIL));
		emit_2(&e, ZYDIS_MNEMONIC_MOV, of_register(ZYDIS_REGISTER_R9), of_number(INT64_C(0x0101010101010101)));
		emit_2(&e, ZYDIS_MNEMONIC_IMUL, of_register(ZYDIS_REGISTER_R9), of_register(ZYDIS_REGISTER_RSI));
	} else {
		emit_2(&e, ZYDIS_MNEMONIC_MOV, of_register(ZYDIS_REGISTER_R9),
		       of_register(from ? ZYDIS_REGISTER_RDI : ZYDIS_REGISTER_RSI));
	}
	for (unsigned i = 0; i < r->steps; i++) {
		emit_step(&e, r, &r->step[i]);
		upper |= r->step[i].width > 16 || r->step[i].kind == STEP_MASKED;
	}
	if (upper)
		emit_bytes(&e, "\xc5\xf8\x77", 3); /* vzeroupper */
	emit_bytes(&e, "\xc3", 1);
	return !e.failed;
}
