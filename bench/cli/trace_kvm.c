/* SPDX-License-Identifier: MIT */
#include "trace_kvm.h"

#include <jansson.h>
#include <stdio.h>

#if IOP_HAVE_KVM
#include <judge/kvm_runner.h>

#include <kvm_x86.h>

static void describe(const char *who, const struct iop_access_list *list, size_t i)
{
	if (i < list->count)
		printf("  %s: access %zu is a %s of %u bytes at %td\n", who, i, list->access[i].write ? "write" : "read",
		       list->access[i].width, list->access[i].offset);
	else
		printf("  %s: no access %zu\n", who, i);
}

/* A vector register reaches a device in parts, which neither contradicts nor confirms. */
static void print_difference(const struct iop_access_list *inside, const struct iop_access_list *outside, size_t i)
{
	printf("kvm: differs at access %zu\n", i);
	describe("tracer", inside, i);
	describe("kvm   ", outside, i);
	if (i < inside->count && inside->access[i].form == IOP_FORM_VECTOR)
		printf("  (a vector register reaches a trapping host in parts of 8 bytes)\n");
}

/* What the other one saw, beside what was seen here. */
struct opinion {
	struct iop_copy_traced seen;
	const char *blind;
	size_t accesses;
};

static int print_json(FILE *json, const struct opinion *o, bool same)
{
	json_t *line = json_pack("{s:s, s:b, s:b, s:I, s:s*}", "oracle", "kvm", "agrees", same, "data_right", o->seen.data_right,
				 "accesses", (json_int_t)o->accesses, "blind", o->blind);
	int err = json_dumpf(line, json, JSON_COMPACT) || fputc('\n', json) == EOF;

	json_decref(line);
	return err ? iop_fail("trace", NULL, "out of memory") : 0;
}

static void print_text(const struct iop_copy_traced *traced, const struct opinion *o, unsigned side, size_t at)
{
	if (o->blind)
		printf("kvm: no verdict: %s\n", o->blind);
	else if (at != SIZE_MAX)
		print_difference(&traced->side[side].list, &o->seen.side[side].list, at);
	else if (o->seen.data_right != traced->data_right)
		printf("kvm: differs: the data is %s there\n", o->seen.data_right ? "right" : "wrong");
	else
		printf("kvm: agrees: the host of a virtual machine saw the same %zu accesses\n", o->accesses);
}

static int report(const struct iop_copy_traced *traced, const struct opinion *o, bool say, FILE *json)
{
	size_t at = SIZE_MAX;
	unsigned side = 0;
	bool same;

	for (unsigned i = 0; i < traced->sides && at == SIZE_MAX; i++) {
		side = i;
		at = iop_lists_differ(&traced->side[i].list, &o->seen.side[i].list);
	}
	same = at == SIZE_MAX && o->seen.data_right == traced->data_right;
	if (json) {
		int err = print_json(json, o, same);

		if (err)
			return err;
	}
	if (say)
		print_text(traced, o, side, at);
	/* A routine that one observer has found illegal stays illegal, whatever the other did not see. */
	if (o->blind)
		return traced->legal ? IOP_EXIT_USAGE : IOP_EXIT_FINDING;
	return same ? IOP_EXIT_CLEAN : IOP_EXIT_FINDING;
}

int iop_trace_second_opinion(const struct iop_target *target, const struct iop_judge_call *call,
			     const struct iop_copy_traced *traced, bool say, FILE *json)
{
	const struct iop_judge_answer *answer;
	struct opinion opinion = {0};
	struct iop_judge judge;
	int code;

	if (call->guard)
		return iop_fail("trace", "leave out --guard or --oracle", "the guest has no guards");
	if (!iop_judge_open(&judge, &target->judged, &iop_judge_kvm, &target->limits))
		return iop_fail("trace", "leave out --oracle kvm", "the KVM oracle cannot run: %s", judge.why);
	answer = iop_judge_ask(&judge, call);
	if (answer->fate.kind == IOP_FATE_CANNOT) {
		code = iop_fail("trace", "leave out --oracle kvm", "%s", answer->fate.text);
	} else if (iop_judge_verdict(&judge, target->tier, 0, &opinion.seen)) {
		code = iop_fail("trace", NULL, "out of memory");
	} else {
		opinion.blind = answer->blind[0][0]		    ? answer->blind[0]
				: iop_fate_is_reason(&answer->fate) ? answer->fate.text
								    : NULL;
		opinion.accesses = (size_t)(answer->count[0] + answer->count[1]);
		code = report(traced, &opinion, say, json);
		iop_judge_forget(&opinion.seen);
	}
	iop_judge_close(&judge);
	return code;
}
#else
int iop_trace_second_opinion(const struct iop_target *target, const struct iop_judge_call *call,
			     const struct iop_copy_traced *traced, bool say, FILE *json)
{
	(void)target, (void)call, (void)traced, (void)say, (void)json;
	return iop_fail("trace", "leave out --oracle kvm", "no KVM oracle: built without linux/kvm.h");
}
#endif
