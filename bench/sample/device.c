/* SPDX-License-Identifier: MIT */
#include "device.h"
#include "worker.h"
#include "worker_device.h"

#include <host/fail.h>
#include <iopath/tier.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FUNCTIONS "/sys/bus/pci/devices/"
#define MOST	  4096

/* PCI Local Bus 3.0, 6.2.2. */
#define COMMAND	       4
#define COMMAND_MEMORY 2u

static int check_options(const struct iop_bench_device *d)
{
	if (!d->name && (d->bar_given || d->placed || d->wc || d->allow_write || d->root))
		return iop_fail(d->command, "lspci -D lists them",
				"--bar, --offset, --size, --wc, --sysfs and --allow-write need --device");
	if (!d->name)
		return 0;
	if (!d->bar_given)
		return iop_fail(d->command, "--bar N", "%s: no BAR was chosen", d->name);
	if (!d->allow_write && !d->read_only)
		return iop_fail(d->command,
				"add --allow-write if nothing depends on this device; --offset and --size "
				"choose the bytes",
				"%s: its registers would be read and written", d->name);
	if (!d->width && (d->offset % 8 || d->size % 8))
		return iop_fail(d->command, NULL, "--offset and --size are multiples of 8");
	return 0;
}

static void path_of(const struct iop_bench_device *d, char path[PATH_MAX], const char *file)
{
	snprintf(path, PATH_MAX, "%s/devices/%s/%s", d->root ? d->root : "/sys/bus/pci", d->name, file);
}

/* The driver that has the function, or NULL; @text is where its name is put. */
static const char *driver_of(const struct iop_bench_device *d, char *text, size_t size)
{
	char path[PATH_MAX];
	ssize_t n;

	path_of(d, path, "driver");
	n = readlink(path, text, size - 1);
	if (n < 0)
		return NULL;
	text[n] = 0;
	return strrchr(text, '/') ? strrchr(text, '/') + 1 : text;
}

/* Without it every read is all ones and every write lost: it would be the bus that is measured. */
static bool decodes_memory(const struct iop_bench_device *d)
{
	char path[PATH_MAX];
	unsigned char command[2] = {0};
	int fd;
	bool read_all;

	path_of(d, path, "config");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	read_all = pread(fd, command, sizeof(command), COMMAND) == (ssize_t)sizeof(command);
	close(fd);
	return read_all && (command[0] & COMMAND_MEMORY);
}

static int refuse(const struct iop_bench_device *d)
{
	char text[256];
	const char *driver = driver_of(d, text, sizeof(text));

	if (d->by_vfio)
		return 0;
	if (driver && strcmp(driver, "uio_pci_generic") != 0)
		return iop_fail(d->command, "unbind it first, if nothing depends on it", "%s: the driver %s uses it", d->name,
				driver);
	if (!decodes_memory(d))
		return iop_fail(d->command, "echo 1 > " FUNCTIONS "DDDD:BB:DD.F/enable as root",
				"%s: its memory decoding is disabled", d->name);
	return 0;
}

static int open_bus(struct iop_bench_device *d)
{
	char text[256];
	const char *driver = driver_of(d, text, sizeof(text));
	int err;

	d->by_vfio = driver && strcmp(driver, "vfio-pci") == 0;
	err = d->by_vfio ? iop_bus_vfio_open(&d->vfio, d->name, NULL)
			 : iop_bus_sysfs_open(&d->sysfs, d->name, d->read_only ? 0 : IOP_BUS_SYSFS_ALLOW_WRITE, d->root);
	if (!err)
		return 0;
	if (d->by_vfio && err == -ENODEV)
		return iop_fail(d->command, "does another program use it? is vfio_iommu_type1 loaded?",
				"%s: its VFIO group cannot be opened", d->name);
	return iop_fail(d->command, "lspci -D lists them", "%s: %s", d->name,
			err == -ENODEV	 ? "no such PCI function"
			: err == -EINVAL ? "not the name of a PCI function"
					 : strerror(-err));
}

static void close_bus(struct iop_bench_device *d)
{
	if (d->by_vfio)
		iop_bus_vfio_close(&d->vfio);
	else
		iop_bus_sysfs_close(&d->sysfs);
}

static int map(struct iop_bench_device *d)
{
	struct iop_bus *bus = d->by_vfio ? &d->vfio.bus : &d->sysfs.bus;
	int err = d->wc ? iop_bar_map_wc(&d->owner, bus, (unsigned)d->bar, "iopath bench")
			: iop_bar_map(&d->owner, bus, (unsigned)d->bar, "iopath bench");
	size_t len;

	if (err == -EBUSY)
		return iop_fail(d->command, "wait until it ends", "%s: another program measures on BAR %zu", d->name, d->bar);
	if (err)
		return iop_fail(d->command,
				d->wc ? "is it a memory BAR, and prefetchable?" : "is it a memory BAR? lspci -v shows it",
				"%s: BAR %zu cannot be mapped: %s", d->name, d->bar, strerror(-err));
	len = iop_size(d->owner);
	if (d->offset < len && !d->size)
		d->size = (len - d->offset < MOST ? len - d->offset : MOST) / 8 * 8;
	if (d->offset >= len || d->size > len - d->offset || !d->size) {
		iop_bar_drop(&d->owner);
		return iop_fail(d->command, NULL, "%s: BAR %zu has %zu bytes only", d->name, d->bar, len);
	}
	return 0;
}

static volatile void *place_of(const struct iop_bench_device *d)
{
	return (volatile char *)iop_addr(d->owner) + d->offset;
}

/* One access of each word, of the width that the device takes. */
static void copy(const struct iop_bench_device *d, unsigned char *memory, bool back)
{
	volatile unsigned char *io = place_of(d);

	for (size_t i = 0; d->width && i + d->width <= d->size; i += d->width) {
		switch (d->width | (back ? 16u : 0u)) {
		case 1: memory[i] = io[i]; break;
		case 2: *(uint16_t *)(void *)(memory + i) = *(volatile uint16_t *)(io + i); break;
		case 4: *(uint32_t *)(void *)(memory + i) = *(volatile uint32_t *)(io + i); break;
		case 8: *(uint64_t *)(void *)(memory + i) = *(volatile uint64_t *)(io + i); break;
		case 17: io[i] = memory[i]; break;
		case 18: *(volatile uint16_t *)(io + i) = *(uint16_t *)(void *)(memory + i); break;
		case 20: *(volatile uint32_t *)(io + i) = *(uint32_t *)(void *)(memory + i); break;
		default: *(volatile uint64_t *)(io + i) = *(uint64_t *)(void *)(memory + i); break;
		}
	}
	if (!d->width && back)
		iop_routine_for(IOP_STRICT)->toio(io, memory, d->size);
	else if (!d->width)
		iop_routine_for(IOP_STRICT)->fromio(memory, io, d->size);
}

static int save(struct iop_bench_device *d)
{
	char text[128];

	if (d->read_only)
		return 0;
	d->saved = calloc(1, d->size);
	snprintf(text, sizeof(text), "%d,%" PRIxPTR ",%zu,%u", getpid(), (uintptr_t)place_of(d), d->size, (unsigned)d->wc);
	if (!d->saved || setenv("IOPATH_BAR", text, 1)) {
		free(d->saved);
		return iop_fail(d->command, NULL, "out of memory");
	}
	fprintf(d->stdout_is_taken ? stderr : stdout,
		"%s BAR %zu, at 0x%" PRIx64 ", mapped %s by %s: %zu bytes from offset 0x%zx are read, written and then restored\n",
		d->name, d->bar, (uint64_t)d->owner.hold.mapping.resource.start, d->wc ? "write-combining" : "uncached",
		d->by_vfio ? "VFIO" : "sysfs", d->size, d->offset);
	fflush(stdout);
	copy(d, d->saved, false);
	return 0;
}

int iop_bench_device_open(struct iop_bench_device *d)
{
	int code = check_options(d);

	d->lent = -1;
	if (code || !d->name)
		return code;
	code = open_bus(d);
	if (code)
		return code;
	code = refuse(d);
	if (!code)
		code = map(d);
	if (!code) {
		code = save(d);
		if (code)
			iop_bar_drop(&d->owner);
	}
	if (code)
		close_bus(d);
	d->is_open = !code;
	return code;
}

/* A descriptor that exec does not close, which is what lending means; or a negative errno. *@offset: where the BAR lies in it. */
static int file_of(const struct iop_bench_device *d, uint64_t *offset)
{
	char path[PATH_MAX], file[32];
	int fd, lent;

	*offset = 0;
	if (d->by_vfio) {
		fd = iop_bus_vfio_file(&d->vfio, (unsigned)d->bar, offset);
		if (fd < 0)
			return fd;
	} else {
		snprintf(file, sizeof(file), "resource%zu%s", d->bar, d->wc ? "_wc" : "");
		path_of(d, path, file);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return -errno;
	}
	/* Below lie those that a worker is given anyway. */
	lent = fcntl(fd, F_DUPFD, IOP_WORKER_PLACE_FD + 1);
	lent = lent < 0 ? -errno : lent;
	if (!d->by_vfio)
		close(fd);
	return lent;
}

int iop_bench_device_lend(struct iop_bench_device *d)
{
	char text[128];
	uint64_t start;

	d->lent = file_of(d, &start);
	snprintf(text, sizeof(text), "%d,%" PRIu64 ",%zu,%u", d->lent, start + d->offset, d->size, (unsigned)d->wc);
	if (d->lent < 0)
		return iop_fail(d->command, NULL, "%s: BAR %zu cannot be opened for other processes: %s", d->name, d->bar,
				strerror(-d->lent));
	return setenv(IOP_WORKER_DEVICE, text, 1) ? iop_fail(d->command, NULL, "out of memory") : 0;
}

void iop_bench_device_restore(const struct iop_bench_device *d)
{
	copy(d, d->saved, true);
}

int iop_bench_device_close(struct iop_bench_device *d)
{
	unsigned char *now;
	int code = 0;

	if (!d->is_open)
		return 0;
	now = d->read_only ? NULL : calloc(1, d->size);
	if (!d->read_only)
		iop_bench_device_restore(d);
	if (now) {
		copy(d, now, false);
		if (memcmp(now, d->saved, d->size) != 0)
			code = iop_fail(d->command, "reset the device before you use it",
					"%s: the restored bytes do not read as before", d->name);
	}
	free(now);
	free(d->saved);
	if (d->lent >= 0)
		close(d->lent);
	iop_bar_drop(&d->owner);
	close_bus(d);
	d->is_open = false;
	return code;
}
