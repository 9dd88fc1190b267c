/* SPDX-License-Identifier: MIT */
/*
 * The operations on views of one backend; included once a backend, with
 *	BACKEND, BACKEND_ID	its name, and its number here
 *	VIEW			its view type
 *	COPIES, HAS_64		what it can do
 * The library chooses everything by type, at compile time, so every pair of an operation and a type is spelled out; the lists in
 * types.h do it.
 */
#include "core.h"

#include <string.h>

#define CAT_(a, b) a##b
#define CAT(a, b)  CAT_(a, b)
#define TYPE(T)	   CAT(BACKEND, _##T)

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

static int field(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type << 8 | c->kind) {
#define FIELD(T, number, member, F) \
	case FUZZ_##T << 8 | (number): KEEP(F, iop_project(OPEN(T), .member)); break;
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

static int index_try(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type) {
#define ELEMENT(i)  iop_try(i)
#define RANGE(a, b) iop_try_range(a, b)
#define TO(b)	    iop_try_to(b)
#define FROM(a)	    iop_try_from(a)
		FUZZ_EACH_INDEXABLE(INDEX)
#undef ELEMENT
#undef RANGE
#undef TO
#undef FROM
	}
	return 0;
}

static int index_panic(call_t c, result_t result)
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

#define PATH(step)                                                                  \
	switch (c->kind) {                                                          \
	case 0: KEEP(U16, iop_project(OPEN(BLOCK), .ring, step, .head)); break;     \
	case 1: KEEP(U16, iop_project(OPEN(BLOCK), .ring, step, .tail)); break;     \
	case 2: KEEP(U32, iop_project(OPEN(BLOCK), .ring, step, .base)); break;     \
	default: KEEP(A_DATA, iop_project(OPEN(BLOCK), .ring, step, .data)); break; \
	}

static int path_try(call_t c, result_t result)
{
	PATH(iop_try(c->x))
	return 0;
}

static int path_panic(call_t c, result_t result)
{
	PATH(iop_or_panic(c->x))
	return 0;
}

#define TO_TYPE(T, cast)             \
	do {                         \
		TYPE(T) to;          \
		int err = cast;      \
		if (!err)            \
			KEEP(T, to); \
		return err;          \
	} while (0)
#define CAST_TO(T) \
	case FUZZ_##T: TO_TYPE(T, iop_try_cast(FROM, FUZZ_C_##T, &to));

/* Bytes need no opt-in. */
#define CAST_TO_BYTES(T) \
	case FUZZ_##T:   \
		TO_TYPE(T, iop_try_cast_bytes(FROM, &to));

#define CAST_FROM(T)                                                  \
	static int cast_##T(call_t c, result_t result, unsigned type) \
	{                                                             \
		TYPE(T) from = OPEN(T);                               \
		switch (type) {                                       \
			FUZZ_EACH_CAST(CAST_TO, CAST_TO_BYTES)        \
		}                                                     \
		return 0;                                             \
	}
#define FROM from
CAST_FROM(REGION0)
CAST_FROM(REGION42)
CAST_FROM(A_BYTES)
CAST_FROM(A_DATA)
CAST_FROM(A_64)
CAST_FROM(S_U8)
#undef FROM

static int cast(call_t c, result_t result)
{
	static const uint8_t types[] = {FUZZ_BLOCK, FUZZ_RING, FUZZ_WIDE, FUZZ_U16, FUZZ_U32, FUZZ_U64, FUZZ_A_64, FUZZ_A_DATA};

	switch (fuzz_slots[c->a].type) {
	case FUZZ_REGION0: return cast_REGION0(c, result, types[c->kind]);
	case FUZZ_REGION42: return cast_REGION42(c, result, types[c->kind]);
	case FUZZ_A_BYTES: return cast_A_BYTES(c, result, types[c->kind]);
	case FUZZ_A_DATA: return cast_A_DATA(c, result, types[c->kind]);
	case FUZZ_A_64: return cast_A_64(c, result, types[c->kind]);
	default: return cast_S_U8(c, result, types[c->kind]);
	}
}

#if HAS_64
#define EACH_WIDTH(X) X(8) X(16) X(32) X(64)
#define EACH_VALUE    FUZZ_EACH_VALUE
#else
#define EACH_WIDTH(X) X(8) X(16) X(32)
#define EACH_VALUE    FUZZ_EACH_VALUE32
#endif

static int offset_read(call_t c, result_t result)
{
	int err = 0;

	switch (c->width * 8) {
#define READ(bits)                                                     \
	case bits: {                                                   \
		uint##bits##_t value = (uint##bits##_t)c->value;       \
		err = iop_try_read##bits(OPEN(REGION0), c->x, &value); \
		result->value = value;                                 \
		break;                                                 \
	}
		EACH_WIDTH(READ)
#undef READ
	}
	return err;
}

static int offset_write(call_t c, result_t result)
{
	switch (c->width * 8) {
#define WRITE(bits) \
	case bits: return iop_try_write##bits(OPEN(REGION42), (result->value++, (uint##bits##_t)c->value), c->x);
		EACH_WIDTH(WRITE)
#undef WRITE
	}
	return 0;
}

static int offset_update(call_t c, result_t result)
{
	switch (c->width * 8) {
#define UPDATE(bits) \
	case bits: return iop_try_update##bits(OPEN(REGION0), c->x, old, (result->value = old, (uint##bits##_t)(old ^ c->value)));
		EACH_WIDTH(UPDATE)
#undef UPDATE
	}
	return 0;
}

static int fixed(call_t c, result_t result)
{
	switch (c->kind << 2 | (unsigned)c->y) {
#define FIXED(number, bits, offset)                                                                                     \
	case (number) << 2: result->value = iop_read##bits(OPEN(REGION42), offset); break;                              \
	case (number) << 2 | 1: iop_write##bits(OPEN(REGION42), (uint##bits##_t)c->value, offset); break;               \
	case (number) << 2 | 2:                                                                                         \
		iop_update##bits(OPEN(REGION42), offset, old, (result->value = old, (uint##bits##_t)(old ^ c->value))); \
		break;
		FUZZ_EACH_FIXED(FIXED)
#undef FIXED
	}
	return 0;
}

static int value(call_t c, result_t result)
{
	switch (c->op << 8 | fuzz_slots[c->a].type) {
#define VALUE(T, width)                                                                   \
	case FUZZ_read << 8 | FUZZ_##T: result->value = iop_read(OPEN(T)); break;         \
	case FUZZ_write << 8 | FUZZ_##T: iop_write(OPEN(T), (FUZZ_C_##T)c->value); break; \
	case FUZZ_update << 8 | FUZZ_##T: iop_update(OPEN(T), old, (result->value = old, (FUZZ_C_##T)(old ^ c->value))); break;
		EACH_VALUE(VALUE)
#undef VALUE
	}
	return 0;
}

IOP_REGISTER(fuzz_register, uint32_t, IOP_ARRAY(6, 12, 0x10), (10, 4, level), (31, 31, busy));

static int registers(call_t c, result_t result)
{
	struct fuzz_register_location at;
	fuzz_register value = iop_from_raw(fuzz_register, (uint32_t)c->value);
	int err;

	if (!iop_try_at(fuzz_register, c->x, &at))
		return -EINVAL;
	switch (c->kind) {
	case 0:
		err = iop_try_read_reg(OPEN(REGION0), iop_loc(fuzz_register, at), &value);
		result->value = err ? 0 : value.raw;
		return err;
	case 1: return iop_try_write_reg(OPEN(REGION0), iop_loc(fuzz_register, at), value);
	case 2:
		err = iop_try_read_reg(OPEN(REGION0), iop_loc(fuzz_register, at), &value);
		result->value = err ? 0 : iop_get(value, .level);
		return err;
	default:
		return iop_try_update_reg(OPEN(REGION0), iop_loc(fuzz_register, at), old, __extension__({
						  int fits = iop_try_with(&old, .level, c->value & 0xffff);
						  result->value = (uint64_t)(int64_t)fits;
						  old;
					  }));
	}
}

#if COPIES
static int copy(call_t c, result_t result)
{
	uint8_t *ram = fuzz_ram(c->y);

	(void)result;
	switch (c->op << 8 | fuzz_slots[c->a].type) {
	case FUZZ_copy_from << 8 | FUZZ_S_U8: iop_copy_from(OPEN(S_U8), ram, c->n); break;
	case FUZZ_copy_to << 8 | FUZZ_S_U8: iop_copy_to(OPEN(S_U8), ram, c->n); break;
#define OBJECT(T)                                           \
	case FUZZ_object_read << 8 | FUZZ_##T: {            \
		FUZZ_C_##T object = iop_copy_read(OPEN(T)); \
		memcpy(ram, &object, sizeof(object));       \
		break;                                      \
	}                                                   \
	case FUZZ_object_write << 8 | FUZZ_##T: {           \
		FUZZ_C_##T object;                          \
		memcpy(&object, ram, sizeof(object));       \
		iop_copy_write(OPEN(T), object);            \
		break;                                      \
	}
		FUZZ_EACH_OBJECT(OBJECT)
#undef OBJECT
	}
	return 0;
}

static int clash(call_t c, result_t result)
{
	uint8_t *buffer = fuzz_executor_arena() + c->x;
	TYPE(S_U8) view = OPEN(S_U8);

	(void)result;
	if (c->kind)
		iop_copy_from(view, buffer, iop_len(view));
	else
		iop_copy_to(view, buffer, iop_len(view));
	return 0;
}

#define MOVE(name, B_VIEW)                                                                           \
	case FUZZ_ID_##name: {                                                                       \
		typedef B_VIEW(IOP_SLICE(uint8_t)) from_t;                                           \
		from_t from;                                                                         \
		from.raw = fuzz_slots[c->b].raw.name;                                                \
		from.len[0] = fuzz_slots[c->b].len;                                                  \
		if (c->whole)                                                                        \
			return iop_copy_view(OPEN(S_U8), from);                                      \
		return iop_copy_view(iop_project(OPEN(S_U8), iop_or_panic_range(c->x, c->x + c->n)), \
				     iop_project(from, iop_or_panic_range(c->y, c->y + c->n)));      \
	}
#define FUZZ_ID_mmio	 FUZZ_MMIO
#define FUZZ_ID_sysmem	 FUZZ_SYSMEM
#define FUZZ_ID_iosysmap FUZZ_IOSYSMAP
#define FUZZ_ID_coherent FUZZ_COHERENT

static int move(call_t c, result_t result)
{
	(void)result;
	switch (fuzz_slots[c->b].backend) {
		MOVE(mmio, IOP_MMIO)
		MOVE(sysmem, IOP_SYSMEM)
		MOVE(iosysmap, IOP_IOSYSMAP)
		MOVE(coherent, IOP_COHERENT)
	}
	return 0;
}
#endif

/* To a view of another backend, of the same type and place. */
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
