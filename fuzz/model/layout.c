/* SPDX-License-Identifier: MIT */
#include "model.h"

#define NONE FUZZ_TYPES
/* Of a 64-bit integer: 4 in the ABI of i386. */
#define ALIGN64 _Alignof(uint64_t)

const struct fuzz_layout fuzz_layout[FUZZ_TYPES] = {
	[FUZZ_REGION0] = {0, 4, NONE, NONE, 0, true, 0, {}},
	[FUZZ_REGION42] = {42, 4, NONE, NONE, 0, true, 0, {}},
	[FUZZ_BLOCK] = {96,
			4,
			NONE,
			NONE,
			0,
			false,
			5,
			{{0, FUZZ_U32}, {4, FUZZ_A_HALF}, {8, FUZZ_A_RING}, {56, FUZZ_A_BYTES}, {80, FUZZ_A_WORDS}}},
	[FUZZ_RING] = {16, 4, NONE, NONE, 0, false, 4, {{0, FUZZ_U16}, {2, FUZZ_U16}, {4, FUZZ_U32}, {8, FUZZ_A_DATA}}},
	[FUZZ_WIDE] = {24, 8, NONE, NONE, 0, false, 3, {{0, FUZZ_A_QUADS}, {16, FUZZ_U32}, {20, FUZZ_U32}}},
	[FUZZ_U8] = {1, 1, NONE, NONE, 0, false, 0, {}},
	[FUZZ_U16] = {2, 2, NONE, NONE, 0, false, 0, {}},
	[FUZZ_U32] = {4, 4, NONE, NONE, 0, false, 0, {}},
	[FUZZ_U64] = {8, ALIGN64, NONE, NONE, 0, false, 0, {}},
	[FUZZ_A_HALF] = {4, 2, FUZZ_U16, FUZZ_S_U16, 2, false, 0, {}},
	[FUZZ_A_RING] = {48, 4, FUZZ_RING, FUZZ_S_RING, 3, false, 0, {}},
	[FUZZ_A_BYTES] = {24, 1, FUZZ_U8, FUZZ_S_U8, 24, false, 0, {}},
	[FUZZ_A_WORDS] = {16, 4, FUZZ_U32, FUZZ_S_U32, 4, false, 0, {}},
	[FUZZ_A_DATA] = {8, 1, FUZZ_U8, FUZZ_S_U8, 8, false, 0, {}},
	[FUZZ_A_QUADS] = {16, ALIGN64, FUZZ_U64, FUZZ_S_U64, 2, false, 0, {}},
	[FUZZ_A_64] = {64, 1, FUZZ_U8, FUZZ_S_U8, 64, false, 0, {}},
	[FUZZ_S_U8] = {1, 1, FUZZ_U8, FUZZ_S_U8, 0, true, 0, {}},
	[FUZZ_S_U16] = {2, 2, FUZZ_U16, FUZZ_S_U16, 0, true, 0, {}},
	[FUZZ_S_U32] = {4, 4, FUZZ_U32, FUZZ_S_U32, 0, true, 0, {}},
	[FUZZ_S_U64] = {8, ALIGN64, FUZZ_U64, FUZZ_S_U64, 0, true, 0, {}},
	[FUZZ_S_RING] = {16, 4, FUZZ_RING, FUZZ_S_RING, 0, true, 0, {}},
};

const struct fuzz_fixed fuzz_fixed[8] = {{1, 0}, {1, 41}, {2, 40}, {2, 2}, {4, 0}, {4, 36}, {2, 38}, {1, 21}};

const uint8_t fuzz_cast_type[FUZZ_CASTS] = {FUZZ_BLOCK, FUZZ_RING, FUZZ_WIDE, FUZZ_U16, FUZZ_U32, FUZZ_U64, FUZZ_A_64, FUZZ_A_DATA};
