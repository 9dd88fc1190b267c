/* SPDX-License-Identifier: MIT */
/* What the files of the executor share. */
#ifndef IOPATH_FUZZ_EXECUTOR_CORE_H
#define IOPATH_FUZZ_EXECUTOR_CORE_H

#include "executor.h"
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
	} raw;
	size_t len;
};

extern struct fuzz_slot fuzz_slots[FUZZ_SLOTS];

/* Carries out an operation through a view of one backend; what it answers is in *result but for rc. One a backend. */
typedef int fuzz_backend_run(const struct fuzz_call *call, struct fuzz_result *result);
fuzz_backend_run fuzz_run_mmio, fuzz_run_relaxed, fuzz_run_sysmem, fuzz_run_iosysmap, fuzz_run_config, fuzz_run_coherent;

/* What convert() does, from one backend to another: false if that is not this backend's business. */
void fuzz_seen(struct fuzz_result *result, const struct fuzz_slot *slot, uint64_t addr, uint64_t size);

/* bus.c: the config space's device. */
void fuzz_bus_start(struct fuzz_slot *slot);
void fuzz_bus_close(void);
int fuzz_bus_run(const struct fuzz_call *call, struct fuzz_result *result);

/* The operation ends as it will, and then as if it had panicked. */
void fuzz_pending(const char *reason);

/* hold.c: owners of mappings, on a bus that counts; and all that is done with any owner. */
void fuzz_hold_start(uint8_t *memory);
int fuzz_hold_run(const struct fuzz_call *call, struct fuzz_result *result);

/* vmap.c: memory objects, mapped. */
void fuzz_vmap_start(uint8_t *memory);
int fuzz_vmap_run(const struct fuzz_call *call, struct fuzz_result *result);

/* guard.c: values that can be revoked. */
void fuzz_guard_start(void);
int fuzz_guard_run(const struct fuzz_call *call, struct fuzz_result *result);

static inline uint8_t *fuzz_ram(uint64_t offset)
{
	return fuzz_executor_arena() + FUZZ_RAM_AT + offset;
}

#endif
