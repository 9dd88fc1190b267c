/* SPDX-License-Identifier: MIT */
#include "emitter.h"

#include <stdarg.h>

const struct fuzz_emit_type fuzz_emit_types[FUZZ_TYPES] = {
	{"IOP_REGION(0)", "region0"},
	{"IOP_REGION(42)", "region42"},
	{"struct fuzz_block", "block"},
	{"struct fuzz_ring", "ring"},
	{"struct fuzz_wide", "wide"},
	{"uint8_t", "u8"},
	{"uint16_t", "u16"},
	{"uint32_t", "u32"},
	{"uint64_t", "u64"},
	{"uint16_t[2]", "halves"},
	{"struct fuzz_ring[3]", "rings"},
	{"uint8_t[24]", "bytes"},
	{"uint32_t[4]", "words"},
	{"uint8_t[8]", "data"},
	{"uint64_t[2]", "quads"},
	{"uint8_t[64]", "bytes64"},
	{"IOP_SLICE(uint8_t)", "slice_u8"},
	{"IOP_SLICE(uint16_t)", "slice_u16"},
	{"IOP_SLICE(uint32_t)", "slice_u32"},
	{"IOP_SLICE(uint64_t)", "slice_u64"},
	{"IOP_SLICE(struct fuzz_ring)", "slice_ring"},
};

void fuzz_emit_made(struct fuzz_emitter *e, const char *format, ...)
{
	va_list arguments;

	fprintf(e->out, "\t%s = iop_as(%s, ", e->to, e->type);
	va_start(arguments, format);
	vfprintf(e->out, format, arguments);
	va_end(arguments);
	fprintf(e->out, ");\n\treturn 0;\n");
}

void fuzz_explain_operands(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " kind %u width %u x=%#" PRIx64 " y=%#" PRIx64 " n=%#" PRIx64 " value %#" PRIx64, c->kind, c->width, c->x,
		c->y, c->n, c->value);
}
