/* SPDX-License-Identifier: MIT */
/* Row 36: functions of a simulated bus wait for its lock; so do those of devices and of DMA memory. */
#include "locks.h"

#include <dma_bus.h>
#include <iopath/bus_sim.h>
#include <iopath/device.h>

static struct iop_device device;
static struct iop_bus_sim sim;
static struct iop_resource resource;
static struct iop_dma *dma;

static void nothing(void *data)
{
	(void)data;
}

LOCK_CASE(device_add, assert_int_equal(iop_device_add_action(&device, nothing, &device), 0))
LOCK_CASE(device_count, (void)iop_device_actions(&device))
LOCK_CASE(device_remove, (void)iop_device_remove_action(&device, nothing, &device))
LOCK_CASE(device_fail, iop_device_fail_next(&device, 0))
LOCK_CASE(device_unbind, iop_device_unbind(&device))

static void of_a_device(void **state)
{
	static const struct lock_case cases[] = {
		{"add", device_add},   {"count", device_count},	  {"remove", device_remove},
		{"fail", device_fail}, {"unbind", device_unbind},
	};

	(void)state;
	assert_int_equal(iop_device_init(&device, "locks"), 0);
	each_waits_for(&device.lock, LOCK_CASES(cases), NULL);
	iop_device_end(&device);
}

LOCK_CASE(bus_resource, struct iop_resource r; assert_int_equal(iop_bus_resource(&sim.bus, 0, &r), 0))
LOCK_CASE(bus_request, (void)!iop_bus_request(&sim.bus, &resource, "locks"))
LOCK_CASE(bus_release, iop_bus_release(&sim.bus, &resource))
LOCK_CASE(bus_map, void *at = sim.bus.ops->ioremap(&sim, &resource, 4096, IOP_IOREMAP); assert_non_null(at))
LOCK_CASE(bus_unmap, sim.bus.ops->iounmap(&sim, &resource, NULL, 4096))
LOCK_CASE(bus_reset, (void)!sim.bus.ops->reset(&sim))
LOCK_CASE(sim_set, iop_bus_sim_set(&sim, resource))
LOCK_CASE(sim_misalign, iop_bus_sim_misalign(&sim, 0, 0))
LOCK_CASE(sim_fail, iop_bus_sim_fail(&sim, 1000000))
LOCK_CASE(sim_resettable, iop_bus_sim_resettable(&sim, 0))
LOCK_CASE(sim_how, (void)iop_bus_sim_how(&sim, 0))
LOCK_CASE(sim_illegal, struct iop_event event = {.kind = IOP_EVENT_WF}; assert_null(iop_bus_sim_illegal(&sim, &event)))
LOCK_CASE(sim_misuses, (void)iop_bus_sim_misuses(&sim))

static void of_a_simulated_bus(void **state)
{
	static const struct lock_case cases[] = {
		{"resource", bus_resource}, {"request", bus_request},	    {"release", bus_release}, {"map", bus_map},
		{"unmap", bus_unmap},	    {"reset", bus_reset},	    {"set", sim_set},	      {"misalign", sim_misalign},
		{"fail", sim_fail},	    {"resettable", sim_resettable}, {"how", sim_how},	      {"illegal", sim_illegal},
		{"misuses", sim_misuses},
	};

	(void)state;
	assert_int_equal(iop_bus_sim_init(&sim), 0);
	resource = (struct iop_resource){.index = 0, .start = 4096, .len = 4096};
	iop_bus_sim_set(&sim, resource);
	each_waits_for(&sim.lock, LOCK_CASES(cases), NULL);
	/* The program released and unmapped more than it had, on purpose. */
	(void)!iop_bus_sim_end(&sim);
}

/* What is allocated first is freed later, each by a call of its own. */
static struct {
	void *cpu;
	uint64_t address;
} allocated[4];
static unsigned allocations;
static _Alignas(4096) uint8_t page[4096];
static uint64_t mapped[2];
static unsigned mappings;

LOCK_CASE(dma_alloc, allocated[allocations].cpu = dma->ops->alloc(dma, 4096, 0, &allocated[allocations].address);
	  assert_non_null(allocated[allocations++].cpu))
LOCK_CASE(dma_free, allocations--; dma->ops->free(dma, 4096, allocated[allocations].cpu, allocated[allocations].address, 0))
LOCK_CASE(dma_map, assert_int_equal(dma->ops->map(dma, page, 4096, &mapped[mappings++]), 0))
LOCK_CASE(dma_unmap, dma->ops->unmap(dma, page, 4096, mapped[--mappings]))
LOCK_CASE(dma_reach, (void)dma->ops->reach(dma, 0, 1))
LOCK_CASE(dma_mask, assert_int_equal(dma->ops->set_mask(dma, UINT32_MAX), 0))
LOCK_CASE(dma_unbind, dma->ops->unbind(dma))

static void of_dma_memory(void **state)
{
	static const struct lock_case cases[] = {
		{"alloc", dma_alloc}, {"free", dma_free}, {"map", dma_map},	  {"unmap", dma_unmap},
		{"reach", dma_reach}, {"mask", dma_mask}, {"unbind", dma_unbind},
	};

	(void)state;
	assert_int_equal(iop_dma_open(&dma, "memfd:48"), 0);
	each_waits_for(&((struct dma_bus *)dma)->lock, LOCK_CASES(cases), NULL);
	iop_dma_close(dma);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_device),
		cmocka_unit_test(of_a_simulated_bus),
		cmocka_unit_test(of_dma_memory),
	};
	return cmocka_run_group_tests_name("row-36-locks", tests, NULL, NULL);
}
