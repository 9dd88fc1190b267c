/* SPDX-License-Identifier: MIT */
/**
 * bitenum.h - enumerations for fields of bits
 *
 *	IOP_BITENUM(nic_mode, 2, (NIC_IDLE, 0), (NIC_RX, 1), (NIC_TX, 2), (NIC_BOTH, 3));
 *
 * declares the enumeration nic_mode with these constants, each of which fits in 2 bits, and remembers which bit patterns have a
 * name. A field can be 'as' an enumeration that names all of them, and 'try_as' one that does not (bitfield.h). Up to 8 bits and
 * 65 names. Also defined: nic_mode_BITS.
 * Source: docs/semantics.md, row 15.
 */
#ifndef IOPATH_BITENUM_H
#define IOPATH_BITENUM_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/foreach.h>
#include <iopath/lang.h>

/* NAME_iop_enum is for fields that have the name of their type: C++ would take it for the field. */
/** Declares the enumeration @NAME of values of @bits bits; then (CONSTANT, value) for each. */
#define IOP_BITENUM(NAME, bits, ...)                                                                                               \
	enum NAME {                                                                                                                \
		IOP_FOR_EACH(IOP_BITENUM_CONSTANT_, NAME, __VA_ARGS__)                                                             \
	};                                                                                                                         \
	typedef enum NAME NAME;                                                                                                    \
	typedef enum NAME NAME##_iop_enum;                                                                                         \
	enum {                                                                                                                     \
		NAME##_BITS = (bits)                                                                                               \
	};                                                                                                                         \
	IOP_ASSERT(NAME##_BITS >= 1 && NAME##_BITS <= 8, "iopath: an enumeration of bits has 1 to 8 of them");                     \
	IOP_ASSERT(1 IOP_FOR_EACH(IOP_BITENUM_FITS_, bits, __VA_ARGS__), "iopath: a constant has more bits than its enumeration"); \
	IOP_BITENUM_WORDS_(NAME, __VA_ARGS__)                                                                                      \
	enum {                                                                                                                     \
		NAME##_iop_count = IOP_BITENUM_SUM_(IOP_BITENUM_POPCOUNT_, NAME),                                                  \
	};                                                                                                                         \
	struct __attribute__((packed)) NAME##_iop_set {                                                                            \
		IOP_BITENUM_SUM_(IOP_BITENUM_MEMBER_, NAME)                                                                        \
	}

#define IOP_BITENUM_CONSTANT_(NAME, pair)	IOP_BITENUM_CONSTANT__ pair
#define IOP_BITENUM_CONSTANT__(constant, value) constant = (value),
#define IOP_BITENUM_FITS_(bits, pair)		&&IOP_BITENUM_VALUE_ pair >= 0 && IOP_BITENUM_VALUE_ pair < 1 << (bits)
#define IOP_BITENUM_VALUE_(constant, value)	(value)

/*
 * The set of values, 16 a word: constants NAME_iop_w0 to w15, then members of a type of size zero, which expressions can ask for.
 */
#define IOP_BITENUM_WORDS_(NAME, ...)                                               \
	enum {                                                                      \
		NAME##_iop_w0 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 0, __VA_ARGS__),   \
		NAME##_iop_w1 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 1, __VA_ARGS__),   \
		NAME##_iop_w2 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 2, __VA_ARGS__),   \
		NAME##_iop_w3 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 3, __VA_ARGS__),   \
		NAME##_iop_w4 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 4, __VA_ARGS__),   \
		NAME##_iop_w5 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 5, __VA_ARGS__),   \
		NAME##_iop_w6 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 6, __VA_ARGS__),   \
		NAME##_iop_w7 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 7, __VA_ARGS__),   \
		NAME##_iop_w8 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 8, __VA_ARGS__),   \
		NAME##_iop_w9 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 9, __VA_ARGS__),   \
		NAME##_iop_w10 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 10, __VA_ARGS__), \
		NAME##_iop_w11 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 11, __VA_ARGS__), \
		NAME##_iop_w12 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 12, __VA_ARGS__), \
		NAME##_iop_w13 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 13, __VA_ARGS__), \
		NAME##_iop_w14 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 14, __VA_ARGS__), \
		NAME##_iop_w15 = 0 IOP_FOR_EACH(IOP_BITENUM_BIT_, 15, __VA_ARGS__), \
	};
#define IOP_BITENUM_BIT_(k, pair) | (IOP_BITENUM_VALUE_ pair >> 4 == k ? 1 << (IOP_BITENUM_VALUE_ pair & 15) : 0)
#define IOP_BITENUM_SUM_(M, NAME) \
	M(NAME, 0)                \
	M(NAME, 1)                \
	M(NAME, 2)                \
	M(NAME, 3)                \
	M(NAME, 4)                \
	M(NAME, 5)                \
	M(NAME, 6) M(NAME, 7) M(NAME, 8) M(NAME, 9) M(NAME, 10) M(NAME, 11) M(NAME, 12) M(NAME, 13) M(NAME, 14) M(NAME, 15)
#define IOP_BITENUM_POPCOUNT_(NAME, k)	+__builtin_popcount(NAME##_iop_w##k)
#define IOP_BITENUM_MEMBER_(NAME, k)	char w##k[0][NAME##_iop_w##k + 1];
#define IOP_BITENUM_NO_MEMBER_(NAME, k) char w##k[0][1];
struct __attribute__((packed)) iop_no_set {
	IOP_BITENUM_SUM_(IOP_BITENUM_NO_MEMBER_, )
};

/* Does the value @bits have a name in @set? A constant expression if @bits is one. */
#define IOP_IN_SET_(set, bits)                                         \
	(((bits) >> 6 == 0   ? IOP_SET_WORDS_(set, w0, w1, w2, w3)     \
	  : (bits) >> 6 == 1 ? IOP_SET_WORDS_(set, w4, w5, w6, w7)     \
	  : (bits) >> 6 == 2 ? IOP_SET_WORDS_(set, w8, w9, w10, w11)   \
	  : (bits) >> 6 == 3 ? IOP_SET_WORDS_(set, w12, w13, w14, w15) \
			     : 0) >>                                   \
		 ((bits)&63) &                                         \
	 1)
#define IOP_SET_WORDS_(set, a, b, c, d)                                                  \
	((uint64_t)(sizeof((set).a[0]) - 1) | (uint64_t)(sizeof((set).b[0]) - 1) << 16 | \
	 (uint64_t)(sizeof((set).c[0]) - 1) << 32 | (uint64_t)(sizeof((set).d[0]) - 1) << 48)

#endif
