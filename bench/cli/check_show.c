/* SPDX-License-Identifier: MIT */
#include "check_show.h"
#include "json_out.h"
#include "ktap.h"

#include <host/legality.h>

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A barrier of the compiler leaves no trace in the accessor itself, and calls are not made beside others. */
#define ORDER_UNSEEN "not examined: one symbol alone does not show it (of a module's accessor it is: iopath/cells.h)"

/* The tier's name as the options have it. */
static void print_option_tier(FILE *out, enum iop_tier tier)
{
	for (const char *c = iop_tier_name(tier); *c; c++)
		fputc(*c >= 'A' && *c <= 'Z' ? *c + 'a' - 'A' : *c, out);
}

/* As a word of a shell. */
static void put_path(FILE *out, const char *path)
{
	if (path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-,:@%=")] == '\0') {
		fputs(path, out);
		return;
	}
	fputc('\'', out);
	for (; *path; path++)
		if (*path == '\'')
			fputs("'\\''", out);
		else
			fputc(*path, out);
	fputc('\'', out);
}

char *iop_check_command(const struct iop_target *t, const struct iop_judge_call *call)
{
	char *text = NULL, op[16];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (!t->routine && !*t->object) {
		fprintf(out, "'iopath arch --keep FOLDER' keeps the module for 'iopath trace'");
		return fclose(out) ? NULL : text;
	}
	fprintf(out, "iopath trace %s ", iop_target_op_name(t, op));
	if (t->routine)
		fprintf(out, "--routine %s", t->routine);
	else
		fprintf(out, "--object ");
	if (!t->routine)
		put_path(out, t->object);
	if (t->symbol && t->symbol != t->called)
		fprintf(out, " --symbol %s", t->symbol);
	if (t->call)
		fprintf(out, " --call '%s'", t->call);
	if (!t->prototype.one)
		fprintf(out, " --size %" PRIu64, call->n);
	if (call->io_align)
		fprintf(out, " --align %u", call->io_align);
	if (t->judged.op == IOP_MOVE)
		fprintf(out, " --distance %" PRId64, call->distance);
	else if (call->guard)
		fprintf(out, " --guard %s", call->guard == IOP_GUARD_BEFORE ? "before" : "after");
	else if (call->mem_align)
		fprintf(out, " --mem-align %u", call->mem_align);
	if (t->judged.op == IOP_SET && call->value != IOP_COPY_VALUE)
		fprintf(out, " --value %d", (int)call->value);
	if (call->pattern)
		fprintf(out, " --pattern %u", call->pattern);
	fprintf(out, " --tier ");
	print_option_tier(out, t->tier);
	if (t->widths_text)
		fprintf(out, " --widths %s", t->widths_text);
	if (t->rmw)
		fprintf(out, " --rmw");
	if (t->fifo)
		fprintf(out, " --fifo %u", t->fifo);
	return fclose(out) ? NULL : text;
}

void iop_check_print_step(enum iop_check_step step, const struct iop_check_report *r)
{
	printf("  %-50s %8zu", iop_check_step_words(step), r->step_calls[step]);
	if (r->step_failed[step])
		printf(" %8zu", r->step_failed[step]);
	printf("\n");
	fflush(stdout);
}

/* For which mappings, of all calls. */
static void print_tiers(const struct iop_check_report *r)
{
	enum iop_tier strictest = iop_check_strictest(r);
	unsigned unit, alone = 0;
	char words[IOP_LEGALITY_TEXT];

	if (strictest == IOP_TIERS && iop_check_strictest_in_units(r, &unit) < IOP_TIERS) {
		alone = r->alone & unit;
		printf("legal for %s where sizes and places are multiples of %u",
		       iop_tier_name(iop_check_strictest_in_units(r, &unit)), unit);
		if (alone)
			printf(", on a device that takes %u bytes", unit);
		return;
	}
	if (strictest == IOP_TIERS) {
		printf("legal for no tier");
		return;
	}
	printf("%s", iop_legality_words(words, iop_tier_name(strictest), r->widths ? r->widths : r->used));
}

static void print_count(FILE *out, const char *separator, size_t calls, const char *what)
{
	fprintf(out, "%s%s (%zu call%s)", separator, what, calls, calls == 1 ? "" : "s");
}

static void print_broken(FILE *out, const struct iop_target *t, const struct iop_check_report *r)
{
	const char *separator = ": ";

	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if (r->rule_calls[bit]) {
			print_count(out, separator, r->rule_calls[bit], iop_rule_words_of(bit, t->fifo));
			separator = ", ";
		}
	if (r->wrong_data) {
		print_count(out, separator, r->wrong_data, "wrong data");
		separator = ", ";
	}
	if (r->overrun) {
		print_count(out, separator, r->overrun, "accesses outside its memory");
		separator = ", ";
	}
	if (r->left)
		print_count(out, separator, r->left, "registers or modes left changed");
	fprintf(out, "\n");
}

static void print_widths(const struct iop_check_report *r)
{
	char words[32];

	printf("  widths      %s\n", r->used ? iop_widths_words(r->used, words) : "no access was made");
	for (unsigned width = 1; width <= 64; width *= 2)
		if ((r->alone & width) && (r->used & ~width))
			printf("              only %u where size and places are multiples of %u\n", width, width);
}

/* Stores that the CPU may still hold back when the routine returns. */
static void print_fences(const struct iop_target *t, const struct iop_check_report *r)
{
	if (t->judged.op == IOP_FROMIO || !r->close_stores)
		return;
	printf("  fences      %s\n",
	       r->close_fenced == r->close_stores ? "a fence is executed between the last store and the return"
	       : r->close_fenced		  ? "in some calls a fence is executed after the last store, in others none"
	       : r->streaming
		       ? "none after the last store: a doorbell may overtake the non-temporal stores, also on uncached mappings"
		       : "none after the last store: on a write-combining mapping the caller needs one");
}

static void print_device(const struct iop_target *t, const struct iop_check_report *r)
{
	enum iop_tier tier = iop_check_strictest(r);

	printf("  accesses    %zu", r->accesses);
	if (tier < IOP_TIERS && r->accesses > r->fewest[tier])
		printf(", %.2f times the fewest that %s allows", (double)r->accesses / (double)r->fewest[tier],
		       iop_tier_name(tier));
	else if (tier < IOP_TIERS)
		printf(", the fewest that %s allows", iop_tier_name(tier));
	printf("\n");
	print_widths(r);
	if (r->reads)
		printf("  reads       %zu reads of device memory that is only to be written\n", r->reads);
	if (r->vectors || r->strings || r->updates || r->masked)
		printf("  kinds       %zu by vectors (%zu of them masked), %zu by string instructions, %zu read-modify-write\n",
		       r->vectors, r->masked, r->strings, r->updates);
	if (r->streaming)
		printf("  streaming   %zu non-temporal stores\n", r->streaming);
	print_fences(t, r);
	if (r->follows_memory)
		printf("  places      the device's accesses depend on the place of the memory side\n");
	if (r->has_state)
		printf("  state       the same call again makes other accesses\n");
	if (t->wanted.width)
		printf("  ordering    %s\n", ORDER_UNSEEN);
	if (r->left_out)
		printf("  left out    %zu calls that no accesses of these widths can make\n", r->left_out);
}

static void print_smallest(FILE *out, const struct iop_target *t, const struct iop_check_report *r)
{
	const struct iop_check_failure *f = &r->failure[r->tier];
	char *command = iop_check_command(t, &f->call);
	const char *separator = "";

	fprintf(out, "smallest call that fails: ");
	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if (f->broken >> bit & 1) {
			fprintf(out, "%s%s", separator, iop_rule_words_of(bit, t->fifo));
			separator = ", ";
		}
	if (iop_fate_is_finding(&f->fate)) {
		fprintf(out, "%sit %s", separator, f->fate.text);
		separator = ", ";
	}
	if (f->data_wrong)
		fprintf(out, "%swrong data", separator);
	fprintf(out, "\n    %s\n",
		!f->repeats ? "does not repeat: the failure depends on earlier calls or chance"
		: command   ? command
			    : "");
	free(command);
}

void iop_check_print_failure(FILE *out, const struct iop_target *t, const struct iop_check_report *r)
{
	fprintf(out, "    not legal for %s", iop_tier_name(r->tier));
	print_broken(out, t, r);
	fprintf(out, "    ");
	print_smallest(out, t, r);
}

void iop_check_print(const struct iop_target *t, const struct iop_check_report *r)
{
	bool legal = !r->failure[r->tier].any;

	printf("\n");
	print_device(t, r);
	printf("\n");
	if (!legal) {
		printf("not legal for %s", iop_tier_name(r->tier));
		print_broken(stdout, t, r);
	}
	print_tiers(r);
	printf("\n");
	if (legal)
		return;
	printf("\n");
	print_smallest(stdout, t, r);
}

static json_t *broken_json(const struct iop_target *t, const struct iop_check_report *r)
{
	json_t *broken = json_object();

	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if (r->rule_calls[bit])
			json_object_set_new(broken, iop_rule_words_of(bit, t->fifo), json_integer((json_int_t)r->rule_calls[bit]));
	if (r->wrong_data)
		json_object_set_new(broken, "wrong data", json_integer((json_int_t)r->wrong_data));
	if (r->overrun)
		json_object_set_new(broken, "accesses outside its memory", json_integer((json_int_t)r->overrun));
	if (r->left)
		json_object_set_new(broken, "registers or modes left changed", json_integer((json_int_t)r->left));
	return broken;
}

static const char *fences_json(const struct iop_check_report *r)
{
	if (!r->close_stores)
		return "not applicable";
	return r->close_fenced == r->close_stores ? "always" : r->close_fenced ? "sometimes" : "never";
}

int iop_check_json(const char *where, const struct iop_target *t, const struct iop_check_report *r)
{
	enum iop_tier strictest = iop_check_strictest(r);
	bool legal = !r->cannot && !r->failure[r->tier].any;
	char *command = NULL, op[16], words[IOP_LEGALITY_TEXT];
	json_t *value =
		json_pack("{s:s, s:s, s:s*, s:s*, s:s, s:b, s:b, s:s*, s:I, s:I, s:I}", "op", iop_target_op_name(t, op), "routine",
			  iop_target_name(t), "object", t->routine ? NULL : t->object, "machine", iop_target_machine(t), "tier",
			  iop_tier_name(r->tier), "judged", !r->cannot, "legal", legal, "why", r->cannot ? r->why : NULL, "calls",
			  (json_int_t)r->calls, "failed", (json_int_t)r->failed, "left_out", (json_int_t)r->left_out);

	if (r->cannot && strcmp(r->why, IOP_CHECK_INTERRUPTED) == 0) {
		json_object_set_new(value, "partial", json_true());
		json_object_set_new(value, "broken", broken_json(t, r));
	}
	if (!r->cannot) {
		json_object_set_new(value, "strictest",
				    strictest == IOP_TIERS ? json_null() : json_string(iop_tier_name(strictest)));
		if (strictest < IOP_TIERS)
			json_object_set_new(value, "verdict",
					    json_string(iop_legality_words(words, iop_tier_name(strictest), r->used)));
		json_object_set_new(value, "widths", iop_json_widths(r->used));
		json_object_set_new(value, "widths_alone", iop_json_widths(r->alone));
		json_object_set_new(value, "broken", broken_json(t, r));
		json_object_update_new(value,
				       json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:b, s:b}", "accesses",
						 (json_int_t)r->accesses, "fewest",
						 (json_int_t)r->fewest[strictest < IOP_TIERS ? strictest : r->tier], "device_reads",
						 (json_int_t)r->reads, "vectors", (json_int_t)r->vectors, "strings",
						 (json_int_t)r->strings, "updates", (json_int_t)r->updates, "masked",
						 (json_int_t)r->masked, "streaming", (json_int_t)r->streaming, "fenced",
						 fences_json(r), "follows_memory", r->follows_memory, "has_state", r->has_state));
	}
	if (t->wanted.width)
		json_object_set_new(value, "ordering", json_string(ORDER_UNSEEN));
	/* What does not fail again alone is reproduced by no command. */
	if (!r->cannot && !legal)
		json_object_set_new(value, "repeats", json_boolean(r->failure[r->tier].repeats));
	if (r->cannot || (!legal && r->failure[r->tier].repeats))
		command = iop_check_command(t, r->cannot ? &r->at : &r->failure[r->tier].call);
	if (command)
		json_object_set_new(value, "smallest", json_string(command));
	free(command);
	return iop_json_put("check", where, value, JSON_INDENT(2));
}

static void ktap_step(struct iop_ktap *steps, enum iop_check_step step, const struct iop_check_report *r)
{
	const char *words = iop_check_step_words(step);
	char calls[64];

	if (!r->step_calls[step]) {
		iop_ktap_point(steps, IOP_KTAP_SKIPPED, "no such call of this operation", "%s", words);
		return;
	}
	snprintf(calls, sizeof(calls), "%zu calls, %zu failed", r->step_calls[step], r->step_failed[step]);
	iop_ktap_note(steps, calls);
	iop_ktap_point(steps, r->step_failed[step] ? IOP_KTAP_FAILED : IOP_KTAP_OK, NULL, "%s", words);
}

static void ktap_failure(struct iop_ktap *steps, const struct iop_target *t, const struct iop_check_report *r)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	iop_check_print_failure(out, t, r);
	fclose(out);
	iop_ktap_note(steps, text);
	free(text);
}

int iop_check_ktap(const char *where, const struct iop_target *t, const struct iop_check_report *r)
{
	struct iop_ktap ktap, steps;
	char op[16];

	iop_ktap_open(&ktap);
	if (r->cannot) {
		iop_ktap_point(&ktap, IOP_KTAP_ERROR, r->why, "%s %s", iop_target_op_name(t, op), iop_target_name(t));
		return iop_ktap_put(&ktap, "check", where);
	}
	iop_ktap_open(&steps);
	if (r->failure[r->tier].any)
		ktap_failure(&steps, t, r);
	for (enum iop_check_step step = 0; step < IOP_CHECK_STEPS; step++)
		ktap_step(&steps, step, r);
	if (t->wanted.width)
		iop_ktap_point(&steps, IOP_KTAP_SKIPPED, ORDER_UNSEEN, "ordering");
	iop_ktap_block(&ktap, &steps, "%s %s, %s", iop_target_op_name(t, op), iop_target_name(t), iop_tier_name(r->tier));
	return iop_ktap_put(&ktap, "check", where);
}
