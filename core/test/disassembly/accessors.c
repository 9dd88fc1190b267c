/* SPDX-License-Identifier: MIT */
/* One function for each access, named OPERATION_BACKEND_WIDTH: the checker reads from the name what it must compile to. */
#include <iopath/barrier.h>
#include <iopath/project.h>

/* The formatter does not know that this is code. */
/* clang-format off */
#define FUNCTIONS(backend, BACKEND, bits)							\
	typedef IOP_##BACKEND(uint##bits##_t) backend##_u##bits;				\
	uint##bits##_t read_##backend##_u##bits(backend##_u##bits view)				\
	{											\
		return iop_read(view);								\
	}											\
	void write_##backend##_u##bits(backend##_u##bits view, uint##bits##_t value)		\
	{											\
		iop_write(view, value);								\
	}											\
	void zero_##backend##_u##bits(backend##_u##bits view)					\
	{											\
		iop_write(view, 0);								\
	}											\
	void update_##backend##_u##bits(backend##_u##bits view)					\
	{											\
		iop_update(view, old, old | 1);							\
	}											\
	void loop_##backend##_u##bits(backend##_u##bits view, uint##bits##_t *out, size_t n)	\
	{											\
		IOP_##BACKEND(IOP_SLICE(uint##bits##_t)) slice;					\
		slice.raw = view.raw;								\
		slice.len[0] = n;								\
		for (size_t i = 0; i < n; i++)							\
			iop_write(iop_project(slice, iop_or_panic(i)), out[0]);			\
	}

#if IOP_64BIT
#define WIDE(backend, BACKEND) FUNCTIONS(backend, BACKEND, 64)
#else
#define WIDE(backend, BACKEND)
#endif
#define WIDTHS(backend, BACKEND)	\
	FUNCTIONS(backend, BACKEND, 8)	\
	FUNCTIONS(backend, BACKEND, 16)	\
	FUNCTIONS(backend, BACKEND, 32)	\
	WIDE(backend, BACKEND)

WIDTHS(mmio, MMIO)
WIDTHS(relaxed, RELAXED)
WIDTHS(sysmem, SYSMEM)
WIDTHS(iosysmap, IOSYSMAP)
WIDTHS(wc, WC)

/* The barrier alone, and between two accesses that a compiler would make one: neither may be merged nor moved. */
#define BARRIER(name)					\
	void fence_##name(void)				\
	{						\
		iop_##name();				\
	}						\
	void stores_##name(uint32_t *p)			\
	{						\
		*p = 1;					\
		iop_##name();				\
		*p = 2;					\
	}						\
	void loads_##name(const uint32_t *p)		\
	{						\
		uint32_t first = *p, second;		\
		iop_##name();				\
		second = *p;				\
		NEED(first, second);			\
	}
#define NEED(a, b) __asm__ volatile("" : : "r"(a), "r"(b))
BARRIER(mb)
BARRIER(rmb)
BARRIER(wmb)
BARRIER(dma_rmb)
BARRIER(dma_wmb)
BARRIER(smp_mb)
BARRIER(smp_rmb)
BARRIER(smp_wmb)

/* The flush as a barrier, and what it is for: a descriptor through one mapping before a doorbell through the other. */
void fence_wc_flush(wc_u32 view)
{
	iop_wc_flush(view);
}
void stores_wc_flush(uint32_t *p)
{
	*p = 1;
	iop_wc_flush(((wc_u32){.raw = {0}}));
	*p = 2;
}
void loads_wc_flush(const uint32_t *p)
{
	uint32_t first = *p, second;
	iop_wc_flush(((wc_u32){.raw = {0}}));
	second = *p;
	NEED(first, second);
}
void doorbell_wc_u32(wc_u32 descriptor, mmio_u32 bell, uint32_t value)
{
	iop_write(descriptor, value);
	iop_wc_flush(descriptor);
	iop_write(bell, value);
}

void pause_cpu_relax(void)
{
	iop_cpu_relax();
}

/* A byte is read after an acquire and written before a release. */
#define SHARED(bits)										\
	uint8_t acquire_sysmem_u##bits(sysmem_u##bits view, const uint8_t *byte)		\
	{											\
		(void)iop_smp_load_acquire(view);						\
		return *byte;									\
	}											\
	void release_sysmem_u##bits(sysmem_u##bits view, uint8_t *byte, uint##bits##_t value)	\
	{											\
		*byte = 1;									\
		iop_smp_store_release(view, value);						\
	}
SHARED(8)
SHARED(16)
SHARED(32)
#if IOP_64BIT
SHARED(64)
#endif

/* Handing memory over to a device, and taking it back: a byte of it stays on its side of the register's access. */
#define HANDOVER(bits)									\
	void publish_mmio_u##bits(mmio_u##bits view, uint8_t *byte, uint##bits##_t value)	\
	{										\
		*byte = 1;								\
		iop_write(view, value);							\
	}										\
	uint8_t collect_mmio_u##bits(mmio_u##bits view, const uint8_t *byte)		\
	{										\
		(void)iop_read(view);							\
		return *byte;								\
	}
HANDOVER(16)
HANDOVER(32)
#if IOP_64BIT
HANDOVER(64)
#endif
