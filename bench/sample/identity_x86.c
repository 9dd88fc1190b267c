/* SPDX-License-Identifier: MIT */
#include "identity.h"

#include "node.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define FAMILY_WORDS 8
#define STRING_MOST  4096
#define BLOB_MOST    256

struct iop_code {
	struct iop_image image;
	struct iop_node *nodes; /* one a symbol */
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

static bool is_text(unsigned char byte)
{
	return byte >= ' ' || byte == '\n' || byte == '\t';
}

static struct iop_node *node_of(struct iop_code *code, size_t symbol)
{
	struct iop_node *node = &code->nodes[symbol];

	if (!node->ready)
		iop_node_build(node, &code->image, &code->decoder, symbol);
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

/* AddressSanitizer takes what lies between variables for out of bounds, and some of these words do. */
static __attribute__((no_sanitize_address)) uintptr_t word_at(uintptr_t addr)
{
	return *(const uintptr_t *)addr;
}

/* A word that the loader filled. The offset of a thread's variable is known by where it is in this module. */
static void resolve_word(struct iop_code *code, uintptr_t addr)
{
	const struct iop_pointer *pointer = iop_image_pointer(&code->image, addr);

	if (pointer && pointer->thread)
		feed_number(code, 't', (uint64_t)pointer->addend);
	else
		resolve_pointer(code, word_at(addr));
}

static void meet(struct iop_code *code, size_t symbol, uintptr_t addr)
{
	struct iop_node *node = &code->nodes[symbol];

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
		if (!iop_node_decode(&code->decoder, addr, addr + ZYDIS_MAX_INSTRUCTION_LENGTH, &insn, operands))
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

/* As the file has it, but for words that the loader filled: linkers differ in what they leave there. What has no name counts by its
 * place, as it could lead here again. */
static void feed_data(struct iop_code *code, uintptr_t addr, size_t size)
{
	for (size_t i = 0; i < size && !code->failed; i++) {
		const struct iop_pointer *pointer = i + sizeof(void *) <= size ? iop_image_pointer(&code->image, addr + i) : NULL;
		unsigned char byte = iop_image_byte(&code->image, addr + i);
		uintptr_t value;

		if (!pointer) {
			feed(code, &byte, 1);
			continue;
		}
		value = word_at(addr + i);
		if (!pointer->thread && iop_image_segment(&code->image, value) &&
		    iop_image_symbol(&code->image, value) == code->image.symbol_count)
			feed_number(code, 'r', value - code->image.load);
		else
			resolve_word(code, addr + i);
		i += sizeof(void *) - 1;
	}
}

/* Data that no symbol names: a constant of known size, a string, or some bytes of an unknown object. */
static void resolve_nameless(struct iop_code *code, uintptr_t addr, unsigned bytes)
{
	size_t length = 0;

	if (bytes == IOP_JUMP_TABLE)
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
	feed_data(code, addr, bytes ? bytes : length);
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
	struct iop_node *node = node_of(code, symbol);
	size_t done = 0;

	if (node->unknown) {
		code->failed = true;
		return;
	}
	feed_number(code, 'N', node->length);
	for (size_t i = 0; i < node->references && !code->failed; i++) {
		const struct iop_reference *r = &node->reference[i];

		/* An object of nothing but pointers has no text. */
		if (r->at > done)
			feed(code, node->text + done, r->at - done);
		done = r->at;
		/* In an object, a word that the loader filled stands for what it points to. */
		if (!code->image.symbols[symbol].code && iop_image_pointer(&code->image, r->addr))
			resolve_word(code, r->addr);
		else
			resolve(code, r->addr, r->bytes);
	}
	if (node->length > done)
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

/* What ran before any cell may have left pointers in memory that the file does not describe. Of constructors only the compiler's own
 * have no symbol with a size. */
static void resolve_constructors(struct iop_code *code)
{
	for (uintptr_t at = code->image.constructors; at < code->image.constructors_end; at += sizeof(void *)) {
		uintptr_t function = *(const uintptr_t *)at;

		if (iop_image_symbol(&code->image, function) < code->image.symbol_count)
			resolve(code, function, 0);
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
	resolve_constructors(code);
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
	for (size_t i = 0; code->nodes && i < code->image.symbol_count; i++)
		iop_node_free(&code->nodes[i]);
	free(code->nodes);
	free(code->queue);
	iop_image_close(&code->image);
	free(code);
}
