/* SPDX-License-Identifier: MIT */
/**
 * witness.h - programs watched by the fault tracer
 *
 * The library's events are part of what is under test: an accessor that touches the device twice and reports it once agrees with the
 * model. The tracer sees what the compiled code does, access by access, without asking the library.
 */
#ifndef IOPATH_FUZZ_WITNESS_H
#define IOPATH_FUZZ_WITNESS_H

#include <engine/machine.h>

/**
 * From now on programs are watched, a hundred times slower. 0, or -ENOTSUP where there is no tracer, or the memory is a device's or a
 * sanitizer's.
 */
int fuzz_witness_start(void);

/** The accesses that were judged so far. */
extern uint64_t fuzz_witnessed;

/** An access that was seen: of the arena, from its start. */
struct fuzz_seen_access {
	uint64_t at;
	unsigned width;
	bool write;
	uint64_t mask;	      /* the bytes of it that are touched */
	const uint8_t *bytes; /* of a write: what it left */
};

/**
 * Judges what was seen of an operation. What the library reports it does once, in that order, of that width, with that value. What it
 * does without a report lies in memory, not a device's: what is moved is read, and is written once, with its last value, since others
 * read it meanwhile. Nothing else is touched.
 */
bool fuzz_judge_accesses(const struct fuzz_model *model, const struct fuzz_seen_access *seen, size_t count, char text[256]);

#endif
