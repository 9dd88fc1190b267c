/* SPDX-License-Identifier: MIT */
#include "emit.h"

#include <iopath/cells.h>

#include <rules.h>

#include <inttypes.h>
#include <string.h>

/* The texts of finding/watch.c and finding/calls.c. */
__asm__(".pushsection .rodata\niop_finding_prelude: .incbin \"" IOP_FINDING_WATCH "\"\n.byte 10\n.incbin \"" IOP_FINDING_CALLS
	"\"\n.byte 0\n.popsection\n");
extern const char iop_finding_prelude[];

/* As finding/ has them: widths ORed, 128 where order does not matter, and 256 where string instructions are claimed. */
static unsigned widths_of(const struct iop_sequence_entry *e)
{
	const unsigned tier = 2 * iop_tier_cap(e->tier) - 1;

	return (e->widths ? e->widths & tier : tier) | (e->tier == IOP_MEM ? 128u : 0) | (e->tier >= IOP_STRICT_S ? 256u : 0);
}

static void call(FILE *out, const struct iop_sequence_entry *e, const struct iop_sequence_step *s)
{
	const unsigned watched = s->watched != 0, widths = watched ? widths_of(e) : 0;

	fprintf(out, "\t");
	switch (e->kind) {
	case IOP_REGISTERED_TOIO:
	case IOP_REGISTERED_FROMIO:
	case IOP_REGISTERED_MOVE:
		fprintf(out, "%s(\"%s\", %" PRIu64 ", %" PRIu64 ", %" PRIu64 ", %u);\n", e->op, e->name, s->io, s->other, s->size,
			widths);
		break;
	case IOP_REGISTERED_SET:
		fprintf(out, "set(\"%s\", %" PRIu64 ", 0x%" PRIx64 "u, %" PRIu64 ", %u);\n", e->name, s->io, s->value, s->size,
			widths);
		break;
	case IOP_REGISTERED_READ: fprintf(out, "read%u(\"%s\", %" PRIu64 ", %u);\n", 8 * e->width, e->name, s->io, watched); break;
	case IOP_REGISTERED_WRITE:
		fprintf(out, "write%u(\"%s\", %" PRIu64 ", UINT%u_C(0x%" PRIx64 "), %u);\n", 8 * e->width, e->name, s->io,
			8 * e->width, s->value, watched);
		break;
	case IOP_REGISTERED_CHECKED_READ:
		fprintf(out, "checked_read(\"%s\", %" PRIu64 ", %" PRIu64 ", %" PRIu64 "u, %u, %u);\n", e->name, s->io, s->size,
			s->offset, e->width, watched);
		break;
	case IOP_REGISTERED_CHECKED_WRITE:
		fprintf(out, "checked_write(\"%s\", %" PRIu64 ", %" PRIu64 ", %" PRIu64 "u, UINT64_C(0x%" PRIx64 "), %u, %u);\n",
			e->name, s->io, s->size, s->offset, s->value, e->width, watched);
		break;
	default:
		fprintf(out, "projection(\"%s\", %" PRIu64 ", %" PRIu64 ", %" PRIu64 "u, %" PRIu64 "u, %u);\n", e->name, s->io,
			s->size, s->offset, s->length, watched);
		break;
	}
}

void iop_sequence_emit(FILE *out, const char *name, const struct iop_sequence_module *module, const struct iop_sequence_list *list,
		       const struct iop_sequence_failure *failure)
{
	const struct iop_sequence_entry *entry = &module->entry[failure->entry];

	fprintf(out,
		"/*\n * A finding of iopath fuzz: %s %s %s.\n *\n *	cc -O1 -o %s %s.c -ldl && ./%s [MODULE.so]\n *\n"
		" * Exit: 0 the module does what it must, 1 it does not, 2 it cannot be run.\n */\n",
		entry->op, entry->name, failure->words, name, name, name);
	fputs(iop_finding_prelude, out);
	fprintf(out, "\nint main(int argc, char **argv)\n{\n\tbegin(argc, argv, \"%s\");\n", module->path);
	for (size_t i = 0; i < list->count; i++) {
		fprintf(out, "\tfill(%u);\n", list->sequence[i].fill);
		for (uint32_t s = 0; s < list->sequence[i].steps; s++)
			call(out, &module->entry[list->sequence[i].step[s].entry], &list->sequence[i].step[s]);
	}
	fprintf(out, "\treturn end();\n}\n");
}
