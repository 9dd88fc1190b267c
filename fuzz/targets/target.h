/* SPDX-License-Identifier: MIT */
/**
 * target.h - a fuzz target's source: one file for libFuzzer, AFL++ and the replayer (replayer.c)
 *
 * TARGET_GROUPS is the set of operations that the target carries out. The mutator is libFuzzer's hook; mutator_afl.c gives the same
 * one to AFL++.
 */
#include <engine/generator.h>
#include <engine/machine.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t max,
				 unsigned seed);

static void report(void)
{
	fprintf(stderr, "OPERATIONS %" PRIu64 " %" PRIu64 "\n", fuzz_programs, fuzz_checked_ops);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return atexit(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_divergence d;
	char signature[96];

	if (fuzz_run_bytes(data, size, TARGET_GROUPS, &d))
		return 0;
	fuzz_signature(signature, &d);
	fprintf(stderr, "FINDING %s at operation %u: %s\n", signature, d.step, d.text);
	abort();
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct fuzz_random random = fuzz_random_of(seed, size);

	return fuzz_mutate(data, size, max, &random);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t max,
				 unsigned seed)
{
	struct fuzz_random random = fuzz_random_of(seed, a_size);

	return fuzz_cross(a, a_size, b, b_size, out, max, &random);
}
