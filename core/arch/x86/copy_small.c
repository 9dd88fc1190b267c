/* SPDX-License-Identifier: MIT */
/*
 * One straight-line routine for each size up to 64 and place: no decision is left to run time but the jump to it. Places off a
 * word boundary have their own up to 32 bytes; above that their head is straight-line and the rest is a size on a boundary.
 */
#include "copy_x86.h"

#if IOP_COPY_X86

IOP_INLINE void copy_words(char *dst, const char *src, unsigned words)
{
	if (words >= 4)
		iop_block_move32(dst, src);
	if (words == 8)
		iop_block_move32(dst + 32, src + 32);
	if (words & 2)
		iop_block_move16(dst + (words & 4) * 8, src + (words & 4) * 8);
	if (words & 1)
		iop_block_move8(dst + (words & 6) * 8, src + (words & 6) * 8);
}

IOP_INLINE void set_words(char *io, uint64_t v, unsigned words)
{
#define WORD(i)          \
	if (words > (i)) \
	iop_block_put(io + 8 * (i), 8, v)
	WORD(0);
	WORD(1);
	WORD(2);
	WORD(3);
	WORD(4);
	WORD(5);
	WORD(6);
	WORD(7);
#undef WORD
}

IOP_INLINE void copy(char *dst, const char *src, unsigned n, unsigned lane)
{
	unsigned head = IOP_X86_HEAD(n, lane), words = (n - head) / 8;

	iop_x86_copy_head(dst, src, head);
	copy_words(dst + head, src + head, words);
	iop_x86_copy_tail(dst + head + words * 8, src + head + words * 8, (n - head) & 7);
}

IOP_INLINE void set(char *io, uint64_t v, unsigned n, unsigned lane)
{
	unsigned head = IOP_X86_HEAD(n, lane), words = (n - head) / 8;

	iop_x86_set_head(io, v, head);
	set_words(io + head, v, words);
	iop_x86_set_tail(io + head + words * 8, v, (n - head) & 7);
}

#define ROUTINES(n, lane)                                                       \
	static void copy_##n##_##lane(char *dst, const char *src, size_t bytes) \
	{                                                                       \
		(void)bytes;                                                    \
		copy(dst, src, n, lane);                                        \
	}                                                                       \
	static void set_##n##_##lane(char *io, uint64_t v, size_t bytes)        \
	{                                                                       \
		(void)bytes;                                                    \
		set(io, v, n, lane);                                            \
	}

#define LONG_ROUTINES(lane)                                                                   \
	static void copy_long_##lane(char *dst, const char *src, size_t n)                    \
	{                                                                                     \
		iop_x86_copy_head(dst, src, 8 - (lane));                                      \
		n -= 8 - (lane);                                                              \
		iop_x86_copy_table[IOP_X86_KEY(n, 0)](dst + 8 - (lane), src + 8 - (lane), n); \
	}                                                                                     \
	static void set_long_##lane(char *io, uint64_t v, size_t n)                           \
	{                                                                                     \
		iop_x86_set_head(io, v, 8 - (lane));                                          \
		n -= 8 - (lane);                                                              \
		iop_x86_set_table[IOP_X86_KEY(n, 0)](io + 8 - (lane), v, n);                  \
	}

/* clang-format off */
# define LANES(X, n) X(n, 0) X(n, 1) X(n, 2) X(n, 3) X(n, 4) X(n, 5) X(n, 6) X(n, 7)
# define SHORT(X) \
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) X(16) \
	X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) X(32)
# define LONG(X) \
	X(33) X(34) X(35) X(36) X(37) X(38) X(39) X(40) X(41) X(42) X(43) X(44) X(45) X(46) X(47) X(48) \
	X(49) X(50) X(51) X(52) X(53) X(54) X(55) X(56) X(57) X(58) X(59) X(60) X(61) X(62) X(63) X(64)

# define SHORT_ROUTINES(n) LANES(ROUTINES, n)
SHORT(SHORT_ROUTINES)
# define ALIGNED_ROUTINES(n) ROUTINES(n, 0)
LONG(ALIGNED_ROUTINES)
LONG_ROUTINES(1) LONG_ROUTINES(2) LONG_ROUTINES(3) LONG_ROUTINES(4) LONG_ROUTINES(5) LONG_ROUTINES(6) LONG_ROUTINES(7)

# define COPY_ENTRY(n, lane) [IOP_X86_KEY(n, lane)] = copy_##n##_##lane,
# define COPY_SHORT(n) LANES(COPY_ENTRY, n)
# define COPY_FAR(n, lane) [IOP_X86_KEY(n, lane)] = copy_long_##lane,
# define COPY_LONG(n) COPY_ENTRY(n, 0) COPY_FAR(n, 1) COPY_FAR(n, 2) COPY_FAR(n, 3) COPY_FAR(n, 4) COPY_FAR(n, 5) \
	COPY_FAR(n, 6) COPY_FAR(n, 7)
iop_x86_copier *const iop_x86_copy_table[IOP_X86_KEYS] = { SHORT(COPY_SHORT) LONG(COPY_LONG) };

# define SET_ENTRY(n, lane) [IOP_X86_KEY(n, lane)] = set_##n##_##lane,
# define SET_SHORT(n) LANES(SET_ENTRY, n)
# define SET_FAR(n, lane) [IOP_X86_KEY(n, lane)] = set_long_##lane,
# define SET_LONG(n) SET_ENTRY(n, 0) SET_FAR(n, 1) SET_FAR(n, 2) SET_FAR(n, 3) SET_FAR(n, 4) SET_FAR(n, 5) \
	SET_FAR(n, 6) SET_FAR(n, 7)
iop_x86_setter *const iop_x86_set_table[IOP_X86_KEYS] = { SHORT(SET_SHORT) LONG(SET_LONG) };
/* clang-format on */

#else
typedef int iop_x86_no_copy_small;
#endif
