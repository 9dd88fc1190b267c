/* SPDX-License-Identifier: MIT */
/* world.h - the world that programs work on, as the library's handles */
#ifndef IOPATH_FUZZ_WORLD_H
#define IOPATH_FUZZ_WORLD_H

#include "execution.h"
#include "progress.h"
#include "types.h"

/* A view of any backend and type, taken apart; the typed view is put together for each operation. */
struct fuzz_slot {
	uint8_t backend, type, owner;
	union {
		struct iop_mmio mmio;
		struct iop_relaxed relaxed;
		struct iop_sysmem sysmem;
		struct iop_iosysmap iosysmap;
		struct iop_config config;
		struct iop_coherent coherent;
		struct iop_mmio_within mmio_within;
		struct iop_wc wc;
	} raw;
	size_t len;
};

extern struct fuzz_slot fuzz_slots[FUZZ_SLOTS];

/* Owners of memory: where it is, and what shows that they are still there. */
extern uint8_t *fuzz_owner_base[FUZZ_MEMORY];
extern struct iop_lease fuzz_lease[FUZZ_MEMORY];

/* Where the world's own buses and devices, and operations that are no library's, reach that memory. */
extern ptrdiff_t fuzz_devices_at;

/* Puts arena, owners and slots into the state in which programs start. */
void fuzz_world_start(uint16_t layout, const uint8_t *bytes);

size_t fuzz_owner_size(unsigned i);

/* A new owner of the same memory. */
void fuzz_owner_take(unsigned i);

/* The view of a slot is what the operation answers. */
void fuzz_seen(struct fuzz_result *result, const struct fuzz_slot *slot, uint64_t addr, uint64_t size);

static inline uint8_t *fuzz_ram(uint64_t offset)
{
	return fuzz_executor_arena() + FUZZ_RAM_AT + offset;
}

#endif
