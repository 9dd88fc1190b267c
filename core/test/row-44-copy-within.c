/* SPDX-License-Identifier: MIT */
/*
 * Row 44: a copy within a set of widths makes accesses of these widths only, ascending, aligned, each byte once, and the fewest that a
 * search over all splits finds; what no width fits is refused before any access, and by name the words at the edges are read, merged
 * and written. All sizes up to 600, all places of a line, all sets.
 */
#include "iotest.h"

#include <iopath/copy_within.h>

#define LONGEST 600
#define PLACES	64
#define SETS	128
#define NEVER	UINT32_MAX
#define MARGIN	64

static _Alignas(64) uint8_t io[LONGEST + PLACES + 2 * MARGIN], before[sizeof(io)], want[sizeof(io)];
static uint8_t ram[LONGEST + 16], ram_before[sizeof(ram)];

/* What this machine has single accesses of, asked in another way than the library does. */
static unsigned machine(void)
{
	unsigned widths = IOP_64BIT ? 15 : 7;
#if defined(__x86_64__) && defined(__LP64__) && IOP_64BIT
	widths |= 16;
	if (__builtin_cpu_supports("avx"))
		widths |= 32;
	if (__builtin_cpu_supports("avx512f"))
		widths |= 64;
#endif
	return widths;
}

/* fewest[n], n up to @most: accesses of @widths that cover n bytes from @place on, by trying all of them; NEVER: none do. */
static void search(uint32_t *fewest, size_t most, size_t place, unsigned widths)
{
	fewest[0] = 0;
	for (size_t end = 1; end <= most; end++) {
		fewest[end] = NEVER;
		for (size_t w = 1; w <= 64; w *= 2)
			if ((widths & w) && w <= end && (place + end - w) % w == 0 && fewest[end - w] != NEVER &&
			    fewest[end - w] + 1 < fewest[end])
				fewest[end] = fewest[end - w] + 1;
	}
}

struct wanted {
	enum iop_event_kind kind;
	uintptr_t at; /* the range that the accesses fill, words at the edges whole */
	size_t n;
	unsigned widths, word; /* word: of an edge, 0 without */
	bool head, tail;       /* which is not whole */
	uint32_t accesses;
};

static const char *flaw_of(const struct iop_event *e, const struct wanted *w, enum iop_event_kind kind, uintptr_t next)
{
	if (e->kind != kind || e->source != IOP_EVENT_COPY)
		return "not such an access";
	if (!e->width || (e->width & (e->width - 1)) || !(w->widths & e->width))
		return "no width of the set";
	if (e->addr % e->width)
		return "unaligned";
	if (e->addr != next)
		return e->addr < next ? "twice" : "missing";
	return e->width > w->at + w->n - next ? "outside" : NULL;
}

/* What is wrong with the recorded accesses; NULL if nothing is. An edge that is not whole is read before it is written. */
static const char *flaw(const struct wanted *w)
{
	uintptr_t next = w->at, end = w->at + w->n;

	for (size_t i = 0; i < iotest_count(); i++) {
		const bool edge = w->word && ((w->head && next == w->at) || (w->tail && next == end - w->word));
		const char *wrong = NULL;

		if (next == end)
			return "outside";
		if (edge && w->kind == IOP_EVENT_ST) {
			wrong = flaw_of(iotest_event(i), w, IOP_EVENT_LD, next);
			if (!wrong && ++i == iotest_count())
				return "missing";
		}
		if (!wrong)
			wrong = flaw_of(iotest_event(i), w, w->kind, next);
		if (wrong)
			return wrong;
		if (edge && iotest_event(i)->width != w->word)
			return "not the edge word";
		next += iotest_event(i)->width;
	}
	if (next != end)
		return "missing";
	return iotest_count() != w->accesses ? "too many" : NULL;
}

/* Other bytes each time. */
static void fresh(void)
{
	static uint8_t noise[8192];
	static uint64_t seed = 44, turn;

	if (!turn)
		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (uint8_t)iotest_random(&seed);
	turn++;
	iop_event_hook = NULL;
	memcpy(io, noise + turn % 4093, sizeof(io));
	memcpy(ram, noise + turn * 7 % 6007, sizeof(ram));
	memcpy(before, io, sizeof(io));
	memcpy(want, io, sizeof(io));
	memcpy(ram_before, ram, sizeof(ram));
	iotest_record();
}

enum op {
	TOIO,
	FROMIO,
	SET,
	TOIO_RMW,
	FROMIO_WHOLE,
	SET_RMW,
	OPS
};
static const char *const op_name[OPS] = {"toio", "fromio", "set", "toio rmw", "fromio whole", "set rmw"};

static int call(enum op op, size_t place, size_t n, unsigned widths)
{
	uint8_t *at = io + MARGIN + place, *mem = ram + n % 8;

	switch (op) {
	case TOIO: return iop_memcpy_toio_within(at, mem, n, widths);
	case FROMIO: return iop_memcpy_fromio_within(mem, at, n, widths);
	case SET: return iop_memset_io_within(at, 0x7fe5, n, widths);
	case TOIO_RMW: return iop_memcpy_toio_within_rmw(at, mem, n, widths);
	case FROMIO_WHOLE: return iop_memcpy_fromio_within_whole(mem, at, n, widths);
	default: return iop_memset_io_within_rmw(at, 0x7fe5, n, widths);
	}
}

/* The bytes that there should be, on both sides. */
static void expect_bytes(enum op op, size_t place, size_t n)
{
	uint8_t *at = want + MARGIN + place;

	if (op == TOIO || op == TOIO_RMW)
		memcpy(at, ram_before + n % 8, n);
	else if (op == FROMIO || op == FROMIO_WHOLE)
		memcpy(ram_before + n % 8, at, n);
	else
		memset(at, 0xe5, n);
}

static struct wanted wanted_of(enum op op, size_t place, size_t n, unsigned widths)
{
	struct wanted w = {.kind = op == FROMIO || op == FROMIO_WHOLE ? IOP_EVENT_LD : IOP_EVENT_ST,
			   .at = (uintptr_t)io + MARGIN + place,
			   .n = n,
			   .widths = widths};
	size_t start, end;

	if (op < TOIO_RMW || !n || !widths)
		return w;
	w.word = widths & -widths;
	start = place / w.word * w.word;
	end = (place + n + w.word - 1) / w.word * w.word;
	w.head = start != place || (end - start == w.word && end != place + n);
	w.tail = end != place + n && end - start > w.word;
	w.at = (uintptr_t)io + MARGIN + start;
	w.n = end - start;
	return w;
}

static void check(enum op op, size_t place, size_t n, unsigned widths, const uint32_t *fewest_asked, const uint32_t *fewest)
{
	const unsigned have = widths & machine();
	struct wanted w = wanted_of(op, place, n, have);
	const char *wrong = NULL;
	int expected = op >= TOIO_RMW		  ? (n && !have ? -EOPNOTSUPP : 0)
		       : fewest_asked[n] == NEVER ? -EINVAL
		       : fewest[n] == NEVER	  ? -EOPNOTSUPP
						  : 0;
	int err;

	fresh();
	err = call(op, place, n, widths);
	if (!expected)
		expect_bytes(op, place, n);
	if (err != expected)
		wrong = "wrong code";
	else if (expected && iotest_count())
		wrong = "refused, and accessed";
	else if (!expected) {
		w.accesses = fewest[n];
		if (op >= TOIO_RMW && n) {
			/* Both edges are accesses of their own; what is between them is a copy like any other. */
			const size_t head = w.head ? w.word : 0, tail = w.tail ? w.word : 0;
			const size_t whole = w.n - head - tail;
			uint32_t between[LONGEST + 1];

			search(between, whole, (w.at + head) % 64, have);
			w.accesses = between[whole] + (unsigned)(w.head + w.tail) * (w.kind == IOP_EVENT_ST ? 2 : 1);
		}
		wrong = flaw(&w);
	}
	if (!wrong && (memcmp(io, want, sizeof(io)) != 0 || memcmp(ram, ram_before, sizeof(ram)) != 0))
		wrong = "wrong bytes";
	if (wrong)
		fail_msg("%s, %zu bytes at %zu, widths %#x: %s (%d)", op_name[op], n, place, widths, wrong, err);
}

static void sweep(unsigned widths, size_t place, size_t step)
{
	uint32_t fewest_asked[LONGEST + 1], fewest[LONGEST + 1];

	search(fewest_asked, LONGEST, place, widths);
	search(fewest, LONGEST, place, widths & machine());
	for (size_t n = 0; n <= LONGEST; n += step)
		for (enum op op = TOIO; op < OPS; op++)
			/* The search between the edges is most of their time. */
			if (op < TOIO_RMW || n < 160 || n % 37 == 0)
				check(op, place, n, widths, fewest_asked, fewest);
}

/* Sets of devices, at each size and place. */
static void every_size_at_every_place(void **state)
{
	static const unsigned sets[] = {4, 8, 64, 1 | 2 | 4, 1 | 2 | 4 | 8, 4 | 8 | 64, 2 | 16, 1 | 64, 127};

	(void)state;
	for (size_t s = 0; s < IOTEST_COUNT(sets); s++)
		for (size_t place = 0; place < PLACES; place++)
			sweep(sets[s], place, 1);
}

/* All other sets, at sizes and places in turn. */
static void every_set(void **state)
{
	(void)state;
	for (unsigned widths = 1; widths < SETS; widths++)
		for (size_t place = widths % 5; place < PLACES; place += 5)
			sweep(widths, place, 7 + (widths + place) % 4);
}

static size_t count_of(int err, enum iop_event_kind kind)
{
	size_t count = 0;

	assert_int_equal(err, 0);
	for (size_t i = 0; i < iotest_count(); i++)
		count += iotest_event(i)->kind == kind;
	return count;
}

/* The figures of the specification. */
static void vectors(void **state)
{
	const bool has_64 = machine() & 64, has_8 = machine() & 8;

	(void)state;
	fresh();
	assert_int_equal(count_of(call(TOIO, 4, 12, 4), IOP_EVENT_ST), 3);
	fresh();
	assert_int_equal(call(TOIO, 0, 13, 4), -EINVAL);
	assert_int_equal(call(TOIO, 2, 4, 4), -EINVAL);
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(count_of(call(TOIO_RMW, 0, 13, 4), IOP_EVENT_ST), 4);
	assert_string_equal(iotest_trace(io + MARGIN), "ST4+0 ST4+4 ST4+8 LD4+c ST4+c");
	fresh();
	assert_int_equal(count_of(call(TOIO, 0, 100, IOP_WIDTHS(4, 8, 64)), IOP_EVENT_ST), has_64 ? 6 : has_8 ? 13 : 25);
	fresh();
	assert_int_equal(count_of(call(TOIO, 4, 100, IOP_WIDTHS(4, 8, 64)), IOP_EVENT_ST), has_8 ? 13 : 25);
}

/* Numbers that are no widths, and none at all; nothing is copied wherever it is said to lie. */
static void no_widths(void **state)
{
	(void)state;
	fresh();
	for (enum op op = TOIO; op < OPS; op++) {
		assert_int_equal(call(op, 0, 64, 0), -EINVAL);
		assert_int_equal(call(op, 0, 0, 0), -EINVAL);
		assert_int_equal(call(op, 0, 64, 4 | 128), -EINVAL);
		assert_int_equal(call(op, 0, 64, 1u << 31 | 1), -EINVAL);
	}
	assert_int_equal(iop_memcpy_toio_within(NULL, NULL, 0, 4), 0);
	assert_int_equal(iop_memcpy_fromio_within(NULL, NULL, 0, 64), 0);
	assert_int_equal(iop_memset_io_within((void *)3, 1, 0, 4), 0);
	assert_int_equal(iop_memcpy_toio_within_rmw(NULL, NULL, 0, 4), 0);
	assert_int_equal(iop_memcpy_fromio_within_whole(NULL, NULL, 0, 4), 0);
	assert_int_equal(iop_memset_io_within_rmw((void *)3, 1, 0, 64), 0);
	assert_int_equal(iotest_count(), 0);
	assert_memory_equal(io, before, sizeof(io));
}

/* Nothing beside the ranges is touched, on either side: each ends or starts at an inaccessible page. */
static void guard_pages(void **state)
{
	struct iotest_pages dev = iotest_guarded(1), mem = iotest_guarded(1);
	static const unsigned sets[] = {4, 4 | 8 | 64, 127};

	(void)state;
	iop_event_hook = NULL;
	assert_false(iotest_readable(dev.end) || iotest_readable(mem.end));
	for (size_t s = 0; s < IOTEST_COUNT(sets); s++)
		for (size_t n = 0; n <= 256; n += 4) {
			assert_int_equal(iop_memcpy_toio_within(dev.end - n, mem.end - n, n, sets[s]), 0);
			assert_int_equal(iop_memcpy_toio_within(dev.start, mem.end - n, n, sets[s]), 0);
			assert_int_equal(iop_memcpy_fromio_within(mem.end - n, dev.end - n, n, sets[s]), 0);
			assert_int_equal(iop_memcpy_fromio_within(mem.start, dev.start, n, sets[s]), 0);
			assert_int_equal(iop_memset_io_within(dev.end - n, 1, n, sets[s]), 0);
			assert_int_equal(iop_memcpy_toio_within_rmw(dev.end - n - 3, mem.end - n, n, sets[s]), 0);
			assert_int_equal(iop_memcpy_fromio_within_whole(mem.end - n, dev.start + 1, n, sets[s]), 0);
		}
}

/* Wrong accesses that the checker must name. */
static void record(enum iop_event_kind kind, unsigned width, size_t at)
{
	iop_event(kind, IOP_EVENT_COPY, width, (uintptr_t)io + MARGIN + at, 0);
}

static void the_checker_tells(void **state)
{
	struct wanted w = {.kind = IOP_EVENT_ST, .at = (uintptr_t)io + MARGIN, .n = 16, .widths = 4 | 8, .accesses = 2};

	(void)state;
#define TOLD(why, ...)                              \
	do {                                        \
		fresh();                            \
		__VA_ARGS__;                        \
		assert_non_null(flaw(&w));          \
		assert_string_equal(flaw(&w), why); \
	} while (0)
	TOLD("no width of the set", record(IOP_EVENT_ST, 8, 0), record(IOP_EVENT_ST, 2, 8));
	TOLD("too many", record(IOP_EVENT_ST, 8, 0), record(IOP_EVENT_ST, 4, 8), record(IOP_EVENT_ST, 4, 12));
	TOLD("missing", record(IOP_EVENT_ST, 8, 0), record(IOP_EVENT_ST, 4, 12));
	TOLD("missing", record(IOP_EVENT_ST, 8, 0));
	TOLD("twice", record(IOP_EVENT_ST, 8, 0), record(IOP_EVENT_ST, 8, 0));
	TOLD("unaligned", record(IOP_EVENT_ST, 4, 0), record(IOP_EVENT_ST, 8, 4));
	TOLD("outside", record(IOP_EVENT_ST, 8, 0), record(IOP_EVENT_ST, 8, 8), record(IOP_EVENT_ST, 8, 16));
	TOLD("not such an access", record(IOP_EVENT_LD, 8, 0), record(IOP_EVENT_ST, 8, 0));
	w.word = 4;
	w.tail = true;
	w.accesses = 4;
	TOLD("not such an access", record(IOP_EVENT_ST, 8, 0), record(IOP_EVENT_ST, 4, 8), record(IOP_EVENT_ST, 4, 12));
	TOLD("missing", record(IOP_EVENT_ST, 8, 0), record(IOP_EVENT_ST, 4, 8), record(IOP_EVENT_LD, 4, 12));
	fresh();
	record(IOP_EVENT_ST, 8, 0);
	record(IOP_EVENT_ST, 4, 8);
	record(IOP_EVENT_LD, 4, 12);
	record(IOP_EVENT_ST, 4, 12);
	assert_null(flaw(&w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_at_every_place),
		cmocka_unit_test(every_set),
		cmocka_unit_test(vectors),
		cmocka_unit_test(no_widths),
		cmocka_unit_test(guard_pages),
		cmocka_unit_test(the_checker_tells),
	};

	return cmocka_run_group_tests_name("row-44-copy-within", tests, NULL, NULL);
}
