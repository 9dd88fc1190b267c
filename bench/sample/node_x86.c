/* SPDX-License-Identifier: MIT */
#include "node.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_MOST 1024

static void append(struct iop_node *node, const void *data, size_t size)
{
	if (node->length + size > node->room) {
		size_t room = 2 * (node->length + size) + 64;
		unsigned char *text = realloc(node->text, room);

		if (!text) {
			node->unknown = true;
			return;
		}
		node->text = text;
		node->room = room;
	}
	memcpy(node->text + node->length, data, size);
	node->length += size;
}

static void refer(struct iop_node *node, uintptr_t addr, unsigned bytes)
{
	if (node->references == node->reference_room) {
		size_t room = 2 * node->reference_room + 8;
		struct iop_reference *more = realloc(node->reference, room * sizeof(*more));

		if (!more) {
			node->unknown = true;
			return;
		}
		node->reference = more;
		node->reference_room = room;
	}
	node->reference[node->references++] = (struct iop_reference){addr, bytes, node->length};
}

bool iop_node_decode(const ZydisDecoder *decoder, uintptr_t at, uintptr_t end, ZydisDecodedInstruction *insn,
		     ZydisDecodedOperand *operands)
{
	return ZYAN_SUCCESS(ZydisDecoderDecodeFull(decoder, (const void *)at, end - at, insn, operands));
}

static void zero(unsigned char *bytes, unsigned offset, unsigned bits)
{
	memset(bytes + offset, 0, bits / 8);
}

/* One instruction: its bytes without what depends on its place, and what it refers to. */
static void take(struct iop_node *node, const struct iop_symbol *symbol, uintptr_t at, const uint32_t *number,
		 const ZydisDecodedInstruction *insn, const ZydisDecodedOperand *operands)
{
	unsigned char bytes[ZYDIS_MAX_INSTRUCTION_LENGTH];
	const ZydisDecodedOperand *place = NULL;
	ZyanU64 target = 0;

	memcpy(bytes, (const void *)at, insn->length);
	for (unsigned i = 0; i < insn->operand_count; i++) {
		const ZydisDecodedOperand *o = &operands[i];

		if ((o->type == ZYDIS_OPERAND_TYPE_IMMEDIATE && o->imm.is_relative) ||
		    (o->type == ZYDIS_OPERAND_TYPE_MEMORY && o->mem.base == ZYDIS_REGISTER_RIP))
			place = o;
	}
	if (insn->meta.branch_type != ZYDIS_BRANCH_TYPE_NONE && !place)
		node->jumps |= insn->mnemonic == ZYDIS_MNEMONIC_JMP;
	if (!place) {
		append(node, bytes, insn->length);
		return;
	}
	if (ZYAN_FAILED(ZydisCalcAbsoluteAddress(insn, place, at, &target))) {
		node->unknown = true;
		return;
	}
	if (place->type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
		/* Short and near forms of a branch differ by distance only. */
		uint16_t mnemonic = (uint16_t)insn->mnemonic;

		append(node, &mnemonic, sizeof(mnemonic));
		if (target >= symbol->start && target < symbol->end) {
			append(node, &number[target - symbol->start], sizeof(*number));
			return;
		}
		refer(node, target, 0);
		return;
	}
	zero(bytes, insn->raw.disp.offset, insn->raw.disp.size);
	append(node, bytes, insn->length);
	refer(node, target, place->mem.type == ZYDIS_MEMOP_TYPE_MEM ? place->size / 8u : 0);
}

/* A compiler's table of jump targets, relative to itself, holds places in the function: their numbers are what counts. */
static void take_jump_tables(struct iop_node *node, const struct iop_image *image, const struct iop_symbol *symbol,
			     const uint32_t *number)
{
	for (size_t r = 0; r < node->references; r++) {
		uintptr_t table = node->reference[r].addr;

		if (node->reference[r].bytes || iop_image_symbol(image, table) != image->symbol_count ||
		    !iop_image_segment(image, table))
			continue;
		for (size_t i = 0; i < TABLE_MOST; i++) {
			int32_t entry;
			uintptr_t target;

			if (iop_image_segment(image, table + 4 * i + 3) != iop_image_segment(image, table))
				break;
			memcpy(&entry, (const void *)(table + 4 * i), sizeof(entry));
			target = table + (uintptr_t)(intptr_t)entry;
			if (target < symbol->start || target >= symbol->end)
				break;
			append(node, &number[target - symbol->start], sizeof(*number));
			/* Told apart from a string from now on. */
			node->reference[r].bytes = IOP_JUMP_TABLE;
		}
	}
}

static bool leaves(const ZydisDecodedInstruction *insn)
{
	return insn->mnemonic == ZYDIS_MNEMONIC_RET || insn->mnemonic == ZYDIS_MNEMONIC_JMP;
}

/* A NOP after a jump is never executed; any other costs time and may be intended. */
static bool is_padding(const ZydisDecodedInstruction *insn, bool behind_jump)
{
	return behind_jump && insn->mnemonic == ZYDIS_MNEMONIC_NOP;
}

static void build_function(struct iop_node *node, const struct iop_image *image, const ZydisDecoder *decoder,
			   const struct iop_symbol *symbol)
{
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction insn;
	size_t size = symbol->end - symbol->start;
	uint32_t *number = calloc(size + 1, sizeof(*number)), count = 0;
	bool fence = false;

	if (!number) {
		node->unknown = true;
		return;
	}
	for (uintptr_t at = symbol->start; at < symbol->end && !node->unknown; at += insn.length) {
		if (!iop_node_decode(decoder, at, symbol->end, &insn, operands)) {
			node->unknown = true;
			break;
		}
		number[at - symbol->start] = count;
		count += !is_padding(&insn, fence);
		fence = is_padding(&insn, fence) || leaves(&insn);
	}
	fence = false;
	for (uintptr_t at = symbol->start; at < symbol->end && !node->unknown; at += insn.length) {
		iop_node_decode(decoder, at, symbol->end, &insn, operands);
		if (!is_padding(&insn, fence))
			take(node, symbol, at, number, &insn, operands);
		fence = is_padding(&insn, fence) || leaves(&insn);
	}
	if (node->jumps && !node->unknown)
		take_jump_tables(node, image, symbol, number);
	free(number);
}

static void take_data(struct iop_node *node, const struct iop_image *image, uintptr_t from, uintptr_t to)
{
	for (uintptr_t at = from; at < to;) {
		if (at + sizeof(void *) <= to && iop_image_pointer(image, at)) {
			refer(node, at, sizeof(void *));
			at += sizeof(void *);
		} else {
			unsigned char byte = iop_image_byte(image, at++);

			append(node, &byte, 1);
		}
	}
}

void iop_node_build(struct iop_node *node, const struct iop_image *image, const ZydisDecoder *decoder, size_t symbol)
{
	const struct iop_symbol *of = &image->symbols[symbol];

	node->ready = true;
	if (of->code)
		build_function(node, image, decoder, of);
	else
		take_data(node, image, of->start, of->end);
}

void iop_node_free(struct iop_node *node)
{
	free(node->text);
	free(node->reference);
}
