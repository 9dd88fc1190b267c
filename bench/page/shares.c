/* SPDX-License-Identifier: MIT */
/* How much of what the machine can do at most a copy reaches; the run that has the copy has also measured that. */
#include "page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct iop_run_cell *iop_report_limit(const struct iop_run *run, const char *op, unsigned widest, const char *size)
{
	const struct iop_run_cell *fastest = NULL;

	for (unsigned width = 4; width <= widest; width *= 2) {
		const struct iop_run_cell *loop;
		char name[64];

		snprintf(name, sizeof(name), "limit/none/%s-%u/%.20s", strcmp(op, "set") == 0 ? "store" : "copy", width, size);
		loop = iop_report_find(run, name);
		if (loop && loop->ns > 0 && (!fastest || loop->ns < fastest->ns))
			fastest = loop;
	}
	return fastest;
}

unsigned iop_report_widest(const struct iop_run_cell *cell)
{
	bool strict = *cell->tier ? strcmp(cell->tier, "STRICT") == 0 : strcmp(cell->routine, "strict") == 0;

	return strict ? 8 : 64;
}

double iop_report_share(const struct iop_run *run, const struct iop_run_cell *cell)
{
	const struct iop_run_cell *limit = iop_report_limit(run, cell->op, iop_report_widest(cell), cell->size);

	return limit && cell->ns > 0 ? limit->ns / cell->ns : NAN;
}
