/* SPDX-License-Identifier: MIT */
#include "exhaustive.h"

#include <executor/executor.h>

#include <string.h>

/* Plain numbers, and ends that only classes can name. */
#define PLAIN(n)    ((struct fuzz_number){0xf0, (uint16_t)(n)})
#define NEAR_MAX(n) ((struct fuzz_number){0xb0, (uint16_t)(n)})

static const struct fuzz_number ends[] = {
	{0xb0, 0}, {0xb0, 1}, {0xb0, 3}, {0xb0, 7}, {0xb0, 8}, {0x80, 0},    {0x90, 1}, {0x90, 0xff}, {0xa0, 0},
	{0xd0, 0}, {0xd0, 1}, {0xd0, 2}, {0xe0, 0}, {0xe0, 1}, {0xe0, 0xff}, {0xc8, 0}, {0xcf, 0},    {0xc4, 0xff},
};
#define ENDS (sizeof(ends) / sizeof(ends[0]))

struct search {
	struct fuzz_program *program;
	struct fuzz_divergence *divergence;
	unsigned base; /* records that set the scene */
	void (*tick)(void);
	unsigned runs;
};

static bool run(struct search *s)
{
	if (++s->runs % 4096 == 0)
		s->tick();
	return fuzz_run(s->program, s->divergence, NULL, NULL);
}

static void scene(struct search *s, const struct fuzz_record *records, unsigned count)
{
	s->program->count = s->base = count;
	if (records)
		memcpy(s->program->record, records, count * sizeof(*records));
}

/* A program may hold many independent operations: they are batched, since starting costs more than running. */
static bool add(struct search *s, struct fuzz_record record)
{
	s->program->record[s->program->count++] = record;
	if (s->program->count < FUZZ_MAX_OPS)
		return true;
	if (!run(s))
		return false;
	s->program->count = s->base;
	return true;
}

static bool flush(struct search *s)
{
	bool good = s->program->count == s->base || run(s);

	s->program->count = s->base;
	return good;
}

/* Numbers to try: 0 to @small, then the ends. */
static struct fuzz_number number(unsigned i, unsigned small)
{
	return i <= small ? PLAIN(i) : ends[i - small - 1];
}

static bool offsets(struct search *s, const struct fuzz_record *view, unsigned slot, unsigned size)
{
	static const struct {
		uint8_t op, choices;
	} all[] = {{FUZZ_offset_read, 4}, {FUZZ_offset_write, 4}, {FUZZ_offset_update, 4}, {FUZZ_halves, 4}, {FUZZ_byte_order, 8}};

	scene(s, view, view ? 1 : 0);
	for (unsigned o = 0; o < sizeof(all) / sizeof(all[0]); o++)
		for (uint8_t choice = 0; choice < all[o].choices; choice++)
			for (unsigned i = 0; i <= size + ENDS; i++)
				if (!add(s, (struct fuzz_record){.op = all[o].op,
								 .a = (uint8_t)slot,
								 .choice = choice,
								 .x = number(i, size),
								 .value = 0x8182838485868788}))
					return false;
	return flush(s);
}

static bool all_offsets(struct search *s)
{
	for (unsigned slot = 0; slot < FUZZ_OWNERS; slot++)
		if (!offsets(s, NULL, slot, slot == 3 ? 64 : FUZZ_SMALL + 8))
			return false;
	/* Each constructor at each place; then what a short region allows. */
	for (uint8_t kind = 0; kind < 2; kind++)
		for (unsigned at = 0; at <= 16; at++)
			for (unsigned n = 0; n <= 64; n++) {
				struct fuzz_record region = {.op = FUZZ_region,
							     .a = (uint8_t)(n % 2),
							     .b = 0,
							     .choice = kind,
							     .x = PLAIN(at),
							     .y = PLAIN(n)};

				scene(s, &region, 1);
				if (at % 4 == 0 && n % 4 == 0 && n < 60) {
					if (!offsets(s, &region, FUZZ_FIRST_RESULT, n + 8))
						return false;
				} else if (!run(s)) {
					return false;
				}
			}
	return true;
}

/* Every index of every flavour of the array or slice that the scene ends with. */
static bool indexes(struct search *s, unsigned count)
{
	for (unsigned choice = 0; choice < 2 * FUZZ_INDEX_KINDS; choice++)
		for (unsigned i = 0; i <= count + 2 + ENDS; i++)
			for (unsigned j = 0; j <= count + 2 + ENDS; j++) {
				if (j && choice / 2 != FUZZ_RANGE)
					break;
				/* The target of each is slot 6; the array stays in slot 5. */
				if (!add(s, (struct fuzz_record){.op = FUZZ_index,
								 .a = FUZZ_FIRST_RESULT,
								 .b = 1,
								 .choice = (uint8_t)choice,
								 .x = number(i, count + 2),
								 .y = number(choice / 2 == FUZZ_TO ? i : j, count + 2)}))
					return false;
			}
	return flush(s);
}

static bool all_indexes(struct search *s)
{
	static const uint8_t fields[] = {1, 2, 3, 4};

	for (unsigned owner = 0; owner < FUZZ_OWNERS; owner++) {
		for (unsigned f = 0; f < sizeof(fields); f++) {
			struct fuzz_record records[] = {
				{.op = FUZZ_cast, .a = (uint8_t)owner, .b = 0, .choice = 0},
				{.op = FUZZ_field, .a = FUZZ_FIRST_RESULT, .b = 0, .choice = fields[f]},
			};

			scene(s, records, 2);
			if (!indexes(s, f == 2 ? 24 : 4))
				return false;
		}
		for (uint8_t kind = 0; owner < FUZZ_MEMORY && kind < 7; kind++)
			for (unsigned n = 0; n < 6; n++) {
				struct fuzz_record slice = {
					.op = FUZZ_slice, .a = (uint8_t)owner, .b = 0, .choice = kind, .y = PLAIN(n)};

				scene(s, &slice, 1);
				if (!indexes(s, n))
					return false;
			}
	}
	return true;
}

/* Casts at each place of a region, each followed by what can be done with the result. */
static bool all_casts(struct search *s)
{
	for (unsigned owner = 0; owner < FUZZ_MEMORY; owner++)
		for (unsigned at = 0; at <= 16; at += 4)
			for (unsigned n = 0; n <= 100; n += 4)
				for (uint8_t kind = 0; kind < FUZZ_CASTS; kind++) {
					struct fuzz_record records[] = {
						{.op = FUZZ_region, .a = (uint8_t)owner, .b = 0, .x = PLAIN(at), .y = PLAIN(n)},
						{.op = FUZZ_cast, .a = FUZZ_FIRST_RESULT, .b = 1, .choice = kind},
						{.op = FUZZ_update, .a = FUZZ_FIRST_RESULT + 1, .value = 0xa5a5a5a5a5a5a5a5},
						{.op = FUZZ_object_read, .a = FUZZ_FIRST_RESULT + 1},
						{.op = FUZZ_object_write, .a = FUZZ_FIRST_RESULT + 1, .y = PLAIN(8)},
						{.op = FUZZ_field, .a = FUZZ_FIRST_RESULT + 1, .b = 2, .choice = kind},
						{.op = FUZZ_path,
						 .a = FUZZ_FIRST_RESULT + 1,
						 .b = 3,
						 .choice = kind,
						 .x = PLAIN(n / 4 % 4)},
						{.op = FUZZ_read, .a = 0x80},
					};

					scene(s, records, 8);
					if (!run(s))
						return false;
				}
	return true;
}

/* Slices of both sides, of every pair of backends, and every way they can lie; then copies to and from RAM. */
static bool moves(struct search *s, unsigned bytes, unsigned to, unsigned from)
{
	for (unsigned n = 0; n <= bytes; n++)
		for (unsigned x = 0; x + n <= bytes; x++)
			for (unsigned y = 0; y + n <= bytes; y++)
				if (!add(s, (struct fuzz_record){.op = FUZZ_move,
								 .a = (uint8_t)to,
								 .b = (uint8_t)from,
								 .choice = 1,
								 .x = PLAIN(x),
								 .y = PLAIN(y),
								 .value = n}))
					return false;
	return flush(s);
}

static bool all_moves(struct search *s, unsigned bytes)
{
	const struct fuzz_record records[] = {
		{.op = FUZZ_slice, .a = 0, .b = 0, .y = PLAIN(bytes)},		       /* mmio */
		{.op = FUZZ_slice, .a = 1, .b = 1, .y = PLAIN(bytes)},		       /* sysmem */
		{.op = FUZZ_convert, .a = FUZZ_FIRST_RESULT, .b = 2, .choice = 0},     /* either, device */
		{.op = FUZZ_convert, .a = FUZZ_FIRST_RESULT + 1, .b = 3, .choice = 0}, /* either, memory */
	};

	/* moves by value of n: the room modulo one more than what is left. */
	scene(s, records, 4);
	for (unsigned to = 0; to < 4; to++)
		for (unsigned from = 0; from < 4; from++)
			if (!moves(s, bytes, FUZZ_FIRST_RESULT + to, FUZZ_FIRST_RESULT + from))
				return false;
	return true;
}

static bool all_copies(struct search *s, unsigned bytes)
{
	static const uint8_t op[] = {FUZZ_copy_toio, FUZZ_copy_fromio};

	for (unsigned owner = 0; owner < 2; owner++)
		for (unsigned at = 0; at < 16; at++)
			for (unsigned n = 0; n <= bytes; n++) {
				const struct fuzz_record slice = {
					.op = FUZZ_slice, .a = (uint8_t)owner, .b = 0, .x = PLAIN(at), .y = PLAIN(n)};

				scene(s, &slice, 1);
				for (unsigned o = 0; o < 2; o++)
					for (unsigned y = 0; y < 8; y++)
						for (unsigned wrong = 0; wrong < 2; wrong++)
							if (!add(s, (struct fuzz_record){.op = op[o],
											 .a = FUZZ_FIRST_RESULT,
											 .choice = (uint8_t)!wrong,
											 .x = PLAIN(n + (y & 1 ? 1u : 0u) -
												    (y & 2 && n ? 1u : 0u)),
											 .y = PLAIN(y)}))
								return false;
				if (!flush(s))
					return false;
			}
	return true;
}

static bool one_routine(struct search *s, unsigned bytes, uint64_t routine, uint8_t kind)
{
	for (unsigned n = 0; n <= bytes; n++)
		for (unsigned x = 0; x < 16; x++)
			for (unsigned y = 0; y < 8; y++)
				if (!add(s, (struct fuzz_record){.op = FUZZ_routine,
								 .a = 3,
								 .choice = kind,
								 .x = PLAIN(x),
								 .y = PLAIN(y),
								 .value = n | routine << 32}))
					return false;
	return true;
}

static bool all_routines(struct search *s, unsigned bytes)
{
	unsigned count;
	const uint16_t *routines = fuzz_executor_routines(&count);

	scene(s, NULL, 0);
	for (unsigned i = 0; i < count; i++)
		for (uint8_t kind = 0; kind < FUZZ_ROUTINE_KINDS; kind++)
			if (!one_routine(s, bytes, routines[i], kind))
				return false;
	return flush(s);
}

bool fuzz_exhaust(unsigned bytes, bool every_layout, void (*tick)(void), struct fuzz_program *program,
		  struct fuzz_divergence *divergence)
{
	static const uint8_t two[] = {0x10, 0x0f};
	struct search s = {.program = program, .divergence = divergence, .tick = tick};

	for (unsigned i = 0; i < (every_layout ? 256 : sizeof(two)); i++) {
		program->layout = every_layout ? (uint8_t)i : two[i];
		if (!all_offsets(&s) || !all_indexes(&s) || !all_casts(&s) || !all_moves(&s, bytes) || !all_copies(&s, bytes) ||
		    !all_routines(&s, bytes + 8))
			return false;
	}
	return true;
}
