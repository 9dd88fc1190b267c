/* SPDX-License-Identifier: MIT */
#include "rules.h"

#include <iopath/build_config.h>

#include <stdlib.h>

unsigned iop_tier_cap(enum iop_tier tier)
{
	return tier <= IOP_STRICT_S ? (IOP_64BIT ? 8 : 4) : 64;
}

size_t iop_rules_optimum(uintptr_t io, size_t n, unsigned cap)
{
	uintptr_t end = io + n, mask, head, tail;

	if (!n)
		return 0;
	/* The widest boundary that the range crosses splits it into an ascending head and a descending tail. */
	mask = ((UINTPTR_MAX >> __builtin_clzl((io ^ end) | 1)) >> 1) & (cap - 1);
	head = -io & mask;
	tail = end & mask;
	return (size_t)__builtin_popcountl(head) + (n - head - tail) / (mask + 1) + (size_t)__builtin_popcountl(tail);
}

size_t iop_rules_fewest(uintptr_t io, size_t n, unsigned widths)
{
	size_t *fewest, result;

	/* 1, 2, 4 and so on without a gap: then what is widest at each place is best. */
	if ((widths & (widths + 1)) == 0 && widths)
		return iop_rules_optimum(io, n, widths / 2 + 1);
	fewest = malloc((n + 1) * sizeof(*fewest));
	if (!fewest)
		return SIZE_MAX;
	fewest[0] = 0;
	for (size_t end = 1; end <= n; end++) {
		fewest[end] = SIZE_MAX;
		for (unsigned w = 1; w <= widths && w <= end; w *= 2)
			if ((widths & w) && (io + end - w) % w == 0 && fewest[end - w] < fewest[end])
				fewest[end] = fewest[end - w];
		fewest[end] += fewest[end] != SIZE_MAX;
	}
	result = fewest[n];
	free(fewest);
	return result;
}

const char *iop_rule_words(unsigned bit)
{
	static const char *const words[IOP_RULES] = {
		"bytes touched more than once",
		"bytes not touched",
		"out of order",
		"misaligned",
		"outside the range",
		"too wide for the tier",
		"not a plain load or store",
		"wrong direction",
		"the oracle may have missed accesses",
		"of a width that the device does not take",
	};

	return bit < IOP_RULES ? words[bit] : "";
}

const char *iop_rule_words_of(unsigned bit, unsigned fifo)
{
	switch (fifo ? 1u << bit : 0) {
	case IOP_RULE_TWICE: return "more accesses than asked for";
	case IOP_RULE_MISSED: return "fewer accesses than asked for";
	case IOP_RULE_OUTSIDE: return "not at the register's address";
	default: return iop_rule_words(bit);
	}
}

const char *iop_decoder_words(unsigned bit)
{
	static const char *const words[IOP_DECODERS] = {"KVM", "KVM before Linux 6.19", "Linux in SEV-ES guests",
							"Linux in TDX guests"};

	return bit < IOP_DECODERS ? words[bit] : "";
}

static bool form_allowed(const struct iop_access *access, enum iop_tier tier)
{
	switch (access->form) {
	case IOP_FORM_PLAIN: return true;
	/* rep movsb and movsl are legal patterns in general, but an exit per byte: the tier is for 8-byte elements and their tails. */
	case IOP_FORM_STRING: return tier >= IOP_STRICT_S;
	case IOP_FORM_VECTOR: return tier >= IOP_WIDE;
	case IOP_FORM_UPDATE: return false;
	default: return tier >= IOP_STRICT_S;
	}
}

static unsigned judge_access(const struct iop_access *access, const struct iop_question *q)
{
	bool whole = access->mask == iop_access_all(access->width);
	unsigned broken = 0;

	if (access->write != q->write)
		broken |= IOP_RULE_DIRECTION;
	if (q->widths && ((access->width & (access->width - 1)) || !(q->widths & access->width)))
		broken |= IOP_RULE_DEVICE;
	if (q->tier == IOP_MEM)
		return broken;
	/* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): an access has a width */
	if ((q->io + (uintptr_t)access->offset) % access->width)
		broken |= IOP_RULE_ALIGNED;
	if (access->width > iop_tier_cap(q->tier) || (!whole && q->tier < IOP_WIDE_M))
		broken |= IOP_RULE_WIDTH;
	if (!form_allowed(access, q->tier))
		broken |= IOP_RULE_FORM;
	return broken;
}

/* Counts how often each byte of the range was touched. */
static unsigned judge_bytes(const struct iop_access *access, const struct iop_question *q, uint16_t *touched)
{
	unsigned broken = 0;

	for (unsigned b = 0; b < access->width; b++) {
		ptrdiff_t at = access->offset + (ptrdiff_t)b;

		if (!(access->mask >> b & 1))
			continue;
		if (at < 0 || (size_t)at >= q->n)
			broken |= IOP_RULE_OUTSIDE;
		else if (touched[at]++ && q->tier != IOP_MEM)
			broken |= IOP_RULE_TWICE;
	}
	return broken;
}

/* A masked access lies where its first byte lies, not where its operand begins. */
static ptrdiff_t first_byte(const struct iop_access *access)
{
	return access->offset + (access->mask ? __builtin_ctzll(access->mask) : 0);
}

static void judge_all(struct iop_verdict *verdict, const struct iop_access_list *list, const struct iop_question *q,
		      uint16_t *touched)
{
	ptrdiff_t before = q->descending ? PTRDIFF_MAX : PTRDIFF_MIN;

	for (size_t i = 0; i < list->count; i++) {
		const struct iop_access *access = &list->access[i];
		unsigned broken = judge_access(access, q) | judge_bytes(access, q, touched);

		if (q->tier != IOP_MEM && (q->descending ? first_byte(access) > before : first_byte(access) < before))
			broken |= IOP_RULE_ORDER;
		before = first_byte(access);
		verdict->undecoded |= access->undecoded;
		if (broken && verdict->first_bad == SIZE_MAX)
			verdict->first_bad = i;
		verdict->broken |= broken;
	}
	for (size_t i = 0; i < q->n; i++) {
		verdict->twice += touched[i] > 1;
		if (!touched[i])
			verdict->broken |= IOP_RULE_MISSED;
	}
}

static struct iop_verdict judge_plain(const struct iop_access_list *list, const struct iop_question *q)
{
	const unsigned all = 2 * iop_tier_cap(q->tier) - 1;
	struct iop_verdict verdict = {
		.accesses = list->count,
		.optimum = iop_rules_fewest(q->io, q->n, all & (q->widths ? q->widths : all)),
		.first_bad = SIZE_MAX,
	};
	uint16_t *touched = calloc(q->n ? q->n : 1, sizeof(*touched));

	if (!touched || list->blind || list->lost)
		verdict.broken |= IOP_RULE_BLIND;
	if (touched)
		judge_all(&verdict, list, q, touched);
	free(touched);
	return verdict;
}

/* A range whose edges may be words of which it fills a part: the words, and the range from the first to the last of them. */
struct worded {
	unsigned word;
	ptrdiff_t head, tail; /* offsets of the words that are filled in part; PTRDIFF_MIN: there is none */
	size_t whole_at, whole;
	struct iop_question question; /* of the writes */
};

static struct worded words_of(const struct iop_question *q)
{
	const unsigned word = q->widths & -q->widths;
	const uintptr_t start = q->io & -(uintptr_t)word, end = (q->io + q->n + word - 1) & -(uintptr_t)word;
	struct worded w = {.word = word, .head = PTRDIFF_MIN, .tail = PTRDIFF_MIN, .question = *q};

	w.question.widths &= ~IOP_EDGES_RMW;
	w.question.io = start;
	w.question.n = end - start;
	w.whole = end - start;
	if (start != q->io || (w.whole == word && w.whole != q->n)) {
		w.head = 0;
		w.whole_at = word;
		w.whole -= word;
	}
	if (end != q->io + q->n && end - start > word) {
		w.tail = (ptrdiff_t)(end - start - word);
		w.whole -= word;
	}
	return w;
}

/* A read of an edge is fine right before the write of the same word. */
static bool is_read_of_edge(const struct worded *w, const struct iop_access_list *words, size_t i)
{
	const struct iop_access *a = &words->access[i], *next = a + 1;

	return (a->offset == w->head || a->offset == w->tail) && a->width == w->word && a->mask == iop_access_all(a->width) &&
	       i + 1 < words->count && next->write && next->offset == a->offset && next->width == a->width;
}

/* Takes the reads of edges out of @words, whose number is returned; @from says where those that stay were. */
static size_t take_reads(struct iop_access_list *words, size_t *from, const struct worded *w)
{
	size_t kept = 0, reads = 0;
	ptrdiff_t last = PTRDIFF_MIN;

	for (size_t i = 0; i < words->count; i++) {
		if (!words->access[i].write && words->access[i].offset != last && is_read_of_edge(w, words, i)) {
			last = words->access[i].offset;
			reads++;
			continue;
		}
		from[kept] = i;
		words->access[kept++] = words->access[i];
	}
	words->count = kept;
	return reads;
}

/* The writes are judged as a copy of whole words; what is read must be an edge, and each edge must be. */
static struct iop_verdict judge_edges(const struct iop_access_list *list, const struct iop_question *q)
{
	const struct worded w = words_of(q);
	const size_t edges = (size_t)(w.head != PTRDIFF_MIN) + (w.tail != PTRDIFF_MIN);
	const size_t count = list->count;
	struct iop_access *access = calloc(count + 1, sizeof(*access));
	size_t *from = calloc(count + 1, sizeof(*from)), fewest, reads = 0;
	struct iop_access_list words = *list;
	struct iop_verdict verdict;

	if (!access || !from) {
		free(access);
		free(from);
		return (struct iop_verdict){.broken = IOP_RULE_BLIND, .accesses = list->count, .first_bad = SIZE_MAX};
	}
	for (size_t i = 0; i < count; i++) {
		access[i] = list->access[i];
		access[i].offset += (ptrdiff_t)(q->io - w.question.io);
		from[i] = i;
	}
	words.access = access;
	if (q->write)
		reads = take_reads(&words, from, &w);
	verdict = judge_plain(&words, &w.question);
	if (q->write && reads != edges)
		verdict.broken |= IOP_RULE_OUTSIDE;
	if (verdict.first_bad != SIZE_MAX)
		verdict.first_bad = from[verdict.first_bad];
	fewest = iop_rules_fewest(w.question.io + w.whole_at, w.whole, w.question.widths);
	verdict.accesses = list->count;
	verdict.optimum = fewest + edges * (q->write ? 2 : 1);
	free(access);
	free(from);
	return verdict;
}

/* Every access is the same one; there are as many as the bytes need, and a vector or string that goes on is none of them. */
static struct iop_verdict judge_fifo(const struct iop_access_list *list, const struct iop_question *q)
{
	const struct iop_question one = {.io = q->io, .n = q->fifo, .write = q->write, .tier = q->tier, .widths = q->fifo};
	struct iop_verdict verdict = {.accesses = list->count, .optimum = q->n / q->fifo, .first_bad = SIZE_MAX};

	for (size_t i = 0; i < list->count; i++) {
		const struct iop_access *access = &list->access[i];
		unsigned broken = judge_access(access, &one) | (access->offset ? IOP_RULE_OUTSIDE : 0) |
				  (i >= verdict.optimum ? IOP_RULE_TWICE : 0);

		verdict.undecoded |= access->undecoded;
		if (broken && verdict.first_bad == SIZE_MAX)
			verdict.first_bad = i;
		verdict.broken |= broken;
	}
	if (list->count < verdict.optimum || q->n % q->fifo)
		verdict.broken |= IOP_RULE_MISSED;
	if (list->blind || list->lost)
		verdict.broken |= IOP_RULE_BLIND;
	return verdict;
}

struct iop_verdict iop_rules_judge(const struct iop_access_list *list, const struct iop_question *q)
{
	if (q->fifo)
		return judge_fifo(list, q);
	return q->widths & IOP_EDGES_RMW && q->n ? judge_edges(list, q) : judge_plain(list, q);
}
