/* SPDX-License-Identifier: MIT */
/* Operations: what their first calls do to their window. */
#include "path_run.h"

#include <stdio.h>
#include <string.h>

struct operation {
	struct iop_path_run *run;
	unsigned char *window;
	size_t bytes;
	void *context;
	void *function;	   /* that is called */
	uint64_t overhead; /* instructions of a call of nothing */
};

static void call(void *arg)
{
	struct operation *o = arg;
	void (*function)(void *window, void *context);

	memcpy(&function, &o->function, sizeof(function));
	function(o->window, o->context);
}

static __attribute__((noinline)) void nothing(void *window, void *context)
{
	(void)window, (void)context;
	__asm__ volatile("");
}

static void answer(void *arg, size_t offset, unsigned width, void *where)
{
	const struct operation *o = arg;

	o->run->entry->operation->device(o->context, offset, width, where);
}

static uint8_t value_of(const struct operation *o, const struct iop_access *a)
{
	if (!a->valued)
		return IOP_PATH_NO_VALUE;
	return iop_path_is_address(o->run, a->value, a->width) ? IOP_PATH_ADDRESS : IOP_PATH_VALUE;
}

static bool take(const struct operation *o, unsigned number, const struct iop_access_list *list)
{
	struct iop_path_report *report = o->run->report;
	struct iop_path_access *to = report->access;

	for (unsigned i = 0; i < number; i++)
		to += report->count[i];
	if (list->count > IOP_PATH_ACCESSES)
		return iop_path_end(o->run, IOP_PATH_CANNOT, "%s, more than %d accesses", report->at, IOP_PATH_ACCESSES);
	for (size_t i = 0; i < list->count; i++) {
		const struct iop_access *a = &list->access[i];

		if (a->offset < 0 || (size_t)a->offset + a->width > o->bytes)
			return iop_path_end(o->run, IOP_PATH_WRONG, "%s, it %s %u bytes at offset %td, outside its window of %zu",
					    report->at, a->write ? "writes" : "reads", a->width, a->offset, o->bytes);
		to[i] = (struct iop_path_access){
			.offset = a->offset, .value = a->value, .width = a->width, .write = a->write, .valued = value_of(o, a)};
	}
	report->count[number] = (uint32_t)list->count;
	report->instructions[number] = iop_path_instructions(o->run) - o->overhead;
	report->code_bytes = iop_path_code(o->run, report->instructions[number], report->code);
	return true;
}

/* Twice, as the first binds symbols. */
static bool call_nothing(struct operation *o)
{
	void (*function)(void *window, void *context) = nothing;

	memcpy(&o->function, &function, sizeof(function));
	for (int i = 0; i < 2; i++)
		if (!iop_path_watch(o->run, o->window, call, o))
			return false;
	o->overhead = iop_path_instructions(o->run);
	o->function = o->run->function;
	return true;
}

void iop_path_operation(struct iop_path_run *run)
{
	const struct iop_operation_claims *claims = run->entry->operation;
	struct operation o = {
		.run = run, .window = iop_tracer_window(run->tracer), .bytes = claims->window ? claims->window : 4096};
	int err;

	snprintf(run->report->at, sizeof(run->report->at), "in set-up");
	iop_path_open_window(run, true);
	err = claims->setup ? claims->setup(o.window, &o.context) : 0;
	iop_path_open_window(run, false);
	if (err) {
		iop_path_end(run, IOP_PATH_CANNOT, "its set-up fails with %d", err);
		return;
	}
	if (!call_nothing(&o) || (claims->device && !iop_path_answer(run, answer, &o)))
		return;
	run->report->calls = 0;
	for (unsigned i = 0; i < IOP_PATH_OPERATIONS; i++) {
		const struct iop_access_list *list;

		snprintf(run->report->at, sizeof(run->report->at), "in call %u", i + 1);
		list = iop_path_watch(run, o.window, call, &o);
		if (!list || !take(&o, i, list))
			return;
	}
	snprintf(run->report->at, sizeof(run->report->at), "in tear-down");
	iop_path_open_window(run, true);
	if (claims->teardown)
		claims->teardown(o.context);
}
