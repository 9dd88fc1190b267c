/* SPDX-License-Identifier: MIT */
#include "encodings_make.h"

#include <string.h>

#define FILLER 0x91 /* of immediates: negative, so that their extension shows */

static ZydisDecoder decoder;
static encoding_fn hand_out;

/* What would not come back, needs another privilege, or loads control registers with what lies in memory. */
static bool left_out(const ZydisDecodedInstruction *insn)
{
	switch (insn->meta.category) {
	case ZYDIS_CATEGORY_CALL:
	case ZYDIS_CATEGORY_COND_BR:
	case ZYDIS_CATEGORY_UNCOND_BR:
	case ZYDIS_CATEGORY_RET:
	case ZYDIS_CATEGORY_INTERRUPT:
	case ZYDIS_CATEGORY_SYSCALL:
	case ZYDIS_CATEGORY_SYSRET:
	case ZYDIS_CATEGORY_SYSTEM:
	case ZYDIS_CATEGORY_IO:
	case ZYDIS_CATEGORY_IOSTRINGOP:
	case ZYDIS_CATEGORY_XSAVE:
	case ZYDIS_CATEGORY_XSAVEOPT:
	case ZYDIS_CATEGORY_VTX:
	case ZYDIS_CATEGORY_SGX:
	case ZYDIS_CATEGORY_AMX_TILE:
	case ZYDIS_CATEGORY_CET:
	case ZYDIS_CATEGORY_ENQCMD:
	case ZYDIS_CATEGORY_KEYLOCKER:
	case ZYDIS_CATEGORY_KEYLOCKER_WIDE:
	case ZYDIS_CATEGORY_SEGOP:
	case ZYDIS_CATEGORY_MPX:
	case ZYDIS_CATEGORY_NOP:
	case ZYDIS_CATEGORY_WIDENOP:
	case ZYDIS_CATEGORY_PREFETCH:
	case ZYDIS_CATEGORY_PREFETCHWT1:
	case ZYDIS_CATEGORY_KNC:
	case ZYDIS_CATEGORY_KNCMASK:
	case ZYDIS_CATEGORY_KNCSCALAR:
	case ZYDIS_CATEGORY_UINTR:
	case ZYDIS_CATEGORY_WAITPKG: return true;
	default: break;
	}
	switch (insn->mnemonic) {
	case ZYDIS_MNEMONIC_INVPCID:
	case ZYDIS_MNEMONIC_LDMXCSR:
	case ZYDIS_MNEMONIC_VLDMXCSR:
	case ZYDIS_MNEMONIC_FXRSTOR:
	case ZYDIS_MNEMONIC_FXRSTOR64:
	case ZYDIS_MNEMONIC_FLDCW:
	case ZYDIS_MNEMONIC_FLDENV:
	case ZYDIS_MNEMONIC_FRSTOR: return true;
	/* A segment register's new value. */
	case ZYDIS_MNEMONIC_MOV: return insn->opcode == 0x8e;
	default: return false;
	}
}

static bool decode(struct encoding *e)
{
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, e->bytes, sizeof(e->bytes), &e->insn, e->operand)))
		return false;
	e->memory = NULL;
	for (unsigned o = 0; o < e->insn.operand_count_visible; o++)
		if (e->operand[o].type == ZYDIS_OPERAND_TYPE_MEMORY && e->operand[o].mem.type == ZYDIS_MEMOP_TYPE_MEM &&
		    e->operand[o].visibility == ZYDIS_OPERAND_VISIBILITY_EXPLICIT)
			e->memory = &e->operand[o];
	return e->memory != NULL;
}

static void offer(const uint8_t *head, unsigned length, bool swept)
{
	struct encoding e = {.swept = swept};

	memset(e.bytes, FILLER, sizeof(e.bytes));
	memcpy(e.bytes, head, length);
	if (!decode(&e) || left_out(&e.insn))
		return;
	for (unsigned o = 0; o < e.insn.operand_count; o++)
		e.swept |= e.operand[o].encoding == ZYDIS_OPERAND_ENCODING_MODRM_REG && (e.insn.raw.modrm.reg & 7) != 2;
	hand_out(&e);
}

static int number_of(ZydisRegister reg)
{
	return reg == ZYDIS_REGISTER_NONE ? -1 : ZydisRegisterGetId(reg);
}

bool encoding_aim(struct encoding *e, struct cpu_state *s, uintptr_t target)
{
	bool no_base = e->insn.raw.modrm.rm == 4 && e->insn.raw.modrm.mod == 0 && (e->insn.raw.sib.base & 7) == 5;
	int base = no_base ? -1 : number_of(e->memory->mem.base), index = number_of(e->memory->mem.index);
	bool by_instruction = e->memory->mem.base == ZYDIS_REGISTER_RIP || e->memory->mem.base == ZYDIS_REGISTER_EIP;
	/* The upper halves do not count where addresses have 32 bits. */
	uint64_t above = e->insn.address_width == 32 ? UINT64_C(0x5a5a5a5a00000000) : 0, of_index = 0x48;
	uint8_t *at = e->bytes + e->insn.raw.disp.offset;
	int32_t displacement;

	if (index >= 0) {
		s->general[index] = of_index | above;
		target -= of_index * e->memory->mem.scale;
	}
	if (by_instruction)
		target -= cpu_code() + e->insn.length;
	else if (base >= 0 && base == index)
		target -= of_index;
	if (base < 0 && e->insn.raw.disp.size == 64) {
		memcpy(at, &target, sizeof(target));
		return decode(e);
	}
	if (by_instruction || base < 0 || base == index) {
		displacement = (int32_t)target;
		if (e->insn.raw.disp.size != 32 || displacement != (int64_t)target)
			return false;
		memcpy(at, &displacement, sizeof(displacement));
		return decode(e);
	}
	if (e->insn.raw.disp.size == 8)
		*at = (uint8_t)-3;
	else if (e->insn.raw.disp.size == 32)
		memcpy(at, &(int32_t){-0x12345}, 4);
	if (!decode(e))
		return false;
	target -= (uint64_t)e->memory->mem.disp.value;
	s->general[base] = e->insn.address_width == 32 ? (uint32_t)target | above : target;
	return true;
}

/* @head, then a ModRM byte for [rbx + disp8] with each register; or, where @addresses, every form of address with one register. */
static void with_addresses(const uint8_t *head, unsigned length, bool addresses, bool again)
{
	uint8_t bytes[ZYDIS_MAX_INSTRUCTION_LENGTH];

	memcpy(bytes, head, length);
	for (unsigned reg = 0; reg < 8; reg++) {
		bytes[length] = (uint8_t)(0x43 | reg << 3);
		offer(bytes, length + 1, again);
	}
	for (unsigned modrm = 0; addresses && modrm < 0xc0; modrm++) {
		if ((modrm >> 3 & 7) != 2)
			continue;
		bytes[length] = (uint8_t)modrm;
		if ((modrm & 7) != 4)
			offer(bytes, length + 1, true);
		/* All scales but one are alike. */
		for (unsigned sib = 0; (modrm & 7) == 4 && sib < 0x100; sib += sib == 0x3f ? 0x81 : 1) {
			bytes[length + 1] = (uint8_t)sib;
			offer(bytes, length + 2, true);
		}
	}
}

/* Moves, of which the tracer carries out the most: their addresses are worth the time. */
static bool sweeps(const uint8_t *opcode, unsigned length)
{
	return length == 1 ? opcode[0] == 0x8a || opcode[0] == 0x89 || opcode[0] == 0xc7
			   : length == 2 && (opcode[1] == 0xb7 || opcode[1] == 0x10 || opcode[1] == 0x7f);
}

static void with_prefixes(const uint8_t *opcode, unsigned length)
{
	static const uint8_t first[] = {0, 0x66, 0xf2, 0xf3, 0xf0, 0x67, 0x65};
	static const uint8_t rex[] = {0, 0x40, 0x48, 0x44, 0x42, 0x41, 0x4f};

	for (unsigned p = 0; p < sizeof(first); p++)
		for (unsigned r = 0; r < sizeof(rex); r++) {
			uint8_t head[ZYDIS_MAX_INSTRUCTION_LENGTH];
			unsigned n = 0;

			/* What the last of them do to an address or a bus does not depend on the register. */
			if (first[p] && p >= 4 && rex[r] && rex[r] != 0x4f)
				continue;
			if (first[p])
				head[n++] = first[p];
			if (rex[r])
				head[n++] = rex[r];
			memcpy(head + n, opcode, length);
			with_addresses(head, n + length, (!first[p] || p >= 5) && sweeps(opcode, length),
				       rex[r] & 7 && rex[r] != 0x4f);
		}
}

static bool is_prefix(unsigned opcode)
{
	static const uint8_t prefixes[] = {0x0f, 0x26, 0x2e, 0x36, 0x3e, 0x62, 0x64, 0x65,
					   0x66, 0x67, 0xc4, 0xc5, 0xf0, 0xf2, 0xf3};

	return (opcode & 0xf0) == 0x40 || memchr(prefixes, (int)opcode, sizeof(prefixes));
}

static void legacy(void)
{
	static const uint8_t maps[][2] = {{0}, {0x0f}, {0x0f, 0x38}, {0x0f, 0x3a}};

	for (unsigned map = 0; map < 4; map++)
		for (unsigned opcode = 0; opcode < 0x100; opcode++) {
			uint8_t bytes[3] = {maps[map][0], maps[map][1]};

			/* Prefixes and escapes are no opcodes. */
			if (map == 0 && is_prefix(opcode))
				continue;
			if (map == 1 && (opcode == 0x38 || opcode == 0x3a))
				continue;
			bytes[map < 2 ? map : 2] = (uint8_t)opcode;
			with_prefixes(bytes, map < 2 ? map + 1 : 3);
		}
}

static void vex(void)
{
	for (unsigned map = 1; map <= 3; map++)
		for (unsigned third = 0; third < 0x10; third++) /* W, L, pp */
			for (unsigned opcode = 0; opcode < 0x100; opcode++)
				for (unsigned v = 0; v < 2; v++) {
					/* Inverted: R, X, B; vvvv. */
					uint8_t head[] = {0xc4, (uint8_t)(0xe0 | map),
							  (uint8_t)((third & 8) << 4 | (third & 7) | (v ? 0x70 : 0x78)),
							  (uint8_t)opcode};

					with_addresses(head, sizeof(head),
						       map == 1 && (opcode == 0x6f || opcode == 0x7f) && !v && third < 8, v);
					head[1] &= 0x7f;
					with_addresses(head, sizeof(head), false, true);
				}
}

static void evex(void)
{
	static const uint8_t masks[] = {0, 1, 0x81}; /* z and aaa */

	for (unsigned map = 1; map <= 6; map++)
		for (unsigned third = 0; third < 0x10; third++) /* W, vvvv, pp */
			for (unsigned fourth = 0; fourth < 7; fourth++)
				for (unsigned m = 0; m < sizeof(masks); m++)
					for (unsigned opcode = 0; opcode < 0x100; opcode++) {
						uint8_t head[] = {
							0x62, (uint8_t)(0xf0 | map),
							(uint8_t)((third & 8) << 4 | (third & 3) | 4 | (third & 4 ? 0x70 : 0x78)),
							/* L'L and b; the complement of V' */
							(uint8_t)((fourth << 4) | 8 | masks[m]), (uint8_t)opcode};
						uint8_t bytes[6];

						memcpy(bytes, head, sizeof(head));
						bytes[5] = 0x43 | 2 << 3;
						offer(bytes, sizeof(bytes), false);
						bytes[1] &= 0xef; /* R': one of the upper 16 */
						offer(bytes, sizeof(bytes), true);
						if (map == 1 && opcode == 0x7f && !m && fourth == 4)
							with_addresses(head, sizeof(head), true, true);
					}
}

void encodings_make(encoding_fn each)
{
	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	hand_out = each;
	legacy();
	vex();
	evex();
}

void encodings_make_strings(encoding_fn each)
{
	static const uint8_t repeats[] = {0, 0xf3, 0xf2}, addresses[] = {0, 0x67}, widths[] = {0, 0x66, 0x48};
	static const uint8_t opcodes[] = {0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf};

	for (unsigned variant = 0; variant < 3 * 2 * 3; variant++)
		for (unsigned o = 0; o < sizeof(opcodes); o++) {
			const uint8_t all[] = {repeats[variant % 3], addresses[variant / 3 % 2], widths[variant / 6], opcodes[o]};
			struct encoding e = {.swept = true};
			unsigned n = 0;

			for (unsigned b = 0; b < sizeof(all); b++)
				if (all[b])
					e.bytes[n++] = all[b];
			if (ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, e.bytes, sizeof(e.bytes), &e.insn, e.operand)))
				each(&e);
		}
}
