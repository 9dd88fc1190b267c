/* SPDX-License-Identifier: MIT */
/*
 * Row 31: iop_copy_view has memmove semantics for every overlap and every pair of backends.
 *
 * glibc's memcpy moves overlapping bytes rightly on x86-64, so a memcpy where memmove belongs changes no byte. This program wraps
 * memcpy with a check of its ranges; built with IOP_SEED_BUG it must end with "overlapping memcpy" (the test row-31-seed-bug).
 */
#include "iotest.h"

#include <stdio.h>
#include <stdlib.h>

#define BUFFER 64

void *__real_memcpy(void *dst, const void *src, size_t n);
void *__wrap_memcpy(void *dst, const void *src, size_t n);

void *__wrap_memcpy(void *dst, const void *src, size_t n)
{
	uintptr_t d = (uintptr_t)dst, s = (uintptr_t)src;

	if (n && (d < s ? s - d < n : d - s < n)) {
		fprintf(stderr, "overlapping memcpy of %zu bytes, distance %td\n", n, (ptrdiff_t)(d - s));
		exit(1);
	}
	return __real_memcpy(dst, src, n);
}

typedef IOP_MMIO(IOP_SLICE(uint8_t)) io_bytes;
typedef IOP_SYSMEM(IOP_SLICE(uint8_t)) sys_bytes;
typedef IOP_IOSYSMAP(IOP_SLICE(uint8_t)) either_bytes;

enum pair {
	SYS_SYS,
	IO_IO,
	SYS_IO,
	IO_SYS,
	EITHER_SYS_IO,
	EITHER_IO_SYS,
	PAIRS
};

static int copy(enum pair pair, uint8_t *dst, uint8_t *src, size_t n)
{
	io_bytes io_dst = iop_slice_at(io_bytes, dst, n), io_src = iop_slice_at(io_bytes, src, n);
	sys_bytes sys_dst = iop_slice_at(sys_bytes, dst, n), sys_src = iop_slice_at(sys_bytes, src, n);

	switch (pair) {
	case SYS_SYS: return iop_copy_view(sys_dst, sys_src);
	case IO_IO: return iop_copy_view(io_dst, io_src);
	case SYS_IO: return iop_copy_view(sys_dst, io_src);
	case IO_SYS: return iop_copy_view(io_dst, sys_src);
	case EITHER_SYS_IO: return iop_copy_view(iop_iosysmap_from_sysmem(sys_dst), iop_iosysmap_from_mmio(io_src));
	default: return iop_copy_view(iop_iosysmap_from_mmio(io_dst), iop_iosysmap_from_sysmem(sys_src));
	}
}

static void every_overlap_of_every_pair(void **state)
{
	_Alignas(8) uint8_t buffer[BUFFER], expected[BUFFER];

	(void)state;
	for (enum pair pair = 0; pair < PAIRS; pair++)
		for (size_t to = 0; to < BUFFER; to++)
			for (size_t from = 0; from < BUFFER; from++)
				for (size_t n = 0; n + (to > from ? to : from) <= BUFFER; n++) {
					for (size_t i = 0; i < BUFFER; i++)
						buffer[i] = expected[i] = (uint8_t)(i * 37 + 11);
					memmove(expected + to, expected + from, n);
					assert_int_equal(copy(pair, buffer + to, buffer + from, n), 0);
					if (memcmp(buffer, expected, BUFFER) != 0)
						fail_msg("pair %d to %zu from %zu n %zu", pair, to, from, n);
				}
}

/* Larger than the piece that is bounced at once. */
static void long_overlaps(void **state)
{
	enum {
		LONG = 5000
	};
	static uint8_t buffer[LONG], expected[LONG];
	static const size_t distances[] = {0, 1, 7, 8, 511, 512, 513, 2000};

	(void)state;
	for (enum pair pair = 0; pair < PAIRS; pair++)
		for (size_t d = 0; d < sizeof(distances) / sizeof(distances[0]); d++)
			for (int forward = 0; forward < 2; forward++) {
				size_t to = forward ? distances[d] : 0, from = forward ? 0 : distances[d];
				size_t n = LONG - distances[d];

				for (size_t i = 0; i < LONG; i++)
					buffer[i] = expected[i] = (uint8_t)(i * 31 + i / 256);
				memmove(expected + to, expected + from, n);
				assert_int_equal(copy(pair, buffer + to, buffer + from, n), 0);
				assert_memory_equal(buffer, expected, LONG);
			}
}

/* Each byte of a device side is touched once, also where the ranges intersect: the source is read before anything is written. */
static void device_sides_are_touched_once(void **state)
{
	static _Alignas(8) uint8_t buffer[2048];
	size_t reads = 0, writes = 0, written_before_last_read = 0;

	(void)state;
	iotest_record();
	assert_int_equal(copy(IO_IO, buffer + 64, buffer, 1024), 0);
	for (size_t i = 0; i < iotest_count(); i++) {
		if (iotest_event(i)->kind == IOP_EVENT_LD) {
			reads += (size_t)iotest_event(i)->width;
			written_before_last_read = writes;
		} else {
			writes += (size_t)iotest_event(i)->width;
		}
	}
	assert_int_equal(reads, 1024);
	assert_int_equal(writes, 1024);
	assert_int_equal(written_before_last_read, 0);
}

static void different_lengths_panic_before_anything_moves(void **state)
{
	static uint8_t buffer[32];
	io_bytes a = iop_slice_at(io_bytes, buffer, 8);
	sys_bytes b = iop_slice_at(sys_bytes, buffer + 16, 9);

	(void)state;
	iotest_record();
	assert_panics("copy length", (void)!iop_copy_view(a, b));
	assert_int_equal(iotest_count(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_overlap_of_every_pair),
		cmocka_unit_test(long_overlaps),
		cmocka_unit_test(device_sides_are_touched_once),
		cmocka_unit_test(different_lengths_panic_before_anything_moves),
	};

	return cmocka_run_group_tests_name("row-31-copy-view", tests, NULL, NULL);
}
