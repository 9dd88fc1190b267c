/* SPDX-License-Identifier: MIT */
/* Row 60: the chains of capabilities, right ones and all kinds of wrong ones, against a model that reads the bytes by itself. */
#include "iotest.h"

#include <iopath/config_cap.h>
#include <iopath/config_sim.h>

#define STATUS	 0x06
#define TYPE	 0x0e
#define POINTER	 0x34
#define HAS_CAPS 0x10

static struct iop_config_sim sim;

static void function(size_t cfg_size)
{
	iop_config_sim_init(&sim, cfg_size);
	iop_config_sim_set(&sim, STATUS, 2, HAS_CAPS);
}

static void cap_at(unsigned offset, unsigned id, unsigned next)
{
	iop_config_sim_set(&sim, offset, 1, id);
	iop_config_sim_set(&sim, offset + 1, 1, next);
}

static void ext_at(unsigned offset, unsigned id, unsigned version, unsigned next)
{
	iop_config_sim_set(&sim, offset, 4, id | version << 16 | next << 20);
}

/* Walks to the end, which comes back: 0 or the error. The offsets on the way, as text. */
static char way[8192];
static int walk(enum iop_config_cap_chain chain)
{
	struct iop_config_caps caps;
	struct iop_config_cap cap = {0};
	size_t used = 0, steps = 0;
	int more;

	way[0] = '\0';
	for (iop_config_caps_begin(&caps, &sim.device, chain); (more = iop_config_caps_next(&caps, &cap)) > 0; steps++) {
		assert_true(steps < 1024);
		assert_int_equal(cap.chain, chain);
		used += (size_t)snprintf(way + used, sizeof(way) - used, "%x:%x ", cap.offset, cap.id);
	}
	/* The end is the end: asking again changes nothing. */
	assert_int_equal(iop_config_caps_next(&caps, &cap), more);
	if (more < 0)
		snprintf(way + used, sizeof(way) - used, "at %x", cap.offset);
	return more;
}

static void a_chain_in_order(void **state)
{
	(void)state;
	function(256);
	iop_config_sim_set(&sim, POINTER, 1, 0x50);
	cap_at(0x50, 0x05, 0x40);
	cap_at(0x40, 0x11, 0xfc);
	cap_at(0xfc, 0x09, 0x00);
	assert_int_equal(walk(IOP_CONFIG_CAP), 0);
	assert_string_equal(way, "50:5 40:11 fc:9 ");
	assert_int_equal(walk(IOP_CONFIG_CAP_EXT), 0);
	assert_string_equal(way, "");
	iop_config_sim_end(&sim);
}

static void no_chain(void **state)
{
	(void)state;
	function(4096);
	assert_int_equal(walk(IOP_CONFIG_CAP), 0);
	assert_string_equal(way, "");
	/* The status says whether the pointer means anything. */
	iop_config_sim_set(&sim, POINTER, 1, 0x40);
	cap_at(0x40, 0x01, 0x40);
	iop_config_sim_set(&sim, STATUS, 2, 0xffff & ~HAS_CAPS);
	assert_int_equal(walk(IOP_CONFIG_CAP), 0);
	assert_string_equal(way, "");
	assert_int_equal(walk(IOP_CONFIG_CAP_EXT), 0);
	ext_at(0x100, 0xffff, 0xf, 0xfff);
	assert_int_equal(walk(IOP_CONFIG_CAP_EXT), 0);
	assert_string_equal(way, "");
	iop_config_sim_end(&sim);
}

static void cardbus_has_its_pointer_elsewhere(void **state)
{
	(void)state;
	function(256);
	iop_config_sim_set(&sim, TYPE, 1, 0x82);
	iop_config_sim_set(&sim, POINTER, 1, 0x60);
	iop_config_sim_set(&sim, 0x14, 1, 0x80);
	cap_at(0x80, 0x01, 0);
	assert_int_equal(walk(IOP_CONFIG_CAP), 0);
	assert_string_equal(way, "80:1 ");
	iop_config_sim_end(&sim);
}

static void reserved_bits_of_pointers_are_ignored(void **state)
{
	(void)state;
	function(256);
	iop_config_sim_set(&sim, POINTER, 1, 0x43);
	cap_at(0x40, 0x01, 0x51);
	cap_at(0x50, 0x05, 0x02);
	assert_int_equal(walk(IOP_CONFIG_CAP), 0);
	assert_string_equal(way, "40:1 50:5 ");
	iop_config_sim_end(&sim);
}

static void loops(void **state)
{
	(void)state;
	function(4096);
	iop_config_sim_set(&sim, POINTER, 1, 0x40);
	cap_at(0x40, 0x01, 0x40);
	assert_int_equal(walk(IOP_CONFIG_CAP), -ELOOP);
	assert_string_equal(way, "40:1 at 40");
	cap_at(0x40, 0x01, 0x50);
	cap_at(0x50, 0x05, 0x60);
	cap_at(0x60, 0x10, 0x50);
	assert_int_equal(walk(IOP_CONFIG_CAP), -ELOOP);
	assert_string_equal(way, "40:1 50:5 60:10 at 50");
	ext_at(0x100, 1, 2, 0x140);
	ext_at(0x140, 3, 1, 0x100);
	assert_int_equal(walk(IOP_CONFIG_CAP_EXT), -ELOOP);
	assert_string_equal(way, "100:1 140:3 at 100");
	iop_config_sim_end(&sim);
}

static void pointers_into_the_header(void **state)
{
	(void)state;
	function(4096);
	for (unsigned pointer = 4; pointer < 0x40; pointer += 4) {
		iop_config_sim_set(&sim, POINTER, 1, pointer);
		assert_int_equal(walk(IOP_CONFIG_CAP), -EINVAL);
		iop_config_sim_set(&sim, POINTER, 1, 0x40);
		cap_at(0x40, 0x01, pointer);
		assert_int_equal(walk(IOP_CONFIG_CAP), -EINVAL);
	}
	assert_string_equal(way, "40:1 at 3c");
	for (unsigned pointer = 4; pointer < 0x100; pointer += 4) {
		ext_at(0x100, 1, 2, pointer);
		assert_int_equal(walk(IOP_CONFIG_CAP_EXT), -EINVAL);
	}
	assert_string_equal(way, "100:1 at fc");
	iop_config_sim_end(&sim);
}

static void nothing_where_it_points(void **state)
{
	(void)state;
	function(4096);
	iop_config_sim_set(&sim, POINTER, 1, 0x40);
	cap_at(0x40, 0x01, 0x50);
	cap_at(0x50, 0xff, 0xff);
	assert_int_equal(walk(IOP_CONFIG_CAP), -EIO);
	assert_string_equal(way, "40:1 at 50");
	ext_at(0x100, 1, 2, 0xffc);
	iop_config_sim_set(&sim, 0xffc, 4, 0xffffffff);
	assert_int_equal(walk(IOP_CONFIG_CAP_EXT), -EIO);
	assert_string_equal(way, "100:1 at ffc");
	iop_config_sim_end(&sim);
}

/* Every transaction of a walk fails once, with an error of its own. */
static void errors_of_the_transport_are_passed_on(void **state)
{
	(void)state;
	function(4096);
	iop_config_sim_set(&sim, POINTER, 1, 0x40);
	cap_at(0x40, 0x01, 0x50);
	cap_at(0x50, 0x05, 0);
	for (unsigned n = 0; n < 5; n++) {
		iop_config_sim_fail(&sim, n, 1, -EPERM);
		assert_int_equal(walk(IOP_CONFIG_CAP), -EPERM);
	}
	iop_config_sim_fail(&sim, 5, 1, -EPERM);
	assert_int_equal(walk(IOP_CONFIG_CAP), 0);
	iop_config_sim_remove(&sim, 0);
	assert_int_equal(walk(IOP_CONFIG_CAP), -ENODEV);
	assert_int_equal(walk(IOP_CONFIG_CAP_EXT), -ENODEV);
	iop_config_sim_end(&sim);
}

static void finding_one(void **state)
{
	struct iop_config_cap cap = {.offset = 7};

	(void)state;
	function(4096);
	iop_config_sim_set(&sim, POINTER, 1, 0x40);
	cap_at(0x40, 0x09, 0x50);
	cap_at(0x50, 0x09, 0x60);
	cap_at(0x60, 0x11, 0x04);
	ext_at(0x100, 3, 1, 0);
	assert_int_equal(iop_config_cap_find(&sim.device, IOP_CONFIG_CAP, 0x09, &cap), 0);
	assert_int_equal(cap.offset, 0x40);
	assert_string_equal(iop_config_cap_name(&cap), "Vendor Specific Information");
	assert_int_equal(iop_config_cap_find(&sim.device, IOP_CONFIG_CAP, 0x11, &cap), 0);
	assert_int_equal(cap.offset, 0x60);
	assert_string_equal(iop_config_cap_name(&cap), "MSI-X");
	/* Behind what is found the chain may be broken; what is not found may be behind the break. */
	assert_int_equal(iop_config_cap_find(&sim.device, IOP_CONFIG_CAP, 0x01, &cap), -EINVAL);
	assert_int_equal(cap.offset, 0x60);
	assert_int_equal(iop_config_cap_find(&sim.device, IOP_CONFIG_CAP_EXT, 0x11, &cap), -ENOENT);
	assert_int_equal(iop_config_cap_find(&sim.device, IOP_CONFIG_CAP_EXT, 3, &cap), 0);
	assert_int_equal(cap.version, 1);
	assert_string_equal(iop_config_cap_name(&cap), "Device Serial Number");
	cap.id = 0x7777;
	assert_null(iop_config_cap_name(&cap));
	iop_config_sim_end(&sim);
}

/* What row 60 says, from the bytes. */
static int model(enum iop_config_cap_chain chain, char *text, size_t size)
{
	unsigned at = 0, lowest = chain == IOP_CONFIG_CAP ? 0x40 : 0x100;
	char been[4096] = "";
	size_t used = 0;

	text[0] = '\0';
	if (chain == IOP_CONFIG_CAP && sim.bytes[STATUS] & HAS_CAPS)
		at = sim.bytes[(sim.bytes[TYPE] & 0x7f) == 2 ? 0x14 : POINTER];
	else if (chain == IOP_CONFIG_CAP_EXT && iotest_peek(sim.bytes + 0x100, 4) &&
		 iotest_peek(sim.bytes + 0x100, 4) != UINT32_MAX)
		at = 0x100;
	for (at -= at % 4; at; at -= at % 4) {
		const uint8_t *b = sim.bytes + at;
		int err = at < lowest ? -EINVAL : been[at] ? -ELOOP : 0;

		if (!err && (chain == IOP_CONFIG_CAP ? b[0] == 0xff : (b[0] & b[1] & b[2] & b[3]) == 0xff))
			err = -EIO;
		if (err) {
			snprintf(text + used, size - used, "at %x", at);
			return err;
		}
		been[at] = 1;
		used += (size_t)snprintf(text + used, size - used, "%x:%x ", at, chain == IOP_CONFIG_CAP ? b[0] : b[0] | b[1] << 8);
		at = chain == IOP_CONFIG_CAP ? b[1] : (unsigned)(b[3] << 4 | b[2] >> 4);
	}
	return 0;
}

static void any_bytes(void **state)
{
	uint64_t random = 60;
	size_t ends[4] = {0};

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		function(4096);
		for (unsigned i = 0; i < 4096; i += 4) {
			/* Mostly plausible pointers, or a walk would rarely get far. */
			uint32_t plausible = (uint32_t)(iotest_random(&random) & 0x0ff3fcff) | (i < 0x100 ? 0x4000 : 0x10000000);

			iop_config_sim_set(&sim, i, 4, iotest_random(&random) % 24 ? plausible : (uint32_t)iotest_random(&random));
		}
		for (int chain = IOP_CONFIG_CAP; chain <= IOP_CONFIG_CAP_EXT; chain++) {
			static char expected[sizeof(way)];
			int end = model((enum iop_config_cap_chain)chain, expected, sizeof(expected));

			assert_int_equal(walk((enum iop_config_cap_chain)chain), end);
			assert_string_equal(way, expected);
			ends[end == 0 ? 0 : end == -ELOOP ? 1 : end == -EINVAL ? 2 : 3]++;
		}
		iop_config_sim_end(&sim);
	}
	for (size_t i = 0; i < 3; i++)
		assert_true(ends[i] > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_in_order),
		cmocka_unit_test(no_chain),
		cmocka_unit_test(cardbus_has_its_pointer_elsewhere),
		cmocka_unit_test(reserved_bits_of_pointers_are_ignored),
		cmocka_unit_test(loops),
		cmocka_unit_test(pointers_into_the_header),
		cmocka_unit_test(nothing_where_it_points),
		cmocka_unit_test(errors_of_the_transport_are_passed_on),
		cmocka_unit_test(finding_one),
		cmocka_unit_test(any_bytes),
	};

	return cmocka_run_group_tests_name("row-60-config-caps", tests, NULL, NULL);
}
