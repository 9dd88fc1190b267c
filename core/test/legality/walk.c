/* SPDX-License-Identifier: MIT */
#include "walk.h"

#include "stretch.h"

#include <decode_x86.h>

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE	    ((size_t)4096)
#define LIST	    ((size_t)1 << 14) /* accesses of one page: as many as bytes, and more if they are wrong */
#define SMALL_RANGE ((size_t)1 << 24) /* from here on segments are large, and not each is compared */

/* A device side. */
struct device {
	struct stretch range;
	size_t lead; /* of its first byte, from the start of segment 0 */
	size_t open; /* the segment that is there */
	bool write;
	size_t page; /* the island whose accesses are being written down, SIZE_MAX: none */
	size_t islands;
	struct iop_access_list list;
};

static struct walk {
	const struct walk_call *call;
	struct device device[2]; /* of a move: the destination, then the source */
	unsigned devices;
	struct stretch memory;
	size_t memory_lead;
	unsigned char *expected; /* a segment, and the start of the next */
	sigjmp_buf out;
	const char *wrong;
} now;

/* Ends the call. */
static void wrong(const char *what)
{
	now.wrong = what;
	siglongjmp(now.out, 1);
}

/* What lies in segment @k of a source: each word of the range is another one. */
static void fill_source(unsigned char *bytes, size_t n, size_t segment, size_t k)
{
	uint64_t word = k * (segment / 8) + 1;

	for (size_t i = 0; i + 8 <= n; i += 8, word++) {
		const uint64_t value = word * UINT64_C(0x9e3779b97f4a7c15) ^ word << 32;

		memcpy(bytes + i, &value, 8);
	}
}

/* Of a long range, the segments at its ends and on both sides of each power of two, and one in sixteen. */
static bool looked_at(const struct stretch *s, size_t k)
{
	const size_t last = (now.call->n + 255) / s->segment, next = k + 1;

	return now.call->n < SMALL_RANGE || k < 4 || k + 4 > last || k % 16 == 0 || (k & next) == 0 || (k & (k - 1)) == 0 ||
	       (next & (next + 1)) == 0;
}

/* Is a segment looked at for which something of segment @k of a source is needed? */
static bool needed(const struct stretch *s, size_t k)
{
	return looked_at(s, k) || (k && looked_at(s, k - 1)) || looked_at(s, k + 1);
}

/* Segment @k of the destination as it must be, where it is written. */
static const unsigned char *expect(const struct stretch *s, size_t lead, size_t k)
{
	const size_t source_lead = now.call->op == IOP_TOIO ? now.memory_lead : now.device[now.devices - 1].lead;

	if (now.call->op == IOP_SET)
		return memset(now.expected, now.call->value, s->segment);
	fill_source(now.expected, s->segment, s->segment, k);
	fill_source(now.expected + s->segment, 256, s->segment, k + 1);
	return now.expected + (source_lead - lead);
}

/* No byte of the destination can be right by chance. */
static void poison(struct stretch *s, size_t lead, size_t k)
{
	const unsigned char *expected = expect(s, lead, k);
	unsigned char *bytes = stretch_bytes(s, (unsigned)stretch_slot(s, k));

	for (size_t i = 0; i < s->segment; i++)
		bytes[i] = (unsigned char)~expected[i];
}

static void compare(struct stretch *s, size_t lead, size_t k)
{
	const size_t begin = k * s->segment;
	const size_t from = lead > begin ? lead - begin : 0, end = lead + now.call->n > begin ? lead + now.call->n - begin : 0;
	const size_t first = from < s->segment ? from : s->segment, last = end < s->segment ? end : s->segment;
	const unsigned char *bytes = stretch_bytes(s, (unsigned)stretch_slot(s, k)), *expected = expect(s, lead, k);

	if (last > first && memcmp(bytes + first, expected + first, last - first) != 0)
		wrong("bytes did not arrive");
	for (size_t i = 0; i < s->segment; i++)
		if ((i < first || i >= last) && (bytes[i] ^ expected[i]) != 0xff)
			wrong("bytes beside the range were written");
}

static void judge_page(struct device *d)
{
	const size_t begin = d->page * PAGE, end = begin + PAGE, last = d->lead + now.call->n;
	const size_t from = begin > d->lead ? begin : d->lead, to = end < last ? end : last;
	const struct iop_question question = {.io = (uintptr_t)d->range.start + from,
					      .n = to > from ? to - from : 0,
					      .write = d->write,
					      .tier = now.call->tier,
					      .widths = now.call->widths};
	struct iop_verdict verdict;

	if (d->page == SIZE_MAX)
		return;
	for (size_t i = 0; i < d->list.count; i++)
		d->list.access[i].offset -= (ptrdiff_t)from;
	verdict = iop_rules_judge(&d->list, &question);
	d->page = SIZE_MAX;
	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if (verdict.broken >> bit & 1)
			wrong(iop_rule_words(bit));
	if (now.call->tier == IOP_STRICT && verdict.accesses > verdict.optimum)
		wrong("more accesses than the minimum");
}

/* Is this page of the range an island? One that the range does not reach is none. */
static bool is_island(const struct device *d, size_t page)
{
	if (page < d->lead / PAGE || page > (d->lead + now.call->n - 1) / PAGE || !now.call->n)
		return false;
	if (now.call->all_islands)
		return true;
	for (size_t i = 0; i < WALK_ISLANDS; i++)
		if ((d->lead + now.call->island[i]) / PAGE == page)
			return true;
	return false;
}

static size_t islands_of(const struct device *d, size_t k)
{
	const size_t pages = d->range.segment / PAGE;
	size_t found = 0;

	for (size_t page = k * pages; page < (k + 1) * pages; page++)
		found += is_island(d, page);
	return found;
}

/* Segment @k is there from now on. */
static void enter(struct device *d, size_t k)
{
	const size_t pages = d->range.segment / PAGE;

	d->open = k;
	d->islands = 0;
	if (d->write && looked_at(&d->range, k))
		poison(&d->range, d->lead, k);
	if (!d->write && needed(&d->range, k))
		fill_source(stretch_bytes(&d->range, 0), d->range.segment, d->range.segment, k);
	for (size_t page = k * pages; page < (k + 1) * pages; page++)
		if (is_island(d, page) && mprotect(d->range.start + page * PAGE, PAGE, PROT_NONE))
			wrong("an island cannot be made");
}

/* The routine is done with segment @k. */
static void leave(struct device *d, size_t k)
{
	judge_page(d);
	if (d->islands != islands_of(d, k))
		wrong("a page was not accessed");
	if (d->write && looked_at(&d->range, k))
		compare(&d->range, d->lead, k);
}

/* The device side is at segment @k, so the memory side may be at the one before and the one behind. */
static void memory_follows(size_t k)
{
	int slot;

	if (!now.memory.slots || k < 2)
		return;
	slot = stretch_slot(&now.memory, k - 2);
	if (now.call->op == IOP_FROMIO && looked_at(&now.memory, k - 2))
		compare(&now.memory, now.memory_lead, k - 2);
	stretch_move(&now.memory, (unsigned)slot, k + 1);
	if (now.call->op == IOP_FROMIO && looked_at(&now.memory, k + 1))
		poison(&now.memory, now.memory_lead, k + 1);
	if (now.call->op == IOP_TOIO && needed(&now.memory, k + 1))
		fill_source(stretch_bytes(&now.memory, (unsigned)slot), now.memory.segment, now.memory.segment, k + 1);
}

static void record(struct device *d, const struct iop_operand *operand, bool write)
{
	struct iop_access_list *list = &d->list;

	if (list->count == list->room) {
		list->lost++;
		return;
	}
	list->access[list->count++] = (struct iop_access){.offset = (ptrdiff_t)(operand->addr - (uintptr_t)d->range.start),
							  .width = operand->width,
							  .write = write,
							  .form = operand->form,
							  .mask = operand->mask};
}

/* An access to an island. */
static void on_island(struct device *d, uintptr_t addr, ucontext_t *context)
{
	const struct iop_alias alias = {d->range.start + d->open * d->range.segment, stretch_bytes(&d->range, 0), d->range.segment};
	const size_t page = (addr - (uintptr_t)d->range.start) / PAGE;
	struct iop_instruction insn;

	if (page != d->page) {
		const size_t before = d->page;

		judge_page(d);
		if (before != SIZE_MAX && page < before)
			wrong("an access lies pages before the one that preceded it");
		d->page = page;
		d->islands++;
		d->list.count = d->list.lost = 0;
	}
	if (!iop_decode_x86(&insn, context))
		wrong("an instruction that could not be decoded");
	for (unsigned i = 0; i < insn.operands; i++) {
		if (!insn.operand[i].mask || !stretch_has(&d->range, insn.operand[i].addr))
			continue;
		if (insn.operand[i].read)
			record(d, &insn.operand[i], false);
		if (insn.operand[i].write)
			record(d, &insn.operand[i], true);
	}
	if (!iop_carry_out_x86(&insn, context, &alias) && !iop_stand_in_x86(&insn, context, &alias))
		wrong("an access that is no plain, vector or string move and no direct store");
}

static void on_device(struct device *d, uintptr_t addr, ucontext_t *context)
{
	const size_t k = stretch_segment(&d->range, addr), last = (d->lead + now.call->n - 1) / d->range.segment;

	if (k == d->open) {
		on_island(d, addr, context);
	} else if (k == SIZE_MAX || k > last) {
		wrong("an access outside of the range");
	} else if (k != d->open + 1) {
		wrong(k < d->open ? "a segment was accessed again" : "a segment was left out");
	} else {
		leave(d, d->open);
		if (d == now.device)
			memory_follows(k);
		stretch_move(&d->range, 0, k);
		enter(d, k);
	}
}

static void on_segv(int number, siginfo_t *info, void *context)
{
	const uintptr_t addr = (uintptr_t)info->si_addr;

	for (unsigned i = 0; i < now.devices; i++)
		if (stretch_has(&now.device[i].range, addr)) {
			on_device(&now.device[i], addr, context);
			return;
		}
	if (stretch_has(&now.memory, addr))
		wrong("the memory side is accessed far from the place of the device side");
	signal(number, SIG_DFL);
}

/* A direct store that the CPU lacks, once its segment is there. */
static void on_ill(int number, siginfo_t *info, void *context)
{
	struct device *d = &now.device[0];
	struct iop_instruction insn;
	uintptr_t addr;

	(void)info;
	if (!iop_decode_x86(&insn, context) || !insn.operands) {
		signal(number, SIG_DFL);
		return;
	}
	addr = insn.operand[insn.operands - 1].addr;
	if (!stretch_has(&d->range, addr))
		wrong("an access outside of the range");
	if (stretch_segment(&d->range, addr) != d->open || is_island(d, (addr - (uintptr_t)d->range.start) / PAGE)) {
		on_device(d, addr, context);
		return;
	}
	if (!iop_stand_in_x86(&insn, context, &(struct iop_alias){d->range.start, NULL, 0}))
		signal(number, SIG_DFL);
}

static void make_call(void)
{
	const struct walk_call *call = now.call;
	unsigned char *io = now.device[0].range.start + now.device[0].lead;
	unsigned char *other =
		call->op == IOP_MOVE ? now.device[1].range.start + now.device[1].lead : now.memory.start + now.memory_lead;

	switch (call->op) {
	case IOP_TOIO: call->copier.toio(io, other, call->n); break;
	case IOP_FROMIO: call->copier.fromio(other, io, call->n); break;
	case IOP_SET: call->copier.set(io, call->value, call->n); break;
	default: call->copier.move(io, other, call->n); break;
	}
}

/* All has been walked, and what was not compared on the way is. */
static void finish(void)
{
	for (unsigned i = 0; i < now.devices; i++) {
		if (now.call->n && now.device[i].open != (now.device[i].lead + now.call->n - 1) / now.device[i].range.segment)
			wrong("the end was not reached");
		leave(&now.device[i], now.device[i].open);
	}
	for (unsigned i = 0; now.call->op == IOP_FROMIO && i < now.memory.slots; i++)
		if (looked_at(&now.memory, now.memory.at[i]))
			compare(&now.memory, now.memory_lead, now.memory.at[i]);
}

static void set_up(const struct walk_call *call)
{
	const size_t segment = call->n < SMALL_RANGE ? (size_t)1 << 16 : STRETCH_MAX, bytes = call->n + 512;
	bool there = true;

	now.call = call;
	now.wrong = NULL;
	now.devices = call->op == IOP_MOVE ? 2 : 1;
	now.expected = malloc(segment + 512);
	for (unsigned i = 0; i < now.devices; i++) {
		struct device *d = &now.device[i];

		/* A source lies further from the start of its range than a destination. */
		d->write = i == 0 && call->op != IOP_FROMIO;
		d->lead = (d->write ? 128 : 192) + (i ? call->mem_align : call->io_align);
		d->page = SIZE_MAX;
		d->list.room = LIST;
		d->list.access = malloc(LIST * sizeof(*d->list.access));
		there &= stretch_open(&d->range, bytes, segment, 1) && d->list.access;
	}
	now.memory_lead = (call->op == IOP_FROMIO ? 128 : 192) + call->mem_align;
	if (call->op <= IOP_FROMIO)
		there &= stretch_open(&now.memory, bytes, segment, STRETCH_SLOTS);
	if (!there || !now.expected) {
		perror("iopath: no memory for a walk");
		exit(2);
	}
}

static void tear_down(void)
{
	for (unsigned i = 0; i < now.devices; i++) {
		stretch_close(&now.device[i].range);
		free(now.device[i].list.access);
	}
	if (now.memory.slots)
		stretch_close(&now.memory);
	free(now.expected);
	now = (struct walk){0};
}

const char *walk_judge(const struct walk_call *call)
{
	struct sigaction segv = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_NODEFER}, before;
	struct sigaction ill = {.sa_sigaction = on_ill, .sa_flags = SA_SIGINFO | SA_NODEFER}, ill_before;
	const char *what;

	set_up(call);
	sigaction(SIGSEGV, &segv, &before);
	sigaction(SIGILL, &ill, &ill_before);
	if (sigsetjmp(now.out, 1) == 0) {
		for (unsigned i = 0; i < now.devices; i++)
			enter(&now.device[i], 0);
		for (unsigned k = 0; k < now.memory.slots; k++) {
			if (call->op == IOP_FROMIO)
				poison(&now.memory, now.memory_lead, k);
			else
				fill_source(stretch_bytes(&now.memory, k), now.memory.segment, now.memory.segment, k);
		}
		make_call();
		finish();
	}
	sigaction(SIGILL, &ill_before, NULL);
	sigaction(SIGSEGV, &before, NULL);
	what = now.wrong;
	tear_down();
	return what;
}
