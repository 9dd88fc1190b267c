/* SPDX-License-Identifier: MIT */
#include <iopath/bitfield.h>

#include <inttypes.h>
#include <stdio.h>

/* Where the text goes on, and how much room there is: none once the room has ended, while the length counts on. */
static char *end(char *text, size_t size, size_t length)
{
	return length < size ? text + length : NULL;
}

static size_t room(size_t size, size_t length)
{
	return length < size ? size - length : 0;
}

int iop_bitfield_format(char *text, size_t size, const struct iop_bitfield_info *info, uint64_t raw)
{
	size_t n = (size_t)snprintf(text, size, "%s { raw: 0x%0*" PRIx64, info->name, (int)(2 * info->width), raw);

	for (const struct iop_field_info *field = info->fields; field->name; field++)
		n += (size_t)snprintf(end(text, size, n), room(size, n), ", %s: 0x%" PRIx64, field->name,
				      (raw & IOP_MASK_(field->hi, field->lo)) >> field->lo);
	n += (size_t)snprintf(end(text, size, n), room(size, n), " }");
	return (int)n;
}
