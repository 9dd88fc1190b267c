/* SPDX-License-Identifier: MIT */
/* What a device reaches. Providers ask it too, so it is no part of the list of them. */
#include <iopath/dma.h>

static uint64_t mask_of(unsigned bits)
{
	return UINT64_MAX >> (64 - bits);
}

int iop_dma_set_mask(struct iop_dma *dma, unsigned bits)
{
	int err;

	if (bits < 1 || bits > 64)
		return -EINVAL;
	err = dma->ops->set_mask ? dma->ops->set_mask(dma, mask_of(bits)) : 0;
	if (!err)
		dma->mask_bits = (uint8_t)bits;
	return err;
}

uint64_t iop_dma_mask(const struct iop_dma *dma)
{
	return mask_of(dma->mask_bits ? dma->mask_bits : 32);
}

bool iop_dma_reaches(const struct iop_dma *dma, uint64_t address, size_t size)
{
	const uint64_t mask = iop_dma_mask(dma);

	return address <= mask && (!size || size - 1 <= mask - address);
}
