/* SPDX-License-Identifier: MIT */
/* Row 60: base address registers, and their sizes by the usual probe, which leaves everything as it was. */
#include "iotest.h"

#include <iopath/config_bar.h>
#include <iopath/config_sim.h>

#define COMMAND 0x04
#define TYPE	0x0e
#define BAR(i)	(0x10 + 4 * (i))

static struct iop_config_sim sim;

/* Register @index holds @value; a write changes the bits of @mask. */
static void bar(unsigned index, uint32_t value, uint32_t mask)
{
	iop_config_sim_set(&sim, BAR(index), 4, value);
	iop_config_sim_mask(&sim, BAR(index), 4, mask);
}

/* I/O, 32 bits, 64 bits prefetchable, below 1 MiB, and a register of nothing. */
static void function(void)
{
	iop_config_sim_init(&sim, 256);
	iop_config_sim_set(&sim, COMMAND, 2, 0x0007);
	bar(0, 0x0000c001, 0x0000ffe0);
	bar(1, 0xfebf0000, 0xffff0000);
	bar(2, 0x0000000c, 0x00000000);
	bar(3, 0x00000008, 0xfffffff8);
	bar(4, 0x000a0002, 0xfffffff0);
	bar(5, 0x00000000, 0x00000000);
}

static void is(unsigned index, enum iop_config_bar_kind kind, int prefetchable, uint64_t address)
{
	struct iop_config_bar got;

	assert_int_equal(iop_config_bar_get(&sim.device, index, &got), 0);
	assert_int_equal(got.kind, kind);
	assert_int_equal(got.prefetchable, prefetchable);
	assert_true(got.address == address);
}

static void kinds_and_addresses(void **state)
{
	struct iop_config_bar got = {.address = 5};

	(void)state;
	function();
	assert_int_equal(iop_config_bar_count(&sim.device), 6);
	is(0, IOP_CONFIG_BAR_IO, 0, 0xc000);
	is(1, IOP_CONFIG_BAR_MEM, 0, 0xfebf0000);
	is(2, IOP_CONFIG_BAR_MEM_64, 1, UINT64_C(0x800000000));
	assert_int_equal(iop_config_bar_get(&sim.device, 3, &got), -ENOENT);
	is(4, IOP_CONFIG_BAR_MEM_1M, 0, 0xa0000);
	is(5, IOP_CONFIG_BAR_MEM, 0, 0);
	assert_int_equal(iop_config_bar_get(&sim.device, 6, &got), -EINVAL);
	assert_int_equal(iop_config_bar_get(&sim.device, UINT32_MAX, &got), -EINVAL);
	assert_true(got.address == 5);
	iop_config_sim_end(&sim);
}

static void headers_have_their_numbers(void **state)
{
	static const int counts[] = {6, 2, 1, 0};
	struct iop_config_bar got;

	(void)state;
	function();
	for (unsigned type = 0; type < 4; type++) {
		iop_config_sim_set(&sim, TYPE, 1, type | 0x80);
		assert_int_equal(iop_config_bar_count(&sim.device), counts[type]);
		assert_int_equal(iop_config_bar_get(&sim.device, (unsigned)counts[type], &got), -EINVAL);
	}
	iop_config_sim_end(&sim);
}

static void what_cannot_be_right(void **state)
{
	struct iop_config_bar got = {.address = 5};

	(void)state;
	function();
	bar(5, 0x00000004, 0);
	assert_int_equal(iop_config_bar_get(&sim.device, 5, &got), -EIO);
	bar(5, 0x00000006, 0);
	assert_int_equal(iop_config_bar_get(&sim.device, 5, &got), -EIO);
	bar(5, 0xffffffff, 0);
	assert_int_equal(iop_config_bar_get(&sim.device, 5, &got), -EIO);
	iop_config_sim_remove(&sim, 0);
	assert_int_equal(iop_config_bar_get(&sim.device, 5, &got), -ENODEV);
	assert_int_equal(iop_config_bar_count(&sim.device), -ENODEV);
	assert_true(got.address == 5);
	iop_config_sim_end(&sim);
}

static void sizes(void **state)
{
	static const uint64_t expected[] = {32, 65536, UINT64_C(8) << 32, 0, 16, 0};
	uint8_t before[256];

	(void)state;
	function();
	memcpy(before, sim.bytes, sizeof(before));
	for (unsigned i = 0; i < 6; i++) {
		uint64_t size = 77;

		assert_int_equal(iop_config_bar_probe(&sim.device, i, &size), i == 3 ? -ENOENT : 0);
		assert_true(size == (i == 3 ? 77 : expected[i]));
		assert_memory_equal(before, sim.bytes, sizeof(before));
	}
	iop_config_sim_end(&sim);
}

/* Whichever transaction fails, the error comes back; all that can be put back is, so only a lost write of that leaves a difference. */
static void failures_on_the_way(void **state)
{
	uint8_t before[256];
	unsigned differ = 0, n;

	(void)state;
	function();
	memcpy(before, sim.bytes, sizeof(before));
	for (n = 0;; n++) {
		uint64_t size = 77;
		int err;

		iop_config_sim_fail(&sim, n, 1, -EACCES);
		err = iop_config_bar_probe(&sim.device, 2, &size);
		if (!err)
			break;
		assert_int_equal(err, -EACCES);
		assert_true(size == 77);
		differ += memcmp(before, sim.bytes, sizeof(before)) != 0;
		memcpy(sim.bytes, before, sizeof(before));
	}
	/* The upper register and the command; the lower one has no bit that could be left changed. */
	assert_int_equal(differ, 2);
	assert_true(n > 10);
	iop_config_sim_end(&sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_and_addresses),	cmocka_unit_test(headers_have_their_numbers),
		cmocka_unit_test(what_cannot_be_right), cmocka_unit_test(sizes),
		cmocka_unit_test(failures_on_the_way),
	};

	return cmocka_run_group_tests_name("row-60-config-bars", tests, NULL, NULL);
}
