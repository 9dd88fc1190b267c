/* SPDX-License-Identifier: MIT */
/* What the fuzzer has done: each campaign's figures, the corpora, and findings that lie around. */
#include "html.h"
#include "page.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define COLUMNS	   12
#define ROWS	   200
#define FILES	   100
#define FILE_BYTES (4 << 20)

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);

	return n > e && strcmp(name + n - e, end) == 0;
}

static bool regular(const char *path, off_t most)
{
	struct stat st;

	return !lstat(path, &st) && S_ISREG(st.st_mode) && st.st_size <= most;
}

static bool scalar(const json_t *value)
{
	return json_is_string(value) || json_is_number(value) || json_is_boolean(value);
}

/* Thousands apart: counts of executions have ten digits. */
static void grouped(FILE *out, long long value)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%lld", value);

	for (int i = 0; i < n; i++)
		iop_html(out, "%s%c", i && (n - i) % 3 == 0 && text[i - 1] != '-' && n > 4 ? "\u202f" : "", text[i]);
}

static void value_of(FILE *out, const json_t *value)
{
	char text[IOP_RUN_TEXT];

	if (json_is_integer(value))
		grouped(out, (long long)json_integer_value(value));
	else if (json_is_real(value))
		iop_html_number(out, json_real_value(value));
	else if (json_is_boolean(value))
		iop_html(out, "%s", json_is_true(value) ? "yes" : "no");
	else if (json_is_string(value)) {
		iop_printable(text, sizeof(text), json_string_value(value));
		iop_html(out, "%s", text);
	} else {
		iop_html(out, "–");
	}
}

static size_t columns_of(const json_t *rows, const char *column[COLUMNS])
{
	size_t count = 0, i;
	const char *key;
	json_t *row, *value;

	json_array_foreach(rows, i, row)
	{
		json_object_foreach(row, key, value)
		{
			size_t c = 0;

			while (c < count && strcmp(column[c], key) != 0)
				c++;
			if (c == count && count < COLUMNS && scalar(value))
				column[count++] = key;
		}
	}
	return count;
}

static void heading(FILE *out, const char *key)
{
	char text[64];

	snprintf(text, sizeof(text), "%s", key);
	for (char *at = strchr(text, '_'); at; at = strchr(at, '_'))
		*at = ' ';
	iop_html(out, "<th scope=col>%s", text);
}

/* A list of objects as a table: whatever a campaign says about itself is shown, names it does not know included. */
static void table(FILE *out, const json_t *rows, const char *title)
{
	const char *column[COLUMNS];
	size_t columns = columns_of(rows, column), i;
	json_t *row;

	if (!columns)
		return;
	iop_html(out, "<h3>%s</h3><div class=\"wide tall\" tabindex=0 role=region aria-label=\"%s\"><table><thead><tr>", title,
		 title);
	for (size_t c = 0; c < columns; c++)
		heading(out, column[c]);
	iop_html(out, "<tbody>\n");
	json_array_foreach(rows, i, row)
	{
		if (i == ROWS)
			break;
		iop_html(out, "<tr>");
		for (size_t c = 0; c < columns; c++) {
			iop_html(out, c ? "<td>" : "<th scope=row>");
			value_of(out, json_object_get(row, column[c]));
		}
		putc('\n', out);
	}
	iop_html(out, "</table></div>");
	if (json_array_size(rows) > ROWS)
		iop_html(out, "<p class=quiet>%zu more in the file.</p>", json_array_size(rows) - ROWS);
}

/* A campaign is an object of figures; lists of objects in it are tables of their own. */
static void campaign(FILE *out, const json_t *root, const char *name)
{
	json_t *rows = json_is_array(root) ? json_incref((json_t *)(uintptr_t)root) : json_array();
	const char *key;
	json_t *value;

	if (json_is_object(root))
		json_array_append(rows, (json_t *)(uintptr_t)root);
	table(out, rows, name);
	json_decref(rows);
	if (!json_is_object(root))
		return;
	json_object_foreach((json_t *)(uintptr_t)root, key,
			    value) if (json_is_array(value) && json_is_object(json_array_get(value, 0)))
	{
		char title[IOP_RUN_TEXT];

		snprintf(title, sizeof(title), "%.100s: %.100s", name, key);
		table(out, value, title);
	}
}

static bool read_campaign(FILE *out, struct iop_report *report, const char *path, const char *name)
{
	json_error_t error;
	json_t *root = regular(path, FILE_BYTES) ? json_load_file(path, JSON_REJECT_DUPLICATES, &error) : NULL;

	if (!root) {
		iop_report_refuse(report, path, regular(path, FILE_BYTES) ? error.text : "not a regular file, or too long");
		return false;
	}
	campaign(out, root, name);
	json_decref(root);
	return true;
}

/* Campaigns as tables; returns how many, and how many other files there are. */
static size_t campaigns(FILE *out, struct iop_report *report, size_t *findings)
{
	struct dirent **entry;
	int n = scandir(report->fuzz_dir, &entry, visible, alphasort);
	size_t shown = 0;

	for (int i = 0; i < n; i++) {
		char path[PATH_MAX], name[IOP_RUN_TEXT];

		snprintf(path, sizeof(path), "%s/%s", report->fuzz_dir, entry[i]->d_name);
		iop_printable(name, sizeof(name), entry[i]->d_name);
		if (ends_in(name, ".json")) {
			if (shown < FILES)
				shown += read_campaign(out, report, path, name);
		} else if (!ends_in(name, ".c") && !ends_in(name, ".txt") && !ends_in(name, ".log") && regular(path, LONG_MAX)) {
			++*findings;
		}
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return shown;
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
	size_t findings = 0, shown;

	iop_html(out, "<section id=fuzz><h2>Fuzzing</h2><p>Generated programs run through the library and through a model of it; a "
		      "difference "
		      "is a finding. Planted faults (mutants) measure what the fuzzer would find.</p>");
	shown = campaigns(out, report, &findings);
	if (findings)
		iop_html(out, "<p class=\"verdict bad\">%zu findings lie in %s: <code>iopath replay</code> shows one.</p>",
			 findings, report->fuzz_dir);
	else if (shown)
		iop_html(out, "<p class=\"verdict good\">No finding is open.</p>");
	shown += corpora(out, report->corpora_dir);
	if (!shown && !findings)
		iop_html(out, "<p class=empty>Nothing was fuzzed here yet: <code>scripts/fuzz</code> does.</p>");
	iop_html(out, "</section>\n");
}
