/* SPDX-License-Identifier: MIT */
/**
 * prototype.h - the description of a prototype, as a user writes it
 *
 *	[NAME](ARGUMENT, ...) [LIMIT ...]
 *
 * NAME is the symbol. An ARGUMENT is one of these, each at most once, in any order, up to six:
 *
 *	io              pointer to the device side; of a move src
 *	src, dst        pointer to the memory side: src of toio, dst of fromio; of a move both are device sides
 *	base, offset    in place of io: a pointer before it, and how many bytes before
 *	n               the number of bytes
 *	words2, 4, 8    the number of units of so many bytes (words4, say): sizes and places are multiples of them
 *	value           of set, the value; of a write, what is written
 *	1, 0x40         a number that is always the same
 *
 * A LIMIT is a word and a power of two up to 128, and says for which calls the routine is made:
 *
 *	in 64           sizes are multiples of 64 bytes, and so are places of the device side, unless there is an 'at'
 *	of 64           there is no n: each call copies 64 bytes
 *	from 64         sizes of at least 64 bytes
 *	at 8            places of the device side are multiples of 8 bytes
 *	memory 16       places of the memory side are multiples of 16 bytes
 *
 * A read returns its value unless it has dst. Integers and pointers only, none wider than a register.
 */
#ifndef IOPATH_BENCH_JUDGE_PROTOTYPE_H
#define IOPATH_BENCH_JUDGE_PROTOTYPE_H

#include "call.h"

/** What is asked for: a copy, or an accessor of some bytes. */
struct iop_wanted {
	enum iop_copy_op op;
	unsigned width; /**< of read8 to write64, bytes; 0 of toio, fromio, set and move */
};

/** toio, fromio, set, move, read8 to read64, write8 to write64; false for anything else. */
bool iop_wanted_parse(struct iop_wanted *wanted, const char *name);
/** The name again. */
const char *iop_wanted_name(const struct iop_wanted *wanted, char text[16]);

/** The prototype where none is described: memcpy's, memset's, read(base, offset), write(base, offset, value). */
struct iop_prototype iop_prototype_wanted(const struct iop_wanted *wanted);

/** Longest NAME, with its end. */
#define IOP_SYMBOL_MOST 256

/** Reads @text; @symbol becomes NAME, or "". False: @why says what is wrong, in words for a message. */
bool iop_prototype_parse(struct iop_prototype *prototype, char symbol[IOP_SYMBOL_MOST], const struct iop_wanted *wanted,
			 const char *text, char *why, size_t size);

#endif
