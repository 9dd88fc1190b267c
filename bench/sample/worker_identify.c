/* SPDX-License-Identifier: MIT */
/* What the code of cells is, as a number, and whether it is that of their baselines. */
#include "worker_count.h"
#include "worker_say.h"

#include <inttypes.h>
#include <stdio.h>

static void identify(const struct iop_worker *w, const struct iop_worker_task *t)
{
	const struct iop_cell *cell = t->pair.cell[IOP_CANDIDATE], *base = t->pair.cell[IOP_BASE];
	struct iop_code *code = cell ? iop_worker_code(w, IOP_CANDIDATE, cell) : NULL;
	struct iop_code *base_code = base ? iop_worker_code(w, IOP_BASE, base) : NULL;
	struct iop_code_hash hash;
	char text[40] = "-";
	bool same = code && base_code && iop_code_same_operation(code, cell, base_code, base);

	if (code && iop_code_hash(code, cell, &hash))
		snprintf(text, sizeof(text), "%016" PRIx64 "%016" PRIx64, hash.word[0], hash.word[1]);
	iop_worker_say("h %d %d %s", t->id, same, text);
}

void iop_worker_identify(struct iop_worker *w)
{
	iop_worker_open_code(w);
	for (size_t i = 0; i < w->count; i++)
		identify(w, &w->task[i]);
	iop_worker_close_code(w);
}
