/* SPDX-License-Identifier: MIT */
/* What owners of mappings share, wherever they were put. */
#include "model.h"

#include <errno.h>

void fuzz_model_release(struct fuzz_model *m, uint64_t addr, uint64_t size)
{
	unsigned i = 0;

	fuzz_model_asks(m, FUZZ_ASKED_RELEASE, 0, addr - m->owner[0].base, size);
	m->releases++;
	while (m->busy[i].addr != addr || m->busy[i].size != size)
		i++;
	m->busy[i] = m->busy[--m->busy_count];
}

/* One that is empty has nothing to give back. */
void fuzz_model_give_back(struct fuzz_model *m, struct fuzz_hold *hold)
{
	if (!hold->open)
		return;
	fuzz_model_asks(m, FUZZ_ASKED_UNMAP, 0, hold->addr - m->owner[0].base, hold->size);
	m->unmaps++;
	m->trail = (uint16_t)(m->trail * 31 + hold->addr - m->owner[0].base + 1);
	if (hold->requested)
		fuzz_model_release(m, hold->addr, hold->size);
	hold->open = false;
}

void fuzz_model_read_hold(struct fuzz_model *m, const struct fuzz_hold *h, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_view view = {.live = true, .backend = FUZZ_MMIO};

	if ((fuzz_wide_t)c->x + 4 > h->size || (h->addr + c->x) % 4)
		r->rc = -EINVAL;
	else
		r->value = fuzz_model_load(m, &view, h->addr + c->x, 4);
}
