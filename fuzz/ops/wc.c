/* SPDX-License-Identifier: MIT */
/*
 * A function with a write-combining BAR and a doorbell: a few steps of its driver, of which each is a store, a copy, a read, a flush or the
 * doorbell. A debug build panics at the first doorbell that would overtake stores, and nothing after it is done.
 */
#ifndef BACKEND
/* The steps, of which the call's value has one in each three bits, from the lowest on. */
enum {
	WC_STORE,
	WC_DOORBELL,
	WC_FLUSH,
	WC_COPY,
	WC_LOAD,
	WC_BARRIER, /* iop_wmb(), a flush as well */
	WC_WEAKER,  /* iop_dma_wmb(), which is none */
	WC_OTHER    /* the doorbell of another function */
};
#define WC_STEPS      8
#define WC_STEP(c, i) ((unsigned)((c)->value >> 3 * (i)&7))
#define WC_SIZE	      64 /* of the write-combining memory, at the start of owner 0; the doorbells are behind it */
#define WC_BELL	      (WC_SIZE + 8)
#define WC_OTHER_BELL (WC_SIZE + 16)
#define WC_COPIED     (c->x / 8 * 8)
/* What step @i stores. */
#define WC_VALUE(c, i) ((uint32_t)((c)->y * 2654435761u + (i)))
#endif

#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

static bool step(struct fuzz_model *m, const struct fuzz_call *c, unsigned i, bool *waiting, uint64_t *seen)
{
	const uint64_t base = m->owner[0].base;
	const struct fuzz_view wc = {.live = true, .backend = FUZZ_WC}, mmio = {.live = true, .backend = FUZZ_MMIO};
	unsigned word;

	switch (WC_STEP(c, i)) {
	case WC_STORE:
		fuzz_model_store(m, &wc, base + c->x, 4, WC_VALUE(c, i));
		*waiting = true;
		break;
	case WC_COPY:
		fuzz_model_bytes(m, base + WC_COPIED, fuzz_model_ram(m, c->n), 8);
		word = m->profile.bits64 && base % 8 == 0 ? 8 : 4;
		for (unsigned at = 0; at < 8; at += word)
			fuzz_model_expect_access(m, FUZZ_EVENT_ST, base + WC_COPIED + at, word);
		*waiting = true;
		break;
	case WC_LOAD: *seen += fuzz_model_load(m, &wc, base + c->x, 4); break;
	case WC_FLUSH:
		fuzz_model_expect_flush(m);
		*waiting = false;
		break;
	case WC_BARRIER: *waiting = false; /* fall through */
	case WC_WEAKER: fuzz_model_expect_wmb(m); break;
	case WC_OTHER: fuzz_model_store(m, &mmio, base + WC_OTHER_BELL, 4, WC_VALUE(c, i)); break;
	default:
		if (*waiting && m->profile.debug)
			return false;
		fuzz_model_store(m, &mmio, base + WC_BELL, 4, WC_VALUE(c, i));
	}
	return true;
}

static void model_wc(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	bool waiting = false;

	m->fails_late = true;
	for (unsigned i = 0; i < WC_STEPS; i++)
		if (!step(m, c, i, &waiting, &r->value)) {
			r->panic = "WC stores not flushed";
			r->value = 0;
			break;
		}
	fuzz_model_wrote(m, m->owner[0].base, WC_OTHER_BELL + 4);
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	c->x = (r->choice & 15) * 4;
	c->y = r->value >> 24;
	c->n = fuzz_number(r->y, FUZZ_RAM - 8, 1) % (FUZZ_RAM - 7);
	c->value = r->value & 0xffffff;
	/* Their leases are those of the function and of the other one. */
	return m->owner[0].live && m->owner[1].live;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	static const char *const name[] = {"store", "doorbell", "flush", "copy", "load", "wmb", "dma_wmb", "other doorbell"};

	fprintf(out, " at %#" PRIx64 " ram %#" PRIx64 " seed %#" PRIx64, c->x, c->n, c->y);
	for (unsigned i = 0; i < WC_STEPS; i++)
		fprintf(out, "%s%s", i ? ", " : ": ", name[WC_STEP(c, i)]);
}

static void emit_step(FILE *o, const struct fuzz_call *c, unsigned i)
{
	const uint32_t stored = WC_VALUE(c, i);

	switch (WC_STEP(c, i)) {
	case WC_STORE: fprintf(o, "\tiop_write32(wc, %" PRIu32 "u, %" PRIu64 ");\n", stored, c->x); break;
	case WC_COPY: fprintf(o, "\tiop_copy_toio(part, arena + %zu, 8);\n", FUZZ_RAM_AT + (size_t)c->n); break;
	case WC_LOAD: fprintf(o, "\tvalue += iop_read32(wc, %" PRIu64 ");\n", c->x); break;
	case WC_FLUSH: fprintf(o, "\tiop_wc_flush(wc);\n"); break;
	case WC_BARRIER: fprintf(o, "\tiop_wmb();\n"); break;
	case WC_WEAKER: fprintf(o, "\tiop_dma_wmb();\n"); break;
	case WC_OTHER: fprintf(o, "\tiop_write(other, %" PRIu32 "u);\n", stored); break;
	default: fprintf(o, "\tiop_write(bell, %" PRIu32 "u);\n", stored);
	}
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	FILE *o = e->out;
	const size_t base = (size_t)(m->owner[0].base - m->arena);

	fprintf(o,
		"\tIOP_AUTO wc = iop_region_at(IOP_WC(IOP_REGION(%u)), arena + %zu, %u);\n"
		"\tIOP_AUTO bell = iop_view_at(IOP_MMIO(uint32_t), arena + %zu);\n"
		"\tIOP_AUTO other = iop_view_at(IOP_MMIO(uint32_t), arena + %zu);\n\tIOP_WC(IOP_SLICE(uint8_t)) part;\n\n"
		"\tiop_lease_belongs(lease[0], &lease[0]);\n\tiop_lease_belongs(lease[1], &lease[1]);\n"
		"\tIOP_LEASE_SET(wc.raw, lease[0]);\n\tIOP_LEASE_SET(bell.raw, lease[0]);\n\tIOP_LEASE_SET(other.raw, lease[1]);\n"
		"\tiop_lease_wc_flushed();\n\tpart.raw = wc.raw;\n\tpart.raw.addr += %" PRIu64 ";\n\tpart.len[0] = 8;\n",
		WC_SIZE, base, WC_SIZE, base + WC_BELL, base + WC_OTHER_BELL, WC_COPIED);
	for (unsigned i = 0; i < WC_STEPS; i++)
		emit_step(o, c, i);
	fprintf(o, "\tiop_lease_wc_flushed();\n\t(void)part;\n\t(void)bell;\n\t(void)other;\n\treturn 0;\n");
}

FUZZ_OPERATION(wc, resolve, model_wc, explain, emit);

#else
#include <executor/world.h>

typedef IOP_WC(IOP_REGION(WC_SIZE)) wc_view;
typedef IOP_WC(IOP_SLICE(uint8_t)) wc_bytes;
typedef IOP_MMIO(uint32_t) bell_view;

static bell_view bell_at(size_t offset, unsigned owner)
{
	bell_view bell = iop_view_at(bell_view, fuzz_owner_base[0] + offset);

	(void)owner;
	IOP_LEASE_SET(bell.raw, fuzz_lease[owner]);
	return bell;
}

static void copy(const struct fuzz_call *c, wc_view wc)
{
	wc_bytes part = {.len = {8}};

	part.raw = iop_wc_advance(wc.raw, (size_t)WC_COPIED);
	iop_copy_toio(part, fuzz_ram(c->n), 8);
}

static void step(const struct fuzz_call *c, unsigned i, wc_view wc, struct fuzz_result *result)
{
	uint32_t loaded = 0;

	switch (WC_STEP(c, i)) {
	case WC_STORE: (void)!iop_try_write32(wc, WC_VALUE(c, i), (size_t)c->x); break;
	case WC_COPY: copy(c, wc); break;
	case WC_LOAD:
		(void)!iop_try_read32(wc, (size_t)c->x, &loaded);
		result->value += loaded;
		break;
	case WC_FLUSH: iop_wc_flush(wc); break;
	case WC_BARRIER: iop_wmb(); break;
	case WC_WEAKER: iop_dma_wmb(); break;
	case WC_OTHER: iop_write(bell_at(WC_OTHER_BELL, 1), WC_VALUE(c, i)); break;
	default: iop_write(bell_at(WC_BELL, 0), WC_VALUE(c, i));
	}
}

/* A call that panicked has left its stores waiting: no other operation is to be about them. */
static int wc(const struct fuzz_call *c, struct fuzz_result *result)
{
	wc_view view = iop_region_at(wc_view, fuzz_owner_base[0], WC_SIZE);

	IOP_LEASE_SET(view.raw, fuzz_lease[0]);
	iop_lease_belongs(fuzz_lease[0], &fuzz_lease[0]);
	iop_lease_belongs(fuzz_lease[1], &fuzz_lease[1]);
	for (unsigned i = 0; i < WC_STEPS; i++)
		step(c, i, view, result);
	return 0;
}

FUZZ_EXECUTION(wc, wc);
#endif
