/* SPDX-License-Identifier: MIT */
#include "call.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct iop_child_limits iop_judge_limits = {.cpu_seconds = 10, .clock_seconds = 60, .memory = (size_t)4 << 30};

struct iop_prototype iop_prototype_of(enum iop_copy_op op)
{
	switch (op) {
	case IOP_TOIO:
		return (struct iop_prototype){.argument = {IOP_ARGUMENT_IO, IOP_ARGUMENT_OTHER, IOP_ARGUMENT_BYTES}, .unit = 1};
	case IOP_SET:
		return (struct iop_prototype){.argument = {IOP_ARGUMENT_IO, IOP_ARGUMENT_VALUE, IOP_ARGUMENT_BYTES}, .unit = 1};
	default: return (struct iop_prototype){.argument = {IOP_ARGUMENT_OTHER, IOP_ARGUMENT_IO, IOP_ARGUMENT_BYTES}, .unit = 1};
	}
}

bool iop_prototype_takes(const struct iop_prototype *prototype, uint64_t n, uint32_t io_align)
{
	const unsigned place = prototype->place ? prototype->place : prototype->unit;

	return n % prototype->unit == 0 && n >= prototype->least && io_align % place == 0 &&
	       (!prototype->one || n == prototype->unit);
}

bool iop_prototype_takes_memory(const struct iop_prototype *prototype, uint32_t mem_align)
{
	return !prototype->memory_place || mem_align % prototype->memory_place == 0;
}

static struct iop_judge_shared *shared(const struct iop_judge *judge)
{
	return judge->child.shared;
}

/* The child ended, or was ended, before it said anything about the call. */
static void tell_end(const struct iop_judge *judge, struct iop_fate *fate, enum iop_child_end end, int detail)
{
	const char *when = fate->kind == IOP_FATE_LOADING ? "while it was loaded, it " : "";

	/* It told why before. */
	if (end == IOP_CHILD_EXITED && fate->kind == IOP_FATE_CANNOT)
		return;
	fate->number = detail;
	switch (end) {
	case IOP_CHILD_LATE:
		fate->kind = IOP_FATE_LATE;
		snprintf(fate->text, sizeof(fate->text), "%shad not returned after %g s", when, judge->limits.clock_seconds);
		break;
	case IOP_CHILD_EXITED:
		fate->kind = IOP_FATE_ENDED;
		snprintf(fate->text, sizeof(fate->text), "%sended the process with status %d", when, detail);
		break;
	default:
		fate->kind = IOP_FATE_KILLED;
		snprintf(fate->text, sizeof(fate->text), "%swas killed by SIG%s (%s)", when, sigabbrev_np(detail),
			 sigdescr_np(detail));
		break;
	}
}

bool iop_judge_open(struct iop_judge *judge, const struct iop_judged *judged, const struct iop_judge_runner *runner,
		    const struct iop_child_limits *limits)
{
	*judge = (struct iop_judge){.judged = *judged, .runner = runner, .limits = *limits};
	return runner->start(judge);
}

bool iop_judge_loaded(struct iop_judge *judge)
{
	struct iop_fate *fate = &shared(judge)->answer.fate;
	enum iop_child_end end;
	int detail;

	fate->kind = IOP_FATE_LOADING;
	end = iop_child_ask(&judge->child, &detail);
	if (end != IOP_CHILD_ANSWERED)
		tell_end(judge, fate, end, detail);
	if (fate->kind == IOP_FATE_NONE)
		return true;
	snprintf(judge->why, sizeof(judge->why), "%s", fate->text);
	iop_child_stop(&judge->child);
	return false;
}

bool iop_judge_start_child(struct iop_judge *judge, void (*serve)(const struct iop_child_seat *seat, void *judge))
{
	int err = iop_child_start(&judge->child, sizeof(struct iop_judge_shared), &judge->limits, serve, judge);

	if (err) {
		snprintf(judge->why, sizeof(judge->why), "cannot start a process to run it in: %s", strerror(-err));
		return false;
	}
	return iop_judge_loaded(judge);
}

const uint8_t *iop_judge_code(const struct iop_judge *judge)
{
	return shared(judge)->code;
}

void iop_judge_close(struct iop_judge *judge)
{
	iop_child_stop(&judge->child);
}

const struct iop_judge_answer *iop_judge_ask(struct iop_judge *judge, const struct iop_judge_call *call)
{
	static struct iop_judge_answer nothing;
	struct iop_judge_answer *answer;
	enum iop_child_end end;
	int detail;

	if (!judge->child.pid) {
		iop_child_stop(&judge->child);
		if (!judge->runner->start(judge)) {
			nothing.fate.kind = IOP_FATE_CANNOT;
			snprintf(nothing.fate.text, sizeof(nothing.fate.text), "%.250s", judge->why);
			return &nothing;
		}
	}
	shared(judge)->call = *call;
	shared(judge)->call.fifo = judge->judged.fifo;
	answer = &shared(judge)->answer;
	end = iop_child_ask(&judge->child, &detail);
	if (end != IOP_CHILD_ANSWERED)
		tell_end(judge, &answer->fate, end, detail);
	/* An answer, but none to this call: it has jumped to where another answer was given. */
	if (answer->fate.kind == IOP_FATE_NONE || answer->fate.kind == IOP_FATE_LOADING) {
		answer->fate.kind = IOP_FATE_ENDED;
		snprintf(answer->fate.text, sizeof(answer->fate.text),
			 "did not come back the usual way: it jumped out of the call");
	}
	return answer;
}

struct iop_access *iop_judge_accesses(const struct iop_judge *judge, unsigned side, struct iop_access_list *list)
{
	const struct iop_judge_shared *s = shared(judge);
	uint64_t first = side ? s->answer.count[0] : 0, count = s->answer.count[side];
	struct iop_access *access;

	/* The routine could have written there. */
	if (first > IOP_JUDGE_ACCESSES || count > IOP_JUDGE_ACCESSES - first)
		return NULL;
	access = malloc((size_t)(count + 1) * sizeof(*access));
	for (uint64_t i = 0; access && i < count; i++) {
		const struct iop_judge_access *from = &s->access[first + i];

		access[i] = (struct iop_access){
			.offset = (ptrdiff_t)from->offset,
			.width = from->width,
			.write = from->write,
			.form = from->form,
			.mask = from->mask,
			.code = (uintptr_t)from->code,
			.streaming = from->streaming,
			.undecoded = from->undecoded,
		};
	}
	*list = (struct iop_access_list){
		.access = access,
		.count = (size_t)count,
		.room = (size_t)count,
		.blind = s->answer.blind[side][0] ? s->answer.blind[side] : NULL,
	};
	return access;
}

int iop_judge_verdict(const struct iop_judge *judge, enum iop_tier tier, unsigned widths, struct iop_copy_traced *traced)
{
	const struct iop_judge_shared *s = shared(judge);
	const struct iop_copy_call call = {.op = judge->judged.op,
					   .n = (size_t)s->call.n,
					   .fifo = judge->judged.fifo,
					   .distance = (ptrdiff_t)s->call.distance};
	const uintptr_t io[] = {(uintptr_t)s->answer.io[0], (uintptr_t)s->answer.io[1]};

	*traced = (struct iop_copy_traced){.sides = call.op == IOP_MOVE ? 2 : 1, .data_right = s->answer.data_right};
	traced->wrong_at = (ptrdiff_t)s->answer.wrong_at;
	for (unsigned i = 0; i < traced->sides; i++)
		if (!iop_judge_accesses(judge, i, &traced->side[i].list)) {
			iop_judge_forget(traced);
			return -ENOMEM;
		}
	iop_copy_judge(traced, &call, io, tier, widths);
	traced->blind |= iop_fate_is_reason(&s->answer.fate);
	traced->legal &= s->answer.fate.kind == IOP_FATE_RETURNED;
	return 0;
}

void iop_judge_forget(struct iop_copy_traced *traced)
{
	for (unsigned i = 0; i < traced->sides; i++)
		free(traced->side[i].list.access);
}
