/* SPDX-License-Identifier: MIT */
#include "program.h"

const struct fuzz_op_info fuzz_op_info[256] = {
#define OP(number, name, group, types, backends, second) [number] = {#name, group, types, backends, second},
	FUZZ_OPS(OP)
#undef OP
};

const char *fuzz_op_name(uint8_t op)
{
	return fuzz_op_info[op].name ? fuzz_op_info[op].name : "nothing";
}

const char *fuzz_type_name(unsigned type)
{
	static const char *const name[] = {"region0", "region42", "block",   "ring",	"wide",	  "u8",	    "u16",
					   "u32",     "u64",	  "half[2]", "ring[3]", "u8[24]", "u32[4]", "u8[8]",
					   "u64[2]",  "u8[64]",	  "[u8]",    "[u16]",	"[u32]",  "[u64]",  "[ring]"};

	return type < FUZZ_TYPES ? name[type] : "?";
}

const char *fuzz_backend_name(unsigned backend)
{
	static const char *const name[] = {"mmio", "relaxed", "sysmem", "iosysmap", "config", "coherent"};

	return backend < FUZZ_BACKENDS ? name[backend] : "?";
}

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static void decode_record(struct fuzz_record *r, const uint8_t *p)
{
	uint64_t top = get16(p + 14);

	r->op = p[0];
	r->a = p[1];
	r->b = p[2];
	r->choice = p[3];
	r->x = (struct fuzz_number){p[4], get16(p + 5)};
	r->y = (struct fuzz_number){p[7], get16(p + 8)};
	r->value = (uint64_t)get16(p + 10) | (uint64_t)get16(p + 12) << 16 | top << 32 | top << 48;
}

void fuzz_encode(uint8_t p[FUZZ_RECORD], const struct fuzz_record *r)
{
	const uint16_t half[] = {r->x.payload, r->y.payload, (uint16_t)r->value, (uint16_t)(r->value >> 16),
				 (uint16_t)(r->value >> 32)};
	static const uint8_t at[] = {5, 8, 10, 12, 14};

	p[0] = r->op;
	p[1] = r->a;
	p[2] = r->b;
	p[3] = r->choice;
	p[4] = r->x.class;
	p[7] = r->y.class;
	for (unsigned i = 0; i < 5; i++) {
		p[at[i]] = (uint8_t)half[i];
		p[at[i] + 1] = (uint8_t)(half[i] >> 8);
	}
}

void fuzz_decode(struct fuzz_program *program, const uint8_t *data, size_t size)
{
	uint8_t last[FUZZ_RECORD] = {0};
	size_t at = FUZZ_HEADER;

	program->count = 0;
	program->layout = 0;
	if (size < FUZZ_HEADER || data[0] != FUZZ_VERSION)
		return;
	program->layout = data[1];
	for (; at < size && program->count < FUZZ_MAX_OPS; at += FUZZ_RECORD) {
		const uint8_t *p = data + at;

		if (size - at < FUZZ_RECORD) {
			for (size_t i = 0; i < size - at; i++)
				last[i] = p[i];
			p = last;
		}
		decode_record(&program->record[program->count++], p);
	}
}

/* Payloads have 16 bits: the short division is enough. */
static uint32_t upto(uint64_t payload, uint64_t limit)
{
	return (uint32_t)payload <= limit ? (uint32_t)payload : (uint32_t)payload % ((uint32_t)limit + 1);
}

/* The classes: by the upper half of the byte, so that a mutated bit more often changes the payload's meaning than nothing. */
uint64_t fuzz_number(struct fuzz_number number, uint64_t limit, uint64_t unit)
{
	uint64_t p = number.payload;
	uint64_t near = (uint64_t)(int64_t)(int8_t)(p & 0xff);

	if (unit == 0)
		unit = 1;
	switch (number.class >> 4) {
	case 0:
	case 1: return p % 16;
	case 2: return p % 64;
	case 3: return p % 64 * unit;
	case 4:
	case 5: return upto(p, limit);
	case 6:
	case 7: return upto(p, limit) / (uint32_t)unit * unit;
	case 8: return limit;
	case 9: return limit + near % 8;
	case 10: return limit - unit;
	case 11: return UINT64_MAX - p % 64;
	case 12: return (UINT64_C(1) << number.class % 16 * 4) + near % 16;
	case 13: return UINT64_MAX / unit + near % 4;
	case 14: return (UINT64_C(1) << 63) + near % 16;
	default: return p;
	}
}
