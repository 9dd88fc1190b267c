/* SPDX-License-Identifier: MIT */
#include "generator.h"

#include <executor/executor.h>

#include <string.h>

const uint32_t fuzz_dictionary[] = {
	0,	    1,		0x7f,	    0x80,	0xff,	    0x7fff,	0x8000,	    0xffff,	0x7fffffff, 0x80000000,
	0xffffffff, 0xfffffff0, 0xfffff000, 0x10011af4, 0x5a5aa5a5, 0xdeadbeef, 0x01020304, 0x00010000, 0xffff0000, 0xcafef00d,
};
const unsigned fuzz_dictionary_size = sizeof(fuzz_dictionary) / sizeof(fuzz_dictionary[0]);

struct fuzz_random fuzz_random_of(uint64_t seed, uint64_t index)
{
	uint64_t z = seed * UINT64_C(0xd1342543de82ef95) + index + UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return (struct fuzz_random){z ? z : 1};
}

static const uint8_t all_ops[] = {
#define OP(number, name, ...) number,
	FUZZ_OPS(OP)
#undef OP
};
#define OPS sizeof(all_ops)

_Static_assert(OPS <= 64, "operations are bits of a word");

/* Bit i: all_ops[i] is of @groups. */
static uint64_t ops_of(unsigned groups)
{
	uint64_t ops = 0;

	for (unsigned i = 0; i < OPS; i++)
		ops |= (uint64_t) !!(fuzz_op_group(all_ops[i]) & groups) << i;
	return ops;
}

/* The operations without whose results the others have nothing to do. */
static uint64_t makers(void)
{
	static uint64_t known;

	if (!known)
		known = ops_of(FUZZ_BASE | FUZZ_MAKES);
	return known;
}

/* The operations of @groups and those that make views, a random half of them left out. */
static unsigned swarm(uint8_t ops[OPS], struct fuzz_random *random, unsigned groups)
{
	uint64_t bits = fuzz_random(random);
	unsigned count = 0;

	/* Those are rarely left out. */
	bits |= makers() & (bits >> 29 | bits << 35);
	bits &= groups ? ops_of(groups | FUZZ_BASE) : UINT64_MAX >> (64 - OPS);
	for (; bits; bits &= bits - 1)
		ops[count++] = all_ops[__builtin_ctzll(bits)];
	if (!count)
		ops[count++] = FUZZ_cast;
	return count;
}

static uint32_t a_value(struct fuzz_random *random)
{
	uint64_t x = fuzz_random(random);

	return x & 1 ? (uint32_t)(x >> 32) : fuzz_dictionary[(x >> 32) * fuzz_dictionary_size >> 32];
}

/* Little-endian everywhere, so that a seed is the same program everywhere. */
static void put64(uint8_t *p, uint64_t value)
{
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		value = __builtin_bswap64(value);
	__builtin_memcpy(p, &value, sizeof(value));
}

/* A random name names none. */
static void name_one(uint8_t *record, uint64_t chance)
{
	unsigned count;
	const uint16_t *routines = fuzz_executor_routines(&count);

	fuzz_name_routine(record, routines[(chance >> 32) * count >> 32]);
}

void fuzz_generate_record(uint8_t p[FUZZ_RECORD], struct fuzz_random *random, const uint8_t *ops, unsigned count)
{
	uint64_t x = fuzz_random(random), y = fuzz_random(random), mask;

	/* Bytes 10 to 13 are the value: half of the time one that means something. A mask, since no branch predictor knows which. */
	mask = -(y >> 62 & 1) & UINT64_C(0xffffffff0000);
	y = (y & ~mask) | ((uint64_t)fuzz_dictionary[(y & 0xffff) * fuzz_dictionary_size >> 16] << 16 & mask);
	put64(p, x);
	put64(p + 8, y);
	p[0] = ops[(x & 0xff) * count >> 8];
	if (p[0] == FUZZ_routine)
		name_one(p, x);
}

/*
 * Turns some of the records into projections of the view before, mostly within bounds: depth that chance alone seldom reaches. The
 * first of them takes whatever view there is.
 */
static void chain(uint8_t *records, unsigned count, struct fuzz_random *random)
{
	static const uint8_t steps[] = {FUZZ_convert, FUZZ_cast,  FUZZ_field, FUZZ_index,
					FUZZ_index,   FUZZ_index, FUZZ_field, FUZZ_index};
	uint64_t x = fuzz_random(random);
	unsigned first = x % count, kind = x >> 60 & 1;

	for (unsigned i = first; i < count && i - first < 12; i++) {
		uint8_t *p = records + i * FUZZ_RECORD;

		p[0] = i - first < 8 ? steps[i - first] : p[0];
		p[1] = i == first ? p[1] : 0x80;
		p[2] = 0x80;
		/* A block, its rings, ranges of them; or anything. */
		if (kind && i - first == 1)
			p[3] = 0;
		if (kind && i - first == 2)
			p[3] = 2;
		if (p[0] == FUZZ_index && i - first < 7) {
			p[3] = (uint8_t)(0x80 | FUZZ_RANGE << 1 | (p[3] & 1));
			p[4] = 0;
			p[5] &= 1;
			p[7] = 0x80;
		}
	}
}

size_t fuzz_generate(uint8_t data[FUZZ_MAX_SIZE], struct fuzz_random *random, unsigned groups)
{
	uint8_t ops[OPS];
	unsigned count = swarm(ops, random, groups);
	uint64_t x = fuzz_random(random);
	unsigned records = 4 + x % 56;

	data[0] = FUZZ_VERSION;
	data[1] = (uint8_t)(x >> 8);
	data[2] = x >> 24 & 3 ? 0 : (uint8_t)(x >> 32) % FUZZ_BUSES;
	data[3] = 0;
	for (unsigned i = 0; i < records; i++)
		fuzz_generate_record(data + FUZZ_HEADER + i * FUZZ_RECORD, random, ops, count);
	if (x >> 16 & 1)
		chain(data + FUZZ_HEADER, records, random);
	return FUZZ_HEADER + records * FUZZ_RECORD;
}

static uint8_t *record_at(uint8_t *data, size_t i)
{
	return data + FUZZ_HEADER + i * FUZZ_RECORD;
}

/* Room for one record more, or one record less, at @i. */
static size_t insert(uint8_t *data, size_t records, size_t i)
{
	memmove(record_at(data, i + 1), record_at(data, i), (records - i) * FUZZ_RECORD);
	return records + 1;
}

static size_t erase(uint8_t *data, size_t records, size_t i)
{
	memmove(record_at(data, i), record_at(data, i + 1), (records - i - 1) * FUZZ_RECORD);
	return records - 1;
}

static void change(uint8_t *record, struct fuzz_random *random)
{
	uint64_t x = fuzz_random(random);
	uint32_t value = a_value(random);
	unsigned at = (x >> 8) % FUZZ_RECORD;

	switch (x % 6) {
	case 0: record[at] ^= (uint8_t)(1u << (x >> 16) % 8); break;
	case 1: record[at] = (uint8_t)(x >> 24); break;
	case 2: record[0] = all_ops[(x >> 24) % OPS]; break;
	case 3: record[1] |= 0x80; break;
	case 4: record[x & 0x10000 ? 4 : 7] = (uint8_t)(x >> 24); break;
	default:
		for (unsigned i = 0; i < 4; i++)
			record[10 + i] = (uint8_t)(value >> 8 * i);
	}
	if (record[0] == FUZZ_routine && x >> 60 & 1)
		name_one(record, x);
}

/* A program that owes nothing to the one before. */
static size_t anew(uint8_t *data, size_t most, struct fuzz_random *random)
{
	uint8_t program[FUZZ_MAX_SIZE];
	size_t size = fuzz_generate(program, random, 0);

	if (size > FUZZ_HEADER + most * FUZZ_RECORD)
		size = FUZZ_HEADER + most * FUZZ_RECORD;
	memcpy(data, program, size);
	return size;
}

size_t fuzz_mutate(uint8_t *data, size_t size, size_t max, struct fuzz_random *random)
{
	size_t most = (max - FUZZ_HEADER) / FUZZ_RECORD, records;

	if (max < FUZZ_HEADER + FUZZ_RECORD)
		return size;
	if (most > FUZZ_MAX_OPS)
		most = FUZZ_MAX_OPS;
	/* Coverage says little about what lies behind a rare combination of operands: there chance alone is faster than steps. */
	if (fuzz_random(random) % 8 == 0)
		return anew(data, most, random);
	if (size < FUZZ_HEADER + FUZZ_RECORD) {
		memset(data, 0, FUZZ_HEADER + FUZZ_RECORD);
		size = FUZZ_HEADER + FUZZ_RECORD;
	}
	data[0] = FUZZ_VERSION;
	records = (size - FUZZ_HEADER) / FUZZ_RECORD;
	if (records > most)
		records = most;
	for (uint64_t rounds = 1 + fuzz_random(random) % 4; rounds; rounds--) {
		uint64_t x = fuzz_random(random);
		size_t i = (x >> 8) % records;

		switch (x % 8) {
		case 0:
			if (records < most) {
				records = insert(data, records, i);
				fuzz_generate_record(record_at(data, i), random, all_ops, OPS);
			}
			break;
		case 1:
			if (records < most) {
				records = insert(data, records, i);
				memcpy(record_at(data, i), record_at(data, i + 1), FUZZ_RECORD);
			}
			break;
		case 2:
			if (records > 1)
				records = erase(data, records, i);
			break;
		case 3:
			if (x >> 16 & 3)
				data[1] ^= (uint8_t)(1u << (x >> 18) % 8);
			else
				chain(data + FUZZ_HEADER, (unsigned)records, random);
			break;
		default: change(record_at(data, i), random);
		}
	}
	return FUZZ_HEADER + records * FUZZ_RECORD;
}

size_t fuzz_cross(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t max,
		  struct fuzz_random *random)
{
	size_t from_a = a_size < FUZZ_HEADER ? 0 : (a_size - FUZZ_HEADER) / FUZZ_RECORD;
	size_t from_b = b_size < FUZZ_HEADER ? 0 : (b_size - FUZZ_HEADER) / FUZZ_RECORD;
	size_t most = max < FUZZ_HEADER ? 0 : (max - FUZZ_HEADER) / FUZZ_RECORD, first, second, skip;

	if (!from_a || !from_b || !most)
		return 0;
	first = 1 + fuzz_random(random) % from_a;
	skip = fuzz_random(random) % from_b;
	if (first > most)
		first = most;
	second = from_b - skip < most - first ? from_b - skip : most - first;
	memcpy(out, a, FUZZ_HEADER + first * FUZZ_RECORD);
	memcpy(out + FUZZ_HEADER + first * FUZZ_RECORD, b + FUZZ_HEADER + skip * FUZZ_RECORD, second * FUZZ_RECORD);
	return FUZZ_HEADER + (first + second) * FUZZ_RECORD;
}
