/* SPDX-License-Identifier: MIT */
#include "emulated.h"

#include "emulator.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The emulator's own: its translations, and what it reserves for a program of 32 bits, which is not limited. */
#define OF_THE_EMULATOR ((rlim_t)2 << 30)
#define WORDS		(16 + 10 + 2 * IOP_ARGUMENTS)

struct launch {
	const struct iop_judge *judge;
	const struct iop_emulator *emulator;
	const char *object;
};

static void keep_open(int fd)
{
	fcntl(fd, F_SETFD, 0);
}

/* A comma ends a value of the emulator's options; two are one. */
static void with_commas(char *to, const char *path)
{
	for (; *path; path++) {
		*to++ = *path;
		if (*path == ',')
			*to++ = ',';
	}
	*to = '\0';
}

static void become_emulator(const struct iop_child_seat *seat, void *arg)
{
	const struct launch *l = arg;
	const struct iop_judged *judged = &l->judge->judged;
	const rlim_t data = l->judge->limits.memory + OF_THE_EMULATOR;
	char numbers[8 + 2 * IOP_ARGUMENTS][32], plugin[2 * PATH_MAX], root[100];
	const char *word[WORDS] = {l->emulator->program};
	unsigned n = 1, of = 0;

	with_commas(plugin, l->emulator->plugin);
	snprintf(root, sizeof(root), "/usr/%s", l->emulator->machine->triple);
	if (l->emulator->machine->cpu) {
		word[n++] = "-cpu";
		word[n++] = l->emulator->machine->cpu;
	}
	word[n++] = "-L";
	word[n++] = root;
	word[n++] = "-plugin";
	word[n++] = plugin;
	word[n++] = l->emulator->runner;
#define NUMBER(format, value) (snprintf(numbers[of], sizeof(numbers[of]), format, value), word[n++] = numbers[of++])
	NUMBER("%d", seat->shared_fd);
	NUMBER("%d", seat->questions);
	NUMBER("%d", seat->answers);
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
	keep_open(seat->shared_fd);
	keep_open(seat->questions);
	keep_open(seat->answers);
	/* What preloads into this program is of another architecture than that one. */
	unsetenv("LD_PRELOAD");
	unsetenv("LD_LIBRARY_PATH");
	setrlimit(RLIMIT_DATA, &(struct rlimit){data, data});
	execv(word[0], (char *const *)(uintptr_t)word);
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

	return elf.machine ? elf.machine->name : NULL;
}
