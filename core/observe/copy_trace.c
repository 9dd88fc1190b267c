/* SPDX-License-Identifier: MIT */
#include "copy_trace.h"
#include "guarded.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Untouched bytes around each side: what is written there by mistake is seen. */
#define MARGIN ((size_t)128)

/* The memory side. It is kept, because mapping it anew would be most of the time of a traced call. */
static struct iop_guarded memory;
static const unsigned char *memory_side;

const char *iop_copy_op_name(enum iop_copy_op op)
{
	static const char *const names[IOP_COPY_OPS] = {"toio", "fromio", "set", "move"};

	return names[op];
}

bool iop_copy_can_trace(const struct iop_routine *routine)
{
	const bool direct = strcmp(routine->name, "wide-direct") == 0;

	return !routine->supported || routine->supported() || (direct && iop_tracer_direct_stores());
}

size_t iop_copy_longest(size_t window_bytes)
{
	return window_bytes - 2 * MARGIN - 64;
}

/* A call with its places: io is the device side, of a move its source; other the memory side, of a move its destination. */
struct placed_call {
	const struct iop_copy_call *call;
	unsigned char *io, *other;
};

static void make_call(void *arg)
{
	const struct placed_call *p = arg;
	const struct iop_copier *copier = p->call->copier;

	if (p->call->invoke) {
		p->call->invoke(p->call->arg, p->io, p->other);
		return;
	}
	switch (p->call->op) {
	case IOP_TOIO: copier->toio(p->io, p->other, p->call->n); break;
	case IOP_FROMIO: copier->fromio(p->other, p->io, p->call->n); break;
	case IOP_SET: copier->set(p->io, iop_copy_value(p->call), p->call->n); break;
	default: copier->move(p->other, p->io, p->call->n); break;
	}
}

bool iop_copier_offers(const struct iop_copier *copier, enum iop_copy_op op)
{
	switch (op) {
	case IOP_TOIO: return copier->toio != NULL;
	case IOP_FROMIO: return copier->fromio != NULL;
	case IOP_SET: return copier->set != NULL;
	default: return copier->move != NULL;
	}
}

/*
 * Neighbouring bytes differ, and so do the two sides. Made once and copied, because it is what a traced call under an emulator
 * would spend its time on.
 */
static bool fill(unsigned char *bytes, size_t n, unsigned salt)
{
	static unsigned char *pattern;
	static size_t made;

	if (!pattern || made < n + salt) {
		unsigned char *longer = realloc(pattern, n + salt + 1);

		if (!longer)
			return false;
		for (pattern = longer; made < n + salt; made++)
			pattern[made] = (unsigned char)(made * 151 + made / 256 * 7);
	}
	memcpy(bytes, pattern + salt, n);
	return true;
}

/* Bytes of the device side: of a FIFO, those of its register, if anything goes through it. */
static size_t on_device(const struct iop_copy_call *call)
{
	return call->fifo && call->n > call->fifo ? call->fifo : call->n;
}

static bool touched_all(const struct iop_access_list *list, size_t n)
{
	unsigned char *touched = calloc(n + 1, 1);
	bool all = true;

	if (!touched)
		return false;
	for (size_t i = 0; i < list->count; i++)
		for (unsigned b = 0; b < list->access[i].width; b++) {
			ptrdiff_t at = list->access[i].offset + (ptrdiff_t)b;

			if ((list->access[i].mask >> b & 1) && at >= 0 && (size_t)at < n)
				touched[at] = 1;
		}
	for (size_t i = 0; i < n; i++)
		all &= touched[i];
	free(touched);
	return all;
}

/* Reads of a move first, then its writes, each in their order; the number of reads, or -ENOMEM. */
static ptrdiff_t reads_first(struct iop_access *access, size_t count)
{
	struct iop_access *writes = malloc((count + 1) * sizeof(*writes));
	size_t reads = 0, written = 0;

	if (!writes)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (access[i].write)
			writes[written++] = access[i];
		else
			access[reads++] = access[i];
	memcpy(access + reads, writes, written * sizeof(*writes));
	free(writes);
	return (ptrdiff_t)reads;
}

static int split(struct iop_copy_traced *traced, const struct iop_access_list *list, const struct iop_copy_call *call)
{
	ptrdiff_t reads = 0;

	traced->sides = call->op == IOP_MOVE ? 2 : 1;
	traced->side[0].list = traced->side[1].list = *list;
	if (call->op != IOP_MOVE)
		return 0;
	reads = reads_first(list->access, list->count);
	if (reads < 0)
		return (int)reads;
	traced->side[0].list.count = (size_t)reads;
	traced->side[1].list.access += reads;
	traced->side[1].list.count -= (size_t)reads;
	for (size_t i = 0; i < traced->side[1].list.count; i++)
		traced->side[1].list.access[i].offset -= call->distance;
	return 0;
}

static bool goes_down(const struct iop_access_list *list)
{
	return list->count > 1 && list->access[1].offset < list->access[0].offset;
}

void iop_copy_judge(struct iop_copy_traced *traced, const struct iop_copy_call *call, const uintptr_t io[2], enum iop_tier tier,
		    unsigned widths)
{
	bool backward = call->op == IOP_MOVE && call->distance > 0 && (size_t)call->distance < call->n;
	/* Onto itself, a move may go either way. */
	bool either = call->op == IOP_MOVE && call->distance == 0;

	traced->legal = traced->data_right;
	traced->fewest = true;
	traced->blind = false;
	for (unsigned i = 0; i < traced->sides; i++) {
		struct iop_copy_side *side = &traced->side[i];

		side->question = (struct iop_question){
			.io = io[i],
			.n = call->n,
			.write = call->op == IOP_MOVE ? i == 1 : call->op != IOP_FROMIO,
			.descending = backward || (either && goes_down(&side->list)),
			.tier = tier,
			.fifo = call->fifo,
			.widths = widths,
		};
		if (!side->list.blind && traced->data_right && !touched_all(&side->list, on_device(call)))
			side->list.blind = "the data is right although bytes of the device side have no recorded access";
		side->verdict = iop_rules_judge(&side->list, &side->question);
		traced->legal &= !side->verdict.broken;
		traced->fewest &= side->verdict.accesses <= side->verdict.optimum;
		traced->blind |= (side->verdict.broken & IOP_RULE_BLIND) != 0;
	}
}

/* The side that is copied from, where the bytes themselves may matter to the routine. */
static void patterned(unsigned char *bytes, size_t n, unsigned pattern)
{
	for (size_t i = 0; pattern == 3 && i < n; i++)
		bytes[i] |= 1;
	if (pattern == 1 || pattern == 2)
		memset(bytes, pattern == 1 ? 0 : 0xff, n);
}

struct buffers {
	unsigned char *mem, *expected_mem, *expected_io; /* mem: of the memory side, as much as is prepared and compared */
	size_t mem_bytes;
};

static bool place_memory(struct buffers *b, size_t *mem_at, const struct iop_copy_call *call)
{
	size_t spare;

	b->mem_bytes = (call->n + 2 * MARGIN + 127) / 64 * 64;
	if (b->mem_bytes > memory.bytes) {
		iop_guarded_close(&memory);
		if (!iop_guarded_open(&memory, b->mem_bytes) || mprotect(memory.memory, memory.bytes, PROT_READ | PROT_WRITE))
			return false;
	}
	spare = memory.bytes - b->mem_bytes;
	b->mem = memory.memory;
	*mem_at = MARGIN + call->mem_align;
	if (call->guard == IOP_GUARD_BEFORE)
		*mem_at = 0;
	if (call->guard == IOP_GUARD_AFTER) {
		b->mem += spare;
		*mem_at = b->mem_bytes - call->n;
	}
	memory_side = b->mem + *mem_at;
	return true;
}

bool iop_copy_outside(const void *addr, ptrdiff_t *offset)
{
	*offset = (ptrdiff_t)((uintptr_t)addr - (uintptr_t)memory_side);
	return memory.reserved && iop_guarded_around(&memory, (uintptr_t)addr);
}

/* Each byte of the destination is wrong before the call, so that none can be right by chance; of a move, outside its source. */
static void make_wrong(struct buffers *b, const struct iop_copy_call *call, unsigned char *contents, size_t io_at, size_t mem_at)
{
	const unsigned char *expected = b->expected_io + io_at;
	unsigned char *to = contents + io_at;
	size_t n = on_device(call);

	if (call->op == IOP_FROMIO) {
		expected = b->expected_mem + mem_at;
		to = b->mem + mem_at;
		n = call->n;
	}
	for (size_t i = 0; i < n; i++) {
		ptrdiff_t at = call->op == IOP_MOVE ? call->distance + (ptrdiff_t)i : (ptrdiff_t)i;

		if (call->op != IOP_MOVE || at < 0 || (size_t)at >= call->n)
			to[at] = (unsigned char)~expected[at];
	}
}

static int prepare(struct buffers *b, struct placed_call *placed, struct iop_tracer *tracer, size_t window_bytes)
{
	const struct iop_copy_call *call = placed->call;
	unsigned char *contents = iop_tracer_contents(tracer);
	size_t io_at = MARGIN + call->io_align, mem_at;

	if (call->op == IOP_MOVE && call->distance < 0)
		io_at += (size_t)-call->distance;
	if (!place_memory(b, &mem_at, call))
		return -ENOMEM;
	b->expected_mem = malloc(b->mem_bytes);
	b->expected_io = malloc(window_bytes);
	if (!b->expected_mem || !b->expected_io || !fill(contents, window_bytes, 1) || !fill(b->mem, b->mem_bytes, 90))
		return -ENOMEM;
	if (call->op != IOP_SET)
		patterned(call->op == IOP_TOIO ? b->mem + mem_at : contents + io_at, call->n, call->pattern);
	memcpy(b->expected_io, contents, window_bytes);
	memcpy(b->expected_mem, b->mem, b->mem_bytes);
	switch (call->op) {
	case IOP_TOIO: memcpy(b->expected_io + io_at, b->mem + mem_at + call->n - on_device(call), on_device(call)); break;
	case IOP_FROMIO:
		for (size_t i = 0; i < call->n; i++)
			b->expected_mem[mem_at + i] = contents[io_at + (call->fifo ? i % call->fifo : i)];
		break;
	case IOP_SET: memset(b->expected_io + io_at, iop_copy_value(call), call->n); break;
	default: memcpy(b->expected_io + io_at + call->distance, contents + io_at, call->n); break;
	}
	make_wrong(b, call, contents, io_at, mem_at);
	placed->io = iop_tracer_window(tracer) + io_at;
	placed->other = call->op == IOP_MOVE ? placed->io + call->distance : b->mem + mem_at;
	return 0;
}

/* Where @bytes first differ from what is expected, from the byte at @origin. */
static bool differ(const unsigned char *bytes, const unsigned char *expected, size_t n, const unsigned char *origin, ptrdiff_t *at)
{
	size_t i = 0;

	if (memcmp(bytes, expected, n) == 0)
		return false;
	while (bytes[i] == expected[i])
		i++;
	*at = bytes + i - origin;
	return true;
}

static int run(struct iop_copy_traced *traced, const struct buffers *b, struct placed_call *placed, struct iop_tracer *tracer,
	       size_t window_bytes)
{
	const struct iop_access_list *list = iop_tracer_run(tracer, placed->io, make_call, placed);
	const unsigned char *contents = iop_tracer_contents(tracer), *to = contents + (placed->io - iop_tracer_window(tracer));
	const unsigned char *memory_origin = placed->other;

	if (!list)
		return -ENOMEM;
	if (placed->call->op == IOP_MOVE) {
		to += placed->call->distance;
		memory_origin = b->mem;
	}
	traced->wrong_at = 0;
	traced->data_right = !differ(contents, b->expected_io, window_bytes, to, &traced->wrong_at) &&
			     !differ(b->mem, b->expected_mem, b->mem_bytes, memory_origin, &traced->wrong_at);
	return split(traced, list, placed->call);
}

int iop_copy_trace(struct iop_copy_traced *traced, struct iop_tracer *tracer, size_t window_bytes, const struct iop_copy_call *call,
		   enum iop_tier tier)
{
	size_t reach = call->op == IOP_MOVE ? (size_t)llabs(call->distance) : 0;
	struct placed_call placed = {.call = call};
	struct buffers b = {0};
	int err;

	if (call->n > iop_copy_longest(window_bytes) || reach > iop_copy_longest(window_bytes) - call->n || call->io_align > 63 ||
	    call->mem_align > 63 || (!call->invoke && !iop_copier_offers(call->copier, call->op)))
		return -EINVAL;
	err = prepare(&b, &placed, tracer, window_bytes);
	if (!err)
		err = run(traced, &b, &placed, tracer, window_bytes);
	if (!err)
		iop_copy_judge(traced, call, (const uintptr_t[]){(uintptr_t)placed.io, (uintptr_t)placed.other}, tier,
			       call->widths);
	free(b.expected_mem);
	free(b.expected_io);
	return err;
}
