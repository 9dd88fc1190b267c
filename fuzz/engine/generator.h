/* SPDX-License-Identifier: MIT */
/**
 * generator.h - programs out of a seed
 *
 * No feedback: boundaries are in the decoder's numbers, depth comes from taking the newest view half of the time, and variety from
 * swarm testing: each program may use a random half of the operations only.
 */
#ifndef IOPATH_FUZZ_GENERATOR_H
#define IOPATH_FUZZ_GENERATOR_H

#include <program/program.h>

struct fuzz_random {
	uint64_t state;
};

static inline uint64_t fuzz_random(struct fuzz_random *random)
{
	uint64_t x = random->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	random->state = x;
	return x * UINT64_C(0x2545F4914F6CDD1D);
}

/** A number that tells apart the programs of a run: program @index of @seed is the same on every machine that has the same copy routines. */
struct fuzz_random fuzz_random_of(uint64_t seed, uint64_t index);

/** Fills @data with a program of operations from @groups (0: all). Returns its size. */
size_t fuzz_generate(uint8_t data[FUZZ_MAX_SIZE], struct fuzz_random *random, unsigned groups);

/** A random record; @ops holds @count operations to choose from. */
void fuzz_generate_record(uint8_t data[FUZZ_RECORD], struct fuzz_random *random, const uint8_t *ops, unsigned count);

/** Changes a program of @size bytes in place, at most @max bytes: records added, dropped, moved, doubled, changed. Returns its size. */
size_t fuzz_mutate(uint8_t *data, size_t size, size_t max, struct fuzz_random *random);

/** Makes a program of records of two. Returns its size, at most @max. */
size_t fuzz_cross(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t max,
		  struct fuzz_random *random);

/** Values that mean something to devices and to the tests; also the dictionary of the coverage-guided engines. */
extern const uint32_t fuzz_dictionary[];
extern const unsigned fuzz_dictionary_size;

#endif
