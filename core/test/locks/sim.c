/* SPDX-License-Identifier: MIT */
/* Row 36: a simulated bus and its state. */
#include "watch.h"

#include WATCHED

static struct iop_bus_sim sim;
static struct iop_resource resource = {.index = 0, .start = 4096, .len = 4096};
static void *mapped;

static void get_resource(void)
{
	struct iop_resource r;

	(void)sim_resource(&sim, 0, &r);
}

static void request(void)
{
	(void)sim_request(&sim, &resource, "watched");
}

static void release(void)
{
	sim_release(&sim, &resource);
}

static void map(void)
{
	mapped = sim_ioremap(&sim, &resource, 4096, IOP_IOREMAP);
}

static void unmap(void)
{
	sim_iounmap(&sim, &resource, mapped, 4096);
}

/* Counted as a misuse. */
static void unmap_nothing(void)
{
	sim_iounmap(&sim, &resource, NULL, 4096);
}

static void reset(void)
{
	(void)sim_reset(&sim);
}

static void set(void)
{
	iop_bus_sim_set(&sim, resource);
}

static void misalign(void)
{
	iop_bus_sim_misalign(&sim, 0, 0);
}

static void fail(void)
{
	iop_bus_sim_fail(&sim, 1000000);
}

static void resettable(void)
{
	iop_bus_sim_resettable(&sim, 1);
}

static void how(void)
{
	(void)iop_bus_sim_how(&sim, 0);
}

static void illegal(void)
{
	const struct iop_event event = {.kind = IOP_EVENT_ST, .source = IOP_EVENT_MMIO, .addr = (uintptr_t)mapped};

	(void)iop_bus_sim_illegal(&sim, &event);
}

static void flushed(void)
{
	(void)iop_bus_sim_illegal(&sim, &(const struct iop_event){.kind = IOP_EVENT_WF});
}

static void misuses(void)
{
	(void)iop_bus_sim_misuses(&sim);
}

int main(void)
{
	static const struct watch_case cases[] = {
		{"set", set, 1},
		{"misalign", misalign, 1},
		{"fail", fail, 1},
		{"resettable", resettable, 1},
		{"how", how, 1},
		{"misuses", misuses, 1},
		{"map", map, 1},
		{"illegal", illegal, 1},
		{"flushed", flushed, 1},
		{"request", request, 1},
		{"reset", reset, 1},
		{"release", release, 1},
		{"unmap", unmap, 1},
		{"unmap nothing", unmap_nothing, 1},
		{"resource", get_resource, 1},
	};

	if (iop_bus_sim_init(&sim))
		return 2;
	WATCH(sim.resources, &sim.lock);
	WATCH(sim.misalign, &sim.lock);
	WATCH(sim.requested, &sim.lock);
	WATCH(sim.memory, &sim.lock);
	WATCH(sim.mappings, &sim.lock);
	WATCH(sim.steps, &sim.lock);
	WATCH(sim.fail_at, &sim.lock);
	WATCH(sim.misuses, &sim.lock);
	WATCH(sim.resettable, &sim.lock);
	WATCH(sim.unflushed, &sim.lock);
	return WATCH_CASES(cases) != 0;
}
