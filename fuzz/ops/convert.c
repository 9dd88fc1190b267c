/* SPDX-License-Identifier: MIT */
/* To a view of another backend, of the same type and place. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

static void model_convert(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_view v = m->view[c->a];

	switch (c->kind) {
	case FUZZ_TO_RELAXED: v.backend = FUZZ_RELAXED; break;
	case FUZZ_TO_SYSMEM:
		v.backend = FUZZ_SYSMEM;
		v.bus = 0;
		break;
	case FUZZ_TO_EITHER:
		v.io = v.backend == FUZZ_MMIO;
		v.backend = FUZZ_IOSYSMAP;
		break;
	default:
		if (v.io != (c->kind == FUZZ_ARM_MMIO)) {
			r->panic = "wrong side";
			return;
		}
		v.backend = v.io ? FUZZ_MMIO : FUZZ_SYSMEM;
		v.io = false;
	}
	fuzz_model_keep(m, c, r, v, m->generation[c->a]);
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	switch (m->view[c->a].backend) {
	case FUZZ_MMIO: c->kind = r->choice & 1 ? FUZZ_TO_RELAXED : FUZZ_TO_EITHER; return true;
	case FUZZ_SYSMEM: c->kind = FUZZ_TO_EITHER; return true;
	case FUZZ_COHERENT: c->kind = FUZZ_TO_SYSMEM; return true;
	case FUZZ_IOSYSMAP: c->kind = r->choice & 1 ? FUZZ_ARM_MMIO : FUZZ_ARM_SYSMEM; return true;
	default: return false;
	}
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	static const char *const to[FUZZ_CONVERSIONS] = {"relaxed", "either", "its mmio side", "its sysmem side", "sysmem"};

	fprintf(out, " v%u to %s", c->a, to[c->kind]);
}

/* The side that is asked for, also of a view that has the other one. */
static struct fuzz_view makes(const struct fuzz_call *c, struct fuzz_view from)
{
	from.backend = c->kind == FUZZ_ARM_MMIO ? FUZZ_MMIO : FUZZ_SYSMEM;
	return from;
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const conversion[] = {"iop_relaxed", "", "iop_iosysmap_as_mmio", "iop_iosysmap_as_sysmem",
						 "iop_coherent_as_sysmem"};
	const char *either = e->view[c->a].backend == FUZZ_MMIO ? "iop_iosysmap_from_mmio" : "iop_iosysmap_from_sysmem";

	(void)m;
	fuzz_emit_made(e, "%s(%s)", c->kind == FUZZ_TO_EITHER ? either : conversion[c->kind], e->name[c->a]);
}

FUZZ_OPERATION(convert, resolve, model_convert, explain, emit, .makes = makes, .instead = FUZZ_offset_read);

#else
#include <executor/world.h>

#define CONVERT(T)                                                                            \
	case FUZZ_##T: {                                                                      \
		__auto_type to_ = CONVERSION(OPEN(T));                                        \
		struct fuzz_slot slot_ = {.type = FUZZ_##T, .owner = fuzz_slots[c->a].owner}; \
		slot_.backend = CONVERTED(to_, slot_);                                        \
		__builtin_memcpy(&slot_.len, to_.len, sizeof(to_.len));                       \
		fuzz_slots[c->to] = slot_;                                                    \
		fuzz_seen(result, &slot_, iop_addr(to_), iop_size(to_));                      \
		break;                                                                        \
	}
#define CONVERTER(name)                            \
	static int name(call_t c, result_t result) \
	{                                          \
		switch (fuzz_slots[c->a].type) {   \
			FUZZ_EACH_TYPE(CONVERT)    \
		}                                  \
		return 0;                          \
	}

#define CONVERTED(v, slot) ((slot).raw.relaxed = (v).raw, FUZZ_RELAXED)
#include <executor/backend/mmio.h>
#define CONVERSION(v) iop_relaxed(v)
CONVERTER(mmio_to_relaxed)
#undef CONVERSION
#undef CONVERTED

#define CONVERTED(v, slot) ((slot).raw.iosysmap = (v).raw, FUZZ_IOSYSMAP)
#define CONVERSION(v)	   iop_iosysmap_from_mmio(v)
CONVERTER(mmio_to_either)
#undef CONVERSION
#include <executor/backend/sysmem.h>
#define CONVERSION(v) iop_iosysmap_from_sysmem(v)
CONVERTER(sysmem_to_either)
#undef CONVERSION
#undef CONVERTED

#define CONVERTED(v, slot) ((slot).raw.mmio = (v).raw, FUZZ_MMIO)
#include <executor/backend/iosysmap.h>
#define CONVERSION(v) iop_iosysmap_as_mmio(v)
CONVERTER(arm_mmio)
#undef CONVERSION
#undef CONVERTED

#define CONVERTED(v, slot) ((slot).raw.sysmem = (v).raw, FUZZ_SYSMEM)
#define CONVERSION(v)	   iop_iosysmap_as_sysmem(v)
CONVERTER(arm_sysmem)
#undef CONVERSION
#include <executor/backend/coherent.h>
#define CONVERSION(v) iop_coherent_as_sysmem(v)
CONVERTER(coherent_to_sysmem)

static int convert(call_t c, result_t result)
{
	switch (c->kind) {
	case FUZZ_TO_RELAXED: return mmio_to_relaxed(c, result);
	case FUZZ_TO_EITHER: return fuzz_slots[c->a].backend == FUZZ_MMIO ? mmio_to_either(c, result) : sysmem_to_either(c, result);
	case FUZZ_ARM_MMIO: return arm_mmio(c, result);
	case FUZZ_ARM_SYSMEM: return arm_sysmem(c, result);
	default: return coherent_to_sysmem(c, result);
	}
}

FUZZ_EXECUTION(convert, convert);
#endif
