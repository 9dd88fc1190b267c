/* SPDX-License-Identifier: MIT */
#include "device.h"
#include "worker.h"
#include "worker_device.h"

#include <host/fail.h>
#include <host/legality.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FUNCTIONS "/sys/bus/pci/devices/"
#define MOST	  4096

/* PCI Local Bus 3.0, 6.2.2. */
#define IDS	       0
#define COMMAND	       4
#define COMMAND_MEMORY 2u

/* What only write-combining mappings are accessed by. */
#define VECTORS (16u | 32u)

/* A device may act on what is written, and change it, a moment later. */
#define SETTLE_NS 500000000

static int check_options(const struct iop_bench_device *d)
{
	unsigned unit = d->widths ? d->widths & -d->widths : 8;

	if (!d->name && (d->bar_given || d->placed || d->widths || d->wc || d->allow_write || d->root))
		return iop_fail(d->command, "lspci -D lists them",
				"--bar, --offset, --size, --widths, --wc, --sysfs and --allow-write need --device");
	if (!d->name)
		return 0;
	if (!d->bar_given)
		return iop_fail(d->command, "--bar N", "%s: no BAR was chosen", d->name);
	if (!d->allow_write && !d->read_only)
		return iop_fail(d->command,
				"add --allow-write if nothing depends on this device; --offset and --size "
				"choose the bytes",
				"%s: its registers would be read and written", d->name);
	if (d->offset % unit || d->size % unit)
		return iop_fail(d->command, d->widths ? NULL : "or say --widths", "--offset and --size are multiples of %u", unit);
	if (d->widths && !(d->widths & IOP_DEVICE_WIDTHS_HERE))
		return iop_fail(d->command, NULL, "this machine has no access of these --widths by which bytes could be put back");
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

/* @n bytes of config space, which needs no rights up to the first 64. */
static bool config_of(const struct iop_bench_device *d, off_t at, unsigned char *bytes, size_t n)
{
	char path[PATH_MAX];
	bool read_all;
	int fd;

	path_of(d, path, "config");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	read_all = pread(fd, bytes, n, at) == (ssize_t)n;
	close(fd);
	return read_all;
}

/* Without it every read is all ones and every write lost: it would be the bus that is measured. */
static bool decodes_memory(const struct iop_bench_device *d)
{
	unsigned char command[2];

	return config_of(d, COMMAND, command, sizeof(command)) && (command[0] & COMMAND_MEMORY);
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
	int err = d->wc ? iop_bar_map_wc(&d->wc_owner, bus, (unsigned)d->bar, "iopath bench")
			: iop_bar_map(&d->owner, bus, (unsigned)d->bar, "iopath bench");
	size_t len, unit = d->widths ? d->widths & -d->widths : 8;

	if (err == -EBUSY)
		return iop_fail(d->command, "wait until it ends", "%s: another program measures on BAR %zu", d->name, d->bar);
	if (err)
		return iop_fail(d->command,
				d->wc ? "is it a memory BAR, and prefetchable?" : "is it a memory BAR? lspci -v shows it",
				"%s: BAR %zu cannot be mapped: %s", d->name, d->bar, strerror(-err));
	len = iop_size(d->owner);
	if (d->offset < len && !d->size)
		d->size = (len - d->offset < MOST ? len - d->offset : MOST) / unit * unit;
	if (d->offset >= len || d->size > len - d->offset || !d->size) {
		iop_bar_drop(&d->owner);
		return iop_fail(d->command, NULL, "%s: BAR %zu has %zu bytes only", d->name, d->bar, len);
	}
	return 0;
}

/* What the user says; else what is known of such devices; else, with the consent to reading them, what the bytes show. */
static int choose_widths(struct iop_bench_device *d)
{
	unsigned char id[4] = {0};
	int err = 0;

	d->bytes.io = (struct iop_device_io){(volatile unsigned char *)iop_addr(d->owner) + d->offset, d->size, &d->guard,
					     iop_device_load, iop_device_store};
	err = iop_fault_guard_open(&d->guard, d->bytes.io.at, d->size);
	if (err)
		return iop_fail(d->command, NULL, "%s: BAR %zu cannot be guarded: %s", d->name, d->bar, strerror(-err));
	d->taken = (struct iop_device_widths){d->widths, true, "as said"};
	if (!d->widths && config_of(d, IDS, id, sizeof(id)))
		d->taken = iop_device_widths_known(id[0] | id[1] << 8, id[2] | id[3] << 8, d->bar, d->offset, d->size);
	if (!d->taken.set && d->read_only)
		d->taken = (struct iop_device_widths){IOP_DEVICE_WIDTHS_HERE, false, "not known"};
	else if (!d->taken.set) {
		err = iop_device_widths_probe(&d->taken, &d->bytes.io);
		d->taken.set |= d->wc ? VECTORS : 0;
	}
	d->bytes.widths = d->taken.set & IOP_DEVICE_WIDTHS_HERE;
	d->bytes.certain = d->taken.certain;
	return err ? iop_fail(d->command, NULL, "%s: BAR %zu cannot be read: %s", d->name, d->bar, strerror(-err)) : 0;
}

static void announce(const struct iop_bench_device *d)
{
	char words[32];

	fprintf(d->stdout_is_taken ? stderr : stdout,
		"%s BAR %zu, at 0x%" PRIx64 ", mapped %s by %s: %zu bytes from offset 0x%zx are read, written and then restored, "
		"by accesses of %s byte%s (%s)\n",
		d->name, d->bar, (uint64_t)d->owner.hold.mapping.resource.start, d->wc ? "write-combining" : "uncached",
		d->by_vfio ? "VFIO" : "sysfs", d->size, d->offset, iop_widths_words(d->bytes.widths, words),
		d->bytes.widths == 1 ? "" : "s", d->taken.from);
	fflush(stdout);
}

static int save(struct iop_bench_device *d)
{
	char text[128];
	int err;

	if (d->read_only)
		return 0;
	announce(d);
	snprintf(text, sizeof(text), "%d,%" PRIxPTR ",%zu,%u,%u", getpid(), (uintptr_t)d->bytes.io.at, d->size, (unsigned)d->wc,
		 d->taken.set);
	err = setenv("IOPATH_BAR", text, 1) ? -ENOMEM : iop_device_bytes_save(&d->bytes);
	return err ? iop_fail(d->command, NULL, "%s: the bytes of BAR %zu cannot be saved: %s", d->name, d->bar, strerror(-err))
		   : 0;
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
		code = choose_widths(d);
		code = code ? code : save(d);
		if (code)
			iop_bar_drop(&d->owner);
		if (code && d->guard.size)
			iop_fault_guard_close(&d->guard);
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
	snprintf(text, sizeof(text), "%d,%" PRIu64 ",%zu,%u,%u", d->lent, start + d->offset, d->size, (unsigned)d->wc,
		 d->taken.set);
	if (d->lent < 0)
		return iop_fail(d->command, NULL, "%s: BAR %zu cannot be opened for other processes: %s", d->name, d->bar,
				strerror(-d->lent));
	return setenv(IOP_WORKER_DEVICE, text, 1) ? iop_fail(d->command, NULL, "out of memory") : 0;
}

void iop_bench_device_restore(const struct iop_bench_device *d)
{
	iop_device_bytes_put_back(&d->bytes);
}

void iop_bench_device_faulted(struct iop_bench_device *d, const char *measured)
{
	if (!d->faulted)
		d->faulted = strdup(measured ? measured : "");
}

/* Puts back what can be, and says what cannot. An exit code. */
static int give_up(struct iop_bench_device *d)
{
	int err = d->read_only ? 0 : iop_device_bytes_put_back(&d->bytes);
	int code = iop_fail(d->command, "reset the device before you use it",
			    "%s: BAR %zu stopped decoding (SIGBUS)%s%s: what was measured before %s%s", d->name, d->bar,
			    *d->faulted ? " in " : "", d->faulted, *d->faulted ? "is kept" : "is not stored",
			    d->read_only ? ""
			    : err	 ? ", and not all of the saved bytes could be put back"
					 : ", and the saved bytes were written back");

	free(d->faulted);
	d->faulted = NULL;
	return code;
}

/* 0, or an exit code after a message that says what is not as it was. */
static int check_back(const struct iop_bench_device *d)
{
	static const char reset[] = "reset the device before you use it";
	struct iop_device_difference at = {0};
	char others[64] = "";

	switch (iop_device_bytes_compare(&d->bytes, &at)) {
	case IOP_DEVICE_BACK: return 0;
	case IOP_DEVICE_NOT_SHOWN:
		return iop_fail(
			d->command, "--widths LIST, if you know what it takes",
			"%s: whether BAR %zu was put back is not known: all of it reads all ones, as if it took no such access",
			d->name, d->bar);
	case IOP_DEVICE_NOT_READ:
		return iop_fail(d->command, reset, "%s: whether BAR %zu was put back is not known: it cannot be read any more",
				d->name, d->bar);
	default: break;
	}
	if (at.others)
		snprintf(others, sizeof(others), ", and %zu other%s", at.others, at.others == 1 ? "" : "s");
	return iop_fail(d->command, reset,
			"%s: BAR %zu, offset 0x%zx could not be put back: 0x%0*" PRIx64 " was there, and it reads 0x%0*" PRIx64
			"%s",
			d->name, d->bar, d->offset + at.offset, 2 * (int)at.width, at.wanted, 2 * (int)at.width, at.found, others);
}

int iop_bench_device_close(struct iop_bench_device *d)
{
	const struct timespec settle = {.tv_nsec = SETTLE_NS};
	int code = 0;

	if (!d->is_open)
		return 0;
	if (d->faulted) {
		code = give_up(d);
	} else if (!d->read_only) {
		iop_bench_device_restore(d);
		code = check_back(d);
	}
	if (!d->read_only && !code) {
		nanosleep(&settle, NULL);
		code = check_back(d);
	}
	iop_device_bytes_drop(&d->bytes);
	iop_fault_guard_close(&d->guard);
	if (d->lent >= 0)
		close(d->lent);
	iop_bar_drop(&d->owner);
	close_bus(d);
	d->is_open = false;
	return code;
}
