/* SPDX-License-Identifier: MIT */
#include "text.h"

#include "../generate.h"

#include <stdio.h>
#include <string.h>

/* Several of the longest sequences, as a finding has that depends on what came before it. */
#define LONGEST ((size_t)IOP_SEQUENCE_TEXT * 16)

bool iop_driver_read(const struct iop_sequence_module *module, const uint8_t *data, size_t size, struct iop_sequence_list **list)
{
	static struct iop_sequence_list read;
	static char text[LONGEST + 1];
	char why[200];

	if (size > LONGEST || memchr(data, 0, size))
		return false;
	memcpy(text, data, size);
	text[size] = '\0';
	*list = &read;
	return iop_sequence_read(&read, module, text, why, sizeof(why));
}

/* The first of a text, without what is left out; a new one where none is left. */
static struct iop_sequence first_of(const struct iop_sequence_module *module, const uint8_t *data, size_t size, uint64_t *random)
{
	struct iop_sequence sequence = {0};
	struct iop_sequence_list *list;

	if (iop_driver_read(module, data, size, &list)) {
		sequence = list->sequence[iop_sequence_random(random, list->count)];
		iop_sequence_leave_out(module, &sequence);
	}
	if (!sequence.steps)
		iop_sequence_generate(&sequence, module, iop_sequence_random(random, UINT64_MAX), 0);
	return sequence;
}

size_t iop_driver_mutate(const struct iop_sequence_module *module, const uint8_t *data, size_t size, const uint8_t *other,
			 size_t other_size, uint8_t *out, size_t most, uint64_t *random, iop_sequence_change_bytes *bytes)
{
	static struct iop_sequence_list made;
	FILE *text = fmemopen(out, most, "w");
	long length;

	if (!text)
		return 0;
	made.count = 1;
	made.sequence[0] = first_of(module, data, size, random);
	if (other) {
		const struct iop_sequence second = first_of(module, other, other_size, random);

		iop_sequence_cross(&made.sequence[0], &second, random);
	}
	if (!other || iop_sequence_random(random, 2))
		iop_sequence_mutate(&made.sequence[0], module, random, bytes);
	iop_sequence_write(text, module, &made);
	/* Where it has no room, it stops short. */
	length = fflush(text) ? 0 : ftell(text);
	fclose(text);
	return length > 0 && (size_t)length < most ? (size_t)length : 0;
}
