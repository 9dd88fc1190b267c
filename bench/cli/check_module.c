/* SPDX-License-Identifier: MIT */
#include "check_module.h"

#include "check_show.h"
#include "expect.h"
#include "json_out.h"

#include <host/file.h>
#include <host/legality.h>
#include <host/registered.h>
#include <judge/path.h>
#include <sample/describe.h>

#include <iopath/cells.h>

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum outcome {
	AS_CLAIMED,
	NOT_AS_CLAIMED,
	NOT_JUDGED
};
static const char *const outcome_name[] = {"as claimed", "not as claimed", "not judged"};

/* One line of a module. */
struct line {
	enum outcome outcome;
	char words[512];
	char *more; /* lines that show it, or NULL */
};

struct checking {
	const struct iop_check_modules *options;
	const struct iop_described *module;
	char object[PATH_MAX + 2]; /* a path with a slash, as the loader wants it */
	char expect[PATH_MAX];
	char *expected; /* its text, or NULL */
	FILE *seen;	/* what is written with --update */
	char *seen_text;
	size_t seen_size, count[3];
	json_t *json;
	bool say;
};

static void widths_text(char *text, unsigned widths)
{
	*text = '\0';
	for (unsigned width = 1; width <= 64; width *= 2)
		if (widths & width)
			sprintf(text + strlen(text), "%s%u", *text ? "," : "", width);
}

/* What failed, as check says it of one routine. */
static char *failure_text(const struct iop_target *target, const struct iop_check_report *report)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		iop_check_print_failure(out, target, report);
		fclose(out);
	}
	return text;
}

static void words_of_copy(struct line *line, const struct iop_target *target, const struct iop_check_report *r)
{
	char words[IOP_LEGALITY_TEXT];
	unsigned unit;
	enum iop_tier strictest = iop_check_strictest(r);

	if (r->cannot) {
		char *command = iop_check_command(target, &r->at);

		line->outcome = NOT_JUDGED;
		snprintf(line->words, sizeof(line->words), "%.300s (%.150s)", r->why, command ? command : "");
		free(command);
		return;
	}
	line->outcome = r->failure[r->tier].any ? NOT_AS_CLAIMED : AS_CLAIMED;
	if (line->outcome == NOT_AS_CLAIMED)
		line->more = failure_text(target, r);
	if (target->wanted.width && line->outcome == AS_CLAIMED)
		snprintf(line->words, sizeof(line->words), "one access of %u byte%s", target->wanted.width,
			 target->wanted.width > 1 ? "s" : "");
	else if (target->wanted.width)
		snprintf(line->words, sizeof(line->words), "not one access of %u byte%s", target->wanted.width,
			 target->wanted.width > 1 ? "s" : "");
	else if (strictest < IOP_TIERS)
		snprintf(line->words, sizeof(line->words), "%s", iop_legality_words(words, iop_tier_name(strictest), r->used));
	else if (iop_check_strictest_in_units(r, &unit) < IOP_TIERS)
		snprintf(line->words, sizeof(line->words), "legal only where sizes and places are multiples of %u", unit);
	else
		snprintf(line->words, sizeof(line->words), "legal for no tier");
}

static void check_copy(const struct checking *c, const struct iop_described_entry *entry, struct line *line)
{
	struct iop_target target = {
		.object = c->object, .symbol = entry->symbol, .tier_name = entry->tier, .limits = c->options->limits};
	struct iop_check_report report = {0};
	struct iop_judge judge;
	struct iop_check check = {.judge = &judge};
	char widths[32], op[16];
	int err;

	line->outcome = NOT_JUDGED;
	widths_text(widths, entry->widths);
	target.widths_text = *widths ? widths : NULL;
	err = iop_target_wanted(&target, "check", iop_registered_op_of(op, entry->kind, entry->width));
	if (!err && entry->unit > 1)
		target.prototype.unit = (uint8_t)entry->unit;
	if (!err)
		err = iop_target_find(&target, "check");
	if (err) {
		snprintf(line->words, sizeof(line->words), "its claims are not understood");
		return;
	}
	if (!iop_judge_open(&judge, &target.judged, target.runner, &target.limits)) {
		snprintf(line->words, sizeof(line->words), "%s", judge.why);
		return;
	}
	report.tier = target.tier;
	report.widths = target.widths;
	if (iop_check_run(&check, &report))
		snprintf(line->words, sizeof(line->words), "out of memory");
	else
		words_of_copy(line, &target, &report);
	iop_judge_close(&judge);
}

static void compare_operation(struct checking *c, const struct iop_described_entry *entry, const char *seen, struct line *line)
{
	char *expected = c->expected ? iop_expect_of(c->expected, entry->name) : NULL;
	size_t size;
	FILE *out;

	line->outcome = expected && strcmp(expected, seen) == 0 ? AS_CLAIMED : NOT_AS_CLAIMED;
	if (!c->expected) {
		line->outcome = NOT_JUDGED;
		snprintf(line->words, sizeof(line->words), "there is no %.300s to compare with (--update writes it)", c->expect);
	} else if (line->outcome == AS_CLAIMED) {
		snprintf(line->words, sizeof(line->words), "as in %.300s", c->expect);
	} else {
		snprintf(line->words, sizeof(line->words), expected ? "other accesses than in %.300s" : "is not in %.300s",
			 c->expect);
		out = open_memstream(&line->more, &size);
		if (out) {
			iop_expect_difference(out, expected ? expected : "", seen);
			fclose(out);
		}
	}
	free(expected);
}

static void operation_seen(struct checking *c, const struct iop_described_entry *entry, const struct iop_path_report *report,
			   struct line *line)
{
	char *seen = NULL;
	size_t size;
	FILE *out = open_memstream(&seen, &size);

	if (!out)
		return;
	iop_expect_write(out, entry->name, entry->window ? entry->window : 4096, report);
	fclose(out);
	if (c->seen) {
		fputs(seen, c->seen);
		line->outcome = AS_CLAIMED;
		snprintf(line->words, sizeof(line->words), "written to %.300s", c->expect);
	} else {
		compare_operation(c, entry, seen, line);
	}
	free(seen);
}

static void check_path(struct checking *c, const struct iop_described_entry *entry, struct line *line)
{
	const struct iop_path path = {.module = c->object, .kind = entry->kind, .name = entry->name, .width = entry->width};
	struct iop_path_report *report = calloc(1, sizeof(*report));

	line->outcome = NOT_JUDGED;
	if (!report || !iop_path_judge(&path, &c->options->limits, report)) {
		snprintf(line->words, sizeof(line->words), "out of memory");
		free(report);
		return;
	}
	if (report->verdict != IOP_PATH_RIGHT) {
		line->outcome = report->verdict == IOP_PATH_WRONG ? NOT_AS_CLAIMED : NOT_JUDGED;
		snprintf(line->words, sizeof(line->words), "%s", report->why);
	} else if (entry->kind == IOP_REGISTERED_OPERATION) {
		operation_seen(c, entry, report, line);
	} else {
		line->outcome = AS_CLAIMED;
		snprintf(line->words, sizeof(line->words), "%u calls inside and outside, each as the model says", report->calls);
	}
	free(report);
}

static void tell(struct checking *c, const char *op, const char *name, const struct line *line)
{
	c->count[line->outcome]++;
	json_array_append_new(c->json,
			      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*}", "module", c->module->path, "op", op, "name", name,
					"verdict", outcome_name[line->outcome], "words", line->words, "more", line->more));
	if (line->outcome == NOT_JUDGED)
		iop_fail("check", NULL, "%s: cannot judge %s %s: %s", c->module->path, op, name, line->words);
	if (!c->say)
		return;
	printf("  %-14s %-24s %s%s\n", op, name, line->outcome == NOT_AS_CLAIMED ? "WRONG: " : "",
	       line->outcome == NOT_JUDGED ? "not judged" : line->words);
	if (line->more)
		fputs(line->more, stdout);
	fflush(stdout);
}

static void check_entry(struct checking *c, const struct iop_described_entry *entry)
{
	struct line line = {.outcome = NOT_JUDGED};
	char op[16];

	if (entry->kind <= IOP_REGISTERED_WRITE)
		check_copy(c, entry, &line);
	else
		check_path(c, entry, &line);
	tell(c, iop_registered_op_of(op, entry->kind, entry->width), entry->name, &line);
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
		return iop_fail("check", NULL, "cannot read %s: %s", c->expect, strerror(-err));
	return 0;
}

static int end_expect(struct checking *c)
{
	int err = 0;
	char *unknown = c->expected ? iop_expect_unknown(c->expected, is_operation, (void *)(uintptr_t)c->module) : NULL;

	if (unknown) {
		struct line line = {.outcome = NOT_AS_CLAIMED};

		snprintf(line.words, sizeof(line.words), "is in %.300s, and the module has no such operation", c->expect);
		tell(c, "operation", unknown, &line);
		free(unknown);
	}
	if (c->seen && fclose(c->seen))
		err = -ENOMEM;
	/* What could not be judged must not become what is expected. */
	if (c->seen && !err && !c->count[NOT_JUDGED] && has_operations(c->module))
		err = iop_file_write(c->expect, c->seen_text, c->seen_size);
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
	for (size_t i = 0; i < m->entries; i++)
		check_entry(c, &m->entry[i]);
	return end_expect(c);
}

int iop_check_modules(const struct iop_check_modules *options)
{
	struct checking c = {.options = options, .json = json_array(), .say = iop_json_leaves_text(options->json)};
	int err = 0;

	if (options->expect && options->count > 1)
		return iop_fail("check", "without it each module has its own", "--expect is one file, and there are %zu modules",
				options->count);
	for (size_t i = 0; i < options->count; i++) {
		struct iop_described module;
		int failed = iop_describe(&module, "check", options->path[i]);

		c.module = &module;
		if (!failed) {
			failed = check_module(&c);
			iop_described_free(&module);
		}
		err = err ? err : failed;
	}
	if (c.say && c.count[0] + c.count[1] + c.count[2])
		printf("%zu as claimed, %zu not, %zu not judged\n", c.count[AS_CLAIMED], c.count[NOT_AS_CLAIMED],
		       c.count[NOT_JUDGED]);
	if (options->json) {
		int failed = iop_json_put("check", options->json, c.json, JSON_INDENT(2));

		err = err ? err : failed;
	} else {
		json_decref(c.json);
	}
	if (err || c.count[NOT_JUDGED])
		return IOP_EXIT_USAGE;
	return c.count[NOT_AS_CLAIMED] ? IOP_EXIT_FINDING : IOP_EXIT_CLEAN;
}
