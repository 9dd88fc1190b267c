/* SPDX-License-Identifier: MIT */
/* Without SQLite every file is read each time. */
#include "index.h"

#include <errno.h>

int iop_index_history(const char *path, const char *dir, const char *cell, const char *reference, struct iop_history *history)
{
	(void)path, (void)dir, (void)cell, (void)reference, (void)history;
	return -ENOTSUP;
}
