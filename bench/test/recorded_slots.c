/* SPDX-License-Identifier: MIT */
#include "recorded_slots.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char *recorded_bytes(const void *bytes, size_t n)
{
	static char path[64];
	static int fd = -1;

	if (fd >= 0)
		close(fd);
	fd = memfd_create("recorded", MFD_CLOEXEC);
	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

struct iop_recording_head recorded_head(size_t slots)
{
	struct iop_recording_head head = {
		.version = IOP_RECORDING_VERSION, .slot_bytes = sizeof(struct iop_slot), .limit = slots, .next = slots};

	memcpy(head.magic, IOP_RECORDING_MAGIC, sizeof(head.magic));
	return head;
}

const char *recorded_slots(const struct iop_recording_head *head, const struct iop_slot *slot, size_t count)
{
	static unsigned char bytes[IOP_RECORDING_HEAD + 64 * sizeof(*slot)];

	if (count > 64)
		abort();
	memcpy(bytes, head, sizeof(*head));
	if (count)
		memcpy(bytes + IOP_RECORDING_HEAD, slot, count * sizeof(*slot));
	return recorded_bytes(bytes, IOP_RECORDING_HEAD + count * sizeof(*slot));
}

unsigned recorded_open_files(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}
