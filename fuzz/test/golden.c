/* SPDX-License-Identifier: MIT */
/* The encoding is pinned: these bytes mean this on every compiler and machine, and numbers come out as they always did. */
#include <engine/generator.h>
#include <program/program.h>

#include <stdio.h>
#include <string.h>

static int failures;
#define CHECK(x) ((x) ? (void)0 : (void)(failures++, printf("%s:%d: %s\n", __FILE__, __LINE__, #x)))

static void records(void)
{
	static const uint8_t bytes[] = {2,    0x15, 0,	  0,	7,    0x80, 3,	  0x42, 0xb3, 0x34, 0x12,
					0x80, 0xcd, 0xab, 0x78, 0x56, 0x34, 0x12, 0xfe, 0xca, 12};
	struct fuzz_program p;
	uint8_t again[FUZZ_RECORD];

	fuzz_decode(&p, bytes, sizeof(bytes));
	CHECK(p.layout == 0x15 && p.count == 2);
	CHECK(p.record[0].op == FUZZ_offset_read && p.record[0].a == 0x80 && p.record[0].b == 3 && p.record[0].choice == 0x42);
	CHECK(p.record[0].x.class == 0xb3 && p.record[0].x.payload == 0x1234 && p.record[0].y.payload == 0xabcd);
	CHECK(p.record[0].value == UINT64_C(0xcafecafe12345678));
	CHECK(p.record[1].op == FUZZ_write && p.record[1].a == 0);
	fuzz_encode(again, &p.record[0]);
	CHECK(memcmp(again, bytes + FUZZ_HEADER, FUZZ_RECORD) == 0);
	fuzz_decode(&p, bytes, 3);
	CHECK(p.count == 0);
	fuzz_decode(&p, (const uint8_t[]){1, 0, 0, 0, 7}, 5);
	CHECK(p.count == 0);
}

static void numbers(void)
{
	static const struct {
		uint8_t class;
		uint16_t payload;
		uint64_t limit, unit, is;
	} golden[] = {
		{0x00, 17, 100, 4, 1},
		{0x20, 65, 100, 4, 1},
		{0x30, 3, 100, 4, 12},
		{0x40, 101, 100, 4, 0},
		{0x60, 50, 100, 4, 48},
		{0x80, 9, 100, 4, 100},
		{0x90, 1, 100, 4, 101},
		{0xa0, 0, 100, 4, 96},
		{0xb0, 3, 100, 4, UINT64_MAX - 3},
		{0xc8, 0, 100, 4, UINT64_C(1) << 32},
		{0xd0, 1, 100, 8, UINT64_MAX / 8 + 1},
		{0xe0, 0, 100, 1, UINT64_C(1) << 63},
		{0xf0, 0xbeef, 0, 0, 0xbeef},
	};

	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
		CHECK(fuzz_number((struct fuzz_number){golden[i].class, golden[i].payload}, golden[i].limit, golden[i].unit) ==
		      golden[i].is);
}

/* What stored inputs call the routines. */
static void routines(void)
{
	static const struct {
		const char *name;
		uint16_t id;
	} golden[] = {{"strict-portable", 0x284e}, {"strict", 0x11bc},	  {"strict-s", 0xa984},
		      {"wide-sse2", 0x53f2},	   {"wide-avx2", 0xa2bc}, {"wide-avx512", 0xedb8},
		      {"wide-m", 0x78b6},	   {"mem", 0x9153},	  {"mem-avx512", 0x6e1b}};

	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
		CHECK(fuzz_routine_id(golden[i].name) == golden[i].id);
}

/* A seed is a reproducer only as long as the generator says the same, but for the routines, of which another machine has others. */
static void seeds(void)
{
	uint8_t data[FUZZ_MAX_SIZE];
	uint64_t sum = 0;

	for (uint64_t i = 0; i < 100; i++) {
		struct fuzz_random random = fuzz_random_of(7, i);
		size_t size = fuzz_generate(data, &random, 0);

		CHECK(size <= FUZZ_MAX_SIZE && (size - FUZZ_HEADER) % FUZZ_RECORD == 0 && data[0] == FUZZ_VERSION);
		for (size_t k = FUZZ_HEADER; k < size; k += FUZZ_RECORD)
			if (data[k] == FUZZ_routine)
				fuzz_name_routine(data + k, 0);
		for (size_t k = 0; k < size; k++)
			sum = sum * 31 + data[k];
	}
	if (sum != GOLDEN_SEEDS)
		printf("seeds: %#llx\n", (unsigned long long)sum);
	CHECK(sum == GOLDEN_SEEDS);
}

int main(void)
{
	records();
	numbers();
	routines();
	seeds();
	return failures != 0;
}
