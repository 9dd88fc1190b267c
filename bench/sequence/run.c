/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "child.h"
#include "judge.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

void iop_sequence_forget(struct iop_sequence_runner *runner)
{
	if (runner->child.shared)
		iop_child_stop(&runner->child);
}

static void describe_crash(struct iop_sequence_failure *failure, const struct iop_sequence_shared *shared, int number)
{
	const char *window = shared->where == IOP_WHERE_DEVICE ? "device" : "memory";
	const bool before = shared->fault < 0;

	if (number != SIGSEGV || shared->where == IOP_WHERE_ELSE)
		iop_sequence_fail(failure, IOP_SEQUENCE_CRASH, "killed by SIG%s (%s)", sigabbrev_np(number), sigdescr_np(number));
	else
		iop_sequence_fail(failure, IOP_SEQUENCE_CRASH, "faults at byte %lld %s of the %s's window (SIGSEGV)",
				  (long long)(before ? -shared->fault : shared->fault - (long long)IOP_SEQUENCE_WINDOW + 1),
				  before ? "before the start" : "behind the end", window);
}

/* The child ended in a call, or before any. */
static bool ended(const struct iop_sequence_runner *runner, struct iop_sequence_failure *failure,
		  const struct iop_sequence_shared *shared, enum iop_child_end end, int detail)
{
	const bool late = end == IOP_CHILD_LATE || (end == IOP_CHILD_KILLED && detail == SIGPROF);

	if (!shared->loaded)
		return iop_sequence_fail(failure, IOP_SEQUENCE_CANNOT, "it %s when it is loaded",
					 late			   ? "does not return"
					 : end == IOP_CHILD_KILLED ? "is killed by a signal"
								   : "ends its process");
	if (late)
		return iop_sequence_fail(failure, IOP_SEQUENCE_HANG, "does not return in %g s", runner->limits.cpu_seconds);
	if (end == IOP_CHILD_EXITED)
		return iop_sequence_fail(failure, IOP_SEQUENCE_ENDED, "ends its process with status %d", detail);
	describe_crash(failure, shared, detail);
	return false;
}

static bool start(struct iop_sequence_runner *runner, struct iop_sequence_failure *failure)
{
	struct iop_sequence_served served = {.module = runner->module, .cpu_seconds = runner->limits.cpu_seconds};
	int err;

	if (runner->child.pid)
		return true;
	iop_sequence_forget(runner);
	/* The child has its own copy of what it is given. */
	err = iop_child_start(&runner->child, sizeof(struct iop_sequence_shared), &runner->limits, iop_sequence_serve, &served);
	return !err || iop_sequence_fail(failure, IOP_SEQUENCE_CANNOT, "cannot start a process to run it in: %s", strerror(-err));
}

static void count(struct iop_sequence_runner *runner, const struct iop_sequence *sequence, const struct iop_sequence_shared *shared)
{
	runner->calls += shared->done;
	for (uint32_t i = 0; i < shared->done && i < IOP_SEQUENCE_STEPS; i++) {
		const char *blind = shared->outcome[i].blind;
		const uint32_t entry = sequence->step[i].entry;

		runner->of_kind[runner->module->entry[entry].kind]++;
		if (runner->of_entry)
			runner->of_entry[entry]++;
		runner->watched += sequence->step[i].watched && !*blind;
		runner->blind += *blind != '\0';
		if (*blind)
			snprintf(runner->blind_why, sizeof(runner->blind_why), "%.99s", blind);
	}
}

bool iop_sequence_run(struct iop_sequence_runner *runner, const struct iop_sequence *sequence, struct iop_sequence_failure *failure)
{
	struct iop_sequence_shared *shared;
	enum iop_child_end end;
	int detail;

	*failure = (struct iop_sequence_failure){.fault = IOP_SEQUENCE_CLEAN};
	if (!start(runner, failure))
		return false;
	shared = runner->child.shared;
	shared->sequence = *sequence;
	shared->done = shared->accesses = shared->where = 0;
	end = iop_child_ask(&runner->child, &detail);
	/* The routine could have written there. */
	if (shared->done > sequence->steps)
		shared->done = 0;
	count(runner, sequence, shared);
	if (!iop_sequence_judge(runner->module, sequence, shared, failure))
		return false;
	if (end == IOP_CHILD_ANSWERED && shared->loaded && shared->done == sequence->steps)
		return true;
	failure->step = shared->done < sequence->steps ? shared->done : sequence->steps - 1;
	failure->entry = sequence->step[failure->step].entry;
	if (end == IOP_CHILD_ANSWERED && !shared->loaded)
		return iop_sequence_fail(failure, IOP_SEQUENCE_CANNOT, "%.150s", shared->why);
	if (end == IOP_CHILD_ANSWERED)
		return iop_sequence_fail(failure, IOP_SEQUENCE_ENDED, "does not come back the usual way");
	return ended(runner, failure, shared, end, detail);
}

bool iop_sequence_run_list(struct iop_sequence_runner *runner, const struct iop_sequence_list *list,
			   struct iop_sequence_failure *failure)
{
	bool clean = true;

	iop_sequence_forget(runner);
	for (size_t i = 0; clean && i < list->count; i++)
		clean = iop_sequence_run(runner, &list->sequence[i], failure);
	return clean;
}
