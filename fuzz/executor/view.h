/* SPDX-License-Identifier: MIT */
/*
 * Views of one backend; included once a backend, by backend/NAME.h, with
 *	BACKEND, BACKEND_ID	its name, and its number here
 *	VIEW			its view type
 *	COPIES, HAS_64		what it can do
 * The library chooses everything by type, at compile time, so every pair of an operation and a type is spelled out; the lists in
 * types.h do it.
 */
#include "world.h"

#include <string.h>

#define CAT_(a, b) a##b
#define CAT(a, b)  CAT_(a, b)
#define TYPE(T)	   CAT(BACKEND, _##T)

/* The function of an operation for this backend. */
#define ON(name) CAT(BACKEND, _##name)

#define DECLARE(T) typedef VIEW(FUZZ_C_##T) TYPE(T);
FUZZ_EACH_TYPE(DECLARE)
#undef DECLARE

/* The typed view that a slot holds; the slot that a typed view becomes. Files of this folder are built without the builtin memcpy. */
#define OPEN(T)                                                                        \
	__extension__({                                                                \
		TYPE(T) view_;                                                         \
		view_.raw = fuzz_slots[c->a].raw.BACKEND;                              \
		__builtin_memcpy(view_.len, &fuzz_slots[c->a].len, sizeof(view_.len)); \
		view_;                                                                 \
	})
#define KEEP(T, view)                                                                                                \
	do {                                                                                                         \
		TYPE(T) kept_ = iop_as(TYPE(T), view);                                                               \
		struct fuzz_slot slot_ = {.backend = BACKEND_ID, .type = FUZZ_##T, .owner = fuzz_slots[c->a].owner}; \
		slot_.raw.BACKEND = kept_.raw;                                                                       \
		__builtin_memcpy(&slot_.len, kept_.len, sizeof(kept_.len));                                          \
		fuzz_slots[c->to] = slot_;                                                                           \
		fuzz_seen(result, &slot_, iop_addr(kept_), iop_size(kept_));                                         \
	} while (0)

typedef const struct fuzz_call *call_t;
typedef struct fuzz_result *result_t;

/* What can be accessed: X(bits), X(type, width). */
#undef EACH_WIDTH
#undef EACH_VALUE
#if HAS_64
#define EACH_WIDTH(X) X(8) X(16) X(32) X(64)
#define EACH_VALUE    FUZZ_EACH_VALUE
#else
#define EACH_WIDTH(X) X(8) X(16) X(32)
#define EACH_VALUE    FUZZ_EACH_VALUE32
#endif
