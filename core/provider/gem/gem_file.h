/* SPDX-License-Identifier: MIT */
/** gem_file.h - objects that are mapped from a file: a memory file, or a DRM device at an offset of the object's own */
#ifndef IOPATH_CORE_BUS_GEM_FILE_H
#define IOPATH_CORE_BUS_GEM_FILE_H

#include <iopath/gem.h>

#include <sys/types.h>

struct gem_file {
	struct iop_gem gem; /* first: the two share an address */
	int fd;
	int is_io;
	off64_t offset;	 /* a DRM device's are beyond 4 GiB */
	uint32_t handle; /* the device's name for it */
	unsigned mappings;
	void *cpu; /* while mappings > 0 */
};

int gem_file_vmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map);
void gem_file_vunmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map);

#endif
