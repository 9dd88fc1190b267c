/* SPDX-License-Identifier: MIT */
/*
 * Accesses to the variable plain that a compiler would merge, delete or move if nothing stood between them. compiler_order.py compiles this to
 * assembler and counts the accesses in each function: it is the number behind the last underscore of its name.
 */
#include <iopath/iopath.h>

/* Of a width that nothing else here has, where accesses are counted by their instructions. */
#ifndef PLAIN
#define PLAIN int
#endif
extern PLAIN plain;
PLAIN plain;

typedef IOP_MMIO(uint32_t) mmio_view;
typedef IOP_MMIO(IOP_REGION(16)) region_view;
typedef IOP_WC(uint32_t) wc_view;
typedef IOP_SYSMEM(uint32_t) memory_view;

/* A store is not deleted because of the next one. */
#define STORES(name, between)                                 \
	void name##_2(mmio_view v, wc_view w, memory_view m); \
	void name##_2(mmio_view v, wc_view w, memory_view m)  \
	{                                                     \
		(void)v, (void)w, (void)m;                    \
		plain = 1;                                    \
		between;                                      \
		plain = 2;                                    \
	}
/* What was loaded is loaded again. */
#define LOADS(name, between)                      \
	int name##_2(mmio_view v, memory_view m); \
	int name##_2(mmio_view v, memory_view m)  \
	{                                         \
		int before = plain;               \
                                                  \
		(void)v, (void)m;                 \
		between;                          \
		return before ^ plain;            \
	}
/* What was stored is loaded, not remembered. */
#define STORE_AND_LOAD(name, between) \
	int name##_2(int value);      \
	int name##_2(int value)       \
	{                             \
		plain = value;        \
		between;              \
		return plain;         \
	}

STORES(stores_iop_mb, iop_mb())
STORES(stores_iop_wmb, iop_wmb())
STORES(stores_iop_dma_wmb, iop_dma_wmb())
STORES(stores_iop_smp_mb, iop_smp_mb())
STORES(stores_iop_smp_wmb, iop_smp_wmb())
STORES(stores_iop_write, iop_write(v, 1))
STORES(stores_iop_read, (void)iop_read(v))
STORES(stores_iop_update, iop_update(v, x, x | 1))
STORES(stores_iop_write_rep, iop_write_rep(v, &(const uint32_t){1}, 1))
STORES(stores_iop_wc_flush, iop_wc_flush(w))
/* A release keeps what is before it, an acquire what is behind it. */
STORES(stores_release_acquire, iop_smp_store_release(m, 1); (void)iop_smp_load_acquire(m))

LOADS(loads_iop_mb, iop_mb())
LOADS(loads_iop_rmb, iop_rmb())
LOADS(loads_iop_dma_rmb, iop_dma_rmb())
LOADS(loads_iop_smp_mb, iop_smp_mb())
LOADS(loads_iop_smp_rmb, iop_smp_rmb())
LOADS(loads_iop_read, (void)iop_read(v))
LOADS(loads_iop_update, iop_update(v, x, x | 1))
LOADS(loads_release_acquire, iop_smp_store_release(m, 1); (void)iop_smp_load_acquire(m))
LOADS(loads_iop_cpu_relax, iop_cpu_relax())
/* Each alone, as the compiler sees it: here both are barriers of the compiler. */
LOADS(loads_acquire, (void)iop_smp_load_acquire(m))
STORES(stores_release, iop_smp_store_release(m, 1))

STORE_AND_LOAD(full_iop_mb, iop_mb())
STORE_AND_LOAD(full_iop_smp_mb, iop_smp_mb())

#ifdef CONTROL
STORES(control_nothing, (void)0)
LOADS(control_relaxed, (void)iop_read(iop_relaxed(v)))
#endif
