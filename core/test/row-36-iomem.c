/* SPDX-License-Identifier: MIT */
/* Row 36: IoMem and ExclusiveIoMem: which error comes first, and that whatever happens the bus has its own back. */
#define WHEN_NONPOSTED IOP_IOREMAP_NP
#include "bus-fixture.h"

#include <sys/mman.h>

#define IOMEM(owner, index)	iop_iomem_map(owner, &sim.bus, index)
#define EXCLUSIVE(owner, index) iop_exclusive_iomem_map(owner, &sim.bus, index, "row 36")

static void iomem_steps(void **state)
{
	static const struct bus_case cases[] = {
		{.len = 16, .min = 8, .fail_after = -1, .expect = 0, .maps = 1},
		{.len = 16, .min = 8, .fail_after = -1, .flags = IOP_RESOURCE_NONPOSTED, .maps = 1},
		/* An IoMem does not care who else has it. */
		{.len = 16, .min = 8, .fail_after = -1, .occupied = 1, .maps = 1},
		/* No such resource, before everything else. */
		{.len = 16, .index = IOP_BUS_SIM_RESOURCES, .fail_after = 0, .expect = -EINVAL},
		/* Length 0, before the mapping that would fail. */
		{.len = 0, .fail_after = 0, .expect = -EINVAL},
		/* The mapping fails, before the check that would fail; with and without non-posted writes. */
		{.len = 6, .min = 8, .misalign = 2, .fail_after = 0, .expect = -ENOMEM},
		{.len = 16, .flags = IOP_RESOURCE_NONPOSTED, .fail_after = 0, .expect = -ENOMEM},
		/* The check fails, each part of it on its own: what the kernel leaks is unmapped. */
		{.len = 16, .misalign = 1, .fail_after = -1, .expect = -EINVAL, .maps = 1},
		{.len = 16, .misalign = 2, .fail_after = -1, .expect = -EINVAL, .maps = 1},
		{.len = 16, .misalign = 3, .fail_after = -1, .expect = -EINVAL, .maps = 1},
		{.len = 16, .misalign = 4, .fail_after = -1, .expect = 0, .maps = 1},
		{.len = 18, .min = 8, .fail_after = -1, .expect = -EINVAL, .maps = 1},
		{.len = 4, .min = 8, .fail_after = -1, .expect = -EINVAL, .maps = 1},
		{.len = 8, .min = 8, .fail_after = -1, .expect = 0, .maps = 1},
	};

	(void)state;
	RUN_CASES(cases, IOP_IOMEM, IOMEM);
}

static void exclusive_steps(void **state)
{
	static const struct bus_case cases[] = {
		{.len = 16, .min = 8, .fail_after = -1, .expect = 0, .maps = 1, .requests = 1},
		{.len = 16, .flags = IOP_RESOURCE_NONPOSTED, .fail_after = -1, .maps = 1, .requests = 1},
		{.len = 16, .index = IOP_BUS_SIM_RESOURCES, .fail_after = 0, .expect = -EINVAL},
		/* Step 0 is the request: refused, before a length of 0 would be noticed. */
		{.len = 0, .fail_after = 0, .expect = -EBUSY},
		{.len = 16, .fail_after = -1, .occupied = 1, .expect = -EBUSY},
		/* Everything later releases it. */
		{.len = 0, .fail_after = -1, .expect = -EINVAL, .requests = 1},
		{.len = 6, .min = 8, .fail_after = 1, .expect = -ENOMEM, .requests = 1},
		{.len = 16, .flags = IOP_RESOURCE_NONPOSTED, .fail_after = 1, .expect = -ENOMEM, .requests = 1},
		{.len = 16, .misalign = 2, .fail_after = -1, .expect = -EINVAL, .maps = 1, .requests = 1},
		{.len = 4, .min = 8, .fail_after = -1, .expect = -EINVAL, .maps = 1, .requests = 1},
		/* There is no third step that could fail. */
		{.len = 16, .min = 8, .fail_after = 2, .expect = 0, .maps = 1, .requests = 1},
	};

	(void)state;
	RUN_CASES(cases, IOP_EXCLUSIVE_IOMEM, EXCLUSIVE);
}

#if !IOP_64BIT
/* A length that size_t does not hold is found on machines with 32 bits only; there the row of row-37-bar-32-bit-profile.c holds here too. */
static void length_beyond_size_t(void **state)
{
	static const struct bus_case c = {.len = UINT64_C(0x100000000), .fail_after = 0, .expect = -EINVAL};
	static const struct bus_case exclusive = {.len = UINT64_C(0x100000000), .fail_after = -1, .expect = -EINVAL, .requests = 1};

	(void)state;
	RUN_CASE(&c, 0, IOP_IOMEM, IOMEM);
	RUN_CASE(&exclusive, 0, IOP_EXCLUSIVE_IOMEM, EXCLUSIVE);
}
#endif

/* Lengths 1 to 9; those that are no multiple of 4 could be mapped once. */
static void small_sizes(void **state)
{
	static const size_t mins[] = {0, 4, 8};

	(void)state;
	for (size_t m = 0; m < IOTEST_COUNT(mins); m++)
		for (uint64_t len = 1; len <= 9; len++) {
			int ok = (len == 4 || len == 8) && len >= mins[m];
			struct bus_case c[] = {
				{.len = len, .min = mins[m], .fail_after = -1, .expect = ok ? 0 : -EINVAL, .maps = 1},
			};

			RUN_CASES(c, IOP_IOMEM, IOMEM);
			c[0].requests = 1;
			RUN_CASES(c, IOP_EXCLUSIVE_IOMEM, EXCLUSIVE);
		}
}

/* Two owners of one resource see the same device; an exclusive one keeps a second exclusive one out until it is dropped. */
static void several_owners(void **state)
{
	static const struct bus_case c = {.len = 64, .fail_after = -1, .maps = 4, .requests = 2};
	IOP_IOMEM(0x40) first, second;
	IOP_EXCLUSIVE_IOMEM(0x40) only, other;

	(void)state;
	case_begin(&c);
	assert_int_equal(IOMEM(&first, 0), 0);
	assert_int_equal(IOMEM(&second, 0), 0);
	assert_int_equal(EXCLUSIVE(&only, 0), 0);
	assert_int_equal(EXCLUSIVE(&other, 0), -EBUSY);
	iop_write32(first, 0xcafe, 0x3c);
	assert_int_equal(iop_read32(second, 0x3c), 0xcafe);
	assert_int_equal(iop_read32(only, 0x3c), 0xcafe);
	iop_iomem_drop(&other);
	iop_iomem_drop(&only);
	assert_int_equal(EXCLUSIVE(&other, 0), 0);
	iop_iomem_drop(&first);
	assert_int_equal(iop_read32(second, 0x3c), 0xcafe);
	iop_iomem_drop(&other);
	assert_false(iop_bus_balanced(&sim.bus));
	iop_iomem_drop(&second);
	case_end(&c);
}

/* Is nothing mapped at that page? The kernel then takes it as asked; an emulator would answer msync with its own reservation. */
static bool is_free(void *page)
{
	void *got = mmap(page, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(got != MAP_FAILED);
	assert_int_equal(munmap(got, 4096), 0);
	return got == page;
}

/* Dropped means unmapped. */
static void drop_unmaps(void **state)
{
	static const struct bus_case c = {.len = 4096, .fail_after = -1, .maps = 1};
	IOP_IOMEM(16) iomem;
	void *page;

	(void)state;
	case_begin(&c);
	assert_int_equal(IOMEM(&iomem, 0), 0);
	page = (void *)iop_addr(iomem);
	assert_false(is_free(page));
	iop_iomem_drop(&iomem);
	assert_true(is_free(page));
	case_end(&c);
}

/* Negative controls: each breaks one rule in the way that owners might, and the bus must notice. */
static void leak_mapping(const struct iop_resource *resource)
{
	/* What the kernel does when the region check fails. */
	void *address = iop_bus_map(&sim.bus, resource, 6, IOP_IOREMAP);

	assert_int_equal(iop_region_check((uintptr_t)address, 6, 0), -EINVAL);
}

static void leak_request(const struct iop_resource *resource)
{
	assert_int_equal(iop_bus_request(&sim.bus, resource, "leak"), 0);
}

static void unmap_twice(const struct iop_resource *resource)
{
	void *address = iop_bus_map(&sim.bus, resource, 8, IOP_IOREMAP);

	iop_bus_unmap(&sim.bus, resource, address, 8);
	iop_bus_unmap(&sim.bus, resource, address, 8);
}

static void release_twice(const struct iop_resource *resource)
{
	leak_request(resource);
	iop_bus_release(&sim.bus, resource);
	iop_bus_release(&sim.bus, resource);
}

/* One leak and one double drop: the counts alone would agree. */
static void leak_and_unmap_twice(const struct iop_resource *resource)
{
	void *first = iop_bus_map(&sim.bus, resource, 8, IOP_IOREMAP);

	assert_non_null(iop_bus_map(&sim.bus, resource, 8, IOP_IOREMAP));
	iop_bus_unmap(&sim.bus, resource, first, 8);
	iop_bus_unmap(&sim.bus, resource, first, 8);
	assert_true(iop_bus_balanced(&sim.bus));
}

static void unmap_with_another_size(const struct iop_resource *resource)
{
	iop_bus_unmap(&sim.bus, resource, iop_bus_map(&sim.bus, resource, 8, IOP_IOREMAP), 4);
}

static void the_balance_check_rejects_faulty_owners(void **state)
{
	static void (*const faulty[])(const struct iop_resource *) = {
		leak_mapping, leak_request, unmap_twice, release_twice, leak_and_unmap_twice, unmap_with_another_size,
	};
	static const struct bus_case c = {.len = 8, .fail_after = -1};

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(faulty); i++) {
		struct iop_resource resource;

		case_begin(&c);
		assert_int_equal(iop_bus_resource(&sim.bus, 0, &resource), 0);
		faulty[i](&resource);
		assert_int_equal(iop_bus_sim_end(&sim), -EBUSY);
		for (size_t m = 0; m < IOP_BUS_SIM_MAPPINGS; m++)
			if (sim.mappings[m].address)
				munmap(sim.mappings[m].address, sim.mappings[m].size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iomem_steps),
		cmocka_unit_test(exclusive_steps),
#if !IOP_64BIT
		cmocka_unit_test(length_beyond_size_t),
#endif
		cmocka_unit_test(small_sizes),
		cmocka_unit_test(several_owners),
		cmocka_unit_test(drop_unmaps),
		cmocka_unit_test(the_balance_check_rejects_faulty_owners),
	};

	return cmocka_run_group_tests_name("row-36-iomem", tests, NULL, NULL);
}
