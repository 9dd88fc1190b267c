/* SPDX-License-Identifier: MIT */
#include "check_module.h"

#include "check_entry.h"
#include "expect.h"
#include "json_out.h"
#include "ktap.h"

#include <host/file.h>
#include <host/registered.h>
#include <host/verdicts.h>
#include <judge/path.h>
#include <sample/describe.h>

#include <iopath/cells.h>

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t stopped;

/* The second one is not waited for. */
static void stop(int number)
{
	stopped = 1;
	signal(number, SIG_DFL);
}

struct checking {
	const struct iop_check_modules *options;
	const struct iop_described *module;
	char object[PATH_MAX + 2]; /* a path with a slash, as the loader wants it */
	char expect[PATH_MAX];
	char *expected; /* its text, or NULL */
	FILE *seen;	/* what is written with --update */
	char *seen_text;
	size_t calls;			       /* of copies and accessors, that were judged */
	uint64_t largest;		       /* bytes of one of them */
	size_t seen_size, count[3], unordered; /* accessors whose order could not be examined */
	struct iop_verdicts verdicts;	       /* of this module */
	json_t *json;
	struct iop_ktap ktap, points; /* of all modules, of this one */
	bool say;
};

static size_t window_of(const struct iop_described_entry *entry)
{
	return entry->window ? entry->window : 4096;
}

static void compare_operation(struct checking *c, const struct iop_described_entry *entry, const struct iop_path_report *report,
			      struct iop_checked *line)
{
	char *expected = c->expected ? iop_expect_of(c->expected, entry->name) : NULL;
	char *seen = iop_expect_seen(expected, entry->name, window_of(entry), report);
	size_t size;
	FILE *out;

	if (!seen) {
		free(expected);
		return;
	}
	line->outcome = expected && iop_expect_equal(expected, seen) ? IOP_AS_CLAIMED : IOP_NOT_AS_CLAIMED;
	if (!c->expected) {
		line->outcome = IOP_NOT_JUDGED;
		line->not_examined = true;
		snprintf(line->words, sizeof(line->words), "there is no %.300s to compare with (--update writes it)", c->expect);
	} else if (line->outcome == IOP_AS_CLAIMED) {
		snprintf(line->words, sizeof(line->words), "as in %.300s", c->expect);
	} else {
		snprintf(line->words, sizeof(line->words),
			 expected ? "other accesses or values than in %.300s" : "is not in %.300s", c->expect);
		out = open_memstream(&line->more, &size);
		if (out) {
			iop_expect_difference(out, expected ? expected : "", seen);
			fclose(out);
		}
	}
	free(seen);
	free(expected);
}

static void operation_seen(struct checking *c, const struct iop_described_entry *entry, const struct iop_path_report *report,
			   struct iop_checked *line)
{
	if (!c->seen) {
		compare_operation(c, entry, report, line);
		return;
	}
	iop_expect_write(c->seen, entry->name, window_of(entry), report);
	line->outcome = IOP_AS_CLAIMED;
	snprintf(line->words, sizeof(line->words), "seen, for %.300s", c->expect);
}

static void check_path(struct checking *c, const struct iop_described_entry *entry, struct iop_checked *line)
{
	const struct iop_path path = {.module = c->object, .kind = entry->kind, .name = entry->name, .width = entry->width};
	struct iop_path_report *report = calloc(1, sizeof(*report));

	line->outcome = IOP_NOT_JUDGED;
	if (!report || !iop_path_judge(&path, &c->options->limits, report)) {
		snprintf(line->words, sizeof(line->words), "out of memory");
		free(report);
		return;
	}
	if (report->verdict != IOP_PATH_RIGHT) {
		line->outcome = report->verdict == IOP_PATH_WRONG ? IOP_NOT_AS_CLAIMED : IOP_NOT_JUDGED;
		snprintf(line->words, sizeof(line->words), "%s", report->why);
	} else if (entry->kind == IOP_REGISTERED_OPERATION) {
		operation_seen(c, entry, report, line);
	} else {
		line->outcome = IOP_AS_CLAIMED;
		snprintf(line->words, sizeof(line->words), "%u calls inside and outside, each as the model says", report->calls);
	}
	free(report);
}

static void add_point(struct checking *c, const char *op, const char *name, const struct iop_checked *line)
{
	const enum iop_ktap_result result = line->outcome == IOP_AS_CLAIMED	  ? IOP_KTAP_OK
					    : line->outcome == IOP_NOT_AS_CLAIMED ? IOP_KTAP_FAILED
					    : line->not_examined		  ? IOP_KTAP_SKIPPED
										  : IOP_KTAP_ERROR;

	if (line->outcome != IOP_NOT_JUDGED)
		iop_ktap_note(&c->points, line->words);
	if (*line->order)
		iop_ktap_note(&c->points, line->order);
	if (line->more)
		iop_ktap_note(&c->points, line->more);
	iop_ktap_point(&c->points, result, line->words, "%s %s", op, name);
	if (strncmp(line->order, "not examined", strlen("not examined")) == 0)
		iop_ktap_point(&c->points, IOP_KTAP_SKIPPED, line->order, "%s %s, ordering", op, name);
}

static void tell(struct checking *c, const char *op, const char *name, const struct iop_checked *line)
{
	c->count[line->outcome]++;
	c->calls += line->calls;
	if (line->largest > c->largest)
		c->largest = line->largest;
	add_point(c, op, name, line);
	json_array_append_new(c->json, json_pack("{s:o, s:s, s:o, s:s, s:o, s:o*, s:o*, s:o*}", "module",
						 iop_json_string(c->module->path), "op", op, "name", iop_json_string(name),
						 "verdict", iop_outcome_name[line->outcome], "words", iop_json_string(line->words),
						 "more", line->more ? iop_json_string(line->more) : NULL, "ordering",
						 *line->order ? iop_json_string(line->order) : NULL, "partial",
						 line->interrupted ? json_true() : NULL));
	if (line->outcome == IOP_NOT_JUDGED && !line->interrupted)
		iop_fail("check", NULL, "%s: cannot judge %s %s: %s", c->module->path, op, name, line->words);
	if (!c->say)
		return;
	printf("  %-14s %-24s %s%s%s%s\n", op, name, line->outcome == IOP_NOT_AS_CLAIMED ? "WRONG: " : "",
	       line->outcome == IOP_NOT_JUDGED ? "not judged" : line->words, *line->order ? "; ordering: " : "", line->order);
	if (line->more)
		fputs(line->more, stdout);
	fflush(stdout);
}

/* Of an accessor that makes its access: what a barrier does is seen only where there is one access. */
static void check_order(struct checking *c, const struct iop_described_entry *entry, struct iop_checked *line)
{
	const struct iop_path path = {.module = c->object, .kind = entry->kind, .name = entry->name};
	struct iop_path_report *report = entry->relaxed ? NULL : calloc(1, sizeof(*report));
	const size_t used = strlen(line->words);

	if (entry->relaxed) {
		snprintf(line->order, sizeof(line->order), "relaxed, as claimed");
	} else if (!report || !iop_path_judge(&path, &c->options->limits, report)) {
		line->outcome = IOP_NOT_JUDGED;
		snprintf(line->words, sizeof(line->words), "out of memory");
	} else if (report->verdict == IOP_PATH_RIGHT) {
		snprintf(line->order, sizeof(line->order), "examined, kept");
	} else if (report->verdict == IOP_PATH_WRONG) {
		line->outcome = IOP_NOT_AS_CLAIMED;
		snprintf(line->words + used, sizeof(line->words) - used, ", but %.400s", report->why);
	} else {
		c->unordered++;
		snprintf(line->order, sizeof(line->order), "not examined: %.400s", report->why);
	}
	free(report);
}

/* What was seen of it until then is no verdict. */
static void interrupt(struct iop_checked *line)
{
	free(line->more);
	*line = (struct iop_checked){.outcome = IOP_NOT_JUDGED, .interrupted = true};
	snprintf(line->words, sizeof(line->words), "interrupted");
}

/* For list and bench. An operation whose accesses were only written down is not judged. */
static void note(struct checking *c, const struct iop_described_entry *entry, const struct iop_checked *line)
{
	struct iop_line_verdict verdict = {
		.as_claimed = line->outcome == IOP_AS_CLAIMED, .tier = line->tier, .widths = line->widths};

	if (line->outcome == IOP_NOT_JUDGED || (c->seen && entry->kind == IOP_REGISTERED_OPERATION))
		return;
	iop_verdicts_add(&c->verdicts, iop_registered_op(entry->kind), entry->name, &verdict);
}

static void check_entry(struct checking *c, const struct iop_described_entry *entry)
{
	const struct iop_entry_object object = {.path = c->object, .limits = c->options->limits};
	struct iop_checked line = {.outcome = IOP_NOT_JUDGED};
	char op[16];

	if (!stopped && entry->kind <= IOP_REGISTERED_WRITE)
		iop_check_entry(&object, entry, &line);
	else if (!stopped)
		check_path(c, entry, &line);
	if (!stopped && line.outcome == IOP_AS_CLAIMED &&
	    (entry->kind == IOP_REGISTERED_READ || entry->kind == IOP_REGISTERED_WRITE))
		check_order(c, entry, &line);
	if (stopped)
		interrupt(&line);
	tell(c, iop_registered_op_of(op, entry->kind, entry->width), entry->name, &line);
	note(c, entry, &line);
	free(line.more);
}

static bool is_operation(void *module, const char *name)
{
	const struct iop_described *m = module;

	for (size_t i = 0; i < m->entries; i++)
		if (m->entry[i].kind == IOP_REGISTERED_OPERATION && strcmp(m->entry[i].name, name) == 0)
			return true;
	return false;
}

static bool has_operations(const struct iop_described *m)
{
	for (size_t i = 0; i < m->entries; i++)
		if (m->entry[i].kind == IOP_REGISTERED_OPERATION)
			return true;
	return false;
}

/* my_cells.so has my_cells.expect. */
static int begin_expect(struct checking *c)
{
	const char *path = c->module->path, *dot = strrchr(path, '.');
	int err;

	if (c->options->expect)
		snprintf(c->expect, sizeof(c->expect), "%s", c->options->expect);
	else
		snprintf(c->expect, sizeof(c->expect), "%.*s.expect",
			 (int)(dot && !strchr(dot, '/') ? (size_t)(dot - path) : strlen(path)), path);
	if (c->options->update) {
		c->seen = open_memstream(&c->seen_text, &c->seen_size);
		if (!c->seen)
			return iop_fail("check", NULL, "out of memory");
		fprintf(c->seen, "# Accesses of the operations of %s; iopath check --update writes this file.\n", c->module->name);
		return 0;
	}
	c->expected = iop_expect_read(c->expect, &err);
	if (err && err != -ENOENT)
		return iop_fail("check", NULL, "cannot read %s: %s", c->expect, iop_expect_why(err));
	return 0;
}

static int end_expect(struct checking *c)
{
	int err = 0;
	char *unknown =
		c->expected && !stopped ? iop_expect_unknown(c->expected, is_operation, (void *)(uintptr_t)c->module) : NULL;

	if (unknown) {
		struct iop_checked line = {.outcome = IOP_NOT_AS_CLAIMED};

		snprintf(line.words, sizeof(line.words), "is in %.300s, and the module has no such operation", c->expect);
		tell(c, "operation", unknown, &line);
		free(unknown);
	}
	if (c->seen && fclose(c->seen))
		err = -ENOMEM;
	/* What could not be judged must not become what is expected. */
	if (c->seen && !err && has_operations(c->module)) {
		const bool whole = !c->count[IOP_NOT_JUDGED];

		if (whole)
			err = iop_file_write(c->expect, c->seen_text, c->seen_size);
		else
			iop_fail("check", "each line must be judged first", "%s is not written", c->expect);
		if (c->say && whole && !err)
			printf("%s is written\n", c->expect);
	}
	free(c->seen_text);
	free(c->expected);
	c->seen = NULL;
	c->expected = c->seen_text = NULL;
	return err ? iop_fail("check", NULL, "cannot write %s: %s", c->expect, strerror(-err)) : 0;
}

static int check_module(struct checking *c)
{
	const struct iop_described *m = c->module;
	int err;

	if (!m->entries)
		return iop_fail("check", "it has cells only: name a FILE:SYMBOL, or register it (iopath/cells.h)",
				"%s: it registers nothing that can be judged", m->path);
	snprintf(c->object, sizeof(c->object), "%s%s", strchr(m->path, '/') ? "" : "./", m->path);
	err = begin_expect(c);
	if (err)
		return err;
	if (c->say)
		printf("%s, %s\n", m->name, m->path);
	iop_verdicts_begin(&c->verdicts);
	for (size_t i = 0; i < m->entries; i++)
		check_entry(c, &m->entry[i]);
	iop_verdicts_keep(&c->verdicts, m->build);
	return end_expect(c);
}

/* 0, or an exit code after a message: something could not be judged at all. */
static int check_path_of_module(struct checking *c, const char *path)
{
	struct iop_described module;
	int err;

	iop_ktap_open(&c->points);
	if (stopped) {
		iop_ktap_point(&c->points, IOP_KTAP_ERROR, "interrupted", "module");
		iop_ktap_block(&c->ktap, &c->points, "%s", path);
		return 0;
	}
	err = iop_describe(&module, "check", path);
	c->module = &module;
	if (!err) {
		err = check_module(c);
		iop_described_free(&module);
	}
	if (err)
		iop_ktap_point(&c->points, IOP_KTAP_ERROR, iop_fail_why(), "module");
	c->module = NULL;
	iop_ktap_block(&c->ktap, &c->points, "%s", path);
	return err;
}

static int put_reports(struct checking *c)
{
	int err = 0, failed = 0;

	if (c->options->json)
		err = iop_json_put("check", c->options->json, c->json, JSON_INDENT(2));
	else
		json_decref(c->json);
	if (c->options->ktap)
		failed = iop_ktap_put(&c->ktap, "check", c->options->ktap);
	else
		iop_ktap_close(&c->ktap);
	return err ? err : failed;
}

int iop_check_modules(const struct iop_check_modules *options)
{
	struct checking c = {.options = options,
			     .json = json_array(),
			     .say = iop_json_leaves_text(options->json) && iop_json_leaves_text(options->ktap)};
	int err = 0, failed;

	if (options->expect && options->count > 1)
		return iop_fail("check", "without it each module has its own", "--expect is one file, and there are %zu modules",
				options->count);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	iop_ktap_open(&c.ktap);
	for (size_t i = 0; i < options->count; i++) {
		failed = check_path_of_module(&c, options->path[i]);
		err = err ? err : failed;
	}
	if (c.say && c.count[0] + c.count[1] + c.count[2])
		printf("%zu as claimed, %zu not, %zu not judged\n", c.count[IOP_AS_CLAIMED], c.count[IOP_NOT_AS_CLAIMED],
		       c.count[IOP_NOT_JUDGED]);
	if (c.say && c.calls)
		printf("copies and accessors: judged by %zu calls, sizes up to %" PRIu64 " at places 0 to 63, a few values each\n",
		       c.calls, c.largest);
	if (c.say && c.unordered)
		printf("of the accessors that claim to be ordered, %zu could not be examined for it\n", c.unordered);
	failed = put_reports(&c);
	err = err ? err : failed;
	if (stopped && c.say)
		printf("interrupted: what was judged until then is kept\n");
	if (stopped)
		return IOP_EXIT_INTERRUPTED;
	if (err || c.count[IOP_NOT_JUDGED])
		return IOP_EXIT_USAGE;
	return c.count[IOP_NOT_AS_CLAIMED] ? IOP_EXIT_FINDING : IOP_EXIT_CLEAN;
}
