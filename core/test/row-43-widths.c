/* SPDX-License-Identifier: MIT */
/* Row 43: what a view's type says of the widths that its device takes goes with everything that is made of it, and costs nothing. */
#include "ways.h"

#include <iopath/bus_sim.h>
#include <iopath/config_sim.h>

struct part {
	uint16_t rate, pad;
	uint32_t words[3];
};
struct device {
	uint32_t ctrl;
	uint16_t half[2];
	uint64_t base;
	uint8_t bytes[8];
	struct part parts[2];
};
IOP_PLAIN(struct part, rate, pad, words);
IOP_PLAIN(struct device, ctrl, half, base, bytes, parts);

static _Alignas(64) uint8_t memory[256];

#define TAKES(v, set) assert_int_equal(iop_widths(v), set)

/* The sets themselves. */
_Static_assert(IOP_WIDTHS(4) == 4, "one width");
_Static_assert(IOP_WIDTHS(4, 8, 64) == (4 | 8 | 64), "several, in any order");
_Static_assert(IOP_WIDTHS(64, 32, 16, 8, 4, 2, 1) == IOP_WIDTHS_ALL, "all of them");
_Static_assert(IOP_WIDTHS(1, 2, 4, 8) == IOP_WIDTHS_DEFAULT, "what accessors have");
_Static_assert(IOP_WIDTHS(4, 4) == IOP_WIDTHS(4), "a set");
_Static_assert(iop_widths_have(IOP_WIDTHS(4, 64), 64) && !iop_widths_have(IOP_WIDTHS(4, 64), 32), "asked for one");
_Static_assert(iop_widths_within(IOP_WIDTHS(4), IOP_WIDTHS(4, 8)) && !iop_widths_within(IOP_WIDTHS(4, 8), IOP_WIDTHS(4)),
	       "part of");

/* A view of a device that takes some widths is not larger, nor is one of any device what it was not. */
_Static_assert(sizeof(IOP_MMIO32(struct device)) == sizeof(struct iop_mmio), "the set is in the type only");
_Static_assert(sizeof(IOP_MMIO32(IOP_REGION(0))) == sizeof(IOP_MMIO(IOP_REGION(0))), "of a Region, too");
_Static_assert(sizeof(IOP_IOSYSMAP_WIDTHS(4, uint32_t)) == sizeof(struct iop_iosysmap), "and of a handle with a tag");
_Static_assert(_Alignof(IOP_MMIO32(struct device)) == _Alignof(struct iop_mmio), "and lies where others do");
#define TAKES_OF(set, ...) _Static_assert(IOP_TAKES_(IOP_ANY_(__VA_ARGS__)) == (set), #__VA_ARGS__)
TAKES_OF(IOP_WIDTHS_DEFAULT, IOP_MMIO(struct device));
TAKES_OF(IOP_WIDTHS_DEFAULT, struct iop_no_view);
TAKES_OF(4, IOP_MMIO32(struct device));
TAKES_OF(4, IOP_RELAXED32(uint16_t));
TAKES_OF(4 | 8 | 64, IOP_MMIO_WIDTHS(IOP_WIDTHS(4, 8, 64), IOP_SLICE(uint8_t)));
TAKES_OF(1, IOP_SYSMEM_WIDTHS(1, IOP_REGION8(8)));
TAKES_OF(2, IOP_COHERENT_WIDTHS(2, struct device));
TAKES_OF(1 | 2, IOP_CONFIG_WIDTHS(IOP_WIDTHS(1, 2), IOP_REGION(64)));
TAKES_OF(IOP_WIDTHS_ALL, IOP_IOSYSMAP_WIDTHS(IOP_WIDTHS_ALL, struct device));

/* For WAY: everything that makes a view of a view keeps @set, which has 4. */
#define DERIVED(set)                                                                                                              \
	do {                                                                                                                      \
		typedef WAY_VIEW_WIDTHS(set, uint32_t) word;                                                                      \
		typedef WAY_VIEW_WIDTHS(set, struct device) whole;                                                                \
		typedef WAY_VIEW_WIDTHS(IOP_WIDTHS(4), uint32_t) only_4;                                                          \
		IOP_AUTO device = WAY_WITHIN(set, memory, struct device);                                                         \
		IOP_AUTO slice = iop_project(device, .parts, iop_all());                                                          \
		IOP_AUTO region = WAY_REGION_WITHIN(set, 64, memory, sizeof(memory));                                             \
		word named = iop_as(word, iop_project(device, .ctrl));                                                            \
		only_4 less = iop_as(only_4, named);                                                                              \
		whole cast;                                                                                                       \
		TAKES(device, set);                                                                                               \
		TAKES(iop_project(device), set);                                                                                  \
		TAKES(iop_project(device, .parts, iop_or(index, return )), set);                                                  \
		TAKES(slice, set);                                                                                                \
		TAKES(iop_project(slice, iop_or_range(0, index, return ), iop_or(0, return ), .words), set);                      \
		TAKES(region, set);                                                                                               \
		TAKES(named, set);                                                                                                \
		TAKES(less, 4);                                                                                                   \
		assert_int_equal(iop_try_cast(region, struct device, &cast), 0);                                                  \
		TAKES(cast, set);                                                                                                 \
		assert_int_equal(iop_try_project(&named, cast, .parts, iop_check(index), .words, iop_check(2)), 0);               \
		assert_int_equal(iop_addr(named), iop_addr(device) + offsetof(struct device, parts[1].words[2]));                 \
		iotest_record();                                                                                                  \
		iop_write(named, 0x01020304u);                                                                                    \
		iop_write32(region, 1, 4);                                                                                        \
		assert_int_equal(iop_read(less), 0);                                                                              \
		size_t next = iotest_is_access(0, WAY_INFO, IOP_EVENT_ST, 4, memory + offsetof(struct device, parts[1].words[2]), \
					       iotest_raw(WAY_INFO, 4, 0x01020304));                                              \
		next = iotest_is_access(next, WAY_INFO, IOP_EVENT_ST, 4, memory + 4, iotest_raw(WAY_INFO, 4, 1));                 \
		next = iotest_is_access(next, WAY_INFO, IOP_EVENT_LD, 4, memory, 0);                                              \
		assert_int_equal(iotest_count(), next);                                                                           \
	} while (0)

#define WAY mmio
#include "body-widths.h"
#undef WAY
#define WAY relaxed
#include "body-widths.h"
#undef WAY
#define WAY sysmem
#include "body-widths.h"
#undef WAY
#define WAY sysmap_io
#include "body-widths.h"
#undef WAY
#define WAY sysmap_sys
#include "body-widths.h"
#undef WAY

/* A 64-bit register of a device that takes 32 bits: its halves, in the order of the name. */
static void halves_where_64_bits_are_not_taken(void **state)
{
	IOP_AUTO device = iop_view_at(IOP_MMIO32(struct device), memory);
	IOP_AUTO region = iop_region_at(IOP_MMIO32(IOP_REGION(64)), memory, 64);

	(void)state;
	memset(memory, 0, sizeof(memory));
	iotest_record();
	iop_write_hi_lo(iop_project(device, .base), UINT64_C(0x1122334455667788));
	assert_int_equal(iotest_peek(memory + 8, 4), iotest_raw(&iotest_mmio, 4, 0x55667788));
	assert_int_equal(iotest_peek(memory + 12, 4), iotest_raw(&iotest_mmio, 4, 0x11223344));
	assert_true(iop_read_lo_hi(iop_project(device, .base)) == UINT64_C(0x1122334455667788));
	assert_true(iop_read64_lo_hi(region, 8) == UINT64_C(0x1122334455667788));
	for (size_t i = 0; i < iotest_count(); i++)
		assert_true(iotest_event(i)->width == 0 || iotest_event(i)->width == 4);
}

/* Who knows what: the bus, the author, both, nobody; and what each lets through. */
struct knowledge {
	unsigned bus, said; /* 0: nothing */
	unsigned widths;    /* of the owner */
};
static const struct knowledge knowledge[] = {
	{0, 0, IOP_WIDTHS_DEFAULT},
	{4, 0, 4},
	{0, 4, 4},
	{0, IOP_WIDTHS(4, 8, 64), IOP_WIDTHS(4, 8, 64)},
	{IOP_WIDTHS(1, 2, 4), IOP_WIDTHS(2, 4, 8), IOP_WIDTHS(2, 4)},
	{IOP_WIDTHS_ALL, 0, IOP_WIDTHS_ALL},
	{1, 4, 0},
	{0, 128, 0},
	{0, 4 | 256, 0},
};

#define MAP_bar(o)   (k->said ? iop_bar_map_widths(o, &sim.bus, 2, "row 43", k->said) : iop_bar_map(o, &sim.bus, 2, "row 43"))
#define MAP_iomem(o) (k->said ? iop_iomem_map_widths(o, &sim.bus, 2, k->said) : iop_iomem_map(o, &sim.bus, 2))
#define MAP_exclusive(o)                                                             \
	(k->said ? iop_exclusive_iomem_map_widths(o, &sim.bus, 2, "row 43", k->said) \
		 : iop_exclusive_iomem_map(o, &sim.bus, 2, "row 43"))

/* An owner of @OWNER's type, which takes @set, of a device of which @k is known: refused with nothing done, or used in that width. */
#define OWNER(OWNER, MAP, set)                                                        \
	do {                                                                          \
		OWNER owner;                                                          \
		struct iop_bus_counts before = iop_bus_counts(&sim.bus), after;       \
		int expected = iop_widths_within(set, k->widths) ? 0 : -EINVAL;       \
		assert_int_equal(IOP_TAKES_(owner), set);                             \
		assert_int_equal(MAP(&owner), expected);                              \
		assert_int_equal(iop_owner_widths(&owner), expected ? 0 : k->widths); \
		after = iop_bus_counts(&sim.bus);                                     \
		assert_int_equal(after.maps, before.maps + !expected);                \
		if (expected) {                                                       \
			assert_int_equal(after.requests, before.requests);            \
			assert_int_equal(iop_size(owner), 0);                         \
		} else {                                                              \
			TAKES(iop_relaxed(owner), set);                               \
			iop_write32(owner, 0x55u, 8);                                 \
			assert_int_equal(iop_read32(owner, 8), 0x55);                 \
		}                                                                     \
		iop_iomem_drop(&owner);                                               \
		assert_int_equal(iop_owner_widths(&owner), 0);                        \
		assert_true(iop_bus_balanced(&sim.bus));                              \
	} while (0)

static void owners_take_what_the_device_does(void **state)
{
	struct iop_bus_sim sim;

	(void)state;
	assert_int_equal(iop_bus_sim_init(&sim), 0);
	for (const struct knowledge *k = knowledge; k < knowledge + IOTEST_COUNT(knowledge); k++) {
		iop_bus_sim_set(&sim, (struct iop_resource){.index = 2, .len = 64, .widths = k->bus});
		OWNER(IOP_BAR(16), MAP_bar, IOP_WIDTHS_DEFAULT);
		OWNER(IOP_BAR8(16), MAP_bar, IOP_WIDTHS_DEFAULT);
		OWNER(IOP_IOMEM(16), MAP_iomem, IOP_WIDTHS_DEFAULT);
		OWNER(IOP_EXCLUSIVE_IOMEM(16), MAP_exclusive, IOP_WIDTHS_DEFAULT);
		OWNER(IOP_BAR_WIDTHS(4, 16), MAP_bar, 4);
		OWNER(IOP_BAR8_WIDTHS(IOP_WIDTHS(4, 8, 64), 16), MAP_bar, IOP_WIDTHS(4, 8, 64));
		OWNER(IOP_BAR_WIDTHS(IOP_WIDTHS(2, 4), 16), MAP_bar, IOP_WIDTHS(2, 4));
		OWNER(IOP_IOMEM_WIDTHS(4, 16), MAP_iomem, 4);
		OWNER(IOP_IOMEM8_WIDTHS(IOP_WIDTHS_ALL, 16), MAP_iomem, IOP_WIDTHS_ALL);
		OWNER(IOP_EXCLUSIVE_IOMEM_WIDTHS(4, 16), MAP_exclusive, 4);
		OWNER(IOP_EXCLUSIVE_IOMEM8_WIDTHS(IOP_WIDTHS(4, 8), 16), MAP_exclusive, IOP_WIDTHS(4, 8));
	}
	assert_int_equal(iop_bus_sim_end(&sim), 0);
}

/* An owner that says nothing has the members that it had, in their places; one that says its widths is no larger. */
_Static_assert(sizeof(IOP_BAR_WIDTHS(4, 16)) == sizeof(IOP_BAR(16)), "owners are of one size");
_Static_assert(offsetof(IOP_BAR_WIDTHS(4, 16), hold) == offsetof(struct iop_any_mapping, mapping), "a Devres finds the mapping");

/* Config space: what reaches the function is asked where the view is made. */
static void config_space_of_some_widths(void **state)
{
	struct iop_config_sim sim;
	IOP_CONFIG_WIDTHS(4, IOP_REGION(256)) words = {};
	IOP_CONFIG_WIDTHS(IOP_WIDTHS(2, 4), IOP_REGION(64)) some = {};
	IOP_CONFIG(IOP_REGION(64)) any = {};
	IOP_CONFIG_WIDTHS(4, IOP_REGION(4096)) large = {};
	iop_config_extended extended;

	(void)state;
	iop_config_sim_init(&sim, 256);
	assert_int_equal(iop_config_space_widths(&any, &sim.device), 0);
	assert_int_equal(iop_size(iop_config_space(&sim.device)), 256);
	iop_config_device_takes(&sim.device, IOP_WIDTHS(4));
	assert_int_equal(iop_config_space_widths(&words, &sim.device), 0);
	assert_int_equal(iop_size(words), 256);
	iop_write32(words, 0x12345678u, 8);
	assert_int_equal(iop_read32(words, 8), 0x12345678);
	assert_int_equal(iop_config_space_widths(&some, &sim.device), -EINVAL);
	assert_int_equal(iop_size(some), 0);
	assert_int_equal(iop_config_space_widths(&any, &sim.device), -EINVAL);
	assert_int_equal(iop_config_space_widths(&large, &sim.device), -EINVAL);
	assert_panics("width not taken", (void)iop_config_space(&sim.device));
	iop_config_sim_end(&sim);
	iop_config_sim_init(&sim, 4096);
	assert_int_equal(iop_config_space_extended(&sim.device, &extended), 0);
	iop_config_device_takes(&sim.device, IOP_WIDTHS(2, 4));
	assert_int_equal(iop_config_space_extended(&sim.device, &extended), -EINVAL);
	assert_int_equal(iop_config_space_widths(&some, &sim.device), 0);
	assert_int_equal(iop_config_space_widths(&large, &sim.device), 0);
	assert_int_equal(iop_size(large), 4096);
	iop_config_sim_end(&sim);
}

/* A Coherent whose type says widths: its views have them, its copies keep them. */
static void coherent_memory_of_words(void **state)
{
	IOP_COHERENT_OWNER_WIDTHS(4, struct part) owner;
	IOP_COHERENT_OWNER_WIDTHS(IOP_WIDTHS(4, 8), IOP_SLICE(uint8_t)) bytes;
	uint8_t buffer[16] = {0};
	struct iop_dma *dma;

	(void)state;
	assert_int_equal(iop_dma_open(&dma, NULL), 0);
	assert_int_equal(iop_coherent_alloc(&owner, dma, 0), 0);
	assert_int_equal(iop_coherent_zeroed_slice(&bytes, dma, 32, 0), 0);
	assert_int_equal(IOP_TAKES_(owner), 4);
	TAKES(iop_project(owner, .words, iop_all()), 4);
	TAKES(iop_coherent_as_sysmem(owner), 4);
	iop_write(iop_project(owner, .words, iop_build(1)), 5);
	assert_int_equal(iop_read(iop_project(owner, .words, iop_build(1))), 5);
	assert_int_equal(iop_try_copy_toio(iop_project(bytes, iop_or_range(4, 20, return )), buffer, 16), 0);
	assert_int_equal(iop_try_copy_toio(iop_project(bytes, iop_or_range(2, 18, return )), buffer, 16), -EINVAL);
	iop_coherent_drop(&owner);
	iop_coherent_drop(&bytes);
	iop_dma_close(dma);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(derived_mmio),
		cmocka_unit_test(derived_relaxed),
		cmocka_unit_test(derived_sysmem),
		cmocka_unit_test(derived_sysmap_io),
		cmocka_unit_test(derived_sysmap_sys),
		cmocka_unit_test(config_space_of_some_widths),
		cmocka_unit_test(coherent_memory_of_words),
		cmocka_unit_test(owners_take_what_the_device_does),
		cmocka_unit_test(halves_where_64_bits_are_not_taken),
	};

	return cmocka_run_group_tests_name("row-43-widths", tests, NULL, NULL);
}
