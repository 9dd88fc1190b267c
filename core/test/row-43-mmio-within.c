/* SPDX-License-Identifier: MIT */
/* Row 43: a set of widths that is known at run time: each width with each set, in every form of access, and copies. */
#include "iotest.h"

#include <iopath/bus_sim.h>

struct block {
	uint8_t u8;
	uint8_t pad;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
};
struct words {
	uint32_t word[4];
};
IOP_PLAIN(struct words, word);
typedef IOP_MMIO(IOP_REGION8(64)) region_mmio;

IOP_REGISTER(reg8, uint8_t, IOP_AT(0), (6, 0, value));
IOP_REGISTER(reg16, uint16_t, IOP_AT(2), (6, 0, value));
IOP_REGISTER(reg32, uint32_t, IOP_AT(4), (6, 0, value));
IOP_REGISTER(reg64, uint64_t, IOP_AT(8), (6, 0, value));

static _Alignas(64) uint8_t memory[256];

/* Sets of what accessors have; of more; and what is none, which takes nothing. */
static const unsigned sets[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 4 | 64, 16 | 32, 127, 0, 128, 255, 4 | 256};
#define EACH_SET(set) for (unsigned i_ = 0, set = sets[0]; i_ < IOTEST_COUNT(sets) && (set = sets[i_], 1); i_++)

static int takes(unsigned set, unsigned width)
{
	return set <= 127 && (set & width);
}

/* One access of @width at @offset for each of @loads and @stores, and no other; or nothing at all. */
static void made(int good, unsigned width, size_t offset, unsigned loads, unsigned stores)
{
	unsigned seen[2] = {0};

	for (size_t i = 0; i < iotest_count(); i++) {
		const struct iop_event *e = iotest_event(i);

		if (e->kind != IOP_EVENT_LD && e->kind != IOP_EVENT_ST)
			continue;
		assert_int_equal(e->width, width);
		assert_int_equal(e->addr, (uintptr_t)memory + offset);
		seen[e->kind == IOP_EVENT_ST]++;
	}
	assert_int_equal(seen[0], good ? loads : 0);
	assert_int_equal(seen[1], good ? stores : 0);
	if (!good)
		assert_int_equal(iotest_count(), 0);
}

#define FALLIBLE(bits, offset, loads, stores, call)                              \
	do {                                                                     \
		iotest_record();                                                 \
		assert_int_equal(call, takes(set, (bits) / 8) ? 0 : -EINVAL);    \
		made(takes(set, (bits) / 8), (bits) / 8, offset, loads, stores); \
	} while (0)
#define INFALLIBLE(bits, offset, loads, stores, statement)                       \
	do {                                                                     \
		iotest_record();                                                 \
		if (takes(set, (bits) / 8))                                      \
			statement;                                               \
		else                                                             \
			assert_panics("width not taken", statement);             \
		made(takes(set, (bits) / 8), (bits) / 8, offset, loads, stores); \
	} while (0)

#define ACCESSES(bits)                                                                          \
	do {                                                                                    \
		static uint##bits##_t v;                                                        \
		static reg##bits r;                                                             \
		enum {                                                                          \
			AT = reg##bits##_OFFSET                                                 \
		};                                                                              \
		FALLIBLE(bits, AT, 1, 0, iop_try_read(region, AT, &v));                         \
		FALLIBLE(bits, AT, 1, 0, iop_try_read##bits(region, AT, &v));                   \
		FALLIBLE(bits, AT, 0, 1, iop_try_write(region, &v, AT));                        \
		FALLIBLE(bits, AT, 0, 1, iop_try_write##bits(region, v, AT));                   \
		FALLIBLE(bits, AT, 1, 1, iop_try_update##bits(region, AT, old, old));           \
		FALLIBLE(bits, AT, 1, 0, iop_try_read_reg(region, reg##bits, &r));              \
		FALLIBLE(bits, AT, 0, 1, iop_try_write_reg(region, r));                         \
		FALLIBLE(bits, AT, 0, 1, iop_try_write_reg(region, reg##bits, r));              \
		FALLIBLE(bits, AT, 1, 1, iop_try_update_reg(region, reg##bits, old, old));      \
		INFALLIBLE(bits, AT, 1, 0, (void)iop_read##bits(region, AT));                   \
		INFALLIBLE(bits, AT, 0, 1, iop_write##bits(region, 1, AT));                     \
		INFALLIBLE(bits, AT, 1, 1, iop_update##bits(region, AT, old, old));             \
		INFALLIBLE(bits, AT, 1, 0, (void)iop_read_reg(region, reg##bits));              \
		INFALLIBLE(bits, AT, 0, 1, iop_write_reg(region, r));                           \
		INFALLIBLE(bits, AT, 1, 0, (void)iop_read(iop_project(block, .u##bits)));       \
		INFALLIBLE(bits, AT, 0, 1, iop_write(iop_project(block, .u##bits), 1));         \
		INFALLIBLE(bits, AT, 1, 1, iop_update(iop_project(block, .u##bits), old, old)); \
		INFALLIBLE(bits, AT, 1, 0, (void)iop_read_le(iop_project(block, .u##bits)));    \
		INFALLIBLE(bits, AT, 0, 1, iop_write_be(iop_project(block, .u##bits), 1));      \
	} while (0);

static void each_width_with_each_set(void **state)
{
	region_mmio whole = iop_region_at(region_mmio, memory, 64);

	(void)state;
	EACH_SET(set)
	{
		IOP_AUTO region = iop_mmio_within(whole, set);
		IOP_AUTO block = iop_mmio_within(iop_view_at(IOP_MMIO(struct block), memory), set);

		IOTEST_WIDTHS(ACCESSES)
	}
}

/* 64 bits by halves are two accesses of 4 bytes, whatever the set has else. */
static void halves(void **state)
{
	region_mmio whole = iop_region_at(region_mmio, memory, 64);
	IOP_AUTO number = iop_view_at(IOP_MMIO(uint64_t), memory + 8);

	(void)state;
	EACH_SET(set)
	{
		IOP_AUTO region = iop_mmio_within(whole, set);
		uint64_t v = 7;

		iotest_record();
		assert_int_equal(iop_try_read64_lo_hi(region, 8, &v), takes(set, 4) ? 0 : -EINVAL);
		assert_int_equal(iop_try_write64_hi_lo(region, v, 8), takes(set, 4) ? 0 : -EINVAL);
		if (!takes(set, 4)) {
			assert_panics("width not taken", (void)iop_read_lo_hi(iop_mmio_within(number, set)));
			assert_panics("width not taken", iop_write64_hi_lo(region, 1, 8));
			assert_int_equal(iotest_count(), 0);
		}
	}
}

/* The set goes with what is made of a view, and is asked of the owner's. */
static void derived(void **state)
{
	struct iop_bus_sim sim;
	IOP_BAR_WIDTHS(IOP_WIDTHS(2, 4), 16) bar;

	(void)state;
	assert_int_equal(iop_bus_sim_init(&sim), 0);
	iop_bus_sim_set(&sim, (struct iop_resource){.len = 64, .widths = IOP_WIDTHS(1, 2, 4)});
	assert_int_equal(iop_bar_map(&bar, &sim.bus, 0, "row 43"), 0);
	IOP_AUTO region = iop_mmio_within(bar, iop_owner_widths(&bar));
	IOP_MMIO_WITHIN(struct words) words;
	IOP_MMIO_WIDTHS(IOP_WIDTHS(2, 4), struct words) typed;

	assert_int_equal(region.raw.widths, IOP_WIDTHS(1, 2, 4));
	assert_int_equal(iop_widths(region), IOP_WIDTHS(2, 4));
	assert_int_equal(IOP_TAKES_(IOP_ANY_(IOP_MMIO_WITHIN_WIDTHS(4, uint32_t))), 4);
	assert_int_equal(iop_try_cast(bar, struct words, &typed), 0);
	words = iop_as(__typeof__(words), iop_mmio_within(iop_view_at(IOP_MMIO(struct words), memory), 4));
	assert_int_equal(iop_project(words, .word, iop_or(2, return )).raw.widths, 4);
	assert_int_equal(iop_project(words, .word, iop_all()).raw.widths, 4);
	iop_bar_drop(&bar);
	assert_int_equal(iop_bus_sim_end(&sim), 0);
}

/* What a copy within @set to or from @at must be: its error, or only accesses of the set, ascending, all bytes. */
static int fits(unsigned set, size_t at, size_t n)
{
	unsigned most = IOP_64BIT ? 8 : 4, here = 0;

	if (!set || set > 127)
		return -EINVAL;
	for (unsigned width = 1; width <= 64; width *= 2)
		if ((set & width) && n && at % width == 0 && n % width == 0)
			here |= width <= most ? 1 : 2;
		else if (set & width)
			break;
	return !n || here & 1 ? 0 : here ? -EOPNOTSUPP : -EINVAL;
}

static void only(unsigned set, enum iop_event_kind kind, size_t at, size_t n)
{
	for (size_t i = 0; i < iotest_count(); i++) {
		const struct iop_event *e = iotest_event(i);

		if (e->kind != kind)
			continue;
		assert_int_equal(e->addr, (uintptr_t)memory + at);
		assert_true(set & e->width);
		at += e->width;
		n -= e->width;
	}
	assert_int_equal(n, 0);
}

/* A function for one copy each way: what a panic leaves behind is not the loop's. */
#define COPIES(MAKE)                                                                        \
	static __attribute__((noinline)) void one_##MAKE(unsigned set, size_t at, size_t n) \
	{                                                                                   \
		uint8_t buffer[64];                                                         \
		IOP_AUTO bytes = MAKE(at, n);                                               \
		IOP_AUTO shared = iop_slice_at(IOP_SYSMEM(IOP_SLICE(uint8_t)), buffer, n);  \
		int err = fits(set, at, n);                                                 \
                                                                                            \
		for (size_t i = 0; i < sizeof(buffer); i++)                                 \
			buffer[i] = (uint8_t)(i + n);                                       \
		memset(memory, 0, sizeof(memory));                                          \
		iotest_record();                                                            \
		assert_int_equal(iop_try_copy_toio(bytes, buffer, n + 1), -EINVAL);         \
		assert_int_equal(iop_try_copy_fromio(buffer, bytes, n + 1), -EINVAL);       \
		assert_int_equal(iotest_count(), 0);                                        \
		assert_int_equal(iop_try_copy_toio(bytes, buffer, n), err);                 \
		if (err) {                                                                  \
			assert_int_equal(iop_try_copy_fromio(buffer, bytes, n), err);       \
			assert_int_equal(iop_copy_view(bytes, shared), err);                \
			assert_int_equal(iop_copy_view(shared, bytes), err);                \
			assert_panics("copy widths", iop_copy_toio(bytes, buffer, n));      \
			assert_panics("copy widths", iop_copy_fromio(buffer, bytes, n));    \
			assert_int_equal(iotest_count(), 0);                                \
			return;                                                             \
		}                                                                           \
		only(set, IOP_EVENT_ST, at, n);                                             \
		assert_memory_equal(memory + at, buffer, n);                                \
		memset(buffer, 0, sizeof(buffer));                                          \
		iotest_record();                                                            \
		iop_copy_fromio(buffer, bytes, n);                                          \
		only(set, IOP_EVENT_LD, at, n);                                             \
		assert_memory_equal(memory + at, buffer, n);                                \
		iotest_record();                                                            \
		assert_int_equal(iop_copy_view(bytes, shared), 0);                          \
		only(set, IOP_EVENT_ST, at, n);                                             \
	}                                                                                   \
	static void copies_##MAKE(void **state)                                             \
	{                                                                                   \
		const unsigned *set = (const unsigned *)*state;                             \
                                                                                            \
		for (; *set != END; set++)                                                  \
			for (size_t at = 0; at < 9; at++)                                   \
				for (size_t n = 0; n < 40; n++)                             \
					one_##MAKE(*set, at, n);                            \
	}
#define END 1000u

#define AT_RUN_TIME(at, n) iop_mmio_within(iop_slice_at(IOP_MMIO(IOP_SLICE(uint8_t)), memory + (at), n), set)
/* The same sets in the type, for every backend that copies. */
#define MMIO_4(at, n)	 iop_slice_at(IOP_MMIO_WIDTHS(4, IOP_SLICE(uint8_t)), memory + (at), n)
#define MMIO_2_8(at, n)	 iop_slice_at(IOP_MMIO_WIDTHS(2 | 8, IOP_SLICE(uint8_t)), memory + (at), n)
#define SYSMEM_4(at, n)	 iop_slice_at(IOP_SYSMEM_WIDTHS(4, IOP_SLICE(uint8_t)), memory + (at), n)
#define EITHER_4(at, n)	 iop_iosysmap_from_mmio(MMIO_4(at, n))
#define EITHER_S4(at, n) iop_iosysmap_from_sysmem(SYSMEM_4(at, n))
#define BOTH_4(at, n)	 iop_mmio_within(MMIO_4(at, n), 2 | 4 | 8)
COPIES(AT_RUN_TIME)
COPIES(MMIO_4)
COPIES(MMIO_2_8)
COPIES(SYSMEM_4)
COPIES(EITHER_4)
COPIES(EITHER_S4)
COPIES(BOTH_4)
static unsigned all_sets[] = {1, 2, 4, 8, 4 | 8, 1 | 8, 2 | 4, 0, 128, END}, only_4[] = {4, END}, only_2_8[] = {2 | 8, END};

/* Objects, at places that fit and that do not. */
static __attribute__((noinline)) void object_at(size_t at)
{
	IOP_AUTO words = iop_view_at(IOP_MMIO32(struct words), memory + at);
	struct words value = {{1, 2, 3, 4}}, back = {{0}};

	iotest_record();
	if (at % 4) {
		assert_int_equal(iop_try_copy_write(words, &value), -EINVAL);
		assert_int_equal(iop_try_copy_read(words, &back), -EINVAL);
		assert_panics("copy widths", iop_copy_write(words, value));
		assert_panics("copy widths", back = iop_copy_read(words));
		assert_int_equal(iotest_count(), 0);
		assert_int_equal(back.word[3], 0);
		return;
	}
	iop_copy_write(words, value);
	only(4, IOP_EVENT_ST, at, sizeof(value));
	assert_int_equal(iop_try_copy_read(words, &back), 0);
	only(4, IOP_EVENT_LD, at, sizeof(value));
	assert_memory_equal(&back, &value, sizeof(value));
}

static void objects(void **state)
{
	(void)state;
	for (size_t at = 0; at < 8; at++)
		object_at(at);
}

/* Between two devices of different sets, overlapping or not: both are asked before either is accessed; what does not fit in a piece. */
static void between_two_sets(void **state)
{
	static _Alignas(64) uint8_t big[2400], want[2400];

	(void)state;
	for (size_t from = 0; from < 20; from += 2)
		for (size_t n = 0; n <= 1200; n += n < 24 ? 2 : 588) {
			IOP_AUTO src = iop_slice_at(IOP_MMIO_WIDTHS(2, IOP_SLICE(uint8_t)), big + from, n);
			IOP_AUTO dst = iop_mmio_within(iop_slice_at(IOP_MMIO(IOP_SLICE(uint8_t)), big + 8, n), 4);
			int err = n % 4 ? -EINVAL : 0;

			for (size_t i = 0; i < sizeof(big); i++)
				big[i] = want[i] = (uint8_t)(i * 7 + n);
			if (!err)
				memmove(want + 8, want + from, n);
			iotest_record();
			assert_int_equal(iop_copy_view(dst, src), err);
			assert_memory_equal(big, want, sizeof(big));
			if (err)
				assert_int_equal(iotest_count(), 0);
			for (size_t i = 0; i < iotest_count(); i++)
				assert_int_equal(iotest_event(i)->width, iotest_event(i)->kind == IOP_EVENT_LD ? 2 : 4);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_width_with_each_set),
		cmocka_unit_test(halves),
		cmocka_unit_test(derived),
		cmocka_unit_test_prestate(copies_AT_RUN_TIME, all_sets),
		cmocka_unit_test_prestate(copies_MMIO_4, only_4),
		cmocka_unit_test_prestate(copies_MMIO_2_8, only_2_8),
		cmocka_unit_test_prestate(copies_SYSMEM_4, only_4),
		cmocka_unit_test_prestate(copies_EITHER_4, only_4),
		cmocka_unit_test_prestate(copies_EITHER_S4, only_4),
		cmocka_unit_test_prestate(copies_BOTH_4, only_4),
		cmocka_unit_test(objects),
		cmocka_unit_test(between_two_sets),
	};

	return cmocka_run_group_tests_name("row-43-mmio-within", tests, NULL, NULL);
}
