/* SPDX-License-Identifier: MIT */
/* A run of the gate in words: what the reports for a terminal, a pull request and a browser are made of. */
#include "words.h"

#include <host/fail.h>
#include <sample/place.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *iop_gate_verdict_text(const struct iop_gate_cell *cell, char *text, size_t size)
{
	/* Never 'no change'. */
	if (cell->more_accesses && cell->verdict != IOP_VERDICT_SLOWER)
		return "MORE DEVICE ACCESSES";
	switch (cell->verdict) {
	case IOP_VERDICT_SAME_CODE: return "same code";
	case IOP_VERDICT_SLOWER: return "SLOWER";
	case IOP_VERDICT_FASTER: return "faster";
	case IOP_VERDICT_ABSENT: return "not on this machine";
	case IOP_VERDICT_ERROR: return "error";
	case IOP_VERDICT_NO_CHANGE:
		/* Rounded up: the claim must not be stronger than the measurement. */
		snprintf(text, size, "no change >= %.1f %%", ceil(1000 * cell->resolution) / 10);
		return text;
	case IOP_VERDICT_UNRESOLVED:
		if (!isfinite(cell->resolution))
			return "unresolved";
		snprintf(text, size, "unresolved: sees >= %.1f %%", ceil(1000 * cell->resolution) / 10);
		return text;
	default: return "not measured";
	}
}

const char *iop_gate_explanation(const struct iop_gate_cell *cell)
{
	double more = cell->instructions[IOP_CANDIDATE] - cell->instructions[IOP_BASE];

	if (isnan(more))
		return "";
	if (cell->verdict == IOP_VERDICT_SLOWER && more <= 0)
		return "same instruction count: other instructions, placement, or memory";
	if (cell->verdict != IOP_VERDICT_SLOWER && more > 0 && cell->screened)
		return "more instructions, hidden by stalls";
	return "";
}

static bool counts_grew(const struct iop_gate_cell *cell)
{
	return cell->instructions[IOP_CANDIDATE] > cell->instructions[IOP_BASE] + 1e-9 ||
	       cell->accesses[IOP_CANDIDATE] > cell->accesses[IOP_BASE] + 1e-9;
}

/* Others, or more, or fewer. */
static bool device_changed(const struct iop_gate_cell *cell)
{
	return cell->accesses_vary ||
	       (iop_gate_knows_accesses(cell) && !iop_accesses_equal(&cell->device[IOP_BASE], &cell->device[IOP_CANDIDATE]));
}

/* What deserves a line without being asked for. */
static bool is_notable(const struct iop_gate_cell *cell)
{
	if (iop_gate_is_control(cell))
		return false;
	/* Always print reduced sensitivity. */
	if (!iop_cells_pair(cell->flags) && cell->screened)
		return true;
	return cell->verdict == IOP_VERDICT_SLOWER || cell->verdict == IOP_VERDICT_FASTER || cell->verdict == IOP_VERDICT_ERROR ||
	       cell->verdict == IOP_VERDICT_UNRESOLVED || (cell->verdict == IOP_VERDICT_ABSENT && cell->required) ||
	       cell->too_many || cell->more_accesses || cell->uncounted || counts_grew(cell) || device_changed(cell);
}

static int importance(const struct iop_gate_cell *cell)
{
	switch (cell->verdict) {
	case IOP_VERDICT_ERROR: return 0;
	case IOP_VERDICT_SLOWER: return 1;
	default: break;
	}
	if (cell->more_accesses)
		return 1;
	if (cell->too_many || cell->uncounted)
		return 2;
	if (cell->verdict == IOP_VERDICT_UNRESOLVED || cell->verdict == IOP_VERDICT_ABSENT)
		return cell->required ? 3 : 4;
	if (counts_grew(cell) || device_changed(cell))
		return 5;
	return cell->verdict == IOP_VERDICT_FASTER ? 6 : 7;
}

static int by_importance(const void *a, const void *b)
{
	const struct iop_gate_cell *x = *(const struct iop_gate_cell *const *)a, *y = *(const struct iop_gate_cell *const *)b;
	int diff = importance(x) - importance(y);

	if (!diff && isfinite(x->change) && isfinite(y->change))
		diff = (x->change < y->change) - (x->change > y->change);
	return diff ? diff : (x > y) - (x < y);
}

const struct iop_gate_cell **iop_gate_notable(const struct iop_gate *gate, size_t *count)
{
	const struct iop_gate_cell **cells = calloc(gate->count + 1, sizeof(*cells));

	*count = 0;
	for (size_t i = 0; cells && i < gate->count; i++)
		if (is_notable(&gate->cell[i]))
			cells[(*count)++] = &gate->cell[i];
	if (cells)
		qsort(cells, *count, sizeof(*cells), by_importance);
	return cells;
}

static void count_text(char *text, size_t size, const double count[IOP_SIDES], const char *what)
{
	text[0] = '\0';
	if (isfinite(count[IOP_BASE]) && isfinite(count[IOP_CANDIDATE]) && fabs(count[IOP_CANDIDATE] - count[IOP_BASE]) > 1e-9)
		snprintf(text, size, "%.6g -> %.6g %s", count[IOP_BASE], count[IOP_CANDIDATE], what);
}

static void device_text(char *text, size_t size, const struct iop_gate_cell *cell)
{
	char side[IOP_SIDES][48];

	text[0] = '\0';
	for (enum iop_side s = IOP_BASE; s < IOP_SIDES; s++)
		iop_accesses_text(side[s], sizeof(side[s]), &cell->device[s]);
	if (cell->accesses_vary)
		snprintf(text, size, "device accesses vary from count to count");
	else if (device_changed(cell))
		snprintf(text, size, "device: %s -> %s", side[IOP_BASE], side[IOP_CANDIDATE]);
}

static const char *not_counted(const struct iop_gate_cell *cell)
{
	return iop_gate_is_counted(cell) ? "device accesses not counted: not verified" : "instructions not counted: not verified";
}

void iop_gate_details(char *text, size_t size, const struct iop_gate_cell *cell)
{
	char part[6][128] = {""};
	size_t used = 0;

	if (isfinite(cell->change))
		snprintf(part[0], sizeof(part[0]), "%+.1f %% [%+.1f, %+.1f]", 100 * cell->change, 100 * cell->low,
			 100 * cell->high);
	device_text(part[1], sizeof(part[1]), cell);
	count_text(part[2], sizeof(part[2]), cell->instructions, "instructions");
	count_text(part[3], sizeof(part[3]), cell->accesses, "accesses");
	snprintf(part[4], sizeof(part[4]), "%.127s",
		 cell->error	   ? cell->error
		 : cell->uncounted ? not_counted(cell)
				   : iop_gate_explanation(cell));
	snprintf(part[5], sizeof(part[5]), "%s", cell->screened && !iop_cells_pair(cell->flags) ? "one process per side" : "");
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		if (part[i][0] && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "; " : "", part[i]);
}

static const struct iop_gate_cell *control(const struct iop_gate *gate, enum iop_gate_role role)
{
	for (size_t i = 0; i < gate->count; i++)
		if (gate->cell[i].role == role)
			return &gate->cell[i];
	return NULL;
}

static size_t with_role(const struct iop_gate *gate, enum iop_gate_role role)
{
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++)
		n += gate->cell[i].role == role;
	return n;
}

static size_t measured(const struct iop_gate *gate)
{
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++)
		n += gate->cell[i].role == IOP_ROLE_CELL && gate->cell[i].screened >= IOP_GATE_SCREEN / 2;
	return n;
}

/* Nothing is said of what was not seen. */
static void pass(const struct iop_gate *gate, char *text, size_t size)
{
	if (gate->unresolved && gate->options.time)
		snprintf(text, size, "PASS: %zu of %zu changed cells would have shown a slowdown of %.3g %%, %zu are unresolved",
			 gate->changed - gate->unresolved, gate->changed, 100 * gate->options.sees, gate->unresolved);
	else
		snprintf(text, size, "PASS");
}

/* What is slower, and what was counted; of the first nothing is said on a machine that is unfit. */
static void fail(const struct iop_gate *gate, size_t instructions, size_t accesses, char *text, size_t size)
{
	size_t used = (size_t)snprintf(text, size, "FAIL: ");

	if (!gate->unfit[0])
		used += (size_t)snprintf(
			text + used, size - used, "%zu slower by more than %.3g %% (false alarm in %.3g %% of runs at most)",
			iop_gate_with(gate, IOP_VERDICT_SLOWER), 100 * gate->options.margin, 100 * gate->options.fwer);
	if (accesses && used < size)
		used += (size_t)snprintf(text + used, size - used, "%s%zu with more device accesses", gate->unfit[0] ? "" : ", ",
					 accesses);
	if (instructions && used < size)
		used += (size_t)snprintf(text + used, size - used, "%stoo many instructions",
					 gate->unfit[0] && !accesses ? "" : ", ");
	if (gate->unfit[0] && used < size)
		snprintf(text + used, size - used, "; no verdict on time: %s", gate->unfit);
}

void iop_gate_conclusion(const struct iop_gate *gate, int code, char *text, size_t size)
{
	size_t more = 0, accesses = 0, uncounted = 0;

	for (size_t i = 0; i < gate->count; i++) {
		more += gate->cell[i].too_many && gate->cell[i].verdict != IOP_VERDICT_SLOWER;
		accesses += gate->cell[i].more_accesses;
		uncounted += gate->cell[i].uncounted;
	}
	switch (code) {
	case IOP_EXIT_CLEAN: pass(gate, text, size); break;
	case IOP_EXIT_FINDING: fail(gate, more, accesses, text, size); break;
	case IOP_EXIT_UNFIT: snprintf(text, size, "UNFIT: no verdict, %s", gate->unfit); break;
	case IOP_EXIT_NOTHING: snprintf(text, size, "NOTHING to compare on this machine"); break;
	case IOP_EXIT_INTERRUPTED: snprintf(text, size, "INTERRUPTED: no verdict; results so far"); break;
	default:
		snprintf(text, size, "ERROR: %zu cells cannot be judged", iop_gate_with(gate, IOP_VERDICT_ERROR) + uncounted);
		break;
	}
}

/* The resolution of the measured cells in three words: the best, the middle and the worst. */
void iop_gate_resolution(const struct iop_gate *gate, char *text, size_t size)
{
	double *values = calloc(gate->count + 1, sizeof(*values)), median;
	size_t n = 0, blind = iop_gate_with(gate, IOP_VERDICT_UNRESOLVED);

	for (size_t i = 0; values && i < gate->count; i++)
		if (gate->cell[i].role == IOP_ROLE_CELL && isfinite(gate->cell[i].resolution))
			values[n++] = gate->cell[i].resolution;
	if (n) {
		median = iop_stats_median(values, n);
		snprintf(text, size,
			 "half of the cells would show a slowdown of %.1f %%, the least sensitive %.1f %%; %zu would not show %.3g "
			 "%%",
			 100 * median, 100 * values[n - 1], blind, 100 * gate->options.sees);
	} else {
		snprintf(text, size, "no cell needed measuring");
	}
	free(values);
}

void iop_gate_placement(const struct iop_gate *gate, char *text, size_t size)
{
	const size_t *n = gate->unaligned;
	const enum iop_side side = n[IOP_CANDIDATE] ? IOP_CANDIDATE : IOP_BASE;

	text[0] = '\0';
	if (gate->options.time && n[side])
		snprintf(text, size,
			 "%zu of %zu functions of the %s begin at no multiple of %d bytes, so that one that was only moved may "
			 "differ in "
			 "time (compile with -ffunction-sections -falign-functions=%d)",
			 n[side], gate->batches[side], side == IOP_BASE ? "base" : "candidate", IOP_PLACE_LINE, IOP_PLACE_LINE);
}

void iop_gate_controls(const struct iop_gate *gate, char *text, size_t size)
{
	const struct iop_gate_cell *planted = control(gate, IOP_ROLE_PLANTED);
	size_t clean = 0, all = with_role(gate, IOP_ROLE_NEGATIVE) + with_role(gate, IOP_ROLE_PINNED);

	for (size_t i = 0; i < gate->count; i++)
		clean += (gate->cell[i].role == IOP_ROLE_NEGATIVE || gate->cell[i].role == IOP_ROLE_PINNED) &&
			 (gate->cell[i].verdict == IOP_VERDICT_NO_CHANGE || gate->cell[i].verdict == IOP_VERDICT_UNRESOLVED);
	if (!gate->options.time || !planted || !isfinite(planted->change))
		snprintf(text, size, "not measured");
	else
		snprintf(text, size, "%zu of %zu of same code clean, planted %+.3g %% %s (%+.1f %%)", clean, all,
			 100 * gate->options.planted, planted->verdict == IOP_VERDICT_SLOWER ? "detected" : "NOT DETECTED",
			 100 * planted->change);
}

void iop_gate_summary(const struct iop_gate *gate, char *text, size_t size)
{
	size_t same = iop_gate_with(gate, IOP_VERDICT_SAME_CODE) + with_role(gate, IOP_ROLE_NEGATIVE);
	size_t used = (size_t)snprintf(text, size, "%zu cells: %zu same code, %zu measured", gate->count ? gate->count - 2 : 0,
				       same, measured(gate));

	if (iop_gate_with(gate, IOP_VERDICT_ABSENT) && used < size)
		used += (size_t)snprintf(text + used, size - used, ", %zu not on this machine",
					 iop_gate_with(gate, IOP_VERDICT_ABSENT));
	if ((gate->added || gate->gone) && used < size)
		used += (size_t)snprintf(text + used, size - used, "; %zu new, %zu gone", gate->added, gate->gone);
	if (gate->skipped && used < size)
		used += (size_t)snprintf(text + used, size - used, ", %zu not measured for lack of time (--budget, --filter)",
					 gate->skipped);
	if (gate->unconfirmed && used < size)
		used += (size_t)snprintf(text + used, size - used, ", %zu not confirmed for lack of time (--budget)",
					 gate->unconfirmed);
	if (used < size)
		snprintf(text + used, size - used, "; %.1f s", gate->seconds);
}
