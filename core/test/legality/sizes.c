/* SPDX-License-Identifier: MIT */
/*
 * sizes usual | huge | controls: every routine of the table that this CPU can run, at sizes that other tests do not reach: around those where
 * a routine takes another way, around powers of two to a few MiB (usual), and beyond what 32 bits can count (huge). See walk.h.
 */
#include "sizes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define COMPLAIN 10
#define PAGE	 ((size_t)4096)
/* All pages are islands: of the walks up to one of this size. */
#define TRACED_WHOLE ((size_t)5 << 16)

static size_t calls, complaints;

static uint64_t next_random(void)
{
	static uint64_t state = 19;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void complain(const char *name, const struct walk_call *call, const char *what)
{
	complaints++;
	if (complaints <= COMPLAIN)
		fprintf(stderr, "ILLEGAL: %s %s, %zu bytes, device side at %u, memory side at %u: %s\n", iop_copy_op_name(call->op),
			name, call->n, call->io_align, call->mem_align, what);
}

/* The ends, the middle, both sides of where a count of 16 or 18 bits ends, and two places that are other ones each time. */
static void place_islands(struct walk_call *call)
{
	const size_t places[] = {call->n - 1,
				 call->n / 2,
				 (size_t)1 << 16,
				 call->n > 1 << 16 ? call->n - (1 << 16) : 0,
				 (size_t)1 << 18,
				 next_random() % call->n,
				 next_random() % call->n};
	/* Of a walk of many calls, one or two a call. */
	const size_t first = next_random() % 7;

	memset(call->island, 0, sizeof(call->island));
	call->island[1] = places[0];
	call->island[2] = places[first] < call->n ? places[first] : 0;
}

static const struct iop_copier *copier_of(const struct iop_routine *r)
{
	static struct iop_copier copier;

	copier = (struct iop_copier){r->toio, r->fromio, r->set, r->move};
	return &copier;
}

/* MEM may go in any order: what counts is that the bytes arrive, and no others. */
static const char *judge_memory(const struct walk_call *call)
{
	const size_t room = (call->n + 3 * PAGE) / PAGE * PAGE;
	unsigned char *block[2];
	const char *what = NULL;

	for (unsigned i = 0; i < 2; i++) {
		block[i] = mmap(NULL, room + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (block[i] == MAP_FAILED || mprotect(block[i] + PAGE, room, PROT_READ | PROT_WRITE))
			exit(2);
	}
	unsigned char *from = block[1] + PAGE + call->mem_align, *to = block[0] + PAGE + call->io_align;

	for (size_t i = 0; i < room; i++)
		block[1][PAGE + i] = (unsigned char)(i * 151 + i / 256 * 7);
	for (size_t i = 0; i < call->n; i++)
		to[i] = (unsigned char)~(call->op == IOP_SET ? call->value : from[i]);
	switch (call->op) {
	case IOP_TOIO: call->copier.toio(to, from, call->n); break;
	case IOP_FROMIO: call->copier.fromio(to, from, call->n); break;
	case IOP_SET: call->copier.set(to, call->value, call->n); break;
	default: call->copier.move(to, from, call->n); break;
	}
	for (size_t i = 0; i < room; i++) {
		const unsigned char *byte = block[0] + PAGE + i;
		const bool inside = byte >= to && byte < to + call->n;

		if (*byte != (!inside ? 0 : call->op == IOP_SET ? (unsigned char)call->value : from[byte - to]))
			what = inside ? "bytes did not arrive" : "bytes beside the range were written";
	}
	for (unsigned i = 0; i < 2; i++)
		munmap(block[i], room + 2 * PAGE);
	return what;
}

static void judge(const struct iop_routine *routine, struct walk_call *call)
{
	const unsigned unit = routine->unit ? routine->unit : 1, memory_unit = routine->memory_unit ? routine->memory_unit : 1;
	const char *what;

	call->n -= call->n % unit;
	call->io_align -= call->io_align % unit;
	call->mem_align -= call->mem_align % (call->op == IOP_MOVE ? unit : memory_unit);
	if (!call->n)
		return;
	place_islands(call);
	what = call->tier == IOP_MEM ? judge_memory(call) : walk_judge(call);
	calls++;
	if (what)
		complain(routine->name, call, what);
}

/* @n, and the sizes up to @beside less and more, at places that take turns. */
static void around(const struct iop_routine *routine, struct walk_call *call, size_t n, int beside)
{
	for (int more = -beside; more <= beside; more++) {
		const uint64_t r = next_random();

		call->n = n + (size_t)(ptrdiff_t)more;
		call->io_align = r % 3 ? (unsigned)(r / 4 % 64) : 0;
		call->mem_align = r % 5 ? (unsigned)(r / 256 % 64) : call->io_align;
		/* A value has more bits than a byte, and a sign. */
		call->value = (int)(r >> 32);
		judge(routine, call);
	}
}

static void usual(const struct iop_routine *routine, struct walk_call *call)
{
	/* Where a routine takes another way, then powers of two; and sizes that nothing is said of. */
	static const size_t special[] = {256, 768, 1024, 4096, 1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20};
	static const size_t others[] = {0x12345, 0x54321, 0xabcde, 0x1fffff};

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		around(routine, call, special[i], 1);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		around(routine, call, others[i], 0);
	call->all_islands = true;
	call->n = TRACED_WHOLE + next_random() % 256;
	call->io_align = (unsigned)(next_random() % 64);
	call->mem_align = (unsigned)(next_random() % 64);
	judge(routine, call);
	call->all_islands = false;
}

static void huge(const struct iop_routine *routine, struct walk_call *call)
{
	const size_t sizes[] = {((size_t)1 << 29) + 1, ((size_t)1 << 31) + 9, SIZES_HUGE};

	/* The best of STRICT at each, the others where all that could have too few bits has. */
	for (size_t i = strcmp(routine->name, "strict") == 0 ? 0 : 2; i < 3; i++) {
		call->n = sizes[i];
		call->io_align = (unsigned)(next_random() % 64);
		call->mem_align = (unsigned)(next_random() % 64);
		judge(routine, call);
	}
}

/* Has a routine before it the same function? Moves are shared by many. */
static bool judged_before(const struct iop_routine *routine, enum iop_copy_op op)
{
	for (size_t i = 0; iop_routines[i] != routine; i++)
		if (op == IOP_MOVE && iop_routines[i]->move == routine->move)
			return true;
	return false;
}

static void walk(enum iop_copy_op op, void (*sizes)(const struct iop_routine *, struct walk_call *))
{
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *routine = iop_routines[i];
		struct walk_call call = {.op = op,
					 .copier = *copier_of(routine),
					 .tier = op == IOP_MOVE && routine->tier < IOP_MEM ? IOP_STRICT : routine->tier,
					 .widths = routine->widths};
		const size_t before = calls;

		if (!iop_copier_offers(&call.copier, op) || judged_before(routine, op))
			continue;
		/* What the tracer stands in for takes a signal each 64 bytes: hours of them are the CPU's that has the instruction. */
		if (!iop_copy_can_trace(routine) || (sizes == huge && routine->supported && !routine->supported())) {
			printf("skipped: %s %s: this CPU cannot run it\n", iop_copy_op_name(op), routine->name);
			continue;
		}
		if (sizes == huge && routine->tier == IOP_MEM) {
			printf("skipped: %s %s: sizes beyond 32 bits need memory of that size where the order is free\n",
			       iop_copy_op_name(op), routine->name);
			continue;
		}
		sizes(routine, &call);
		printf("%s %s: %zu calls, %s\n", iop_copy_op_name(op), routine->name, calls - before, iop_tier_name(routine->tier));
	}
}

/* Wrong from a size on, and right below it. */
static void reject_controls(void)
{
	for (size_t i = 0; i < sizes_controls_count; i++) {
		const struct sizes_control *c = &sizes_controls[i];
		struct walk_call call = {.op = c->op,
					 .copier = c->copier,
					 .tier = IOP_STRICT,
					 .n = c->n,
					 .io_align = 3,
					 .mem_align = 6,
					 .value = 0x1a5};
		const char *what, *below;

		place_islands(&call);
		call.island[2] = c->n / 2;
		what = walk_judge(&call);
		/* Only the sizes of which this takes no time. */
		call.n = c->n > (size_t)1 << 24 ? 1000 : c->n - 129;
		place_islands(&call);
		call.island[2] = call.n / 2;
		below = walk_judge(&call);
		calls++;
		printf("%s: %s; below: %s\n", c->name, what ? what : "NOT REJECTED", below ? below : "legal");
		complaints += !what || below;
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "controls") == 0)
		reject_controls();
	for (enum iop_copy_op op = 0; op < IOP_COPY_OPS; op++)
		if (strcmp(what, "usual") == 0)
			walk(op, usual);
		else if (strcmp(what, "huge") == 0)
			walk(op, huge);
	printf("%zu calls, %zu complaints\n", calls, complaints);
	return complaints || !calls;
}
