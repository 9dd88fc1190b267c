/* SPDX-License-Identifier: MIT */
#include "target.h"

#include <judge/emulated.h>
#include <peers/peers.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELP_WIDTH	100
#define CLOCK_PER_CPU	6 /* a child may wait that much longer than it may compute */
#define LONGEST_TIMEOUT 86400.0

const char *iop_target_machine(const struct iop_target *target)
{
	return target->judged.object ? iop_judge_machine(target->judged.object) : NULL;
}

const char *iop_target_name(const struct iop_target *target)
{
	return target->routine ? target->routine : target->symbol;
}

int iop_target_timeout(struct iop_target *target, const char *command, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !isfinite(seconds) || seconds <= 0 || seconds > LONGEST_TIMEOUT)
		return iop_fail(command, NULL, "--timeout takes seconds, more than 0 and up to %g, not '%s'", LONGEST_TIMEOUT,
				text);
	target->limits.cpu_seconds = seconds;
	target->limits.clock_seconds = seconds * CLOCK_PER_CPU;
	return 0;
}

int iop_target_wanted(struct iop_target *t, const char *command, const char *name)
{
	char why[200];

	if (!iop_wanted_parse(&t->wanted, name))
		return iop_fail(command, "toio, fromio, set or move; read8 to read64, write8 to write64", "no such operation: %s",
				name);
	t->prototype = iop_prototype_wanted(&t->wanted);
	if (!t->call)
		return 0;
	if (!iop_prototype_parse(&t->prototype, t->called, &t->wanted, t->call, why, sizeof(why)))
		return iop_fail(command, "such as --call 'copy(io, src, n)'", "--call '%s': %s", t->call, why);
	if (t->symbol && *t->called && strcmp(t->symbol, t->called) != 0)
		return iop_fail(command, "leave out one", "--call names %s, and the symbol is %s", t->called, t->symbol);
	if (*t->called)
		t->symbol = t->called;
	return 0;
}

const char *iop_target_op_name(const struct iop_target *target, char text[16])
{
	return iop_wanted_name(&target->wanted, text);
}

static int tier_of(enum iop_tier *tier, const char *command, const char *name)
{
	for (enum iop_tier t = 0; name && t < IOP_TIERS; t++)
		if (strcasecmp(name, iop_tier_name(t)) == 0) {
			*tier = t;
			return 0;
		}
	return name ? iop_fail(command, "strict, strict-s, wide, wide-m or mem", "no such tier: %s", name) : 0;
}

static int widths_of(unsigned *widths, const char *command, const char *text)
{
	const char *at = text;

	*widths = 0;
	while (at) {
		char *end;
		unsigned long width = strtoul(at, &end, 10);

		if (end == at || (*end && *end != ',') || !width || width > 64 || (width & (width - 1)))
			return iop_fail(command, "such as 1,2,4,8: each a power of two up to 64", "no widths: '%s'", text);
		*widths |= (unsigned)width;
		at = *end ? end + 1 : NULL;
	}
	return 0;
}

/* Of the library's routines and the peers. */
static int find_routine(struct iop_target *t, const char *command)
{
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];

		if (strcmp(r->name, t->routine) != 0)
			continue;
		if (r->supported && !r->supported())
			return iop_fail(command, NULL, "this CPU cannot run %s", t->routine);
		t->copier = (struct iop_copier){r->toio, r->fromio, r->set, r->move};
		t->tier = r->tier;
		return 0;
	}
	for (size_t i = 0; iop_peers[i]; i++) {
		const struct iop_peer *p = iop_peers[i];

		if (strcmp(p->name, t->routine) != 0)
			continue;
		if (p->supported && !p->supported())
			return iop_fail(command, NULL, "this CPU cannot run %s", t->routine);
		t->copier = (struct iop_copier){.toio = p->toio, .fromio = p->fromio, .set = p->set, .move = p->move};
		return 0;
	}
	return iop_fail(command, "'iopath trace --help' lists them", "no such routine: %s", t->routine);
}

int iop_target_find(struct iop_target *t, const char *command)
{
	char name[16];
	int err = 0;

	t->tier = IOP_STRICT;
	t->runner = t->routine || !t->object ? &iop_judge_here : iop_judge_runner_of(t->object);
	if (t->routine)
		err = find_routine(t, command);
	if (!err && t->routine && t->call)
		err = iop_fail(command, "leave out --call", "the prototype of %s is known", t->routine);
	if (!err && t->routine && (t->wanted.width || !iop_copier_offers(&t->copier, t->wanted.op)))
		err = iop_fail(command, NULL, "%s has no %s", t->routine, iop_target_op_name(t, name));
	if (!err)
		err = tier_of(&t->tier, command, t->tier_name);
	if (!err)
		err = widths_of(&t->widths, command, t->widths_text);
	/* An accessor is one access. */
	if (!t->widths)
		t->widths = t->wanted.width;
	t->judged = (struct iop_judged){
		.op = t->wanted.op,
		.object = t->routine ? NULL : t->object,
		.symbol = t->symbol,
		.copier = &t->copier,
		.prototype = t->prototype,
	};
	return err;
}

int iop_target_judge(struct iop_judge *judge, const struct iop_target *target, const char *command)
{
	bool path = target->routine || strchr(target->object, '/');

	if (iop_judge_open(judge, &target->judged, target->runner, &target->limits))
		return 0;
	return iop_fail(command, path || !strstr(judge->why, "No such file") ? NULL : "give a path with a slash, such as ./mine.so",
			"%s", judge->why);
}

/* Names of a list, in lines of a help's width. */
static int print_name(int column, const char *name)
{
	if (column + (int)strlen(name) >= HELP_WIDTH) {
		printf("\n");
		column = 0;
	}
	return column + printf("%s%s", column ? " " : "", name);
}

void iop_target_help_routines(void)
{
	int column = printf("Routines:");

	for (size_t i = 0; iop_routines[i]; i++)
		column = print_name(column, iop_routines[i]->name);
	for (size_t i = 0; iop_peers[i]; i++)
		column = print_name(column, iop_peers[i]->name);
	printf("\n\n");
}
