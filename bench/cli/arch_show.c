/* SPDX-License-Identifier: MIT */
/* The table of a module's entries on architectures, and the same as JSON. */
#include "arch.h"
#include "json_out.h"

#include <host/registered.h>

#include <iopath/cells.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const verdict[] = {"legal", "illegal", "not examined"};

static bool same_entry(const struct iop_module_entry *a, const struct iop_module_entry *b)
{
	return a->kind == b->kind && strcmp(a->name, b->name) == 0;
}

static void print_heading(const struct iop_arch_row *row)
{
	char op[16];

	printf("\n%s %s", iop_registered_op_of(op, row->entry->kind, row->entry->width), row->entry->name);
	if (row->entry->kind <= IOP_REGISTERED_SET)
		printf(", counted for 64 bytes");
	printf("\n");
}

/* The architecture, what was counted, and the verdict. */
static void print_row(const struct iop_arch_row *row)
{
	const struct iop_arch_count *count = &row->count[0];
	const struct iop_estimate *estimate = &row->estimates.of[0];
	const struct iop_checked *checked = &row->checked;
	char accesses[24] = "-", instructions[24] = "-", cycles[32] = "-";

	if (row->counts) {
		iop_accesses_text(accesses, sizeof(accesses), &count->accesses);
		snprintf(instructions, sizeof(instructions), "%" PRIu64, count->instructions);
	}
	if (row->counts && estimate->core)
		snprintf(cycles, sizeof(cycles), "%.1f %s", estimate->cycles, estimate->core);
	printf("  %-9s %-14s %6s  %-19s %s%s", row->arch->machine->name, accesses, instructions, cycles,
	       checked->outcome == IOP_NOT_AS_CLAIMED ? "ILLEGAL: "
	       : checked->outcome == IOP_NOT_JUDGED   ? "not examined: "
						      : "",
	       checked->words);
	if (row->estimates.barriers[0])
		printf("; %s", row->estimates.barriers);
	printf("\n");
	if (checked->more)
		fputs(checked->more, stdout);
}

static void print_missing(const struct iop_arch_result *r, const struct iop_arch_row *first)
{
	for (size_t a = 0; a < r->archs; a++) {
		const struct iop_arch *arch = &r->arch[a];
		bool has = false;

		for (size_t i = 0; i < r->rows; i++)
			has |= r->row[i].arch == arch && same_entry(r->row[i].entry, first->entry);
		if (!has)
			printf("  %-9s %-14s %6s  %-19s %s\n", arch->machine->name, "-", "-", "-",
			       arch->state == IOP_ARCH_EXAMINED ? "it is not registered there" : "not examined");
	}
}

/* Each entry where it is first seen. */
static void print_entries(const struct iop_arch_result *r)
{
	for (size_t i = 0; i < r->rows; i++) {
		bool shown = false;

		for (size_t k = 0; k < i; k++)
			shown |= same_entry(r->row[k].entry, r->row[i].entry);
		if (shown)
			continue;
		print_heading(&r->row[i]);
		for (size_t k = i; k < r->rows; k++)
			if (same_entry(r->row[k].entry, r->row[i].entry))
				print_row(&r->row[k]);
		print_missing(r, &r->row[i]);
	}
}

static const char *name_of(const struct iop_arch_result *r)
{
	for (size_t i = 0; i < r->archs; i++)
		if (r->arch[i].state == IOP_ARCH_EXAMINED)
			return r->arch[i].table->name;
	return "no module";
}

static bool is_first(const struct iop_arch_result *r, size_t i)
{
	size_t k = 0;

	while (!same_entry(r->row[k].entry, r->row[i].entry))
		k++;
	return k == i;
}

/* Of each entry where it could not be judged, and where nothing could be. Of a module that is nowhere, the architectures. */
static size_t not_examined(const struct iop_arch_result *r, size_t judged_not)
{
	size_t missing = 0, entries = 0;

	for (size_t a = 0; a < r->archs; a++)
		missing += r->arch[a].state != IOP_ARCH_EXAMINED;
	for (size_t i = 0; i < r->rows; i++)
		entries += is_first(r, i);
	return judged_not + missing * (entries ? entries : 1);
}

/* Each entry that an architecture could not judge, which no number of those that are legal makes up for. */
static void print_not_judged(const struct iop_arch_result *r)
{
	for (size_t i = 0; i < r->rows; i++) {
		const char *why = NULL;
		size_t count = 0;
		char op[16];

		for (size_t k = i; is_first(r, i) && k < r->rows; k++) {
			if (r->row[k].checked.outcome != IOP_NOT_JUDGED || !same_entry(r->row[k].entry, r->row[i].entry))
				continue;
			why = why ? why : r->row[k].checked.words;
			count++;
		}
		if (count)
			printf("%s %s is not examined for %zu architecture%s: %s\n",
			       iop_registered_op_of(op, r->row[i].entry->kind, r->row[i].entry->width), r->row[i].entry->name,
			       count, count > 1 ? "s" : "", why);
	}
}

void iop_arch_print(const struct iop_arch_result *r, const struct iop_arch_options *options)
{
	size_t count[3] = {0}, examined = 0;

	for (size_t i = 0; i < r->archs; i++)
		examined += r->arch[i].state == IOP_ARCH_EXAMINED;
	for (size_t i = 0; i < r->rows; i++)
		count[r->row[i].checked.outcome]++;
	printf("%s, %s%s: %zu of %zu architectures examined, under qemu-user\n", name_of(r), options->source[0],
	       options->sources > 1 ? " ..." : "", examined, r->archs);
	if (r->rows)
		printf("\n  %-9s %-14s %6s  %-19s %s\n", "", "accesses", "instr", "cycles, estimated", "verdict");
	print_entries(r);
	printf("\n");
	for (size_t i = 0; i < r->archs; i++)
		if (r->arch[i].state != IOP_ARCH_EXAMINED)
			printf("%s is not examined: %s\n", r->arch[i].machine->name, r->arch[i].why);
	print_not_judged(r);
	if (*r->no_estimates)
		printf("no estimates: %s\n", r->no_estimates);
	printf("%zu legal, %zu illegal, %zu not examined\n", count[IOP_AS_CLAIMED], count[IOP_NOT_AS_CLAIMED],
	       not_examined(r, count[IOP_NOT_JUDGED]));
}

static json_t *accesses_json(const struct iop_accesses *accesses)
{
	json_t *value = json_object();
	char key[4];

	for (unsigned d = 0; accesses->known && d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
			if (accesses->count[d][w] > 0) {
				iop_access_key(key, d, w);
				json_object_set_new(value, key, json_integer((json_int_t)accesses->count[d][w]));
			}
	return value;
}

static json_t *counts_json(const struct iop_arch_row *row)
{
	json_t *counts = json_array();

	for (size_t i = 0; i < row->counts; i++) {
		const struct iop_arch_count *c = &row->count[i];
		json_t *count = json_pack("{s:o, s:I}", "accesses", accesses_json(&c->accesses), "instructions",
					  (json_int_t)c->instructions);

		if (c->bytes)
			json_object_set_new(count, "bytes", json_integer((json_int_t)c->bytes));
		json_array_append_new(counts, count);
	}
	return counts;
}

static json_t *estimates_json(const struct iop_estimates *estimates)
{
	json_t *value = json_array();

	for (size_t i = 0; i < IOP_ESTIMATES && estimates->of[i].core; i++)
		json_array_append_new(value, json_pack("{s:s, s:f, s:f}", "core", estimates->of[i].core, "cycles",
						       estimates->of[i].cycles, "chained", estimates->of[i].chained));
	return value;
}

static json_t *row_json(const struct iop_arch_row *row)
{
	const struct iop_checked *checked = &row->checked;
	char op[16];

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*, s:o, s:o, s:s*}", "architecture", row->arch->machine->name, "op",
			 iop_registered_op_of(op, row->entry->kind, row->entry->width), "name", row->entry->name, "verdict",
			 verdict[checked->outcome], "words", checked->words, "more", checked->more, "counts", counts_json(row),
			 "estimates", estimates_json(&row->estimates), "barriers",
			 row->estimates.read ? row->estimates.barriers : NULL);
}

static json_t *arch_json(const struct iop_arch *arch)
{
	const bool examined = arch->state == IOP_ARCH_EXAMINED;

	return json_pack("{s:s, s:b, s:s*, s:s*}", "name", arch->machine->name, "examined", examined, "compiler",
			 examined ? arch->table->compiler : NULL, "why", examined ? NULL : arch->why);
}

int iop_arch_json(const struct iop_arch_result *r, const struct iop_arch_options *options)
{
	json_t *archs = json_array(), *rows = json_array(), *sources = json_array();

	for (size_t i = 0; i < options->sources; i++)
		json_array_append_new(sources, json_string(options->source[i]));
	for (size_t i = 0; i < r->archs; i++)
		json_array_append_new(archs, arch_json(&r->arch[i]));
	for (size_t i = 0; i < r->rows; i++)
		json_array_append_new(rows, row_json(&r->row[i]));
	return iop_json_put("arch", options->json,
			    json_pack("{s:s, s:o, s:o, s:o}", "module", name_of(r), "sources", sources, "architectures", archs,
				      "entries", rows),
			    JSON_INDENT(2));
}
