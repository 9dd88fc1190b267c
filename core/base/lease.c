/* SPDX-License-Identifier: MIT */
#include <iopath/lease.h>
#include <iopath/panic.h>

#include <stdatomic.h>

/*
 * Enough for every mapping of a real program. Slot 0 is the lease of those without an owner; its generation never changes. An odd
 * generation is in use, an even one is free, so taking a slot is one compare-and-swap and a stale lease never matches again until
 * the counter wraps after 2^31 owners of one slot.
 */
#define SLOTS 4096

static _Atomic uint32_t generation_of[SLOTS];
static _Atomic uint32_t search_from = 1;

struct iop_lease iop_lease_take(void)
{
	struct iop_lease none = {0, 0};
	uint32_t start;

	if (!IOP_DEBUG_VIEWS)
		return none;
	start = atomic_load_explicit(&search_from, memory_order_relaxed);
	for (uint32_t i = 0; i < SLOTS - 1; i++) {
		uint32_t slot = 1 + (start - 1 + i) % (SLOTS - 1);
		uint32_t generation = atomic_load_explicit(&generation_of[slot], memory_order_relaxed);

		if (generation % 2 == 0 && atomic_compare_exchange_strong(&generation_of[slot], &generation, generation + 1)) {
			atomic_store_explicit(&search_from, 1 + slot % (SLOTS - 1), memory_order_relaxed);
			return (struct iop_lease){slot, generation + 1};
		}
	}
	return none;
}

void iop_lease_end(struct iop_lease lease)
{
	uint32_t expected = lease.generation;

	if (lease.slot)
		atomic_compare_exchange_strong(&generation_of[lease.slot], &expected, lease.generation + 1);
}

void iop_lease_check(struct iop_lease lease)
{
	if (lease.slot && atomic_load_explicit(&generation_of[lease.slot], memory_order_acquire) != lease.generation)
		iop_panic_numbers("stale view", "owner", lease.slot, "generation", lease.generation, NULL, 0);
}
