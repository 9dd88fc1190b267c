/* SPDX-License-Identifier: MIT */
/*
 * For WAY: fallible offset access agrees with a 128-bit model of the rule for every offset, size, width and base alignment; what
 * is refused causes no event and changes nothing; what is accepted is one access of the right bytes.
 */
#include "ways.h"

#ifndef IOPATH_TEST_BODY_OFFSET_ONCE
#define IOPATH_TEST_BODY_OFFSET_ONCE
#if SIZE_MAX == UINT64_MAX
__extension__ typedef unsigned __int128 model_int;
#else
typedef uint64_t model_int;
#endif

/* Nothing overflows in twice the width of an address, so the rule is plain arithmetic here. */
static int offset_model(uintptr_t base, size_t offset, size_t size, unsigned width, size_t align)
{
	return (model_int)offset + width <= size && ((model_int)base + offset) % align == 0;
}

struct offset_case {
	uint8_t *base;
	size_t size, offset;
};
#endif

typedef WAY_VIEW(IOP_REGION(0)) WAY_FN(offset_view);

struct WAY_FN(offset_ops) {
	unsigned width;
	size_t align;
	int (*read)(WAY_FN(offset_view) region, size_t offset, uint64_t *value);
	int (*read_generic)(WAY_FN(offset_view) region, size_t offset, uint64_t *value);
	int (*write)(WAY_FN(offset_view) region, size_t offset, uint64_t value);
	int (*write_generic)(WAY_FN(offset_view) region, size_t offset, uint64_t value);
	int (*update)(WAY_FN(offset_view) region, size_t offset, uint64_t add, unsigned *calls);
};

#define OFFSET_FUNCTIONS(bits)                                                                                            \
	static int WAY_FN(offset_read_##bits)(WAY_FN(offset_view) region, size_t offset, uint64_t * value)                \
	{                                                                                                                 \
		uint##bits##_t v = (uint##bits##_t) * value;                                                              \
		int err = iop_try_read##bits(region, offset, &v);                                                         \
		*value = v;                                                                                               \
		return err;                                                                                               \
	}                                                                                                                 \
	static int WAY_FN(offset_get_##bits)(WAY_FN(offset_view) region, size_t offset, uint64_t * value)                 \
	{                                                                                                                 \
		uint##bits##_t v = (uint##bits##_t) * value;                                                              \
		int err = iop_try_read(region, offset, &v);                                                               \
		*value = v;                                                                                               \
		return err;                                                                                               \
	}                                                                                                                 \
	static int WAY_FN(offset_write_##bits)(WAY_FN(offset_view) region, size_t offset, uint64_t value)                 \
	{                                                                                                                 \
		return iop_try_write##bits(region, (uint##bits##_t)value, offset);                                        \
	}                                                                                                                 \
	static int WAY_FN(offset_put_##bits)(WAY_FN(offset_view) region, size_t offset, uint64_t value)                   \
	{                                                                                                                 \
		const uint##bits##_t v = (uint##bits##_t)value;                                                           \
		return iop_try_write(region, &v, offset);                                                                 \
	}                                                                                                                 \
	static int WAY_FN(offset_update_##bits)(WAY_FN(offset_view) region, size_t offset, uint64_t add, unsigned *calls) \
	{                                                                                                                 \
		return iop_try_update##bits(region, offset, v, ((*calls)++, (uint##bits##_t)(v + add)));                  \
	}
IOTEST_WIDTHS(OFFSET_FUNCTIONS)
#undef OFFSET_FUNCTIONS

#define OFFSET_ROW(bits)              \
	{bits / 8,                    \
	 _Alignof(uint##bits##_t),    \
	 WAY_FN(offset_read_##bits),  \
	 WAY_FN(offset_get_##bits),   \
	 WAY_FN(offset_write_##bits), \
	 WAY_FN(offset_put_##bits),   \
	 WAY_FN(offset_update_##bits)},
static const struct WAY_FN(offset_ops) WAY_FN(offset_table)[] = {IOTEST_WIDTHS(OFFSET_ROW)};
#undef OFFSET_ROW

static void WAY_FN(offset_reads)(const struct WAY_FN(offset_ops) * op, WAY_FN(offset_view) region, size_t offset, int ok)
{
	const uint8_t *where = (const uint8_t *)((uintptr_t)iop_addr(region) + offset);
	uint64_t canary = op->width == 8 ? 0x5a5a5a5a5a5a5a5a : (UINT64_C(1) << 8 * op->width) - 2;

	for (int generic = 0; generic < 2; generic++) {
		uint64_t value = canary;

		iotest_record();
		assert_int_equal((generic ? op->read_generic : op->read)(region, offset, &value), ok ? 0 : -EINVAL);
		if (!ok) {
			assert_int_equal(value, canary);
			assert_int_equal(iotest_count(), 0);
			continue;
		}
		uint64_t raw = iotest_peek(where, op->width);
		assert_int_equal(value, iotest_raw(WAY_INFO, op->width, raw));
		assert_int_equal(iotest_is_access(0, WAY_INFO, IOP_EVENT_LD, op->width, where, raw), iotest_count());
	}
}

static void WAY_FN(offset_writes)(const struct WAY_FN(offset_ops) * op, WAY_FN(offset_view) region, size_t offset, int ok)
{
	uint8_t *where = (uint8_t *)((uintptr_t)iop_addr(region) + offset);
	uint8_t *memory = (uint8_t *)iop_addr(region);
	uint64_t mask = op->width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * op->width) - 1;
	uint8_t before[64], after[64];
	unsigned calls = 0;

	for (int kind = 0; kind < 3; kind++) {
		uint64_t value = UINT64_C(0x8899aabbccddeeff) * (unsigned)(kind + 3) & mask, raw = 0;
		int err;

		memcpy(before, memory, iop_size(region));
		if (ok)
			raw = iotest_peek(where, op->width);
		iotest_record();
		if (kind == 2)
			err = op->update(region, offset, value, &calls);
		else
			err = (kind ? op->write_generic : op->write)(region, offset, value);
		assert_int_equal(err, ok ? 0 : -EINVAL);
		memcpy(after, memory, iop_size(region));
		if (ok) {
			size_t next = 0;

			if (kind == 2) {
				next = iotest_is_access(0, WAY_INFO, IOP_EVENT_LD, op->width, where, raw);
				value = (value + iotest_raw(WAY_INFO, op->width, raw)) & mask;
			}
			raw = iotest_raw(WAY_INFO, op->width, value);
			next = iotest_is_access(next, WAY_INFO, IOP_EVENT_ST, op->width, where, raw);
			assert_int_equal(next, iotest_count());
			iotest_poke(before + offset, op->width, raw);
		}
		assert_int_equal(ok ? 0 : iotest_count(), 0);
		assert_memory_equal(before, after, iop_size(region));
	}
	assert_int_equal(calls, ok);
}

static void WAY_FN(offset_one)(struct offset_case c)
{
	IOP_AUTO view = WAY_REGION(0, c.base, c.size);
	WAY_FN(offset_view) region = iop_as(WAY_FN(offset_view), view);

	for (size_t i = 0; i < IOTEST_COUNT(WAY_FN(offset_table)); i++) {
		const struct WAY_FN(offset_ops) *op = &WAY_FN(offset_table)[i];
		int ok = offset_model((uintptr_t)c.base, c.offset, c.size, op->width, op->align);

		WAY_FN(offset_reads)(op, region, c.offset, ok);
		WAY_FN(offset_writes)(op, region, c.offset, ok);
	}
}

static void WAY_FN(offset_grid)(void **state)
{
	_Alignas(8) uint8_t memory[64];
	uint64_t seed = 12;

	(void)state;
	for (size_t i = 0; i < sizeof(memory); i++)
		memory[i] = (uint8_t)iotest_random(&seed);
	for (size_t start = 0; start < 8; start += 4)
		for (size_t size = 0; size <= 24; size += 4) {
			uint8_t *base = memory + start;

			for (size_t offset = 0; offset < size + 20; offset++) {
				WAY_FN(offset_one)((struct offset_case){base, size, offset});
				WAY_FN(offset_one)((struct offset_case){base, size, SIZE_MAX - offset});
				/* offsets whose absolute address wraps around to a low one or to the base itself */
				WAY_FN(offset_one)((struct offset_case){base, size, (size_t)0 - (uintptr_t)base + offset});
				WAY_FN(offset_one)((struct offset_case){base, size, SIZE_MAX / 2 + 1 - offset});
			}
		}
}
