/* SPDX-License-Identifier: MIT */
#include "numbers.h"

#include <iopath/lease.h>
#include <iopath/panic.h>

#include <stdatomic.h>

/*
 * Enough for every mapping of a real program. Slot 0 is the lease of those without an owner; its generation never changes. An odd
 * generation is in use, an even one is free, so taking a slot is one compare-and-swap and a stale lease never matches again until
 * the counter wraps after 2^31 owners of one slot.
 */
static _Atomic uint32_t generation_of[IOP_LEASE_SLOTS];
/* Whose registers a mapping reaches (NULL: nobody's), and how often that was reset. */
static const void *_Atomic function_of[IOP_LEASE_SLOTS];
static _Atomic uint32_t resets_of[IOP_LEASE_SLOTS];
static _Atomic uint32_t search_from = 1;

struct iop_lease iop_lease_take(void)
{
	struct iop_lease none = {0, 0};
	uint32_t start;

	if (!IOP_DEBUG_VIEWS)
		return none;
	start = atomic_load_explicit(&search_from, memory_order_relaxed);
	for (uint32_t i = 0; i < IOP_LEASE_SLOTS - 1; i++) {
		uint32_t slot = 1 + (start - 1 + i) % (IOP_LEASE_SLOTS - 1);
		uint32_t generation = atomic_load_explicit(&generation_of[slot], memory_order_relaxed);

		if (generation % 2 == 0 && atomic_compare_exchange_strong(&generation_of[slot], &generation, generation + 1)) {
			atomic_store_explicit(&search_from, 1 + slot % (IOP_LEASE_SLOTS - 1), memory_order_relaxed);
			atomic_store(&function_of[slot], NULL);
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

/*
 * Write-combining mappings that this thread has stored to since its last flush. An owner that is gone is none of them: its lease has
 * ended. When there are more, the first is forgotten.
 */
#define UNFLUSHED 8
static _Thread_local struct iop_lease unflushed[UNFLUSHED];
static _Thread_local unsigned stored_to;

void iop_lease_wc_stored(struct iop_lease lease)
{
	if (!lease.slot)
		return;
	for (unsigned i = 0; i < UNFLUSHED; i++)
		if (unflushed[i].slot == lease.slot && unflushed[i].generation == lease.generation)
			return;
	unflushed[stored_to++ % UNFLUSHED] = lease;
}

void iop_lease_wc_flushed(void)
{
	for (unsigned i = 0; stored_to && i < UNFLUSHED; i++)
		unflushed[i] = (struct iop_lease){0, 0};
	stored_to = 0;
}

static int lasts(struct iop_lease lease)
{
	return lease.slot && atomic_load_explicit(&generation_of[lease.slot], memory_order_acquire) == lease.generation;
}

void iop_lease_check_wc(struct iop_lease lease)
{
	const void *function = atomic_load_explicit(&function_of[lease.slot], memory_order_relaxed);

	for (unsigned i = 0; function && stored_to && i < UNFLUSHED; i++)
		if (lasts(unflushed[i]) && atomic_load_explicit(&function_of[unflushed[i].slot], memory_order_relaxed) == function)
			iop_panic_numbers("WC stores not flushed", "owner", lease.slot, "stored to", unflushed[i].slot, NULL, 0);
}

void iop_lease_belongs(struct iop_lease lease, const void *function)
{
	if (lease.slot)
		atomic_store(&function_of[lease.slot], function);
}

void iop_lease_reset(const void *function)
{
	for (uint32_t slot = 1; IOP_DEBUG_VIEWS && slot < IOP_LEASE_SLOTS; slot++) {
		const void *of = atomic_load_explicit(&function_of[slot], memory_order_relaxed);

		if (of == function)
			atomic_fetch_add(&resets_of[slot], 1);
	}
}

uint32_t iop_lease_resets(struct iop_lease lease)
{
	return atomic_load_explicit(&resets_of[lease.slot], memory_order_acquire);
}

void iop_lease_check_resets(struct iop_lease lease, uint32_t resets)
{
	uint32_t now = iop_lease_resets(lease);

	if (now != resets)
		iop_panic_numbers("reset during an update", "owner", lease.slot, "resets", now - resets, NULL, 0);
}
