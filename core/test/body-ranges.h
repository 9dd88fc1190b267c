/* SPDX-License-Identifier: MIT */
/* For WAY: the index and range vectors for eight elements, of an array and of a slice, in the flavours that decide at run time. */
#include "ways.h"

#ifndef IOPATH_TEST_BODY_RANGES_ONCE
#define IOPATH_TEST_BODY_RANGES_ONCE
enum range_kind {
	ELEMENT,
	FROM_TO,
	UP_TO,
	FROM,
	ALL
};
struct range_vector {
	enum range_kind kind;
	size_t a, b;
	int ok;
	size_t first, count;
};
static const struct range_vector range_vectors[] = {
	{ELEMENT, 0, 0, 1, 0, 1},
	{ELEMENT, 7, 0, 1, 7, 1},
	{ELEMENT, 8, 0, 0, 0, 0},
	{ELEMENT, SIZE_MAX, 0, 0, 0, 0},
	{FROM_TO, 0, 8, 1, 0, 8},
	{FROM_TO, 8, 8, 1, 8, 0},
	{FROM_TO, 8, 9, 0, 0, 0},
	{FROM_TO, 9, 9, 0, 0, 0},
	{FROM_TO, 5, 4, 0, 0, 0},
	{FROM_TO, 2, 6, 1, 2, 4},
	{FROM_TO, SIZE_MAX, 0, 0, 0, 0},
	{FROM_TO, 0, SIZE_MAX, 0, 0, 0},
	{UP_TO, 0, 0, 1, 0, 0},
	{UP_TO, 8, 0, 1, 0, 8},
	{UP_TO, 9, 0, 0, 0, 0},
	{UP_TO, SIZE_MAX, 0, 0, 0, 0},
	{FROM, 0, 0, 1, 0, 8},
	{FROM, 8, 0, 1, 8, 0},
	{FROM, 9, 0, 0, 0, 0},
	{FROM, SIZE_MAX, 0, 0, 0, 0},
	{ALL, 0, 0, 1, 0, 8},
	{FROM_TO, SIZE_MAX, SIZE_MAX, 0, 0, 0},
};
#endif

/* *first and *count are in elements of two bytes. */
#define RANGE_FUNCTION(name, MAKE, AT, RANGE, TO, SINCE)                                    \
	static int WAY_FN(name)(const struct range_vector *r, size_t *first, size_t *count) \
	{                                                                                   \
		IOP_AUTO v = MAKE;                                                          \
		uintptr_t base = iop_addr(v), to = 0;                                       \
		switch (r->kind) {                                                          \
		case ELEMENT: {                                                             \
			IOP_AUTO part = iop_project(v, AT(r->a));                           \
			to = iop_addr(part), *count = iop_size(part) / 2;                   \
			break;                                                              \
		}                                                                           \
		case FROM_TO: {                                                             \
			IOP_AUTO part = iop_project(v, RANGE(r->a, r->b));                  \
			to = iop_addr(part), *count = iop_len(part);                        \
			break;                                                              \
		}                                                                           \
		case UP_TO: {                                                               \
			IOP_AUTO part = iop_project(v, TO(r->a));                           \
			to = iop_addr(part), *count = iop_len(part);                        \
			break;                                                              \
		}                                                                           \
		case FROM: {                                                                \
			IOP_AUTO part = iop_project(v, SINCE(r->a));                        \
			to = iop_addr(part), *count = iop_len(part);                        \
			break;                                                              \
		}                                                                           \
		default: {                                                                  \
			IOP_AUTO part = iop_project(v, iop_all());                          \
			to = iop_addr(part), *count = iop_len(part);                        \
			break;                                                              \
		}                                                                           \
		}                                                                           \
		*first = (to - base) / 2;                                                   \
		return 0;                                                                   \
	}
#define RANGE_ARRAY WAY_AT(0x7000, uint16_t[8])
#define RANGE_SLICE WAY_SLICE(uint16_t, 0x7000, 8)
/* What this test does when a step is out of bounds. */
#define OR_CODE(i)	    iop_or(i, return -ERANGE)
#define OR_CODE_RANGE(a, b) iop_or_range(a, b, return -ERANGE)
#define OR_CODE_TO(b)	    iop_or_to(b, return -ERANGE)
#define OR_CODE_FROM(a)	    iop_or_from(a, return -ERANGE)
RANGE_FUNCTION(range_array_try, RANGE_ARRAY, OR_CODE, OR_CODE_RANGE, OR_CODE_TO, OR_CODE_FROM)
RANGE_FUNCTION(range_slice_try, RANGE_SLICE, OR_CODE, OR_CODE_RANGE, OR_CODE_TO, OR_CODE_FROM)
#undef OR_CODE
#undef OR_CODE_RANGE
#undef OR_CODE_TO
#undef OR_CODE_FROM
RANGE_FUNCTION(range_array_panic, RANGE_ARRAY, iop_or_panic, iop_or_panic_range, iop_or_panic_to, iop_or_panic_from)
RANGE_FUNCTION(range_slice_panic, RANGE_SLICE, iop_or_panic, iop_or_panic_range, iop_or_panic_to, iop_or_panic_from)
#undef RANGE_FUNCTION
#undef RANGE_ARRAY
#undef RANGE_SLICE

static void WAY_FN(range_vectors)(void **state)
{
	int (*const tries[])(const struct range_vector *, size_t *, size_t *) = {WAY_FN(range_array_try), WAY_FN(range_slice_try)};
	int (*const panics[])(const struct range_vector *, size_t *, size_t *) = {WAY_FN(range_array_panic),
										  WAY_FN(range_slice_panic)};

	(void)state;
	iotest_record();
	for (size_t i = 0; i < 2 * IOTEST_COUNT(range_vectors); i++) {
		const struct range_vector *r = &range_vectors[i / 2];
		const char *volatile why = r->kind == ELEMENT ? "index out of bounds" : "range out of bounds";
		size_t first = 0, count = 0, checked_first = 0, checked_count = 0;

		assert_int_equal(tries[i % 2](r, &first, &count), r->ok ? 0 : -ERANGE);
		assert_int_equal(first, r->first);
		assert_int_equal(count, r->count);
		if (r->ok) {
			panics[i % 2](r, &checked_first, &checked_count);
			assert_int_equal(checked_first, r->first);
			assert_int_equal(checked_count, r->count);
		} else {
			assert_panics(why, panics[i % 2](r, &checked_first, &checked_count));
		}
	}
	assert_int_equal(iotest_count(), 0);
}
