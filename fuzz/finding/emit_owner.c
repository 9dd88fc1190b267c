/* SPDX-License-Identifier: MIT */
/* Owners of mappings, of vmaps and of what can be taken away, as C. What they stand on is in the prelude. */
#include "emit_operation.h"

#include <inttypes.h>

static void emit_hold(FILE *o, const struct fuzz_call *c)
{
	static const char *const take[] = {"iop_iomem_take", "iop_exclusive_iomem_take", "iop_bar_take"};
	static const char *const rest[] = {"", ", \"fuzz\"", ", \"fuzz\", IOP_IOREMAP"};

	if (c->op == FUZZ_hold_use) {
		fprintf(o,
			"\tuint32_t got = 0;\n\tint err = iop_try_read32(hold[%u], (size_t)%" PRIu64
			"u, &got);\n\n\tvalue = got;\n\treturn err;\n",
			c->to, c->x);
		return;
	}
	if (c->op == FUZZ_hold_open) {
		fprintf(o,
			"\tint err;\n\n\thold_at = %" PRIu64 ";\n\thold_len = UINT64_C(%" PRIu64
			");\n\thold_fault = %u;\n\thold_nonposted = %d;\n\thold_bar = %d;\n",
			c->x, c->n, (unsigned)c->y, c->panics, c->kind == FUZZ_BAR);
		fprintf(o, "\terr = %s(&hold[%u].hold.mapping, &hold[%u].raw, hold[%u].len, %u, &hold_bus, %uu%s);\n",
			take[c->kind], c->to, c->to, c->to, c->type == FUZZ_REGION42 ? 42 : 0, c->whole ? 1u << 31 : 0,
			rest[c->kind]);
		fprintf(o, "\tvalue = hold_balance();\n\treturn err;\n");
		return;
	}
	for (unsigned i = 0; i <= c->kind; i++)
		fprintf(o, "\tiop_iomem_drop(&hold[%u]);\n", c->to);
	fprintf(o, "\tvalue = hold_balance();\n\treturn 0;\n");
}

static void emit_vmap(FILE *o, const struct fuzz_model *m, const struct fuzz_call *c)
{
	unsigned i = c->to, bits = c->width * 8u;

	if (c->op == FUZZ_vmap_open) {
		fprintf(o,
			"\tint err;\n\n\tobject_at[%u] = arena + %" PRIu64 ";\n\tobject_fault[%u] = %u;\n"
			"\tiop_gem_init(&object[%u], &object_ops, %" PRIu64 ");\n"
			"\terr = iop_vmap(&vmap[%u].%s%u, &object[%u]);\n",
			i, m->owner[1].base - m->arena + c->x, i, (unsigned)c->y, i, c->n, i, c->kind ? "owned" : "ref",
			c->type == FUZZ_REGION42 ? 42u : 0u, i);
		fprintf(o, "\t%siop_gem_put(&object[%u]);\n", c->kind ? "" : "if (err)\n\t\t", i);
		fprintf(o, "\tvalue = object_balance() | (uint32_t)iop_size(vmap[%u].ref0);\n\treturn err;\n", i);
	} else if (c->op == FUZZ_vmap_drop) {
		fprintf(o,
			"\t__typeof__(vmap[0]) copy = vmap[%u];\n\n\tiop_vmap_drop(&vmap[%u].ref0);\n"
			"\tif (!copy.ref0.hold.owned)\n\t\tiop_gem_put(&object[%u]);\n",
			i, i, i);
		if (c->kind != FUZZ_VMAP_ONCE)
			fprintf(o,
				c->kind == FUZZ_VMAP_COPY ? "\tiop_vmap_drop(&copy.ref0);\n" : "\tiop_vmap_drop(&vmap[%u].ref0);\n",
				i);
		fprintf(o, "\tvalue = object_balance();\n\treturn 0;\n");
	} else if (c->kind == FUZZ_VMAP_FIXED) {
		fprintf(o, "\tvalue = iop_read16(vmap[%u].ref42, 40);\n\treturn 0;\n", i);
	} else if (c->kind == FUZZ_VMAP_WRITE) {
		fprintf(o,
			"\treturn iop_try_write%u(vmap[%u].ref0, (uint%u_t)UINT64_C(%" PRIu64 "), (size_t)UINT64_C(%" PRIu64
			"));\n",
			bits, i, bits, c->value, c->x);
	} else {
		fprintf(o,
			"\tuint%u_t got = 0;\n\tint err = iop_try_read%u(vmap[%u].ref0, (size_t)UINT64_C(%" PRIu64
			"), &got);\n\n\tvalue = got;\n\treturn err;\n",
			bits, bits, i, c->x);
	}
}

static void emit_guard_use(FILE *o, const struct fuzz_call *c, const char *kind)
{
	fprintf(o,
		"\tstruct held *got = NULL;\n\tstruct reading reading = {(size_t)UINT64_C(%" PRIu64 "), 0, 0};\n\tint ok = 1;\n\n",
		c->x);
	if (c->kind >= FUZZ_OWN)
		fprintf(o, "\treading.err = iop_devres_access(&devres[%u], %s, &got);\n", c->to,
			c->kind == FUZZ_OWN ? "&bound" : "&another");
	else if (c->kind == FUZZ_TRY_WITH)
		fprintf(o, "\tok = iop_%s_try_access_with(&%s[%u], read_held, &reading);\n", kind, kind, c->to);
	else
		fprintf(o, "\tgot = iop_%s_try_access(&%s[%u]);\n\tok = got != NULL;\n", kind, kind, c->to);
	fprintf(o, "\tif (got && !reading.err)\n\t\tread_held(got, &reading);\n");
	if (c->kind == FUZZ_TRY_ACCESS)
		fprintf(o, "\tif (got)\n\t\tiop_%s_release(&%s[%u]);\n", kind, kind, c->to);
	fprintf(o, "\tvalue = reading.value;\n\treturn ok ? reading.err : -ENXIO;\n");
}

static void emit_guard_open(FILE *o, const struct fuzz_call *c)
{
	if (c->kind == FUZZ_DEVRES)
		fprintf(o,
			"\tstruct held *from = &hold[%u];\n\tint err;\n\n\tif (!bound.name)\n\t\tiop_device_init(&bound, "
			"\"test\");\n\tno_memory = %d;\n"
			"\terr = iop_devres_from_owner(&devres[%u], &bound, from);\n\tno_memory = 0;\n"
			"\tvalue = guard_state(from->hold.mapping.bus != NULL);\n\treturn err;\n",
			c->a, c->no_memory, c->to);
	else
		fprintf(o,
			"\tstruct held *from = &hold[%u];\n\n\tiop_revocable_init(&revocable[%u], from, iop_any_mapping_drop);\n"
			"\tmemset(from, 0, sizeof(*from));\n\tvalue = guard_state(from->hold.mapping.bus != NULL);\n\treturn 0;\n",
			c->a, c->to);
}

static void emit_guard(FILE *o, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const end[] = {"said = iop_revocable_revoke(&revocable[%u])",
					  "said = iop_revocable_revoke_nosync(&revocable[%u])"};
	const char *kind = m->guarded[c->to].devres ? "devres" : "revocable";

	if (c->op == FUZZ_guard_open) {
		emit_guard_open(o, c);
	} else if (c->op == FUZZ_guard_use) {
		emit_guard_use(o, c, kind);
	} else if (c->op == FUZZ_guard_hold && c->kind) {
		fprintf(o, "\tiop_%s_release(&%s[%u]);\n\tvalue = %s[%u].%s.state / IOP_GUARD;\n\treturn 0;\n", kind, kind, c->to,
			kind, c->to, m->guarded[c->to].devres ? "devres.inner->revocable" : "revocable");
	} else if (c->op == FUZZ_guard_hold) {
		fprintf(o, "\tvalue = iop_%s_try_access(&%s[%u]) != NULL;\n\treturn 0;\n", kind, kind, c->to);
	} else {
		fprintf(o, "\tint said = 0;\n\n\t");
		if (c->kind == FUZZ_UNBIND)
			fprintf(o, "unbind()");
		else if (c->kind == FUZZ_GUARD_DROP && c->whole)
			fprintf(o, "iop_devres_drop(&devres[%u]);\n\tiop_devres_drop(&devres[%u])", c->to, c->to);
		else if (c->kind == FUZZ_GUARD_DROP)
			fprintf(o, "iop_%s_drop(&%s[%u])", kind, kind, c->to);
		else if (c->kind == FUZZ_REVOKE)
			fprintf(o, "would_wait(&revocable[%u].revocable);\n\t", c->to);
		if (c->kind <= FUZZ_REVOKE_AT_ONCE)
			fprintf(o, end[c->kind], c->to);
		fprintf(o, ";\n\tvalue = guard_state(said);\n\treturn 0;\n");
	}
}

void fuzz_emit_owner(FILE *out, const struct fuzz_model *m, const struct fuzz_call *c)
{
	if (c->op == FUZZ_all_leases)
		fprintf(out,
			"\tstatic struct iop_lease all[%u];\n\n\twhile (value < %u && (all[value] = iop_lease_take()).slot)\n"
			"\t\tvalue++;\n\tfor (uint64_t i = 0; i < value; i++)\n\t\tiop_lease_end(all[i]);\n\treturn 0;\n",
			FUZZ_LEASES + 1, FUZZ_LEASES + 1);
	else if (c->op <= FUZZ_hold_use)
		emit_hold(out, c);
	else if (c->op <= FUZZ_vmap_use)
		emit_vmap(out, m, c);
	else
		emit_guard(out, m, c);
}
