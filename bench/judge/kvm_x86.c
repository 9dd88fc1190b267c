/* SPDX-License-Identifier: MIT */
/* The second opinion as a runner: a child whose virtual machine makes the call. Signals, registers and system calls are not seen. */
#include "kvm_runner.h"
#include "load.h"

#include <kvm_x86.h>

#include <stdio.h>
#include <string.h>

static void bind_symbol(struct iop_copier *copier, enum iop_copy_op op, void *symbol)
{
	switch (op) {
	case IOP_TOIO: *(void **)&copier->toio = symbol; break;
	case IOP_FROMIO: *(void **)&copier->fromio = symbol; break;
	case IOP_SET: *(void **)&copier->set = symbol; break;
	default: *(void **)&copier->move = symbol; break;
	}
}

static void put_lists(struct iop_judge_shared *shared, const struct iop_kvm_traced *traced)
{
	struct iop_judge_access *to = shared->access;

	shared->answer.sides = (uint8_t)traced->lists;
	for (unsigned side = 0; side < traced->lists; side++) {
		const struct iop_access_list *list = &traced->list[side];

		for (size_t i = 0; i < list->count; i++)
			*to++ = (struct iop_judge_access){
				.offset = list->access[i].offset,
				.mask = list->access[i].mask,
				.width = list->access[i].width,
				.write = list->access[i].write,
				.form = (uint8_t)list->access[i].form,
			};
		shared->answer.count[side] = list->count;
		snprintf(shared->answer.blind[side], sizeof(shared->answer.blind[side]), "%s", traced->blind ? traced->blind : "");
	}
}

static void answer_call(struct iop_judge_shared *shared, struct iop_kvm *kvm, enum iop_copy_op op, const struct iop_copier *copier)
{
	const struct iop_judge_call question = shared->call;
	const int value = (int)question.value;
	const struct iop_copy_call call = {
		.op = op,
		.copier = copier,
		.n = (size_t)question.n,
		.io_align = question.io_align,
		.mem_align = question.mem_align,
		.distance = (ptrdiff_t)question.distance,
		.value = &value,
	};
	struct iop_kvm_traced traced;

	memset(&shared->answer, 0, sizeof(shared->answer));
	if (iop_kvm_trace(&traced, kvm, &call)) {
		shared->answer.fate.kind = IOP_FATE_CANNOT;
		snprintf(shared->answer.fate.text, sizeof(shared->answer.fate.text), "the guest has room for %zu bytes only",
			 iop_kvm_longest());
		return;
	}
	put_lists(shared, &traced);
	shared->answer.data_right = traced.data_right;
	shared->answer.fate.kind = IOP_FATE_RETURNED;
}

static void serve(const struct iop_child_seat *seat, void *arg)
{
	const struct iop_judge *judge = arg;
	const struct iop_judged *judged = &judge->judged;
	struct iop_judge_shared *shared = seat->shared;
	struct iop_fate *fate = &shared->answer.fate;
	struct iop_copier copier = {0};
	struct iop_kvm *kvm = NULL;
	char why[200] = "";
	void *symbol;

	if (!iop_child_question(seat))
		return;
	fate->kind = IOP_FATE_LOADING;
	if (judged->object) {
		symbol = iop_judge_load(judged->object, judged->symbol, why, sizeof(why));
		bind_symbol(&copier, judged->op, symbol);
	} else {
		copier = *judged->copier;
	}
	if (!*why && iop_kvm_open(&kvm, why, sizeof(why)) == 0)
		fate->kind = IOP_FATE_NONE;
	snprintf(fate->text, sizeof(fate->text), "%s", why);
	iop_child_answer(seat);
	while (kvm && iop_child_question(seat)) {
		answer_call(shared, kvm, judged->op, &copier);
		iop_child_answer(seat);
	}
}

static bool start(struct iop_judge *judge)
{
	return iop_judge_start_child(judge, serve);
}

const struct iop_judge_runner iop_judge_kvm = {.name = "kvm", .start = start};
