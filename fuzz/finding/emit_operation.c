/* SPDX-License-Identifier: MIT */
#include "emit_operation.h"

#include <inttypes.h>

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
static const char *const fields[][5] = {[FUZZ_BLOCK] = {"ctrl", "half", "ring", "bytes", "words"},
					[FUZZ_RING] = {"head", "tail", "base", "data", ""},
					[FUZZ_WIDE] = {"quads", "low", "high", "", ""}};

static void index_step(FILE *out, const struct fuzz_call *c)
{
	const char *flavour = c->panics ? "or_panic" : "try";
	static const char *const form[] = {"", "_range", "_to", "_from"};

	if (c->kind == FUZZ_WHOLE)
		fprintf(out, "iop_all()");
	else if (c->kind == FUZZ_RANGE)
		fprintf(out, "iop_%s_range(UINT64_C(%" PRIu64 "), UINT64_C(%" PRIu64 "))", flavour, c->x, c->y);
	else
		fprintf(out, "iop_%s%s(UINT64_C(%" PRIu64 "))", flavour, form[c->kind], c->kind == FUZZ_TO ? c->y : c->x);
}

/* The body of an operation that makes a view: v = ...; the type it has if it is made. */
static void emit_making(struct emitter *e, const struct fuzz_model *m, const struct fuzz_call *c, const char *to, const char *type)
{
	static const char *const members[] = {"head", "tail", "base", "data"};
	static const char *const conversion[] = {"iop_relaxed", "", "iop_iosysmap_as_mmio", "iop_iosysmap_as_sysmem",
						 "iop_coherent_as_sysmem"};
	const char *a = e->name[c->a],
		   *either = e->view[c->a].backend == FUZZ_MMIO ? "iop_iosysmap_from_mmio" : "iop_iosysmap_from_sysmem";

	switch (c->op) {
	case FUZZ_region:
	case FUZZ_slice:
		if (m->owner[c->a].coherent) {
			fprintf(e->out,
				"\tif ((size_t)UINT64_C(%" PRIu64 ") > SIZE_MAX / %u)\n\t\treturn -EINVAL;\n"
				"\t%s.raw = v%u.raw;\n\t%s.raw.addr += (size_t)UINT64_C(%" PRIu64
				");\n\t%s.raw.dma += UINT64_C(%" PRIu64 ");\n\t%s.len[0] = (size_t)UINT64_C(%" PRIu64
				");\n\treturn 0;\n",
				c->n, fuzz_layout[c->type].size, to, c->a, to, c->x, to, c->x, to, c->n);
			return;
		}
		fprintf(e->out,
			"\tint err = iop_try_%s_at(&%s, (uintptr_t)arena + %zu + (size_t)UINT64_C(%" PRIu64
			"), (size_t)UINT64_C(%" PRIu64 "));\n\n",
			c->op == FUZZ_region ? "region" : "slice", to, (size_t)(m->owner[c->a].base - m->arena), c->x, c->n);
		fprintf(e->out, "\tIOP_LEASE_SET(%s.raw, lease[%u]);\n\treturn err;\n", to, c->a);
		return;
	case FUZZ_field:
		fprintf(e->out, "\t%s = iop_as(%s, iop_project(%s, .%s));\n", to, type, a, fields[e->view[c->a].type][c->kind]);
		break;
	case FUZZ_index:
		fprintf(e->out, "\t%s = iop_as(%s, iop_project(%s, ", to, type, a);
		index_step(e->out, c);
		fprintf(e->out, "));\n");
		break;
	case FUZZ_path:
		fprintf(e->out, "\t%s = iop_as(%s, iop_project(%s, .ring, iop_%s(UINT64_C(%" PRIu64 ")), .%s));\n", to, type, a,
			c->panics ? "or_panic" : "try", c->x, members[c->kind]);
		break;
	case FUZZ_cast:
		if (fuzz_cast_type[c->kind] >= FUZZ_A_HALF)
			fprintf(e->out, "\treturn iop_try_cast_bytes(%s, &%s);\n", a, to);
		else
			fprintf(e->out, "\treturn iop_try_cast(%s, %s, &%s);\n", a, fuzz_emit_types[fuzz_cast_type[c->kind]].c, to);
		return;
	case FUZZ_convert:
		fprintf(e->out, "\t%s = iop_as(%s, %s(%s));\n", to, type, c->kind == FUZZ_TO_EITHER ? either : conversion[c->kind],
			a);
		break;
	default: return;
	}
	fprintf(e->out, "\treturn 0;\n");
}

static void emit_access(struct emitter *e, const struct fuzz_call *c)
{
	const char *a = e->name[c->a], *type = fuzz_emit_types[e->view[c->a].type].c;
	unsigned bits = c->width * 8u, fixed_bits = fuzz_fixed[c->kind % 8].width * 8u, at = fuzz_fixed[c->kind % 8].offset;
	FILE *o = e->out;

	switch (c->op) {
	case FUZZ_offset_read:
		fprintf(o,
			"\tuint%u_t got = (uint%u_t)UINT64_C(%" PRIu64
			");\n\tint err = iop_try_read%u(%s, (size_t)UINT64_C(%" PRIu64 "), &got);\n\n"
			"\tvalue = got;\n\treturn err;\n",
			bits, bits, c->value, bits, a, c->x);
		return;
	case FUZZ_offset_write:
		fprintf(o,
			"\treturn iop_try_write%u(%s, (value++, (uint%u_t)UINT64_C(%" PRIu64 ")), (size_t)UINT64_C(%" PRIu64
			"));\n",
			bits, a, bits, c->value, c->x);
		return;
	case FUZZ_offset_update:
		fprintf(o,
			"\treturn iop_try_update%u(%s, (size_t)UINT64_C(%" PRIu64
			"), old, (value = old, (uint%u_t)(old ^ UINT64_C(%" PRIu64 "))));\n",
			bits, a, c->x, bits, c->value);
		return;
	case FUZZ_fixed:
		if (c->y == 0)
			fprintf(o, "\tvalue = iop_read%u(%s, %u);\n", fixed_bits, a, at);
		else if (c->y == 1)
			fprintf(o, "\tiop_write%u(%s, (uint%u_t)UINT64_C(%" PRIu64 "), %u);\n", fixed_bits, a, fixed_bits, c->value,
				at);
		else
			fprintf(o, "\tiop_update%u(%s, %u, old, (value = old, (uint%u_t)(old ^ UINT64_C(%" PRIu64 "))));\n",
				fixed_bits, a, at, fixed_bits, c->value);
		break;
	case FUZZ_read: fprintf(o, "\tvalue = iop_read(%s);\n", a); break;
	case FUZZ_write: fprintf(o, "\tiop_write(%s, (%s)UINT64_C(%" PRIu64 "));\n", a, type, c->value); break;
	case FUZZ_update:
		fprintf(o, "\tiop_update(%s, old, (value = old, (%s)(old ^ UINT64_C(%" PRIu64 "))));\n", a, type, c->value);
		break;
	default:
		fprintf(o,
			"\tstruct fuzz_register_location at;\n\tfuzz_register reg = iop_from_raw(fuzz_register, "
			"(uint32_t)UINT64_C(%" PRIu64 "));\n"
			"\tint err = 0;\n\n\tif (!iop_try_at(fuzz_register, UINT64_C(%" PRIu64 "), &at))\n\t\treturn -EINVAL;\n",
			c->value, c->x);
		if (c->kind == 1)
			fprintf(o, "\terr = iop_try_write_reg(%s, iop_loc(fuzz_register, at), reg);\n", a);
		else if (c->kind == 3)
			fprintf(o,
				"\terr = iop_try_update_reg(%s, iop_loc(fuzz_register, at), old, __extension__({\n"
				"\t\tvalue = (uint64_t)(int64_t)iop_try_with(&old, .level, UINT64_C(%" PRIu64
				") & 0xffff);\n\t\told;\n\t}));\n",
				a, c->value);
		else
			fprintf(o, "\terr = iop_try_read_reg(%s, iop_loc(fuzz_register, at), &reg);\n\tvalue = err ? 0 : %s;\n", a,
				c->kind ? "iop_get(reg, .level)" : "reg.raw");
		fprintf(o, "\t(void)reg;\n\treturn err;\n");
		return;
	}
	fprintf(o, "\treturn 0;\n");
}

static void emit_copy(struct emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const char *a = e->name[c->a], *type = fuzz_emit_types[e->view[c->a].type].c;
	size_t ram = FUZZ_RAM_AT + (size_t)c->y, io = (size_t)(m->owner[c->a % FUZZ_OWNERS].base - m->arena + c->x);
	FILE *o = e->out;

	switch (c->op) {
	case FUZZ_copy_from: fprintf(o, "\tiop_copy_from(%s, arena + %zu, (size_t)UINT64_C(%" PRIu64 "));\n", a, ram, c->n); break;
	case FUZZ_copy_to: fprintf(o, "\tiop_copy_to(%s, arena + %zu, (size_t)UINT64_C(%" PRIu64 "));\n", a, ram, c->n); break;
	case FUZZ_object_read:
		fprintf(o, "\t%s object = iop_copy_read(%s);\n\n\tmemcpy(arena + %zu, &object, sizeof(object));\n", type, a, ram);
		break;
	case FUZZ_object_write:
		fprintf(o, "\t%s object;\n\n\tmemcpy(&object, arena + %zu, sizeof(object));\n\tiop_copy_write(%s, object);\n", type,
			ram, a);
		break;
	case FUZZ_clash:
		fprintf(o, "\tiop_copy_%s(%s, arena + %" PRIu64 ", iop_len(%s));\n", c->kind ? "from" : "to", a, c->x, a);
		break;
	case FUZZ_move:
		if (c->no_memory)
			fprintf(o, "\tno_memory = 1;\n");
		if (c->whole)
			fprintf(o, "\treturn iop_copy_view(%s, %s);\n", a, e->name[c->b]);
		else
			fprintf(o,
				"\treturn iop_copy_view(iop_project(%s, iop_or_panic_range(%" PRIu64 ", %" PRIu64 ")),\n"
				"\t\t\t     iop_project(%s, iop_or_panic_range(%" PRIu64 ", %" PRIu64 ")));\n",
				a, c->x, c->x + c->n, e->name[c->b], c->y, c->y + c->n);
		return;
	default:
		fprintf(o,
			"\tunsigned count = 0, first = %u;\n\tconst struct iop_routine *r = NULL;\n\n\twhile "
			"(iop_routines[count])\n\t\tcount++;\n"
			"\tdo\n\t\tr = iop_routines[first++ %% count];\n\twhile (r->supported && !r->supported());\n",
			c->b);
		if (c->kind == FUZZ_TOIO)
			fprintf(o, "\t(r->toio ? r->toio : iop_routines[0]->toio)(arena + %zu, arena + %zu, %" PRIu64 ");\n", io,
				ram, c->n);
		else if (c->kind == FUZZ_FROMIO)
			fprintf(o, "\t(r->fromio ? r->fromio : iop_routines[0]->fromio)(arena + %zu, arena + %zu, %" PRIu64 ");\n",
				ram, io, c->n);
		else if (c->kind == FUZZ_SETIO)
			fprintf(o, "\t(r->set ? r->set : iop_routines[0]->set)(arena + %zu, %d, %" PRIu64 ");\n", io,
				(int)(c->value & 0x7fffffff), c->n);
		else
			fprintf(o, "\tr->move(arena + %zu, arena + %zu, %" PRIu64 ");\n", io, (size_t)(io - c->x + c->y), c->n);
	}
	fprintf(o, "\treturn 0;\n");
}

static void emit_map(struct emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const members[] = {"ctrl", "half[1]", "ring[2].tail", "words[3]"};
	size_t ram = FUZZ_RAM_AT + (size_t)c->y;
	FILE *o = e->out;
	char where[64] = "NULL";

	if (c->op == FUZZ_map_set && !c->whole)
		snprintf(where, sizeof(where), "arena + %zu", (size_t)(m->owner[c->a].base - m->arena + c->x));
	switch (c->op) {
	case FUZZ_map_set:
		fprintf(o, "\tiop_iosys_map_set_vaddr%s(&map[%u], %s);\n", c->kind & 1 ? "_iomem" : "", c->to, where);
		break;
	case FUZZ_map_clear: fprintf(o, "\tiop_iosys_map_clear(&map[%u]);\n", c->to); break;
	case FUZZ_map_incr: fprintf(o, "\tiop_iosys_map_incr(&map[%u], %" PRIu64 ");\n", c->to, c->x); break;
	case FUZZ_map_offset:
		fprintf(o, "\tstruct iop_iosys_map made = IOP_IOSYS_MAP_INIT_OFFSET(&map[%u], %" PRIu64 ");\n\n\tmap[%u] = made;\n",
			c->a, c->x, c->to);
		break;
	case FUZZ_map_compare:
		fprintf(o,
			"\tvalue = (uint64_t)iop_iosys_map_is_equal(&map[%u], &map[%u]) | "
			"(uint64_t)iop_iosys_map_is_null(&map[%u]) << 1 |\n"
			"\t\t(uint64_t)iop_iosys_map_is_null(&map[%u]) << 2 | (uint64_t)iop_iosys_map_is_set(&map[%u]) << 3;\n",
			c->a, c->to, c->a, c->to, c->a);
		break;
	case FUZZ_map_read:
		fprintf(o, "\tvalue = iop_iosys_map_rd(&map[%u], %" PRIu64 ", uint%u_t);\n", c->to, c->x, c->width * 8u);
		break;
	case FUZZ_map_write:
		fprintf(o, "\tiop_iosys_map_wr(&map[%u], %" PRIu64 ", uint%u_t, UINT64_C(%" PRIu64 "));\n", c->to, c->x,
			c->width * 8u, c->value);
		break;
	case FUZZ_map_field:
		if (c->panics)
			fprintf(o,
				"\tiop_iosys_map_wr_field(&map[%u], %" PRIu64 ", struct fuzz_block, %s, UINT64_C(%" PRIu64 "));\n",
				c->to, c->x, members[c->kind], c->value);
		else
			fprintf(o, "\tvalue = iop_iosys_map_rd_field(&map[%u], %" PRIu64 ", struct fuzz_block, %s);\n", c->to, c->x,
				members[c->kind]);
		break;
	case FUZZ_map_fill:
		fprintf(o, "\tiop_iosys_map_memset(&map[%u], %" PRIu64 ", %d, %" PRIu64 ");\n", c->to, c->x,
			(int)(c->value & 0x7fffffff), c->n);
		break;
	case FUZZ_map_copy_to:
		fprintf(o, "\tiop_iosys_map_memcpy_to(&map[%u], %" PRIu64 ", arena + %zu, %" PRIu64 ");\n", c->to, c->x, ram, c->n);
		break;
	default:
		fprintf(o, "\tiop_iosys_map_memcpy_from(arena + %zu, &map[%u], %" PRIu64 ", %" PRIu64 ");\n", ram, c->to, c->x,
			c->n);
		break;
	}
	if (c->op < FUZZ_map_compare)
		fprintf(o,
			"\tvalue = (map[%u].vaddr ? (uint64_t)((uint8_t *)map[%u].vaddr - arena) + 1 : 0) << 2 |\n"
			"\t\t(uint64_t)map[%u].is_iomem << 1 | !map[%u].vaddr;\n",
			c->to, c->to, c->to, c->to);
	fprintf(o, "\treturn 0;\n");
}

static void emit_world(struct emitter *e, const struct fuzz_call *c)
{
	if (c->op == FUZZ_config_device) {
		fprintf(e->out,
			"\tstruct iop_config_device other;\n\tiop_config_extended all = {.len = {0}};\n\tint err;\n\n"
			"\tiop_config_device_init(&other, &bus, NULL, %u);\n"
			"\tvalue = (uint64_t)iop_config_size(&other) << 32 | (uint64_t)iop_size(iop_config_space(&other)) << 16;\n"
			"\terr = iop_config_space_extended(&other, &all);\n\tvalue |= iop_size(all);\n"
			"\tiop_config_device_end(&other);\n\treturn err;\n",
			(unsigned)c->n);
		return;
	}
	if (c->op == FUZZ_config_raw) {
		fprintf(e->out,
			c->kind ? "\tiop_config_transact_write(&device, %u, %u, UINT32_C(%u));\n\treturn 0;\n"
				: "\tvalue = iop_config_transact_read(&device, %u, %u);\n\treturn 0;\n",
			(unsigned)c->x, c->width, (unsigned)c->value);
		return;
	}
	if (c->op == FUZZ_bus_fault)
		fprintf(e->out,
			"\tvalue = iop_config_lost(&device).reads + iop_config_lost(&device).writes;\n\tbus_good = %u;\n\tbus_bad "
			"= %u;\n",
			(unsigned)c->x, (unsigned)c->n);
	else
		fprintf(e->out, "\tiop_lease_end(lease[%u]);\n", c->a);
	if (c->op == FUZZ_take)
		fprintf(e->out, "\tlease[%u] = iop_lease_take();\n\tIOP_LEASE_SET(v%u.raw, lease[%u]);\n", c->a, c->a, c->a);
	fprintf(e->out, "\treturn 0;\n");
}

bool fuzz_emit_makes(uint8_t op)
{
	return op == FUZZ_region || op == FUZZ_slice || op == FUZZ_field || op == FUZZ_index || op == FUZZ_path ||
	       op == FUZZ_cast || op == FUZZ_convert;
}

void fuzz_emit_operation(struct emitter *e, const struct fuzz_model *m, const struct fuzz_call *c, const char *to, const char *type)
{
	if (fuzz_emit_makes(c->op))
		emit_making(e, m, c, to, type);
	else if ((c->op >= FUZZ_offset_read && c->op <= FUZZ_update) || c->op == FUZZ_registers)
		emit_access(e, c);
	else if ((c->op >= FUZZ_copy_from && c->op <= FUZZ_clash) || c->op == FUZZ_routine)
		emit_copy(e, m, c);
	else if (c->op >= FUZZ_map_set && c->op <= FUZZ_map_copy_from)
		emit_map(e, m, c);
	else if (fuzz_op_group(c->op) & FUZZ_OWNER && c->op != FUZZ_drop && c->op != FUZZ_take)
		fuzz_emit_owner(e->out, m, c);
	else
		emit_world(e, c);
}
