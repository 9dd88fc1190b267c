/* SPDX-License-Identifier: MIT */
#include <iopath/coherent.h>
#include <iopath/panic.h>

#include <string.h>

static int take(struct iop_dma_hold *hold, struct iop_dma *dma, size_t size, unsigned attrs)
{
	hold->cpu = dma->ops->alloc(dma, size, attrs, &hold->address);
	/* A provider that does not know of masks may give what the device cannot reach. */
	if (hold->cpu && !iop_dma_reaches(dma, hold->address, size)) {
		dma->ops->free(dma, size, hold->cpu, hold->address, attrs);
		hold->cpu = NULL;
	}
	if (!hold->cpu) {
		memset(hold, 0, sizeof(*hold));
		return -ENOMEM;
	}
	hold->dma = dma;
	hold->size = size;
	hold->attrs = attrs;
	IOP_LEASE_SET(*hold, iop_lease_take());
	return 0;
}

int iop_dma_take(struct iop_dma_hold *hold, struct iop_dma *dma, size_t count, size_t element, const void *from, unsigned attrs)
{
	size_t size;
	int err;

	memset(hold, 0, sizeof(*hold));
	if (!count || attrs & IOP_DMA_NO_CPU)
		return -EINVAL;
	if (__builtin_mul_overflow(count, element, &size))
		return -ENOMEM;
	err = take(hold, dma, size, attrs);
	if (err)
		return err;
	if (from)
		memcpy(hold->cpu, from, size);
	else
		memset(hold->cpu, 0, size);
	return 0;
}

int iop_dma_take_blind(struct iop_dma_hold *hold, struct iop_dma *dma, size_t size, unsigned attrs)
{
	memset(hold, 0, sizeof(*hold));
	return size ? take(hold, dma, size, attrs | IOP_DMA_NO_CPU) : -EINVAL;
}

void iop_dma_drop(struct iop_dma_hold *hold)
{
	if (!hold->dma)
		return;
	/* A copy of an owner that was dropped already panics here, before the memory is freed twice. */
	IOP_LEASE_CHECK(*hold);
#if IOP_DEBUG_VIEWS
	iop_lease_end(hold->lease);
#endif
	hold->dma->ops->free(hold->dma, hold->size, hold->cpu, hold->address, hold->attrs);
	memset(hold, 0, sizeof(*hold));
}
