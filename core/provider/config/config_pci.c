/* SPDX-License-Identifier: MIT */
#include <iopath/config_pci.h>

#include <iopath/access.h>
#include <iopath/panic.h>

#include <fcntl.h>
#include <pci/pci.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* libpci ends the process when a file name does not fit into its buffer of 1024. */
#define SYSFS_PATH_MAX 900
#define SYSFS_DEFAULT  "/sys/bus/pci"

static int pci_transport_read(void *bus, size_t offset, unsigned width, uint32_t *value)
{
	struct iop_config_pci *pci = bus;
	uint8_t bytes[4];

	/* libpci says only that it failed. A short read, without permission to read further, sets no errno. */
	errno = 0;
	if (!pci_read_block(pci->function, (int)offset, bytes, (int)width))
		return errno ? -errno : -EPERM;
	*value = 0;
	for (unsigned i = 0; i < width; i++)
		*value |= (uint32_t)bytes[i] << 8 * i;
	return 0;
}

static int pci_transport_write(void *bus, size_t offset, unsigned width, uint32_t value)
{
	struct iop_config_pci *pci = bus;
	uint8_t bytes[4];

	/* This check is needed: libpci opens the file for writing on a write, whatever was requested before. */
	if (!pci->writable)
		return -EACCES;
	for (unsigned i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
	errno = 0;
	if (!pci_write_block(pci->function, (int)offset, bytes, (int)width))
		return errno ? -errno : -EIO;
	return 0;
}

static const struct iop_config_ops pci_ops = {.read = pci_transport_read, .write = pci_transport_write};

struct address {
	unsigned domain, bus, device, function;
};

/* The name must be what the numbers print as, so that a name that was half understood is never opened. */
static int parse(struct address *a, const char *name)
{
	char canonical[32];

	if (sscanf(name, "%8x:%2x:%2x.%1x", &a->domain, &a->bus, &a->device, &a->function) != 4)
		return -EINVAL;
	snprintf(canonical, sizeof(canonical), "%04x:%02x:%02x.%u", a->domain, a->bus, a->device, a->function);
	if (strcasecmp(canonical, name) != 0 || a->domain > INT32_MAX || a->device > 0x1f || a->function > 7)
		return -EINVAL;
	return 0;
}

/* Opens the file once as libpci will, because libpci does not say why it cannot. Size of the file, or a negative errno. */
static long probe(const struct address *a, const char *sysfs, int writable)
{
	char path[SYSFS_PATH_MAX + 64];
	struct stat status;
	int fd, err = 0;

	snprintf(path, sizeof(path), "%s/devices/%04x:%02x:%02x.%u/config", sysfs, a->domain, a->bus, a->device, a->function);
	fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? -ENODEV : -errno;
	if (fstat(fd, &status))
		err = -errno;
	close(fd);
	if (!err && status.st_size != 256 && status.st_size != 4096)
		err = -EIO;
	return err ? err : (long)status.st_size;
}

/* libpci ends the process here; nothing that is called below can get so far, short of no memory. */
static void give_up(char *format, ...) __attribute__((noreturn));
static void give_up(char *format, ...)
{
	(void)format;
	iop_panic("libpci gave up");
}

static void keep_quiet(char *format, ...)
{
	(void)format;
}

int iop_config_pci_open(struct iop_config_pci *pci, const char *name, unsigned flags, const char *sysfs)
{
	char path[SYSFS_PATH_MAX + 1], parameter[] = "sysfs.path";
	int writable = (flags & IOP_CONFIG_PCI_ALLOW_WRITE) != 0;
	struct address a;
	long size;

	sysfs = sysfs ? sysfs : SYSFS_DEFAULT;
	if (flags & ~(unsigned)IOP_CONFIG_PCI_ALLOW_WRITE || parse(&a, name))
		return -EINVAL;
	if (strlen(sysfs) > SYSFS_PATH_MAX)
		return -ENAMETOOLONG;
	size = probe(&a, sysfs, writable);
	if (size < 0)
		return (int)size;

	memcpy(path, sysfs, strlen(sysfs) + 1);
	pci->writable = writable;
	pci->access = pci_alloc();
	pci->access->method = PCI_ACCESS_SYS_BUS_PCI;
	pci->access->writeable = writable;
	pci->access->error = give_up;
	pci->access->warning = keep_quiet;
	pci_set_param(pci->access, parameter, path);
	pci_init(pci->access);
	pci->function = pci_get_dev(pci->access, (int)a.domain, (int)a.bus, (int)a.device, (int)a.function);
	iop_config_device_init(&pci->device, &pci_ops, pci, (size_t)size);
	return 0;
}

void iop_config_pci_close(struct iop_config_pci *pci)
{
	iop_config_device_end(&pci->device);
	pci_free_dev(pci->function);
	pci_cleanup(pci->access);
}

const char *iop_config_pci_describe(struct iop_config_pci *pci, char *text, size_t size)
{
	iop_config_normal config = iop_config_space(&pci->device);
	unsigned class = iop_read16(config, PCI_CLASS_DEVICE), revision = iop_read8(config, PCI_REVISION_ID);
	unsigned vendor = iop_read16(config, PCI_VENDOR_ID), device = iop_read16(config, PCI_DEVICE_ID);
	char kind[256], identity[512];
	int used;

	used = snprintf(
		text, size, "%s: %s", pci_lookup_name(pci->access, kind, sizeof(kind), PCI_LOOKUP_CLASS, class),
		pci_lookup_name(pci->access, identity, sizeof(identity), PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE, vendor, device));
	if (revision && used >= 0 && (size_t)used < size)
		snprintf(text + used, size - (size_t)used, " (rev %02x)", revision);
	return text;
}

const char *iop_config_pci_interface(struct iop_config_pci *pci, char *text, size_t size)
{
	iop_config_normal config = iop_config_space(&pci->device);

	return pci_lookup_name(pci->access, text, (int)size, PCI_LOOKUP_PROGIF | PCI_LOOKUP_NO_NUMBERS,
			       (unsigned)iop_read16(config, PCI_CLASS_DEVICE), (unsigned)iop_read8(config, PCI_CLASS_PROG));
}

const char *iop_config_pci_subsystem(struct iop_config_pci *pci, unsigned vendor, unsigned device, char *text, size_t size)
{
	iop_config_normal config = iop_config_space(&pci->device);

	return pci_lookup_name(pci->access, text, (int)size, PCI_LOOKUP_SUBSYSTEM | PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
			       (unsigned)iop_read16(config, PCI_VENDOR_ID), (unsigned)iop_read16(config, PCI_DEVICE_ID), vendor,
			       device);
}
