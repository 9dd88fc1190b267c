/* SPDX-License-Identifier: MIT */
/* Row 10: the cells of the capability matrix that must compile do, and work; the constants behind the others say no. */
#include "ways.h"

#define CELL(bits)                                                                    \
	do {                                                                          \
		_Alignas(8) uint8_t memory[8] = {0};                                  \
		IOP_AUTO view = WAY_AT(memory, uint##bits##_t);                       \
		iop_write(view, (uint##bits##_t)0x1122334455667788);                  \
		assert_int_equal(iop_read(view), (uint##bits##_t)0x1122334455667788); \
	} while (0);

#define WAY mmio
static void mmio_cells(void **state)
{
	(void)state;
	IOTEST_WIDTHS(CELL)
}
#undef WAY

#define WAY relaxed
static void relaxed_cells(void **state)
{
	(void)state;
	IOTEST_WIDTHS(CELL)
}
#undef WAY

#define WAY sysmem
static void sysmem_cells(void **state)
{
	(void)state;
	IOTEST_WIDTHS(CELL)
}
#undef WAY

#define WAY wc
static void wc_cells(void **state)
{
	(void)state;
	IOTEST_WIDTHS(CELL)
}
#undef WAY

#define WAY sysmap_io
static void iosysmap_io_cells(void **state)
{
	(void)state;
	IOTEST_WIDTHS(CELL)
}
#undef WAY

#define WAY sysmap_sys
static void iosysmap_sys_cells(void **state)
{
	(void)state;
	IOTEST_WIDTHS(CELL)
}
#undef WAY

/* Fallible access exists for the same widths; 64 bits need an address that is a multiple of 8, which this is. */
#define FALLIBLE(bits)                                                                            \
	do {                                                                                      \
		uint##bits##_t v = 0;                                                             \
		assert_int_equal(iop_try_write##bits(region, (uint##bits##_t)0xa5, 8), 0);        \
		assert_int_equal(iop_try_read##bits(region, 8, &v), 0);                           \
		assert_int_equal(v, 0xa5);                                                        \
		assert_int_equal(iop_try_read(region, 8, &v), 0);                                 \
		assert_int_equal(iop_try_update##bits(region, 8, w, (uint##bits##_t)(w + 1)), 0); \
		assert_int_equal(iop_try_write(region, &v, 8), 0);                                \
	} while (0);

static void fallible(void **state)
{
	_Alignas(8) uint8_t memory[16] = {0};

	(void)state;
	{
		IOP_AUTO region = iop_region_at(IOP_MMIO(IOP_REGION(0)), memory, 16);
		IOTEST_WIDTHS(FALLIBLE)
	}
	{
		IOP_AUTO region = iop_relaxed(iop_region_at(IOP_MMIO(IOP_REGION(0)), memory, 16));
		IOTEST_WIDTHS(FALLIBLE)
	}
	{
		IOP_AUTO region = iop_region_at(IOP_WC(IOP_REGION(0)), memory, 16);
		IOTEST_WIDTHS(FALLIBLE)
	}
	{
		IOP_AUTO region = iop_region_at(IOP_SYSMEM(IOP_REGION(0)), memory, 16);
		IOTEST_WIDTHS(FALLIBLE)
	}
	{
		IOP_AUTO region = iop_iosysmap_from_sysmem(iop_region_at(IOP_SYSMEM(IOP_REGION(0)), memory, 16));
		IOTEST_WIDTHS(FALLIBLE)
	}
}

/* The constants that the refusals are made of, so that a cell cannot open by accident in a profile nobody compiles. */
struct word {
	uint32_t w;
};
#define IS_NO_WIDTH(T) _Static_assert(IOP_WIDTH(*(__typeof__(T) *)0) == 0, #T " is not a width")
#define IS_WIDTH(T)    _Static_assert(IOP_WIDTH(*(__typeof__(T) *)0) == sizeof(T), #T " is a width")
IS_WIDTH(uint8_t);
IS_WIDTH(uint16_t);
IS_WIDTH(uint32_t);
IS_WIDTH(uint64_t);
IS_WIDTH(const uint32_t);
IS_WIDTH(volatile uint16_t);
IS_NO_WIDTH(int8_t);
IS_NO_WIDTH(int16_t);
IS_NO_WIDTH(int32_t);
IS_NO_WIDTH(int64_t);
IS_NO_WIDTH(char);
IS_NO_WIDTH(_Bool);
IS_NO_WIDTH(float);
IS_NO_WIDTH(double);
IS_NO_WIDTH(void *);
IS_NO_WIDTH(struct word);
IS_NO_WIDTH(uint32_t[1]);

_Static_assert(iop_mmio_caps == (IOP_CAN_ACCESS | IOP_CAN_64 | IOP_CAN_COPY), "Mmio");
_Static_assert(iop_relaxed_caps == (IOP_CAN_ACCESS | IOP_CAN_64), "RelaxedMmio does not copy");
_Static_assert(iop_sysmem_caps == (IOP_CAN_ACCESS | IOP_CAN_64 | IOP_CAN_COPY), "SysMem");
_Static_assert((int)iop_wc_caps == ((int)iop_relaxed_caps | IOP_CAN_COPY), "Wc is RelaxedMmio that copies");
_Static_assert((int)iop_iosysmap_caps == ((int)iop_mmio_caps & (int)iop_sysmem_caps), "IoSysMap is the intersection");
_Static_assert(IOP_CAPS(*(IOP_MMIO_RAW(uint8_t) *)0) == 0, "a raw address can do nothing");
_Static_assert(IOP_CAPS(*(IOP_RELAXED(uint8_t) *)0) == iop_relaxed_caps, "by type");

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mmio_cells), cmocka_unit_test(relaxed_cells),	   cmocka_unit_test(sysmem_cells),
		cmocka_unit_test(wc_cells),   cmocka_unit_test(iosysmap_io_cells), cmocka_unit_test(iosysmap_sys_cells),
		cmocka_unit_test(fallible),
	};

	return cmocka_run_group_tests_name("row-10-capabilities", tests, NULL, NULL);
}
