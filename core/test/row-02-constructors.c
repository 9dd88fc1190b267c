/* SPDX-License-Identifier: MIT */
/* Rows 1 and 2: the checked constructors refuse by one rule; initialisers make the same views when compiled. */
#include "iotest.h"

#include <iopath/iopath.h>

struct wide {
	uint64_t a;
	uint32_t b;
};

typedef IOP_MMIO(struct wide) wide_mmio;
typedef IOP_MMIO(uint8_t) byte_mmio;
typedef IOP_SYSMEM(IOP_REGION(16)) region_mem;
typedef IOP_SYSMEM(IOP_REGION8(16)) region8_mem;
typedef IOP_MMIO(IOP_SLICE(uint32_t)) words_mmio;

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 sum_t;
#else
typedef uint64_t sum_t;
#endif

/* The rule in words of its own, on numbers that cannot overflow. */
static int expected(uintptr_t base, unsigned align, sum_t bytes)
{
	return base == 0 || base % align || base + bytes > (sum_t)UINTPTR_MAX + 1 ? -EINVAL : 0;
}

#define REFUSED_OR_MADE(view, err, base, call)                                \
	do {                                                                  \
		__typeof__(view) before_ = (view);                            \
		int err_ = (err);                                             \
		assert_int_equal(call, err_);                                 \
		if (err)                                                      \
			assert_memory_equal(&before_, &(view), sizeof(view)); \
		else                                                          \
			assert_int_equal(iop_addr(view), base);               \
	} while (0)

static void one_rule(void **state)
{
	static const uintptr_t near[] = {0, 8, 0x1000, UINTPTR_MAX - 63, UINTPTR_MAX - 31, UINTPTR_MAX - 15, UINTPTR_MAX - 7};
	static const size_t counts[] = {0, 1, 2, 3, 4, 5, 8, 16, SIZE_MAX / 4, SIZE_MAX / 4 + 1, SIZE_MAX};

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(near); i++)
		for (unsigned step = 0; step < 8; step++) {
			uintptr_t base = near[i] + step;
			wide_mmio wide = iop_view_at(wide_mmio, 0x40);
			byte_mmio byte = iop_view_at(byte_mmio, 0x40);

			REFUSED_OR_MADE(wide, expected(base, _Alignof(struct wide), sizeof(struct wide)), base,
					iop_try_view_at(&wide, base));
			REFUSED_OR_MADE(byte, expected(base, 1, 1), base, iop_try_view_at(&byte, base));
			for (size_t n = 0; n < IOTEST_COUNT(counts); n++) {
				words_mmio words = iop_slice_at(words_mmio, 0x40, 1);
				region_mem region = iop_region_at(region_mem, 0x40, 16);
				region8_mem region8 = iop_region_at(region8_mem, 0x40, 16);
				int at4 = expected(base, 4, counts[n]), at8 = expected(base, 8, counts[n]);

				if (counts[n] < 16 || counts[n] % 4)
					at4 = at8 = -EINVAL;
				REFUSED_OR_MADE(words, expected(base, 4, (sum_t)counts[n] * 4), base,
						iop_try_slice_at(&words, base, counts[n]));
				REFUSED_OR_MADE(region, at4, base, iop_try_region_at(&region, base, counts[n]));
				REFUSED_OR_MADE(region8, at8, base, iop_try_region_at(&region8, base, counts[n]));
			}
		}
}

static uint32_t memory[16];
static const IOP_SYSMEM(uint32_t[16]) fixed = IOP_VIEW_INIT(__typeof__(fixed), memory);
static const region_mem fixed_region = IOP_REGION_INIT(region_mem, memory, sizeof(memory));
static const IOP_SYSMEM(IOP_SLICE(uint32_t)) fixed_slice = IOP_SLICE_INIT(__typeof__(fixed_slice), memory, 16);
static const byte_mmio uart = IOP_VIEW_INIT(byte_mmio, 0x09000000);

static void initialisers(void **state)
{
	(void)state;
	memory[3] = 0x12345678;
	assert_int_equal(iop_read(iop_project(fixed, iop_build(3))), 0x12345678);
	assert_int_equal(iop_read32(fixed_region, 12), 0x12345678);
	assert_int_equal(iop_size(fixed_region), sizeof(memory));
	assert_int_equal(iop_read(iop_project(fixed_slice, iop_or_panic(3))), 0x12345678);
	assert_int_equal(iop_len(fixed_slice), 16);
	assert_int_equal(iop_addr(uart), 0x09000000);
}

#if IOP_64BIT
/* A Region that says where it starts has 64-bit registers; it may be used as one that says less. */
static void a_region_at_a_multiple_of_8_has_64_bit_access(void **state)
{
	const size_t upper = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 8 : 12;
	_Alignas(8) uint64_t words[4] = {0};
	region8_mem region = iop_region_at(region8_mem, words, sizeof(words));
	region_mem less = iop_as(region_mem, region);
	IOP_AUTO lesser = iop_as(IOP_SYSMEM(const IOP_REGION(8)), region);

	(void)state;
	iotest_record();
	iop_write64(region, 0x1122334455667788, 8);
	assert_int_equal(iotest_count(), 1);
	assert_int_equal(iop_read64(region, 8), 0x1122334455667788);
	iop_update64(region, 8, v, v + 1);
	assert_int_equal(words[1], 0x1122334455667789);
	assert_int_equal(iop_read32(less, upper), words[1] >> 32);
	assert_int_equal(iop_addr(lesser), (uintptr_t)words);
	assert_int_equal(iop_size(lesser), sizeof(words));
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_rule),
		cmocka_unit_test(initialisers),
#if IOP_64BIT
		cmocka_unit_test(a_region_at_a_multiple_of_8_has_64_bit_access),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
