/* SPDX-License-Identifier: MIT */
#include <iopath/dma.h>

#include "dma_bus.h"

#include <string.h>

static const struct dma_provider *const providers[] = {&dma_memfd, &dma_udmabuf, &dma_heap, &dma_vfio};
#define PROVIDERS (sizeof(providers) / sizeof(providers[0]))

const struct iop_dma_provider *iop_dma_provider_at(size_t i)
{
	return i < PROVIDERS ? &providers[i]->about : NULL;
}

const char *iop_dma_why_not(const struct iop_dma_provider *provider)
{
	for (size_t i = 0; i < PROVIDERS; i++)
		if (&providers[i]->about == provider)
			return providers[i]->why_not();
	return "not a provider of this library";
}

int iop_dma_open(struct iop_dma **dma, const char *name)
{
	const char *colon;
	size_t length;

	if (!name)
		name = providers[0]->about.name;
	colon = strchr(name, ':');
	length = colon ? (size_t)(colon - name) : strlen(name);
	for (size_t i = 0; i < PROVIDERS; i++) {
		const char *called = providers[i]->about.name;

		if (strlen(called) == length && strncmp(called, name, length) == 0)
			return providers[i]->open(dma, colon ? colon + 1 : NULL);
	}
	return -EINVAL;
}

void iop_dma_close(struct iop_dma *dma)
{
	if (dma && dma->ops->close)
		dma->ops->close(dma);
}

/* Pages, because it is pages that an IOMMU maps: the bytes beside the memory are nobody's to give away. */
static int whole_pages(const void *memory, size_t size)
{
	return size && ((uintptr_t)memory | size) % dma_page_size() == 0;
}

int iop_dma_map(struct iop_dma *dma, void *memory, size_t size, uint64_t *address)
{
	uint64_t found;
	int err;

	if (!whole_pages(memory, size))
		return -EINVAL;
	if (!dma->ops->map)
		return -IOP_ENOTSUPP;
	err = dma->ops->map(dma, memory, size, &found);
	if (err)
		return err;
	if (!iop_dma_reaches(dma, found, size)) {
		dma->ops->unmap(dma, memory, size, found);
		return -ENOMEM;
	}
	*address = found;
	return 0;
}

void iop_dma_unmap(struct iop_dma *dma, void *memory, size_t size, uint64_t address)
{
	dma->ops->unmap(dma, memory, size, address);
}

void *iop_dma_reach(struct iop_dma *dma, uint64_t address, size_t n)
{
	return dma->ops->reach ? dma->ops->reach(dma, address, n) : NULL;
}

void iop_dma_unbind(struct iop_dma *dma)
{
	if (dma->ops->unbind)
		dma->ops->unbind(dma);
}
