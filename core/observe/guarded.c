/* SPDX-License-Identifier: MIT */
#include "guarded.h"

#include <sys/mman.h>
#include <unistd.h>

#define GUARD ((size_t)(sizeof(void *) == 8 ? 1 << 28 : 1 << 20))

bool iop_guarded_open(struct iop_guarded *g, size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	*g = (struct iop_guarded){.bytes = (bytes + page - 1) / page * page, .guard = GUARD};
	g->reserved = mmap(NULL, g->bytes + 2 * GUARD, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (g->reserved == MAP_FAILED) {
		g->reserved = NULL;
		return false;
	}
	g->memory = g->reserved + GUARD;
	return true;
}

void iop_guarded_close(struct iop_guarded *g)
{
	if (g->reserved)
		munmap(g->reserved, g->bytes + 2 * g->guard);
	g->reserved = NULL;
}
