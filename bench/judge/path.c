/* SPDX-License-Identifier: MIT */
#include "path.h"

#include "module_emulated.h"
#include "path_here.h"

#include <iopath/cells.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of tens of thousands of calls, instead of one. */
#define CALLS_PATIENCE 20

/* A call that ended its process was no answer of a path that must refuse; of an operation, nothing is known. */
static void ended(const struct iop_path *path, struct iop_path_report *report, enum iop_child_end end, int detail)
{
	const bool called = report->calls && path->kind > IOP_REGISTERED_OPERATION;
	char at[sizeof(report->at)];

	memcpy(at, report->at, sizeof(at));
	at[sizeof(at) - 1] = '\0';
	/* The emulator's program has no other way to say that its time is over. */
	if (end == IOP_CHILD_KILLED && detail == SIGPROF)
		end = IOP_CHILD_LATE;
	report->verdict = end == IOP_CHILD_KILLED && called ? IOP_PATH_WRONG : IOP_PATH_CANNOT;
	if (end == IOP_CHILD_KILLED)
		snprintf(report->why, sizeof(report->why), "%s, killed by signal %d (%s)", at, detail, strsignal(detail));
	else if (end == IOP_CHILD_EXITED)
		snprintf(report->why, sizeof(report->why), "%s, its process ended with status %d", at, detail);
	else
		snprintf(report->why, sizeof(report->why), "%s, no answer in time%s", at,
			 path->kind == IOP_REGISTERED_OPERATION ? "; one that waits for a device needs a .device" : "");
}

static bool judge_once(const struct iop_path *path, const struct iop_child_limits *limits, struct iop_path_report *report)
{
	void (*body)(const struct iop_child_seat *seat, void *path) =
		path->emulator ? iop_module_serve_emulated : iop_path_serve_here;
	struct iop_child_limits of_child = *limits;
	struct iop_path in_child = *path;
	struct iop_child child;
	enum iop_child_end end;
	int detail;

	in_child.cpu_seconds = limits->cpu_seconds;
	/* Address space is what an emulator reserves. It is given time for all calls: each has its own limit. */
	if (path->emulator) {
		of_child.memory = 0;
		of_child.clock_seconds *= path->kind > IOP_REGISTERED_OPERATION ? CALLS_PATIENCE : 1;
	}
	if (iop_child_start(&child, sizeof(*report), &of_child, body, &in_child))
		return false;
	end = iop_child_ask(&child, &detail);
	memcpy(report, child.shared, sizeof(*report));
	iop_child_stop(&child);
	if (end != IOP_CHILD_ANSWERED)
		ended(path, report, end, detail);
	report->why[sizeof(report->why) - 1] = '\0';
	for (unsigned i = 0; i < IOP_PATH_OPERATIONS; i++)
		if (report->count[i] > IOP_PATH_ACCESSES)
			report->verdict = IOP_PATH_CANNOT;
	return true;
}

/* What the second process has seen: the same accesses, or nothing can be said; values may differ. */
static void compare(struct iop_path_report *report, const struct iop_path_report *again)
{
	struct iop_path_access *a = report->access;
	const struct iop_path_access *b = again->access;

	for (unsigned call = 0; call < IOP_PATH_OPERATIONS; call++) {
		bool same = report->count[call] == again->count[call];

		for (uint32_t i = 0; same && i < report->count[call]; i++, a++, b++) {
			same = iop_path_same_access(a, b);
			if (a->valued == IOP_PATH_VALUE && (b->valued != IOP_PATH_VALUE || a->value != b->value))
				a->valued = b->valued == IOP_PATH_ADDRESS ? IOP_PATH_ADDRESS : IOP_PATH_OTHER_VALUE;
		}
		if (same)
			continue;
		report->verdict = IOP_PATH_CANNOT;
		snprintf(report->why, sizeof(report->why),
			 "in call %u, another process makes other accesses, so a later one may, too", call + 1);
		return;
	}
}

bool iop_path_judge(const struct iop_path *path, const struct iop_child_limits *limits, struct iop_path_report *report)
{
	struct iop_path_report *again;

	if (!judge_once(path, limits, report))
		return false;
	if (report->verdict != IOP_PATH_RIGHT || path->kind != IOP_REGISTERED_OPERATION || path->emulator)
		return true;
	again = malloc(sizeof(*again));
	if (!again || !judge_once(path, limits, again)) {
		free(again);
		return false;
	}
	if (again->verdict == IOP_PATH_RIGHT)
		compare(report, again);
	else
		*report = *again;
	free(again);
	return true;
}
