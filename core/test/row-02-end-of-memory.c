/* SPDX-License-Identifier: MIT */
/*
 * Row 2: a mapping that ends where the address space of a program does, or as near as it can be had: everything up to the last byte, and
 * nothing behind it, where sums of addresses are closest to an overflow.
 */
#include "iotest.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#define NEAR 64 /* pages below an end: what the kernel keeps for itself, or has put there */

typedef IOP_MMIO(IOP_REGION(4096)) bar_mmio;
typedef IOP_SYSMEM(IOP_REGION(4096)) bar_sysmem;
typedef IOP_SYSMEM(IOP_SLICE(uint8_t)) bytes_sysmem;

static uint8_t *map; /* of one page */
static size_t page;

/* Where programs end: of all kinds of machine, the highest first; 0: where numbers of that size end. */
static const unsigned end_bits[] = {0, 57, 56, 52, 48, 47, 43, 42, 41, 39, 38, 32, 31};

static uint8_t *map_below(uintptr_t end)
{
	for (size_t i = 1; i <= NEAR; i++) {
		void *wanted = (void *)(end - i * page);
		void *found = mmap(wanted, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

		if (found == wanted)
			return found;
		if (found != MAP_FAILED)
			munmap(found, page);
	}
	return NULL;
}

static void find_the_end(void)
{
	page = (size_t)sysconf(_SC_PAGESIZE);
	for (size_t i = 0; !map && i < IOTEST_COUNT(end_bits); i++)
		/* AddressSanitizer keeps notes of 47 bits only. */
		if (end_bits[i] < sizeof(uintptr_t) * 8 && !(IOP_ASAN && end_bits[i] > 47))
			map = map_below(end_bits[i] ? (uintptr_t)1 << end_bits[i] : 0);
}

static void the_last_bytes(void **state)
{
	bar_mmio bar = {};
	bar_sysmem memory = iop_region_at(bar_sysmem, map + page - 4096, 4096);

	(void)state;
	assert_int_equal(iop_try_region_at(&bar, (uintptr_t)map + page - 4096, 4096), 0);
#define LAST(bits)                                                                                          \
	do {                                                                                                \
		uint##bits##_t value = 0;                                                                   \
                                                                                                            \
		assert_int_equal(iop_try_write##bits(bar, (uint##bits##_t)0xa5c3, 4096 - bits / 8), 0);     \
		assert_int_equal(iop_try_read##bits(bar, 4096 - bits / 8, &value), 0);                      \
		assert_int_equal(value, (uint##bits##_t)0xa5c3);                                            \
		for (size_t over = 1; over <= bits / 8; over++)                                             \
			assert_int_equal(iop_try_read##bits(bar, 4096 - bits / 8 + over, &value), -EINVAL); \
		/* Sums that come back to where the memory is. */                                           \
		assert_int_equal(iop_try_read##bits(bar, SIZE_MAX - bits / 8 + 1, &value), -EINVAL);        \
		assert_int_equal(iop_try_read##bits(bar, (size_t)0 - (uintptr_t)map, &value), -EINVAL);     \
	} while (0);
	IOTEST_WIDTHS(LAST)
	iop_write32(bar, 0x12345678, 4092);
	assert_int_equal(iop_read32(bar, 4092), 0x12345678);
	/* Devices are little-endian; a simulated big-endian CPU swaps on one that is not. */
	assert_int_equal(iop_read8(memory, 4095), (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) == IOP_BIG_ENDIAN ? 0x12 : 0x78);
}

static void parts(void **state)
{
	bytes_sysmem all = iop_slice_at(bytes_sysmem, map, page);

	(void)state;
	iop_write(iop_project(all, iop_or_panic(page - 1)), 0x77);
	assert_int_equal(map[page - 1], 0x77);
	assert_int_equal(iop_size(iop_project(all, iop_or_panic_from(page))), 0);
	assert_int_equal(iop_addr(iop_project(all, iop_or_panic_from(page))), (uintptr_t)map + page);
	assert_panics("index out of bounds", iop_write(iop_project(all, iop_or_panic(page)), 1));
}

/* Up to the last byte: a loop that compares with an end, or goes a step further, finds none or faults. */
static void copies(void **state)
{
	uint8_t from[160], to[160];

	(void)state;
	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i * 7 + 1);
	for (size_t n = 0; n <= sizeof(from); n++) {
		volatile uint8_t *io = map + page - n;

		memset(map + page - 256, 0, 256);
		iop_memcpy_toio(io, from, n);
		assert_memory_equal(map + page - n, from, n);
		assert_int_equal(map[page - n - 1], 0);
		memset(to, 0, sizeof(to));
		iop_memcpy_fromio(to, io, n);
		assert_memory_equal(to, from, n);
		iop_memset_io(io, 0x5a, n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(io[i], 0x5a);
		assert_int_equal(map[page - n - 1], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_bytes),
		cmocka_unit_test(parts),
		cmocka_unit_test(copies),
	};

	if (IOP_TSAN) {
		printf("skipped: ThreadSanitizer has no place for notes of what lies there\n");
		return 77;
	}
	find_the_end();
	if (!map) {
		printf("row-02-end-of-memory: no page at an end of the address space can be had\n");
		return 77;
	}
	printf("row-02-end-of-memory: a page at %#" PRIxPTR "\n", (uintptr_t)map);
	return cmocka_run_group_tests_name("row-02-end-of-memory", tests, NULL, NULL);
}
