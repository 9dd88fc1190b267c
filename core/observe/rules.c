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

struct iop_verdict iop_rules_judge(const struct iop_access_list *list, const struct iop_question *q)
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
