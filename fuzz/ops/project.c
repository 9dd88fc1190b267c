/* SPDX-License-Identifier: MIT */
/* Projection: a field, an element or range, a path of them. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

static void model_field(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_layout *layout = &fuzz_layout[m->view[c->a].type];

	if (!fuzz_model_stale(m, c->a, r))
		fuzz_model_keep_part(m, c, r, layout->field[c->kind].type, layout->field[c->kind].offset, 0);
}

static uint64_t elements(const struct fuzz_view *v)
{
	const struct fuzz_layout *layout = &fuzz_layout[v->type];

	return layout->dynamic ? v->len : layout->count;
}

static void out_of_bounds(const struct fuzz_call *c, struct fuzz_result *r, const char *panic)
{
	if (c->panics)
		r->panic = panic;
	else
		r->rc = -ERANGE;
}

static void model_index(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	const struct fuzz_layout *layout = &fuzz_layout[v->type];
	uint64_t count = elements(v), size = fuzz_layout[layout->element].size;
	uint64_t first = c->kind == FUZZ_TO || c->kind == FUZZ_WHOLE ? 0 : c->x;
	uint64_t end = c->kind == FUZZ_FROM || c->kind == FUZZ_WHOLE ? count : c->y;

	if (fuzz_model_stale(m, c->a, r))
		return;
	if (c->kind == FUZZ_ELEMENT) {
		if (c->x >= count)
			out_of_bounds(c, r, "index out of bounds");
		else
			fuzz_model_keep_part(m, c, r, layout->element, (fuzz_wide_t)c->x * size, 0);
		return;
	}
	if (first > end || end > count)
		out_of_bounds(c, r, "range out of bounds");
	else
		fuzz_model_keep_part(m, c, r, layout->range, (fuzz_wide_t)first * size, end - first);
}

static void model_path(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	static const struct {
		uint8_t offset, type;
	} member[4] = {{0, FUZZ_U16}, {2, FUZZ_U16}, {4, FUZZ_U32}, {8, FUZZ_A_DATA}};

	if (fuzz_model_stale(m, c->a, r))
		return;
	if (c->x >= 3)
		out_of_bounds(c, r, "index out of bounds");
	else
		fuzz_model_keep_part(m, c, r, member[c->kind].type, 8 + (fuzz_wide_t)c->x * 16 + member[c->kind].offset, 0);
}

static bool resolve_field(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	c->kind = r->choice % fuzz_layout[m->view[c->a].type].fields;
	return true;
}

static bool resolve_index(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v = &m->view[c->a];
	const struct fuzz_layout *layout = &fuzz_layout[v->type];
	uint64_t count = layout->dynamic ? v->len : layout->count;

	c->panics = r->choice & 1;
	c->kind = (r->choice >> 1) % FUZZ_INDEX_KINDS;
	c->x = fuzz_number(r->x, count, layout->size);
	c->y = fuzz_number(r->y, count, layout->size);
	/* Half of the ranges as start and length: most of those are good, most of the others are not. */
	if (r->choice & 0x80 && c->kind == FUZZ_RANGE && c->x <= count)
		c->y = c->x + fuzz_at_most(c->y, count - c->x);
	return true;
}

static bool resolve_path(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	(void)m;
	c->panics = r->choice & 1;
	c->kind = (r->choice >> 1) % 4;
	c->x = fuzz_number(r->x, 3, 16);
	return true;
}

static void explain_field(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u field %u", c->a, c->kind);
}

static void explain_index(FILE *out, const struct fuzz_call *c)
{
	static const char *const form[] = {"[x]", "[x..y]", "[..y]", "[x..]", "[..]"};

	fprintf(out, " v%u %s%s x=%#" PRIx64 " y=%#" PRIx64, c->a, c->panics ? "or-panic" : "try", form[c->kind], c->x, c->y);
}

static void explain_path(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u .ring[%s: %#" PRIx64 "] member %u", c->a, c->panics ? "panic" : "try", c->x, c->kind);
}

static struct fuzz_view field_makes(const struct fuzz_call *c, struct fuzz_view from)
{
	from.type = fuzz_layout[from.type].field[c->kind].type;
	return from;
}

static struct fuzz_view index_makes(const struct fuzz_call *c, struct fuzz_view from)
{
	const struct fuzz_layout *layout = &fuzz_layout[from.type];

	from.type = c->kind == FUZZ_ELEMENT ? layout->element : layout->range;
	return from;
}

static struct fuzz_view path_makes(const struct fuzz_call *c, struct fuzz_view from)
{
	static const uint8_t types[4] = {FUZZ_U16, FUZZ_U16, FUZZ_U32, FUZZ_A_DATA};

	from.type = types[c->kind];
	return from;
}

static void emit_field(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const fields[][5] = {[FUZZ_BLOCK] = {"ctrl", "half", "ring", "bytes", "words"},
						[FUZZ_RING] = {"head", "tail", "base", "data", ""},
						[FUZZ_WIDE] = {"quads", "low", "high", "", ""}};

	(void)m;
	fuzz_emit_made(e, "iop_project(%s, .%s)", e->name[c->a], fields[e->view[c->a].type][c->kind]);
}

static void emit_index(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const char *flavour = c->panics ? "or_panic" : "or", *otherwise = c->panics ? "" : ", return -ERANGE",
		   *view = e->name[c->a];
	static const char *const form[] = {"", "_range", "_to", "_from"};

	(void)m;
	if (c->kind == FUZZ_WHOLE)
		fuzz_emit_made(e, "iop_project(%s, iop_all())", view);
	else if (c->kind == FUZZ_RANGE)
		fuzz_emit_made(e, "iop_project(%s, iop_%s_range(UINT64_C(%" PRIu64 "), UINT64_C(%" PRIu64 ")%s))", view, flavour,
			       c->x, c->y, otherwise);
	else
		fuzz_emit_made(e, "iop_project(%s, iop_%s%s(UINT64_C(%" PRIu64 ")%s))", view, flavour, form[c->kind],
			       c->kind == FUZZ_TO ? c->y : c->x, otherwise);
}

static void emit_path(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const members[] = {"head", "tail", "base", "data"};

	(void)m;
	if (c->panics)
		fuzz_emit_made(e, "iop_project(%s, .ring, iop_or_panic(UINT64_C(%" PRIu64 ")), .%s)", e->name[c->a], c->x,
			       members[c->kind]);
	else
		fprintf(e->out, "\treturn iop_try_project(&%s, %s, .ring, iop_check(UINT64_C(%" PRIu64 ")), .%s);\n", e->to,
			e->name[c->a], c->x, members[c->kind]);
}

FUZZ_OPERATION(field, resolve_field, model_field, explain_field, emit_field, .makes = field_makes);
FUZZ_OPERATION(index, resolve_index, model_index, explain_index, emit_index, .makes = index_makes);
FUZZ_OPERATION(path, resolve_path, model_path, explain_path, emit_path, .makes = path_makes);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/project.c>
#include <executor/each_backend.h>

FUZZ_ON_VIEWS(field);
FUZZ_ON_VIEWS(index);
FUZZ_ON_VIEWS(path);

#else
static int ON(field)(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type << 8 | c->kind) {
#define FIELD(T, number, member, F)                     \
	case FUZZ_##T << 8 | (number):                  \
		KEEP(F, iop_project(OPEN(T), .member)); \
		break;
		FUZZ_EACH_FIELD(FIELD)
#undef FIELD
	}
	return 0;
}

#define INDEX(T, E, R)                                                                    \
	case FUZZ_##T:                                                                    \
		switch (c->kind) {                                                        \
		case FUZZ_ELEMENT: KEEP(E, iop_project(OPEN(T), ELEMENT(c->x))); break;   \
		case FUZZ_RANGE: KEEP(R, iop_project(OPEN(T), RANGE(c->x, c->y))); break; \
		case FUZZ_TO: KEEP(R, iop_project(OPEN(T), TO(c->y))); break;             \
		case FUZZ_FROM: KEEP(R, iop_project(OPEN(T), FROM(c->x))); break;         \
		default: KEEP(R, iop_project(OPEN(T), iop_all())); break;                 \
		}                                                                         \
		break;

static int ON(index_try)(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type) {
#define ELEMENT(i)  iop_or(i, return -ERANGE)
#define RANGE(a, b) iop_or_range(a, b, return -ERANGE)
#define TO(b)	    iop_or_to(b, return -ERANGE)
#define FROM(a)	    iop_or_from(a, return -ERANGE)
		FUZZ_EACH_INDEXABLE(INDEX)
#undef ELEMENT
#undef RANGE
#undef TO
#undef FROM
	}
	return 0;
}

static int ON(index_panic)(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type) {
#define ELEMENT(i)  iop_or_panic(i)
#define RANGE(a, b) iop_or_panic_range(a, b)
#define TO(b)	    iop_or_panic_to(b)
#define FROM(a)	    iop_or_panic_from(a)
		FUZZ_EACH_INDEXABLE(INDEX)
#undef ELEMENT
#undef RANGE
#undef TO
#undef FROM
	}
	return 0;
}

#define EACH_PATH(PATH)                      \
	switch (c->kind) {                   \
	case 0: PATH(U16, .head); break;     \
	case 1: PATH(U16, .tail); break;     \
	case 2: PATH(U32, .base); break;     \
	default: PATH(A_DATA, .data); break; \
	}

static int ON(path_try)(call_t c, result_t result)
{
#define PATH(T, member)                                                                          \
	do {                                                                                     \
		TYPE(T) part_ = {};                                                              \
		int err_ = iop_try_project(&part_, OPEN(BLOCK), .ring, iop_check(c->x), member); \
		if (err_)                                                                        \
			return err_;                                                             \
		KEEP(T, part_);                                                                  \
	} while (0)
	EACH_PATH(PATH)
#undef PATH
	return 0;
}

static int ON(path_panic)(call_t c, result_t result)
{
#define PATH(T, member) KEEP(T, iop_project(OPEN(BLOCK), .ring, iop_or_panic(c->x), member))
	EACH_PATH(PATH)
#undef PATH
	return 0;
}

static int ON(index)(call_t c, result_t result)
{
	return c->panics ? ON(index_panic)(c, result) : ON(index_try)(c, result);
}

static int ON(path)(call_t c, result_t result)
{
	return c->panics ? ON(path_panic)(c, result) : ON(path_try)(c, result);
}
#endif
