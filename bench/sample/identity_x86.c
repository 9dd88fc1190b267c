/* SPDX-License-Identifier: MIT */
#include "identity.h"

#include "image.h"

#include <Zydis/Zydis.h>

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define FAMILY_WORDS 8
#define STRING_MOST  4096
#define BLOB_MOST    256
#define TABLE_MOST   1024

/* A place that code or data refers to, and how many bytes of it were used where that is known. */
struct reference {
	uintptr_t addr;
	unsigned bytes;
	size_t at; /* in the node's text: it is hashed before what follows there */
};

/* A function or an object in the form that is hashed. */
struct node {
	bool ready, unknown, jumps;
	unsigned char *text;
	size_t length, room;
	struct reference *reference;
	size_t references, reference_room;
	unsigned met; /* the cell that met it last, and as which */
	unsigned number;
};

struct iop_code {
	struct iop_image image;
	struct node *nodes; /* one a symbol */
	const struct iop_cells_module *module;
	ZydisDecoder decoder;
	unsigned cell; /* counts the cells that were hashed */
	size_t *queue; /* symbols met by this cell, in order */
	size_t queued;
	struct iop_code_hash hash;
	bool failed;
};

static void feed(struct iop_code *code, const void *data, size_t size)
{
	const unsigned char *byte = data;

	/* FNV-1a, and the same with another basis and a rotation: this guards against accidents, not against enemies. */
	for (size_t i = 0; i < size; i++) {
		code->hash.word[0] = (code->hash.word[0] ^ byte[i]) * UINT64_C(0x100000001b3);
		code->hash.word[1] = (code->hash.word[1] ^ byte[i]) * UINT64_C(0x9E3779B97F4A7C15);
		code->hash.word[1] ^= code->hash.word[1] >> 29;
	}
}

static void feed_number(struct iop_code *code, char tag, uint64_t value)
{
	feed(code, &tag, 1);
	feed(code, &value, sizeof(value));
}

static void append(struct iop_code *code, struct node *node, const void *data, size_t size)
{
	if (node->length + size > node->room) {
		size_t room = 2 * (node->length + size) + 64;
		unsigned char *text = realloc(node->text, room);

		if (!text) {
			node->unknown = code->failed = true;
			return;
		}
		node->text = text;
		node->room = room;
	}
	memcpy(node->text + node->length, data, size);
	node->length += size;
}

static void refer(struct iop_code *code, struct node *node, uintptr_t addr, unsigned bytes)
{
	if (node->references == node->reference_room) {
		size_t room = 2 * node->reference_room + 8;
		struct reference *more = realloc(node->reference, room * sizeof(*more));

		if (!more) {
			node->unknown = code->failed = true;
			return;
		}
		node->reference = more;
		node->reference_room = room;
	}
	node->reference[node->references++] = (struct reference){addr, bytes, node->length};
}

static bool is_text(unsigned char byte)
{
	return byte >= ' ' || byte == '\n' || byte == '\t';
}

static bool decode(const struct iop_code *code, uintptr_t at, uintptr_t end, ZydisDecodedInstruction *insn,
		   ZydisDecodedOperand *operands)
{
	return ZYAN_SUCCESS(ZydisDecoderDecodeFull(&code->decoder, (const void *)at, end - at, insn, operands));
}

static void zero(unsigned char *bytes, unsigned offset, unsigned bits)
{
	memset(bytes + offset, 0, bits / 8);
}

/* One instruction: its bytes without what depends on its place, and what it refers to. */
static void take(struct iop_code *code, struct node *node, const struct iop_symbol *symbol, uintptr_t at, const uint32_t *number,
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
		append(code, node, bytes, insn->length);
		return;
	}
	if (ZYAN_FAILED(ZydisCalcAbsoluteAddress(insn, place, at, &target))) {
		node->unknown = true;
		return;
	}
	if (place->type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
		/* Short and near forms of a branch differ by distance only. */
		uint16_t mnemonic = (uint16_t)insn->mnemonic;

		append(code, node, &mnemonic, sizeof(mnemonic));
		if (target >= symbol->start && target < symbol->end) {
			append(code, node, &number[target - symbol->start], sizeof(*number));
			return;
		}
		refer(code, node, target, 0);
		return;
	}
	zero(bytes, insn->raw.disp.offset, insn->raw.disp.size);
	append(code, node, bytes, insn->length);
	refer(code, node, target, place->mem.type == ZYDIS_MEMOP_TYPE_MEM ? place->size / 8u : 0);
}

/* A compiler's table of jump targets, relative to itself, holds places in the function: their numbers are what counts. */
static void take_jump_tables(struct iop_code *code, struct node *node, const struct iop_symbol *symbol, const uint32_t *number)
{
	for (size_t r = 0; r < node->references; r++) {
		uintptr_t table = node->reference[r].addr;

		if (node->reference[r].bytes || iop_image_symbol(&code->image, table) != code->image.symbol_count ||
		    !iop_image_segment(&code->image, table))
			continue;
		for (size_t i = 0; i < TABLE_MOST; i++) {
			int32_t entry;
			uintptr_t target;

			if (iop_image_segment(&code->image, table + 4 * i + 3) != iop_image_segment(&code->image, table))
				break;
			memcpy(&entry, (const void *)(table + 4 * i), sizeof(entry));
			target = table + (uintptr_t)(intptr_t)entry;
			if (target < symbol->start || target >= symbol->end)
				break;
			append(code, node, &number[target - symbol->start], sizeof(*number));
			/* Told apart from a string from now on. */
			node->reference[r].bytes = UINT32_MAX;
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

static void build_function(struct iop_code *code, struct node *node, const struct iop_symbol *symbol)
{
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction insn;
	size_t size = symbol->end - symbol->start;
	uint32_t *number = calloc(size + 1, sizeof(*number)), count = 0;
	bool fence = false;

	if (!number) {
		node->unknown = code->failed = true;
		return;
	}
	for (uintptr_t at = symbol->start; at < symbol->end && !node->unknown; at += insn.length) {
		if (!decode(code, at, symbol->end, &insn, operands)) {
			node->unknown = true;
			break;
		}
		number[at - symbol->start] = count;
		count += !is_padding(&insn, fence);
		fence = is_padding(&insn, fence) || leaves(&insn);
	}
	fence = false;
	for (uintptr_t at = symbol->start; at < symbol->end && !node->unknown; at += insn.length) {
		decode(code, at, symbol->end, &insn, operands);
		if (!is_padding(&insn, fence))
			take(code, node, symbol, at, number, &insn, operands);
		fence = is_padding(&insn, fence) || leaves(&insn);
	}
	if (node->jumps && !node->unknown)
		take_jump_tables(code, node, symbol, number);
	free(number);
}

static void take_data(struct iop_code *code, struct node *node, uintptr_t from, uintptr_t to)
{
	for (uintptr_t at = from; at < to;) {
		if (at + sizeof(void *) <= to && iop_image_pointer(&code->image, at)) {
			refer(code, node, at, sizeof(void *));
			at += sizeof(void *);
		} else {
			unsigned char byte = iop_image_byte(&code->image, at++);

			append(code, node, &byte, 1);
		}
	}
}

static struct node *node_of(struct iop_code *code, size_t symbol)
{
	struct node *node = &code->nodes[symbol];

	if (!node->ready) {
		node->ready = true;
		if (code->image.symbols[symbol].code)
			build_function(code, node, &code->image.symbols[symbol]);
		else
			take_data(code, node, code->image.symbols[symbol].start, code->image.symbols[symbol].end);
	}
	return node;
}

static void resolve(struct iop_code *code, uintptr_t addr, unsigned bytes);

/* A place outside this module: by its library and where it is in it, so that the hash holds for other processes, too. */
static void feed_elsewhere(struct iop_code *code, uintptr_t value)
{
	const char *name;
	Dl_info info;

	if (!dladdr((const void *)value, &info) || !info.dli_fname) {
		feed_number(code, 'x', value);
		return;
	}
	name = strrchr(info.dli_fname, '/') ? strrchr(info.dli_fname, '/') + 1 : info.dli_fname;
	feed_number(code, 'l', value - (uintptr_t)info.dli_fbase);
	feed(code, name, strlen(name) + 1);
}

/* A pointer as the loader or the program left it: into this module by meaning. */
static void resolve_pointer(struct iop_code *code, uintptr_t value)
{
	if (iop_image_segment(&code->image, value))
		resolve(code, value, 0);
	else
		feed_elsewhere(code, value);
}

/* A word that the loader filled. The offset of a thread's variable is known by where it is in this module. */
static void resolve_word(struct iop_code *code, uintptr_t addr)
{
	const struct iop_pointer *pointer = iop_image_pointer(&code->image, addr);

	if (pointer && pointer->thread)
		feed_number(code, 't', (uint64_t)pointer->addend);
	else
		resolve_pointer(code, *(const uintptr_t *)addr);
}

static void meet(struct iop_code *code, size_t symbol, uintptr_t addr)
{
	struct node *node = &code->nodes[symbol];

	if (node->met != code->cell) {
		node->met = code->cell;
		node->number = (unsigned)code->queued;
		code->queue[code->queued++] = symbol;
	}
	feed_number(code, 'n', node->number);
	feed_number(code, '+', addr - code->image.symbols[symbol].start);
}

/* A jump through a slot that the loader filled: where the call really goes. */
static void resolve_stub(struct iop_code *code, uintptr_t addr)
{
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	ZydisDecodedInstruction insn;
	ZyanU64 slot;

	for (int i = 0; i < 2; i++, addr += insn.length) {
		if (!decode(code, addr, addr + ZYDIS_MAX_INSTRUCTION_LENGTH, &insn, operands))
			break;
		if (insn.mnemonic == ZYDIS_MNEMONIC_ENDBR64)
			continue;
		if (insn.mnemonic != ZYDIS_MNEMONIC_JMP || operands[0].type != ZYDIS_OPERAND_TYPE_MEMORY ||
		    operands[0].mem.base != ZYDIS_REGISTER_RIP ||
		    ZYAN_FAILED(ZydisCalcAbsoluteAddress(&insn, &operands[0], addr, &slot)) ||
		    !iop_image_segment(&code->image, slot))
			break;
		resolve_word(code, slot);
		return;
	}
	code->failed = true;
}

/* Data that no symbol names: a constant of known size, a string, or some bytes of an unknown object. */
static void resolve_nameless(struct iop_code *code, uintptr_t addr, unsigned bytes)
{
	size_t length = 0;

	if (bytes == UINT32_MAX) /* a jump table, taken with its function */
		return;
	if (bytes == sizeof(void *) && iop_image_pointer(&code->image, addr)) {
		resolve_word(code, addr);
		return;
	}
	if (!bytes)
		while (length < STRING_MOST && is_text(iop_image_byte(&code->image, addr + length)))
			length++;
	if (!bytes && (!length || iop_image_byte(&code->image, addr + length)))
		length = BLOB_MOST;
	feed_number(code, 'd', bytes ? bytes : length);
	for (size_t i = 0; i < (bytes ? bytes : length); i++) {
		unsigned char byte = iop_image_byte(&code->image, addr + i);

		feed(code, &byte, 1);
	}
}

static void resolve(struct iop_code *code, uintptr_t addr, unsigned bytes)
{
	const Elf64_Phdr *segment = iop_image_segment(&code->image, addr);
	size_t symbol = iop_image_symbol(&code->image, addr);

	if (!segment)
		feed_elsewhere(code, addr);
	else if (symbol < code->image.symbol_count)
		meet(code, symbol, addr);
	else if (segment->p_flags & PF_X)
		resolve_stub(code, addr);
	else
		resolve_nameless(code, addr, bytes);
}

static void hash_node(struct iop_code *code, size_t symbol)
{
	struct node *node = node_of(code, symbol);
	size_t done = 0;

	if (node->unknown) {
		code->failed = true;
		return;
	}
	feed_number(code, 'N', node->length);
	if (!node->length)
		return;
	for (size_t i = 0; i < node->references && !code->failed; i++) {
		const struct reference *r = &node->reference[i];

		feed(code, node->text + done, r->at - done);
		done = r->at;
		/* In an object, a word that the loader filled stands for what it points to. */
		if (!code->image.symbols[symbol].code && iop_image_pointer(&code->image, r->addr))
			resolve_word(code, r->addr);
		else
			resolve(code, r->addr, r->bytes);
	}
	feed(code, node->text + done, node->length - done);
}

/* How far the family reaches: to the next one, as families are often elements of one array. */
static size_t family_size(const struct iop_code *code, uintptr_t family)
{
	size_t size = FAMILY_WORDS * sizeof(uintptr_t), symbol = iop_image_symbol(&code->image, family);

	if (symbol < code->image.symbol_count)
		size = code->image.symbols[symbol].end - family;
	for (size_t i = 0; i < code->module->count; i++) {
		const struct iop_cell *cell =
			(const struct iop_cell *)((const char *)code->module->cells + i * code->module->cell_size);
		uintptr_t other = (uintptr_t)cell->family;

		if (other > family && other - family < size)
			size = other - family;
	}
	return size;
}

/* The family is private to the cell: words that lead into the module are followed, others count as they are. */
static void hash_family(struct iop_code *code, uintptr_t family)
{
	uintptr_t words[64] = {0};
	size_t size = family_size(code, family);
	struct iovec here = {words, size < sizeof(words) ? size : sizeof(words)}, there = {(void *)family, here.iov_len};

	if (size > sizeof(words) || process_vm_readv(getpid(), &here, 1, &there, 1, 0) != (ssize_t)here.iov_len) {
		code->failed = true;
		return;
	}
	for (size_t i = 0; i < (size + sizeof(*words) - 1) / sizeof(*words) && !code->failed; i++) {
		unsigned char byte;
		struct iovec to = {&byte, 1}, from = {(void *)words[i], 1};
		Dl_info info;

		/* Memory of the module's own making cannot be compared. */
		if (!iop_image_segment(&code->image, words[i]) && process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1 &&
		    !dladdr((const void *)words[i], &info))
			code->failed = true;
		resolve_pointer(code, words[i]);
	}
}

/* What the harness does with the cell beside running it. */
static void hash_description(struct iop_code *code, const struct iop_cell *cell)
{
	feed(code, cell->name, strlen(cell->name) + 1);
	feed_number(code, 'm', cell->max_batch);
	feed_number(code, 'f', cell->flags);
}

static bool hash_cell(struct iop_code *code, const struct iop_cell *cell, bool described, struct iop_code_hash *hash)
{
	code->cell++;
	code->queued = 0;
	code->failed = false;
	code->hash = (struct iop_code_hash){{UINT64_C(0xcbf29ce484222325), UINT64_C(0x84222325cbf29ce4)}};
	if (described)
		hash_description(code, cell);
	feed_number(code, 'b', cell->bytes);
	feed(code, cell->param, sizeof(cell->param));
	resolve_pointer(code, (uintptr_t)cell->batch);
	resolve_pointer(code, (uintptr_t)cell->setup);
	resolve_pointer(code, (uintptr_t)cell->prepare);
	if (cell->family)
		hash_family(code, (uintptr_t)cell->family);
	for (size_t i = 0; i < code->queued && !code->failed; i++)
		hash_node(code, code->queue[i]);
	*hash = code->hash;
	return !code->failed;
}

bool iop_code_hash(struct iop_code *code, const struct iop_cell *cell, struct iop_code_hash *hash)
{
	return hash_cell(code, cell, true, hash);
}

bool iop_code_same_operation(struct iop_code *code_a, const struct iop_cell *a, struct iop_code *code_b, const struct iop_cell *b)
{
	struct iop_code_hash hash[2];

	return hash_cell(code_a, a, false, &hash[0]) && hash_cell(code_b, b, false, &hash[1]) &&
	       !memcmp(&hash[0], &hash[1], sizeof(hash[0]));
}

struct iop_code *iop_code_open(const char *path, const struct iop_cells_module *module)
{
	struct iop_code *code = calloc(1, sizeof(*code));
	const void *anchor = module->count ? (const void *)(uintptr_t)module->cells->batch : NULL;
	Dl_info info;

	if (!code)
		return NULL;
	if (!dladdr(anchor, &info) || iop_image_open(&code->image, path, (uintptr_t)info.dli_fbase)) {
		free(code);
		return NULL;
	}
	code->module = module;
	code->nodes = calloc(code->image.symbol_count, sizeof(*code->nodes));
	code->queue = calloc(code->image.symbol_count, sizeof(*code->queue));
	if (!code->nodes || !code->queue ||
	    ZYAN_FAILED(ZydisDecoderInit(&code->decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64))) {
		iop_code_close(code);
		return NULL;
	}
	return code;
}

void iop_code_close(struct iop_code *code)
{
	for (size_t i = 0; code->nodes && i < code->image.symbol_count; i++) {
		free(code->nodes[i].text);
		free(code->nodes[i].reference);
	}
	free(code->nodes);
	free(code->queue);
	iop_image_close(&code->image);
	free(code);
}
