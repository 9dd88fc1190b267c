/* SPDX-License-Identifier: MIT */
/*
 * The judge of what the fault tracer saw (witness/judge.c), given operations that are right and each kind of lie. The library's side is
 * played here: what it reported, and what memory holds afterwards.
 */
#include <executor/executor.h>
#include <witness/witness.h>

#include <stdio.h>
#include <string.h>

#define DEVICE (FUZZ_OWNER_AT(0) + 16) /* in owner 0 */
#define MEMORY (FUZZ_OWNER_AT(1) + 32) /* in owner 1 */
#define MOST   6

static uint8_t arena[FUZZ_ARENA];
static struct fuzz_event events[MOST];
static size_t event_count;
static bool traces;

uint8_t *fuzz_executor_arena(void)
{
	return arena;
}

const struct fuzz_event *fuzz_executor_events(size_t *count)
{
	*count = event_count;
	return events;
}

bool fuzz_executor_reports(void)
{
	return true;
}

bool fuzz_executor_traces(void)
{
	return traces;
}

/* An access: its place, width, and of a write each byte of its value. */
struct access {
	uint64_t at;
	unsigned width;
	bool write;
	uint8_t byte;
};

/* What memory holds afterwards, what the model expects to be reported there and moved, what is reported, and what is seen. */
struct story {
	const char *name, *finding; /* NULL: it is right */
	uint8_t now;
	bool silent; /* routines without reports */
	struct fuzz_moved moved;
	struct access expected[MOST], reported[MOST], seen[MOST];
};

#define LD(at, width)               \
	{                           \
		at, width, false, 0 \
	}
#define ST(at, width, byte)           \
	{                             \
		at, width, true, byte \
	}
#define READS(at, width)  .expected = {LD(at, width)}, .reported = {LD(at, width)}
#define WRITES(at, width) .now = 7, .expected = {ST(at, width, 7)}, .reported = {ST(at, width, 7)}
/* 16 bytes from memory to memory, with no report at all. */
#define MOVES .now = 7, .moved = {MEMORY, FUZZ_RAM_AT, 16, true}

static const struct story stories[] = {
	{"a read", NULL, READS(DEVICE, 4), .seen = {LD(DEVICE, 4)}},
	{"a write", NULL, WRITES(DEVICE, 4), .seen = {ST(DEVICE, 4, 7)}},
	{"read twice", "not reported", READS(DEVICE, 4), .seen = {LD(DEVICE, 4), LD(DEVICE, 4)}},
	{"read twice in memory", "not reported", READS(MEMORY, 4), .seen = {LD(MEMORY, 4), LD(MEMORY, 4)}},
	{"written twice", "not reported", WRITES(DEVICE, 4), .seen = {ST(DEVICE, 4, 7), ST(DEVICE, 4, 7)}},
	{"another value first", "not reported", WRITES(DEVICE, 4), .seen = {ST(DEVICE, 4, 9), ST(DEVICE, 4, 7)}},
	{"another value", "not reported", WRITES(DEVICE, 4), .seen = {ST(DEVICE, 4, 9)}},
	{"read back", "not reported", WRITES(DEVICE, 4), .seen = {ST(DEVICE, 4, 7), LD(DEVICE, 4)}},
	{"read before", "not reported", WRITES(DEVICE, 4), .seen = {LD(DEVICE, 4), ST(DEVICE, 4, 7)}},
	{"wider", "not reported", READS(DEVICE + 4, 4), .seen = {LD(DEVICE, 8)}},
	{"narrower", "not reported", READS(DEVICE, 4), .seen = {LD(DEVICE, 2), LD(DEVICE + 2, 2)}},
	{"elsewhere", "not reported", READS(DEVICE, 4), .seen = {LD(DEVICE + 4, 4)}},
	{"not made", "reported and not seen", READS(DEVICE, 4)},
	{"not written", "reported and not seen", WRITES(DEVICE, 4)},
	{"between owners", "outside", READS(DEVICE, 4), .seen = {LD(FUZZ_OWNER_AT(0) - 4, 4)}},
	{"over an end", "outside", READS(DEVICE, 4), .seen = {LD(FUZZ_RAM_AT + FUZZ_RAM - 2, 4)}},
	{"in config space", "outside", READS(DEVICE, 4), .seen = {LD(FUZZ_CONFIG_AT, 4)}},
	{"a move", NULL, MOVES, .seen = {LD(FUZZ_RAM_AT, 8), ST(MEMORY, 8, 7), LD(FUZZ_RAM_AT + 8, 8), ST(MEMORY + 8, 8, 7)}},
	{"moved in other pieces", NULL, MOVES,
	 .seen = {LD(FUZZ_RAM_AT, 8), LD(FUZZ_RAM_AT + 8, 8), ST(MEMORY, 1, 7), ST(MEMORY + 1, 8, 7)}},
	{"garbage first", "another value", MOVES, .seen = {ST(MEMORY, 8, 9), ST(MEMORY, 8, 7), ST(MEMORY + 8, 8, 7)}},
	{"moved twice", "memory is written twice", MOVES, .seen = {ST(MEMORY, 8, 7), ST(MEMORY + 8, 8, 7), ST(MEMORY + 4, 4, 7)}},
	{"moved too much", "nothing is moved there", MOVES,
	 .seen = {ST(MEMORY, 8, 7), ST(MEMORY + 8, 8, 7), ST(MEMORY + 16, 1, 7)}},
	{"read too much", "nothing is moved there", MOVES, .seen = {LD(FUZZ_RAM_AT + 8, 8), LD(FUZZ_RAM_AT + 16, 1)}},
	{"the other side read", "nothing is moved there", MOVES, .seen = {LD(MEMORY, 8), ST(MEMORY, 8, 7)}},
	{"the source written", "nothing is moved there", MOVES, .seen = {ST(FUZZ_RAM_AT, 8, 7)}},
	{"a routine without reports", NULL, MOVES, .silent = true, .seen = {ST(MEMORY, 8, 7), ST(MEMORY + 4, 8, 7)}},
	{"its garbage", "another value", MOVES, .silent = true, .seen = {ST(MEMORY, 8, 9), ST(MEMORY, 8, 7)}},
	{"its read too much", "nothing is moved there", MOVES, .silent = true, .seen = {LD(FUZZ_RAM_AT + 16, 1)}},
};

static struct fuzz_event event_of(const struct access *a)
{
	struct fuzz_event e = {
		.kind = a->write ? FUZZ_EVENT_ST : FUZZ_EVENT_LD, .source = FUZZ_FROM_MMIO, .width = a->width, .addr = a->at};

	memset(&e.value, a->byte, a->width < 8 ? a->width : 8);
	return e;
}

static bool told(const struct story *s, char text[256])
{
	static struct fuzz_model model;
	static uint8_t bytes[MOST][64];
	struct fuzz_seen_access seen[MOST];
	size_t count = 0;

	model = (struct fuzz_model){.arena = 0};
	for (unsigned i = 0; i < FUZZ_MEMORY; i++) {
		model.owner[i].base = FUZZ_OWNER_AT(i);
		model.owner[i].size = i == 3 ? FUZZ_BIG : FUZZ_SMALL;
	}
	memset(arena, s->now, sizeof(arena));
	for (event_count = 0; event_count < MOST && s->reported[event_count].width; event_count++)
		events[event_count] = event_of(&s->reported[event_count]);
	for (; model.expectations < MOST && s->expected[model.expectations].width; model.expectations++)
		model.expected[model.expectations] = event_of(&s->expected[model.expectations]);
	model.moved_count = s->moved.n != 0;
	model.moved[0] = s->moved;
	traces = !s->silent;
	for (; count < MOST && s->seen[count].width; count++) {
		const struct access *a = &s->seen[count];

		memset(bytes[count], a->byte, sizeof(bytes[count]));
		seen[count] = (struct fuzz_seen_access){a->at, a->width, a->write, (UINT64_C(1) << a->width) - 1, bytes[count]};
	}
	return fuzz_judge_accesses(&model, seen, count, text);
}

int main(void)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		const struct story *s = &stories[i];
		char text[256] = "nothing";
		bool right = told(s, text);

		if (right ? !s->finding : s->finding && strstr(text, s->finding))
			continue;
		wrong++;
		fprintf(stderr, "fuzz-witness-lies: %s: should be %s, is %s\n", s->name, s->finding ? s->finding : "right",
			right ? "right" : text);
	}
	printf("%zu stories, %u judged wrongly\n", sizeof(stories) / sizeof(stories[0]), wrong);
	return wrong != 0;
}
