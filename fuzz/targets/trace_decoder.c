/* SPDX-License-Identifier: MIT */
/*
 * The tracer's decoder against any bytes: 32 of registers (two a general register: an offset into the window, or into ordinary memory),
 * then code. Whatever it says must be possible, plain moves must be what their encoding says by the manual, and carrying an
 * instruction out must change the operand's bytes and nothing else.
 */
#include "core/observe/decode_x86.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REGISTERS 32
#define BYTES	  4096u
#define GUARD	  64u

static uint8_t code[ZYDIS_MAX_INSTRUCTION_LENGTH], contents[BYTES + 2 * GUARD], ordinary[BYTES + 2 * GUARD],
	fresh[BYTES + 2 * GUARD];
/* Only its addresses are used: the tracer's window cannot be accessed. */
static uint8_t window[BYTES];

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "FINDING trace_decoder: %s\n", what);
	abort();
}

/* What the manual says of moves between memory and a general register, or of an immediate: 0 for any other instruction. */
static unsigned manual_width(bool *writes)
{
	const uint8_t *p = code;
	bool small = *p == 0x66, wide;

	p += small;
	wide = *p >> 3 == 9;
	p += *p >> 4 == 4;
	*writes = *p == 0x88 || *p == 0x89 || *p == 0xc6 || *p == 0xc7;
	switch (*p) {
	case 0x88:
	case 0x8a:
	case 0xc6: return p[1] >> 6 == 3 || (*p == 0xc6 && p[1] >> 3 & 7) ? 0 : 1;
	case 0x89:
	case 0x8b:
	case 0xc7: return p[1] >> 6 == 3 || (*p == 0xc7 && p[1] >> 3 & 7) ? 0 : wide ? 8 : small ? 2 : 4;
	case 0x0f: return (p[1] & 0xf6) == 0xb6 && p[2] >> 6 != 3 ? (p[1] & 1) + 1u : 0;
	case 0x63: return p[1] >> 6 == 3 ? 0 : 4;
	default: return 0;
	}
}

static void check_operands(const struct iop_instruction *i)
{
	bool writes;
	unsigned width = manual_width(&writes);

	require(i->insn.length >= 1 && i->insn.length <= sizeof(code), "a length that no instruction has");
	require(i->operands <= IOP_OPERANDS, "more operands than fit");
	for (unsigned o = 0; o < i->operands; o++) {
		const struct iop_operand *operand = &i->operand[o];

		require((operand->mask & ~iop_access_all(operand->width)) == 0, "a mask beyond the operand");
	}
	require(i->operands < 2 || !i->operand[0].write || i->operand[1].write, "a store before a load");
	if (width) {
		require(i->operands == 1 && i->operand[0].width == width, "a plain move of another width than its encoding");
		require(i->operand[0].write == writes && i->operand[0].read != writes, "a plain move the other way round");
		require(i->operand[0].form == IOP_FORM_PLAIN, "a plain move that is not plain");
	}
}

/* The operand's bytes where they can be reached; NULL: it touches memory that is not there. */
static uint8_t *bytes_of(const struct iop_operand *operand)
{
	uintptr_t in_window = operand->addr - (uintptr_t)window, in_memory = operand->addr - (uintptr_t)ordinary - GUARD;

	if (operand->width <= BYTES && in_window <= BYTES - operand->width)
		return contents + GUARD + in_window;
	return operand->width <= BYTES && in_memory <= BYTES - operand->width ? ordinary + GUARD + in_memory : NULL;
}

static void check_carried_out(struct iop_instruction *i, ucontext_t *context)
{
	static const struct iop_alias alias = {window, contents + GUARD, BYTES};
	greg_t rip = context->uc_mcontext.gregs[REG_RIP];
	uint8_t *written = NULL;
	unsigned width = 0;
	bool done;

	for (unsigned o = 0; o < i->operands; o++) {
		uint8_t *at = bytes_of(&i->operand[o]);

		if (!at)
			return;
		if (i->operand[o].write)
			written = at, width = i->operand[o].width;
	}
	done = iop_carry_out_x86(i, context, &alias);
	rip = context->uc_mcontext.gregs[REG_RIP] - rip;
	require(done ? rip == i->insn.length || (i->operand[0].form == IOP_FORM_STRING && rip == 0) : rip == 0,
		"the wrong next instruction");
	if (done && written) {
		uint8_t *start = written >= contents && written < contents + sizeof(contents) ? contents : ordinary;

		memcpy(written, fresh + (written - start), width);
	}
	require(memcmp(contents, fresh, sizeof(fresh)) == 0, "a byte of the window changed that the instruction does not name");
	require(memcmp(ordinary, fresh, sizeof(fresh)) == 0, "a byte of memory changed that the instruction does not name");
}

/* Both memories hold the same bytes, and do so again after each input. */
static void start(void)
{
	for (size_t b = 0; !fresh[0] && b < sizeof(fresh); b++)
		fresh[b] = contents[b] = ordinary[b] = (uint8_t)(b * 151 + 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static _Alignas(64) struct _libc_fpstate vectors;
	struct iop_instruction instruction;
	ucontext_t context;

	if (size < REGISTERS + 1)
		return 0;
	memset(&context, 0, sizeof(context));
	memset(&vectors, 0, sizeof(vectors));
	memset(code, 0x90, sizeof(code));
	start();
	context.uc_mcontext.fpregs = &vectors;
	for (int r = 0; r < 16; r++) {
		size_t offset = (size_t)(data[2 * r] | data[2 * r + 1] << 8);

		*iop_general(context.uc_mcontext.gregs, r) =
			(greg_t)((offset & 0x8000 ? ordinary + GUARD : window) + offset % (BYTES + 8));
	}
	memcpy(code, data + REGISTERS, size - REGISTERS < sizeof(code) ? size - REGISTERS : sizeof(code));
	context.uc_mcontext.gregs[REG_RIP] = (greg_t)code;
	if (!iop_decode_x86(&instruction, &context))
		return 0;
	check_operands(&instruction);
	check_carried_out(&instruction, &context);
	return 0;
}
