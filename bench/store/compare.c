/* SPDX-License-Identifier: MIT */
#include "compare.h"

#include "reader_internal.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct quantity {
	const char *key, *title, *meaning;
} quantities[IOP_COMPARE_QUANTITIES] = {
	[IOP_COMPARE_TIME] = {"time_ns", "ns/op", "time per operation: + is slower"},
	[IOP_COMPARE_SPEED] = {"speed", "speed", "baseline's time / the cell's, within each run: + is faster"},
	[IOP_COMPARE_REFERENCE_TIME] = {"reference", "/ reference",
					"time / time of " IOP_COMPARE_REFERENCE ", within each run: + is slower"},
	[IOP_COMPARE_INSTRUCTIONS] = {"instructions", "instr.", "instructions per operation"},
	[IOP_COMPARE_ACCESSES] = {"accesses", "accesses", "memory accesses per operation, without the stack"},
};

static bool alike(const char *a, const char *b)
{
	return *a && strcmp(a, b) == 0;
}

static void machine(char *text, size_t size, const struct iop_run *run)
{
	const char *cpu = *run->cpu			  ? run->cpu
			  : *run->host			  ? run->host
			  : run->kind == IOP_RUN_BASELINE ? "without hardware,"
							  : "a machine it does not name";

	snprintf(text, size, "%.60s%s%.120s%s%.40s", run->arch, *run->arch ? " " : "", cpu, *run->emulator ? " under " : "",
		 run->emulator);
}

static bool same_machine(const struct iop_run *a, const struct iop_run *b)
{
	if (strcmp(a->emulator, b->emulator) != 0 || strcmp(a->hypervisor, b->hypervisor) != 0)
		return false;
	if (*a->cpu || *b->cpu)
		return alike(a->cpu, b->cpu) && alike(a->arch, b->arch);
	return alike(a->host, b->host);
}

static bool of_cpu(const struct iop_run *run)
{
	return strcmp(run->clock, "cpu") == 0;
}

static void decide(struct iop_compare *c)
{
	char a[256], b[256];
	const struct iop_run_cell *ra = c->reference_a, *rb = c->reference_b;

	machine(a, sizeof(a), c->a);
	machine(b, sizeof(b), c->b);
	if (c->a->kind == IOP_RUN_BASELINE) {
		snprintf(c->why_not[IOP_COMPARE_TIME], sizeof(c->why_not[0]), "baselines have no times");
		snprintf(c->why_not[IOP_COMPARE_REFERENCE_TIME], sizeof(c->why_not[0]), "baselines have no times");
	} else if (!same_machine(c->a, c->b)) {
		snprintf(c->why_not[IOP_COMPARE_TIME], sizeof(c->why_not[0]), "A is from %s, B from %s", a, b);
	}
	if (!*c->why_not[IOP_COMPARE_TIME] && of_cpu(c->a) != of_cpu(c->b))
		snprintf(c->why_not[IOP_COMPARE_TIME], sizeof(c->why_not[0]), "%s has CPU times, the other wall-clock times",
			 of_cpu(c->a) ? "A" : "B");
	if (c->a->kind != IOP_RUN_BASELINE && (!ra || !rb || isnan(ra->ns) || isnan(rb->ns)))
		snprintf(c->why_not[IOP_COMPARE_REFERENCE_TIME], sizeof(c->why_not[0]), "%s did not measure it",
			 ra && !isnan(ra->ns) ? "B" : "A");
	/* Architectures side by side is what baselines are for. */
	if (c->a->kind != IOP_RUN_BASELINE && !alike(c->a->arch, c->b->arch))
		snprintf(c->why_not[IOP_COMPARE_INSTRUCTIONS], sizeof(c->why_not[0]), "A is for %s, B for %s",
			 *c->a->arch ? c->a->arch : "an unknown architecture",
			 *c->b->arch ? c->b->arch : "an unknown architecture");
}

static void set(struct iop_compare *c, struct iop_compare_row *row, enum iop_compare_quantity q, double a, double b)
{
	struct iop_compare_value *value = &row->value[q];

	*value = (struct iop_compare_value){.a = NAN, .b = NAN, .ratio = NAN};
	if (*c->why_not[q] || !isfinite(a) || !isfinite(b))
		return;
	value->a = a;
	value->b = b;
	if (a > 0 && isfinite(b / a))
		value->ratio = b / a;
	c->values[q]++;
}

/* Hashes of two architectures never meet. */
static bool same_code(const struct iop_run_cell *a, const struct iop_run_cell *b)
{
	return alike(a->code_hash, b->code_hash);
}

static void fill(struct iop_compare *c, struct iop_compare_row *row)
{
	const struct iop_run_cell *a = row->a, *b = row->b, *ra = c->reference_a, *rb = c->reference_b;
	bool baseline = alike(a->baseline, b->baseline);

	set(c, row, IOP_COMPARE_TIME, a->ns, b->ns);
	set(c, row, IOP_COMPARE_SPEED, baseline ? a->speed : NAN, baseline ? b->speed : NAN);
	set(c, row, IOP_COMPARE_REFERENCE_TIME, ra && ra != a ? a->ns / ra->ns : NAN, rb && rb != b ? b->ns / rb->ns : NAN);
	set(c, row, IOP_COMPARE_INSTRUCTIONS, a->instructions, b->instructions);
	set(c, row, IOP_COMPARE_ACCESSES, a->accesses, b->accesses);
	/* Without quartiles a difference cannot be told from noise. */
	row->value[IOP_COMPARE_TIME].overlap = !(a->high < b->low || b->high < a->low);
	row->value[IOP_COMPARE_SPEED].overlap = !(a->speed_high < b->speed_low || b->speed_high < a->speed_low);
	row->value[IOP_COMPARE_REFERENCE_TIME].overlap =
		ra && rb && !(a->high / ra->low < b->low / rb->high || b->high / rb->low < a->low / ra->high);
}

static void average(struct iop_compare *c, enum iop_compare_quantity q)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++) {
		double ratio = c->row[i].value[q].ratio;

		if (ratio > 0 && !c->row[i].a->control) {
			sum += log(ratio);
			n++;
		}
	}
	c->geometric_mean[q] = n ? exp(sum / (double)n) : NAN;
}

static int by_name(const void *x, const void *y)
{
	const struct iop_run_cell *const *a = x, *const *b = y;

	return strcmp((*a)->name, (*b)->name);
}

/* B's cells by name: a search for each of A's would cost the product of the two. */
static const struct iop_run_cell **sorted(const struct iop_run *run)
{
	const struct iop_run_cell **cell = malloc((run->count ? run->count : 1) * sizeof(const struct iop_run_cell *));

	for (size_t i = 0; cell && i < run->count; i++)
		cell[i] = &run->cells[i];
	if (cell)
		qsort(cell, run->count, sizeof(*cell), by_name);
	return cell;
}

int iop_compare(struct iop_compare *c, const struct iop_run *a, const struct iop_run *b)
{
	const struct iop_run_cell **theirs = sorted(b);

	memset(c, 0, sizeof(*c));
	c->a = a;
	c->b = b;
	c->reference_a = iop_run_find(a, IOP_COMPARE_REFERENCE);
	c->reference_b = iop_run_find(b, IOP_COMPARE_REFERENCE);
	c->row = calloc(a->count ? a->count : 1, sizeof(*c->row));
	if (!c->row || !theirs) {
		free(theirs);
		iop_compare_free(c);
		return -ENOMEM;
	}
	decide(c);
	for (size_t i = 0; i < a->count; i++) {
		const struct iop_run_cell *key = &a->cells[i];
		const struct iop_run_cell **found = bsearch(&key, theirs, b->count, sizeof(*theirs), by_name);

		if (!found)
			continue;
		c->row[c->count].a = key;
		c->row[c->count].b = *found;
		c->hashed += *key->code_hash && *(*found)->code_hash;
		c->same_code += same_code(key, *found);
		c->count++;
	}
	free(theirs);
	c->only_a = a->count - c->count;
	c->only_b = b->count - c->count;
	for (size_t i = 0; i < c->count; i++)
		fill(c, &c->row[i]);
	for (enum iop_compare_quantity q = 0; q < IOP_COMPARE_QUANTITIES; q++)
		average(c, q);
	return 0;
}

void iop_compare_free(struct iop_compare *compare)
{
	free(compare->row);
	memset(compare, 0, sizeof(*compare));
}

static void print_side(FILE *out, const char *which, const struct iop_run *run)
{
	char text[256];

	machine(text, sizeof(text), run);
	fprintf(out, "%s  %s  %.12s%s%s  %s  %s%s%s\n   %s\n", which, *run->time ? run->time : "no date",
		*run->commit ? run->commit : "no commit", run->dirty ? " (changed)" : "", run->partial ? " (partial)" : "", text,
		*run->compiler ? run->compiler : run->source, *run->flags ? " " : "", run->flags, run->path);
}

static bool shown(const struct iop_compare *c, enum iop_compare_quantity q)
{
	return c->values[q] > 0;
}

static void print_judged(FILE *out, const char *which, const struct iop_run_cell *cell)
{
	if (cell->illegal_calls)
		fprintf(out, " %s: %llu of %llu calls illegal", which, (unsigned long long)cell->illegal_calls,
			(unsigned long long)cell->calls);
	if (cell->blind_calls)
		fprintf(out, " %s: %llu of %llu calls unseen", which, (unsigned long long)cell->blind_calls,
			(unsigned long long)cell->calls);
}

/* The module of the other run that has this name. */
static const struct iop_run_module *other_build(const struct iop_run *run, const struct iop_run_module *module)
{
	for (size_t i = 0; *module->name && i < run->module_count; i++)
		if (strcmp(run->modules[i].name, module->name) == 0)
			return &run->modules[i];
	return NULL;
}

static void print_modules(FILE *out, const struct iop_compare *c)
{
	for (size_t i = 0; i < c->a->module_count; i++) {
		const struct iop_run_module *a = &c->a->modules[i], *b = other_build(c->b, a);

		if (b && alike(a->build, b->build))
			fprintf(out, "   module %s: the same build in both, %.12s\n", a->name, a->build);
		else if (b)
			fprintf(out, "   module %s: A has %.12s of %s, B has %.12s of %s\n", a->name, a->build, a->file, b->build,
				b->file);
	}
}

/* The contents of a baseline beside its cells. */
static void print_baseline(FILE *out, const char *which, const struct iop_run *run)
{
	if (run->kind != IOP_RUN_BASELINE)
		return;
	fprintf(out, "%s  barriers of an ordered read: %s; of a write: %s\n", which,
		*run->barriers[IOP_RUN_READ] ? run->barriers[IOP_RUN_READ] : "none",
		*run->barriers[IOP_RUN_WRITE] ? run->barriers[IOP_RUN_WRITE] : "none");
	for (size_t i = 0; i < run->estimate_count; i++)
		if (!isnan(run->estimates[i].cycles_per_byte))
			fprintf(out, "   estimate of llvm-mca, not a measurement: %s, %s: %.4f cycles a byte\n",
				run->estimates[i].core, run->estimates[i].block, run->estimates[i].cycles_per_byte);
}

static void print_verdicts(FILE *out, const struct iop_compare *c)
{
	if (c->a->kind == IOP_RUN_BASELINE)
		fprintf(out, "\nexact counts of compiled code under an emulator; none of them is a time\n");
	else
		fprintf(out,
			"\nadvisory: the two runs were not paired; times of one program differ by 3 to 35 %% from launch to launch "
			"(scripts/gate decides)\n");
	for (enum iop_compare_quantity q = 0; q < IOP_COMPARE_QUANTITIES; q++) {
		if (*c->why_not[q])
			fprintf(out, "not compared  %-12s %s\n", quantities[q].title, c->why_not[q]);
		else if (shown(c, q) && c->a->kind != IOP_RUN_BASELINE)
			fprintf(out, "compared      %-12s %s\n", quantities[q].title, quantities[q].meaning);
	}
}

static void number(FILE *out, double value)
{
	if (isnan(value))
		fprintf(out, " %8s", "-");
	else if (value >= 1e9 || (value > 0 && value < 0.01))
		fprintf(out, " %8.2e", value);
	else if (value >= 1e6)
		fprintf(out, " %7.1fM", value / 1e6);
	else
		fprintf(out, " %8.*f", value < 10 ? 2 : value < 100 ? 1 : 0, value);
}

static void print_value(FILE *out, const struct iop_compare_value *value)
{
	number(out, value->a);
	number(out, value->b);
	if (isnan(value->ratio))
		fprintf(out, " %8s  ", "-");
	else if (value->ratio >= 10)
		fprintf(out, " %7.3gx%s ", value->ratio, value->overlap ? "~" : " ");
	else
		fprintf(out, " %+7.1f%%%s ", 100 * (value->ratio - 1), value->overlap ? "~" : " ");
}

/* What a user counted, whatever it is: whether it may be compared, only the user knows. */
static void print_counters(FILE *out, const struct iop_compare *c, int width)
{
	bool headed = false;

	for (size_t i = 0; i < c->count; i++)
		for (size_t n = 0; n < c->row[i].a->counters; n++) {
			const struct iop_run_counter *a = &c->row[i].a->counter[n];
			struct iop_compare_value value = {.a = a->value, .b = iop_run_counter(c->row[i].b, a->name)};

			if (isnan(value.a) && isnan(value.b))
				continue;
			value.ratio = value.a != 0 ? value.b / value.a : NAN;
			if (!headed)
				fprintf(out, "\n%-*s %8s %8s %8s   counter\n", width, "cell", "A", "B", "B / A");
			headed = true;
			fprintf(out, "%-*s", width, c->row[i].a->name);
			print_value(out, &value);
			fprintf(out, " %s\n", a->name);
		}
}

void iop_compare_print(FILE *out, const struct iop_compare *c)
{
	int width = 4;

	print_side(out, "A", c->a);
	print_side(out, "B", c->b);
	print_modules(out, c);
	print_verdicts(out, c);
	for (size_t i = 0; i < c->count; i++)
		if ((int)strlen(c->row[i].a->name) > width)
			width = (int)strlen(c->row[i].a->name);
	fprintf(out, "\n%-*s", width, "cell");
	for (enum iop_compare_quantity q = 0; q < IOP_COMPARE_QUANTITIES; q++)
		if (shown(c, q))
			fprintf(out, " %8s %8s %8s  ", "A", "B", quantities[q].title);
	fprintf(out, "\n");
	for (size_t i = 0; i < c->count; i++) {
		const struct iop_compare_row *row = &c->row[i];

		fprintf(out, "%-*s", width, row->a->name);
		for (enum iop_compare_quantity q = 0; q < IOP_COMPARE_QUANTITIES; q++)
			if (shown(c, q))
				print_value(out, &row->value[q]);
		if (same_code(row->a, row->b))
			fprintf(out, " =");
		print_judged(out, "A", row->a);
		print_judged(out, "B", row->b);
		if (*row->a->error || *row->b->error)
			fprintf(out, " %s: %s", *row->a->error ? "A" : "B", *row->a->error ? row->a->error : row->b->error);
		fprintf(out, "\n");
	}
	print_counters(out, c, width);
	fprintf(out,
		"\n%zu cells in both, %zu only in A, %zu only in B; ~ the ranges overlap or are unknown: no visible difference\n",
		c->count, c->only_a, c->only_b);
	if (c->hashed)
		fprintf(out, "= the same code on both sides (%zu of %zu): differences come from layout, memory or the machine\n",
			c->same_code, c->hashed);
	print_baseline(out, "A", c->a);
	print_baseline(out, "B", c->b);
	for (enum iop_compare_quantity q = 0; q < IOP_COMPARE_QUANTITIES; q++)
		if (!isnan(c->geometric_mean[q]))
			fprintf(out, "geometric mean of B / A, %s: %.3f\n", quantities[q].title, c->geometric_mean[q]);
}

static void set_real(json_t *object, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(object, key, json_real(value));
}

static json_t *side_json(const struct iop_run *run)
{
	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:s, s:s, s:s, s:s, s:o}", "path", run->path, "time", run->time, "commit",
			 run->commit, "dirty", run->dirty, "partial", run->partial, "arch", run->arch, "cpu", run->cpu, "compiler",
			 run->compiler, "flags", run->flags, "modules", iop_run_modules_json(run));
}

static json_t *counters_json(const struct iop_compare_row *row)
{
	json_t *all = json_object();

	for (size_t i = 0; i < row->a->counters; i++) {
		const struct iop_run_counter *a = &row->a->counter[i];
		json_t *v = json_object();

		set_real(v, "a", a->value);
		set_real(v, "b", iop_run_counter(row->b, a->name));
		json_object_set_new(all, a->name, v);
	}
	return all;
}

static json_t *row_json(const struct iop_compare_row *row)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_string(row->a->name));
	if (*row->a->code_hash && *row->b->code_hash)
		json_object_set_new(o, "same_code", json_boolean(same_code(row->a, row->b)));
	for (enum iop_compare_quantity q = 0; q < IOP_COMPARE_QUANTITIES; q++) {
		const struct iop_compare_value *value = &row->value[q];
		json_t *v;

		if (isnan(value->a))
			continue;
		v = json_object();
		set_real(v, "a", value->a);
		set_real(v, "b", value->b);
		set_real(v, "ratio", value->ratio);
		if (q <= IOP_COMPARE_REFERENCE_TIME)
			json_object_set_new(v, "overlap", json_boolean(value->overlap));
		json_object_set_new(o, quantities[q].key, v);
	}
	if (row->a->counters)
		json_object_set_new(o, "counters", counters_json(row));
	return o;
}

json_t *iop_compare_json(const struct iop_compare *c)
{
	json_t *o = json_object(), *rows = json_array(), *may_not = json_object(), *mean = json_object();

	for (size_t i = 0; i < c->count; i++)
		json_array_append_new(rows, row_json(&c->row[i]));
	for (enum iop_compare_quantity q = 0; q < IOP_COMPARE_QUANTITIES; q++) {
		if (*c->why_not[q])
			json_object_set_new(may_not, quantities[q].key, json_string(c->why_not[q]));
		set_real(mean, quantities[q].key, c->geometric_mean[q]);
	}
	json_object_set_new(o, "kind", json_string("iopath-compare"));
	json_object_set_new(o, "json_schema_version", json_integer(1));
	json_object_set_new(o, "advisory", json_true());
	json_object_set_new(o, "paired", json_false());
	json_object_set_new(o, "a", side_json(c->a));
	json_object_set_new(o, "b", side_json(c->b));
	json_object_set_new(o, "not_compared", may_not);
	json_object_set_new(o, "geometric_mean", mean);
	json_object_set_new(o, "only_a", json_integer((json_int_t)c->only_a));
	json_object_set_new(o, "only_b", json_integer((json_int_t)c->only_b));
	json_object_set_new(o, "cells", rows);
	return o;
}
