/* SPDX-License-Identifier: MIT */
#include "limits.h"

#include <stdio.h>
#include <unistd.h>

size_t iop_mapped_bytes(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file)
		return 0;
	if (fscanf(file, "%lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

void iop_limit(int which, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(which, &now))
		return;
	if (now.rlim_max == RLIM_INFINITY || now.rlim_max > most)
		now.rlim_max = most;
	now.rlim_cur = now.rlim_max;
	setrlimit(which, &now);
}
