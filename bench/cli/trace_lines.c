/* SPDX-License-Identifier: MIT */
#include "trace_lines.h"
#include "json_out.h"

#include <lines.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define BANDS 4
static const unsigned band_end[BANDS] = {16, 64, 128, IOP_TRACE_LINES_MOST};

struct sum {
	size_t calls, whole, partial, fewest;
};

struct counted {
	struct sum band[BANDS], all;
	size_t worst; /* partial lines of one call that need not be */
	struct iop_judge_call at;
};

static void add(struct sum *sum, const struct iop_lines *lines)
{
	sum->calls++;
	sum->whole += lines->whole;
	sum->partial += lines->partial;
	sum->fewest += lines->fewest;
}

static int count_call(struct iop_judge *judge, const struct iop_target *target, const struct iop_judge_call *call,
		      struct counted *counted)
{
	const struct iop_judge_answer *answer = iop_judge_ask(judge, call);
	struct iop_access_list list = {0};
	struct iop_lines lines;
	unsigned band = 0;

	if (answer->fate.kind != IOP_FATE_RETURNED || answer->blind[0][0])
		return iop_fail("trace", NULL, "cannot judge %s, %zu bytes at %u: it %s", iop_target_name(target), (size_t)call->n,
				call->io_align, answer->fate.text[0] ? answer->fate.text : answer->blind[0]);
	if (!answer->data_right)
		return iop_fail("trace", "iopath check", "%s stores wrong data, %zu bytes at %u", iop_target_name(target),
				(size_t)call->n, call->io_align);
	if (!iop_judge_accesses(judge, 0, &list))
		return iop_fail("trace", NULL, "out of memory");
	lines = iop_lines_of(&list, (uintptr_t)answer->io[0], (size_t)call->n);
	free(list.access);
	while (call->n > band_end[band])
		band++;
	add(&counted->band[band], &lines);
	add(&counted->all, &lines);
	if (lines.partial - lines.fewest > counted->worst) {
		counted->worst = lines.partial - lines.fewest;
		counted->at = *call;
	}
	return 0;
}

static void print_sum(const char *sizes, const struct sum *sum)
{
	if (sum->calls)
		printf("  %-12s %8zu %8zu %8zu %8zu %10zu\n", sizes, sum->calls, sum->whole, sum->partial, sum->fewest,
		       sum->partial - sum->fewest);
}

static void print(const struct iop_target *target, const struct counted *counted)
{
	const char *name = iop_target_name(target), *op;
	char text[16], sizes[24];

	op = iop_target_op_name(target, text);
	printf("%s %s, lines of 64 bytes, at every place\n\n  %-12s %8s %8s %8s %8s %10s\n", op, name, "sizes", "calls", "whole",
	       "partial", "fewest", "avoidable");
	for (unsigned i = 0; i < BANDS; i++) {
		snprintf(sizes, sizeof(sizes), "%u to %u", i ? band_end[i - 1] + 1 : 1, band_end[i]);
		print_sum(sizes, &counted->band[i]);
	}
	print_sum("all", &counted->all);
	if (counted->worst)
		printf("\n%zu more than must be: %zu bytes at %u\n", counted->worst, (size_t)counted->at.n, counted->at.io_align);
}

static int write_json(const char *path, const struct iop_target *target, const struct counted *counted)
{
	const struct sum *all = &counted->all;
	char op[16];
	json_t *line = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "op", iop_target_op_name(target, op), "routine",
				 iop_target_name(target), "calls", (json_int_t)all->calls, "lines_whole", (json_int_t)all->whole,
				 "lines_partial", (json_int_t)all->partial, "lines_partial_fewest", (json_int_t)all->fewest,
				 "lines_avoidable", (json_int_t)(all->partial - all->fewest));
	char *text = line ? json_dumps(line, JSON_COMPACT) : NULL, *whole = NULL;
	int size = text ? asprintf(&whole, "%s\n", text) : -1;
	int err = size < 0 ? iop_fail("trace", NULL, "out of memory") : iop_json_write("trace", path, whole, (size_t)size);

	json_decref(line);
	free(text);
	free(whole);
	return err;
}

int iop_trace_lines(struct iop_judge *judge, const struct iop_target *target, const struct iop_judge_call *call, const char *json)
{
	struct counted counted = {0};
	struct iop_judge_call one = *call;
	int err = 0;

	for (one.n = 1; !err && one.n <= call->n; one.n++)
		for (one.io_align = 0; !err && one.io_align < IOP_LINE_BYTES; one.io_align++)
			if (iop_prototype_takes(&target->prototype, one.n, one.io_align))
				err = count_call(judge, target, &one, &counted);
	if (!err && iop_json_leaves_text(json))
		print(target, &counted);
	if (!err && json)
		err = write_json(json, target, &counted);
	if (err)
		return err;
	return counted.all.partial > counted.all.fewest ? IOP_EXIT_FINDING : IOP_EXIT_CLEAN;
}
