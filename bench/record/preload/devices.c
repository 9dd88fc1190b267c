/* SPDX-License-Identifier: MIT */
/*
 * Which files are devices, and how a mapping of one is named. VFIO has one anonymous file for all of its devices, and the number of the
 * region in the upper bits of the offset: a program with two devices would have the registers of both in one list, and those of any
 * BAR but the first at offsets that no description of registers knows.
 */
#include "preload.h"

#include <fnmatch.h>
#include <linux/vfio.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PUBLIC	  __attribute__((visibility("default")))
#define ANONYMOUS "anon_inode:[vfio-device]"
#define CHARACTER "/dev/vfio/devices/"
#define FUNCTIONS 64
#define FUNCTION  32
/* Source: include/linux/vfio_pci_core.h, VFIO_PCI_OFFSET_SHIFT, and drivers/vfio/platform; include/uapi/linux/vfio.h, the indices. */
#define SHIFT 40

/* What the program's descriptors are, as it has named them to the kernel; under the lock. */
static struct {
	int fd;
	char name[FUNCTION];
} function[FUNCTIONS];
static size_t functions;

static void note(int fd, const char *name)
{
	size_t i = 0;
	sigset_t old;

	iop_preload_enter(&old);
	/* A descriptor that was closed may be given out again. */
	while (i < functions && function[i].fd != fd)
		i++;
	if (i < FUNCTIONS) {
		function[i].fd = fd;
		/* Options, such as a token, stand behind the name. */
		snprintf(function[i].name, sizeof(function[i].name), "%.*s", (int)strcspn(name, " "), name);
		functions += i == functions;
	}
	iop_preload_leave(&old);
}

/* The C library's header names parameters in a way that is reserved. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
PUBLIC int ioctl(int fd, unsigned long request, ...)
{
	void *argument;
	va_list rest;
	int got;

	va_start(rest, request);
	argument = va_arg(rest, void *);
	va_end(rest);
	got = (int)syscall(SYS_ioctl, fd, request, argument);
	if (request == VFIO_GROUP_GET_DEVICE_FD && got >= 0)
		note(got, argument);
	return got;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

static const char *function_of(int fd)
{
	for (size_t i = 0; i < functions; i++)
		if (function[i].fd == fd)
			return function[i].name;
	return "unknown";
}

static bool matches(const char *path)
{
	const char *devices = getenv(IOP_RECORD_DEVICES);
	char patterns[PATH_MAX], *rest = NULL;

	if (!devices || snprintf(patterns, sizeof(patterns), "%s", devices) >= (int)sizeof(patterns))
		return false;
	for (char *one = strtok_r(patterns, "\n", &rest); one; one = strtok_r(NULL, "\n", &rest))
		if (fnmatch(one, path, 0) == 0)
			return true;
	return false;
}

/* The file's path becomes the device's name. False: no file of VFIO's. */
static bool name_vfio(int fd, struct iop_device *device)
{
	uint64_t region = device->offset >> SHIFT;
	char name[NAME_MAX];

	if (strcmp(device->name, ANONYMOUS) == 0)
		snprintf(name, sizeof(name), "%s", function_of(fd));
	else if (strncmp(device->name, CHARACTER, strlen(CHARACTER)) == 0)
		snprintf(name, sizeof(name), "%s", device->name + strlen(CHARACTER));
	else
		return false;
	snprintf(device->name, sizeof(device->name), "vfio:%s/%s%llu", name, region < VFIO_PCI_ROM_REGION_INDEX ? "bar" : "region",
		 (unsigned long long)region);
	device->offset &= (UINT64_C(1) << SHIFT) - 1;
	return true;
}

bool iop_device_of(int fd, uint64_t offset, struct iop_device *device)
{
	char link[32];
	long length;
	bool of_path;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, device->name, sizeof(device->name) - 1);
	if (length < 0)
		return false;
	device->name[length] = '\0';
	device->offset = offset;
	of_path = matches(device->name);
	return (name_vfio(fd, device) && matches(device->name)) || of_path;
}
