/* SPDX-License-Identifier: MIT */
/**
 * dma_bus.h - what the providers of dma.h share: the device's address space and its list of allocations
 *
 * A provider says where pages come from (struct dma_source); the addresses under which the device finds them, the gaps between
 * them, and the check that what is freed is what was allocated are the same for all.
 */
#ifndef IOPATH_CORE_BUS_DMA_BUS_H
#define IOPATH_CORE_BUS_DMA_BUS_H

#include <iopath/dma.h>

#include <pthread.h>

/* One allocation. The provider fills in map and map_size, and fd if it needs one to free. */
struct dma_block {
	struct dma_block *next;
	uint64_t address;
	size_t size; /* as asked for; map_size is in whole pages */
	unsigned attrs;
	void *map;
	size_t map_size;
	int borrowed; /* the program's memory, not the provider's: never put */
	int fd;	      /* -1: none */
};

/*
 * Of a simulated IOMMU that nobody asked to have more or less: with a mask of 49 bits or more, above every address that the CPU hands to a program: the two
 * cannot be taken for each other.
 */
#define DMA_SIMULATED_HIGHEST ((UINT64_C(1) << 52) - 1)

/* What every IOMMU can do. */
#define DMA_REAL_HIGHEST ((UINT64_C(1) << 39) - 1)

struct dma_bus;

/* All but close() are called with the bus locked. */
struct dma_source {
	/* No address is above it, whatever the mask: what the IOMMU can do. */
	uint64_t highest;
	/* A real device does the reaching, not the simulated one. */
	int real;
	/* Pages for block->size bytes. 0 or a negative errno, and then nothing is left behind. */
	int (*get)(struct dma_bus *bus, struct dma_block *block);
	void (*put)(struct dma_bus *bus, struct dma_block *block);
	/* Maps a block for the device at its address: 0 or a negative errno; NULL where get() does that. */
	int (*show)(struct dma_bus *bus, struct dma_block *block);
	/* Unmaps a block for the device, once; may be NULL. put() follows later, unless the memory is borrowed. */
	void (*hide)(struct dma_bus *bus, struct dma_block *block);
	/* Frees what open made besides the bus; may be NULL. */
	void (*close)(struct dma_bus *bus);
};

struct dma_bus {
	struct iop_dma dma;
	const struct dma_source *source;
	pthread_mutex_t lock;
	struct dma_block *blocks;
	uint64_t highest; /* the source's, or what it was opened with: no address is above it */
	uint64_t below;	  /* the next block ends before that page, at the latest */
	int unbound;
	int fd;	       /* the source's own */
	int group_fd;  /* the source's own */
	uint32_t ioas; /* the source's own */
};

/* A provider: what dma.h tells of it, and how to open it. */
struct dma_provider {
	struct iop_dma_provider about;
	/* NULL, or why it is not there; the string is a literal. */
	const char *(*why_not)(void);
	/* @argument is what followed the colon, or NULL. -EINVAL if there should, or should not, be one. */
	int (*open)(struct iop_dma **dma, const char *argument);
};

/* The descriptor of the group that @dma, opened as "vfio:GROUP", is: a group can be opened only once. */
int dma_vfio_group(struct iop_dma *dma);

/* An address space of /dev/iommu, and making it that of a VFIO device. 0 or a negative errno. */
int dma_iommufd_open(struct iop_dma **dma);
int dma_iommufd_attach(struct iop_dma *dma, int device);

static inline struct dma_bus *dma_bus_of(struct iop_dma *dma)
{
	return (struct dma_bus *)((char *)dma - offsetof(struct dma_bus, dma));
}

extern const struct dma_provider dma_memfd, dma_udmabuf, dma_heap, dma_vfio;

/* A new bus over @source; @fd and @group_fd become its own only if it succeeds. 0 or -ENOMEM. */
int dma_bus_open(struct iop_dma **dma, const struct dma_source *source, int fd, int group_fd);

/*
 * Pages for the block in a memory file of their own, locked as far as the limit allows, huge if @huge, the block is large enough
 * and there are some. The file is left in *@file if that is not NULL. 0 or a negative errno.
 */
int dma_pages_get(struct dma_block *block, int huge, int *file);
void dma_pages_put(struct dma_block *block);

/* A new bus over @source and the device file @path. 0, -ENODEV if it cannot be opened, or -ENOMEM. */
int dma_bus_open_device(struct iop_dma **dma, const struct dma_source *source, const char *path);
/* What a source over a device file does when its bus is closed. */
void dma_bus_close_device(struct dma_bus *bus);

/* The mapping of a dma-buf, whose descriptor it takes over, as the block's pages. 0 or a negative errno; closed then. */
int dma_buf_get(struct dma_block *block, int fd);
void dma_buf_put(struct dma_bus *bus, struct dma_block *block);

size_t dma_page_size(void);
/* @n rounded up to a multiple of @to, or 0 if that overflows. */
size_t dma_round_up(size_t n, size_t to);

#endif
