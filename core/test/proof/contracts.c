/* SPDX-License-Identifier: MIT */
/*
 * What the arithmetic of addresses, sizes and places promises, as contracts in ACSL; docs/semantics.md has the same in words. Each is
 * proved of the function that proof_test.py takes from the file named above it, for all arguments, with 64 and with 32 bits. Sums and
 * products are those of integers without a limit, unless a cast says otherwise.
 */

/* The compiler's, as gcc documents them. */
/*@ requires \valid(r);
  @ assigns *r;
  @ ensures \result == 0 || \result == 1;
  @ ensures \result == 1 <==> a * b > SIZE_MAX;
  @ ensures \result == 0 ==> *r == a * b;
  @*/
int __builtin_mul_overflow(size_t a, size_t b, size_t *r);
/*@ requires \valid(r);
  @ assigns *r;
  @ ensures \result == 0 || \result == 1;
  @ ensures \result == 1 <==> a + b > SIZE_MAX;
  @ ensures \result == 0 ==> *r == a + b;
  @*/
int __builtin_add_overflow(size_t a, size_t b, size_t *r);

/* from include/iopath/region.h: 2.4, the one rule of offsets */
/*@ requires align > 0;
  @ assigns \nothing;
  @ ensures \result != 0 <==> offset + width <= size && (uintptr_t)(base + offset) % align == 0;
  @*/
int iop_offset_valid(uintptr_t base, size_t offset, size_t size, size_t width, size_t align);

/* from include/iopath/region.h: row 2, Regions */
/*@ assigns \nothing;
  @ ensures \result == 0 || \result == -EINVAL;
  @ ensures \result == 0 <==> size >= min && base % 4 == 0 && size % 4 == 0;
  @*/
int iop_region_check(uintptr_t base, size_t size, size_t min);

/* from include/iopath/region.h: row 2, memory, which does not wrap around */
/*@ requires align > 0;
  @ assigns \nothing;
  @ ensures \result == 0 || \result == -EINVAL;
  @ ensures \result == 0 <==> base != 0 && base % align == 0 && (size == 0 || base + size - 1 <= UINTPTR_MAX);
  @*/
int iop_memory_check(uintptr_t base, size_t size, size_t align);

/* from include/iopath/region.h: row 2 */
/*@ requires align > 0;
  @ assigns \nothing;
  @ ensures \result == 0 <==> base != 0 && base % align == 0 && (size == 0 || base + size - 1 <= UINTPTR_MAX) &&
  @         size >= min && base % 4 == 0 && size % 4 == 0;
  @*/
int iop_memory_check_region(uintptr_t base, size_t size, size_t align, size_t min);

/* from include/iopath/region.h: row 2, slices */
/*@ requires align > 0;
  @ assigns \nothing;
  @ ensures \result == 0 ==> count * element <= SIZE_MAX && base != 0 && base % align == 0;
  @ ensures \result == 0 && count * element > 0 ==> base + count * element - 1 <= UINTPTR_MAX;
  @ ensures base != 0 && base % align == 0 && count * element <= SIZE_MAX &&
  @         (count * element == 0 || base + count * element - 1 <= UINTPTR_MAX) ==> \result == 0;
  @*/
int iop_memory_check_slice(uintptr_t base, size_t count, size_t align, size_t element);

/* from include/iopath/region.h: row 13, an index is never cut to one in bounds */
/*@ assigns \nothing;
  @ ensures i <= SIZE_MAX ==> \result == i;
  @ ensures i > SIZE_MAX ==> \result == SIZE_MAX;
  @*/
size_t iop_index_of(uint64_t i);

/* from include/iopath/location.h: row 16, places do not wrap around */
/*@ requires \valid(place);
  @ assigns *place;
  @ ensures \result != 0 <==> i < count && offset + i * stride <= SIZE_MAX;
  @ ensures \result != 0 ==> *place == offset + i * stride;
  @ ensures \result == 0 ==> *place == \old(*place);
  @*/
bool iop_location_element(size_t offset, size_t count, size_t stride, size_t i, size_t *place);
