/* SPDX-License-Identifier: MIT */
/* Row 37: Bar: which error comes first, and that whatever happens the bus has its own back. */
#define WHEN_NONPOSTED IOP_IOREMAP
#include "bus-fixture.h"

#define BAR(owner, index)    iop_bar_map(owner, &sim.bus, index, "row 37")
#define BAR_WC(owner, index) iop_bar_map_wc(owner, &sim.bus, index, "row 37")

static void steps(void **state)
{
	static const struct bus_case cases[] = {
		{.len = 16, .min = 8, .fail_after = -1, .expect = 0, .maps = 1, .requests = 1},
		{.len = 16, .flags = IOP_RESOURCE_NONPOSTED, .fail_after = -1, .maps = 1, .requests = 1},
		{.len = 0, .index = IOP_BUS_SIM_RESOURCES, .fail_after = 0, .expect = -EINVAL},
		/* Length 0 has another code than an IoMem's, and comes before the request. */
		{.len = 0, .fail_after = 0, .expect = -ENOMEM},
		{.len = 0, .fail_after = -1, .occupied = 1, .expect = -ENOMEM},
		{.len = 6, .min = 8, .fail_after = 0, .expect = -EBUSY},
		{.len = 16, .fail_after = -1, .occupied = 1, .expect = -EBUSY},
		{.len = 6, .min = 8, .misalign = 2, .fail_after = 1, .expect = -ENOMEM, .requests = 1},
		{.len = 16, .misalign = 1, .fail_after = -1, .expect = -EINVAL, .maps = 1, .requests = 1},
		{.len = 16, .misalign = 2, .fail_after = -1, .expect = -EINVAL, .maps = 1, .requests = 1},
		{.len = 18, .fail_after = -1, .expect = -EINVAL, .maps = 1, .requests = 1},
		{.len = 4, .min = 8, .fail_after = -1, .expect = -EINVAL, .maps = 1, .requests = 1},
		{.len = 16, .min = 8, .fail_after = 2, .expect = 0, .maps = 1, .requests = 1},
	};

	(void)state;
	RUN_CASES(cases, IOP_BAR, BAR);
}

/* A bus with a resource under every number: the only way to see what happens to one that is no int. */
static uint64_t length_everywhere;

static int resource_everywhere(void *bus, unsigned index, struct iop_resource *resource)
{
	(void)bus;
	*resource = (struct iop_resource){.index = index, .len = length_everywhere};
	return 0;
}

static int request_is_wrong(void *bus, const struct iop_resource *resource, const char *name)
{
	(void)bus, (void)resource, (void)name;
	fail();
	return -EBUSY;
}

static void index_is_no_int(void **state)
{
	static const struct iop_bus_ops ops = {.resource = resource_everywhere, .request_region = request_is_wrong};
	struct iop_bus bus;
	IOP_BAR(0) bar;

	(void)state;
	iop_bus_init(&bus, &ops, NULL);
	length_everywhere = 16;
	assert_int_equal(iop_bar_map(&bar, &bus, 0x80000000u, "row 37"), -EINVAL);
	length_everywhere = 0;
	assert_int_equal(iop_bar_map(&bar, &bus, 0x80000000u, "row 37"), -ENOMEM);
	iop_bar_drop(&bar);
	assert_true(iop_bus_balanced(&bus));
}

/* Unmapped first, then released: nobody else may get the region while it is mapped. */
static struct iop_bus_ops watched;
static char order[64];

static void unmap_watched(void *bus, const struct iop_resource *resource, void *address, size_t size)
{
	strcat(order, "unmap ");
	watched.iounmap(bus, resource, address, size);
}

static void release_watched(void *bus, const struct iop_resource *resource)
{
	strcat(order, "release ");
	watched.release_region(bus, resource);
}

static void order_of_undoing(void **state)
{
	static const struct bus_case c = {.len = 12, .fail_after = -1, .maps = 2, .requests = 2};
	struct iop_bus_ops ops;
	IOP_BAR(16) too_small;
	IOP_BAR(12) bar;

	(void)state;
	case_begin(&c);
	watched = ops = *sim.bus.ops;
	ops.iounmap = unmap_watched;
	ops.release_region = release_watched;
	sim.bus.ops = &ops;
	order[0] = 0;
	assert_int_equal(BAR(&too_small, 0), -EINVAL);
	assert_string_equal(order, "unmap release ");
	assert_int_equal(BAR(&bar, 0), 0);
	iop_bar_drop(&bar);
	assert_string_equal(order, "unmap release unmap release ");
	sim.bus.ops = &watched;
	case_end(&c);
}

static void write_combining(void **state)
{
	static const struct bus_case good = {
		.len = 64, .flags = IOP_RESOURCE_PREFETCHABLE, .fail_after = -1, .maps = 1, .requests = 1};
	static const struct bus_case bad = {.len = 64, .fail_after = -1, .requests = 1};
	IOP_WC_BAR(0x40) bar;

	(void)state;
	case_begin(&good);
	assert_int_equal(BAR_WC(&bar, 0), 0);
	assert_int_equal(iop_bus_sim_how(&sim, 0), IOP_IOREMAP_WC);
	iop_write32(bar, 7, 0x3c);
	assert_int_equal(iop_read32(bar, 0x3c), 7);
	assert_int_equal(device_word(0, 0x3c), 7);
	iop_bar_drop(&bar);
	case_end(&good);
	case_begin(&bad);
	assert_int_equal(BAR_WC(&bar, 0), -ENOMEM);
	case_end(&bad);
}

#if IOP_64BIT
/* A resource longer than 4 GiB is mapped whole where size_t holds it. */
static void more_than_four_gib(void **state)
{
	static const struct bus_case c = {.len = UINT64_C(0x100001000), .fail_after = -1, .maps = 1, .requests = 1};
	IOP_BAR(0x1000) bar;
	uint32_t value;

	(void)state;
	case_begin(&c);
	assert_int_equal(BAR(&bar, 0), 0);
	assert_true(iop_size(bar) == c.len);
	assert_int_equal(iop_try_write32(bar, 0x55aa, (size_t)c.len - 4), 0);
	assert_int_equal(iop_try_read32(bar, (size_t)c.len - 4, &value), 0);
	assert_int_equal(value, 0x55aa);
	assert_int_equal(iop_read32(bar, 0xffc), 0);
	iop_bar_drop(&bar);
	case_end(&c);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps),
		cmocka_unit_test(index_is_no_int),
		cmocka_unit_test(order_of_undoing),
		cmocka_unit_test(write_combining),
#if IOP_64BIT
		cmocka_unit_test(more_than_four_gib),
#endif
	};

	return cmocka_run_group_tests_name("row-37-bar", tests, NULL, NULL);
}
