/* SPDX-License-Identifier: MIT */
#include "gate_ktap.h"

#include "ktap.h"

#include <gate/words.h>
#include <host/fail.h>

static enum iop_ktap_result result_of(const struct iop_gate *gate, const struct iop_gate_cell *cell)
{
	const bool slower = cell->verdict == IOP_VERDICT_SLOWER;

	if (cell->role == IOP_ROLE_PLANTED)
		return slower ? IOP_KTAP_OK : gate->options.time ? IOP_KTAP_FAILED : IOP_KTAP_SKIPPED;
	if (cell->verdict == IOP_VERDICT_ERROR || cell->uncounted)
		return IOP_KTAP_ERROR;
	if (slower || cell->too_many || cell->more_accesses)
		return IOP_KTAP_FAILED;
	if (cell->verdict == IOP_VERDICT_PENDING && gate->options.max_instructions >= 0 && iop_gate_is_counted(cell))
		return IOP_KTAP_OK;
	return cell->verdict == IOP_VERDICT_PENDING || cell->verdict == IOP_VERDICT_UNRESOLVED ||
			       cell->verdict == IOP_VERDICT_ABSENT
		       ? IOP_KTAP_SKIPPED
		       : IOP_KTAP_OK;
}

static void add_cell(struct iop_ktap *cells, const struct iop_gate *gate, const struct iop_gate_cell *cell)
{
	const enum iop_ktap_result result = result_of(gate, cell);
	char details[512], text[64];
	const char *verdict = iop_gate_verdict_text(cell, text, sizeof(text));

	iop_gate_details(details, sizeof(details), cell);
	if (result != IOP_KTAP_SKIPPED)
		iop_ktap_note(cells, verdict);
	iop_ktap_note(cells, details);
	iop_ktap_point(cells, result, result == IOP_KTAP_ERROR && *details ? details : verdict, "%s", cell->name);
}

int iop_gate_ktap(const char *where, const struct iop_gate *gate, int code)
{
	struct iop_ktap ktap, cells, controls;
	char text[512];

	iop_ktap_open(&ktap);
	iop_ktap_open(&cells);
	iop_ktap_open(&controls);
	for (size_t i = 0; i < gate->count; i++)
		add_cell(iop_gate_is_control(&gate->cell[i]) ? &controls : &cells, gate, &gate->cell[i]);
	iop_ktap_block(&ktap, &controls, "controls");
	iop_ktap_block(&ktap, &cells, "cells");
	iop_gate_conclusion(gate, code, text, sizeof(text));
	iop_ktap_note(&ktap, text);
	iop_ktap_point(&ktap,
		       code == IOP_EXIT_CLEAN	  ? IOP_KTAP_OK
		       : code == IOP_EXIT_FINDING ? IOP_KTAP_FAILED
		       : code == IOP_EXIT_NOTHING ? IOP_KTAP_SKIPPED
						  : IOP_KTAP_ERROR,
		       text, "verdict");
	return iop_ktap_put(&ktap, "gate", where);
}
