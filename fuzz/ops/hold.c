/* SPDX-License-Identifier: MIT */
/* Owners of mappings: which step fails with what, and that what was mapped and requested is given back. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

static uint64_t balance(const struct fuzz_model *m)
{
	bool even = m->maps == m->unmaps && m->requests == m->releases;

	return (uint64_t)even << 63 | (uint64_t)(m->maps & 0xffff) << 48 | (uint64_t)(m->unmaps & 0xffff) << 32 |
	       (m->requests & 0xffff) << 16 | (m->releases & 0xffff);
}

static bool is_taken(const struct fuzz_model *m, uint64_t addr, uint64_t size)
{
	for (unsigned i = 0; i < m->busy_count; i++)
		if (addr < (fuzz_wide_t)m->busy[i].addr + m->busy[i].size && m->busy[i].addr < (fuzz_wide_t)addr + size)
			return true;
	return false;
}

static void take(struct fuzz_model *m, uint64_t addr, uint64_t size)
{
	m->requests++;
	m->busy[m->busy_count++] = (struct fuzz_busy){addr, size};
}

static int open_hold(struct fuzz_model *m, const struct fuzz_call *c)
{
	bool requests = c->kind != FUZZ_IOMEM;
	bool too_long = !m->profile.bits64 && c->n > UINT32_MAX;
	uint64_t least = c->type == FUZZ_REGION42 ? 42u : 0u, addr = m->owner[0].base + c->x;

	fuzz_model_asks(m, FUZZ_ASKED_RESOURCE, 0, c->whole ? UINT32_C(1) << 31 : 0, 0);
	if (c->y == FUZZ_NO_RESOURCE)
		return -EINVAL;
	if (c->kind == FUZZ_BAR && c->n == 0)
		return -ENOMEM;
	if (c->kind == FUZZ_BAR && (too_long || c->whole))
		return -EINVAL;
	if (requests)
		fuzz_model_asks(m, FUZZ_ASKED_REQUEST, 0, c->x, c->n);
	if (requests && (c->y == FUZZ_BUSY || is_taken(m, addr, c->n)))
		return -EBUSY;
	if (requests)
		take(m, addr, c->n);
	if (c->n && !too_long)
		fuzz_model_asks(m, FUZZ_ASKED_MAP, c->panics && c->kind != FUZZ_BAR, c->x, c->n);
	if (c->n == 0 || too_long || c->y == FUZZ_NOT_MAPPED) {
		if (requests)
			fuzz_model_release(m, addr, c->n);
		return c->n == 0 || too_long ? -EINVAL : -ENOMEM;
	}
	m->maps++;
	m->hold[c->to] = (struct fuzz_hold){
		.open = true, .requested = requests, .at_least_42 = c->type == FUZZ_REGION42, .addr = addr, .size = c->n};
	if (c->n < least || c->n % 4 || addr % 4) {
		fuzz_model_give_back(m, &m->hold[c->to]);
		return -EINVAL;
	}
	return 0;
}

static void model_hold_open(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	r->rc = open_hold(m, c);
	r->value = balance(m);
}

/* Dropping one that is empty, or was dropped already, does nothing. */
static void model_hold_drop(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	fuzz_model_give_back(m, &m->hold[c->to]);
	r->value = balance(m);
}

static void model_hold_use(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	fuzz_model_read_hold(m, &m->hold[c->to], c, r);
}

static bool resolve_open(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	uint64_t size = m->owner[0].size;

	c->to = r->b % FUZZ_HOLDS;
	c->kind = r->choice % FUZZ_HOLD_KINDS;
	c->type = r->choice & 0x10 ? FUZZ_REGION42 : FUZZ_REGION0;
	c->y = r->choice & 0x20 ? (r->choice >> 6) % FUZZ_HOLD_FAULTS : FUZZ_NO_FAULT;
	c->x = fuzz_at_most(fuzz_number(r->x, size, 4), size);
	c->n = fuzz_at_most(fuzz_number(r->y, size - c->x, 4), size - c->x);
	/* Longer than 32 bits can say; what is there is used, and what only 32 bits of the length would allow. */
	if ((r->choice & 0x0c) == 0x0c && sizeof(size_t) == 8)
		c->n += UINT64_C(1) << 32;
	c->whole = (r->value & 0xff) == 0xff;
	c->panics = r->value >> 8 & 1;
	return !m->hold[c->to].open;
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_hold *h;

	c->to = r->b % FUZZ_HOLDS;
	h = &m->hold[c->to];
	c->kind = r->choice & 1;
	c->x = fuzz_number(r->x, h->size, 4);
	return h->open && fuzz_is_there(m, h, &c->x);
}

static bool left_open(const struct fuzz_model *m, struct fuzz_call *c)
{
	while (c->to < FUZZ_HOLDS && !m->hold[c->to].open)
		c->to++;
	return c->to < FUZZ_HOLDS;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " hold%u", c->to);
	fuzz_explain_operands(out, c);
}

static void emit_open(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const take[] = {"iop_iomem_take", "iop_exclusive_iomem_take", "iop_bar_take"};
	static const char *const rest[] = {"", ", \"fuzz\"", ", \"fuzz\", IOP_IOREMAP"};

	FILE *o = e->out;

	(void)m;
	fprintf(o,
		"\tint err;\n\n\thold_at = %" PRIu64 ";\n\thold_len = UINT64_C(%" PRIu64
		");\n\thold_fault = %u;\n\thold_nonposted = %d;\n\thold_bar = %d;\n",
		c->x, c->n, (unsigned)c->y, c->panics, c->kind == FUZZ_BAR);
	fprintf(o,
		"\terr = %s(&hold[%u].hold.mapping, &hold[%u].raw, hold[%u].len,\n\t\t\tiop_mapping_terms(%u, 4, "
		"IOP_WIDTHS_DEFAULT, 0), "
		"&hold_bus, %uu%s);\n",
		take[c->kind], c->to, c->to, c->to, c->type == FUZZ_REGION42 ? 42u : 0u, c->whole ? 1u << 31 : 0, rest[c->kind]);
	fprintf(o, "\tvalue = hold_balance();\n\treturn err;\n");
}

static void emit_drop(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	for (unsigned i = 0; i <= c->kind; i++)
		fprintf(e->out, "\tiop_iomem_drop(&hold[%u]);\n", c->to);
	fprintf(e->out, "\tvalue = hold_balance();\n\treturn 0;\n");
}

static void emit_use(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out,
		"\tuint32_t got = 0;\n\tint err = iop_try_read32(hold[%u], (size_t)%" PRIu64
		"u, &got);\n\n\tvalue = got;\n\treturn err;\n",
		c->to, c->x);
}

FUZZ_OPERATION(hold_open, resolve_open, model_hold_open, explain, emit_open);
FUZZ_OPERATION(hold_drop, resolve, model_hold_drop, explain, emit_drop, .left_open = left_open);
FUZZ_OPERATION(hold_use, resolve, model_hold_use, explain, emit_use);

#else
#include <executor/holds.h>

static int map_hold(const struct fuzz_call *c)
{
	union fuzz_hold_of_any *h = &fuzz_holds[c->to];
	unsigned index = c->whole ? UINT32_C(1) << 31 : 0;

	fuzz_hold_opening = c;
	switch (c->kind << 1 | (c->type == FUZZ_REGION42)) {
	case FUZZ_IOMEM << 1: return iop_iomem_map(&h->iomem, &fuzz_hold_bus, index);
	case FUZZ_IOMEM << 1 | 1: return iop_iomem_map(&h->iomem42, &fuzz_hold_bus, index);
	case FUZZ_EXCLUSIVE << 1: return iop_exclusive_iomem_map(&h->exclusive, &fuzz_hold_bus, index, "fuzz");
	case FUZZ_EXCLUSIVE << 1 | 1: return iop_exclusive_iomem_map(&h->exclusive42, &fuzz_hold_bus, index, "fuzz");
	case FUZZ_BAR << 1: return iop_bar_map(&h->bar, &fuzz_hold_bus, index, "fuzz");
	default: return iop_bar_map(&h->bar42, &fuzz_hold_bus, index, "fuzz");
	}
}

static uint64_t balance(void)
{
	const struct fuzz_hold_counts *counts = &fuzz_hold_counts;

	return (uint64_t)iop_bus_balanced(&fuzz_hold_bus) << 63 | (uint64_t)(counts->mapped & 0xffff) << 48 |
	       (uint64_t)(counts->unmapped & 0xffff) << 32 | (counts->requested & 0xffff) << 16 | (counts->released & 0xffff);
}

static int open_hold(const struct fuzz_call *c, struct fuzz_result *result)
{
	int err = map_hold(c);

	result->value = balance();
	return err;
}

static int drop(const struct fuzz_call *c, struct fuzz_result *result)
{
	for (unsigned i = 0; i <= c->kind; i++)
		iop_iomem_drop(&fuzz_holds[c->to].iomem);
	result->value = balance();
	return 0;
}

static int use(const struct fuzz_call *c, struct fuzz_result *result)
{
	uint32_t value = 0;
	int err = iop_try_read32(fuzz_holds[c->to].iomem, c->x, &value);

	result->value = value;
	return err;
}

FUZZ_EXECUTION(hold_open, open_hold, .start = fuzz_holds_start);
FUZZ_EXECUTION(hold_drop, drop);
FUZZ_EXECUTION(hold_use, use);
#endif
