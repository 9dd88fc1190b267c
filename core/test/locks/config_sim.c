/* SPDX-License-Identifier: MIT */
/* Row 7: simulated config space. All functions but those of the transport take the device's lock; those are called under it. */
#include "watch.h"

#include WATCHED

static struct iop_config_sim sim;

static void set_it(void)
{
	iop_config_sim_set(&sim, 0x40, 4, 1);
}

static void get_it(void)
{
	(void)iop_config_sim_get(&sim, 0x40, 4);
}

static void mask(void)
{
	iop_config_sim_mask(&sim, 0x40, 4, UINT32_MAX);
}

static void fail(void)
{
	iop_config_sim_fail(&sim, 1000000, 1, -EIO);
}

static void removed(void)
{
	iop_config_sim_remove(&sim, 1000000);
}

static void transactions(void)
{
	(void)iop_config_sim_transactions(&sim);
}

static void reads(void)
{
	(void)iop_config_transact_read(&sim.device, 0x40, 4);
}

static void writes(void)
{
	iop_config_transact_write(&sim.device, 0x40, 4, 1);
}

int main(void)
{
	static const struct watch_case cases[] = {
		{"set", set_it, 1}, {"get", get_it, 1},	    {"mask", mask, 1},
		{"fail", fail, 1},  {"remove", removed, 1}, {"transactions", transactions, 1},
		{"read", reads, 1}, {"write", writes, 1},
	};

	iop_config_sim_init(&sim, 256);
	WATCH(sim.bytes, &sim.device.lock);
	WATCH(sim.writable, &sim.device.lock);
	WATCH(sim.transactions, &sim.device.lock);
	WATCH(sim.fail_from, &sim.device.lock);
	WATCH(sim.fail_until, &sim.device.lock);
	WATCH(sim.fail_with, &sim.device.lock);
	return WATCH_CASES(cases) != 0;
}
