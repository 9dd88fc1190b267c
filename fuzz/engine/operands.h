/* SPDX-License-Identifier: MIT */
/**
 * operands.h - how operations come to their operands
 */
#ifndef IOPATH_FUZZ_OPERANDS_H
#define IOPATH_FUZZ_OPERANDS_H

#include <model/model.h>

static inline uint64_t fuzz_at_most(uint64_t value, uint64_t limit)
{
	return value <= limit ? value : value % (limit + 1);
}

/** The width that @choice says, where @backend has it. */
static inline uint8_t fuzz_width_of(const struct fuzz_model *m, unsigned backend, unsigned choice)
{
	unsigned width = 1u << choice % 4;

	return width == 8 && (!m->profile.bits64 || backend == FUZZ_CONFIGSPACE) ? 4 : (uint8_t)width;
}

/** A length. Mostly short: what goes wrong with a copy goes wrong in its first and last bytes, and a long one takes the time of many. */
static inline uint64_t fuzz_length(const struct fuzz_record *r, uint64_t room)
{
	uint64_t most = r->choice & 0x40 ? room : r->value % (room + 1);

	return most > 96 && r->value >> 24 & 7 ? most % 97 : most;
}

/** Of a hold that is longer than the memory behind it, the part that has any; what is out of bounds may be so. */
static inline bool fuzz_is_there(const struct fuzz_model *m, const struct fuzz_hold *h, uint64_t *offset)
{
	uint64_t room = m->owner[0].base + m->owner[0].size - h->addr;

	if (h->size <= room || *offset > h->size - 4 || *offset + 4 <= room)
		return true;
	*offset %= room / 4 * 4 + 1;
	return *offset + 4 <= room;
}

#endif
