/* SPDX-License-Identifier: MIT */
#include "worker_device.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096u

int iop_worker_adopt_device(void)
{
	const char *text = getenv(IOP_WORKER_DEVICE);
	uint64_t offset; /* VFIO's are beyond what a size holds on 32 bits */
	size_t size, before;
	char place[128];
	unsigned wc, widths;
	void *map;
	int fd;

	if (!text)
		return 0;
	if (sscanf(text, "%d,%" SCNu64 ",%zu,%u,%u", &fd, &offset, &size, &wc, &widths) != 5)
		return -1;
	before = (size_t)(offset % PAGE);
	map = mmap(NULL, before + size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)(offset - before));
	if (map == MAP_FAILED)
		return -1;
	snprintf(place, sizeof(place), "%d,%" PRIxPTR ",%zu,%u,%u", getpid(), (uintptr_t)map + before, size, wc, widths);
	return setenv("IOPATH_BAR", place, 1);
}
