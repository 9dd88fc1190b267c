/* SPDX-License-Identifier: MIT */
#include "trace_kvm.h"

#include <jansson.h>
#include <stdio.h>

#if IOP_HAVE_KVM
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

static int print_json(FILE *json, const struct iop_kvm_traced *seen, bool same)
{
	size_t accesses = seen->list[0].count + (seen->lists == 2 ? seen->list[1].count : 0);
	json_t *line = json_pack("{s:s, s:b, s:b, s:I, s:s*}", "oracle", "kvm", "agrees", same, "data_right", seen->data_right,
				 "accesses", (json_int_t)accesses, "blind", seen->blind);
	int err = json_dumpf(line, json, JSON_COMPACT) || fputc('\n', json) == EOF;

	json_decref(line);
	return err ? iop_fail("trace", NULL, "out of memory") : 0;
}

static void print_text(const struct iop_copy_traced *traced, const struct iop_kvm_traced *seen, unsigned side, size_t at)
{
	size_t accesses = seen->list[0].count + (seen->lists == 2 ? seen->list[1].count : 0);

	if (seen->blind)
		printf("kvm: no verdict: %s\n", seen->blind);
	else if (at != SIZE_MAX)
		print_difference(&traced->side[side].list, &seen->list[side], at);
	else if (seen->data_right != traced->data_right)
		printf("kvm: differs: the data is %s there\n", seen->data_right ? "right" : "wrong");
	else
		printf("kvm: agrees: the host of a virtual machine saw the same %zu accesses\n", accesses);
}

static int report(const struct iop_copy_traced *traced, const struct iop_kvm_traced *seen, bool say, FILE *json)
{
	size_t at = SIZE_MAX;
	unsigned side = 0;
	bool same;

	for (unsigned i = 0; i < seen->lists && at == SIZE_MAX; i++) {
		side = i;
		at = iop_lists_differ(&traced->side[i].list, &seen->list[i]);
	}
	same = at == SIZE_MAX && seen->data_right == traced->data_right;
	if (json) {
		int err = print_json(json, seen, same);

		if (err)
			return err;
	}
	if (say)
		print_text(traced, seen, side, at);
	/* A routine that one observer has found illegal stays illegal, whatever the other did not see. */
	if (seen->blind)
		return traced->legal ? IOP_EXIT_USAGE : IOP_EXIT_FINDING;
	return same ? IOP_EXIT_CLEAN : IOP_EXIT_FINDING;
}

int iop_trace_second_opinion(const struct iop_copy_call *call, const struct iop_copy_traced *traced, bool say, FILE *json)
{
	struct iop_kvm_traced seen;
	struct iop_kvm *kvm;
	char why[200];
	int code;

	if (iop_kvm_open(&kvm, why, sizeof(why)))
		return iop_fail("trace", "leave out --oracle kvm", "the KVM oracle cannot run: %s", why);
	if (iop_kvm_trace(&seen, kvm, call))
		code = iop_fail("trace", "leave out --oracle kvm", "the guest has room for %zu bytes only", iop_kvm_longest());
	else
		code = report(traced, &seen, say, json);
	iop_kvm_close(kvm);
	return code;
}
#else
int iop_trace_second_opinion(const struct iop_copy_call *call, const struct iop_copy_traced *traced, bool say, FILE *json)
{
	(void)call, (void)traced, (void)say, (void)json;
	return iop_fail("trace", "leave out --oracle kvm", "no KVM oracle: built without linux/kvm.h");
}
#endif
