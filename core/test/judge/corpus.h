/* SPDX-License-Identifier: MIT */
/**
 * corpus.h - routines whose verdicts are known, for whoever judges routines
 *
 * A judge is right if it says of each what the table says: for which tiers all of its calls are legal, which rules of STRICT some
 * call breaks, how wide its accesses are, whether all data arrives. Many are legal and look as if they were not, and the other way
 * round. Rules and tiers are those of docs/copies.md, 1.
 */
#ifndef JUDGE_CORPUS_H
#define JUDGE_CORPUS_H

#include <copy_trace.h>

#include <iopath/arch.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Bytes of a general register: the widest single access that every architecture has. */
#define WORD ((unsigned)sizeof(uintptr_t))

/** Which calls a routine is made for: a judge that makes others judges something else. Zero means no restriction. */
struct judged_domain {
	size_t least, most; /**< bytes */
	size_t step;	    /**< the number of bytes is a multiple of it, from least on */
	unsigned io_step;   /**< the device side is aligned to it */
	unsigned mem_step;  /**< and the memory side */
};

struct judged {
	const char *name;
	enum iop_copy_op op;
	struct iop_copier copier;
	enum iop_tier tier;	 /**< the strictest for which every call is legal; IOP_TIERS: for none */
	unsigned broken;	 /**< the rules of STRICT that some call breaks */
	unsigned widths;	 /**< bits: 1, 2, 4, ... bytes are accessed at once */
	bool wrong_data;	 /**< in some call, not all bytes arrive, or others change */
	bool overruns;		 /**< in some call, it accesses memory beside the memory side: seen where that is inaccessible */
	bool anywhere;		 /**< the same on every architecture */
	bool (*supported)(void); /**< NULL: every CPU of the architecture */
	struct judged_domain domain;
};

/** The head of a routine, which its object exports by that name. */
#define TOIO(name)                                               \
	void name(volatile void *io, const void *src, size_t n); \
	void name(volatile void *io, const void *src, size_t n)
#define FROMIO(name)                                             \
	void name(void *dst, const volatile void *io, size_t n); \
	void name(void *dst, const volatile void *io, size_t n)
#define SET(name)                                          \
	void name(volatile void *io, int value, size_t n); \
	void name(volatile void *io, int value, size_t n)
#define MOVE(name)                                                         \
	void name(volatile void *dst, const volatile void *src, size_t n); \
	void name(volatile void *dst, const volatile void *src, size_t n)

/** Designators of a row: its name is the function's. */
#define JUDGED_TOIO(f)	 .name = #f, .op = IOP_TOIO, .copier = {.toio = (f)}
#define JUDGED_FROMIO(f) .name = #f, .op = IOP_FROMIO, .copier = {.fromio = (f)}
#define JUDGED_SET(f)	 .name = #f, .op = IOP_SET, .copier = {.set = (f)}
#define JUDGED_MOVE(f)	 .name = #f, .op = IOP_MOVE, .copier = {.move = (f)}
/** Legal for every tier, on every architecture. */
#define JUDGED_STRICT	   .tier = IOP_STRICT, .anywhere = true
#define JUDGED_TIER(t, b)  .tier = (t), .broken = (b)
#define JUDGED_NONE(b)	   .tier = IOP_TIERS, .broken = (b)
#define JUDGED_TO_WORD	   .widths = 2 * WORD - 1
#define JUDGED_ONLY(bytes) .widths = (bytes)

/** Exactly one load or store of the device side, on every architecture and by every compiler. */
static inline __attribute__((always_inline)) uint64_t get(const volatile void *io, size_t at, unsigned width)
{
	return iop_arch_load((uintptr_t)io + at, width);
}

static inline __attribute__((always_inline)) void put(volatile void *io, size_t at, unsigned width, uint64_t value)
{
	iop_arch_store((uintptr_t)io + at, width, value);
}

/** A value of the memory side at any place. */
static inline uint64_t peek(const void *memory, size_t at, unsigned width)
{
	const unsigned char *from = (const unsigned char *)memory + at;
	uint64_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint64_t)from[i] << 8 * (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? i : width - 1 - i);
	return value;
}

static inline void poke(void *memory, size_t at, unsigned width, uint64_t value)
{
	unsigned char *to = (unsigned char *)memory + at;

	for (unsigned i = 0; i < width; i++)
		to[i] = (unsigned char)(value >> 8 * (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? i : width - 1 - i));
}

/** The widest power of two, up to a word, to which @addr is aligned and that @left bytes have room for. */
static inline unsigned widest_at(uintptr_t addr, size_t left)
{
	unsigned width = WORD;

	while (width > 1 && (addr % width || width > left))
		width /= 2;
	return width;
}

/** get and put of a width that is known at run time only. */
static inline uint64_t get_any(const volatile void *io, size_t at, unsigned width)
{
	return width == 1 ? get(io, at, 1) : width == 2 ? get(io, at, 2) : width == 4 ? get(io, at, 4) : get(io, at, 8);
}

static inline void put_any(volatile void *io, size_t at, unsigned width, uint64_t value)
{
	switch (width) {
	case 1: put(io, at, 1, value); break;
	case 2: put(io, at, 2, value); break;
	case 4: put(io, at, 4, value); break;
	default: put(io, at, 8, value);
	}
}

/** The tables, one for each kind; corpus.c joins them. */
extern const struct judged judged_right[], judged_wrong[], judged_data[], judged_moves[], judged_x86[], judged_x86_wrong[];
extern const size_t judged_right_count, judged_wrong_count, judged_data_count, judged_moves_count, judged_x86_count,
	judged_x86_wrong_count;

/** All of them in turn; NULL at the end. */
const struct judged *judged_at(size_t index);

#endif
