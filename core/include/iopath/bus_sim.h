/* SPDX-License-Identifier: MIT */
/**
 * bus_sim.h - a simulated bus
 *
 * A device whose resources are memory, for tests and for measuring. Each mapping of a resource is a mapping of its own of the same
 * memory: what is written through one is seen through all, and one that was unmapped faults. The bus fails on request and detects
 * what an owner must never do: unmapping what is not mapped, releasing what was not requested.
 *
 *	struct iop_bus_sim sim;
 *	err = iop_bus_sim_init(&sim);
 *	iop_bus_sim_set(&sim, (struct iop_resource){.index = 0, .len = 4096});
 *	iop_bus_sim_fail(&sim, 1);                               the first step succeeds, the second fails
 *	... iop_bar_map(&bar, &sim.bus, 0, "driver") ...
 *	err = iop_bus_sim_end(&sim);
 *
 * Memory is reserved as it is touched, so a resource may be much larger than the machine's memory.
 */
#ifndef IOPATH_BUS_SIM_H
#define IOPATH_BUS_SIM_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/bus.h>
#include <iopath/event.h>

#include <pthread.h>

/** How many resources a simulated function has, and how many mappings of them can exist at once. */
#define IOP_BUS_SIM_RESOURCES 6
#define IOP_BUS_SIM_MAPPINGS  16

/** .bus is what owners are made of; the other members are private. */
struct iop_bus_sim {
	struct iop_bus bus;
	struct iop_resource resources[IOP_BUS_SIM_RESOURCES];
	size_t misalign[IOP_BUS_SIM_RESOURCES];
	int requested[IOP_BUS_SIM_RESOURCES];
	int memory[IOP_BUS_SIM_RESOURCES]; /* a file each, -1: none yet */
	struct iop_bus_sim_mapping {
		void *address; /* NULL: free */
		size_t size;
		unsigned index;
		enum iop_ioremap how;
	} mappings[IOP_BUS_SIM_MAPPINGS];
	uint64_t steps, fail_at;
	uint64_t misuses;
	int resettable;
	int unflushed; /* stored to a write-combining mapping since the last flush */
	pthread_mutex_t lock;
};

IOP_BEGIN_DECLS

/** A device with a table of six resources, all of length 0, that does not fail. Returns 0 or a negative errno. */
IOP_MUST_CHECK int iop_bus_sim_init(struct iop_bus_sim *sim);

/**
 * Ends it. Returns 0 if everything was unmapped and released, and nothing twice; else -EBUSY, and what is still mapped stays
 * mapped.
 */
int iop_bus_sim_end(struct iop_bus_sim *sim);

/** Sets resource @resource.index (below 6). It must not be mapped. */
void iop_bus_sim_set(struct iop_bus_sim *sim, struct iop_resource resource);

/** Mappings of resource @index made from now on start @bytes (below 4096) after a page boundary. */
void iop_bus_sim_misalign(struct iop_bus_sim *sim, unsigned index, size_t bytes);

/**
 * Whether the function can be reset alone from now on, which at first it cannot. A reset makes every byte of its resources 0, also
 * where they are mapped; one that fails (-EIO) leaves them as they are.
 */
void iop_bus_sim_resettable(struct iop_bus_sim *sim, int resettable);

/** Of the following steps that can fail (requests, mappings, resets), @after succeed, the next one fails, and all later ones succeed. */
void iop_bus_sim_fail(struct iop_bus_sim *sim, uint64_t after);

/** How resource @index is mapped now: enum iop_ioremap of one of its mappings, or -ENOENT if there is none. */
int iop_bus_sim_how(struct iop_bus_sim *sim, unsigned index);

/**
 * What the memory type of the mapping at the address of @event has against it, as a sentence; NULL: nothing, or it is none of this
 * function's. Given all events in their order (event.h) it also knows of write-combining stores that no iop_wc_flush() has followed.
 *
 *	device            no access through a Wc or system memory view; no ordered write while such stores wait
 *	write-combining   through a Wc view, or by a copy routine
 *	cached            any
 */
const char *iop_bus_sim_illegal(struct iop_bus_sim *sim, const struct iop_event *event);

/** Number of unmaps and releases so far of what was not mapped or requested. */
uint64_t iop_bus_sim_misuses(struct iop_bus_sim *sim);

IOP_END_DECLS

#endif
