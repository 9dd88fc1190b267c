/* SPDX-License-Identifier: MIT */
/**
 * types.h - the types that programs project, in C; the model has them in numbers (model/layout.c)
 */
#ifndef IOPATH_FUZZ_TYPES_H
#define IOPATH_FUZZ_TYPES_H

#include <iopath/iopath.h>

struct fuzz_ring {
	uint16_t head, tail;
	uint32_t base;
	uint8_t data[8];
};
IOP_PLAIN(struct fuzz_ring, head, tail, base, data);

struct fuzz_block {
	uint32_t ctrl;
	uint16_t half[2];
	struct fuzz_ring ring[3];
	uint8_t bytes[24];
	uint32_t words[4];
};
IOP_PLAIN(struct fuzz_block, ctrl, half, ring, bytes, words);

struct fuzz_wide {
	_Alignas(8) uint64_t quads[2];
	uint32_t low, high;
};
IOP_PLAIN(struct fuzz_wide, quads, low, high);

#define FUZZ_C_REGION0	IOP_REGION(0)
#define FUZZ_C_REGION42 IOP_REGION(42)
#define FUZZ_C_BLOCK	struct fuzz_block
#define FUZZ_C_RING	struct fuzz_ring
#define FUZZ_C_WIDE	struct fuzz_wide
#define FUZZ_C_U8	uint8_t
#define FUZZ_C_U16	uint16_t
#define FUZZ_C_U32	uint32_t
#define FUZZ_C_U64	uint64_t
#define FUZZ_C_A_HALF	uint16_t[2]
#define FUZZ_C_A_RING	struct fuzz_ring[3]
#define FUZZ_C_A_BYTES	uint8_t[24]
#define FUZZ_C_A_WORDS	uint32_t[4]
#define FUZZ_C_A_DATA	uint8_t[8]
#define FUZZ_C_A_QUADS	uint64_t[2]
#define FUZZ_C_A_64	uint8_t[64]
#define FUZZ_C_S_U8	IOP_SLICE(uint8_t)
#define FUZZ_C_S_U16	IOP_SLICE(uint16_t)
#define FUZZ_C_S_U32	IOP_SLICE(uint32_t)
#define FUZZ_C_S_U64	IOP_SLICE(uint64_t)
#define FUZZ_C_S_RING	IOP_SLICE(struct fuzz_ring)

/* It lays these lists out differently each time. */
/* clang-format off */
/* X(type) */
#define FUZZ_EACH_TYPE(X)                                                                                                          \
	X(REGION0)                                                                                                                 \
	X(REGION42)                                                                                                                \
	X(BLOCK)                                                                                                                   \
	X(RING)                                                                                                                    \
	X(WIDE) X(U8) X(U16) X(U32) X(U64) X(A_HALF) X(A_RING) X(A_BYTES) X(A_WORDS) X(A_DATA) X(A_QUADS) X(A_64) X(S_U8) X(S_U16) \
		X(S_U32) X(S_U64) X(S_RING)

/* X(type, number of the field, member, type of the field) */
#define FUZZ_EACH_FIELD(X)                                                                                                     \
	X(BLOCK, 0, ctrl, U32)                                                                                                 \
	X(BLOCK, 1, half, A_HALF)                                                                                              \
	X(BLOCK, 2, ring, A_RING)                                                                                              \
	X(BLOCK, 3, bytes, A_BYTES)                                                                                            \
	X(BLOCK, 4, words, A_WORDS) X(RING, 0, head, U16) X(RING, 1, tail, U16) X(RING, 2, base, U32) X(RING, 3, data, A_DATA) \
		X(WIDE, 0, quads, A_QUADS) X(WIDE, 1, low, U32) X(WIDE, 2, high, U32)

/* X(type, type of an element, type of a range) */
#define FUZZ_EACH_INDEXABLE(X)                                                                                                   \
	X(A_HALF, U16, S_U16)                                                                                                    \
	X(A_RING, RING, S_RING)                                                                                                  \
	X(A_BYTES, U8, S_U8)                                                                                                     \
	X(A_WORDS, U32, S_U32)                                                                                                   \
	X(A_DATA, U8, S_U8) X(A_QUADS, U64, S_U64) X(A_64, U8, S_U8) X(S_U8, U8, S_U8) X(S_U16, U16, S_U16) X(S_U32, U32, S_U32) \
		X(S_U64, U64, S_U64) X(S_RING, RING, S_RING)
/* clang-format on */

/* X(type, width) */
#define FUZZ_EACH_VALUE32(X) X(U8, 1) X(U16, 2) X(U32, 4)
#if IOP_64BIT
#define FUZZ_EACH_VALUE(X) FUZZ_EACH_VALUE32(X) X(U64, 8)
#else
#define FUZZ_EACH_VALUE(X) FUZZ_EACH_VALUE32(X)
#endif

/* X(type): copied whole */
#define FUZZ_EACH_OBJECT(X) X(BLOCK) X(RING) X(WIDE) X(U8) X(U16) X(U32) X(U64)

/* X(type): what a cast can make; X_BYTES for an array of bytes */
#define FUZZ_EACH_CAST(X, X_BYTES) X(BLOCK) X(RING) X(WIDE) X(U16) X(U32) X(U64) X_BYTES(A_64) X_BYTES(A_DATA)

/* X(number, width, offset): accesses of a Region of at least 42 bytes that need no check */
#define FUZZ_EACH_FIXED(X) X(0, 8, 0) X(1, 8, 41) X(2, 16, 40) X(3, 16, 2) X(4, 32, 0) X(5, 32, 36) X(6, 16, 38) X(7, 8, 21)

#endif
