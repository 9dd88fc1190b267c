/* SPDX-License-Identifier: MIT */
/*
 * Row 7: ConfigSpace over a simulated function: u8, u16 and u32 by offset and by projection, the two sizes, and a bus whose
 * errors nobody is told. Also built as row-07-...-debug and row-07-...-big-endian-profile.
 */
#include "iotest.h"

#include <iopath/config_sim.h>

/* The start of every function's config space. */
struct header {
	uint16_t vendor, device, command, status;
	uint8_t revision, interface, subclass, class_code;
	uint8_t cache_line, latency, type, self_test;
	uint32_t bar[6];
};
IOP_PLAIN(struct header, vendor, device, command, status, revision, interface, subclass, class_code, cache_line, latency, type,
	  self_test, bar);
struct wide {
	uint64_t both;
};
IOP_PLAIN(struct wide, both);

typedef IOP_CONFIG(struct header) header_view;
typedef IOP_CONFIG(IOP_REGION(256)) my_normal;

/* Byte i of the function holds this; neither symmetric nor periodic in 256, so order and offset errors show. */
static uint8_t content(size_t i)
{
	return (uint8_t)(0x11 + 7 * i + i / 256);
}

static void make(struct iop_config_sim *sim, size_t cfg_size)
{
	iop_config_sim_init(sim, cfg_size);
	for (size_t i = 0; i < cfg_size; i++)
		iop_config_sim_set(sim, i, 1, content(i));
}

/* What a little-endian register made of these bytes says, in CPU order in every profile. */
static uint64_t number(size_t offset, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = width; i--;)
		value = value << 8 | content(offset + i);
	return value;
}

static void is_one_event(enum iop_event_kind kind, unsigned width, uintptr_t addr, uint64_t value)
{
	const struct iop_event *e;

	assert_int_equal(iotest_count(), 1);
	e = iotest_event(0);
	assert_int_equal(e->kind, kind);
	assert_int_equal(e->source, IOP_EVENT_CONFIG);
	assert_int_equal(e->width, width);
	assert_int_equal(e->addr, addr);
	assert_int_equal(e->value, value);
}

/* Every offset of the device and a few beyond, against the rule; one transaction and one event if it is good, none if not. */
#define GRID(bits)                                                                                                      \
	static void grid_##bits(struct iop_config_sim *sim)                                                             \
	{                                                                                                               \
		iop_config_normal config = iop_config_space(&sim->device);                                              \
		size_t size = iop_config_size(&sim->device);                                                            \
		uint##bits##_t unread = 0;                                                                              \
		const unsigned width = (bits) / 8;                                                                      \
		for (size_t offset = 0; offset < size + 8; offset++) {                                                  \
			uint64_t before = iop_config_sim_transactions(sim);                                             \
			int good = offset % width == 0 && offset + width <= size;                                       \
			uint##bits##_t v = 0x5a;                                                                        \
			iotest_record();                                                                                \
			assert_int_equal(iop_try_read##bits(config, offset, &v), good ? 0 : -EINVAL);                   \
			assert_int_equal(v, good ? number(offset, width) : 0x5a);                                       \
			assert_int_equal(iop_config_sim_transactions(sim) - before, good);                              \
			assert_int_equal(iotest_count(), good);                                                         \
			if (good)                                                                                       \
				is_one_event(IOP_EVENT_LD, width, offset, number(offset, width));                       \
			iotest_record();                                                                                \
			assert_int_equal(iop_try_write##bits(config, (uint##bits##_t) ~v, offset), good ? 0 : -EINVAL); \
			assert_int_equal(iop_config_sim_transactions(sim) - before, 2 * good);                          \
			assert_int_equal(iotest_count(), good);                                                         \
			if (!good)                                                                                      \
				continue;                                                                               \
			is_one_event(IOP_EVENT_ST, width, offset, (uint##bits##_t) ~v);                                 \
			assert_int_equal(iop_config_sim_get(sim, offset, width), (uint##bits##_t) ~v);                  \
			iop_config_sim_set(sim, offset, width, v);                                                      \
		}                                                                                                       \
		assert_int_equal(iop_try_read##bits(config, SIZE_MAX - 3, &unread), -EINVAL);                           \
		for (size_t i = 0; i < size; i++)                                                                       \
			assert_int_equal(iop_config_sim_get(sim, i, 1), content(i));                                    \
	}
GRID(8)
GRID(16)
GRID(32)

static void every_offset_of_both_kinds(void **state)
{
	static const size_t sizes[] = {256, 4096};

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(sizes); i++) {
		struct iop_config_sim sim;

		make(&sim, sizes[i]);
		grid_8(&sim);
		grid_16(&sim);
		grid_32(&sim);
		assert_int_equal(iop_config_lost(&sim.device).reads + iop_config_lost(&sim.device).writes, 0);
		iop_config_sim_end(&sim);
	}
}

static void infallible_access_at_the_ends(void **state)
{
	struct iop_config_sim sim;
	iop_config_normal config;
	iop_config_extended extended = {0};

	(void)state;
	make(&sim, 4096);
	config = iop_config_space(&sim.device);
	assert_int_equal(iop_config_space_extended(&sim.device, &extended), 0);
	assert_int_equal(iop_read8(config, 255), number(255, 1));
	assert_int_equal(iop_read16(config, 254), number(254, 2));
	assert_int_equal(iop_read32(config, 252), number(252, 4));
	assert_int_equal(iop_read8(extended, 4095), number(4095, 1));
	assert_int_equal(iop_read16(extended, 4094), number(4094, 2));
	assert_int_equal(iop_read32(extended, 4092), number(4092, 4));
	iop_write32(extended, 0x01020304, 4092);
	assert_int_equal(iop_config_sim_get(&sim, 4092, 1), 0x04);
	iotest_record();
	iop_update16(config, 4, command, (uint16_t)(command | 0x0400));
	assert_string_equal(iotest_trace(NULL), "LD2+4 ST2+4");
	assert_int_equal(iop_config_sim_get(&sim, 4, 2), number(4, 2) | 0x0400);
	iop_config_sim_end(&sim);
}

static int bar(header_view header, size_t i, uint32_t *value)
{
	*value = iop_read(iop_project(header, .bar, iop_or(i, return -ERANGE)));
	return 0;
}

static void typed_access(void **state)
{
	struct iop_config_sim sim;
	IOP_CONFIG(uint8_t[256]) bytes = {0};
	IOP_CONFIG(struct wide) wide = {0};
	header_view header = {0};
	uint32_t value;

	(void)state;
	make(&sim, 256);
	assert_int_equal(iop_try_cast(iop_config_space(&sim.device), struct header, &header), 0);
	assert_int_equal(iop_try_cast(iop_config_space(&sim.device), struct wide, &wide), 0);
	assert_int_equal(iop_try_cast_bytes(iop_config_space(&sim.device), &bytes), 0);
	assert_ptr_equal(header.raw.device, &sim.device);
	assert_int_equal(iop_addr(header), 0);
	assert_int_equal(iop_addr(iop_project(header, .bar, iop_build(2))), 0x18);
	assert_int_equal(iop_len(iop_project(bytes, iop_or_panic_range(64, 70))), 6);

	iotest_record();
	assert_int_equal(iop_read(iop_project(header, .device)), number(2, 2));
	is_one_event(IOP_EVENT_LD, 2, 2, number(2, 2));
	assert_int_equal(iop_read(iop_project(header, .class_code)), number(11, 1));
	assert_int_equal(iop_read(iop_project(bytes, iop_build(255))), number(255, 1));
	assert_int_equal(bar(header, 5, &value), 0);
	assert_int_equal(value, number(0x24, 4));
	iotest_record();
	assert_int_equal(bar(header, 6, &value), -ERANGE);
	assert_int_equal(iotest_count(), 0);
	iop_write(iop_project(header, .bar, iop_build(1)), 0xfee00000);
	is_one_event(IOP_EVENT_ST, 4, 0x14, 0xfee00000);
	assert_int_equal(iop_config_sim_get(&sim, 0x14, 4), 0xfee00000);
	iop_config_sim_end(&sim);
}

/* The view that is typed 256 is as long as the device; the constructors. */
static void both_kinds_of_function(void **state)
{
	struct iop_config_sim conventional, express;
	iop_config_extended extended = {0};
	uint32_t v = 0;

	(void)state;
	make(&conventional, 256);
	make(&express, 4096);
	assert_int_equal(iop_size(iop_config_space(&conventional.device)), 256);
	assert_int_equal(iop_size(iop_config_space(&express.device)), 4096);
	assert_int_equal(iop_min_size(iop_config_space(&express.device)), 256);
	assert_int_equal(iop_try_read32(iop_config_space(&conventional.device), 0x100, &v), -EINVAL);
	assert_int_equal(iop_try_read32(iop_config_space(&express.device), 0x100, &v), 0);
	assert_int_equal(v, number(0x100, 4));
	assert_int_equal(iop_try_read32(iop_config_space(&express.device), 0xffc, &v), 0);
	assert_int_equal(v, number(0xffc, 4));

	memset(&extended, 0x5a, sizeof(extended));
	assert_int_equal(iop_config_space_extended(&conventional.device, &extended), -EINVAL);
	assert_int_equal(extended.len[0], (size_t)UINT64_C(0x5a5a5a5a5a5a5a5a));
	assert_int_equal(iop_config_space_extended(&express.device, &extended), 0);
	assert_int_equal(iop_size(extended), 4096);
	assert_int_equal(iop_min_size(extended), 4096);
	assert_int_equal(iop_addr(extended), 0);
	assert_ptr_equal(iop_as(my_normal, iop_config_space(&express.device)).raw.device, &express.device);
	iop_config_sim_end(&conventional);
	iop_config_sim_end(&express);
}

static void no_function_has_another_size(void **state)
{
	static const size_t sizes[] = {0, 1, 64, 255, 257, 4095, 8192, SIZE_MAX};

	(void)state;
	for (volatile size_t i = 0; i < IOTEST_COUNT(sizes); i++) {
		static struct iop_config_sim sim;
		static iop_config_extended extended;

		iop_config_sim_init(&sim, sizes[i]);
		assert_panics("config space is neither 256 nor 4096 bytes", (void)iop_config_space(&sim.device));
		assert_panics("config space is neither 256 nor 4096 bytes",
			      (void)!iop_config_space_extended(&sim.device, &extended));
		assert_panics("config space is neither 256 nor 4096 bytes", iop_config_size(&sim.device));
		iop_config_sim_end(&sim);
	}
}

/* A failing read is all ones of its width, a failing write is lost, and nobody gets a code. */
#define FAILING(bits)                                                                     \
	do {                                                                              \
		uint##bits##_t v = 0;                                                     \
		iop_config_sim_fail(&sim, 0, 1, -EIO);                                    \
		assert_int_equal(iop_try_read##bits(config, 0x20, &v), 0);                \
		assert_true(v == (uint##bits##_t)UINT64_MAX);                             \
		assert_int_equal(iop_read##bits(config, 0x20), number(0x20, (bits) / 8)); \
		iop_config_sim_fail(&sim, 0, 1, -EIO);                                    \
		assert_int_equal(iop_try_write##bits(config, 0, 0x20), 0);                \
		assert_int_equal(iop_read##bits(config, 0x20), number(0x20, (bits) / 8)); \
	} while (0)

static void bus_errors_are_swallowed(void **state)
{
	struct iop_config_sim sim;
	iop_config_normal config;
	struct iop_config_lost lost;
	header_view header = {0};

	(void)state;
	make(&sim, 256);
	config = iop_config_space(&sim.device);
	FAILING(8);
	FAILING(16);
	FAILING(32);
	lost = iop_config_lost(&sim.device);
	assert_int_equal(lost.reads, 3);
	assert_int_equal(lost.writes, 3);
	assert_int_equal(lost.last, -EIO);

	assert_int_equal(iop_try_cast(config, struct header, &header), 0);
	iop_config_sim_fail(&sim, 1, 1, -EIO);
	assert_int_equal(iop_read(iop_project(header, .vendor)), number(0, 2));
	assert_int_equal(iop_read(iop_project(header, .vendor)), 0xffff);
	assert_int_equal(iop_read(iop_project(header, .vendor)), number(0, 2));
	iop_config_sim_end(&sim);
}

static void removal_mid_way(void **state)
{
	struct iop_config_sim sim;
	uint32_t unread32 = 0;
	iop_config_normal config;

	(void)state;
	make(&sim, 256);
	config = iop_config_space(&sim.device);
	/* Between the two halves of an update: the read is good, the write is lost. */
	iop_config_sim_remove(&sim, 1);
	iop_update16(config, 4, command, (uint16_t)(command ^ 0xffff));
	assert_int_equal(iop_config_sim_get(&sim, 4, 2), number(4, 2));
	assert_int_equal(iop_config_lost(&sim.device).writes, 1);
	for (size_t i = 0; i < 256; i++) {
		uint8_t v = 0;

		assert_int_equal(iop_try_read8(config, i, &v), 0);
		assert_int_equal(v, 0xff);
	}
	assert_int_equal(iop_read32(config, 0), 0xffffffff);
	assert_int_equal(iop_config_lost(&sim.device).reads, 257);
	assert_int_equal(iop_config_lost(&sim.device).last, -ENODEV);
	/* The checks before the access have not gone with the device. */
	assert_int_equal(iop_try_read32(config, 2, &unread32), -EINVAL);
	assert_int_equal(iop_config_lost(&sim.device).reads, 257);
	iop_config_sim_end(&sim);
}

static void registers_have_read_only_bits(void **state)
{
	struct iop_config_sim sim;
	iop_config_normal config;

	(void)state;
	make(&sim, 256);
	config = iop_config_space(&sim.device);
	/* Sizing a BAR of 16 KiB: write ones, read the size. */
	iop_config_sim_set(&sim, 0x10, 4, 0xfebf0004);
	iop_config_sim_mask(&sim, 0x10, 4, ~UINT32_C(0x3fff));
	iop_write32(config, 0xffffffff, 0x10);
	assert_int_equal(iop_read32(config, 0x10), 0xffffc004);
	iop_write8(config, 0x00, 0x13);
	assert_int_equal(iop_read32(config, 0x10), 0x00ffc004);
	iop_config_sim_mask(&sim, 0, 4, 0);
	iop_write32(config, 0, 0);
	assert_int_equal(iop_read32(config, 0), number(0, 4));
	iop_config_sim_end(&sim);
}

/* 1.10: what the C layer does with an offset that no valid view has. */
static void misaligned_is_no_transaction(void **state)
{
	struct iop_config_sim sim;
	iop_config_normal config;
	IOP_CONFIG(uint32_t) crooked;
	uint32_t unread32 = 0;

	(void)state;
	make(&sim, 256);
	config = iop_config_space(&sim.device);
	for (size_t offset = 1; offset < 4; offset++) {
		assert_int_equal(iop_try_read32(config, offset, &unread32), -EINVAL);
		assert_int_equal(iop_try_write32(config, 0, offset), -EINVAL);
		assert_int_equal(iop_try_update32(config, offset, old, old), -EINVAL);
		crooked.raw = iop_config_advance(config.raw, offset);
		assert_int_equal(iop_read(crooked), 0);
		iop_write(crooked, 0);
	}
	assert_int_equal(iop_config_sim_transactions(&sim), 0);
	assert_int_equal(iop_config_sim_get(&sim, 0, 4), number(0, 4));
	iop_config_sim_end(&sim);
}

static void projection_changes_the_offset_only(void **state)
{
	struct iop_config_sim sim;
	struct iop_config before, after;
	header_view header = {0};

	(void)state;
	make(&sim, 256);
	assert_int_equal(iop_try_cast(iop_config_space(&sim.device), struct header, &header), 0);
	memset(&before, 0, sizeof(before));
	memset(&after, 0, sizeof(after));
	before = header.raw;
	after = iop_project(header, .bar, iop_build(3)).raw;
	assert_int_equal(after.addr, before.addr + 0x1c);
	assert_ptr_equal(after.device, before.device);
#if IOP_DEBUG_VIEWS
	assert_memory_equal(&after.lease, &before.lease, sizeof(before.lease));
#endif
	iop_config_sim_end(&sim);
}

#if IOP_DEBUG_VIEWS
static void stale_views_panic(void **state)
{
	static struct iop_config_sim sim;
	static iop_config_normal config;
	static header_view header;

	(void)state;
	make(&sim, 256);
	config = iop_config_space(&sim.device);
	assert_int_equal(iop_try_cast(config, struct header, &header), 0);
	iop_config_sim_end(&sim);
	iotest_record();
	assert_panics("stale view", (void)iop_read32(config, 0));
	assert_panics("stale view", iop_write8(config, 0, 0));
	assert_panics("stale view", (void)iop_project(header, .vendor));
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(sim.transactions, 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_offset_of_both_kinds),
		cmocka_unit_test(infallible_access_at_the_ends),
		cmocka_unit_test(typed_access),
		cmocka_unit_test(both_kinds_of_function),
		cmocka_unit_test(no_function_has_another_size),
		cmocka_unit_test(bus_errors_are_swallowed),
		cmocka_unit_test(removal_mid_way),
		cmocka_unit_test(registers_have_read_only_bits),
		cmocka_unit_test(misaligned_is_no_transaction),
		cmocka_unit_test(projection_changes_the_offset_only),
#if IOP_DEBUG_VIEWS
		cmocka_unit_test(stale_views_panic),
#endif
	};

	return cmocka_run_group_tests_name("row-07-config-space", tests, NULL, NULL);
}
