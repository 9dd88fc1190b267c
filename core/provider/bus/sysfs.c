/* SPDX-License-Identifier: MIT */
#include <iopath/bus_sysfs.h>

#include <iopath/panic.h>

#include "pci_name.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSFS_DEFAULT "/sys/bus/pci"

/* The third number of a line of "resource": include/linux/ioport.h. */
#define KERNEL_NONPOSTED UINT64_C(0x80)
#define KERNEL_PREFETCH	 UINT64_C(0x2000)

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static int sysfs_resource(void *bus, unsigned index, struct iop_resource *resource)
{
	struct iop_bus_sysfs *sysfs = bus;

	if (index >= sysfs->count)
		return -EINVAL;
	*resource = sysfs->resources[index];
	return 0;
}

static int open_resource(const struct iop_bus_sysfs *sysfs, unsigned index, const char *suffix, int writable)
{
	char name[32];

	snprintf(name, sizeof(name), "resource%u%s", index, suffix);
	return openat(sysfs->folder, name, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
}

/* uio_pci_generic is none in this sense: it has the interrupt, and leaves the resources to programs. */
static int has_driver(const struct iop_bus_sysfs *sysfs)
{
	static const char ours[] = "/uio_pci_generic";
	char target[256];
	ssize_t n = readlinkat(sysfs->folder, "driver", target, sizeof(target));
	size_t length = sizeof(ours) - 1;

	if (n < 0)
		return errno != ENOENT;
	return (size_t)n < length || memcmp(target + (size_t)n - length, ours, length) != 0;
}

static int sysfs_request(void *bus, const struct iop_resource *resource, const char *name)
{
	struct iop_bus_sysfs *sysfs = bus;
	int none = -1, fd, err = 0;

	(void)name;
	if (has_driver(sysfs))
		return -EBUSY;
	fd = open_resource(sysfs, resource->index, "", 0);
	if (fd < 0)
		return -errno;
	/* Two requests of this process are refused by the lock as well: each opens the file anew. */
	if (flock(fd, LOCK_EX | LOCK_NB))
		err = -errno;
	else if (!__atomic_compare_exchange_n(&sysfs->locks[resource->index], &none, fd, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		err = -EBUSY;
	if (err)
		close(fd);
	return err;
}

static void sysfs_release(void *bus, const struct iop_resource *resource)
{
	struct iop_bus_sysfs *sysfs = bus;

	close(__atomic_exchange_n(&sysfs->locks[resource->index], -1, __ATOMIC_ACQ_REL));
}

/* The kernel maps whole pages: a resource smaller than one lies somewhere inside. 0, or -EINVAL if the sum is too large. */
static int pages_of(const struct iop_resource *resource, size_t size, size_t *offset, size_t *bytes)
{
	*offset = (size_t)(resource->start % page_size());
	return __builtin_add_overflow(size, *offset, bytes) ? -EINVAL : 0;
}

static void *sysfs_ioremap(void *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	struct iop_bus_sysfs *sysfs = bus;
	size_t offset, bytes;
	void *pages;
	int fd;

	if (how == IOP_IOREMAP_NP || how == IOP_IOREMAP_CACHED || pages_of(resource, size, &offset, &bytes))
		return NULL;
	fd = open_resource(sysfs, resource->index, how == IOP_IOREMAP_WC ? "_wc" : "", sysfs->writable);
	if (fd < 0)
		return NULL;
	pages = mmap(NULL, bytes, sysfs->writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	return pages == MAP_FAILED ? NULL : (char *)pages + offset;
}

static void sysfs_iounmap(void *bus, const struct iop_resource *resource, void *address, size_t size)
{
	size_t offset, bytes;

	(void)bus;
	if (pages_of(resource, size, &offset, &bytes) == 0)
		munmap((char *)address - offset, bytes);
}

static const struct iop_bus_ops sysfs_ops = {
	.resource = sysfs_resource,
	.request_region = sysfs_request,
	.release_region = sysfs_release,
	.ioremap = sysfs_ioremap,
	.iounmap = sysfs_iounmap,
};

/* One line of the table: first and last address, flags; all zeros where there is nothing. */
static int parse_line(const char *line, struct iop_resource *resource)
{
	uint64_t start, end, flags;

	if (sscanf(line, "%" SCNx64 " %" SCNx64 " %" SCNx64, &start, &end, &flags) != 3 || end < start || end - start == UINT64_MAX)
		return -EIO;
	resource->start = start;
	resource->len = end ? end - start + 1 : 0;
	resource->flags =
		(flags & KERNEL_NONPOSTED ? IOP_RESOURCE_NONPOSTED : 0) | (flags & KERNEL_PREFETCH ? IOP_RESOURCE_PREFETCHABLE : 0);
	return 0;
}

static int read_table(struct iop_bus_sysfs *sysfs)
{
	int err = 0, fd = openat(sysfs->folder, "resource", O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	char line[128];

	if (!file) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	while (!err && sysfs->count < IOP_BUS_SYSFS_RESOURCES && fgets(line, sizeof(line), file)) {
		struct iop_resource *resource = &sysfs->resources[sysfs->count];

		err = parse_line(line, resource);
		resource->index = sysfs->count++;
	}
	fclose(file);
	return err || sysfs->count ? err : -EIO;
}

static int open_folder(const char *name, const char *root)
{
	char path[1024];
	int fd;

	if (snprintf(path, sizeof(path), "%s/devices/%s", root, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	return errno == ENOENT || errno == ENOTDIR ? -ENODEV : -errno;
}

int iop_bus_sysfs_open(struct iop_bus_sysfs *sysfs, const char *name, unsigned flags, const char *root)
{
	char canonical[PCI_NAME_SIZE];
	int err = pci_name_check(name, canonical);

	if (err || flags & ~(unsigned)IOP_BUS_SYSFS_ALLOW_WRITE)
		return -EINVAL;
	memset(sysfs, 0, sizeof(*sysfs));
	iop_bus_init(&sysfs->bus, &sysfs_ops, sysfs);
	for (unsigned i = 0; i < IOP_BUS_SYSFS_RESOURCES; i++)
		sysfs->locks[i] = -1;
	sysfs->writable = !!(flags & IOP_BUS_SYSFS_ALLOW_WRITE);
	sysfs->folder = open_folder(canonical, root ? root : SYSFS_DEFAULT);
	if (sysfs->folder < 0)
		return sysfs->folder;
	err = read_table(sysfs);
	if (err)
		close(sysfs->folder);
	return err;
}

void iop_bus_sysfs_close(struct iop_bus_sysfs *sysfs)
{
	if (!iop_bus_balanced(&sysfs->bus))
		iop_panic("sysfs resources in use");
	close(sysfs->folder);
}
