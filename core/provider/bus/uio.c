/* SPDX-License-Identifier: MIT */
#include <iopath/bus_uio.h>

#include <iopath/panic.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#define UIO_CLASS "/sys/class/uio"

static int uio_resource(void *bus, unsigned index, struct iop_resource *resource)
{
	struct iop_bus_uio *uio = bus;

	if (index >= uio->count)
		return -EINVAL;
	*resource = uio->maps[index];
	return 0;
}

static int uio_request(void *bus, const struct iop_resource *resource, const char *name)
{
	struct iop_bus_uio *uio = bus;
	unsigned bit = 1u << resource->index;

	(void)name;
	return __atomic_fetch_or(&uio->requested, bit, __ATOMIC_ACQ_REL) & bit ? -EBUSY : 0;
}

static void uio_release(void *bus, const struct iop_resource *resource)
{
	struct iop_bus_uio *uio = bus;

	__atomic_fetch_and(&uio->requested, ~(1u << resource->index), __ATOMIC_ACQ_REL);
}

/* Page N of the file is map N. */
static void *uio_ioremap(void *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	struct iop_bus_uio *uio = bus;
	size_t offset = uio->offsets[resource->index], bytes;
	void *pages;

	if (how != IOP_IOREMAP || __builtin_add_overflow(size, offset, &bytes))
		return NULL;
	pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, uio->device, (off_t)resource->index * sysconf(_SC_PAGESIZE));
	return pages == MAP_FAILED ? NULL : (char *)pages + offset;
}

static void uio_iounmap(void *bus, const struct iop_resource *resource, void *address, size_t size)
{
	struct iop_bus_uio *uio = bus;
	size_t offset = uio->offsets[resource->index];

	munmap((char *)address - offset, size + offset);
}

static const struct iop_bus_ops uio_ops = {
	.resource = uio_resource,
	.request_region = uio_request,
	.release_region = uio_release,
	.ioremap = uio_ioremap,
	.iounmap = uio_iounmap,
};

/* The number in a file, "0x..." or decimal. 0; -ENOENT: there is no such file; -EIO: there is no number in it. */
static int number_in(uint64_t *value, const char *root, const char *name, const char *file)
{
	char path[512], text[32], *end;
	FILE *f;
	int err = -EIO;

	if (snprintf(path, sizeof(path), "%s/%s/%s", root, name, file) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	f = fopen(path, "re");
	if (!f)
		return errno == ENOTDIR ? -ENOENT : -errno;
	if (fgets(text, sizeof(text), f)) {
		errno = 0;
		*value = strtoull(text, &end, 0);
		err = errno || end == text || (*end && *end != '\n') ? -EIO : 0;
	}
	fclose(f);
	return err;
}

/* The maps, which are numbered without a gap. */
static int read_maps(struct iop_bus_uio *uio, const char *root, const char *name)
{
	for (unsigned i = 0; i < IOP_BUS_UIO_MAPS; i++) {
		static const char *const files[] = {"addr", "size", "offset"};
		uint64_t values[3] = {0};
		char file[32];

		for (unsigned n = 0; n < 3; n++) {
			int err;

			snprintf(file, sizeof(file), "maps/map%u/%s", i, files[n]);
			err = number_in(&values[n], root, name, file);
			if (err == -ENOENT && n == 0)
				return 0;
			if (err)
				return err == -ENOENT ? -EIO : err;
		}
		if (values[2] >= (uint64_t)sysconf(_SC_PAGESIZE))
			return -EIO;
		uio->maps[i] = (struct iop_resource){.start = values[0], .len = values[1], .index = i};
		uio->offsets[i] = (size_t)values[2];
		uio->count = i + 1;
	}
	return 0;
}

static int open_file(const char *name)
{
	char path[32];
	int fd, err;

	snprintf(path, sizeof(path), "/dev/%.20s", name);
	fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? -ENODEV : -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	err = errno == EWOULDBLOCK ? -EBUSY : -errno;
	close(fd);
	return err;
}

/* A number and nothing else behind "uio": it becomes part of paths. */
static int is_name(const char *name)
{
	size_t length = strlen(name);

	return length > 3 && length < 16 && strncmp(name, "uio", 3) == 0 && strspn(name + 3, "0123456789") == length - 3;
}

int iop_bus_uio_open(struct iop_bus_uio *uio, const char *name, const char *root)
{
	uint64_t events = 0;
	int err;

	if (!is_name(name))
		return -EINVAL;
	memset(uio, 0, sizeof(*uio));
	iop_bus_init(&uio->bus, &uio_ops, uio);
	root = root ? root : UIO_CLASS;
	/* Before it is opened, from when on the kernel counts for this user: none is missed so. */
	err = number_in(&events, root, name, "event");
	if (err)
		return err == -ENOENT ? -ENODEV : err;
	uio->events = (uint32_t)events;
	err = read_maps(uio, root, name);
	if (err)
		return err;
	uio->device = open_file(name);
	return uio->device < 0 ? uio->device : 0;
}

void iop_bus_uio_close(struct iop_bus_uio *uio)
{
	if (!iop_bus_balanced(&uio->bus))
		iop_panic("uio resources in use");
	if (uio->enabled)
		iop_panic("uio interrupt in use");
	close(uio->device);
}
