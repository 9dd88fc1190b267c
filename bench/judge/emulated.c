/* SPDX-License-Identifier: MIT */
#include "emulated.h"

#include "emulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of the runner's arguments, and NULL. */
#define WORDS (6 + 2 * IOP_ARGUMENTS + 1)

struct launch {
	const struct iop_judge *judge;
	const struct iop_emulator *emulator;
	const char *object;
};

static void become_emulator(const struct iop_child_seat *seat, void *arg)
{
	const struct launch *l = arg;
	const struct iop_judged *judged = &l->judge->judged;
	char numbers[4 + 2 * IOP_ARGUMENTS][32];
	const char *word[WORDS];
	unsigned n = 0, of = 0;

#define NUMBER(format, value) (snprintf(numbers[of], sizeof(numbers[of]), format, value), word[n++] = numbers[of++])
	NUMBER("%g", l->judge->limits.cpu_seconds);
	NUMBER("%d", (int)judged->op);
	word[n++] = l->object;
	word[n++] = judged->symbol;
	NUMBER("%d", judged->prototype.unit);
	NUMBER("%d", judged->prototype.returns_value);
	for (unsigned i = 0; i < IOP_ARGUMENTS; i++)
		NUMBER("%d", judged->prototype.argument[i]);
	for (unsigned i = 0; i < IOP_ARGUMENTS; i++)
		NUMBER("%llu", (unsigned long long)judged->prototype.number[i]);
	word[n] = NULL;
	iop_emulator_become(l->emulator, l->emulator->runner, word, seat, l->judge->limits.memory);
}

static bool refuse(struct iop_judge *judge, const struct iop_elf *elf)
{
	const char *object = judge->judged.object;

	if (!elf->machine)
		snprintf(judge->why, sizeof(judge->why), "%s is of a machine that cannot be judged here: ELF number %u, %u bits",
			 object, elf->number, elf->bits);
	else if (!elf->shared && !elf->relocatable)
		snprintf(judge->why, sizeof(judge->why), "%s is a program: a shared object or an object file is needed", object);
	else
		return false;
	return true;
}

static bool start(struct iop_judge *judge)
{
	struct iop_elf elf = iop_elf_of(judge->judged.object);
	struct iop_child_limits limits = judge->limits;
	char linked[PATH_MAX] = "", path[PATH_MAX];
	struct iop_emulator emulator;
	struct launch launch = {judge, &emulator, path};
	bool loaded;
	int err;

	if (refuse(judge, &elf) || !iop_emulator_open(&emulator, elf.machine, judge->why, sizeof(judge->why)))
		return false;
	if (!realpath(judge->judged.object, path)) {
		snprintf(judge->why, sizeof(judge->why), "%s: no such file", judge->judged.object);
		return false;
	}
	if (elf.relocatable) {
		if (!iop_emulator_link(&emulator, path, linked, judge->why, sizeof(judge->why)))
			return false;
		launch.object = linked;
	}
	/* Address space is what an emulator reserves: the data is limited in its place. */
	limits.memory = 0;
	err = iop_child_start(&judge->child, sizeof(struct iop_judge_shared), &limits, become_emulator, &launch);
	if (err)
		snprintf(judge->why, sizeof(judge->why), "cannot start a process to run it in: %s", strerror(-err));
	loaded = !err && iop_judge_loaded(judge);
	if (*linked)
		unlink(linked);
	return loaded;
}

const struct iop_judge_runner iop_judge_emulated = {.name = "qemu-user", .start = start};

const struct iop_judge_runner *iop_judge_runner_of(const char *object)
{
	return iop_elf_of(object).here ? &iop_judge_here : &iop_judge_emulated;
}

const char *iop_judge_machine(const char *object)
{
	struct iop_elf elf = iop_elf_of(object);

	return elf.machine && !elf.here ? elf.machine->name : NULL;
}
