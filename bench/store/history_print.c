/* SPDX-License-Identifier: MIT */
/* A cell's history as people and programs read it. */
#include "history.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CHANGES 32
#define NOTE_BYTES   256

/* The rows of one machine, and what changed at each of them. */
struct machine {
	const struct iop_history_row *row;
	size_t count;
	char (*note)[NOTE_BYTES];
};

static double against_reference(const struct iop_history_row *row)
{
	return row->ns / row->reference_ns;
}

static double speed(const struct iop_history_row *row)
{
	return row->speed;
}

static __attribute__((format(printf, 2, 3))) void note(char text[NOTE_BYTES], const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	if (used)
		used += (size_t)snprintf(text + used, NOTE_BYTES - used, "; ");
	if (used >= NOTE_BYTES)
		return;
	va_start(args, format);
	vsnprintf(text + used, NOTE_BYTES - used, format, args);
	va_end(args);
}

/* Change points of the rows that hold the ratio; interrupted runs count like others. */
static void note_changes(struct machine *m, double (*get)(const struct iop_history_row *), const char *what, json_t *list)
{
	struct iop_change change[MOST_CHANGES];
	double *value = malloc((m->count ? m->count : 1) * sizeof(*value));
	size_t *at = malloc((m->count ? m->count : 1) * sizeof(*at));
	size_t n = 0, found;

	for (size_t i = 0; value && at && i < m->count; i++)
		if (get(&m->row[i]) > 0 && isfinite(get(&m->row[i]))) {
			value[n] = get(&m->row[i]);
			at[n++] = i;
		}
	found = n ? iop_history_changes(value, n, change, MOST_CHANGES) : 0;
	for (size_t i = 0; i < found; i++) {
		const struct iop_history_row *row = &m->row[at[change[i].at]];

		note(m->note[at[change[i].at]], "%s %+.1f %% (p %.3f)", what, 100 * (change[i].ratio - 1), change[i].p);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:f, s:f}", "series", what, "path", row->path, "time",
						      row->time, "ratio", change[i].ratio, "p", change[i].p));
	}
	free(value);
	free(at);
}

static void note_counts(struct machine *m, double (*get)(const struct iop_history_row *), const char *what, json_t *list)
{
	double before = NAN;

	for (size_t i = 0; i < m->count; i++) {
		double now = get(&m->row[i]);

		if (isnan(now))
			continue;
		/* A slope of counts is exact but for the last digits of a division. */
		if (!isnan(before) && fabs(now - before) > 1e-6 * (fabs(before) + 1)) {
			note(m->note[i], "%s %.10g -> %.10g", what, before, now);
			json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:f, s:f}", "series", what, "path", m->row[i].path,
							      "time", m->row[i].time, "before", before, "after", now));
		}
		before = now;
	}
}

static double instructions(const struct iop_history_row *row)
{
	return row->instructions;
}

static double accesses(const struct iop_history_row *row)
{
	return row->accesses;
}

/* The commit is this program's; what a user's module was built from, its build says. */
static void note_builds(struct machine *m)
{
	const char *before = "";

	for (size_t i = 0; i < m->count; i++) {
		const char *now = m->row[i].build;

		if (*now && *before && strcmp(now, before) != 0)
			note(m->note[i], "another build of the module, %.12s", now);
		before = *now ? now : before;
	}
}

/* The machine whose rows begin at @first. 0, or -1 when out of memory; free m->note. */
static int gather(struct machine *m, const struct iop_history *history, size_t first, json_t *changes)
{
	m->row = history->row + first;
	for (m->count = 1; first + m->count < history->count; m->count++)
		if (!iop_history_same_machine(m->row, m->row + m->count))
			break;
	m->note = calloc(m->count, sizeof(*m->note));
	if (!m->note)
		return -1;
	note_changes(m, speed, "speed", changes);
	note_changes(m, against_reference, "time / reference", changes);
	note_counts(m, instructions, "instructions", changes);
	note_counts(m, accesses, "accesses", changes);
	note_builds(m);
	return 0;
}

static void number(FILE *out, int width, double value)
{
	if (isnan(value))
		fprintf(out, " %*s", width, "-");
	else if (value >= 1e7)
		fprintf(out, " %*.2e", width, value);
	else
		fprintf(out, " %*.*f", width, value < 10 ? 3 : value < 100 ? 2 : 0, value);
}

static void print_machine(FILE *out, const struct machine *m)
{
	const struct iop_history_row *first = m->row;

	fprintf(out, "\n%s %s%s\n", *first->arch ? first->arch : "unknown architecture", *first->cpu ? first->cpu : "unknown CPU",
		first->emulated ? " (emulated)" : "");
	fprintf(out, "%-20s  %-13s %8s %11s %10s %8s %9s\n", "time", "commit", "speed", "/ reference", "ns/op", "instr.",
		"accesses");
	for (size_t i = 0; i < m->count; i++) {
		const struct iop_history_row *row = &m->row[i];

		fprintf(out, "%-20s  %.12s%-*s", *row->time ? row->time : "no date", row->commit,
			13 - (int)strnlen(row->commit, 12), row->dirty ? "+" : "");
		number(out, 8, row->speed);
		number(out, 11, against_reference(row));
		number(out, 10, row->ns);
		number(out, 8, row->instructions);
		number(out, 9, row->accesses);
		if (*row->error)
			fprintf(out, "  %s", row->error);
		if (*m->note[i])
			fprintf(out, "  <- %s", m->note[i]);
		fprintf(out, "%s\n", row->partial ? "  (partial)" : "");
	}
}

void iop_history_print(FILE *out, const struct iop_history *history, const char *cell, const char *reference)
{
	struct machine m;

	fprintf(out, "%s: %zu of %zu runs have it\n", cell, history->count, history->runs);
	for (size_t i = 0; i < history->count; i += m.count) {
		json_t *changes = json_array();

		if (!gather(&m, history, i, changes))
			print_machine(out, &m);
		free(m.note);
		json_decref(changes);
	}
	fprintf(out,
		"\nspeed: baseline's time / the cell's in the same run, above 1 is faster; / reference: time / time of %s\n"
		"in the same run; + after a commit: uncommitted changes. <- advisory: a change that lasted %d runs or more\n"
		"(E-divisive, p <= %g), another count, or another build of a user's module. ns/op drifts with the machine: compare "
		"the ratios.\n",
		reference, IOP_HISTORY_SEGMENT, IOP_HISTORY_P);
}

static void set_real(json_t *object, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(object, key, json_real(value));
}

static json_t *row_json(const struct iop_history_row *row)
{
	json_t *o =
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:s, s:s, s:s}", "path", row->path, "time", row->time, "commit",
			  row->commit, "arch", row->arch, "cpu", row->cpu, "dirty", row->dirty, "partial", row->partial, "emulated",
			  row->emulated, "baseline", row->baseline, "error", row->error, "build", row->build);

	set_real(o, "ns", row->ns);
	set_real(o, "ns_low", row->low);
	set_real(o, "ns_high", row->high);
	set_real(o, "speed", row->speed);
	set_real(o, "reference_ns", row->reference_ns);
	set_real(o, "reference_ratio", against_reference(row));
	set_real(o, "instructions", row->instructions);
	set_real(o, "accesses", row->accesses);
	return o;
}

json_t *iop_history_json(const struct iop_history *history, const char *cell, const char *reference)
{
	json_t *o = json_object(), *rows = json_array(), *changes = json_array();
	struct machine m;

	for (size_t i = 0; i < history->count; i++)
		json_array_append_new(rows, row_json(&history->row[i]));
	for (size_t i = 0; i < history->count; i += m.count) {
		gather(&m, history, i, changes);
		free(m.note);
	}
	json_object_set_new(o, "kind", json_string("iopath-history"));
	json_object_set_new(o, "json_schema_version", json_integer(1));
	json_object_set_new(o, "cell", json_string(cell));
	json_object_set_new(o, "reference", json_string(reference));
	json_object_set_new(o, "advisory", json_true());
	json_object_set_new(o, "rows", rows);
	json_object_set_new(o, "changes", changes);
	return o;
}
