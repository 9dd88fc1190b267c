/* SPDX-License-Identifier: MIT */
/*
 * Copies within widths (core/copy/within.c), for all 127 sets: each run has accesses that are the widest there, their number is the
 * smallest, and the edges of what is merged are those of the words. places_test.py puts the functions before this file.
 *
 * Places below 64 and sizes up to MOST stand for all: the functions look at no bit of an address above bit 5, compare sizes with a gap
 * below 64 and a width of 64 at most, and divide. PLACES has addresses with other upper bits, and HUGE sizes of which a run's start and
 * end are examined, for what that leaves out.
 */
#include <stdio.h>
#include <stdlib.h>

#define MOST  200u
#define HUGE_ ((size_t)-1 / 64 * 64 - 64)

static const uintptr_t places[] = {0, 64, (uintptr_t)1 << 31, (uintptr_t)-64 * 64};

static void must(int holds, const char *what, unsigned set, uintptr_t io, size_t n)
{
	if (holds)
		return;
	fprintf(stderr, "iopath: places: %s: set %u, %zu bytes at %zu\n", what, set, n, (size_t)io);
	exit(1);
}

static int is_widest(unsigned set, uintptr_t io, size_t left, unsigned width)
{
	if (!(set & width) || io % width || width > left)
		return 0;
	for (unsigned wider = 2 * width; wider <= 64; wider *= 2)
		if (set & wider && io % wider == 0 && wider <= left)
			return 0;
	return 1;
}

/* Its first accesses and its last ones. */
static void check_run(unsigned set, uintptr_t io, size_t left)
{
	struct run run = next_run(io, left, set);

	must(run.count > 0 && run.count <= left / run.width, "a run inside", set, io, left);
	for (size_t i = 0; i < run.count; i = i == MOST && run.count > 2 * MOST ? run.count - MOST : i + 1)
		must(is_widest(set, io + i * run.width, left - i * run.width, run.width), "the widest", set, io, left);
}

static unsigned fewest[64][MOST + 1];

/* By dynamic programming over all widths of the set. */
static void find_fewest(unsigned set)
{
	for (size_t n = 1; n <= MOST; n++)
		for (unsigned at = 0; at < 64; at++) {
			unsigned best = MOST + 1;

			for (unsigned width = 1; width <= 64; width *= 2)
				if (set & width && at % width == 0 && width <= n && fewest[(at + width) % 64][n - width] < best)
					best = fewest[(at + width) % 64][n - width] + 1;
			fewest[at][n] = best;
		}
}

static void check_number(unsigned set, uintptr_t io, size_t n)
{
	size_t left = n, accesses = 0;

	for (uintptr_t at = io; left;) {
		struct run run = next_run(at, left, set);

		accesses += run.count;
		at += run.count * run.width;
		left -= run.count * run.width;
	}
	must(accesses == fewest[io % 64][n], "the fewest", set, io, n);
}

static void check_edges(unsigned set, uintptr_t io, size_t n)
{
	struct edges e = {0};
	unsigned word = set & -set, widths = set;
	size_t inside;

	must(!find_edges(&e, io, n, &widths) && widths == set && e.word == word, "the word", set, io, n);
	inside = word - e.before;
	must(e.before < word && e.io % word == 0 && e.io + e.before == io, "the first word", set, io, n);
	must(e.head == (!e.before ? 0 : inside < n ? inside : n), "the head", set, io, n);
	must(e.whole % word == 0 && e.tail < word && e.head + e.whole + e.tail == n, "the rest", set, io, n);
	must(!(e.head && e.head < inside) || !(e.whole + e.tail), "nothing behind a part", set, io, n);
}

int main(void)
{
	for (unsigned set = 1; set < 128; set++) {
		unsigned word = set & -set;

		find_fewest(set);
		for (size_t i = 0; i < 64 * sizeof(places) / sizeof(places[0]); i++) {
			uintptr_t io = places[i / 64] + i % 64;

			for (size_t n = 1; n <= MOST; n++) {
				check_edges(set, io, n);
				if (io % word || n % word)
					continue;
				check_run(set, io, n);
				check_number(set, io, n);
			}
			for (size_t n = HUGE_; io % word == 0 && n < HUGE_ + 64; n += word)
				check_run(set, io, n);
		}
	}
	return 0;
}
