/* SPDX-License-Identifier: MIT */
#include "module_emulated.h"

#include "call.h"

#include <iopath/cells.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

static void become(const struct iop_child_seat *seat, const struct iop_emulator *emulator, double cpu_seconds, const char *module,
		   unsigned kind, const char *name)
{
	char number[16], seconds[32];
	const char *const words[] = {seconds, module, number, name, NULL};

	snprintf(seconds, sizeof(seconds), "%g", cpu_seconds);
	snprintf(number, sizeof(number), "%u", kind);
	iop_emulator_become(emulator, emulator->module_runner, words, seat, iop_judge_limits.memory);
}

void iop_module_serve_emulated(const struct iop_child_seat *seat, void *arg)
{
	const struct iop_path *path = arg;

	become(seat, path->emulator, path->cpu_seconds, path->module, path->kind, path->name);
}

struct reading {
	const struct iop_emulator *emulator;
	const char *module;
	double cpu_seconds;
};

static void serve_table(const struct iop_child_seat *seat, void *arg)
{
	const struct reading *reading = arg;

	become(seat, reading->emulator, reading->cpu_seconds, reading->module, 0, "");
}

static void end_text(char *text, size_t size)
{
	text[size - 1] = '\0';
}

/* Nothing of it may be believed. */
static void end_texts(struct iop_module_table *table)
{
	if (table->count > IOP_MODULE_TABLE_MOST)
		table->count = IOP_MODULE_TABLE_MOST;
	end_text(table->why, sizeof(table->why));
	end_text(table->name, sizeof(table->name));
	end_text(table->compiler, sizeof(table->compiler));
	for (uint32_t i = 0; i < table->count; i++) {
		end_text(table->entry[i].name, sizeof(table->entry[i].name));
		end_text(table->entry[i].symbol, sizeof(table->entry[i].symbol));
		end_text(table->entry[i].tier, sizeof(table->entry[i].tier));
	}
}

bool iop_module_table_read(const struct iop_emulator *emulator, const char *module, const struct iop_child_limits *limits,
			   struct iop_module_table *table, char *why, size_t size)
{
	struct reading reading = {emulator, module, limits->cpu_seconds};
	struct iop_child_limits of_child = *limits;
	struct iop_child child;
	enum iop_child_end end;
	int detail;

	of_child.memory = 0;
	if (iop_child_start(&child, sizeof(*table), &of_child, serve_table, &reading)) {
		snprintf(why, size, "cannot start a process to load it in");
		return false;
	}
	end = iop_child_ask(&child, &detail);
	memcpy(table, child.shared, sizeof(*table));
	iop_child_stop(&child);
	end_texts(table);
	if (end == IOP_CHILD_KILLED && detail == SIGPROF)
		end = IOP_CHILD_LATE;
	if (end == IOP_CHILD_KILLED)
		snprintf(why, size, "loading it ends the process by signal %d (%s)", detail, strsignal(detail));
	else if (end == IOP_CHILD_EXITED)
		snprintf(why, size, "loading it ends the process with status %d", detail);
	else if (end == IOP_CHILD_LATE)
		snprintf(why, size, "loading it had not ended after %g s of CPU time", limits->cpu_seconds);
	else if (table->why[0] || !table->answered)
		snprintf(why, size, "%s", table->why[0] ? table->why : "it says nothing of itself");
	else
		return true;
	return false;
}
