/* SPDX-License-Identifier: MIT */
#include "registered.h"

#include <iopath/cells.h>

#include <stdio.h>

static const char *const op_name[] = {
	[IOP_REGISTERED_TOIO] = "toio",
	[IOP_REGISTERED_FROMIO] = "fromio",
	[IOP_REGISTERED_MOVE] = "move",
	[IOP_REGISTERED_SET] = "set",
	[IOP_REGISTERED_READ] = "read",
	[IOP_REGISTERED_WRITE] = "write",
	[IOP_REGISTERED_OPERATION] = "operation",
	[IOP_REGISTERED_CHECKED_READ] = "checked-read",
	[IOP_REGISTERED_CHECKED_WRITE] = "checked-write",
	[IOP_REGISTERED_PROJECTION] = "projection",
};
#define KINDS (sizeof(op_name) / sizeof(op_name[0]))

const char *iop_registered_op(unsigned kind)
{
	return kind < KINDS ? op_name[kind] : NULL;
}

const char *iop_registered_op_of(char text[16], unsigned kind, unsigned width)
{
	const char *op = iop_registered_op(kind);

	if (kind == IOP_REGISTERED_READ || kind == IOP_REGISTERED_WRITE)
		snprintf(text, 16, "%s%u", op, 8 * width % 1000);
	else
		snprintf(text, 16, "%s", op ? op : "?");
	return text;
}
