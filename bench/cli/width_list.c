/* SPDX-License-Identifier: MIT */
#include "width_list.h"

#include "cli.h"

#include <stdlib.h>

int iop_cli_widths(unsigned *widths, const char *command, const char *text, unsigned most)
{
	const char *at = text;

	*widths = 0;
	while (at) {
		char *end;
		unsigned long width = strtoul(at, &end, 10);

		if (end == at || (*end && *end != ',') || !width || width > most || (width & (width - 1)))
			return iop_fail(command, "such as 4,8", "--widths takes powers of two up to %u, not '%s'", most, text);
		*widths |= (unsigned)width;
		at = *end ? end + 1 : NULL;
	}
	return 0;
}
