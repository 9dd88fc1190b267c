/* SPDX-License-Identifier: MIT */
/* Operations: what their first calls do to their window. */
#include "path_run.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct operation {
	struct iop_path_run *run;
	unsigned char *window;
	size_t bytes;
	void *context;
};

/* Set-up has the window as memory. */
static void open_window(const struct operation *o, bool open)
{
	mprotect(o->window, (o->bytes + 4095) / 4096 * 4096, open ? PROT_READ | PROT_WRITE : PROT_NONE);
}

static void call(void *arg)
{
	struct operation *o = arg;
	void (*function)(void *window, void *context);

	memcpy(&function, &o->run->function, sizeof(function));
	function(o->window, o->context);
}

static void answer(void *arg, size_t offset, unsigned width, void *where)
{
	const struct operation *o = arg;

	o->run->entry->operation->device(o->context, offset, width, where);
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
		to[i] = (struct iop_path_access){.offset = a->offset, .width = a->width, .write = a->write};
	}
	report->count[number] = (uint32_t)list->count;
	return true;
}

void iop_path_operation(struct iop_path_run *run)
{
	const struct iop_operation_claims *claims = run->entry->operation;
	struct operation o = {
		.run = run, .window = iop_tracer_window(run->tracer), .bytes = claims->window ? claims->window : 4096};
	int err;

	snprintf(run->report->at, sizeof(run->report->at), "in set-up");
	open_window(&o, true);
	err = claims->setup ? claims->setup(o.window, &o.context) : 0;
	open_window(&o, false);
	if (err) {
		iop_path_end(run, IOP_PATH_CANNOT, "its set-up fails with %d", err);
		return;
	}
	if (claims->device)
		iop_tracer_answer(run->tracer, answer, &o);
	for (unsigned i = 0; i < IOP_PATH_OPERATIONS; i++) {
		const struct iop_access_list *list;

		snprintf(run->report->at, sizeof(run->report->at), "in call %u", i + 1);
		list = iop_path_watch(run, o.window, call, &o);
		if (!list || !take(&o, i, list))
			return;
	}
	snprintf(run->report->at, sizeof(run->report->at), "in tear-down");
	open_window(&o, true);
	if (claims->teardown)
		claims->teardown(o.context);
}
