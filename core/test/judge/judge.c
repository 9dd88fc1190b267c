/* SPDX-License-Identifier: MIT */
/*
 * judge corpus | stepped | list: the judge is judged. It must say of each routine of the corpus what the table says, and a judge that has
 * lost one of its rules must be found out by the corpus; carried out and single-stepped it must see the same.
 */
#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>

#define WINDOW ((size_t)1 << 13)
#define SMALL  24

static struct iop_tracer *tracer;
static size_t calls;

/* What a judge says of a routine after all calls. */
struct opinion {
	unsigned broken, widths, legal; /* legal: a bit for each tier */
	bool wrong_data;
	bool refused; /* by a device that lacks the narrowest of the widths that the table says */
};

/* A judge with all rules, and one that lacks each of them. */
#define JUDGES	  (1 + IOP_RULES)
#define ALL_TIERS ((1u << IOP_TIERS) - 1)

static void add_verdict(struct opinion o[JUDGES], enum iop_tier tier, unsigned broken, bool data_right)
{
	for (unsigned j = 0; j < JUDGES; j++) {
		unsigned seen = j ? broken & ~(1u << (j - 1)) : broken;

		if (tier == IOP_STRICT)
			o[j].broken |= seen;
		if (seen || !data_right)
			o[j].legal &= ~(1u << tier);
	}
}

/* A device takes what the routine needs, but for the narrowest; a width of its own keeps "none" from meaning "all". */
static void add_device(struct opinion o[JUDGES], const struct iop_access_list *list, struct iop_question question, unsigned widths)
{
	unsigned broken;

	question.tier = IOP_MEM;
	question.widths = (widths & (widths - 1)) | 128;
	broken = iop_rules_judge(list, &question).broken;
	for (unsigned j = 0; j < JUDGES; j++)
		o[j].refused |= (broken & IOP_RULE_DEVICE) && (!j || 1u << (j - 1) != IOP_RULE_DEVICE);
}

static void add_call(struct opinion o[JUDGES], const struct judged *row, const struct iop_copy_traced *traced)
{
	for (unsigned i = 0; i < traced->sides; i++) {
		const struct iop_access_list *list = &traced->side[i].list;
		struct iop_question question = traced->side[i].question;

		for (size_t a = 0; a < list->count; a++)
			o->widths |= list->access[a].width;
		if (row->widths)
			add_device(o, list, question, row->widths);
		question.widths = row->widths;
		for (question.tier = IOP_STRICT; question.tier < IOP_TIERS; question.tier++)
			add_verdict(o, question.tier, iop_rules_judge(list, &question).broken, traced->data_right);
	}
	o->wrong_data |= !traced->data_right;
}

static bool in_domain(const struct judged *row, const struct iop_copy_call *call)
{
	const struct judged_domain *d = &row->domain;

	return call->n >= d->least && (!d->most || call->n <= d->most) && (!d->step || (call->n - d->least) % d->step == 0) &&
	       (!d->io_step || call->io_align % d->io_step == 0) && (!d->mem_step || call->mem_align % d->mem_step == 0);
}

static void trace(struct iop_copy_traced *traced, const struct judged *row, const struct iop_copy_call *call)
{
	int err = iop_copy_trace(traced, tracer, WINDOW, call, IOP_STRICT);

	calls++;
	if (!err)
		return;
	fprintf(stderr, "%s: %s\n", row->name, strerror(-err));
	exit(1);
}

typedef void visit_fn(void *arg, const struct judged *row, const struct iop_copy_call *call);

/* The calls that a routine is judged by: all small sizes at all places within a word and at some beyond; some larger. */
static void each_call(const struct judged *row, visit_fn *visit, void *arg)
{
	static const size_t larger[] = {28, 31, 32, 33, 35, 40, 48, 63, 64, 65, 66, 96, 128, 129, 131, 160};
	static const unsigned places[] = {0, 1, 2, 3, 4, 5, 6, 7, 16, 32, 56, 63};
	static const int values[] = {0x5a, 0, 0xff, -3, 0x1a5};
	static const ptrdiff_t distances[] = {1, -1, 4, -4, 8, -13, 24, 1000, -1000, 0};
	struct iop_copy_call call = {.op = row->op, .copier = &row->copier};

	for (size_t s = 0; s <= SMALL + sizeof(larger) / sizeof(larger[0]); s++)
		for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
			call.n = s <= SMALL ? s : larger[s - SMALL - 1];
			call.io_align = places[p];
			call.mem_align = places[(s + p) % (sizeof(places) / sizeof(places[0]))] % 8;
			call.value = &values[(s + p) % (sizeof(values) / sizeof(values[0]))];
			call.pattern = (unsigned)(s + p / 2) % IOP_COPY_PATTERNS;
			call.distance = distances[(s + 3 * p) % (sizeof(distances) / sizeof(distances[0]))];
			if (in_domain(row, &call))
				visit(arg, row, &call);
		}
}

static void judge_call(void *opinions, const struct judged *row, const struct iop_copy_call *call)
{
	struct iop_copy_traced traced;

	trace(&traced, row, call);
	add_call(opinions, row, &traced);
}

static void judge(struct opinion o[JUDGES], const struct judged *row)
{
	for (unsigned j = 0; j < JUDGES; j++)
		o[j] = (struct opinion){.legal = ALL_TIERS};
	each_call(row, judge_call, o);
	for (unsigned j = 1; j < JUDGES; j++) {
		o[j].widths = o->widths;
		o[j].wrong_data = o->wrong_data;
	}
}

static enum iop_tier strictest(unsigned legal)
{
	enum iop_tier tier = IOP_STRICT;

	while (tier < IOP_TIERS && !(legal >> tier & 1))
		tier++;
	return tier;
}

/* A tier includes those before it, so what is legal for one is legal for all that follow. Without sight, nothing else counts. */
static bool right(const struct judged *row, const struct opinion *o)
{
	if (row->broken & IOP_RULE_BLIND)
		return (o->broken & IOP_RULE_BLIND) && !o->legal;
	return o->broken == row->broken && o->legal == (ALL_TIERS & ~((1u << row->tier) - 1)) && o->widths == row->widths &&
	       o->wrong_data == row->wrong_data && o->refused == (row->widths != 0);
}

static void print_opinion(FILE *out, unsigned broken, enum iop_tier tier, unsigned widths, bool wrong_data)
{
	const char *separator = ": ";

	fprintf(out, "%s", tier == IOP_TIERS ? "no tier" : iop_tier_name(tier));
	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if (broken >> bit & 1) {
			fprintf(out, "%s%s", separator, iop_rule_words(bit));
			separator = ", ";
		}
	fprintf(out, "%s; widths", wrong_data ? "; wrong data" : "");
	for (unsigned width = 1; width <= 64; width *= 2)
		if (widths & width)
			fprintf(out, " %u", width);
	fprintf(out, "\n");
}

static bool runs_here(const struct judged *row)
{
#ifdef JUDGE_QEMU
	if (!row->anywhere)
		return false;
#endif
	return !row->supported || row->supported();
}

/* What the judges without one rule made of the corpus. */
struct controls {
	size_t wrong[JUDGES], let_through[JUDGES];
	unsigned not_run; /**< rules that routines break which this CPU does not have */
};

static void add_controls(struct controls *c, const struct judged *row, const struct opinion o[JUDGES])
{
	for (unsigned j = 1; j < JUDGES; j++) {
		c->wrong[j] += !right(row, &o[j]);
		c->let_through[j] += strictest(o[j].legal) < row->tier;
	}
}

/*
 * A judge without one rule is wrong about some routines, and calls some legal for a tier that is too strict. Not so without 'not
 * touched', where wrong data remains, or without the device's widths, which belong to no tier. Those that only one rule tells from
 * legal ones may be what the CPU lacks: without MOVDIR64B nothing is too wide and otherwise right.
 */
static size_t check_controls(const struct controls *c)
{
	size_t failed = 0;

#ifdef JUDGE_QEMU
	return 0; /* the portable routines break some rules only */
#endif
	for (unsigned j = 1; j < JUDGES; j++) {
		const unsigned rule = 1u << (j - 1);
		bool shown = c->let_through[j] || rule == IOP_RULE_MISSED || rule == IOP_RULE_DEVICE;
		bool found = c->wrong[j] && (shown || c->not_run & rule);

		printf("without '%s': wrong about %zu routines, %zu of them called legal where they are not%s\n",
		       iop_rule_words(j - 1), c->wrong[j], c->let_through[j], found ? "" : ": NOT FOUND OUT");
		if (found && !shown)
			printf("skipped: a judge without '%s': this CPU cannot run it\n", iop_rule_words(j - 1));
		failed += !found;
	}
	return failed;
}

static void complain(const struct judged *row, const struct opinion *o)
{
	fprintf(stderr, "WRONG: %s: the corpus says ", row->name);
	print_opinion(stderr, row->broken, row->tier, row->widths, row->wrong_data);
	fprintf(stderr, "       the judge says ");
	print_opinion(stderr, o->broken, strictest(o->legal), o->widths, o->wrong_data);
}

static size_t check_corpus(void)
{
	struct controls controls = {0};
	size_t failed = 0, skipped = 0;
	const struct judged *row;

	for (size_t i = 0; (row = judged_at(i)); i++) {
		struct opinion o[JUDGES];

		printf("%s %s: ", iop_copy_op_name(row->op), row->name);
		if (!runs_here(row)) {
			printf("not run here\n");
			if (row->supported && !row->supported())
				printf("skipped: %s %s: this CPU cannot run it\n", iop_copy_op_name(row->op), row->name);
			skipped++;
			controls.not_run |= row->broken;
			continue;
		}
		judge(o, row);
		print_opinion(stdout, o->broken, strictest(o->legal), o->widths, o->wrong_data);
		add_controls(&controls, row, o);
		if (right(row, o))
			continue;
		complain(row, o);
		failed++;
	}
	printf("%zu calls, %zu routines not run\n", calls, skipped);
	return failed + check_controls(&controls);
}

struct comparing {
	struct iop_access *kept;
	size_t taken, failed;
};

/* Not by the same instruction: a routine may take another way the second time. */
static bool same(const struct iop_access *a, const struct iop_access *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (a[i].offset != b[i].offset || a[i].width != b[i].width || a[i].write != b[i].write || a[i].form != b[i].form ||
		    a[i].mask != b[i].mask)
			return false;
	return true;
}

static size_t all(const struct iop_copy_traced *t)
{
	return t->side[0].list.count + (t->sides > 1 ? t->side[1].list.count : 0);
}

/* One call in thirteen: a step costs ten times an instruction that is carried out. */
static void compare_call(void *arg, const struct judged *row, const struct iop_copy_call *call)
{
	struct comparing *c = arg;
	struct iop_copy_traced carried, stepped;
	size_t count;

	if (c->taken++ % 13)
		return;
	trace(&carried, row, call);
	trace(&carried, row, call);
	count = all(&carried);
	c->kept = realloc(c->kept, (count + 1) * sizeof(*c->kept));
	if (!c->kept)
		exit(1);
	memcpy(c->kept, carried.side[0].list.access, count * sizeof(*c->kept));
	iop_tracer_single_step(tracer, true);
	trace(&stepped, row, call);
	iop_tracer_single_step(tracer, false);
	if (all(&stepped) == count && same(c->kept, stepped.side[0].list.access, count) &&
	    stepped.data_right == carried.data_right && stepped.legal == carried.legal && stepped.blind == carried.blind)
		return;
	c->failed++;
	fprintf(stderr, "DIFFER: %s, %zu bytes, device side at %u, memory at %u, distance %td: %zu carried out, %zu stepped\n",
		row->name, call->n, call->io_align, call->mem_align, call->distance, count, all(&stepped));
}

static size_t check_stepped(void)
{
	const struct judged *row;
	size_t failed = 0;

	for (size_t i = 0; (row = judged_at(i)); i++) {
		struct comparing c = {0};

		if (!runs_here(row))
			continue;
		each_call(row, compare_call, &c);
		free(c.kept);
		failed += c.failed != 0;
		if (!c.taken) {
			fprintf(stderr, "NO CALL: %s\n", row->name);
			failed++;
		}
	}
	printf("%zu calls\n", calls);
	return failed;
}

static void print_words(const struct judged *row)
{
	const char *separator = "";

	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if (row->broken >> bit & 1) {
			printf("%s\"%s\"", separator, iop_rule_words(bit));
			separator = ", ";
		}
}

/* For other judges: each row as JSON, with what limits its calls in the words of 'iopath check --call'. */
static size_t list_corpus(void)
{
	static const char *const arguments[IOP_COPY_OPS] = {"io, src, n", "dst, io, n", "io, value, n", "dst, src, n"};
	const struct judged *row;

	for (size_t i = 0; (row = judged_at(i)); i++) {
		const struct judged_domain *d = &row->domain;

		if (!runs_here(row))
			continue;
		printf("{\"name\": \"%s\", \"op\": \"%s\", \"broken\": [", row->name, iop_copy_op_name(row->op));
		print_words(row);
		printf("], \"tier\": \"%s\", \"widths\": %u, \"wrong_data\": %s, \"overruns\": %s, \"most\": %zu, \"call\": \"(%s)",
		       row->tier == IOP_TIERS ? "none" : iop_tier_name(row->tier), row->widths, row->wrong_data ? "true" : "false",
		       row->overruns ? "true" : "false", d->most, arguments[row->op]);
		if (d->step || d->io_step)
			printf(" in %zu at %u", d->step ? d->step : 1, d->io_step ? d->io_step : 1);
		if (d->least)
			printf(" from %zu", d->least);
		if (d->mem_step)
			printf(" memory %u", d->mem_step);
		printf("\"}\n");
		calls++;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	size_t failed = 1;

	if (iop_tracer_open(&tracer, WINDOW))
		return 1;
	if (strcmp(what, "corpus") == 0)
		failed = check_corpus();
	else if (strcmp(what, "stepped") == 0)
		failed = check_stepped();
	else if (strcmp(what, "list") == 0)
		failed = list_corpus();
	iop_tracer_close(tracer);
	return failed || !calls;
}
