/* SPDX-License-Identifier: MIT */
#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int examine(struct iop_recording *r)
{
	size_t room = (r->map_bytes - IOP_RECORDING_HEAD) / sizeof(struct iop_slot);

	if (memcmp(r->head->magic, IOP_RECORDING_MAGIC, sizeof(r->head->magic)) != 0)
		return -EBADMSG;
	if (r->head->version != IOP_RECORDING_VERSION || r->head->slot_bytes != sizeof(struct iop_slot))
		return -EPROTO;
	r->slot = (const struct iop_slot *)((const char *)r->map + IOP_RECORDING_HEAD);
	r->slots = r->head->next < room ? (size_t)r->head->next : room;
	return 0;
}

int iop_recording_open(struct iop_recording *r, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	struct stat st = {0};

	*r = (struct iop_recording){.map = MAP_FAILED};
	if (fd < 0 || fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_size < IOP_RECORDING_HEAD)
		err = -EBADMSG;
	if (!err) {
		r->map_bytes = (size_t)st.st_size;
		r->map = mmap(NULL, r->map_bytes, PROT_READ, MAP_SHARED, fd, 0);
		err = r->map == MAP_FAILED ? -errno : 0;
	}
	if (fd >= 0)
		close(fd);
	if (err)
		return err;
	r->head = r->map;
	err = examine(r);
	if (err)
		iop_recording_close(r);
	return err;
}

void iop_recording_close(struct iop_recording *r)
{
	if (r->map != MAP_FAILED)
		munmap(r->map, r->map_bytes);
	r->map = MAP_FAILED;
}

const struct iop_slot *iop_recording_next(const struct iop_recording *r, size_t *at)
{
	while (*at < r->slots) {
		const struct iop_slot *slot = &r->slot[(*at)++];

		if (slot->kind == IOP_SLOT_UNFINISHED || slot->kind >= IOP_SLOT_MORE || slot->more > r->slots - *at)
			continue;
		*at += slot->more;
		return slot;
	}
	return NULL;
}

/* @n bytes: the slot's own 16, then those of the slots behind it. */
static void gather(const struct iop_slot *slot, unsigned char *bytes, size_t n)
{
	size_t own = n < sizeof(slot->value) ? n : sizeof(slot->value), done = own;

	memcpy(bytes, slot->value, own);
	for (unsigned i = 1; i <= slot->more && done < n; i++) {
		size_t part = n - done < IOP_SLOT_MORE_MAX ? n - done : IOP_SLOT_MORE_MAX;

		memcpy(bytes + done, (const unsigned char *)&slot[i] + 1, part);
		done += part;
	}
	memset(bytes + done, 0, n - done);
}

void iop_slot_text(const struct iop_slot *slot, char *text, size_t size)
{
	size_t most = sizeof(slot->value) + (size_t)slot->more * IOP_SLOT_MORE_MAX;

	memset(text, 0, size);
	gather(slot, (unsigned char *)text, most < size ? most : size - 1);
}

void iop_slot_printable(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

void iop_slot_value(const struct iop_slot *slot, unsigned char value[64])
{
	memset(value, 0, 64);
	gather(slot, value, slot->width < 64 ? slot->width : 64);
}
