/* SPDX-License-Identifier: MIT */
/* What the fuzzer has done: each campaign's figures, the corpora, and stored findings. */
#include "html.h"
#include "page.h"

#include <store/reader_internal.h>

#include <dirent.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define RECORDS 400 /* the newest by name */
#define SHOWN	60
#define FAULTS	400
#define FORMAT	"iopath-fuzz 1"

struct record {
	json_t *root;
	const char *date; /* in root */
};

struct records {
	struct record at[RECORDS];
	size_t count;
};

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);

	return n > e && strcmp(name + n - e, end) == 0;
}

static bool regular(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISREG(st.st_mode);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static bool is(const struct record *record, const char *kind)
{
	return strcmp(text_of(record->root, "kind"), kind) == 0;
}

static void text(FILE *out, const json_t *object, const char *key)
{
	char clean[IOP_RUN_TEXT];

	iop_printable(clean, sizeof(clean), text_of(object, key));
	iop_html(out, "%s", clean);
}

/* Thousands apart: counts of executions have ten digits. */
static void grouped(FILE *out, long long value)
{
	char digits[32];
	int n = snprintf(digits, sizeof(digits), "%lld", value);

	for (int i = 0; i < n; i++)
		iop_html(out, "%s%c", i && (n - i) % 3 == 0 && digits[i - 1] != '-' && n > 4 ? "\u202f" : "", digits[i]);
}

static void number(FILE *out, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_integer(value))
		grouped(out, (long long)json_integer_value(value));
	else if (json_is_real(value) && fabs(json_real_value(value)) >= 1e4 && fabs(json_real_value(value)) < 1e15)
		grouped(out, llround(json_real_value(value)));
	else
		iop_html_number(out, json_is_real(value) ? json_real_value(value) : NAN);
}

/* Why the file is not a record, or NULL. */
static const char *wrong(const json_t *root)
{
	const char *kind = text_of(root, "kind"), *format = text_of(root, "format");

	if (strncmp(format, "iopath-fuzz ", strlen("iopath-fuzz ")) != 0)
		return "JSON, but not a record of the fuzzer: it does not say \"format\": \"" FORMAT "\"";
	if (strcmp(format, FORMAT) != 0)
		return "a record of the fuzzer in a format of another version";
	if (strcmp(kind, "campaign") != 0 && strcmp(kind, "mutants") != 0 && strcmp(kind, "coverage") != 0)
		return "a record of the fuzzer of an unknown kind";
	return NULL;
}

static void read_record(struct records *records, struct iop_report *report, const char *path)
{
	struct iop_run_error error;
	json_t *root = NULL;
	int64_t changed;
	char *bytes;
	size_t size;
	int err = iop_run_slurp(path, &bytes, &size, &changed, &error);

	if (!err)
		root = iop_run_json(bytes, size, &err, &error);
	free(bytes);
	if (!root) {
		iop_report_refuse(report, path, error.reason);
	} else if (wrong(root)) {
		iop_report_refuse(report, path, wrong(root));
		json_decref(root);
	} else {
		records->at[records->count++] = (struct record){root, text_of(root, "date")};
	}
}

static int by_date(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	return strcmp(y->date, x->date);
}

static void read_records(struct records *records, struct iop_report *report)
{
	struct dirent **entry;
	char folder[PATH_MAX];
	int n;

	snprintf(folder, sizeof(folder), "%s/runs", report->fuzz_dir);
	n = scandir(folder, &entry, visible, alphasort);
	for (int i = n; i-- > 0;) {
		char path[PATH_MAX];

		if (ends_in(entry[i]->d_name, ".json") && records->count < RECORDS &&
		    snprintf(path, sizeof(path), "%s/%s", folder, entry[i]->d_name) < (int)sizeof(path))
			read_record(records, report, path);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	if (records->count)
		qsort(records->at, records->count, sizeof(records->at[0]), by_date);
}

/* The newest of a kind, or NULL. */
static const json_t *newest(const struct records *records, const char *kind)
{
	for (size_t i = 0; i < records->count; i++)
		if (is(&records->at[i], kind))
			return records->at[i].root;
	return NULL;
}

static double sum(const struct records *records, const char *key)
{
	double total = 0;

	for (size_t i = 0; i < records->count; i++) {
		double value = json_number_value(json_object_get(records->at[i].root, key));

		total += is(&records->at[i], "campaign") && value > 0 ? value : 0;
	}
	return total < 1e18 ? total : 1e18;
}

/* Whether it is the newest record of planted faults of its layer. */
static bool newest_of_layer(const struct records *records, size_t i)
{
	if (!is(&records->at[i], "mutants"))
		return false;
	for (size_t before = 0; before < i; before++)
		if (is(&records->at[before], "mutants") &&
		    strcmp(text_of(records->at[before].root, "layer"), text_of(records->at[i].root, "layer")) == 0)
			return false;
	return true;
}

static void mutants_tile(FILE *out, const json_t *root)
{
	iop_html(out, "<li><b>");
	number(out, root, "found");
	iop_html(out, " of ");
	number(out, root, "faults");
	iop_html(out, "</b> planted faults detected (");
	text(out, root, "layer");
	iop_html(out, "), ");
	number(out, root, "equivalent");
	iop_html(out, " of them have no effect; median ");
	number(out, root, "median_s");
	iop_html(out, " s, worst ");
	number(out, root, "worst_s");
	iop_html(out, " s");
}

static void tiles(FILE *out, const struct records *records)
{
	const json_t *coverage = newest(records, "coverage");
	double hours = sum(records, "seconds") / 3600;

	iop_html(out, "<ul class=tiles>");
	if (newest(records, "campaign")) {
		iop_html(out, "<li><b>");
		grouped(out, llround(sum(records, "executions")));
		iop_html(out, "</b> executions in all campaigns, ");
		grouped(out, llround(sum(records, "operations")));
		iop_html(out, " operations, in %.1f %s", hours < 1 ? hours * 60 : hours, hours < 1 ? "minutes" : "hours");
	}
	for (size_t i = 0; i < records->count; i++)
		if (newest_of_layer(records, i))
			mutants_tile(out, records->at[i].root);
	if (coverage) {
		iop_html(out, "<li><b>");
		number(out, coverage, "lines_percent");
		iop_html(out, " %%</b> of the lines and ");
		number(out, coverage, "branches_percent");
		iop_html(out, " %% of the branches of the library are reached from the corpora");
	}
	iop_html(out, "</ul>");
}

static void campaign(FILE *out, const json_t *root)
{
	static const char *const keys[] = {"seconds", "executions", "executions_per_s", "operations", "operations_per_s", "edges"};
	const json_t *corpus = json_object_get(root, "corpus");
	bool open = json_number_value(json_object_get(root, "findings")) > 0;

	iop_html(out, "<tr><th scope=row>");
	text(out, root, "target");
	iop_html(out, "<td%s>", open ? " class=\"verdict bad\"" : "");
	number(out, root, "findings");
	iop_html(out, "<td>");
	text(out, root, "engine");
	iop_html(out, "<td>");
	text(out, root, "date");
	iop_html(out, "%s<td>%.12s", json_is_true(json_object_get(root, "partial")) ? " (interrupted)" : "",
		 text_of(root, "commit"));
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		iop_html(out, "<td>");
		number(out, root, keys[k]);
	}
	iop_html(out, "<td>");
	number(out, corpus, "files");
	putc('\n', out);
}

static void campaigns(FILE *out, const struct records *records)
{
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < records->count; i++) {
		if (!is(&records->at[i], "campaign"))
			continue;
		if (shown == SHOWN) {
			more++;
			continue;
		}
		if (!shown++)
			iop_html(out, "<h3>Campaigns</h3><div class=wide tabindex=0 role=region "
				      "aria-label=Campaigns><table class=campaigns><thead><tr><th "
				      "scope=col>target<th scope=col>findings<th scope=col>engine<th scope=col>date<th "
				      "scope=col>commit<th "
				      "scope=col>seconds<th "
				      "scope=col>executions<th scope=col>executions<br>a second<th scope=col>operations<th "
				      "scope=col>operations<br>a "
				      "second<th scope=col>edges<th scope=col>inputs kept<tbody>\n");
		campaign(out, records->at[i].root);
	}
	if (shown)
		iop_html(out, "</table></div>");
	if (more)
		iop_html(out, "<p class=quiet>%zu older campaigns.</p>", more);
}

/* Each layer's newest. */
static void mutants(FILE *out, const struct records *records)
{
	for (size_t i = 0; i < records->count; i++) {
		const json_t *root = records->at[i].root, *table = json_object_get(root, "table");

		if (!newest_of_layer(records, i) || !json_array_size(table))
			continue;
		iop_html(out, "<h3>Planted faults: ");
		text(out, root, "layer");
		iop_html(out, "</h3><details><summary>");
		number(out, root, "found");
		iop_html(out, " of ");
		number(out, root, "faults");
		iop_html(out,
			 " found, and when</summary><div class=wide tabindex=0 role=region aria-label=\"Planted "
			 "faults\"><table>"
			 "<thead><tr><th scope=col>fault<th scope=col>layer<th scope=col>seconds<th scope=col>executions<tbody>\n");
		for (size_t row = 0; row < json_array_size(table) && row < FAULTS; row++) {
			const json_t *fault = json_array_get(table, row);

			iop_html(out, "<tr><th scope=row>");
			if (json_is_integer(json_object_get(fault, "fault")))
				number(out, fault, "fault");
			else
				text(out, fault, "fault");
			iop_html(out, "<td>");
			text(out, fault, "layer");
			iop_html(out, "<td>");
			number(out, fault, "seconds");
			iop_html(out, "<td>");
			number(out, fault, "executions");
			putc('\n', out);
		}
		iop_html(out, "</table></div></details>");
	}
}

/* Inputs that an engine kept because something was wrong; programs made from them do not count twice. */
static size_t findings_in(const char *dir)
{
	struct dirent **entry;
	int n = scandir(dir, &entry, visible, alphasort);
	size_t count = 0;

	for (int i = 0; i < n; i++) {
		const char *name = entry[i]->d_name;
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/%s", dir, name);
		count += !ends_in(name, ".json") && !ends_in(name, ".c") && !ends_in(name, ".txt") && !ends_in(name, ".log") &&
			 !ends_in(name, ".md") && regular(path);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return count;
}

static size_t inputs_of(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct dirent *entry;
	size_t count = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	folder = opendir(path);
	while (folder && (entry = readdir(folder)))
		count += visible(entry);
	if (folder)
		closedir(folder);
	return count;
}

static size_t corpora(FILE *out, const char *dir)
{
	struct dirent **entry;
	int n = scandir(dir, &entry, visible, alphasort);
	size_t shown = 0;

	for (int i = 0; i < n; i++) {
		char name[IOP_RUN_TEXT];
		size_t inputs = inputs_of(dir, entry[i]->d_name);

		iop_printable(name, sizeof(name), entry[i]->d_name);
		if (inputs && !shown++)
			iop_html(out,
				 "<h3>Corpora</h3><div class=wide tabindex=0 role=region aria-label=Corpora><table><thead><tr><th "
				 "scope=col>target<th scope=col>inputs kept<tbody>\n");
		if (inputs)
			iop_html(out, "<tr><th scope=row>%s<td>%zu\n", name, inputs);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	if (shown)
		iop_html(out, "</table></div>");
	return shown;
}

void iop_report_fuzz(FILE *out, struct iop_report *report)
{
	struct records *records = calloc(1, sizeof(*records));
	size_t findings = findings_in(report->fuzz_dir), shown = 0;

	iop_html(out, "<section id=fuzz><h2>Fuzzing</h2><p>Generated programs run through the library and through a model of it; a "
		      "difference is a finding. Planted faults (mutants) measure what the fuzzer detects.</p>");
	if (records)
		read_records(records, report);
	if (findings)
		iop_html(out, "<p class=\"verdict bad\">%zu finding%s in %s: <code>iopath replay</code> shows one.</p>", findings,
			 findings == 1 ? " lies" : "s lie", report->fuzz_dir);
	else if (records && records->count)
		iop_html(out, "<p class=\"verdict good\">No finding is in %s.</p>", report->fuzz_dir);
	if (records && records->count) {
		shown = records->count;
		tiles(out, records);
		campaigns(out, records);
		mutants(out, records);
	}
	shown += corpora(out, report->corpora_dir);
	if (!shown && !findings)
		iop_html(out, "<p class=empty>Nothing was fuzzed here yet: run <code>scripts/fuzz</code>.</p>");
	iop_html(out, "</section>\n");
	for (size_t i = 0; records && i < records->count; i++)
		json_decref(records->at[i].root);
	free(records);
}
