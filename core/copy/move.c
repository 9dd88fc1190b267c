/* SPDX-License-Identifier: MIT */
/*
 * Device to device, STRICT on both sides: every byte is loaded once and stored once, by the widest accesses that each side's own
 * alignment allows. Where the sides differ in their place within a word, the bytes between a load and the store that needs them
 * wait in a funnel: two words long, shifted by whole bytes.
 *
 * Ascending, loads are always ahead of stores. That is right for overlapping ranges too unless the destination lies above the
 * source; then both sides descend.
 */
#include "copy_internal.h"
#include "piece.h"

#include <stdbool.h>

#define WORD	  IOP_PIECE_WORD
#define WORD_BITS (8 * WORD)

#if IOP_64BIT
typedef unsigned __int128 funnel;
typedef uint64_t word;
#else
typedef uint64_t funnel;
typedef uint32_t word;
#endif

/* The funnel counts bytes from its low end, as addresses do: a load on a big-endian CPU is turned round, and so is a store. */
static inline uint64_t turn(uint64_t value, unsigned width)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? value : __builtin_bswap64(value) >> (64 - 8 * width);
}

static inline uint64_t load(uintptr_t addr, unsigned width)
{
	return turn(iop_piece_load(addr, width), width);
}

static inline void store(uintptr_t addr, unsigned width, uint64_t value)
{
	uint64_t all = width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1;

	iop_piece_store(addr, width, turn(value & all, width));
}

/* The widest access that may start (ascending) or end (descending) at @addr. */
static inline unsigned widest(uintptr_t addr, size_t left)
{
	unsigned at = (unsigned)addr | WORD, width = at & -at;

	while (width > left)
		width /= 2;
	return width;
}

struct side {
	uintptr_t addr; /* of the next access, or of the end of it */
	size_t left;
};

static inline void up(struct side *side, unsigned width)
{
	side->addr += width;
	side->left -= width;
}

static inline void down(struct side *side, unsigned width)
{
	side->addr -= width;
	side->left -= width;
}

/* Whole words, both sides aligned; of the last one loaded, @shift bits wait in @carry. A constant shift is one instruction. */
IOP_INLINE word words_up(struct side *to, struct side *from, word carry, unsigned shift)
{
	while (from->left >= 4 * WORD) {
		word a = (word)load(from->addr, WORD), b = (word)load(from->addr + WORD, WORD);
		word c = (word)load(from->addr + 2 * WORD, WORD), d = (word)load(from->addr + 3 * WORD, WORD);

		store(to->addr, WORD, carry | a << shift);
		store(to->addr + WORD, WORD, a >> (WORD_BITS - shift) | b << shift);
		store(to->addr + 2 * WORD, WORD, b >> (WORD_BITS - shift) | c << shift);
		store(to->addr + 3 * WORD, WORD, c >> (WORD_BITS - shift) | d << shift);
		carry = d >> (WORD_BITS - shift);
		up(from, 4 * WORD);
		up(to, 4 * WORD);
	}
	return carry;
}

IOP_INLINE word words_down(struct side *to, struct side *from, word carry, unsigned shift)
{
	while (from->left >= 4 * WORD) {
		word a = (word)load(from->addr - WORD, WORD), b = (word)load(from->addr - 2 * WORD, WORD);
		word c = (word)load(from->addr - 3 * WORD, WORD), d = (word)load(from->addr - 4 * WORD, WORD);

		store(to->addr - WORD, WORD, carry << (WORD_BITS - shift) | a >> shift);
		store(to->addr - 2 * WORD, WORD, a << (WORD_BITS - shift) | b >> shift);
		store(to->addr - 3 * WORD, WORD, b << (WORD_BITS - shift) | c >> shift);
		store(to->addr - 4 * WORD, WORD, c << (WORD_BITS - shift) | d >> shift);
		carry = d & (((word)1 << shift) - 1);
		down(from, 4 * WORD);
		down(to, 4 * WORD);
	}
	return carry;
}

/* words_up and words_down for each number of bytes that can wait. */
#define EACH_SHIFT(words)                                                                           \
	static word words##_by_bytes(struct side *to, struct side *from, word carry, unsigned have) \
	{                                                                                           \
		switch (have) {                                                                     \
		case 1: return words(to, from, carry, 8);                                           \
		case 2: return words(to, from, carry, 16);                                          \
		case 3: return words(to, from, carry, 24); EACH_LONG_SHIFT(words)                   \
		default: return carry;                                                              \
		}                                                                                   \
	}
#if IOP_64BIT
#define EACH_LONG_SHIFT(words)                     \
	case 4: return words(to, from, carry, 32); \
	case 5: return words(to, from, carry, 40); \
	case 6: return words(to, from, carry, 48); \
	case 7:                                    \
		return words(to, from, carry, 56);
#else
#define EACH_LONG_SHIFT(words)
#endif
EACH_SHIFT(words_up)
EACH_SHIFT(words_down)

/* Words that are words on both sides: loaded before stored, so that a block may overlap itself. */
static void same_words_up(struct side *to, struct side *from)
{
	while (to->left >= 4 * WORD) {
		uint64_t a = iop_piece_load(from->addr, WORD), b = iop_piece_load(from->addr + WORD, WORD);
		uint64_t c = iop_piece_load(from->addr + 2 * WORD, WORD), d = iop_piece_load(from->addr + 3 * WORD, WORD);

		iop_piece_store(to->addr, WORD, a);
		iop_piece_store(to->addr + WORD, WORD, b);
		iop_piece_store(to->addr + 2 * WORD, WORD, c);
		iop_piece_store(to->addr + 3 * WORD, WORD, d);
		up(from, 4 * WORD);
		up(to, 4 * WORD);
	}
}

static void same_words_down(struct side *to, struct side *from)
{
	while (to->left >= 4 * WORD) {
		uint64_t a = iop_piece_load(from->addr - WORD, WORD), b = iop_piece_load(from->addr - 2 * WORD, WORD);
		uint64_t c = iop_piece_load(from->addr - 3 * WORD, WORD), d = iop_piece_load(from->addr - 4 * WORD, WORD);

		iop_piece_store(to->addr - WORD, WORD, a);
		iop_piece_store(to->addr - 2 * WORD, WORD, b);
		iop_piece_store(to->addr - 3 * WORD, WORD, c);
		iop_piece_store(to->addr - 4 * WORD, WORD, d);
		down(from, 4 * WORD);
		down(to, 4 * WORD);
	}
}

static void same_up(struct side *to, struct side *from)
{
	while (to->left) {
		unsigned width = widest(to->addr, to->left);

		if (width == WORD && to->left >= 4 * WORD) {
			same_words_up(to, from);
			continue;
		}
		iop_piece_store(to->addr, width, iop_piece_load(from->addr, width));
		up(to, width);
		up(from, width);
	}
}

static void same_down(struct side *to, struct side *from)
{
	while (to->left) {
		unsigned width = widest(to->addr, to->left);

		if (width == WORD && to->left >= 4 * WORD) {
			same_words_down(to, from);
			continue;
		}
		iop_piece_store(to->addr - width, width, iop_piece_load(from->addr - width, width));
		down(to, width);
		down(from, width);
	}
}

static inline bool in_words(const struct side *to, const struct side *from, unsigned have)
{
	return (to->addr | from->addr) % WORD == 0 && have && from->left >= 4 * WORD;
}

static void cross_up(struct side *to, struct side *from)
{
	funnel held = 0;
	unsigned have = 0;

	while (to->left) {
		unsigned width = widest(to->addr, to->left);

		if (in_words(to, from, have)) {
			held = words_up_by_bytes(to, from, (word)held, have);
			continue;
		}
		while (have < width) {
			unsigned piece = widest(from->addr, from->left);

			held |= (funnel)load(from->addr, piece) << 8 * have;
			have += piece;
			up(from, piece);
		}
		store(to->addr, width, (uint64_t)held);
		held >>= 8 * width;
		have -= width;
		up(to, width);
	}
}

static void cross_down(struct side *to, struct side *from)
{
	funnel held = 0;
	unsigned have = 0;

	while (to->left) {
		unsigned width = widest(to->addr, to->left);

		if (in_words(to, from, have)) {
			held = words_down_by_bytes(to, from, (word)held, have);
			continue;
		}
		while (have < width) {
			unsigned piece = widest(from->addr, from->left);

			held = held << 8 * piece | load(from->addr - piece, piece);
			have += piece;
			down(from, piece);
		}
		have -= width;
		store(to->addr - width, width, (uint64_t)(held >> 8 * have));
		held &= ((funnel)1 << 8 * have) - 1;
		down(to, width);
	}
}

void iop_portable_move(volatile void *dst, const volatile void *src, size_t n)
{
	struct side to = {(uintptr_t)dst, n}, from = {(uintptr_t)src, n};
	bool descend = to.addr > from.addr && to.addr - from.addr < n;
	bool same = (to.addr ^ from.addr) % WORD == 0;

	if (descend) {
		to.addr += n;
		from.addr += n;
		if (same)
			same_down(&to, &from);
		else
			cross_down(&to, &from);
	} else if (same) {
		same_up(&to, &from);
	} else {
		cross_up(&to, &from);
	}
}

#if !IOP_COPY_X86
void iop_strict_move(volatile void *dst, const volatile void *src, size_t n)
{
	iop_portable_move(dst, src, n);
}
#endif
