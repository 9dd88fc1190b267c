/* SPDX-License-Identifier: MIT */
/* Row 19: what a step is accepted on (2.2), and that no index gets in unchecked. */
#include "types.h"

struct bits {
	uint32_t low : 8, high : 24;
};

struct tail {
	uint32_t count;
	uint32_t items[];
};

typedef IOP_MMIO(struct bits) bits_mmio;
typedef IOP_MMIO(struct tail) tail_mmio;
typedef IOP_MMIO(uint32_t[4][6]) matrix_mmio;

int steps(nic_mmio nic, ring_mmio ring, matrix_mmio matrix, int i)
{
	(void)iop_project(nic);
	(void)iop_project(nic, .ring, iop_or(i, return -ERANGE), .len);
	(void)iop_project(ring, iop_or_range(i, i + 1, return -ERANGE), iop_or_panic(0), .addr);
	(void)iop_project(ring, iop_or_to(i, return -ERANGE), iop_or_from(i, return -ERANGE), iop_all());
	(void)iop_project(matrix, iop_build(3), iop_build(5));
	(void)iop_project(nic, .mac, iop_or('\1', return -ERANGE));
	return iop_try_project(&ring, nic, .ring, iop_check_from(i), iop_check_range(0, i), iop_check_to(i), iop_all());
}

/* REFUSED: iopath: a slice or Region has no fields */
void field_of_slice(ring_mmio ring)
{
	(void)iop_project(ring, .addr);
}

/* REFUSED: iopath: a slice or Region has no fields */
void field_of_region(bar_mmio bar)
{
	(void)iop_project(bar, .status);
}

/* REFUSED: iopath: a slice or Region has no fields */
void private_byte_of_region(bar_mmio bar)
{
	(void)iop_project(bar, [0].iop_opaque);
}

/* REFUSED: iopath: a Region has no elements (use offset access, or iop_try_cast) */
void element_of_region(bar_mmio bar)
{
	(void)iop_project(bar, iop_build(0));
}

/* REFUSED: iopath: a Region has no elements (use offset access, or iop_try_cast) */
void range_of_region(bar_mmio bar)
{
	(void)iop_project(bar, iop_all());
}

/* REFUSED: iopath: only arrays and slices have elements */
void element_of_struct(nic_mmio nic)
{
	(void)iop_project(nic, iop_build(0));
}

/* REFUSED: iopath: only arrays and slices have elements */
void element_of_number(nic_mmio nic)
{
	(void)iop_project(nic, .status, iop_build(0));
}

/* REFUSED: iopath: only arrays and slices have elements */
void element_of_what_a_member_points_to(nic_mmio nic)
{
	(void)iop_project(nic, .desc, iop_build(0));
}

/* REFUSED: iopath: only arrays and slices have elements */
void range_of_what_a_member_points_to(nic_sysmem nic)
{
	(void)iop_project(nic, .desc, iop_or_panic_range(0, 1));
}

/* REFUSED: iopath: only arrays and slices have elements */
void range_of_struct(nic_mmio nic)
{
	(void)iop_project(nic, iop_all());
}

/* REFUSED (gcc): has no member named 'bogus' */
/* REFUSED (clang): no member named 'bogus' */
void no_such_field(nic_mmio nic)
{
	(void)iop_project(nic, .bogus);
}

/* REFUSED: iopath: only a struct or union has fields */
void field_of_array(nic_mmio nic)
{
	(void)iop_project(nic, .ring, .len);
}

/* REFUSED: iopath: only a struct or union has fields */
void field_of_number(u32_mmio reg)
{
	(void)iop_project(reg, .len);
}

/* REFUSED: iopath: only a struct or union has fields */
void field_of_what_a_member_points_to(nic_mmio nic)
{
	(void)iop_project(nic, .desc, .len);
}

/* REFUSED (gcc, c): is a pointer; did you mean to use '->'? */
/* REFUSED (gcc, c++): which is of pointer type 'desc*' */
/* REFUSED (clang, c): member reference type 'struct desc *' is a pointer */
/* REFUSED (clang, c++): member reference type 'struct desc *' is a pointer */
void through_a_pointer_with_a_dot(nic_mmio nic)
{
	(void)iop_project(nic, .desc.len);
}

/* REFUSED: iopath: a field step starts with a dot and has names only */
void through_a_pointer_with_an_arrow(nic_mmio nic)
{
	(void)iop_project(nic, .desc->len);
}

/* REFUSED (gcc, c): cannot take address of bit-field */
/* REFUSED (gcc, c++): attempt to take address of bit-field */
/* REFUSED (clang): address of bit-field requested */
void bit_field(bits_mmio bits)
{
	(void)iop_project(bits, .low);
}

/* REFUSED: iopath: a field step starts with a dot and has names only */
void what_lies_after_a_field(nic_mmio nic)
{
	(void)iop_project(nic, .ctrl + 1);
}

/* REFUSED: iopath: a field step starts with a dot and has names only */
void comparison_of_a_field(nic_mmio nic)
{
	(void)iop_project(nic, .ctrl == 1);
}

/* REFUSED: iopath: a field step starts with a dot and has names only */
void choice_after_a_field(nic_mmio nic, uint32_t *p)
{
	(void)iop_project(nic, .ctrl ? p : p);
}

/* REFUSED: iopath: a field step starts with a dot and has names only: an index is a step of its own */
void index_in_a_field_step(nic_mmio nic)
{
	(void)iop_project(nic, .ring[5]);
}

/* REFUSED: iopath: a field step starts with a dot and has names only: an index is a step of its own */
void index_out_of_bounds_in_a_field_step(nic_mmio nic)
{
	(void)iop_project(nic, .ring[9]);
}

/* REFUSED: iopath: a field step starts with a dot and has names only: an index is a step of its own */
void negative_index_in_a_field_step(nic_mmio nic)
{
	(void)iop_project(nic, .ring[-1]);
}

/* REFUSED: iopath: a field step starts with a dot and has names only: an index is a step of its own */
void unknown_index_in_a_field_step(nic_mmio nic, size_t i)
{
	(void)iop_project(nic, .ring[i].len);
}

/* REFUSED: iopath: an index is an integer */
void fractional_index(nic_mmio nic)
{
	(void)iop_project(nic, .ring, iop_or_panic(1.0));
}

/* REFUSED: iopath: an index is an integer */
void pointer_as_index(nic_mmio nic, const char *p)
{
	(void)iop_project(nic, .ring, iop_or_panic(p));
}

/* REFUSED: iopath: an index is an integer */
void fractional_end(nic_mmio nic)
{
	(void)iop_project(nic, .ring, iop_or_panic_to(2.5));
}

/* REFUSED: iopath: a field step starts with a dot and has names only: an index is a step of its own */
void index_of_a_pointer_in_a_field_step(nic_mmio nic)
{
	(void)iop_project(nic, .desc[0]);
}
/* REFUSED: iopath: a field step starts with a dot */
void field_without_a_dot(nic_mmio nic)
{
	(void)iop_project(nic, status);
}

/* REFUSED: iopath: not a view (write *pointer for the view that a pointer points to) */
void pointer_to_a_view(nic_mmio *nic)
{
	(void)iop_project(nic, .status);
}

/* REFUSED: iopath: iop_check is for iop_try_project (here say what happens: iop_or(i, return -ERANGE)) */
void check_without_anyone_to_report_to(nic_mmio nic)
{
	(void)iop_project(nic, .ring, iop_check(0));
}

/* REFUSED: iopath: iop_try_project: the result is not a view of what the steps name */
int result_of_another_type(nic_mmio nic, ring_mmio *ring)
{
	return iop_try_project(ring, nic, .ring, iop_check(0));
}

/* REFUSED: iopath: iop_try_project cannot change the backend */
int result_of_another_backend(nic_relaxed nic, ring_mmio *ring)
{
	return iop_try_project(ring, nic, .ring, iop_check_from(1));
}
