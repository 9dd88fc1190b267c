/* SPDX-License-Identifier: MIT */
/*
 * Copies by a set of widths. Aligned accesses of powers of two lie within each other or apart, so the widest that may start at a place
 * is part of every split into the fewest; and there is a split where the narrowest width divides place and size.
 */
#include "piece.h"
#include "vector.h"

#include <iopath/copy_within.h>
#include <iopath/error.h>

#define WIDEST 64u

/* Accesses of one width, one after the other. */
struct run {
	unsigned width;
	size_t count;
};

static unsigned narrowest(unsigned widths)
{
	return widths & -widths;
}

static unsigned widest(unsigned widths)
{
	return 1u << (31 - __builtin_clz(widths));
}

/* Those up to @most bytes. */
static unsigned up_to(unsigned widths, size_t most)
{
	return most < WIDEST ? widths & (2 * widest((unsigned)most) - 1) : widths;
}

/* The widest accesses that may start at @io, until wider ones may. */
static struct run next_run(uintptr_t io, size_t left, unsigned widths)
{
	unsigned fit = up_to(up_to(widths, narrowest((unsigned)io | WIDEST)), left);
	struct run run = {.width = widest(fit)};
	unsigned wider = narrowest(widths & -(2 * run.width));
	size_t gap = -io & (wider - 1);

	if (wider && gap < left && left - gap >= wider)
		left = gap;
	run.count = left / run.width;
	return run;
}

static void store_run(uintptr_t io, const char *src, struct run run)
{
	switch (run.width) {
	case 1: iop_piece_store_run(io, src, run.count, 1); break;
	case 2: iop_piece_store_run(io, src, run.count, 2); break;
	case 4: iop_piece_store_run(io, src, run.count, 4); break;
	case 8: iop_piece_store_run(io, src, run.count, IOP_PIECE_WORD); break;
	default: iop_vectors_toio(io, src, run.count, run.width); break;
	}
}

static void load_run(char *dst, uintptr_t io, struct run run)
{
	switch (run.width) {
	case 1: iop_piece_load_run(dst, io, run.count, 1); break;
	case 2: iop_piece_load_run(dst, io, run.count, 2); break;
	case 4: iop_piece_load_run(dst, io, run.count, 4); break;
	case 8: iop_piece_load_run(dst, io, run.count, IOP_PIECE_WORD); break;
	default: iop_vectors_fromio(dst, io, run.count, run.width); break;
	}
}

static void set_run(uintptr_t io, const char *pattern, struct run run)
{
	uint64_t value = iop_piece_gather(pattern, 8);

	switch (run.width) {
	case 1: iop_piece_set_run(io, value, run.count, 1); break;
	case 2: iop_piece_set_run(io, value, run.count, 2); break;
	case 4: iop_piece_set_run(io, value, run.count, 4); break;
	case 8: iop_piece_set_run(io, value, run.count, IOP_PIECE_WORD); break;
	default: iop_vectors_set(io, pattern, run.count, run.width); break;
	}
}

/* What a fill stores: as many bytes as the widest access. */
struct pattern {
	char byte[WIDEST];
};

static struct pattern pattern_of(int value)
{
	struct pattern pattern;

	memset(pattern.byte, value, sizeof(pattern.byte));
	return pattern;
}

static void store_all(uintptr_t io, const char *src, size_t n, unsigned widths)
{
	while (n) {
		struct run run = next_run(io, n, widths);
		size_t bytes = run.count * run.width;

		store_run(io, src, run);
		io += bytes;
		src += bytes;
		n -= bytes;
	}
}

static void load_all(char *dst, uintptr_t io, size_t n, unsigned widths)
{
	while (n) {
		struct run run = next_run(io, n, widths);
		size_t bytes = run.count * run.width;

		load_run(dst, io, run);
		io += bytes;
		dst += bytes;
		n -= bytes;
	}
}

static void set_all(uintptr_t io, const struct pattern *pattern, size_t n, unsigned widths)
{
	while (n) {
		struct run run = next_run(io, n, widths);
		size_t bytes = run.count * run.width;

		set_run(io, pattern->byte, run);
		io += bytes;
		n -= bytes;
	}
}

/* Whether the narrowest of them fits; of nothing, whatever the place. */
static int fits(uintptr_t io, size_t n, unsigned widths)
{
	return widths && (!n || ((io | n) & (narrowest(widths) - 1)) == 0);
}

/* Leaves those that this machine has, which may be none. -EINVAL: some are no widths. */
static int usable(unsigned *widths)
{
	if (!*widths || *widths & ~IOP_WIDTHS_ALL)
		return -EINVAL;
	*widths &= (2 * IOP_PIECE_WORD - 1) | iop_vectors_widths();
	return 0;
}

static int usable_for(uintptr_t io, size_t n, unsigned *widths)
{
	const unsigned asked = *widths;
	int err = usable(widths);

	if (err)
		return err;
	if (!fits(io, n, asked))
		return -EINVAL;
	return !n || fits(io, n, *widths) ? 0 : -EOPNOTSUPP;
}

int iop_memcpy_toio_within(volatile void *io, const void *src, size_t n, unsigned widths)
{
	int err = usable_for((uintptr_t)io, n, &widths);

	if (!err)
		store_all((uintptr_t)io, src, n, widths);
	return err;
}

int iop_memcpy_fromio_within(void *dst, const volatile void *io, size_t n, unsigned widths)
{
	int err = usable_for((uintptr_t)io, n, &widths);

	if (!err)
		load_all(dst, (uintptr_t)io, n, widths);
	return err;
}

int iop_memset_io_within(volatile void *io, int value, size_t n, unsigned widths)
{
	const struct pattern pattern = pattern_of(value);
	int err = usable_for((uintptr_t)io, n, &widths);

	if (!err)
		set_all((uintptr_t)io, &pattern, n, widths);
	return err;
}

/* A range in three: words of the narrowest width that it fills in part, at either end, and the whole ones between them. */
struct edges {
	uintptr_t io;
	unsigned word;
	size_t before, head, whole, tail; /* before: of the first word, bytes that are not of the range */
};

static int find_edges(struct edges *e, uintptr_t io, size_t n, unsigned *widths)
{
	int err = usable(widths);

	if (err)
		return err;
	if (!n)
		return 0;
	if (!*widths)
		return -EOPNOTSUPP;
	e->word = narrowest(*widths);
	e->before = io & (e->word - 1);
	e->io = io - e->before;
	e->head = e->before ? e->word - e->before : 0;
	if (e->head > n)
		e->head = n;
	e->whole = (n - e->head) & -(size_t)e->word;
	e->tail = n - e->head - e->whole;
	return 0;
}

/* Into the word at @io, @n bytes from @from on: read, merged, written. */
static void merge(uintptr_t io, unsigned width, size_t from, const char *bytes, size_t n)
{
	const struct run one = {width, 1};
	struct pattern word;

	if (!n)
		return;
	load_run(word.byte, io, one);
	memcpy(word.byte + from, bytes, n);
	store_run(io, word.byte, one);
}

static void pick(char *dst, uintptr_t io, unsigned width, size_t from, size_t n)
{
	const struct run one = {width, 1};
	struct pattern word;

	if (!n)
		return;
	load_run(word.byte, io, one);
	memcpy(dst, word.byte + from, n);
}

int iop_memcpy_toio_within_rmw(volatile void *io, const void *src, size_t n, unsigned widths)
{
	struct edges e = {0};
	int err = find_edges(&e, (uintptr_t)io, n, &widths);
	const uintptr_t whole = e.io + (e.head ? e.word : 0);
	const char *from = src;

	if (err || !n)
		return err;
	merge(e.io, e.word, e.before, from, e.head);
	store_all(whole, from + e.head, e.whole, widths);
	merge(whole + e.whole, e.word, 0, from + e.head + e.whole, e.tail);
	return 0;
}

int iop_memset_io_within_rmw(volatile void *io, int value, size_t n, unsigned widths)
{
	const struct pattern pattern = pattern_of(value);
	struct edges e = {0};
	int err = find_edges(&e, (uintptr_t)io, n, &widths);
	const uintptr_t whole = e.io + (e.head ? e.word : 0);

	if (err || !n)
		return err;
	merge(e.io, e.word, e.before, pattern.byte, e.head);
	set_all(whole, &pattern, e.whole, widths);
	merge(whole + e.whole, e.word, 0, pattern.byte, e.tail);
	return 0;
}

int iop_memcpy_fromio_within_whole(void *dst, const volatile void *io, size_t n, unsigned widths)
{
	struct edges e = {0};
	int err = find_edges(&e, (uintptr_t)io, n, &widths);
	const uintptr_t whole = e.io + (e.head ? e.word : 0);
	char *to = dst;

	if (err || !n)
		return err;
	pick(to, e.io, e.word, e.before, e.head);
	load_all(to + e.head, whole, e.whole, widths);
	pick(to + e.head + e.whole, whole + e.whole, e.word, 0, e.tail);
	return 0;
}
