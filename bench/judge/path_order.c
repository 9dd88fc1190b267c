/* SPDX-License-Identifier: MIT */
/*
 * Accessors that claim to be ordered. On x86-64 the CPU keeps the order of accesses to uncached memory, and of stores of any memory,
 * so what such an accessor needs is that the compiler keeps it: a compiler barrier, which is no instruction. What it does to the code
 * around it is seen: iopath/cells.h puts the accessor between two stores of one word of memory (a write) or two loads of it (a read),
 * of which the compiler drops one unless something in between forbids it. Around a plain volatile access it must have dropped one;
 * else it does not optimise, and nothing can be said. On which side of the access the barrier is, the same with accesses on one side
 * only shows.
 */
#include "path_run.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* Where the word of memory lies in the window, far from the device's. */
#define MEMORY ((size_t)2048)

struct call {
	void *function;
	unsigned char *device;
	unsigned width; /* of a write; 0: a read */
};

#define CALL(type, ...)                                            \
	{                                                          \
		type;                                              \
		memcpy(&function, &c->function, sizeof(function)); \
		function(__VA_ARGS__);                             \
		break;                                             \
	}
#define WRITE(bits) CALL(void (*function)(void *, uint##bits##_t, void *), c->device, (uint##bits##_t)value, c->device + MEMORY)

static void call_around(void *arg)
{
	const struct call *c = arg;
	/* Of a constant, gcc 12 takes the calls for one, which on CPUs of 32 bits has other arguments. */
	const volatile uint64_t one = 1;
	const uint64_t value = one;

	switch (c->width) {
	case 0: CALL(uint32_t(*function)(void *, void *), c->device, c->device + MEMORY)
	case 1: WRITE(8)
	case 2: WRITE(16)
	case 4: WRITE(32)
	default: WRITE(64)
	}
}

/* What is seen of a call. */
struct seen {
	unsigned device, memory; /* accesses, to memory of the kind of the accessor's */
	bool before, after;	 /* of memory, the first access to the device */
};

/* False with the run ended if it cannot be watched. */
static bool look(struct iop_path_run *run, void *function, struct seen *seen)
{
	const bool writes = run->entry->kind == IOP_REGISTERED_WRITE;
	unsigned char *window = iop_tracer_window(run->tracer);
	struct call call = {.function = function, .device = window, .width = writes ? run->entry->width : 0};
	const struct iop_access_list *list = iop_path_watch(run, window, call_around, &call);

	*seen = (struct seen){0};
	for (size_t i = 0; list && i < list->count; i++) {
		const struct iop_access *a = &list->access[i];

		if (a->offset < (ptrdiff_t)MEMORY)
			seen->device++;
		else if (a->write == writes)
			*(seen->device ? &seen->after : &seen->before) = true, seen->memory++;
	}
	return list != NULL;
}

static bool find(struct iop_path_run *run, const char *side, void *function[2])
{
	static const char *const which[] = {"plain", "ordered"};
	const char *op = run->entry->kind == IOP_REGISTERED_WRITE ? "write" : "read";
	char name[128];

	for (unsigned i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "iop_%s%s_%s_%.80s", side, which[i], op, run->entry->name);
		function[i] = dlsym(run->handle, name);
		if (!function[i]) {
			iop_path_end(run, IOP_PATH_UNSEEN, "the module was built with an older iopath/cells.h");
			return false;
		}
	}
	return true;
}

/*
 * Whether both accesses to memory are made, the earlier store before the device is written, or the later load after it is read: the
 * other one may be on either side.
 */
static bool has_barrier(struct iop_path_run *run)
{
	const bool writes = run->entry->kind == IOP_REGISTERED_WRITE;
	void *function[2];
	bool kept[2];

	if (!find(run, "", function))
		return false;
	for (unsigned i = 0; i < 2; i++) {
		struct seen seen;

		if (!look(run, function[i], &seen))
			return false;
		kept[i] = seen.device && seen.memory > 1 && (writes ? seen.before : seen.after);
	}
	if (kept[0])
		return iop_path_end(
			run, IOP_PATH_UNSEEN,
			"in this build the compiler keeps memory accesses around a plain access, too, so nothing shows a barrier");
	if (!kept[1])
		return iop_path_end(
			run, IOP_PATH_WRONG,
			"it claims to be ordered, and the compiler moves or drops memory accesses across it: it has no compiler "
			"barrier (add one, or claim .relaxed = 1)");
	return true;
}

/*
 * A plain store before a plain volatile write, of the same place, has been dropped, or after a read a load been made earlier: then so it
 * is where the barrier is on the other side. A plain load that was dropped behind a read shows less: behind a load-acquire it may be.
 */
static void judge_side(struct iop_path_run *run)
{
	const bool writes = run->entry->kind == IOP_REGISTERED_WRITE;
	void *function[2];
	struct seen plain, ordered;

	if (!find(run, "side_", function) || !look(run, function[0], &plain) || !look(run, function[1], &ordered))
		return;
	if (writes ? plain.device == 1 && ordered.device == 1 : plain.before && ordered.before)
		iop_path_end(run, IOP_PATH_WRONG,
			     "it claims to be ordered, and its compiler barrier is on the wrong side: a %s needs it %s its access",
			     writes ? "write" : "read", writes ? "before" : "behind");
	else if (plain.device != 1 ? writes || !plain.before : ordered.device == 1 && !plain.before)
		iop_path_end(run, IOP_PATH_UNSEEN, "a barrier is there, and in this build nothing shows on which side");
}

void iop_path_order(struct iop_path_run *run)
{
	snprintf(run->report->at, sizeof(run->report->at), "between accesses to memory");
	if (has_barrier(run))
		judge_side(run);
}
