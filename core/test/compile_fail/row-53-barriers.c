/* SPDX-License-Identifier: MIT */
/* Row 53: acquire and release are between CPUs, of one object of one width. */
#include "types.h"

typedef IOP_COHERENT(uint32_t) u32_coherent;

uint32_t sysmem_has_both(u32_sysmem a, nic_sysmem nic)
{
	iop_smp_store_release(a, 1);
	return iop_smp_load_acquire(a) + iop_smp_load_acquire(iop_project(nic, .status));
}

uint32_t coherent_memory_between_cpus(u32_coherent a)
{
	return iop_smp_load_acquire(iop_coherent_as_sysmem(a));
}

/* REFUSED: iopath: acquire and release order CPUs: SysMem views only */
void acquire_mmio(u32_mmio a)
{
	(void)iop_smp_load_acquire(a);
}

/* REFUSED: iopath: acquire and release order CPUs: SysMem views only */
void release_mmio(u32_mmio a)
{
	iop_smp_store_release(a, 1);
}

/* REFUSED: iopath: acquire and release order CPUs: SysMem views only */
void acquire_relaxed(u32_relaxed a)
{
	(void)iop_smp_load_acquire(a);
}

/* REFUSED: iopath: acquire and release order CPUs: SysMem views only */
void release_coherent(u32_coherent a)
{
	iop_smp_store_release(a, 1);
}

/* REFUSED: iopath: a struct has no value: project a field, or copy it */
void acquire_struct(nic_sysmem nic)
{
	(void)iop_smp_load_acquire(nic);
}

/* REFUSED: iopath: value access needs a sized target: project an element, or use an offset */
void release_slice(bytes_sysmem bytes)
{
	iop_smp_store_release(bytes, 1);
}
