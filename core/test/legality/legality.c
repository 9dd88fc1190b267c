/* SPDX-License-Identifier: MIT */
/*
 * legality OP [sparse] | large | stepped | controls: every routine of the table that this CPU can run, as compiled, makes only accesses that its
 * tier allows, those of STRICT are the fewest there are, and of a line that it writes whole all stores follow one another. OP is toio, fromio, set or move: every size up to 256 at every place
 * of the device side and, unless sparse, in every phase of the memory side.
 */
#include "controls.h"

#include <lines.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALL	     256
#define REPEATED     64
#define SMALL_WINDOW ((size_t)1 << 12)
#define LARGE	     ((size_t)1 << 16)
#define LARGE_WINDOW ((size_t)1 << 18)
#define LARGE_CALLS  40
#define COMPLAIN     5

static struct iop_tracer *tracer;
static size_t window_bytes, calls, complaints;
static bool sparse;

static void complain(const struct iop_routine *routine, const struct iop_copy_call *call, const struct iop_copy_traced *t)
{
	if (complaints++ >= COMPLAIN)
		return;
	fprintf(stderr, "%s: iopath trace %s --routine %s --size %zu --align %u",
		t->blind    ? "BLIND"
		: !t->legal ? "ILLEGAL"
		: t->fewest ? "LINES IN PART"
			    : "TOO MANY",
		iop_copy_op_name(call->op), routine->name, call->n, call->io_align);
	if (call->op == IOP_MOVE)
		fprintf(stderr, " --distance %td\n", call->distance);
	else
		fprintf(stderr, " --mem-align %u\n", call->mem_align);
	for (unsigned i = 0; i < t->sides; i++) {
		fprintf(stderr, "  side %u: %zu accesses, fewest %zu", i, t->side[i].verdict.accesses, t->side[i].verdict.optimum);
		for (unsigned bit = 0; bit < IOP_RULES; bit++)
			if (t->side[i].verdict.broken >> bit & 1)
				fprintf(stderr, ", %s", iop_rule_words(bit));
		fprintf(stderr, "%s%s%s\n", t->data_right ? "" : ", wrong data", t->side[i].list.blind ? ": " : "",
			t->side[i].list.blind ? t->side[i].list.blind : "");
	}
}

/* On a write-combining mapping, what is left before it is full is sent in part. */
static bool leaves_lines(const struct iop_copy_call *call, const struct iop_copy_traced *t)
{
	struct iop_lines lines;

	if (call->op != IOP_TOIO && call->op != IOP_SET)
		return false;
	lines = iop_lines_of(&t->side[0].list, t->side[0].question.io, call->n);
	return lines.partial > lines.fewest;
}

static struct iop_copier copier_of(const struct iop_routine *r)
{
	return (struct iop_copier){r->toio, r->fromio, r->set, r->move};
}

/*
 * MEM may do what memcpy does, and the C libraries of other architectures than x86-64 read whole words around the range, and nothing
 * at all when a move's sides are the same: of theirs, only the data is judged.
 */
static bool judged_by_data(const struct iop_routine *routine)
{
#ifdef LEGALITY_QEMU
	return strcmp(routine->name, "mem") == 0;
#else
	(void)routine;
	return false;
#endif
}

static void check(const struct iop_routine *routine, const struct iop_copy_call *call)
{
	struct iop_copy_traced traced;
	int err;

	if (!iop_routine_takes(routine, call->io_align | (uintptr_t)call->distance, call->mem_align, call->n))
		return;
	err = iop_copy_trace(&traced, tracer, window_bytes, call, routine->tier);
	if (err) {
		fprintf(stderr, "%s: %s\n", routine->name, strerror(-err));
		exit(1);
	}
	calls++;
	if (judged_by_data(routine)) {
		if (!traced.data_right)
			complain(routine, call, &traced);
		return;
	}
	if (!traced.legal || traced.blind || (routine->tier == IOP_STRICT && !traced.fewest))
		complain(routine, call, &traced);
	else if (routine->tier < IOP_MEM && leaves_lines(call, &traced))
		complain(routine, call, &traced);
}

/* A routine may take one way when a size repeats and another when it does not: small ones are asked for both. */
static void all_sizes(const struct iop_routine *routine, struct iop_copy_call *call)
{
	for (call->n = 0; call->n <= SMALL; call->n++)
		check(routine, call);
	for (call->n = 0; call->n <= REPEATED; call->n++) {
		check(routine, call);
		check(routine, call);
	}
}

/*
 * Every size at every place of the device side, and within its first word with every place of the memory side; beyond that, or sparse,
 * the memory side's places take turns. A set has one side.
 */
static void all_small(const struct iop_routine *routine, struct iop_copy_call *call)
{
	for (call->io_align = 0; call->io_align < 64; call->io_align++) {
		bool every = !sparse && call->io_align < 8 && call->op != IOP_SET;

		for (unsigned place = 0; place < (every ? 8 : 1); place++) {
			call->mem_align = every ? place : (call->io_align + call->io_align / 8) % 8;
			all_sizes(routine, call);
		}
	}
}

/* Near, so that it overlaps, and far, in all phases, a destination before its source and after it; two of these in turn for each size. */
static void all_moves(const struct iop_routine *routine, struct iop_copy_call *call)
{
	for (call->n = 0; call->n <= SMALL; call->n += sparse ? 3 : 1)
		for (call->io_align = 0; call->io_align < 8; call->io_align++)
			for (int phase = 0; phase < 8; phase++) {
				const ptrdiff_t distances[] = {phase, -phase, 64 + phase, -64 - phase, 1024 + phase};

				for (size_t i = 0; i < 2; i++) {
					call->distance = distances[(call->n + call->io_align + 2 * i) % 5];
					check(routine, call);
				}
			}
	for (call->n = 0; call->n <= SMALL; call->n += 7)
		for (call->io_align = 8; call->io_align < 64; call->io_align++)
			for (call->distance = -65; call->distance <= 65; call->distance += 26)
				check(routine, call);
}

static uint64_t next_random(void)
{
	static uint64_t state = 42;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* The nearest call below that the routine is for. */
static void fit(const struct iop_routine *routine, struct iop_copy_call *call)
{
	const unsigned unit = routine->unit ? routine->unit : 1, memory_unit = routine->memory_unit ? routine->memory_unit : 1;

	call->n -= call->n % unit;
	call->io_align -= call->io_align % unit;
	call->mem_align -= call->mem_align % memory_unit;
	call->distance -= call->distance % (ptrdiff_t)unit;
}

/* With a routine before it, which was judged. */
static bool shares_its_move(const struct iop_routine *routine)
{
	for (size_t i = 0; iop_routines[i] != routine; i++)
		if (iop_routines[i]->move == routine->move)
			return true;
	return false;
}

static void some_large(const struct iop_routine *routine, struct iop_copy_call *call)
{
	for (int i = 0; i < LARGE_CALLS; i++) {
		uint64_t r = next_random();

		/* Sizes of every magnitude from 257 bytes on. */
		call->n = SMALL + 1 + next_random() % ((LARGE - SMALL) >> next_random() % 8);
		call->io_align = r % 64;
		call->mem_align = r / 64 % 64;
		call->distance = (ptrdiff_t)(r / 4096 % LARGE) - (ptrdiff_t)LARGE / 2;
		fit(routine, call);
		check(routine, call);
	}
	/* Sides that overlap, longer than a count of 16 bits, alike within a word and not, upwards and downwards. */
	for (int i = 0; call->op == IOP_MOVE && !shares_its_move(routine) && i < 4; i++) {
		call->n = 2 * LARGE + 12;
		call->io_align = 4;
		call->distance = (i % 2 ? -1 : 1) * (i < 2 ? 40 : 44);
		fit(routine, call);
		check(routine, call);
	}
}

/* Not by the same instruction: a routine may take another way the second time. */
static bool same_accesses(const struct iop_access *a, const struct iop_access *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (a[i].offset != b[i].offset || a[i].width != b[i].width || a[i].write != b[i].write || a[i].form != b[i].form ||
		    a[i].mask != b[i].mask)
			return false;
	return true;
}

static size_t all_accesses(const struct iop_copy_traced *t)
{
	return t->side[0].list.count + (t->sides > 1 ? t->side[1].list.count : 0);
}

/* Instructions that the tracer carries out itself must look the same when the CPU does. */
static void same_when_stepped(const struct iop_routine *routine, struct iop_copy_call *call)
{
	for (size_t n = 0; n <= 320; n += 1 + n / 5) {
		struct iop_copy_traced carried, stepped;
		struct iop_access *before;
		size_t count;

		call->n = n;
		call->io_align = next_random() % 64;
		call->mem_align = next_random() % 8;
		call->distance = 11;
		fit(routine, call);
		/* So that the two that are compared both follow a call like themselves. */
		if (iop_copy_trace(&carried, tracer, window_bytes, call, routine->tier))
			exit(1);
		if (iop_copy_trace(&carried, tracer, window_bytes, call, routine->tier))
			exit(1);
		/* The sides lie one behind the other, and the next run overwrites them. */
		count = all_accesses(&carried);
		before = malloc((count + 1) * sizeof(*before));
		memcpy(before, carried.side[0].list.access, count * sizeof(*before));
		iop_tracer_single_step(tracer, true);
		if (iop_copy_trace(&stepped, tracer, window_bytes, call, routine->tier))
			exit(1);
		iop_tracer_single_step(tracer, false);
		calls++;
		if (!stepped.data_right || all_accesses(&stepped) != count ||
		    !same_accesses(before, stepped.side[0].list.access, count))
			complain(routine, call, &stepped);
		free(before);
	}
}

typedef void (*walk_fn)(const struct iop_routine *routine, struct iop_copy_call *call);

static void walk(enum iop_copy_op op, walk_fn walk_one)
{
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *routine = iop_routines[i];
		struct iop_copier copier = copier_of(routine);
		struct iop_copy_call call = {.op = op, .copier = &copier, .widths = routine->widths};
		size_t before = calls;

		if (!iop_copy_can_trace(routine)) {
			printf("skipped: %s %s: this CPU cannot run it\n", iop_copy_op_name(op), routine->name);
			continue;
		}
		if (!iop_copier_offers(&copier, op)) {
			printf("%s %s: not offered\n", iop_copy_op_name(op), routine->name);
			continue;
		}
		walk_one(routine, &call);
		if (calls == before) {
			fprintf(stderr, "%s %s: no call was made\n", iop_copy_op_name(op), routine->name);
			complaints++;
		}
		printf("%s %s: %zu calls, %s\n", iop_copy_op_name(op), routine->name, calls - before, iop_tier_name(routine->tier));
	}
}

static void walk_ops(walk_fn walk_one)
{
	for (enum iop_copy_op op = 0; op < IOP_COPY_OPS; op++)
		walk(op, walk_one);
}

/* Two lines in turns, a word each: every word is a burst. */
static void in_turns(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		((volatile unsigned char *)io)[i] = ((const unsigned char *)src)[i];
		((volatile unsigned char *)io)[n / 2 + i] = ((const unsigned char *)src)[n / 2 + i];
	}
}

static void count_lines(void)
{
	static const struct iop_copier copier = {.toio = in_turns};
	static const struct {
		size_t n, fewest, partial;
		unsigned at;
	} wanted[] = {{128, 0, 128, 0}, {2, 1, 1, 0}, {64, 0, 0, 0}, {64, 2, 64, 32}, {0, 0, 0, 5}, {2, 2, 2, 63}};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const struct iop_copy_call call = {.op = IOP_TOIO, .copier = &copier, .n = wanted[i].n, .io_align = wanted[i].at};
		struct iop_copy_traced t;
		struct iop_lines lines;

		if (iop_copy_trace(&t, tracer, window_bytes, &call, IOP_STRICT))
			exit(1);
		lines = iop_lines_of(&t.side[0].list, t.side[0].question.io, call.n);
		calls++;
		printf("in turns, %zu bytes at %u: %zu whole, %zu partial, fewest %zu\n", call.n, call.io_align, lines.whole,
		       lines.partial, lines.fewest);
		complaints += lines.partial != wanted[i].partial || lines.fewest != wanted[i].fewest ||
			      leaves_lines(&call, &t) != (wanted[i].partial > wanted[i].fewest);
	}
}

static void reject_controls(void)
{
	controls_set_alias(iop_tracer_window(tracer), iop_tracer_contents(tracer));
	for (size_t i = 0; i < controls_count; i++) {
		const struct control *c = &controls[i];
		const struct iop_copy_call call = {
			.op = c->op, .copier = &c->copier, .n = c->n, .io_align = c->io_align, .distance = 5};
		struct iop_copy_traced t;
		unsigned broken;
		bool right;

		if (iop_copy_trace(&t, tracer, window_bytes, &call, IOP_STRICT))
			exit(1);
		broken = t.side[0].verdict.broken | (t.sides > 1 ? t.side[1].verdict.broken : 0);
		right = (broken & c->broken) == c->broken && t.data_right != c->wrong_data;
		right &= c->takes_too_many ? t.legal && !t.fewest : !t.legal;
		calls++;
		printf("%s: %s", c->name, right ? c->takes_too_many ? "legal, but not the fewest" : "rejected" : "NOT REJECTED");
		for (unsigned bit = 0; bit < IOP_RULES; bit++)
			if (broken >> bit & 1)
				printf(", %s", iop_rule_words(bit));
		printf("\n");
		complaints += !right;
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	sparse = argc > 2 && strcmp(argv[2], "sparse") == 0;
	window_bytes = strcmp(what, "large") == 0 ? LARGE_WINDOW : SMALL_WINDOW;
	if (iop_tracer_open(&tracer, window_bytes))
		return 1;
	for (enum iop_copy_op op = 0; op < IOP_COPY_OPS; op++)
		if (strcmp(what, iop_copy_op_name(op)) == 0)
			walk(op, op == IOP_MOVE ? all_moves : all_small);
	if (strcmp(what, "large") == 0)
		walk_ops(some_large);
	else if (strcmp(what, "stepped") == 0)
		walk_ops(same_when_stepped);
	else if (strcmp(what, "controls") == 0)
		reject_controls(), count_lines();
	iop_tracer_close(tracer);
	printf("%zu calls, %zu complaints\n", calls, complaints);
	return complaints || !calls;
}
