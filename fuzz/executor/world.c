/* SPDX-License-Identifier: MIT */
#include "world.h"

#include "device_memory.h"

#include <string.h>

/* Owners end where the first page does: it may be a device's, while RAM never is. */
#define PAGE 4096
#define SKIP (PAGE - (FUZZ_RAM_AT - FUZZ_CANARY))
#define SPAN ((SKIP + FUZZ_ARENA + PAGE - 1) / PAGE * PAGE)
static _Alignas(PAGE) uint8_t storage[PAGE + SPAN + PAGE];

struct fuzz_slot fuzz_slots[FUZZ_SLOTS];
uint8_t *fuzz_owner_base[FUZZ_MEMORY];
struct iop_lease fuzz_lease[FUZZ_MEMORY];
ptrdiff_t fuzz_devices_at;

uint8_t *fuzz_executor_arena(void)
{
	return storage + PAGE + SKIP;
}

uint8_t *fuzz_executor_pages(size_t *bytes)
{
	*bytes = SPAN;
	return storage + PAGE;
}

void fuzz_executor_devices_at(ptrdiff_t distance)
{
	fuzz_devices_at = distance;
}

size_t fuzz_owner_size(unsigned i)
{
	return i == 3 ? FUZZ_BIG : FUZZ_SMALL;
}

static void start_owner(unsigned i, uint16_t layout)
{
	struct fuzz_slot *slot = &fuzz_slots[i];
	bool io = i == 0 || (i == 2 && layout >> 4 & 1) || (i == 3 && layout >> 5 & 1);
	bool coherent = i == 1 && layout >> 6 & 1, wc = i >= 2 && io && layout >> 7 & 1;

	*slot = (struct fuzz_slot){.backend = wc	 ? FUZZ_WC
					      : io	 ? FUZZ_MMIO
					      : coherent ? FUZZ_COHERENT
							 : FUZZ_SYSMEM,
				   .type = FUZZ_REGION0,
				   .owner = (uint8_t)i};
	fuzz_owner_base[i] = fuzz_executor_arena() + FUZZ_OWNER_AT(i) + (layout >> i & 1 ? 4 : 0);
	slot->len = fuzz_owner_size(i);
	if (IOP_DEBUG_VIEWS) {
		iop_lease_end(fuzz_lease[i]);
		fuzz_lease[i] = iop_lease_take();
	}
	if (wc) {
		slot->raw.wc.addr = (uintptr_t)fuzz_owner_base[i];
		IOP_LEASE_SET(slot->raw.wc, fuzz_lease[i]);
	} else if (io) {
		slot->raw.mmio.addr = (uintptr_t)fuzz_owner_base[i];
		IOP_LEASE_SET(slot->raw.mmio, fuzz_lease[i]);
	} else if (coherent) {
		slot->raw.coherent.addr = (uintptr_t)fuzz_owner_base[i];
		slot->raw.coherent.dma = fuzz_buses[(layout >> FUZZ_BUS_SHIFT) % FUZZ_BUSES];
		IOP_LEASE_SET(slot->raw.coherent, fuzz_lease[i]);
	} else {
		slot->raw.sysmem.addr = (uintptr_t)fuzz_owner_base[i];
		IOP_LEASE_SET(slot->raw.sysmem, fuzz_lease[i]);
	}
}

static void set_up(void)
{
	static bool done;

	if (done)
		return;
	fuzz_device_memory(storage + PAGE, PAGE);
	fuzz_guard_memory(storage, PAGE);
	fuzz_guard_memory(storage + PAGE + SPAN, PAGE);
	done = true;
}

void fuzz_world_start(uint16_t layout, const uint8_t *bytes)
{
	set_up();
	memcpy(fuzz_executor_arena(), bytes, FUZZ_ARENA);
	for (unsigned i = 0; i < FUZZ_MEMORY; i++)
		start_owner(i, layout);
	for (unsigned i = FUZZ_MEMORY; i < FUZZ_SLOTS; i++)
		fuzz_slots[i] = (struct fuzz_slot){.backend = FUZZ_BACKENDS};
}

void fuzz_owner_take(unsigned i)
{
	iop_lease_end(fuzz_lease[i]);
	fuzz_lease[i] = iop_lease_take();
	if (fuzz_slots[i].backend == FUZZ_MMIO)
		IOP_LEASE_SET(fuzz_slots[i].raw.mmio, fuzz_lease[i]);
	else if (fuzz_slots[i].backend == FUZZ_WC)
		IOP_LEASE_SET(fuzz_slots[i].raw.wc, fuzz_lease[i]);
	else if (fuzz_slots[i].backend == FUZZ_COHERENT)
		IOP_LEASE_SET(fuzz_slots[i].raw.coherent, fuzz_lease[i]);
	else
		IOP_LEASE_SET(fuzz_slots[i].raw.sysmem, fuzz_lease[i]);
}

void fuzz_seen(struct fuzz_result *result, const struct fuzz_slot *slot, uint64_t addr, uint64_t size)
{
	result->has_view = true;
	result->view = (struct fuzz_view){.live = true,
					  .backend = slot->backend,
					  .type = slot->type,
					  .owner = slot->owner,
					  .io = slot->backend == FUZZ_IOSYSMAP && slot->raw.iosysmap.is_io,
					  .addr = addr,
					  .size = size,
					  .len = slot->len,
					  .bus = slot->backend == FUZZ_COHERENT ? slot->raw.coherent.dma : 0,
					  .widths = slot->backend == FUZZ_MMIO_WITHIN ? (uint16_t)slot->raw.mmio_within.widths : 0};
}
