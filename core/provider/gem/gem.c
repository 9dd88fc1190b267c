/* SPDX-License-Identifier: MIT */
#include "gem_file.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void iop_gem_init(struct iop_gem *gem, const struct iop_gem_ops *ops, size_t size)
{
	gem->ops = ops;
	gem->size = size;
	gem->map_wc = 0;
	gem->refs = 1;
	pthread_mutex_init(&gem->resv, NULL);
}

struct iop_gem *iop_gem_get(struct iop_gem *gem)
{
	__atomic_fetch_add(&gem->refs, 1, __ATOMIC_RELAXED);
	return gem;
}

void iop_gem_put(struct iop_gem *gem)
{
	if (!gem || __atomic_sub_fetch(&gem->refs, 1, __ATOMIC_ACQ_REL))
		return;
	pthread_mutex_destroy(&gem->resv);
	gem->ops->release(gem);
}

/* All mappings of an object are one, which the first makes and the last unmakes; the reservation lock is what counts them. */
int gem_file_vmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	struct gem_file *file = (struct gem_file *)gem;

	if (!file->mappings) {
		void *cpu = mmap64(NULL, gem->size, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, file->offset);

		if (cpu == MAP_FAILED)
			return -errno;
		file->cpu = cpu;
	}
	file->mappings++;
	if (file->is_io)
		iop_kernel_iosys_map_set_vaddr_iomem(map, file->cpu);
	else
		iop_kernel_iosys_map_set_vaddr(map, file->cpu);
	return 0;
}

void gem_file_vunmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	struct gem_file *file = (struct gem_file *)gem;

	iop_kernel_iosys_map_clear(map);
	if (--file->mappings)
		return;
	munmap(file->cpu, gem->size);
	file->cpu = NULL;
}

static void memfd_release(struct iop_gem *gem)
{
	struct gem_file *file = (struct gem_file *)gem;

	close(file->fd);
	free(file);
}

static const struct iop_gem_ops memfd_ops = {.vmap = gem_file_vmap, .vunmap = gem_file_vunmap, .release = memfd_release};

/* A memory file of @size bytes. A descriptor or a negative errno. */
static int memory_file(size_t size)
{
	int fd = memfd_create("iopath-gem", MFD_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

int iop_gem_memfd(struct iop_gem **gem, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct gem_file *file;

	if (!size)
		return -EINVAL;
	if (size > PTRDIFF_MAX - page)
		return -ENOMEM;
	size = (size + page - 1) / page * page;
	file = calloc(1, sizeof(*file));
	if (!file)
		return -ENOMEM;
	file->fd = memory_file(size);
	if (file->fd < 0) {
		int err = file->fd;

		free(file);
		return err;
	}
	iop_gem_init(&file->gem, &memfd_ops, size);
	*gem = &file->gem;
	return 0;
}
