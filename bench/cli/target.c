/* SPDX-License-Identifier: MIT */
#include "target.h"

#include "rep.h"
#include "width_list.h"
#include "within.h"

#include <host/legality.h>
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

int iop_target_fifo(struct iop_target *target, const char *command, const char *text)
{
	static const char *const widths[] = {"1", "2", "4", "8"};

	for (unsigned i = 0; i < 4; i++)
		if (strcmp(text, widths[i]) == 0)
			target->fifo = 1u << i;
	return target->fifo ? 0 : iop_fail(command, "1, 2, 4 or 8", "--fifo takes the bytes of the register, not '%s'", text);
}

/* Through a FIFO go whole words, and its register is aligned to them. */
static int limit_to_words(struct iop_target *t, const char *command)
{
	struct iop_prototype *p = &t->prototype;

	if (t->wanted.width || (t->wanted.op != IOP_TOIO && t->wanted.op != IOP_FROMIO))
		return iop_fail(command, "toio or fromio", "a FIFO is written or read, many words at a time");
	if (t->widths_text || t->rmw)
		return iop_fail(command, "leave out --widths and --rmw", "--fifo says the width of all accesses");
	if (p->unit == 1)
		p->unit = (uint8_t)t->fifo;
	if (p->unit % t->fifo)
		return iop_fail(command, NULL, "--call counts words of %u bytes, and the register has %u", p->unit, t->fifo);
	if (p->place % t->fifo)
		p->place = (uint8_t)t->fifo;
	if (t->routine && strcmp(t->routine, IOP_KERNEL_REP) == 0)
		p->memory_place = (uint8_t)t->fifo;
	return 0;
}

/* A routine of units is for some sizes and places; with its edges by read, modify, write, for all. */
static void limit_to_units(struct iop_target *t)
{
	unsigned unit = 1, memory_unit = 0;

	for (size_t i = 0; iop_routines[i]; i++)
		if (strcmp(iop_routines[i]->name, t->routine) == 0 && iop_routines[i]->unit) {
			unit = iop_routines[i]->unit;
			memory_unit = iop_routines[i]->memory_unit;
		}
	for (size_t i = 0; iop_peers[i]; i++)
		if (strcmp(iop_peers[i]->name, t->routine) == 0 && iop_peers[i]->unit)
			unit = memory_unit = iop_peers[i]->unit;
	if (t->rmw)
		return;
	t->prototype.unit = (uint8_t)unit;
	t->prototype.memory_place = (uint8_t)memory_unit;
}

int iop_target_wanted(struct iop_target *t, const char *command, const char *name)
{
	char why[200];

	if (!iop_wanted_parse(&t->wanted, name))
		return iop_fail(command, "toio, fromio, set or move; read8 to read64, write8 to write64", "no such operation: %s",
				name);
	t->prototype = iop_prototype_wanted(&t->wanted);
	if (t->routine && !t->wanted.width)
		limit_to_units(t);
	if (!t->call)
		return t->fifo ? limit_to_words(t, command) : 0;
	if (!iop_prototype_parse(&t->prototype, t->called, &t->wanted, t->call, why, sizeof(why)))
		return iop_fail(command, "such as --call 'copy(io, src, n)'", "--call '%s': %s", t->call, why);
	if (t->symbol && *t->called && strcmp(t->symbol, t->called) != 0)
		return iop_fail(command, "leave out one", "--call names %s, and the symbol is %s", t->called, t->symbol);
	if (*t->called)
		t->symbol = t->called;
	return t->fifo ? limit_to_words(t, command) : 0;
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

/* The library's copies within widths; by any wider than a register, for mappings that take vectors. */
static int find_within(struct iop_target *t, const char *command)
{
	char words[32];

	if (!t->widths)
		return iop_fail(command, "--widths LIST", "of the copies within widths, the widths are not said");
	t->copier = iop_within_copier(t->widths, t->rmw);
	t->tier = t->widths >= 16 ? IOP_WIDE : IOP_STRICT;
	if (iop_within_answer(64, 0))
		return iop_fail(command, NULL, "this machine has no single access of %s bytes", iop_widths_words(t->widths, words));
	return 0;
}

/* One of the table; by read, modify, write of edges, the copies within its widths. */
static int take_routine(struct iop_target *t, const char *command, const struct iop_routine *r)
{
	if (!iop_copy_can_trace(r))
		return iop_fail(command, NULL, "this CPU cannot run %s", t->routine);
	t->tier = r->tier;
	if (!t->widths)
		t->widths = r->widths;
	if (!t->rmw)
		t->copier = (struct iop_copier){r->toio, r->fromio, r->set, r->move};
	else if (r->unit > 1)
		t->copier = iop_within_copier(r->widths, true);
	else
		return iop_fail(command, "leave out --rmw", "%s copies any size at any place", t->routine);
	return 0;
}

static int find_rep(struct iop_target *t, const char *command)
{
	if (!t->fifo)
		return iop_fail(command, "--fifo 4", "the width of the register is not said");
	if (!iop_rep_copier(&t->copier, t->routine, t->fifo))
		return iop_fail(command, NULL, "%s has no accesses of %u bytes here", t->routine, t->fifo);
	return 0;
}

/* Of the library's routines and the peers. */
static int find_routine(struct iop_target *t, const char *command)
{
	if (iop_rep_is(t->routine))
		return find_rep(t, command);
	if (strcmp(t->routine, IOP_WITHIN) == 0)
		return find_within(t, command);
	for (size_t i = 0; iop_routines[i]; i++)
		if (strcmp(iop_routines[i]->name, t->routine) == 0)
			return take_routine(t, command, iop_routines[i]);
	for (size_t i = 0; iop_peers[i]; i++) {
		const struct iop_peer *p = iop_peers[i];

		if (strcmp(p->name, t->routine) != 0)
			continue;
		if (p->supported && !p->supported())
			return iop_fail(command, NULL, "this CPU cannot run %s", t->routine);
		if (t->rmw)
			return iop_fail(command, "leave out --rmw", "%s has no read, modify, write of edges", t->routine);
		t->copier = (struct iop_copier){.toio = p->toio, .fromio = p->fromio, .set = p->set, .move = p->move};
		return 0;
	}
	return iop_fail(command, "'iopath trace --help' lists them", "no such routine: %s", t->routine);
}

int iop_target_find(struct iop_target *t, const char *command)
{
	char name[16];
	int err;

	t->tier = IOP_STRICT;
	t->runner = t->routine || !t->object ? &iop_judge_here : iop_judge_runner_of(t->object);
	t->widths = 0;
	err = t->widths_text ? iop_cli_widths(&t->widths, command, t->widths_text, 64) : 0;
	if (!err && t->rmw && !t->routine)
		err = iop_fail(command, "leave out --rmw", "what is called at the edges is the routine's own affair");
	if (!err && t->routine)
		err = find_routine(t, command);
	if (!err && t->routine && t->call)
		err = iop_fail(command, "leave out --call", "the prototype of %s is known", t->routine);
	if (!err && t->routine && (t->wanted.width || !iop_copier_offers(&t->copier, t->wanted.op)))
		err = iop_fail(command, NULL, "%s has no %s", t->routine, iop_target_op_name(t, name));
	if (!err)
		err = tier_of(&t->tier, command, t->tier_name);
	if (t->rmw)
		t->widths |= IOP_EDGES_RMW;
	if (t->fifo)
		t->widths = t->fifo;
	/* An accessor is one access. */
	if (!t->widths)
		t->widths = t->wanted.width;
	t->judged = (struct iop_judged){
		.op = t->wanted.op,
		.object = t->routine ? NULL : t->object,
		.symbol = t->symbol,
		.copier = &t->copier,
		.prototype = t->prototype,
		.fifo = t->fifo,
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
