/* SPDX-License-Identifier: MIT */
/* Row 7: transactions of one device do not overlap: the bus is asked under the device's lock, and who needs the lock waits for it. */
#include "locks.h"

#include <iopath/config_sim.h>

static struct iop_config_sim sim;
static iop_config_normal config;

LOCK_CASE(read8, (void)iop_read8(config, 0x41))
LOCK_CASE(read16, (void)iop_read16(config, 0x42))
LOCK_CASE(read32, (void)iop_read32(config, 0x40))
LOCK_CASE(write8, iop_write8(config, 1, 0x41))
LOCK_CASE(write16, iop_write16(config, 1, 0x42))
LOCK_CASE(write32, iop_write32(config, 1, 0x40))
LOCK_CASE(try_read32, uint32_t value; assert_int_equal(iop_try_read32(config, 0x40, &value), 0))
LOCK_CASE(try_write32, assert_int_equal(iop_try_write32(config, 1, 0x40), 0))
LOCK_CASE(lost, (void)iop_config_lost(&sim.device))
LOCK_CASE(sim_set, iop_config_sim_set(&sim, 0x40, 4, 1))
LOCK_CASE(sim_get, (void)iop_config_sim_get(&sim, 0x40, 4))
LOCK_CASE(sim_mask, iop_config_sim_mask(&sim, 0x40, 4, UINT32_MAX))
LOCK_CASE(sim_fail, iop_config_sim_fail(&sim, 0, 0, 0))
LOCK_CASE(sim_transactions, (void)iop_config_sim_transactions(&sim))

static void each_waits(void **state)
{
	static const struct lock_case cases[] = {
		{"read8", read8},
		{"read16", read16},
		{"read32", read32},
		{"write8", write8},
		{"write16", write16},
		{"write32", write32},
		{"try_read32", try_read32},
		{"try_write32", try_write32},
		{"lost", lost},
		{"sim_set", sim_set},
		{"sim_get", sim_get},
		{"sim_mask", sim_mask},
		{"sim_fail", sim_fail},
		{"sim_transactions", sim_transactions},
	};

	(void)state;
	iop_config_sim_init(&sim, 256);
	config = iop_config_space(&sim.device);
	each_waits_for(&sim.device.lock, LOCK_CASES(cases), NULL);
	iop_config_sim_end(&sim);
}

/* A transport of our own: it notes what it was asked, and whether the device was locked from before to after. */
struct noting {
	struct iop_config_device device;
	size_t offset;
	unsigned width, asked, unlocked;
	uint32_t value;
};

static void note(struct noting *noting, size_t offset, unsigned width)
{
	noting->offset = offset;
	noting->width = width;
	noting->asked++;
	if (pthread_mutex_trylock(&noting->device.lock) == 0) {
		noting->unlocked++;
		pthread_mutex_unlock(&noting->device.lock);
	}
}

static int note_read(void *bus, size_t offset, unsigned width, uint32_t *value)
{
	struct noting *noting = bus;

	note(noting, offset, width);
	*value = noting->value;
	return 0;
}

static int note_write(void *bus, size_t offset, unsigned width, uint32_t value)
{
	struct noting *noting = bus;

	note(noting, offset, width);
	noting->value = value;
	return 0;
}

static void the_bus_is_asked_under_the_lock(void **state)
{
	static const struct iop_config_ops ops = {.read = note_read, .write = note_write};
	struct noting noting = {.value = 0};
	uint32_t value = 0;

	(void)state;
	iop_config_device_init(&noting.device, &ops, &noting, 256);
	config = iop_config_space(&noting.device);
	iop_write32(config, 0x01020304, 0x40);
	assert_int_equal(iop_read32(config, 0x40), 0x01020304);
	assert_int_equal(iop_try_write32(config, 0x05060708, 0x40), 0);
	assert_int_equal(iop_try_read32(config, 0x40, &value), 0);
	assert_int_equal(value, 0x05060708);
	iop_update32(config, 0x40, old, old + 1);
	assert_int_equal(noting.asked, 6);
	assert_int_equal(noting.offset, 0x40);
	assert_int_equal(noting.width, 4);
	iop_write16(config, 0xabcd, 0xfe);
	assert_int_equal(noting.value, 0xabcd);
	assert_int_equal(noting.offset, 0xfe);
	assert_int_equal(noting.width, 2);
	assert_int_equal(noting.unlocked, 0);
	/* Control: asked by nobody who holds it. */
	note(&noting, 0, 1);
	assert_int_equal(noting.unlocked, 1);
	iop_config_device_end(&noting.device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_waits),
		cmocka_unit_test(the_bus_is_asked_under_the_lock),
	};
	return cmocka_run_group_tests_name("row-07-locks", tests, NULL, NULL);
}
