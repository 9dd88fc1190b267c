/* SPDX-License-Identifier: MIT */
#include "modules.h"

#include <host/fail.h>

#include <string.h>

int iop_cli_module(const char *path[IOP_LAUNCHER_MODULES], size_t *count, const char *command, const char *given)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(path[i], given) == 0)
			return iop_fail(command, "name it once", "the module %s is there twice", given);
	/* One more is this program's own. */
	if (*count == IOP_LAUNCHER_MODULES - 1)
		return iop_fail(command, NULL, "more than %d modules", IOP_LAUNCHER_MODULES - 1);
	path[(*count)++] = given;
	return 0;
}
