/* SPDX-License-Identifier: MIT */
/* Row 19: projection: the right place for every type tree and path, the right verdict for every index, and never an access. */
#define WAY mmio
#include "body-ranges.h"
#include "body-trees.h"
#undef WAY
#define WAY relaxed
#include "body-ranges.h"
#include "body-trees.h"
#undef WAY
#define WAY sysmem
#include "body-ranges.h"
#include "body-trees.h"
#undef WAY

struct desc {
	uint64_t addr;
	uint32_t len, flags;
};
struct nic {
	uint32_t ctrl;
	struct desc ring[8];
	uint8_t mac[6];
	uint8_t none[0];
};
typedef IOP_MMIO(struct nic) nic_view;
typedef IOP_MMIO(IOP_SLICE(uint16_t)) halves;

/* The build flavour where it can be proved: constants, and a loop whose range the optimiser sees. */
static void build_flavour(void **state)
{
	nic_view nic = iop_view_at(nic_view, 0x1000);

	(void)state;
	assert_int_equal(iop_addr(iop_project(nic, .ring, iop_build(7), .flags)), 0x1000 + offsetof(struct nic, ring[7].flags));
	assert_int_equal(iop_len(iop_project(nic, .mac, iop_build_range(6, 6))), 0);
	assert_int_equal(iop_len(iop_project(nic, .mac, iop_build_to(0))), 0);
	assert_int_equal(iop_len(iop_project(nic, .mac, iop_build_to(6))), 6);
	assert_int_equal(iop_len(iop_project(nic, .mac, iop_build_from(6))), 0);
	assert_int_equal(iop_len(iop_project(nic, .mac, iop_build_from(1))), 5);
	assert_int_equal(iop_len(iop_project(nic, .mac, iop_all())), 6);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(iop_addr(iop_project(nic, .ring, iop_build(i), .len)),
				 0x1000 + offsetof(struct nic, ring) + i * sizeof(struct desc) + offsetof(struct desc, len));
}

/* [2..6][1..3][1] of eight is element 4. */
static int nested_ranges(halves eight, uintptr_t *addr)
{
	*addr = iop_addr(iop_project(eight, iop_or_range(2, 6, return -ERANGE), iop_or_range(1, 3, return -ERANGE),
				     iop_or(1, return -ERANGE)));
	return 0;
}

static int beyond_the_inner_range(halves eight)
{
	/* element 2 of the inner range exists in the outer one, and is out of bounds all the same */
	(void)iop_project(eight, iop_or_range(2, 6, return -ERANGE), iop_or_range(1, 3, return -ERANGE), iop_or(2, return -ERANGE));
	return 0;
}

static void ranges_nest(void **state)
{
	halves eight;
	uintptr_t addr = 0;

	(void)state;
	assert_int_equal(iop_try_slice_at(&eight, 0x2000, 8), 0);
	assert_int_equal(nested_ranges(eight, &addr), 0);
	assert_int_equal(addr, 0x2000 + 4 * 2);
	assert_int_equal(beyond_the_inner_range(eight), -ERANGE);
}

static int empty_element(halves view)
{
	(void)iop_project(view, iop_or(0, return -ERANGE));
	return 0;
}

static int empty_whole(halves view, uintptr_t *addr)
{
	IOP_AUTO all = iop_project(view, iop_all(), iop_or_range(0, 0, return -ERANGE), iop_or_from(0, return -ERANGE),
				   iop_or_to(0, return -ERANGE));

	*addr = iop_addr(all);
	return (int)iop_len(all);
}

static int empty_tail(halves view, size_t n)
{
	return (int)iop_len(iop_project(view, iop_or_range(n, n, return -ERANGE)));
}

static void empty_slices(void **state)
{
	halves none;
	uintptr_t addr = 0;
	uint8_t byte;

	(void)state;
	assert_int_equal(iop_try_slice_at(&none, 0x3000, 0), 0);
	assert_int_equal(iop_size(none), 0);
	assert_true(iop_is_empty(none));
	assert_int_equal(empty_element(none), -ERANGE);
	assert_int_equal(empty_whole(none, &addr), 0);
	assert_int_equal(addr, 0x3000);
	assert_int_equal(empty_tail(none, 0), 0);
	/* Empty is not enough, it must lie inside */
	assert_int_equal(empty_tail(none, 1), -ERANGE);
	iotest_record();
	iop_copy_fromio(&byte, iop_project(iop_view_at(IOP_MMIO(uint8_t[4]), &byte), iop_build_range(4, 4)), 0);
	assert_int_equal(iotest_count(), 0);
}

struct nothing {
	uint8_t none[0];
};
typedef IOP_SYSMEM(IOP_SLICE(struct nothing)) nothings;
typedef IOP_SYSMEM(struct nothing[3]) unknowns;

static int nothing_at(nothings view, size_t i, uintptr_t *addr)
{
	IOP_AUTO part = iop_project(view, iop_or(i, return -ERANGE));

	*addr = iop_addr(part) + iop_size(part);
	return 0;
}

static int unknown_at(unknowns view, size_t i)
{
	(void)iop_project(view, iop_or(i, return -ERANGE));
	return 0;
}

static void zero_size_elements_still_have_an_index(void **state)
{
	nothings view;
	uintptr_t addr = 0;

	(void)state;
	assert_int_equal(iop_try_slice_at(&view, 0x4000, 3), 0);
	assert_int_equal(nothing_at(view, 2, &addr), 0);
	assert_int_equal(addr, 0x4000);
	assert_int_equal(nothing_at(view, 3, &addr), -ERANGE);
	/* C forgets the length of an array of them, so nothing is in bounds */
	assert_int_equal(unknown_at(iop_view_at(unknowns, 0x4000), 0), -ERANGE);
	assert_int_equal(iop_addr(iop_project(iop_view_at(nic_view, 0x4000), .none)), 0x4000 + offsetof(struct nic, none));
}

#define INDEX_BY(T)                                                                                    \
	static int by_##T(halves view, T i)                                                            \
	{                                                                                              \
		return (int)(iop_addr(iop_project(view, iop_or(i, return -ERANGE))) - iop_addr(view)); \
	}
typedef signed char schar;
typedef unsigned long long ullong;
INDEX_BY(int)
INDEX_BY(schar)
INDEX_BY(uint8_t)
INDEX_BY(int64_t)
INDEX_BY(ullong)

static void any_integer_is_an_index(void **state)
{
	halves view;

	(void)state;
	assert_int_equal(iop_try_slice_at(&view, 0x1000, 8), 0);
	assert_int_equal(by_int(view, 3), 6);
	assert_int_equal(by_int(view, -1), -ERANGE);
	assert_int_equal(by_schar(view, -1), -ERANGE);
	assert_int_equal(by_uint8_t(view, 255), -ERANGE);
	assert_int_equal(by_uint8_t(view, 7), 14);
	assert_int_equal(by_int64_t(view, INT64_MIN), -ERANGE);
	assert_int_equal(by_ullong(view, 8), -ERANGE);
}

/* Addresses are computed modulo the address space, and 0 is an address like any other (config space starts there). */
static void arithmetic_wraps(void **state)
{
	(void)state;
	assert_int_equal(iop_addr(iop_project(iop_view_at(nic_view, 0), .mac)), offsetof(struct nic, mac));
	assert_int_equal(
		iop_addr(iop_project(iop_view_at(nic_view, -(uintptr_t)offsetof(struct nic, ring)), .ring, iop_or_panic(0))), 0);
	assert_int_equal(
		iop_addr(iop_project(iop_view_at(nic_view, -(uintptr_t)offsetof(struct nic, ring)), .ring, iop_or_panic(1))),
		sizeof(struct desc));
}

static int walk_everything(nic_view nic, size_t i)
{
	IOP_AUTO ring = iop_project(nic, .ring, iop_or_from(i, return -ERANGE));

	(void)iop_project(nic);
	(void)iop_project(nic, .ctrl);
	(void)iop_project(ring, iop_or(0, return -ERANGE), .addr);
	(void)iop_project(nic, .mac, iop_build_to(3), iop_or_panic(2));
	(void)iop_project(iop_relaxed(nic), .ring, iop_or(i, return -ERANGE), .flags);
	(void)iop_project(iop_iosysmap_from_mmio(nic), .ring, iop_or(i, return -ERANGE), .flags);
	return 0;
}

/* Pages without any permission: the control says that touching one would have been noticed. */
static void projecting_is_not_accessing(void **state)
{
	struct iotest_pages pages = iotest_guarded(1);
	nic_view nic = iop_view_at(nic_view, pages.end);
	IOP_MMIO(uint32_t) word;

	(void)state;
	assert_true(iotest_readable(pages.start));
	assert_false(iotest_readable(pages.end));
	iotest_record();
	assert_int_equal(walk_everything(nic, 2), 0);
	assert_int_equal(walk_everything(nic, 9), -ERANGE);
	assert_int_equal(iop_try_cast(iop_region_at(IOP_MMIO(IOP_REGION(0)), pages.end, 64), uint32_t, &word), 0);
	assert_int_equal(iotest_count(), 0);
}

struct deep {
	struct {
		struct {
			struct {
				struct desc d[2];
			} c[2];
		} b[2];
	} a[2];
};

static void eight_steps(void **state)
{
	IOP_AUTO deep = iop_view_at(IOP_MMIO(struct deep), 0x8000);
	IOP_AUTO last = iop_project(deep, .a, iop_build(1), .b, iop_build(0), .c, iop_build(1), .d, iop_or_panic(1));
	/* the same, a step at a time */
	IOP_AUTO b = iop_project(iop_project(iop_project(deep, .a), iop_build(1)), .b);
	IOP_AUTO d = iop_project(iop_project(b, iop_build(0)), .c, iop_build(1), .d);

	(void)state;
	assert_int_equal(iop_addr(last), 0x8000 + offsetof(struct deep, a[1].b[0].c[1].d[1]));
	assert_int_equal(iop_addr(iop_project(d, iop_or_panic(1))), iop_addr(last));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees_and_paths_mmio),
		cmocka_unit_test(trees_and_paths_relaxed),
		cmocka_unit_test(trees_and_paths_sysmem),
		cmocka_unit_test(range_vectors_mmio),
		cmocka_unit_test(range_vectors_relaxed),
		cmocka_unit_test(range_vectors_sysmem),
		cmocka_unit_test(build_flavour),
		cmocka_unit_test(ranges_nest),
		cmocka_unit_test(empty_slices),
		cmocka_unit_test(zero_size_elements_still_have_an_index),
		cmocka_unit_test(any_integer_is_an_index),
		cmocka_unit_test(arithmetic_wraps),
		cmocka_unit_test(projecting_is_not_accessing),
		cmocka_unit_test(eight_steps),
	};

	return cmocka_run_group_tests_name("row-19-project", tests, NULL, NULL);
}
