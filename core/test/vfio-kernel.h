/* SPDX-License-Identifier: MIT */
/**
 * vfio-kernel.h - the kernel's VFIO, played: one function, by its group or by its own file, with all three kinds of interrupts
 *
 * For tests that are linked with FAULTS_WRAPPED and wraps of readlink and opendir. It takes what the kernel takes and refuses the
 * rest, as Documentation/driver-api/vfio.rst and the headers say. What only a real kernel can show is tested in the guest.
 */
#ifndef IOPATH_TEST_VFIO_KERNEL_H
#define IOPATH_TEST_VFIO_KERNEL_H

#include "iotest.h"

#include "faults.h"

#include "../provider/dma/iommufd_uapi.h"

#include <dirent.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <sys/stat.h>

#define FUNCTION "0000:00:04.0"
#define CONFIG	 0x10000
#define INTX	 VFIO_PCI_INTX_IRQ_INDEX
#define MSI	 VFIO_PCI_MSI_IRQ_INDEX
#define MSIX	 VFIO_PCI_MSIX_IRQ_INDEX
#define IOAS	 42

static struct {
	int cdev, iommu;     /* there are such files */
	int device;	     /* its descriptor, -1: not open */
	int bound, attached; /* to the iommufd */
	unsigned maps;	     /* of DMA */
	uint32_t flags;	     /* of the device */
	uint64_t config_size;
	unsigned resets;
	unsigned limit;	    /* vectors that the machine has, 0: enough */
	unsigned index;	    /* whose interrupts are enabled */
	unsigned connected; /* how many */
	int events[8];
	int masked, asserted; /* INTx */
	char sysfs[64];
} kernel;

static int refuse(int error)
{
	errno = error;
	return -1;
}

/* ---- files ---- */

static int play_open(const char *path)
{
	int fd;

	if (strcmp(path, "/dev/vfio/vfio") == 0 || strcmp(path, "/dev/vfio/7") == 0)
		return __real_memfd_create(path, MFD_CLOEXEC);
	if (strcmp(path, "/dev/iommu") == 0)
		return kernel.iommu ? __real_memfd_create(path, MFD_CLOEXEC) : FAULTS_ABSENT;
	if (strcmp(path, "/dev/vfio/devices/vfio3") != 0)
		return -1;
	fd = __real_memfd_create(path, MFD_CLOEXEC);
	kernel.device = fd;
	return fd < 0 || __real_ftruncate64(fd, CONFIG + 4096) ? FAULTS_ABSENT : fd;
}

static const char *in_tree(const char *path, char moved[512])
{
	static const char sysfs[] = "/sys/bus/pci";

	if (strncmp(path, sysfs, sizeof(sysfs) - 1) != 0)
		return path;
	snprintf(moved, 512, "%s%s", kernel.sysfs, path + sizeof(sysfs) - 1);
	return moved;
}

FAULTS_CALL(ssize_t, readlink, const char *path, char *target, size_t size)
{
	char moved[512];

	return __real_readlink(in_tree(path, moved), target, size);
}

FAULTS_CALL(DIR *, opendir, const char *path)
{
	char moved[512];

	return !kernel.cdev && strstr(path, "vfio-dev") ? NULL : __real_opendir(in_tree(path, moved));
}

/* ---- memory ---- */

static int play_iommufd(unsigned long request, void *argument)
{
	struct iommu_ioas_map *map = argument;
	struct iommu_ioas_unmap *unmap = argument;
	struct iommu_ioas_alloc *alloc = argument;

	switch (request) {
	case IOMMU_IOAS_ALLOC:
		alloc->out_ioas_id = IOAS;
		return alloc->size == sizeof(*alloc) && !alloc->flags ? 0 : refuse(EINVAL);
	case IOMMU_IOAS_MAP:
		if (map->size != sizeof(*map) || map->flags != 7 || map->ioas_id != IOAS || map->iova % 4096 || map->length % 4096)
			return refuse(EINVAL);
		kernel.maps++;
		return 0;
	case IOMMU_IOAS_UNMAP:
		if (unmap->size != sizeof(*unmap) || unmap->ioas_id != IOAS || !kernel.maps)
			return refuse(ENOENT);
		kernel.maps--;
		return 0;
	default: return refuse(ENOTTY);
	}
}

static int play_group(unsigned long request, void *argument)
{
	switch (request) {
	case VFIO_GET_API_VERSION: return VFIO_API_VERSION;
	case VFIO_CHECK_EXTENSION: return 1;
	case VFIO_GROUP_GET_STATUS: ((struct vfio_group_status *)argument)->flags = VFIO_GROUP_FLAGS_VIABLE; return 0;
	case VFIO_GROUP_SET_CONTAINER:
	case VFIO_SET_IOMMU: return 0;
	case VFIO_IOMMU_MAP_DMA: kernel.maps++; return 0;
	case VFIO_IOMMU_UNMAP_DMA: kernel.maps--; return 0;
	case VFIO_GROUP_GET_DEVICE_FD:
		if (strcmp(argument, FUNCTION) != 0)
			return refuse(ENODEV);
		kernel.device = __real_memfd_create("device", MFD_CLOEXEC);
		faults.held.descriptors += kernel.device >= 0;
		kernel.attached = 1;
		return kernel.device < 0 || __real_ftruncate64(kernel.device, CONFIG + 4096) ? refuse(ENOMEM) : kernel.device;
	default: return play_iommufd(request, argument);
	}
}

/* ---- interrupts ---- */

static unsigned vectors_of(unsigned index)
{
	return index == INTX ? 1 : index == MSI ? 4 : index == MSIX ? 8 : 0;
}

/* The device's line goes up: signalled unless masked, and masked then. */
static inline void line_up(void)
{
	kernel.asserted = 1;
	if (kernel.connected && kernel.index == INTX && !kernel.masked) {
		kernel.masked = 1;
		assert_int_equal(write(kernel.events[0], &(uint64_t){1}, 8), 8);
	}
}

static inline void message(unsigned vector)
{
	assert_true(vector < kernel.connected && kernel.index != INTX);
	assert_int_equal(write(kernel.events[vector], &(uint64_t){1}, 8), 8);
}

static int play_trigger(const struct vfio_irq_set *set)
{
	if (set->flags & VFIO_IRQ_SET_DATA_NONE) {
		if (set->count || !kernel.connected || kernel.index != set->index)
			return refuse(EINVAL);
		kernel.connected = 0;
		return 0;
	}
	if (kernel.connected || !set->count || set->start + set->count > vectors_of(set->index) ||
	    set->argsz != sizeof(*set) + set->count * sizeof(int32_t))
		return refuse(EINVAL);
	if (kernel.limit && set->count > kernel.limit)
		return (int)kernel.limit;
	memcpy(kernel.events, set->data, set->count * sizeof(int32_t));
	kernel.index = set->index;
	kernel.connected = set->count;
	kernel.masked = 0;
	return 0;
}

static int play_set(const struct vfio_irq_set *set)
{
	if (set->flags & VFIO_IRQ_SET_ACTION_TRIGGER)
		return play_trigger(set);
	if (set->index != INTX)
		return refuse(ENOTTY);
	if (!kernel.connected || kernel.index != INTX || set->start || set->count != 1 || !(set->flags & VFIO_IRQ_SET_DATA_NONE))
		return refuse(EINVAL);
	kernel.masked = !!(set->flags & VFIO_IRQ_SET_ACTION_MASK);
	if (!kernel.masked && kernel.asserted)
		line_up();
	return 0;
}

/* ---- the device ---- */

static int play_region(struct vfio_region_info *info)
{
	if (info->argsz != sizeof(*info) ||
	    (info->index != VFIO_PCI_CONFIG_REGION_INDEX && info->index > VFIO_PCI_BAR5_REGION_INDEX))
		return refuse(EINVAL);
	info->offset = info->index == VFIO_PCI_CONFIG_REGION_INDEX ? CONFIG : 0;
	info->size = info->index == VFIO_PCI_CONFIG_REGION_INDEX ? kernel.config_size : info->index ? 0 : 4096;
	info->flags = info->index ? 0 : VFIO_REGION_INFO_FLAG_MMAP;
	return 0;
}

static int play_device(unsigned long request, void *argument)
{
	struct vfio_device_bind_iommufd *bind = argument;
	struct vfio_device_attach_iommufd_pt *attach = argument;
	struct vfio_irq_info *info = argument;

	switch (request) {
	case VFIO_DEVICE_BIND_IOMMUFD:
		if (bind->argsz != sizeof(*bind) || bind->flags || bind->iommufd < 0)
			return refuse(EINVAL);
		kernel.bound = 1;
		return 0;
	case VFIO_DEVICE_ATTACH_IOMMUFD_PT:
		if (attach->argsz != sizeof(*attach) || attach->flags || attach->pt_id != IOAS || !kernel.bound)
			return refuse(EINVAL);
		kernel.attached = 1;
		return 0;
	case VFIO_DEVICE_GET_INFO: ((struct vfio_device_info *)argument)->flags = kernel.flags; return 0;
	case VFIO_DEVICE_GET_REGION_INFO: return kernel.attached ? play_region(argument) : refuse(EINVAL);
	case VFIO_DEVICE_GET_IRQ_INFO: info->count = vectors_of(info->index); return 0;
	case VFIO_DEVICE_SET_IRQS: return play_set(argument);
	case VFIO_DEVICE_RESET: kernel.resets++; return kernel.flags & VFIO_DEVICE_FLAGS_RESET ? 0 : refuse(EINVAL);
	default: return refuse(ENOTTY);
	}
}

static int play_ioctl(int fd, unsigned long request, void *argument)
{
	return fd == kernel.device ? play_device(request, argument) : play_group(request, argument);
}

static int play(void **state)
{
	char path[256];

	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.device = -1;
	kernel.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	kernel.config_size = 256;
	strcpy(kernel.sysfs, "/tmp/iopath-vfio-XXXXXX");
	if (!mkdtemp(kernel.sysfs))
		return -1;
	for (const char *const *part = (const char *const[]){"/devices", "/devices/" FUNCTION, "/devices/" FUNCTION "/vfio-dev",
							     "/devices/" FUNCTION "/vfio-dev/vfio3", NULL};
	     *part; part++) {
		snprintf(path, sizeof(path), "%s%s", kernel.sysfs, *part);
		if (mkdir(path, 0700))
			return -1;
	}
	snprintf(path, sizeof(path), "%s/devices/" FUNCTION "/iommu_group", kernel.sysfs);
	faults.open = play_open;
	faults.ioctl = play_ioctl;
	return symlink("../../../kernel/iommu_groups/7", path);
}

static int stop_playing(void **state)
{
	char path[256];

	(void)state;
	faults.open = NULL;
	faults.ioctl = NULL;
	for (const char *const *part =
		     (const char *const[]){"/devices/" FUNCTION "/iommu_group", "/devices/" FUNCTION "/vfio-dev/vfio3",
					   "/devices/" FUNCTION "/vfio-dev", "/devices/" FUNCTION, "/devices", "", NULL};
	     *part; part++) {
		snprintf(path, sizeof(path), "%s%s", kernel.sysfs, *part);
		remove(path);
	}
	return 0;
}

#define PLAYED(test) cmocka_unit_test_setup_teardown(test, play, stop_playing)

#endif
