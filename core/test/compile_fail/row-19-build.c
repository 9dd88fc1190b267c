/* SPDX-License-Identifier: MIT */
/* Row 19: iop_build accepts what the optimiser can prove, and nothing else. */
#include "types.h"

typedef IOP_MMIO(struct desc) desc_mmio;
typedef IOP_MMIO(uint8_t[0]) none_mmio;

uint32_t constant_index(nic_mmio nic)
{
	return iop_read(iop_project(nic, .ring, iop_build(0), .len)) + iop_read(iop_project(nic, .ring, iop_build(7), .len));
}

/* FROM -O2: below it gcc follows only an index of type size_t */
uint32_t loop_over_constant_bounds(nic_mmio nic)
{
	uint32_t sum = 0;

	for (int i = 0; i < 8; i++)
		sum += iop_read(iop_project(nic, .ring, iop_build(i), .len));
	return sum;
}

uint32_t nested_loops(nic_sysmem nic)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < 8; i++)
		for (size_t j = i; j < 8; j++)
			sum += iop_read(iop_project(nic, .mac, iop_build(j)));
	return sum;
}

/* FROM -O2: at -Og gcc follows no mask */
uint8_t index_that_was_masked(nic_iosysmap nic, uint32_t i)
{
	return iop_read(iop_project(nic, .mac, iop_build(i & 7)));
}

uint8_t index_that_was_compared(nic_relaxed nic, size_t i)
{
	return i < 8 ? iop_read(iop_project(nic, .mac, iop_build(i))) : 0;
}

size_t ranges(nic_mmio nic)
{
	return iop_len(iop_project(nic, .ring, iop_build_range(0, 8))) + iop_len(iop_project(nic, .ring, iop_build_range(8, 8))) +
	       iop_len(iop_project(nic, .ring, iop_build_to(0))) + iop_len(iop_project(nic, .ring, iop_build_from(8))) +
	       iop_len(iop_project(nic, .ring, iop_build_range(2, 6), iop_build_range(1, 3)));
}

uint32_t element_of_a_range(nic_mmio nic)
{
	return iop_read(iop_project(nic, .ring, iop_build_range(2, 6), iop_build(3), .addr));
}

size_t all_of_a_slice_of_any_length(ring_mmio ring)
{
	return iop_len(iop_project(ring, iop_all()));
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array (use iop_or or iop_or_panic) */
desc_mmio index_out_of_bounds(nic_mmio nic)
{
	return iop_as(desc_mmio, iop_project(nic, .ring, iop_build(8)));
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array (use iop_or or iop_or_panic) */
desc_mmio negative_index(nic_mmio nic)
{
	return iop_as(desc_mmio, iop_project(nic, .ring, iop_build(-1)));
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array (use iop_or or iop_or_panic) */
desc_mmio unknown_index(nic_mmio nic, size_t i)
{
	return iop_as(desc_mmio, iop_project(nic, .ring, iop_build(i)));
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array (use iop_or or iop_or_panic) */
uint8_t index_compared_with_too_much(nic_relaxed nic, size_t i)
{
	return i <= 8 ? iop_read(iop_project(nic, .mac, iop_build(i))) : 0;
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array (use iop_or or iop_or_panic) */
uint8_t signed_index_compared_from_above_only(nic_relaxed nic, int i)
{
	return i < 8 ? iop_read(iop_project(nic, .mac, iop_build(i))) : 0;
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array (use iop_or or iop_or_panic) */
uint32_t loop_that_runs_too_far(nic_mmio nic)
{
	uint32_t sum = 0;

	for (size_t i = 0; i <= 8; i++)
		sum += iop_read(iop_project(nic, .ring, iop_build(i), .len));
	return sum;
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array (use iop_or or iop_or_panic) */
uint32_t index_that_the_device_chose(nic_mmio nic)
{
	return iop_read(iop_project(nic, .ring, iop_build(iop_read(iop_project(nic, .status))), .len));
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array (use iop_or or iop_or_panic) */
desc_mmio element_of_a_slice_of_unknown_length(ring_mmio ring)
{
	return iop_as(desc_mmio, iop_project(ring, iop_build(0)));
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array (use iop_or or iop_or_panic) */
uint8_t element_of_an_array_of_none(none_mmio none)
{
	return iop_read(iop_project(none, iop_build(0)));
}

/* REFUSED WHEN BUILT: iopath: index not provably inside the array (use iop_or or iop_or_panic) */
uint32_t element_past_the_end_of_a_range(nic_mmio nic)
{
	return iop_read(iop_project(nic, .ring, iop_build_range(2, 6), iop_build(4), .addr));
}

/* REFUSED WHEN BUILT: iopath: range not provably inside the array (use iop_or_range or iop_or_panic_range) */
ring_mmio range_too_long(nic_mmio nic)
{
	return iop_as(ring_mmio, iop_project(nic, .ring, iop_build_range(8, 9)));
}

/* REFUSED WHEN BUILT: iopath: range not provably inside the array (use iop_or_range or iop_or_panic_range) */
ring_mmio range_out_of_bounds(nic_mmio nic)
{
	return iop_as(ring_mmio, iop_project(nic, .ring, iop_build_range(9, 9)));
}

/* REFUSED WHEN BUILT: iopath: range not provably inside the array (use iop_or_range or iop_or_panic_range) */
ring_mmio range_backwards(nic_mmio nic)
{
	return iop_as(ring_mmio, iop_project(nic, .ring, iop_build_range(5, 4)));
}

/* REFUSED WHEN BUILT: iopath: range not provably inside the array (use iop_or_range or iop_or_panic_range) */
ring_mmio end_too_far(nic_mmio nic)
{
	return iop_as(ring_mmio, iop_project(nic, .ring, iop_build_to(9)));
}

/* REFUSED WHEN BUILT: iopath: range not provably inside the array (use iop_or_range or iop_or_panic_range) */
ring_mmio start_too_far(nic_mmio nic)
{
	return iop_as(ring_mmio, iop_project(nic, .ring, iop_build_from(9)));
}

/* REFUSED WHEN BUILT: iopath: range not provably inside the array (use iop_or_range or iop_or_panic_range) */
ring_mmio start_far_away(nic_mmio nic)
{
	return iop_as(ring_mmio, iop_project(nic, .ring, iop_build_from(SIZE_MAX)));
}

/* REFUSED WHEN BUILT: iopath: range not provably inside the array (use iop_or_range or iop_or_panic_range) */
ring_mmio unknown_range(nic_mmio nic, size_t a, size_t b)
{
	return iop_as(ring_mmio, iop_project(nic, .ring, iop_build_range(a, b)));
}

/* REFUSED WHEN BUILT: iopath: range not provably inside the array (use iop_or_range or iop_or_panic_range) */
ring_mmio part_of_a_slice_of_unknown_length(ring_mmio ring)
{
	return iop_as(ring_mmio, iop_project(ring, iop_build_to(1)));
}

/* REFUSED WHEN BUILT: iopath: what iop_or does when out of bounds must leave */
uint32_t statement_that_stays(nic_mmio nic, size_t i)
{
	int err = 0;
	uint32_t len = iop_read(iop_project(nic, .ring, iop_or(i, err = -ERANGE), .len));

	return err ? 0 : len;
}

int statements_that_leave(nic_mmio nic, size_t i, volatile int *lock)
{
	int err = 0;

	for (size_t j = 0; j < 9; j++) {
		iop_write(iop_project(nic, .ring, iop_or(j, break), .len), 0);
		iop_write(iop_project(nic, .ring, iop_or_to(j, continue), iop_or(0, continue), .len), 0);
	}
	*lock = 1;
	iop_write(iop_project(nic, .ring, iop_or(i, err = -ERANGE; goto unlock), .len), 0);
unlock:
	*lock = 0;
	iop_write(iop_project(nic, .mac, iop_or(i, return err)), 0);
	return 0;
}
