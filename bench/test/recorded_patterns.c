/* SPDX-License-Identifier: MIT */
/* What accesses amount to: where each pattern begins and ends, and what is none. */
#include "recorded_slots.h"

#include <record/patterns.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOST	64
#define ANY	15 /* every width up to 8 */
#define CODE	0x1000
#define BEGINS	1000000
#define UNNAMED ((const struct iop_names *)&no_names)

static const struct iop_names no_names;
static struct iop_slot slot[MOST];
static const struct iop_slot *access_of[MOST], *refused_of[MOST];
/* The first is uncached, the second is write-combining. */
static struct iop_recorded_map map[] = {{.number = 1}, {.number = 2, .write_combining = true}};
static struct iop_recorded recorded = {.map = map, .maps = 2, .access = access_of, .refused = refused_of};
static struct iop_site site[MOST];
static struct iop_sites sites = {.site = site};

static uint64_t number(const char **text, int base)
{
	char *end;
	uint64_t value = strtoull(*text, &end, base);

	*text = end;
	return value;
}

/* Flags of the letter: read, write, both halves of an update, a read that got SIGBUS; x is an access that was refused. */
static uint8_t flags_of(char letter)
{
	return letter == 'w'   ? IOP_SLOT_WRITE
	       : letter == 'u' ? IOP_SLOT_UPDATE
	       : letter == 'v' ? IOP_SLOT_UPDATE | IOP_SLOT_WRITE
	       : letter == 'b' ? IOP_SLOT_BUS
			       : 0;
}

/*
 * Accesses such as "T2M2r4:10/8~200^50": by thread 2, of mapping 2, a read of 4 bytes at 0x10, by the instruction 8 bytes behind the
 * first, 200 ns after what was before it, and within 50 ns. Without these: thread and mapping 1, the next instruction, 4 bytes on.
 */
static void record(const char *text)
{
	size_t n = 0;
	uint64_t now = BEGINS;

	recorded.accesses = recorded.refusals = 0;
	for (; *text; n++) {
		struct iop_slot *s = &slot[n];
		char letter;

		assert_in_range(n, 0, MOST - 1);
		*s = (struct iop_slot){.kind = IOP_SLOT_ACCESS,
				       .pid = 1,
				       .tid = 1,
				       .region = 1,
				       .code = CODE + 4 * n,
				       .time = now + 10,
				       .bytes = 10};
		for (; *text == 'T' || *text == 'M'; text += 2)
			*(*text == 'T' ? &s->tid : &s->region) = (uint32_t)(text[1] - '0');
		letter = *text++;
		s->flags = flags_of(letter);
		s->width = (uint8_t)number(&text, 10);
		text++;
		s->offset = number(&text, 16);
		for (char more = *text; more && more != ' '; more = *text) {
			uint64_t value;

			text++;
			value = number(&text, more == '/' ? 16 : 10);
			if (more == '/')
				s->code = CODE + value;
			else if (more == '~')
				s->time = now + value;
			else
				s->bytes = value;
		}
		now = s->time + s->bytes;
		text += *text == ' ';
		if (letter == 'x') {
			s->kind = IOP_SLOT_REFUSED;
			memcpy(s->value, "why\x7f", 4);
			refused_of[recorded.refusals++] = s;
		} else {
			access_of[recorded.accesses++] = s;
		}
	}
}

static char got[4096];

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void add(const char *format, ...)
{
	size_t n = strlen(got);
	va_list args;

	va_start(args, format);
	vsnprintf(got + n, sizeof(got) - n, format, args); /* NOLINT(clang-analyzer-valist.Uninitialized) */
	va_end(args);
}

/* "copy@10 x1 n4 b16 m4 down": at which offset, how often, how many accesses and bytes, and accesses of the longest. */
static void assert_patterns_of(const char *text, unsigned widths, const struct iop_names *names, const char *wanted)
{
	struct iop_patterns p;
	size_t faults = 0;

	record(text);
	assert_int_equal(iop_patterns_of(&p, &recorded, &sites, widths, names), 0);
	*got = '\0';
	for (size_t i = 0; i < p.count; i++) {
		const struct iop_pattern *one = &p.pattern[i];

		add("%s%s@%llx x%zu n%llu b%llu m%zu%s", i ? ", " : "", iop_pattern_name(one->kind),
		    (unsigned long long)one->first->offset, one->times, (unsigned long long)one->accesses,
		    (unsigned long long)one->bytes, one->most, one->down ? " down" : "");
		faults += one->kind <= IOP_PATTERN_REFUSED;
	}
	assert_int_equal(p.faults, faults);
	assert_string_equal(got, wanted);
	iop_patterns_free(&p);
}

static void assert_patterns(const char *text, const char *wanted)
{
	assert_patterns_of(text, ANY, UNNAMED, wanted);
}

/* "10-20*4:copy+sigbus": from one offset up to another, of 4 accesses, and what it is. */
static void assert_stretches(const char *text, const char *wanted)
{
	struct iop_patterns p;

	record(text);
	assert_int_equal(iop_patterns_of(&p, &recorded, &sites, ANY, UNNAMED), 0);
	*got = '\0';
	for (size_t i = 0; i < p.stretches; i++) {
		const struct iop_stretch *one = &p.stretch[i];
		const char *between = ":";

		add("%s%llx-%llx*%zu", i ? " " : "", (unsigned long long)one->low, (unsigned long long)one->high, one->accesses);
		for (unsigned kind = 0; kind < 32; kind++)
			if (one->kinds >> kind & 1) {
				add("%s%s", between, kind < IOP_PATTERNS ? iop_pattern_name(kind) : "?");
				between = "+";
			}
	}
	assert_string_equal(got, wanted);
	iop_patterns_free(&p);
}

/* As a description of registers has them. */
static void assert_described(const char *text, const char *registers, const char *wanted)
{
	struct iop_names names = {0};

	assert_int_equal(iop_names_read(&names, recorded_bytes(registers, strlen(registers)), NULL), 0);
	assert_patterns_of(text, ANY, &names, wanted);
	iop_names_free(&names);
}

/* Where the instructions 4 bytes apart are, from the first on. */
static void assert_at(const char *const place[], size_t places, const char *text, const char *wanted)
{
	for (size_t i = 0; i < places; i++) {
		char *copy = strdup(place[i]);

		assert_non_null(copy);
		site[i] = (struct iop_site){.pid = 1, .code = CODE + 4 * i, .text = copy};
	}
	sites.count = places;
	assert_patterns(text, wanted);
	for (size_t i = 0; i < places; i++)
		free(site[i].text);
	sites.count = 0;
}
#define PLACES(...) (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

static void nothing_is_nothing(void **state)
{
	(void)state;
	assert_patterns("", "");
	assert_stretches("", "");
	assert_patterns("r4:10", "");
	assert_stretches("r4:10 w8:20 r1:3", "10-14*1 20-28*1 3-4*1");
}

static void single_accesses_break_rules(void **state)
{
	(void)state;
	assert_patterns("r4:12", "misaligned@12 x1 n1 b4 m1");
	assert_patterns("r8:14", "misaligned@14 x1 n1 b8 m1");
	assert_patterns("r8:10 r1:33 r2:42 M2r16:58", "");
	assert_patterns("r16:10", "wide@10 x1 n1 b16 m1");
	assert_patterns("M2w64:40 M2r4:0", "");
	assert_patterns("u4:10 v4:10", "update@10 x1 n1 b4 m1");
	assert_patterns("b4:10", "sigbus@10 x1 n1 b4 m1");
	assert_patterns_of("r1:11 r2:22 r4:30 r8:40", 4, UNNAMED,
			   "width@11 x1 n1 b1 m1, width@22 x1 n1 b2 m1, width@40 x1 n1 b8 m1");
	assert_patterns_of("M2r16:10 r8:20", 8, UNNAMED, "");
	assert_patterns("r4:10 x4:20", "refused@20 x1 n1 b0 m1");
	assert_stretches("r4:10 x4:20", "10-14*1 20-24*1:refused");
}

/* By one instruction; what is told of a register, by offset. Faults come first, by kind, then in the order of the recording. */
static void what_is_found_again_is_counted(void **state)
{
	(void)state;
	assert_patterns("r4:12/0 r4:22/0 r4:32/4", "misaligned@12 x2 n2 b8 m1, misaligned@32 x1 n1 b4 m1");
	assert_patterns("b4:10/0 b4:20/0 b4:10/0", "sigbus@10 x2 n2 b8 m1, sigbus@20 x1 n1 b4 m1");
	assert_patterns("u4:10 r4:22 b4:30 r16:40",
			"misaligned@22 x1 n1 b4 m1, wide@40 x1 n1 b16 m1, update@10 x1 n1 b4 m1, sigbus@30 x1 n1 b4 m1");
	assert_patterns(
		"r4:10/0 r4:10/0 r4:10/0 r4:50 r4:10/0 r4:10/0 r4:10/0 r4:10/0 r4:10/0 r4:60 r4:10/0 r4:10/0 r4:10/0 r4:10/0",
		"poll@10 x3 n12 b48 m5");
	assert_patterns("M2r4:12/0 r4:12/0", "misaligned@12 x1 n1 b4 m1, misaligned@12 x1 n1 b4 m1");
}

static void one_place_in_a_row_is_polled_or_a_fifo(void **state)
{
	(void)state;
	assert_patterns("r4:10 r4:10", "");
	assert_patterns("r4:10 r4:10 r4:10", "poll@10 x1 n3 b12 m3");
	assert_patterns("w4:10 w4:10 w4:10", "");
	assert_patterns("w4:10 w4:10 w4:10 w4:10", "fifo@10 x1 n4 b16 m4");
	assert_patterns("r4:10 r4:10 w4:10 r4:20", "");
	assert_patterns("r4:10 r4:10 r2:10 r4:10", "twice@10 x1 n2 b6 m2");
	assert_stretches("r4:10 r4:10 r4:10 w4:20", "10-14*3:poll 20-24*1");
	assert_stretches("w4:10 w4:10 w4:10", "10-14*1 10-14*1 10-14*1");
}

static void side_by_side_is_a_copy(void **state)
{
	(void)state;
	assert_patterns("r4:10 r4:14 r4:18", "");
	assert_patterns("r4:10 r4:14 r4:18 r4:1c", "copy@10 x1 n4 b16 m4");
	assert_patterns("w4:1c w4:18 w4:14 w4:10", "copy@1c x1 n4 b16 m4 down");
	assert_patterns("w1:13 w4:14 w8:18 w2:20", "copy@13 x1 n4 b15 m4");
	assert_patterns("r4:14 r4:18 w4:1c w4:20", "");
	assert_patterns("r4:10 r4:14 r4:18 r4:24 r4:28", "");
	assert_patterns("r4:14 r4:18 r4:14 r4:10 r4:c r4:8", "copy@14 x1 n4 b16 m4 down");
	assert_patterns("r4:10 r4:14 r4:18 u4:1c r4:20", "update@1c x1 n1 b4 m1");
	assert_patterns("u4:10 r4:14 r4:18 r4:1c", "update@10 x1 n1 b4 m1");
	assert_stretches("r4:40 r4:10 r4:14 b4:18 r4:1c r4:30", "40-44*1 10-20*4:sigbus+copy 30-34*1");
	assert_stretches("r4:1c r4:18 r4:14 r4:10 r4:c", "c-20*5:copy");
	assert_stretches("r4:10 r4:14 b4:18 r4:40", "10-14*1 14-18*1 18-1c*1:sigbus 40-44*1");
}

/* In the order in which they begin: also where another thread or mapping is in between. */
static void threads_and_mappings_have_rows_of_their_own(void **state)
{
	(void)state;
	assert_patterns("r4:10 T2r4:80 r4:14 T2r4:84 r4:18 T2r4:88 r4:1c T2r4:8c", "copy@10 x1 n4 b16 m4, copy@80 x1 n4 b16 m4");
	assert_patterns("r4:10 M2r4:80 r4:14 M2r4:84 r4:18 M2r4:88 r4:1c M2r4:8c", "copy@10 x1 n4 b16 m4, copy@80 x1 n4 b16 m4");
	assert_patterns("r4:10 T2r4:14 M2r4:18 T2M2r4:1c", "");
	assert_stretches("r4:10 T2r4:80 r4:14 T2r4:84 r4:18 M2r4:40 T2r4:88 r4:1c T2r4:8c T3r4:50",
			 "10-20*4:copy 80-90*4:copy 40-44*1 50-54*1");
	assert_stretches("r4:10 T2b4:80 b4:14 T2r4:60 r4:18 M2r4:40 r4:0",
			 "10-14*1 80-84*1:sigbus 14-18*1:sigbus 60-64*1 18-1c*1 40-44*1 0-4*1");
}

/* Code without lines: places are near each other or not. */
static void halves_are_8_aligned_bytes_in_two(void **state)
{
	(void)state;
	assert_patterns("r4:10 r4:14", "halves@10 x1 n2 b8 m2");
	assert_patterns("w4:14 w4:10", "halves@14 x1 n2 b8 m2 down");
	assert_patterns("r4:14 r4:18", "");
	assert_patterns("r4:10 r4:14 r4:18", "");
	assert_patterns("r4:10 w4:14", "");
	assert_patterns("r2:10 r2:12", "");
	assert_patterns("r8:10 r4:18", "");
	assert_patterns("r4:8 r4:8", "");
	assert_patterns("r4:10 r2:14", "");
	assert_patterns("M2r4:0 M2r16:4", "");
	assert_patterns("r2:8 r2:a r2:c", "");
	assert_stretches("r4:10 b4:14", "10-14*1:halves 14-18*1:sigbus+halves");
}

static void halves_are_near_each_other_in_code_and_time(void **state)
{
	(void)state;
	assert_patterns("r4:10/0 r4:14/40", "halves@10 x1 n2 b8 m2");
	assert_patterns("r4:10/40 r4:14/0", "halves@10 x1 n2 b8 m2");
	assert_patterns("r4:10/0 r4:14/41", "");
	assert_patterns("r4:10/0 r4:14/0", "");
	assert_patterns("r4:10 r4:14~200000", "halves@10 x1 n2 b8 m2");
	assert_patterns("r4:10 r4:14~200001", "");
	assert_patterns("r4:10^150000 r4:14~150000", "halves@10 x1 n2 b8 m2");
}

static void descriptions_say_what_is_one_register(void **state)
{
	(void)state;
	assert_described("r4:10/0 r4:14/100", "0x10 A 8\n", "size@10 x1 n1 b4 m1, size@14 x1 n1 b4 m1, halves@10 x1 n2 b8 m2");
	assert_described("r4:10 r4:14", "0x10 A 4\n", "");
	assert_described("r4:10 r4:14", "0x14 B\n", "");
	assert_described("r4:10 r4:14", "0x10 A\n", "halves@10 x1 n2 b8 m2");
	assert_described("r4:10 r4:14", "0xc B\n", "halves@10 x1 n2 b8 m2");
	assert_described("r4:10/0 r4:14/100", "0x10 A\n", "");
	/* Registers that have names are no copy, in either direction; elements of one are. */
	assert_described("r4:10 r4:14 r4:18 r4:1c", "0x10 A\n0x14 B\n0x18 C\n0x1c D\n", "");
	assert_described("r4:1c r4:18 r4:14 r4:10", "0x10 A\n0x14 B\n0x18 C\n0x1c D\n", "");
	assert_described("r4:10/0 r4:14/0 r4:18/0 r4:1c/0", "0x10 A\n0x14 B\n0x18 C\n0x1c D\n", "copy@10 x1 n4 b16 m4");
	assert_described("r4:10 r4:14 r4:18 r4:1c", "0x10 A[0]\n0x14 A[1]\n0x18 A[2]\n0x1c A[3]\n", "copy@10 x1 n4 b16 m4");
	assert_described("r4:10 r4:14 r4:18 r4:1c", "0x10 A[0]\n0x14 B[1]\n0x18 AB\n0x1c A\n", "");
	/* What lies over another is touched twice, whatever its name. */
	assert_described("r4:10 r4:12", "0x10 A\n0x12 B\n", "misaligned@12 x1 n1 b4 m1, twice@10 x1 n2 b8 m2");
	assert_described("w4:10 r4:14", "0x10 A ro\n0x14 B wo 4\n", "mode@10 x1 n1 b4 m1, mode@14 x1 n1 b4 m1");
}

/* What the source says of code side by side, of 8 bytes and of 16. */
static void assert_one_place(bool one, const char *first, const char *second)
{
	assert_at(PLACES(first, second, first, second), "r4:10 r4:14", one ? "halves@10 x1 n2 b8 m2" : "");
	assert_at(PLACES(first, first, second, second), "r4:10 r4:14 r4:18 r4:1c", one ? "copy@10 x1 n4 b16 m4" : "");
}

static void registers_in_turn_are_of_other_places(void **state)
{
	(void)state;
	assert_one_place(true, "probe nic.c:5", "probe nic.c:5");
	assert_one_place(false, "probe nic.c:5", "probe nic.c:6");
	/* Two lines of a function that is inlined in one. */
	assert_one_place(true, "get64 nic.c:5 < probe nic.c:20", "get64 nic.c:6 < probe nic.c:20");
	assert_one_place(false, "get nic.c:5 < probe nic.c:20", "get nic.c:5 < probe nic.c:21");
	assert_one_place(false, "get_a nic.c:5 < probe nic.c:20", "get_b nic.c:5 < probe nic.c:20");
	assert_one_place(false, "get nic.c:5 < probe nic.c:20", "get_b nic.c:5 < probe nic.c:20");
	assert_one_place(false, "get nic.c:5 < probe nic.c:20", "probe nic.c:20");
	assert_one_place(false, "probe nic.c:20", "get nic.c:5 < probe nic.c:20");
	/* Without lines they are near each other here. */
	assert_one_place(true, "nic+0x10", "nic+0x14");
	assert_one_place(true, "probe nic.c:5", "nic+0x14");
	assert_one_place(true, "nic+0x10", "probe nic.c:5");
	/* One line, but far from each other. */
	site[0] = (struct iop_site){1, CODE, (char[]){"probe nic.c:5"}};
	site[1] = (struct iop_site){1, CODE + 0x100, (char[]){"probe nic.c:5"}};
	sites.count = 2;
	assert_patterns("r4:10/0 r4:14/100", "");
	sites.count = 0;
}

static void copies_are_of_a_loop_or_of_one_place(void **state)
{
	(void)state;
	assert_patterns("r4:10/0 r4:14/40 r4:18/80 r4:1c/c0", "copy@10 x1 n4 b16 m4");
	assert_patterns("r4:10/0 r4:14/40 r4:18/80 r4:1c/c1", "");
	assert_patterns("r4:10/0 r4:14/41 r4:18/42 r4:1c/43", "");
	assert_patterns("r4:10/0 r4:14/400 r4:18/800 r4:1c/400", "copy@10 x1 n4 b16 m4");
	assert_patterns("r4:10/0 r4:14/400 r4:18/800 r4:1c/0", "copy@10 x1 n4 b16 m4");
	assert_patterns("r4:10/0 T2r4:80/400 r4:14/400 r4:18/800 T2r4:90/800 r4:1c/c00", "");
	assert_stretches("r4:10/0 r4:14/100 T2r4:80/0 r4:18/200 r4:1c/300 r4:20/400",
			 "10-14*1 14-18*1 80-84*1 18-1c*1 1c-20*1 20-24*1");
}

static void what_lies_over_what_was_before_is_touched_twice(void **state)
{
	(void)state;
	assert_patterns("r8:10 r4:10", "twice@10 x1 n2 b12 m2");
	assert_patterns("r8:10 r4:14", "twice@10 x1 n2 b12 m2");
	assert_patterns("r4:10 r8:10", "twice@10 x1 n2 b12 m2");
	assert_patterns("r4:10 r4:14 r4:18 r4:1a", "misaligned@1a x1 n1 b4 m1, twice@10 x1 n4 b16 m4");
	assert_patterns("r4:18 r4:14 r4:12", "misaligned@12 x1 n1 b4 m1, twice@18 x1 n3 b12 m3 down");
	assert_patterns("r8:10 r4:14 r4:18", "twice@10 x1 n3 b16 m3");
	assert_patterns("r4:20 r4:1c r2:1c r2:1a", "twice@20 x1 n4 b12 m4 down");
	assert_patterns("r4:10 r4:10 r2:12", "");
	assert_patterns("r4:10 w2:12", "");
	assert_patterns("r4:10 r4:18", "");
	assert_patterns("r4:18 r4:10", "");
	assert_stretches("r8:10 r4:14 r4:40", "10-18*2:twice 40-44*1");
	assert_stretches("r4:14 r8:10", "10-18*2:twice");
}

static void a_read_of_what_was_just_written_flushes(void **state)
{
	(void)state;
	assert_patterns("w4:10 r4:10", "flush@10 x1 n1 b4 m1");
	assert_patterns("w4:10 r4:14", "");
	assert_patterns("r4:10 w4:10", "");
	assert_patterns("w4:10 w4:20 r4:10", "");
	assert_patterns("w4:10 u4:10", "update@10 x1 n1 b4 m1");
	assert_patterns("u4:10 v4:10 r4:10", "update@10 x1 n1 b4 m1");
	assert_patterns("w4:10 T2r4:10", "");
	assert_stretches("w4:10 r4:10", "10-14*1 10-14*1:flush");
}

/* The first pattern of these. */
static void assert_says(const char *text, const char *registers, const char *wanted)
{
	struct iop_patterns p;
	struct iop_names names = {0};
	char said[128];

	assert_int_equal(iop_names_read(&names, recorded_bytes(registers, strlen(registers)), NULL), 0);
	record(text);
	assert_int_equal(iop_patterns_of(&p, &recorded, &sites, 4 | 8, &names), 0);
	assert_true(p.count > 0);
	iop_pattern_text(&p.pattern[0], said, sizeof(said));
	assert_string_equal(said, wanted);
	iop_patterns_free(&p);
	iop_names_free(&names);
}

static void each_says_what_it_is(void **state)
{
	(void)state;
	assert_says("w4:12", "", "write of 4 bytes at no multiple of 4: a bus may split it");
	assert_says("r16:10", "", "read of 16 bytes: wider than a word, a device may see several");
	assert_says("r2:10", "", "read of 2 bytes, which the device does not take");
	assert_says("u4:10", "", "one instruction reads and writes 4 bytes: no access of a device");
	assert_says("w8:10 w4:14", "", "a copy of 2 accesses that writes some bytes twice");
	assert_says("r8:10 r4:14", "", "a copy of 2 accesses that reads some bytes twice");
	assert_says("w4:10", "0x10 A ro\n", "write of A, which is read-only");
	assert_says("r4:10", "0x10 A wo\n", "read of A, which is write-only");
	assert_says("r4:12", "0x10 A 4\n", "read of 4 bytes at no multiple of 4: a bus may split it");
	assert_says("r4:14", "0x10 A 8\n", "read of 4 bytes at 0x14, where A has 8 from 0x10 on");
	assert_says("b4:10", "", "read of 4 bytes that got SIGBUS: the device does not answer there");
	assert_says("x4:10", "", "why?");
	assert_says("r4:10 r4:10 r4:10 r4:10 r4:20 r4:10/0 r4:10 r4:10", "", "polled, 3.5 reads until something else, at most 4");
	assert_says("r4:10 r4:14", "", "8 bytes in two reads of 4, the lower half first");
	assert_says("w4:14 w4:10", "", "8 bytes in two writes of 4, the upper half first");
	assert_says("w4:10 r4:10", "", "read of what was just written: waits until it has arrived");
	assert_says("r4:10 r4:14 r4:18 r4:1c", "", "a copy from the device, 4.0 accesses and 16.0 bytes");
	assert_says("w4:1c w4:18 w4:14 w4:10", "", "a copy to the device, 4.0 accesses and 16.0 bytes, from the end down");
	assert_says("w4:10 w4:10 w4:10 w4:10", "", "4.0 writes to one place in a row, at most 4");
	/* The update itself is a fault of another kind, behind this one or before it. */
	assert_patterns("u4:10", "update@10 x1 n1 b4 m1");
}

static void updates_say_what_they_clear(void **state)
{
	const struct iop_register_name w1c = {.name = (char[]){"A"}, .write_clears = true},
				       rc = {.name = (char[]){"A"}, .read_clears = true};
	struct iop_pattern p = {.kind = IOP_PATTERN_MODE, .first = slot, .of = &w1c};
	char said[128];

	(void)state;
	record("u4:10");
	iop_pattern_text(&p, said, sizeof(said));
	assert_string_equal(said, "one instruction reads and writes A, which clears each bit that was set");
	p.of = &rc;
	iop_pattern_text(&p, said, sizeof(said));
	assert_string_equal(said, "one instruction reads and writes A, which loses the bits that its read clears");
	assert_described("u4:10 v4:10", "0x10 A w1c 4\n", "update@10 x1 n1 b4 m1, mode@10 x1 n1 b4 m1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_nothing),
		cmocka_unit_test(single_accesses_break_rules),
		cmocka_unit_test(what_is_found_again_is_counted),
		cmocka_unit_test(one_place_in_a_row_is_polled_or_a_fifo),
		cmocka_unit_test(side_by_side_is_a_copy),
		cmocka_unit_test(threads_and_mappings_have_rows_of_their_own),
		cmocka_unit_test(halves_are_8_aligned_bytes_in_two),
		cmocka_unit_test(halves_are_near_each_other_in_code_and_time),
		cmocka_unit_test(descriptions_say_what_is_one_register),
		cmocka_unit_test(registers_in_turn_are_of_other_places),
		cmocka_unit_test(copies_are_of_a_loop_or_of_one_place),
		cmocka_unit_test(what_lies_over_what_was_before_is_touched_twice),
		cmocka_unit_test(a_read_of_what_was_just_written_flushes),
		cmocka_unit_test(each_says_what_it_is),
		cmocka_unit_test(updates_say_what_they_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
