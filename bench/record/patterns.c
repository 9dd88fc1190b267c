/* SPDX-License-Identifier: MIT */
#include "patterns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLLS 3 /* reads of one place in a row that are polling */
#define ROW   4 /* accesses side by side, or to one place, that are a copy, or a FIFO's */
#define WORD  8
/* Halves of a register: bytes of code between their instructions, and nanoseconds between them; a recorded access takes some 10000. */
#define NEAR_CODE 64
#define NEAR_TIME 200000

/* One thread on one mapping. */
struct row {
	uint32_t tid, region;
	const struct iop_slot *first, *last, *before; /* of what goes on: its first, its last, and the access before that */
	size_t begin;				      /* where its first is among all accesses */
	size_t length;
	uint64_t bytes;
	int step; /* +1 ascending, -1 descending, 0 one place; 2 unknown yet */
	bool twice;
	uint64_t low, high;
	unsigned kinds;
};

struct finder {
	const struct iop_recorded *recorded;
	const struct iop_sites *sites;
	const struct iop_names *names;
	struct iop_patterns *out;
	unsigned *kinds; /* of each access by itself */
	struct row *row;
	size_t rows;
	unsigned widths;
	bool failed;
};

static void add_stretch(struct finder *f, const struct iop_stretch *one)
{
	struct iop_patterns *out = f->out;
	struct iop_stretch *larger;

	if ((out->stretches & (out->stretches - 1)) == 0) {
		larger = realloc(out->stretch, (out->stretches ? 2 * out->stretches : 1) * sizeof(*larger));
		if (!larger) {
			f->failed = true;
			return;
		}
		out->stretch = larger;
	}
	out->stretch[out->stretches++] = *one;
}

static void add_alone(struct finder *f, const struct iop_slot *slot, unsigned kinds)
{
	struct iop_stretch one = {slot, slot, 1, slot->offset, slot->offset + slot->width, kinds};

	add_stretch(f, &one);
}

/* A loop of copies breaks a rule at many offsets from one place; what is told of a register is told of each. */
static bool by_register(enum iop_pattern_kind kind)
{
	return kind == IOP_PATTERN_MODE || kind == IOP_PATTERN_SIZE || kind == IOP_PATTERN_SIGBUS || kind == IOP_PATTERN_POLL ||
	       kind == IOP_PATTERN_HALVES || kind == IOP_PATTERN_FLUSH || kind == IOP_PATTERN_FIFO;
}

static struct iop_pattern *pattern_at(struct finder *f, enum iop_pattern_kind kind, const struct iop_slot *slot, bool down)
{
	struct iop_patterns *out = f->out;
	struct iop_pattern *larger;

	for (size_t i = 0; i < out->count; i++) {
		struct iop_pattern *p = &out->pattern[i];

		if (p->kind == kind && p->down == down && p->first->code == slot->code && p->first->region == slot->region &&
		    p->first->pid == slot->pid && (!by_register(kind) || p->first->offset == slot->offset))
			return p;
	}
	if ((out->count & (out->count - 1)) == 0) {
		larger = realloc(out->pattern, (out->count ? 2 * out->count : 1) * sizeof(*larger));
		if (!larger) {
			f->failed = true;
			return NULL;
		}
		out->pattern = larger;
	}
	out->pattern[out->count] = (struct iop_pattern){.kind = kind, .first = slot, .down = down};
	return &out->pattern[out->count++];
}

static struct iop_pattern *found(struct finder *f, enum iop_pattern_kind kind, const struct iop_slot *first, size_t accesses,
				 uint64_t bytes, bool down)
{
	struct iop_pattern *p = pattern_at(f, kind, first, down);

	if (!p)
		return NULL;
	p->times++;
	p->accesses += accesses;
	p->bytes += bytes;
	if (accesses > p->most)
		p->most = accesses;
	return p;
}

static unsigned found_register(struct finder *f, enum iop_pattern_kind kind, const struct iop_slot *slot,
			       const struct iop_register_name *of)
{
	struct iop_pattern *p = of ? found(f, kind, slot, 1, slot->width, false) : NULL;

	if (p)
		p->of = of;
	return p ? 1u << kind : 0;
}

static unsigned found_alone(struct finder *f, enum iop_pattern_kind kind, const struct iop_slot *slot)
{
	found(f, kind, slot, 1, slot->width, false);
	return 1u << kind;
}

/* Returns the kinds of what was found. */
static unsigned judge_alone(struct finder *f, const struct iop_slot *slot)
{
	const struct iop_recorded_map *map = iop_recorded_map(f->recorded, slot);
	bool write = iop_slot_is_write(slot);
	struct iop_register_faults faults =
		iop_names_judge(f->names, slot->offset, slot->width, write, !write && slot->flags & IOP_SLOT_UPDATE);
	unsigned width = slot->width, kinds;

	kinds = found_register(f, IOP_PATTERN_MODE, slot, faults.mode);
	kinds |= found_register(f, IOP_PATTERN_SIZE, slot, faults.size);
	if (width && width <= WORD && slot->offset % width)
		kinds |= found_alone(f, IOP_PATTERN_MISALIGNED, slot);
	if (width > WORD && !map->write_combining)
		kinds |= found_alone(f, IOP_PATTERN_WIDE, slot);
	else if (width <= WORD && !(width & f->widths))
		kinds |= found_alone(f, IOP_PATTERN_WIDTH, slot);
	if (slot->flags & IOP_SLOT_BUS)
		kinds |= found_alone(f, IOP_PATTERN_SIGBUS, slot);
	/* Its read says it; the write is the same instruction's. */
	if (slot->flags & IOP_SLOT_UPDATE && !iop_slot_is_write(slot))
		kinds |= found_alone(f, IOP_PATTERN_UPDATE, slot);
	return kinds;
}

/*
 * Whether one place of the source makes both: a line, or a function that is inlined there, whichever its lines. Of code without lines
 * nothing is known but that instructions lie near each other.
 */
static bool same_place(const struct finder *f, const struct iop_slot *a, const struct iop_slot *b)
{
	const char *x = iop_site_text(f->sites, a), *y = iop_site_text(f->sites, b);
	const char *into_x = strstr(x, IOP_SITE_INTO), *into_y = strstr(y, IOP_SITE_INTO);
	uint64_t apart = a->code < b->code ? b->code - a->code : a->code - b->code;
	size_t name = strcspn(x, " ");

	if (!iop_site_has_line(x) || !iop_site_has_line(y))
		return apart <= NEAR_CODE;
	if (!into_x || !into_y)
		return strcmp(x, y) == 0;
	return strcmp(into_x, into_y) == 0 && name == strcspn(y, " ") && memcmp(x, y, name) == 0;
}

/* Two instructions side by side, one right after the other: what a compiler makes of one access, or an author writes as one. */
static bool belong_together(const struct finder *f, const struct iop_slot *a, const struct iop_slot *b)
{
	uint64_t apart = a->code < b->code ? b->code - a->code : a->code - b->code;

	return apart && apart <= NEAR_CODE && b->time - (a->time + a->bytes) <= NEAR_TIME && same_place(f, a, b);
}

/* Neighbours are not one register by themselves: a description says it, or where and when they are accessed does. */
static bool are_halves(const struct finder *f, const struct row *r)
{
	const struct iop_slot *a = r->first, *b = r->last;
	const struct iop_register_name *low, *high;

	if (r->length != 2 || a->width != 4 || b->width != 4 || (r->step != 1 && r->step != -1) || r->low % 8)
		return false;
	low = iop_register_at(f->names, r->low);
	high = iop_register_at(f->names, r->low + 4);
	if (low && low->bytes == 8)
		return true;
	return !high && !(low && low->bytes) && belong_together(f, a, b);
}

/* A register's name without the index of an element. */
static size_t name_length(const struct iop_register_name *r)
{
	return strcspn(r->name, "[");
}

/* By two instructions to two registers, as a description has them: not a copy that happens to lie there. */
static bool are_registers(const struct finder *f, const struct iop_slot *a, const struct iop_slot *b)
{
	const struct iop_register_name *first = iop_register_at(f->names, a->offset), *other = iop_register_at(f->names, b->offset);

	return first && other && a->code != b->code &&
	       (name_length(other) != name_length(first) || memcmp(other->name, first->name, name_length(first)) != 0);
}

/* The access behind the @i-th that belongs to the row, too. */
static size_t after(const struct finder *f, const struct row *r, size_t i)
{
	const struct iop_slot *const *slot = f->recorded->access;

	do
		i++;
	while (i < f->recorded->accesses && (slot[i]->tid != r->tid || slot[i]->region != r->region));
	return i;
}

/* Registers may be accessed in turn as well: a copy is made by a loop, in which an instruction comes again, or at one place. */
static bool is_copy(const struct finder *f, const struct row *r)
{
	const struct iop_slot *const *slot = f->recorded->access;
	size_t last = r->begin, i = r->begin;
	bool at_one_place = true;

	for (size_t n = 1; n < r->length; n++) {
		i = after(f, r, i);
		for (size_t k = r->begin; k < i; k = after(f, r, k))
			if (slot[k]->code == slot[i]->code)
				return true;
		at_one_place = at_one_place && same_place(f, slot[last], slot[i]);
		last = i;
	}
	return at_one_place;
}

/* IOP_PATTERNS: nothing that has a name. */
static enum iop_pattern_kind kind_of(const struct finder *f, const struct row *r)
{
	if (r->twice)
		return IOP_PATTERN_TWICE;
	if (r->length >= POLLS && r->step == 0 && !iop_slot_is_write(r->first))
		return IOP_PATTERN_POLL;
	if (r->length >= ROW && r->step == 0)
		return IOP_PATTERN_FIFO;
	if (r->length >= ROW)
		return is_copy(f, r) ? IOP_PATTERN_COPY : IOP_PATTERNS;
	return are_halves(f, r) ? IOP_PATTERN_HALVES : IOP_PATTERNS;
}

/* What a thread did in a row is over. */
static void end_row(struct finder *f, struct row *r)
{
	enum iop_pattern_kind kind = kind_of(f, r);
	unsigned bit = kind == IOP_PATTERNS ? 0 : 1u << kind;
	struct iop_stretch all = {r->first, r->last, r->length, r->low, r->high, r->kinds | bit};

	if (!r->length)
		return;
	if (kind != IOP_PATTERNS)
		found(f, kind, r->first, r->length, r->bytes, r->step < 0);
	if (kind != IOP_PATTERNS && kind != IOP_PATTERN_HALVES)
		add_stretch(f, &all);
	else
		for (size_t i = r->begin, n = 0; n < r->length; n++, i = after(f, r, i))
			add_alone(f, f->recorded->access[i], f->kinds[i] | bit);
	r->length = 0;
}

/* How @next goes on behind @last: 1 right above, -1 right below, 0 the same place, 2 otherwise; 3: some bytes are the same. */
static int step_of(const struct iop_slot *last, const struct iop_slot *next)
{
	uint64_t last_end = last->offset + last->width, next_end = next->offset + next->width;

	if (iop_slot_is_write(last) != iop_slot_is_write(next) || (last->flags | next->flags) & IOP_SLOT_UPDATE)
		return 2;
	if (last->offset == next->offset && last->width == next->width)
		return 0;
	if (next->offset == last_end)
		return 1;
	if (next_end == last->offset)
		return -1;
	return next->offset < last_end && last->offset < next_end ? 3 : 2;
}

/* One more access of what is going on; @kinds: what it is by itself. */
static void add_to_row(struct row *r, const struct iop_slot *slot, unsigned kinds)
{
	r->kinds = r->length ? r->kinds | kinds : kinds;
	r->low = r->length && r->low < slot->offset ? r->low : slot->offset;
	r->high = r->length && r->high > slot->offset + slot->width ? r->high : slot->offset + slot->width;
	r->last = slot;
	r->length++;
	r->bytes += slot->width;
}

static void go_on(struct finder *f, struct row *r, size_t at)
{
	const struct iop_slot *slot = f->recorded->access[at];
	int step = r->length ? step_of(r->last, slot) : 2;

	if ((step == 1 || step == -1) && are_registers(f, r->last, slot))
		step = 2;
	/* A copy's tail may lie over what was before it: that is the copy's, too. */
	if (step == 3 && (r->length == 1 || r->step == 1 || r->step == -1)) {
		r->twice = true;
		r->step = r->length == 1 ? 1 : r->step;
	} else if (step >= 2 || (r->length > 1 && step != r->step)) {
		end_row(f, r);
		r->first = slot;
		r->begin = at;
		r->bytes = 0;
		r->step = 2;
		r->twice = false;
	} else {
		r->step = step;
	}
	add_to_row(r, slot, f->kinds[at]);
}

static struct row *row_of(struct finder *f, const struct iop_slot *slot)
{
	struct row *larger;

	for (size_t i = 0; i < f->rows; i++)
		if (f->row[i].tid == slot->tid && f->row[i].region == slot->region)
			return &f->row[i];
	larger = realloc(f->row, (f->rows + 1) * sizeof(*larger));
	if (!larger) {
		f->failed = true;
		return NULL;
	}
	f->row = larger;
	f->row[f->rows] = (struct row){.tid = slot->tid, .region = slot->region};
	return &f->row[f->rows++];
}

/* A read of what was just written: it returns when the write has arrived. */
static unsigned look_for_flush(struct finder *f, struct row *r, const struct iop_slot *slot)
{
	const struct iop_slot *before = r->before;

	r->before = slot;
	if (before && iop_slot_is_write(before) && !iop_slot_is_write(slot) && !((before->flags | slot->flags) & IOP_SLOT_UPDATE) &&
	    before->offset == slot->offset)
		return found_alone(f, IOP_PATTERN_FLUSH, slot);
	return 0;
}

static int by_begin(const void *a, const void *b)
{
	const struct iop_stretch *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static int compare(const void *a, const void *b)
{
	const struct iop_pattern *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

int iop_patterns_of(struct iop_patterns *patterns, const struct iop_recorded *recorded, const struct iop_sites *sites,
		    unsigned widths, const struct iop_names *names)
{
	struct finder f = {.recorded = recorded, .sites = sites, .names = names, .out = patterns, .widths = widths};

	*patterns = (struct iop_patterns){0};
	f.kinds = calloc(recorded->accesses + 1, sizeof(*f.kinds));
	if (!f.kinds)
		return -ENOMEM;
	for (size_t i = 0; i < recorded->accesses; i++) {
		const struct iop_slot *slot = recorded->access[i];
		struct row *r = row_of(&f, slot);

		f.kinds[i] = judge_alone(&f, slot);
		if (!r)
			continue;
		f.kinds[i] |= look_for_flush(&f, r, slot);
		go_on(&f, r, i);
	}
	for (size_t i = 0; i < f.rows; i++)
		end_row(&f, &f.row[i]);
	if (patterns->stretches)
		qsort(patterns->stretch, patterns->stretches, sizeof(*patterns->stretch), by_begin);
	for (size_t i = 0; i < recorded->refusals; i++) {
		found(&f, IOP_PATTERN_REFUSED, recorded->refused[i], 1, 0, false);
		add_alone(&f, recorded->refused[i], 1u << IOP_PATTERN_REFUSED);
	}
	free(f.row);
	free(f.kinds);
	if (f.failed) {
		iop_patterns_free(patterns);
		return -ENOMEM;
	}
	if (patterns->count)
		qsort(patterns->pattern, patterns->count, sizeof(*patterns->pattern), compare);
	for (size_t i = 0; i < patterns->count; i++)
		patterns->faults += IOP_PATTERN_IS_FAULT(patterns->pattern[i].kind);
	return 0;
}

void iop_patterns_free(struct iop_patterns *patterns)
{
	free(patterns->pattern);
	free(patterns->stretch);
	*patterns = (struct iop_patterns){0};
}

const char *iop_pattern_name(enum iop_pattern_kind kind)
{
	static const char *const names[IOP_PATTERNS] = {
		[IOP_PATTERN_MISALIGNED] = "misaligned",
		[IOP_PATTERN_WIDE] = "wide",
		[IOP_PATTERN_WIDTH] = "width",
		[IOP_PATTERN_UPDATE] = "update",
		[IOP_PATTERN_TWICE] = "twice",
		[IOP_PATTERN_MODE] = "mode",
		[IOP_PATTERN_SIZE] = "size",
		[IOP_PATTERN_SIGBUS] = "sigbus",
		[IOP_PATTERN_REFUSED] = "refused",
		[IOP_PATTERN_POLL] = "poll",
		[IOP_PATTERN_HALVES] = "halves",
		[IOP_PATTERN_FLUSH] = "flush",
		[IOP_PATTERN_COPY] = "copy",
		[IOP_PATTERN_FIFO] = "fifo",
	};

	return names[kind];
}

void iop_pattern_text(const struct iop_pattern *p, char *text, size_t size)
{
	const char *what = iop_slot_is_write(p->first) ? "write" : "read";
	unsigned width = p->first->width;

	switch (p->kind) {
	case IOP_PATTERN_MISALIGNED:
		snprintf(text, size, "%s of %u bytes at no multiple of %u: a bus may split it", what, width, width);
		break;
	case IOP_PATTERN_WIDE:
		snprintf(text, size, "%s of %u bytes: wider than a word, a device may see several", what, width);
		break;
	case IOP_PATTERN_WIDTH: snprintf(text, size, "%s of %u bytes, which the device does not take", what, width); break;
	case IOP_PATTERN_UPDATE:
		snprintf(text, size, "one instruction reads and writes %u bytes: no access of a device", width);
		break;
	case IOP_PATTERN_TWICE:
		snprintf(text, size, "a copy of %zu accesses that %ss some bytes twice", p->most,
			 iop_slot_is_write(p->first) ? "write" : "read");
		break;
	case IOP_PATTERN_MODE:
		if (p->of->write_clears || p->of->read_clears)
			snprintf(text, size, "one instruction reads and writes %s, which %s", p->of->name,
				 p->of->write_clears ? "clears each bit that was set" : "loses the bits that its read clears");
		else
			snprintf(text, size, "%s of %s, which is %s-only", what, p->of->name, p->of->no_read ? "write" : "read");
		break;
	case IOP_PATTERN_SIZE:
		snprintf(text, size, "%s of %u bytes at 0x%llx, where %s has %u from 0x%llx on", what, width,
			 (unsigned long long)p->first->offset, p->of->name, p->of->bytes, (unsigned long long)p->of->offset);
		break;
	case IOP_PATTERN_SIGBUS:
		snprintf(text, size, "%s of %u bytes that got SIGBUS: the device does not answer there", what, width);
		break;
	case IOP_PATTERN_REFUSED:
		iop_slot_text(p->first, text, size);
		iop_slot_printable(text);
		break;
	case IOP_PATTERN_POLL:
		snprintf(text, size, "polled, %.1f reads until something else, at most %zu", (double)p->accesses / (double)p->times,
			 p->most);
		break;
	case IOP_PATTERN_HALVES:
		snprintf(text, size, "8 bytes in two %ss of 4, the %s half first", what, p->down ? "upper" : "lower");
		break;
	case IOP_PATTERN_FLUSH: snprintf(text, size, "read of what was just written: waits until it has arrived"); break;
	case IOP_PATTERN_COPY:
		snprintf(text, size, "a copy %s the device, %.1f accesses and %.1f bytes%s",
			 iop_slot_is_write(p->first) ? "to" : "from", (double)p->accesses / (double)p->times,
			 (double)p->bytes / (double)p->times, p->down ? ", from the end down" : "");
		break;
	case IOP_PATTERN_FIFO:
		snprintf(text, size, "%.1f writes to one place in a row, at most %zu", (double)p->accesses / (double)p->times,
			 p->most);
		break;
	case IOP_PATTERNS: break;
	}
}
