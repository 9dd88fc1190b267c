/* SPDX-License-Identifier: MIT */
/*
 * For WAY: projections of all structures of three members out of four kinds, nested in arrays in a structure, along paths with
 * random indices, against a calculator that lays the structures out itself and never asks the compiler for an offset.
 */
#include "ways.h"

#ifndef IOPATH_TEST_BODY_TREES_ONCE
#define IOPATH_TEST_BODY_TREES_ONCE

/* Kinds chosen for their alignments 1, 2, 4 and 8, and for sizes that leave padding behind. */
typedef uint8_t kind_b;
typedef uint16_t kind_h[3];
typedef struct kind_p {
	uint8_t x;
	uint32_t y;
} kind_p;
typedef uint64_t kind_q;

enum kind {
	b,
	h,
	p,
	q
};
struct layout {
	size_t size, align;
};

#define KINDS_1(X)	 KINDS_2(X, b) KINDS_2(X, h) KINDS_2(X, p) KINDS_2(X, q)
#define KINDS_2(X, a)	 KINDS_3(X, a, b) KINDS_3(X, a, h) KINDS_3(X, a, p) KINDS_3(X, a, q)
#define KINDS_3(X, a, c) X(a, c, b) X(a, c, h) X(a, c, p) X(a, c, q)
#define ROWS		 3
#define COLUMNS		 5

#define TREE(i, j, k)                                   \
	struct tree_##i##j##k {                         \
		kind_##i m0;                            \
		kind_##j m1;                            \
		kind_##k m2;                            \
	};                                              \
	struct grove_##i##j##k {                        \
		kind_##k lead;                          \
		struct tree_##i##j##k t[ROWS][COLUMNS]; \
		kind_##j tail;                          \
	};
KINDS_1(TREE)
#undef TREE

enum path {
	PATH_M0,
	PATH_M1,
	PATH_M2,
	PATH_TAIL,
	PATH_SPAN,
	PATH_IN_SPAN,
	PATH_REST,
	PATHS
};

/* What a path came to. */
struct place {
	uintptr_t addr;
	size_t size;
};

static size_t up(size_t n, size_t align)
{
	return (n + align - 1) / align * align;
}

/* The rule of C for a structure: each member at the next multiple of its alignment, the whole a multiple of the largest. */
static struct layout lay_out(const struct layout *members, size_t count, size_t *offsets)
{
	struct layout whole = {0, 1};

	for (size_t i = 0; i < count; i++) {
		offsets[i] = up(whole.size, members[i].align);
		whole.size = offsets[i] + members[i].size;
		if (members[i].align > whole.align)
			whole.align = members[i].align;
	}
	whole.size = up(whole.size, whole.align);
	return whole;
}

/* Basic types as the machine's ABI has them; everything above follows from the rule. */
static struct layout layout_of(enum kind kind)
{
	static const struct layout pair[] = {{1, 1}, {4, _Alignof(uint32_t)}};
	size_t ignored[2];

	switch (kind) {
	case b: return (struct layout){1, 1};
	case h: return (struct layout){3 * 2, 2};
	case p: return lay_out(pair, 2, ignored);
	default: return (struct layout){8, _Alignof(uint64_t)};
	}
}

/* The verdict of 2.3 and the place of a path, from the layouts alone: 0 or -ERANGE. */
static int calculate(const enum kind *m, enum path path, uintptr_t base, const size_t *n, struct place *out)
{
	struct layout tree[3] = {layout_of(m[0]), layout_of(m[1]), layout_of(m[2])};
	struct layout grove[3] = {tree[2], {0, 1}, tree[1]};
	size_t at[3], in[3], row;

	grove[1] = lay_out(tree, 3, in);
	row = grove[1].size * COLUMNS;
	size_t size = grove[1].size;
	grove[1].size = row * ROWS;
	lay_out(grove, 3, at);
	switch (path) {
	case PATH_M0:
	case PATH_M1:
	case PATH_M2:
		if (n[0] >= ROWS || n[1] >= COLUMNS)
			return -ERANGE;
		*out = (struct place){base + at[1] + n[0] * row + n[1] * size + in[path], tree[path].size};
		return 0;
	case PATH_TAIL: *out = (struct place){base + at[2], grove[2].size}; return 0;
	case PATH_SPAN:
		if (n[0] >= ROWS || n[1] > n[2] || n[2] > COLUMNS)
			return -ERANGE;
		*out = (struct place){base + at[1] + n[0] * row + n[1] * size, (n[2] - n[1]) * size};
		return 0;
	case PATH_IN_SPAN:
		if (n[0] >= ROWS || n[1] > n[2] || n[2] > COLUMNS || n[3] >= n[2] - n[1])
			return -ERANGE;
		*out = (struct place){base + at[1] + n[0] * row + (n[1] + n[3]) * size + in[1], tree[1].size};
		return 0;
	default:
		if (n[0] > ROWS || n[1] > ROWS - n[0])
			return -ERANGE;
		*out = (struct place){base + at[1] + n[0] * row, n[1] * row};
		return 0;
	}
}

/* Mostly small numbers around the bounds, sometimes huge ones that a sloppy check would wrap around. */
static size_t tree_index(uint64_t *seed)
{
	uint64_t r = iotest_random(seed);

	return r % 16 ? (r >> 8) % 7 : (size_t)0 - (size_t)(r >> 8) % 9;
}
#endif

static struct place WAY_FN(place)(uintptr_t addr, size_t size)
{
	return (struct place){addr, size};
}

#define PLACE(view)                                                \
	__extension__({                                            \
		IOP_AUTO place_ = (view);                          \
		WAY_FN(place)(iop_addr(place_), iop_size(place_)); \
	})

/* Each path once with each flavour; what the flavours return is compared by tree_one. */
#define TREE_PATHS(name, i, j, k, AT, RANGE, FROM, TO)                                                                  \
	static int WAY_FN(name##_##i##j##k)(enum path path, uintptr_t base, const size_t *n, struct place *out)         \
	{                                                                                                               \
		IOP_AUTO v = WAY_AT(base, struct grove_##i##j##k);                                                      \
		switch (path) {                                                                                         \
		case PATH_M0: *out = PLACE(iop_project(v, .t, AT(n[0]), AT(n[1]), .m0)); break;                         \
		case PATH_M1: *out = PLACE(iop_project(v, .t, AT(n[0]), AT(n[1]), .m1)); break;                         \
		case PATH_M2: *out = PLACE(iop_project(v, .t, AT(n[0]), AT(n[1]), .m2)); break;                         \
		case PATH_TAIL: *out = PLACE(iop_project(v, .tail)); break;                                             \
		case PATH_SPAN: *out = PLACE(iop_project(v, .t, AT(n[0]), RANGE(n[1], n[2]))); break;                   \
		case PATH_IN_SPAN: *out = PLACE(iop_project(v, .t, AT(n[0]), RANGE(n[1], n[2]), AT(n[3]), .m1)); break; \
		default: *out = PLACE(iop_project(v, .t, FROM(n[0]), TO(n[1]))); break;                                 \
		}                                                                                                       \
		return 0;                                                                                               \
	}
/* What this test does when a step is out of bounds. */
#define OR_CODE(i)	    iop_or(i, return -ERANGE)
#define OR_CODE_RANGE(a, b) iop_or_range(a, b, return -ERANGE)
#define OR_CODE_TO(b)	    iop_or_to(b, return -ERANGE)
#define OR_CODE_FROM(a)	    iop_or_from(a, return -ERANGE)
#define TREE_TRY(i, j, k)   TREE_PATHS(tree_try, i, j, k, OR_CODE, OR_CODE_RANGE, OR_CODE_FROM, OR_CODE_TO)
#define TREE_PANIC(i, j, k) TREE_PATHS(tree_panic, i, j, k, iop_or_panic, iop_or_panic_range, iop_or_panic_from, iop_or_panic_to)
KINDS_1(TREE_TRY)
KINDS_1(TREE_PANIC)
#undef TREE_TRY
#undef OR_CODE
#undef OR_CODE_RANGE
#undef OR_CODE_TO
#undef OR_CODE_FROM
#undef TREE_PANIC
#undef TREE_PATHS
#undef PLACE

struct WAY_FN(tree) {
	enum kind members[3];
	int (*attempt)(enum path path, uintptr_t base, const size_t *n, struct place *out);
	int (*panic)(enum path path, uintptr_t base, const size_t *n, struct place *out);
};
#define TREE_ROW(i, j, k) {{i, j, k}, WAY_FN(tree_try_##i##j##k), WAY_FN(tree_panic_##i##j##k)},
static const struct WAY_FN(tree) WAY_FN(trees)[] = {KINDS_1(TREE_ROW)};
#undef TREE_ROW

/* 1 if it panicked; apart, because what setjmp returns to must not have locals in flight. */
static int WAY_FN(tree_panics)(const struct WAY_FN(tree) * tree, enum path path, uintptr_t base, const size_t *n, struct place *out)
{
	if (setjmp(iotest_panic_return) == 0) {
		iotest_expect_panic();
		tree->panic(path, base, n, out);
		iotest_no_panic();
		return 0;
	}
	iotest_no_panic();
	assert_non_null(strstr(iotest_panic_reason, " out of bounds"));
	return 1;
}

static void WAY_FN(tree_one)(const struct WAY_FN(tree) * tree, enum path path, uintptr_t base, const size_t *n)
{
	struct place expected = {1, 1}, tried = {1, 1}, checked = {1, 1};
	int verdict = calculate(tree->members, path, base, n, &expected);

	assert_int_equal(tree->attempt(path, base, n, &tried), verdict);
	assert_int_equal(tried.addr, expected.addr);
	assert_int_equal(tried.size, expected.size);
	assert_int_equal(WAY_FN(tree_panics)(tree, path, base, n, &checked), verdict != 0);
	assert_memory_equal(&checked, &expected, sizeof(checked));
}

static void WAY_FN(trees_and_paths)(void **state)
{
	uint64_t seed = 19;
	unsigned accepted = 0, refused = 0;

	(void)state;
	iotest_record();
	for (size_t t = 0; t < IOTEST_COUNT(WAY_FN(trees)); t++)
		for (int path = 0; path < PATHS; path++)
			for (int round = 0; round < 40; round++) {
				size_t n[] = {tree_index(&seed), tree_index(&seed), tree_index(&seed), tree_index(&seed)};
				/* nothing lives at these addresses */
				uintptr_t base = (uintptr_t)iotest_random(&seed) & ~(uintptr_t)7;
				struct place ignored;

				WAY_FN(tree_one)(&WAY_FN(trees)[t], (enum path)path, base, n);
				if (calculate(WAY_FN(trees)[t].members, (enum path)path, base, n, &ignored))
					refused++;
				else
					accepted++;
			}
	assert_int_equal(iotest_count(), 0);
	/* both verdicts were given often, else the comparison says little */
	assert_true(accepted > 2000);
	assert_true(refused > 2000);
}
