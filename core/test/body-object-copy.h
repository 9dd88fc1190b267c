/* SPDX-License-Identifier: MIT */
/* For WAY: copy_read and copy_write of structures of every size from 0 to 259 at every address their alignment allows. */
#include "strict.h"
#include "ways.h"

#ifndef IOPATH_TEST_BODY_OBJECT_COPY_ONCE
#define IOPATH_TEST_BODY_OBJECT_COPY_ONCE
#define TEN(X, p)      X(p##0) X(p##1) X(p##2) X(p##3) X(p##4) X(p##5) X(p##6) X(p##7) X(p##8) X(p##9)
#define ONE_TO_NINE(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9)
/* clang-format off */
#define TENS(X)											\
	TEN(X, 1) TEN(X, 2) TEN(X, 3) TEN(X, 4) TEN(X, 5) TEN(X, 6) TEN(X, 7) TEN(X, 8) TEN(X, 9)	\
	TEN(X, 10) TEN(X, 11) TEN(X, 12) TEN(X, 13) TEN(X, 14) TEN(X, 15) TEN(X, 16) TEN(X, 17)	\
	TEN(X, 18) TEN(X, 19) TEN(X, 20) TEN(X, 21) TEN(X, 22) TEN(X, 23) TEN(X, 24) TEN(X, 25)
/* clang-format on */
#define OBJECT_MAX 259

#define OBJECT(type, n)              \
	struct object_##type##_##n { \
		type b[n];           \
	};
#define OBJECT_8(n)  OBJECT(uint8_t, n)
#define OBJECT_16(n) OBJECT(uint16_t, n)
#define OBJECT_32(n) OBJECT(uint32_t, n)
#define OBJECT_64(n) OBJECT(uint64_t, n)
/* clang-format off */
OBJECT_8(0)
ONE_TO_NINE(OBJECT_8)
TENS(OBJECT_8)
ONE_TO_NINE(OBJECT_16)
ONE_TO_NINE(OBJECT_32)
ONE_TO_NINE(OBJECT_64)
#undef OBJECT
#undef OBJECT_8
#undef OBJECT_16
#undef OBJECT_32
#undef OBJECT_64

struct object_ops {
	size_t size, align;
	void (*put)(uintptr_t io, const uint8_t *from);
	void (*get)(uintptr_t io, uint8_t *to);
};
/* clang-format on */
#endif

#define OBJECT_FUNCTIONS(type, n)                                                                          \
	static void WAY_FN(put_##type##_##n)(uintptr_t io, const uint8_t *from)                            \
	{                                                                                                  \
		struct object_##type##_##n object;                                                         \
		memcpy(&object, from, sizeof(object));                                                     \
		iop_copy_write(WAY_AT(io, struct object_##type##_##n), object);                            \
	}                                                                                                  \
	static void WAY_FN(get_##type##_##n)(uintptr_t io, uint8_t * to)                                   \
	{                                                                                                  \
		struct object_##type##_##n object = iop_copy_read(WAY_AT(io, struct object_##type##_##n)); \
		memcpy(to, &object, sizeof(object));                                                       \
	}
#define OBJECT_FUNCTIONS_8(n)  OBJECT_FUNCTIONS(uint8_t, n)
#define OBJECT_FUNCTIONS_16(n) OBJECT_FUNCTIONS(uint16_t, n)
#define OBJECT_FUNCTIONS_32(n) OBJECT_FUNCTIONS(uint32_t, n)
#define OBJECT_FUNCTIONS_64(n) OBJECT_FUNCTIONS(uint64_t, n)
/* clang-format off */
OBJECT_FUNCTIONS_8(0)
ONE_TO_NINE(OBJECT_FUNCTIONS_8)
TENS(OBJECT_FUNCTIONS_8)
ONE_TO_NINE(OBJECT_FUNCTIONS_16)
ONE_TO_NINE(OBJECT_FUNCTIONS_32)
ONE_TO_NINE(OBJECT_FUNCTIONS_64)

#define OBJECT_ROW(type, n)                                                                                  \
	{sizeof(struct object_##type##_##n), _Alignof(struct object_##type##_##n), WAY_FN(put_##type##_##n), \
	 WAY_FN(get_##type##_##n)},
#define OBJECT_ROW_8(n)	 OBJECT_ROW(uint8_t, n)
#define OBJECT_ROW_16(n) OBJECT_ROW(uint16_t, n)
#define OBJECT_ROW_32(n) OBJECT_ROW(uint32_t, n)
#define OBJECT_ROW_64(n) OBJECT_ROW(uint64_t, n)
static const struct object_ops WAY_FN(objects)[] = {
	OBJECT_ROW_8(0)
	ONE_TO_NINE(OBJECT_ROW_8)
	TENS(OBJECT_ROW_8)
	ONE_TO_NINE(OBJECT_ROW_16)
	ONE_TO_NINE(OBJECT_ROW_32)
	ONE_TO_NINE(OBJECT_ROW_64)
};
/* clang-format on */

static void WAY_FN(object_one)(const struct object_ops *op, uint8_t *memory, size_t all, size_t at, uint64_t *seed)
{
	uint8_t from[OBJECT_MAX], to[OBJECT_MAX];
	uint8_t around = (uint8_t)iotest_random(seed);

	for (size_t i = 0; i < op->size; i++)
		from[i] = (uint8_t)iotest_random(seed);
	memset(memory, around, all);
	iotest_record();
	op->put((uintptr_t)memory + at, from);
	strict_copied(WAY_INFO, IOP_EVENT_ST, memory + at, op->size);
	/* the bytes as they are on either byte order, and no others */
	assert_memory_equal(memory + at, from, op->size);
	for (size_t i = 0; i < all; i++)
		if (i < at || i >= at + op->size)
			assert_int_equal(memory[i], around);
	iotest_record();
	op->get((uintptr_t)memory + at, to);
	strict_copied(WAY_INFO, IOP_EVENT_LD, memory + at, op->size);
	assert_memory_equal(to, from, op->size);
}

static void WAY_FN(objects_round_trip)(void **state)
{
	_Alignas(16) uint8_t memory[OBJECT_MAX + 32];
	uint64_t seed = 28;

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(WAY_FN(objects)); i++) {
		const struct object_ops *op = &WAY_FN(objects)[i];

		for (size_t at = 8; at < 16; at += op->align)
			WAY_FN(object_one)(op, memory, sizeof(memory), at, &seed);
	}
}

#undef OBJECT_FUNCTIONS
#undef OBJECT_FUNCTIONS_8
#undef OBJECT_FUNCTIONS_16
#undef OBJECT_FUNCTIONS_32
#undef OBJECT_FUNCTIONS_64
#undef OBJECT_ROW
#undef OBJECT_ROW_8
#undef OBJECT_ROW_16
#undef OBJECT_ROW_32
#undef OBJECT_ROW_64
