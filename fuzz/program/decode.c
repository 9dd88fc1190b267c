/* SPDX-License-Identifier: MIT */
#include "program.h"

const struct fuzz_op_info fuzz_op_info[256] = {
#define OP(number, name, group, types, backends, second) [number] = {#name, group, types, backends, second},
	FUZZ_OPS(OP)
#undef OP
};

const uint64_t fuzz_buses[FUZZ_BUSES] = {
	UINT64_C(0x1234500000),		  (UINT64_C(1) << 32) - FUZZ_SMALL,
	(UINT64_C(1) << 40) - FUZZ_SMALL, (UINT64_C(1) << 48) - FUZZ_SMALL,
	(UINT64_C(1) << 52) - FUZZ_SMALL, UINT64_MAX - FUZZ_SMALL + 1,
	(UINT64_C(1) << 32) - 16,	  0,
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
	static const char *const name[] = {"mmio", "relaxed", "sysmem", "iosysmap", "config", "coherent", "mmio_within", "wc"};

	return backend < FUZZ_BACKENDS ? name[backend] : "?";
}

/* FNV-1a of 32 bits, folded. */
uint16_t fuzz_routine_id(const char *name)
{
	uint32_t h = 0x811c9dc5;

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 0x01000193;
	return (uint16_t)(h ^ h >> 16);
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
	program->layout = get16(data + 1);
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

/*
 * What a class makes of the payload, as a sum in which each class masks out what is not its own: no branch predictor knows the class
 * of the next number. The classes that divide are few.
 */
struct number_class {
	uint64_t payload, upto, limit, plus, unit, bit, invert;
	bool times, divides;
};
#define ALL UINT64_MAX
static const struct number_class classes[16] = {
	[0] = {.payload = 15},				   /* small, */
	[1] = {.payload = 15},				   /* more often than not */
	[2] = {.payload = 63},				   /* less small */
	[3] = {.payload = 63, .times = true},		   /* so many units */
	[4] = {.upto = ALL},				   /* up to the limit, */
	[5] = {.upto = ALL},				   /* any, */
	[6] = {.upto = ALL, .divides = true},		   /* or a multiple of the unit */
	[7] = {.upto = ALL, .divides = true},		   /* as often */
	[8] = {.limit = ALL},				   /* the limit */
	[9] = {.limit = ALL, .payload = 7},		   /* or beyond */
	[10] = {.limit = ALL, .unit = ALL},		   /* or one unit short of it */
	[11] = {.payload = 63, .invert = ALL},		   /* the largest numbers */
	[12] = {.payload = 15, .bit = 1},		   /* powers of two, and beyond */
	[13] = {.payload = 3, .divides = true},		   /* the largest number of units, and beyond */
	[14] = {.payload = 15, .plus = UINT64_C(1) << 63}, /* where the sign changes */
	[15] = {.payload = ALL},			   /* verbatim */
};

uint64_t fuzz_number(struct fuzz_number number, uint64_t limit, uint64_t unit)
{
	const struct number_class *c = &classes[number.class >> 4];
	/* Payloads have 16 bits: the short division is enough. */
	uint32_t bound = limit < UINT16_MAX ? (uint32_t)limit : UINT16_MAX;
	uint64_t sum = (number.payload & c->payload) + (number.payload % (bound + 1) & c->upto) + (limit & c->limit) + c->plus +
		       (c->bit << number.class % 16 * 4);

	unit += unit == 0;
	sum = ((sum - (unit & c->unit)) ^ c->invert) * (c->times ? unit : 1);
	if (c->divides)
		sum = c->upto ? (uint32_t)sum / (uint32_t)unit * unit : sum + UINT64_MAX / unit;
	return sum;
}
