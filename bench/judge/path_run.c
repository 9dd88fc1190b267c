/* SPDX-License-Identifier: MIT */
/* In the child, on any CPU. */
#include "path_run.h"

#include <stdarg.h>
#include <stdio.h>

bool iop_path_end(struct iop_path_run *run, enum iop_path_verdict verdict, const char *format, ...)
{
	va_list args;

	run->report->verdict = verdict;
	va_start(args, format);
	vsnprintf(run->report->why, sizeof(run->report->why), format, args);
	va_end(args);
	return false;
}

const struct iop_access_list *iop_path_watch(struct iop_path_run *run, const unsigned char *origin, void (*code)(void *arg),
					     void *arg)
{
	const struct iop_access_list *list;

	if (run->begin)
		run->begin();
	run->report->calls++;
	list = iop_tracer_run(run->tracer, origin, code, arg);
	if (list && !list->blind && !list->lost)
		return list;
	iop_path_end(run, IOP_PATH_CANNOT, "%s, accesses may be missing: %s", run->report->at,
		     list && list->blind ? list->blind : "it cannot be traced");
	return NULL;
}

static size_t window_of(const struct iop_registered *entry)
{
	if (entry->kind != IOP_REGISTERED_OPERATION)
		return IOP_PATH_WINDOW;
	return entry->operation->window ? entry->operation->window : 4096;
}

void iop_path_judge_entry(struct iop_path_run *run)
{
	if (iop_tracer_open(&run->tracer, window_of(run->entry))) {
		iop_path_end(run, IOP_PATH_CANNOT, "no memory for the traced window");
		return;
	}
	run->report->verdict = IOP_PATH_RIGHT;
	if (run->entry->kind == IOP_REGISTERED_OPERATION)
		iop_path_operation(run);
	else if (run->entry->kind == IOP_REGISTERED_PROJECTION)
		iop_path_projection(run);
	else if (run->entry->kind == IOP_REGISTERED_READ || run->entry->kind == IOP_REGISTERED_WRITE)
		iop_path_order(run);
	else
		iop_path_checked(run);
}
