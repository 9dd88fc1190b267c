/* SPDX-License-Identifier: MIT */
/* What the sections ask of a cell, a run and a machine. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *iop_report_variant(const struct iop_run_cell *cell)
{
	const char *at = cell->name;

	for (int slashes = 0; *at; at++)
		if (*at == '/' && ++slashes == 4)
			return at + 1;
	return "";
}

uint64_t iop_report_size(const struct iop_run_cell *cell)
{
	size_t digits = strspn(cell->size, "0123456789");

	if (!digits || cell->size[digits] || digits > 12)
		return 0;
	return strtoull(cell->size, NULL, 10);
}

const char *iop_report_pattern(const struct iop_run_cell *cell)
{
	const char *variant = iop_report_variant(cell);

	return strncmp(variant, "pattern=", 8) == 0 && !strchr(variant, '/') ? variant + 8 : NULL;
}

bool iop_report_is_copy(const struct iop_run_cell *cell)
{
	return strcmp(cell->op, "toio") == 0 || strcmp(cell->op, "fromio") == 0 || strcmp(cell->op, "set") == 0;
}

bool iop_report_is_peer(const struct iop_run_cell *cell)
{
	static const char *const peers[] = {"glibc", "bytes", "dpdk"};

	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++)
		if (strcmp(cell->routine, peers[i]) == 0)
			return true;
	return strncmp(cell->routine, "kernel-", 7) == 0;
}

double iop_report_per_cycle(const struct iop_run *run, const struct iop_run_cell *cell)
{
	if (isfinite(cell->bytes_per_cycle))
		return cell->bytes_per_cycle;
	if (cell->bytes && cell->ns > 0 && run->cycles_per_ns > 0)
		return (double)cell->bytes / (cell->ns * run->cycles_per_ns);
	return NAN;
}

bool iop_report_is_of_commands(const struct iop_run *run)
{
	return strcmp(run->source, "hyperfine") == 0;
}

void iop_report_machine_name(FILE *out, const struct iop_report_machine *machine)
{
	iop_html(out, "%s · %s", *machine->cpu ? machine->cpu : "unknown CPU",
		 *machine->arch ? machine->arch : "unknown architecture");
}

double iop_report_faster(const struct iop_run_cell *cell, const struct iop_run_cell *other)
{
	if (strcmp(cell->baseline, other->name) == 0 && cell->speed > 0)
		return cell->speed;
	if (*cell->baseline && strcmp(cell->baseline, other->baseline) == 0 && cell->speed > 0 && other->speed > 0)
		return cell->speed / other->speed;
	return other->ns > 0 && cell->ns > 0 ? other->ns / cell->ns : NAN;
}
