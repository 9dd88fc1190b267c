/* SPDX-License-Identifier: MIT */
#include "path.h"

#include "path_run.h"

#include <host/module.h>

#include <dlfcn.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
	const struct iop_access_list *list = iop_tracer_run(run->tracer, origin, code, arg);

	run->report->calls++;
	if (list && !list->blind && !list->lost)
		return list;
	iop_path_end(run, IOP_PATH_CANNOT, "%s, accesses may be missing: %s", run->report->at,
		     list && list->blind ? list->blind : "it cannot be traced");
	return NULL;
}

/* The line of the module's table: as the parent has read it in another process. */
static bool find(struct iop_path_run *run, const struct iop_path *path)
{
	const struct iop_module *module = iop_module_load(path->module);
	const struct iop_registered_table *table = module ? module->registered : NULL;
	void *handle = dlopen(path->module, RTLD_NOW | RTLD_NOLOAD);

	for (const struct iop_registered *const *r = table ? table->first : NULL; table && r < table->end; r++)
		if ((*r)->kind == path->kind && strcmp((*r)->name, path->name) == 0)
			run->entry = *r;
	if (!run->entry || !handle)
		return iop_path_end(run, IOP_PATH_CANNOT, "the module does not register it any more");
	run->function = dlsym(handle, run->entry->symbol);
	if (!run->function)
		return iop_path_end(run, IOP_PATH_CANNOT, "%s is not exported", run->entry->symbol);
	return true;
}

static size_t window_of(const struct iop_registered *entry)
{
	if (entry->kind != IOP_REGISTERED_OPERATION)
		return IOP_PATH_WINDOW;
	return entry->operation->window ? entry->operation->window : 4096;
}

static void judge(struct iop_path_run *run)
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
	else
		iop_path_checked(run);
}

static void serve(const struct iop_child_seat *seat, void *arg)
{
	struct iop_path_run run = {.report = seat->shared};

	if (!iop_child_question(seat))
		return;
	snprintf(run.report->at, sizeof(run.report->at), "while it was loaded");
	if (find(&run, arg))
		judge(&run);
	iop_child_answer(seat);
}

/* A call that ended its process was no answer of a path that must refuse; of an operation, nothing is known. */
static void ended(const struct iop_path *path, struct iop_path_report *report, enum iop_child_end end, int detail)
{
	const bool called = report->calls && path->kind != IOP_REGISTERED_OPERATION;
	char at[sizeof(report->at)];

	memcpy(at, report->at, sizeof(at));
	at[sizeof(at) - 1] = '\0';
	report->verdict = end == IOP_CHILD_KILLED && called ? IOP_PATH_WRONG : IOP_PATH_CANNOT;
	if (end == IOP_CHILD_KILLED)
		snprintf(report->why, sizeof(report->why), "%s, killed by signal %d (%s)", at, detail, strsignal(detail));
	else if (end == IOP_CHILD_EXITED)
		snprintf(report->why, sizeof(report->why), "%s, its process ended with status %d", at, detail);
	else
		snprintf(report->why, sizeof(report->why), "%s, no answer in time%s", at,
			 path->kind == IOP_REGISTERED_OPERATION ? "; one that waits for a device needs a .device" : "");
}

bool iop_path_judge(const struct iop_path *path, const struct iop_child_limits *limits, struct iop_path_report *report)
{
	struct iop_child child;
	enum iop_child_end end;
	int detail;

	if (iop_child_start(&child, sizeof(*report), limits, serve, (void *)(uintptr_t)path))
		return false;
	end = iop_child_ask(&child, &detail);
	memcpy(report, child.shared, sizeof(*report));
	iop_child_stop(&child);
	if (end != IOP_CHILD_ANSWERED)
		ended(path, report, end, detail);
	report->why[sizeof(report->why) - 1] = '\0';
	return true;
}
