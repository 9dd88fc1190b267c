/* SPDX-License-Identifier: MIT */
/**
 * dma.h - providers of memory that a device can access
 *
 * A struct iop_dma represents one device: it allocates memory that both the CPU and that device can use, and returns the two
 * addresses, which are different numbers. The CPU's is a pointer; the device's goes into descriptors and registers and means
 * nothing to the CPU. coherent.h has the owners that allocate from one.
 *
 * A provider allocates the memory. The default works everywhere, others where the machine has what they need; each says why it is
 * not available.
 *
 *	memfd      the default: pages of this process behind a simulated IOMMU of 52 bits, "memfd:BITS" of 32 to 64. Huge ones
 *	           if available, locked as far as the limit (ulimit -l) allows; a simulated device can use unlocked ones, too
 *	udmabuf    the same pages as a dma-buf, by /dev/udmabuf; simulated IOMMU
 *	dma-heap   a dma-buf of /dev/dma_heap/system, or of another heap: "dma-heap:/dev/dma_heap/NAME"; simulated IOMMU
 *	vfio       locked pages that a real device reaches through a real IOMMU: "vfio:GROUP", type 1
 *
 * The simulated IOMMU gives addresses of its own, never the CPU's, and leaves an unmapped gap after each allocation: so a driver
 * that confuses the two, or a device that runs over the end, is detected. iop_dma_reach() translates for the device.
 *
 * Not every device can put all of an address on its bus. What it can is its mask: 32 bits, until the driver says more, or less:
 *
 *	if (iop_dma_set_mask(dma, 64) && iop_dma_set_mask(dma, 32))
 *		return -EIO;
 *
 * No memory is given out that the device does not reach: -ENOMEM, where there is none below the mask. An address that goes into two
 * registers of 32 bits is taken apart by name, iop_lower_32() and iop_upper_32(): a field that is too narrow for it refuses it.
 *
 * Programs can bring a provider of their own: embed a struct iop_dma and fill in the operations.
 * Source: docs/semantics.md, rows 25, 50; Linux Documentation/core-api/dma-api.rst, dma-api-howto.rst.
 */
#ifndef IOPATH_DMA_H
#define IOPATH_DMA_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/error.h>
#include <iopath/lang.h>

IOP_BEGIN_DECLS

/** Attributes of an allocation; OR of these. The same ones are given back when it is freed. */
enum iop_dma_attrs {
	/** No CPU access: the pointer is a cookie that is only for freeing. */
	IOP_DMA_NO_CPU = 1,
	/** No huge pages, however large it is (2 MiB and more would get them). */
	IOP_DMA_SMALL_PAGES = 2,
};

struct iop_dma;

/** A provider's operations; alloc and free are called from any thread. */
struct iop_dma_ops {
	/**
	 * Allocates @size > 0 bytes, aligned to a page for the CPU and the device alike. Returns the CPU pointer, or with
	 * IOP_DMA_NO_CPU a cookie, and the device's address in *@address; NULL on failure.
	 */
	void *(*alloc)(struct iop_dma *dma, size_t size, unsigned attrs, uint64_t *address);
	/**
	 * Takes exactly the arguments and results of alloc; the providers here panic with "dma memory freed as what it is not"
	 * otherwise. Also called after unbind.
	 */
	void (*free)(struct iop_dma *dma, size_t size, void *cpu, uint64_t address, unsigned attrs);
	/** See iop_dma_map() and iop_dma_unmap(): @memory and @size are whole pages. Both or neither may be NULL. */
	int (*map)(struct iop_dma *dma, void *memory, size_t size, uint64_t *address);
	void (*unmap)(struct iop_dma *dma, void *memory, size_t size, uint64_t address);
	/**
	 * See iop_dma_set_mask(): 0, or -EIO if no memory can ever lie below @mask, the highest address. NULL: the provider does not
	 * choose addresses, and what lies above the mask is given back to it.
	 */
	int (*set_mask)(struct iop_dma *dma, uint64_t mask);
	/** See iop_dma_reach(); NULL where the device is real. */
	void *(*reach)(struct iop_dma *dma, uint64_t address, size_t n);
	/** See iop_dma_unbind(); may be NULL. */
	void (*unbind)(struct iop_dma *dma);
	/** See iop_dma_close(); may be NULL. */
	void (*close)(struct iop_dma *dma);
};

struct iop_dma {
	const struct iop_dma_ops *ops;
	uint8_t mask_bits; /**< what iop_dma_set_mask() was told; 0: nothing, which is 32 */
};

struct iop_dma_provider {
	const char *name;
	const char *what; /**< one line of description */
};

/** Provider @i, counted from 0, the default first; NULL when there are no more. */
const struct iop_dma_provider *iop_dma_provider_at(size_t i);

/** NULL if the machine has what @provider needs, else the reason, which says what to do about it. */
const char *iop_dma_why_not(const struct iop_dma_provider *provider);

/**
 * Opens the provider called @name (NULL: the default), with an argument after a colon where the list above says so, and makes
 * *@dma a device of its own. Returns 0; -EINVAL if there is no such provider, or no such argument; -ENODEV if it is not
 * available (iop_dma_why_not() says why); another negative errno from the system. On failure *@dma is unchanged.
 */
IOP_MUST_CHECK int iop_dma_open(struct iop_dma **dma, const char *name);

/** Closes it. All its memory must have been freed before: panics with "dma memory in use". NULL is allowed. */
void iop_dma_close(struct iop_dma *dma);

/**
 * The device puts the lower @bits of an address on its bus, 1 to 64: from now on all of what is allocated or mapped lies there. What was
 * allocated before stays where it is. Set it before memory is allocated, by one thread. Returns 0, or
 *	-EINVAL           there is no such number of bits
 *	-EIO              the provider can never give such memory; the mask is what it was
 */
IOP_MUST_CHECK int iop_dma_set_mask(struct iop_dma *dma, unsigned bits);

/** The highest address that the device reaches. */
uint64_t iop_dma_mask(const struct iop_dma *dma);

/** Whether the device reaches all of @size bytes at @address. */
bool iop_dma_reaches(const struct iop_dma *dma, uint64_t address, size_t size);

/** The low half of a device's address, for the lower one of two registers. */
IOP_INLINE uint32_t iop_lower_32(uint64_t address)
{
	return (uint32_t)address;
}

/** The high half, for the upper one. */
IOP_INLINE uint32_t iop_upper_32(uint64_t address)
{
	return (uint32_t)(address >> 32);
}

/**
 * Makes memory that the program has already (a buffer of its own, a file's mapping) accessible to the device: whole pages, because
 * an IOMMU maps pages and the device can then access all of them. *@address becomes the device's address. The memory must stay
 * mapped, and be unmapped by iop_dma_unmap(), before the provider is closed. Returns 0, or
 *	-EINVAL           @memory or @size is not a multiple of the page size, or @size is 0
 *	-ENODEV           the device was unbound
 *	-IOP_ENOTSUPP     the provider cannot
 *	-ENOMEM           there is no room below the mask
 *	-ENOMEM, ...      from the kernel: -ENOMEM also beyond the limit of locked memory (ulimit -l)
 * Source: Linux Documentation/driver-api/vfio.rst, Documentation/userspace-api/iommufd.rst.
 */
IOP_MUST_CHECK int iop_dma_map(struct iop_dma *dma, void *memory, size_t size, uint64_t *address);

/** Ends what iop_dma_map() did, by exactly its arguments and result; panics with "dma memory freed as what it is not" otherwise. */
void iop_dma_unmap(struct iop_dma *dma, void *memory, size_t size, uint64_t address);

/**
 * What the device sees at its @address: a pointer to @n bytes, for a simulated device to read and write. NULL, an IOMMU fault, if
 * any byte is outside one live allocation, if @address is one past its end (also for no bytes), if the device was unbound,
 * or if the device is real.
 */
void *iop_dma_reach(struct iop_dma *dma, uint64_t address, size_t n);

/**
 * The driver is unbound from the device. From now on the device faults on every address that was returned, and new allocations
 * fail. The CPU can use existing memory until its owner is dropped.
 */
void iop_dma_unbind(struct iop_dma *dma);

IOP_END_DECLS

#endif
