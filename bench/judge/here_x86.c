/* SPDX-License-Identifier: MIT */
/* The runner of this CPU: a child that loads the routine, and traces its calls with the in-process tracer. */
#include "abi_x86.h"
#include "call.h"
#include "catch_x86.h"
#include "load.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Small calls have a small window: what is prepared and compared for each call is all of it. */
#define SMALL_WINDOW ((size_t)4096)

struct here {
	struct iop_judge_shared *shared;
	const struct iop_judged *judged;
	void *function;
	struct iop_tracer *small, *large;
};

static void *routine_of(const struct iop_judged *judged)
{
	switch (judged->op) {
	case IOP_TOIO: return *(void *const *)&judged->copier->toio;
	case IOP_FROMIO: return *(void *const *)&judged->copier->fromio;
	case IOP_SET: return *(void *const *)&judged->copier->set;
	default: return *(void *const *)&judged->copier->move;
	}
}

/* What a call is made of: the argument of the hook of copy_trace.h. */
struct made {
	const struct here *here;
	const struct iop_judge_call *call;
	struct iop_fate *fate;
};

static uint64_t argument(const struct made *made, unsigned i, unsigned char *io, unsigned char *other)
{
	const struct iop_prototype *p = &made->here->judged->prototype;
	/* The offset of an accessor is from a place of its own before the device side. */
	unsigned char *base = io - made->call->io_align - 64;
	uint64_t value = made->call->value;

	switch ((enum iop_argument)p->argument[i]) {
	case IOP_ARGUMENT_IO: return (uintptr_t)io;
	case IOP_ARGUMENT_OTHER: return (uintptr_t)other;
	case IOP_ARGUMENT_BASE: return (uintptr_t)base;
	case IOP_ARGUMENT_OFFSET: return (uint64_t)(io - base);
	case IOP_ARGUMENT_BYTES: return made->call->n;
	case IOP_ARGUMENT_UNITS: return made->call->n / p->unit;
	case IOP_ARGUMENT_VALUE:
		if (made->here->judged->op == IOP_TOIO) {
			value = 0;
			memcpy(&value, other, p->unit < 8 ? p->unit : 8);
		}
		return iop_prototype_fills_units(p) ? value % 256 * UINT64_C(0x0101010101010101) : value;
	case IOP_ARGUMENT_NUMBER: return p->number[i];
	default: return 0;
	}
}

static void invoke(void *arg, unsigned char *io, unsigned char *other)
{
	/* Values that a routine would hardly put there by itself. */
	static const uint64_t given[IOP_ABI_KEPT] = {0xb0b1b2b3b4b5b6b7, 0xb8b9babbbcbdbebf, 0xc0c1c2c3c4c5c6c7,
						     0xc8c9cacbcccdcecf, 0xd0d1d2d3d4d5d6d7, 0xd8d9dadbdcdddedf};
	const struct made *made = arg;
	const struct iop_prototype *p = &made->here->judged->prototype;
	struct iop_abi_call abi = {
		.function = (uintptr_t)made->here->function,
		.trap = made->call->look == IOP_LOOK_CLOSE ? 0x100 : 0,
	};

	for (unsigned i = 0; i < IOP_ARGUMENTS; i++)
		abi.argument[i] = argument(made, i, io, other);
	memcpy(abi.kept, given, sizeof(given));
	if (!iop_catch(iop_abi_call, &abi, made->fate))
		return;
	made->fate->left = iop_abi_left(&abi, given);
	if (made->fate->left)
		made->fate->kind = IOP_FATE_LEFT;
	if (p->returns_value)
		memcpy(other, &abi.result, p->unit < 8 ? p->unit : 8);
}

static void put_lists(struct iop_judge_shared *shared, const struct iop_copy_traced *traced)
{
	struct iop_judge_answer *answer = &shared->answer;
	struct iop_judge_access *to = shared->access;

	answer->sides = (uint8_t)traced->sides;
	for (unsigned side = 0; side < traced->sides; side++) {
		const struct iop_access_list *list = &traced->side[side].list;

		for (size_t i = 0; i < list->count; i++) {
			const struct iop_access *from = &list->access[i];

			answer->non_temporal += from->streaming;
			*to++ = (struct iop_judge_access){
				.offset = from->offset,
				.mask = from->mask,
				.code = from->code,
				.width = from->width,
				.write = from->write,
				.form = (uint8_t)from->form,
				.streaming = from->streaming,
				.undecoded = from->undecoded,
			};
		}
		answer->count[side] = list->count;
		answer->io[side] = traced->side[side].question.io;
		snprintf(answer->blind[side], sizeof(answer->blind[side]), "%s", list->blind ? list->blind : "");
	}
}

static void answer_call(struct here *here)
{
	const struct iop_judge_call question = here->shared->call;
	struct iop_judge_answer *answer = &here->shared->answer;
	uint64_t reach = (uint64_t)(question.distance < 0 ? -question.distance : question.distance);
	bool small = question.n + (here->judged->op == IOP_MOVE ? reach : 0) <= iop_copy_longest(SMALL_WINDOW);
	struct iop_tracer *tracer = small ? here->small : here->large;
	const int value = (int)question.value;
	struct iop_fate fate = {.kind = IOP_FATE_CANNOT};
	struct made made = {here, &question, &fate};
	const struct iop_copy_call call = {
		.op = here->judged->op,
		.n = (size_t)question.n,
		.io_align = question.io_align,
		.mem_align = question.mem_align,
		.distance = (ptrdiff_t)question.distance,
		.fifo = question.fifo,
		.value = &value,
		.pattern = question.pattern,
		.guard = (enum iop_copy_guard)question.guard,
		.invoke = invoke,
		.arg = &made,
	};
	struct iop_copy_traced traced;

	memset(answer, 0, sizeof(*answer));
	/* Until there is more to say, the parent shall know that there was a call. */
	answer->fate.kind = IOP_FATE_NONE;
	iop_tracer_single_step(tracer, question.look != IOP_LOOK);
	iop_tracer_look_close(tracer, question.look == IOP_LOOK_CLOSE);
	iop_catch_owned(tracer);
	if (iop_copy_trace(&traced, tracer, small ? SMALL_WINDOW : IOP_JUDGE_WINDOW, &call, IOP_STRICT)) {
		answer->fate.kind = IOP_FATE_CANNOT;
		snprintf(answer->fate.text, sizeof(answer->fate.text), "the call is too long, or has no such place");
		return;
	}
	put_lists(here->shared, &traced);
	answer->data_right = traced.data_right;
	answer->wrong_at = traced.wrong_at;
	answer->steps = iop_tracer_steps(tracer);
	answer->looked = question.look == IOP_LOOK_CLOSE;
	answer->fenced = answer->looked && iop_tracer_fenced(tracer);
	iop_catch_words(&fate, &traced.side[0].list, question.n);
	answer->fate = fate;
}

/* Timers that loading sets are stopped when it is through (iop_catch_open); until then they may fire. */
static void ignore_timers(void)
{
	signal(SIGALRM, SIG_IGN);
	signal(SIGVTALRM, SIG_IGN);
	signal(SIGPROF, SIG_IGN);
}

/* The first answer says whether there is a routine. */
static bool prepare(struct here *here, const struct iop_child_limits *limits)
{
	struct iop_fate *fate = &here->shared->answer.fate;
	char why[sizeof(fate->text)] = "";

	fate->kind = IOP_FATE_LOADING;
	ignore_timers();
	here->function = here->judged->object ? iop_judge_load(here->judged->object, here->judged->symbol, why, sizeof(why))
					      : routine_of(here->judged);
	if (here->function && (iop_tracer_open(&here->small, SMALL_WINDOW) || iop_tracer_open(&here->large, IOP_JUDGE_WINDOW))) {
		snprintf(why, sizeof(why), "no memory for the traced window");
		here->function = NULL;
	} else if (here->function && !iop_catch_open(limits->cpu_seconds, why, sizeof(why))) {
		here->function = NULL;
	}
	if (here->function)
		fate->kind = IOP_FATE_NONE;
	snprintf(fate->text, sizeof(fate->text), "%s", why);
	return here->function != NULL;
}

static void serve(const struct iop_child_seat *seat, void *arg)
{
	const struct iop_judge *judge = arg;
	struct here here = {.shared = seat->shared, .judged = &judge->judged};
	bool ready;

	if (!iop_child_question(seat))
		return;
	ready = prepare(&here, &judge->limits);
	if (!iop_child_answer(seat)) {
		here.shared->answer.fate.kind = IOP_FATE_CANNOT;
		strcpy(here.shared->answer.fate.text, "loading it closed files that are not its own");
		return;
	}
	while (ready && iop_child_question(seat)) {
		answer_call(&here);
		/* What it may have broken is not known: the next call has a process of its own. */
		ready = !iop_fate_is_reason(&here.shared->answer.fate);
		iop_child_answer(seat);
	}
}

static bool start(struct iop_judge *judge)
{
	return iop_judge_start_child(judge, serve);
}

const struct iop_judge_runner iop_judge_here = {.name = "x86-64", .start = start, .looks = true};
