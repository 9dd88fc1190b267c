/* SPDX-License-Identifier: MIT */
#include "gem_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * The part of DRM's interface that dumb buffers need, from the kernel's include/uapi/drm. It never changes, and declaring it here
 * means that building does not depend on libdrm's headers.
 */
struct drm_version {
	int major, minor, patchlevel;
	size_t name_len;
	char *name;
	size_t date_len;
	char *date;
	size_t desc_len;
	char *desc;
};
struct drm_create_dumb {
	uint32_t height, width, bpp, flags;
	uint32_t handle, pitch; /* out, and so is size */
	uint64_t size;
};
struct drm_map_dumb {
	uint32_t handle, pad;
	uint64_t offset; /* out */
};
struct drm_destroy_dumb {
	uint32_t handle;
};
#define DRM_VERSION	 _IOWR('d', 0x00, struct drm_version)
#define DRM_CREATE_DUMB	 _IOWR('d', 0xb2, struct drm_create_dumb)
#define DRM_MAP_DUMB	 _IOWR('d', 0xb3, struct drm_map_dumb)
#define DRM_DESTROY_DUMB _IOWR('d', 0xb4, struct drm_destroy_dumb)

/* Lines of 1024 pixels of 4 bytes: every driver can do those, and a line is a page. */
#define PIXELS 1024
#define LINE   ((size_t)4096)
#define CARDS  16

/* Empty where it cannot be asked. */
struct driver {
	char name[8];
};

static struct driver driver_of(int fd)
{
	struct driver driver = {""};
	struct drm_version version = {.name_len = sizeof(driver.name) - 1, .name = driver.name};

	if (ioctl(fd, DRM_VERSION, &version))
		driver.name[0] = 0;
	return driver;
}

static int is_vgem(struct driver driver)
{
	return strcmp(driver.name, "vgem") == 0;
}

/* Are the device's buffers ordinary memory? Only of the drivers without hardware it is known. */
static int is_memory(struct driver driver)
{
	return is_vgem(driver) || strcmp(driver.name, "vkms") == 0;
}

/* The first device without hardware. A descriptor or a negative errno. */
static int open_any(void)
{
	char path[32];
	int fd, err = -ENODEV;

	for (int i = 0; i < CARDS; i++) {
		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd >= 0 && is_memory(driver_of(fd)))
			return fd;
		if (fd >= 0)
			close(fd);
		else if (errno == EACCES || errno == EPERM)
			err = -EACCES;
	}
	return err;
}

static void destroy(int fd, uint32_t handle)
{
	struct drm_destroy_dumb dumb = {handle};

	ioctl(fd, DRM_DESTROY_DUMB, &dumb);
}

static void dumb_release(struct iop_gem *gem)
{
	struct gem_file *file = (struct gem_file *)gem;

	destroy(file->fd, file->handle);
	close(file->fd);
	free(file);
}

static const struct iop_gem_ops dumb_ops = {.vmap = gem_file_vmap, .vunmap = gem_file_vunmap, .release = dumb_release};

/* Fills in all of *@file but the descriptor. 0 or a negative errno, and then there is no buffer. */
static int create(struct gem_file *file, size_t lines)
{
	struct drm_create_dumb dumb = {.height = (uint32_t)lines, .width = PIXELS, .bpp = 32};
	struct drm_map_dumb map = {0};
	struct driver driver;
	int err;

	if (ioctl(file->fd, DRM_CREATE_DUMB, &dumb))
		return errno == ENOSYS || errno == ENOTTY || errno == EOPNOTSUPP ? -ENODEV : -errno;
	map.handle = dumb.handle;
	err = ioctl(file->fd, DRM_MAP_DUMB, &map) ? -errno : 0;
	/* The requested size must be available; the object's size is a size_t. */
	if (!err && (dumb.size < lines * LINE || dumb.size > PTRDIFF_MAX))
		err = -ENOMEM;
	if (err) {
		destroy(file->fd, dumb.handle);
		return err;
	}
	file->handle = dumb.handle;
	file->offset = (off64_t)map.offset;
	driver = driver_of(file->fd);
	file->is_io = !is_memory(driver);
	iop_gem_init(&file->gem, &dumb_ops, (size_t)dumb.size);
	/* It has no calls that say when the CPU accesses a buffer, and therefore maps all of them so. */
	file->gem.map_wc = is_vgem(driver);
	return 0;
}

int iop_gem_dumb(struct iop_gem **gem, const char *path, size_t size)
{
	size_t lines = size / LINE + (size % LINE != 0);
	struct gem_file *file;
	int err;

	if (!size)
		return -EINVAL;
	if (size > PTRDIFF_MAX || lines > INT32_MAX)
		return -ENOMEM;
	file = calloc(1, sizeof(*file));
	if (!file)
		return -ENOMEM;
	file->fd = path ? open(path, O_RDWR | O_CLOEXEC) : open_any();
	err = file->fd < 0 ? -ENODEV : create(file, lines);
	if (!err) {
		*gem = &file->gem;
		return 0;
	}
	if (file->fd >= 0)
		close(file->fd);
	free(file);
	return err;
}

const char *iop_gem_dumb_why_not(void)
{
	int fd = open_any();

	if (fd == -EACCES)
		return "no permission for /dev/dri/card*: run as root, or join the group that owns them";
	if (fd < 0)
		return "there is no vgem or vkms device among /dev/dri/card*: load one (modprobe vgem)";
	close(fd);
	return NULL;
}
