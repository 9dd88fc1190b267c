/* SPDX-License-Identifier: MIT */
/* One function for each access, named OPERATION_BACKEND_WIDTH: the checker reads from the name what it must compile to. */
#include <iopath/dma_barrier.h>
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

void fence_dma_wmb(void)
{
	iop_dma_wmb();
}

void fence_dma_rmb(void)
{
	iop_dma_rmb();
}

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
