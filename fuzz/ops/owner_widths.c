/* SPDX-License-Identifier: MIT */
/* An owner of a device of which the bus and the author know widths, or not; of each kind of mapping: made, asked, dropped. */
#ifndef BACKEND
/* What the type of the owner takes, by kind. */
enum {
	BAR_ANY,
	BAR_4,
	BAR_4_8_64,
	IOMEM_ANY,
	IOMEM_2_4,
	EXCLUSIVE_ANY,
	EXCLUSIVE_4,
	WC_BAR,
	WC_IOMEM,
	WC_IOMEM_4,
	WC_EXCLUSIVE,
	CONST_BAR_4,
	CONST_IOMEM_4_8,
	KINDS
};
#endif

#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

#define SIZE 64

static bool is_wc(const struct fuzz_call *c)
{
	return c->kind >= WC_BAR && c->kind <= WC_EXCLUSIVE;
}

static bool is_bar(const struct fuzz_call *c)
{
	return c->kind <= BAR_4_8_64 || c->kind == WC_BAR || c->kind == CONST_BAR_4;
}

static bool is_requested(const struct fuzz_call *c)
{
	return is_bar(c) || c->kind == EXCLUSIVE_ANY || c->kind == EXCLUSIVE_4 || c->kind == WC_EXCLUSIVE;
}

/* Of a mapping that combines writes which must not be posted there is none, unless it is a BAR: those know no such writes. */
static void model_owner_widths(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	static const uint8_t takes[KINDS] = {15, 4, 4 | 8 | 64, 15, 2 | 4, 15, 4, 15, 15, 4, 15, 4, 4 | 8};
	unsigned bus = (unsigned)c->x, said = (unsigned)c->y & 0xff, all = 0;

	fuzz_model_asks(m, FUZZ_ASKED_RESOURCE, 0, 0, 0);
	for (unsigned width = 1; width <= 64; width *= 2) {
		bool known = bus || c->whole, device = (!bus || bus & width) && (!c->whole || (said <= 127 && said & width));

		if (known ? device : width <= 8)
			all |= width;
	}
	if (takes[c->kind] & ~all) {
		r->rc = -EINVAL;
		return;
	}
	if (is_requested(c))
		fuzz_model_asks(m, FUZZ_ASKED_REQUEST, 0, 0, SIZE);
	if (is_wc(c) && c->kind != WC_BAR && c->panics) {
		r->rc = -ENOMEM;
	} else {
		bool nonposted = c->panics && !is_bar(c);

		fuzz_model_asks(m, FUZZ_ASKED_MAP, is_wc(c) ? 2 : nonposted, 0, SIZE);
		fuzz_model_asks(m, FUZZ_ASKED_UNMAP, 0, 0, SIZE);
		/* Mapped once, and what it takes. */
		r->value = 1 << 8 | all;
	}
	if (is_requested(c))
		fuzz_model_asks(m, FUZZ_ASKED_RELEASE, 0, 0, SIZE);
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	(void)m;
	c->kind = r->choice % KINDS;
	/* Nothing, one width, all but one, any. */
	c->x = r->choice & 8 ? r->value & 127 : r->choice & 16 ? UINT64_C(1) << (r->value % 7) : 0;
	/* There is no such call of that kind. */
	c->whole = r->choice & 32 && c->kind != WC_EXCLUSIVE;
	c->panics = r->value >> 20 & 1;
	c->y = r->choice & 64 ? r->value >> 7 & 0xff : 127 ^ (r->choice & 128 ? 1u << (r->value >> 7) % 7 : 0);
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " kind %u, the bus says %#" PRIx64 ", the author %#" PRIx64 "%s", c->kind, c->x, c->whole ? c->y : 0,
		c->panics ? ", writes must not be posted" : "");
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const owner[KINDS] = {
		"IOP_BAR(16)",
		"IOP_BAR_WIDTHS(4, 16)",
		"IOP_BAR_WIDTHS(IOP_WIDTHS(4, 8, 64), 16)",
		"IOP_IOMEM(16)",
		"IOP_IOMEM_WIDTHS(IOP_WIDTHS(2, 4), 16)",
		"IOP_EXCLUSIVE_IOMEM(16)",
		"IOP_EXCLUSIVE_IOMEM_WIDTHS(4, 16)",
		"IOP_WC_BAR(16)",
		"IOP_WC_IOMEM(16)",
		"IOP_WC_IOMEM_WIDTHS(4, 16)",
		"IOP_WC_EXCLUSIVE_IOMEM(16)",
		"IOP_CONST_BAR_WIDTHS(4, 16)",
		"IOP_CONST_IOMEM_WIDTHS(IOP_WIDTHS(4, 8), 16)",
	};
	static const char *const map[KINDS] = {"bar",
					       "bar",
					       "bar",
					       "iomem",
					       "iomem",
					       "exclusive_iomem",
					       "exclusive_iomem",
					       "bar",
					       "iomem",
					       "iomem",
					       "exclusive_iomem",
					       "bar",
					       "iomem"};
	const char *user = is_requested(c) ? ", \"fuzz\"" : "", *wc = is_wc(c) ? "_wc" : "";

	(void)m;
	fprintf(e->out, "\t%s owner;\n\tint err;\n\n\tknown_widths = %" PRIu64 ";\n\twidths_nonposted = %d;\n", owner[c->kind],
		c->x, c->panics);
	if (c->whole)
		fprintf(e->out, "\terr = iop_%s_map%s_widths(&owner, &widths_bus, 0%s, %" PRIu64 ");\n", map[c->kind], wc, user,
			c->y & 0xff);
	else
		fprintf(e->out, "\terr = iop_%s_map%s(&owner, &widths_bus, 0%s);\n", map[c->kind], wc, user);
	fprintf(e->out, "\tvalue = err ? 0 : 1 << 8 | iop_owner_widths(&owner);\n"
			"\tiop_iomem_drop(&owner);\n\treturn err;\n");
}

FUZZ_OPERATION(owner_widths, resolve, model_owner_widths, explain, emit);

#else
#include <executor/world.h>

static unsigned known, mapped, flags;

static int resource(void *self, unsigned index, struct iop_resource *r)
{
	(void)self;
	fuzz_asked(FUZZ_ASKED_RESOURCE, 0, index, 0);
	*r = (struct iop_resource){.len = 64, .index = index, .flags = flags, .widths = known};
	return 0;
}

static int request(void *self, const struct iop_resource *r, const char *name)
{
	(void)self, (void)name;
	fuzz_asked(FUZZ_ASKED_REQUEST, 0, r->start, r->len);
	return 0;
}

static void release(void *self, const struct iop_resource *r)
{
	(void)self;
	fuzz_asked(FUZZ_ASKED_RELEASE, 0, r->start, r->len);
}

static void *map(void *self, const struct iop_resource *r, size_t size, enum iop_ioremap how)
{
	(void)self;
	fuzz_asked(FUZZ_ASKED_MAP, how, r->start, size);
	mapped++;
	return fuzz_owner_base[0];
}

static void unmap(void *self, const struct iop_resource *r, void *address, size_t size)
{
	(void)self, (void)address;
	fuzz_asked(FUZZ_ASKED_UNMAP, 0, r->start, size);
}

static const struct iop_bus_ops ops = {
	.resource = resource, .request_region = request, .release_region = release, .ioremap = map, .iounmap = unmap};
static struct iop_bus bus;

/* That the owner's view is of what was mapped, and of the lease that ends with it. */
#if IOP_DEBUG_VIEWS
#define LOST_LEASE(owner) ((owner).raw.lease.slot != (owner).hold.mapping.lease.slot)
#else
#define LOST_LEASE(owner) false
#endif
#define MISPLACED(owner) (iop_addr(owner) != (uintptr_t)fuzz_owner_base[0] || LOST_LEASE(owner))

#define OWN_ONE(OWNER, map)                                                                                          \
	do {                                                                                                         \
		static OWNER owner;                                                                                  \
		err = map;                                                                                           \
		result->value = mapped << 8 | iop_owner_widths(&owner) | (uint64_t)(!err && MISPLACED(owner)) << 32; \
		iop_iomem_drop(&owner);                                                                              \
	} while (0)
#define OWN(OWNER, map, ...)                                                                   \
	OWN_ONE(OWNER, c->whole ? iop_##map##_map_widths(&owner, &bus, 0, ##__VA_ARGS__, said) \
				: iop_##map##_map(&owner, &bus, 0, ##__VA_ARGS__))
#define OWN_WC(OWNER, map, ...)                                                                   \
	OWN_ONE(OWNER, c->whole ? iop_##map##_map_wc_widths(&owner, &bus, 0, ##__VA_ARGS__, said) \
				: iop_##map##_map_wc(&owner, &bus, 0, ##__VA_ARGS__))

static int owner_widths(const struct fuzz_call *c, struct fuzz_result *result)
{
	const unsigned said = (unsigned)c->y & 0xff;
	int err = 0;

	known = (unsigned)c->x;
	mapped = 0;
	flags = c->panics ? IOP_RESOURCE_NONPOSTED : 0;
	iop_bus_init(&bus, &ops, NULL);
	switch (c->kind) {
	case BAR_ANY: OWN(IOP_BAR(16), bar, "fuzz"); break;
	case BAR_4: OWN(IOP_BAR_WIDTHS(4, 16), bar, "fuzz"); break;
	case BAR_4_8_64: OWN(IOP_BAR_WIDTHS(IOP_WIDTHS(4, 8, 64), 16), bar, "fuzz"); break;
	case IOMEM_ANY: OWN(IOP_IOMEM(16), iomem); break;
	case IOMEM_2_4: OWN(IOP_IOMEM_WIDTHS(IOP_WIDTHS(2, 4), 16), iomem); break;
	case EXCLUSIVE_ANY: OWN(IOP_EXCLUSIVE_IOMEM(16), exclusive_iomem, "fuzz"); break;
	case EXCLUSIVE_4: OWN(IOP_EXCLUSIVE_IOMEM_WIDTHS(4, 16), exclusive_iomem, "fuzz"); break;
	case WC_BAR: OWN_WC(IOP_WC_BAR(16), bar, "fuzz"); break;
	case WC_IOMEM: OWN_WC(IOP_WC_IOMEM(16), iomem); break;
	case WC_IOMEM_4: OWN_WC(IOP_WC_IOMEM_WIDTHS(4, 16), iomem); break;
	case WC_EXCLUSIVE: OWN_ONE(IOP_WC_EXCLUSIVE_IOMEM(16), iop_exclusive_iomem_map_wc(&owner, &bus, 0, "fuzz")); break;
	case CONST_BAR_4: OWN(IOP_CONST_BAR_WIDTHS(4, 16), bar, "fuzz"); break;
	case CONST_IOMEM_4_8: OWN(IOP_CONST_IOMEM_WIDTHS(IOP_WIDTHS(4, 8), 16), iomem); break;
	}
	return err;
}

FUZZ_EXECUTION(owner_widths, owner_widths);
#endif
