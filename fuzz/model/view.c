/* SPDX-License-Identifier: MIT */
#include "model.h"

void fuzz_model_keep_part(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r, unsigned type, fuzz_wide_t delta,
			  uint64_t count)
{
	struct fuzz_view part = m->view[c->a];
	const struct fuzz_layout *layout = &fuzz_layout[type];

	part.type = (uint8_t)type;
	part.addr += (uint64_t)delta;
	if (part.backend == FUZZ_COHERENT)
		part.bus += (uint64_t)delta;
	part.len = layout->dynamic ? count : 0;
	part.size = layout->dynamic ? layout->size * count : layout->size;
	fuzz_model_keep(m, c, r, part, m->generation[c->a]);
}
