/* SPDX-License-Identifier: MIT */
#include "campaign.h"

#include "generate.h"
#include "minimise.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

double iop_sequence_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool some_left(const struct iop_sequence_module *module)
{
	for (size_t i = 0; i < module->entries; i++)
		if (!module->entry[i].left_out)
			return true;
	return false;
}

bool iop_sequence_campaign_goes_on(const struct iop_sequence_campaign *c, double end)
{
	if (c->most_calls && c->runner.calls >= c->most_calls)
		return false;
	if (c->seconds > 0 && iop_sequence_clock() >= end)
		return false;
	if (c->progress)
		c->progress(c->user, c->sequences, c->runner.calls);
	return some_left(c->module) && !iop_sequence_stopped(&c->runner);
}

/* Minimised by another runner, so that the counts are those of the campaign. */
void iop_sequence_campaign_found(struct iop_sequence_campaign *c, struct iop_sequence_list *history,
				 struct iop_sequence_failure *failure)
{
	struct iop_sequence_runner runner = {.module = c->module, .limits = c->limits, .stop = c->stop};
	const uint32_t entry = failure->entry;

	iop_sequence_forget(&c->runner);
	c->findings++;
	c->found(c->user, history, failure, iop_sequence_minimise(&runner, history, failure));
	c->module->entry[entry].left_out = true;
	history->count = 0;
}

void iop_sequence_campaign_begin(struct iop_sequence_campaign *c)
{
	c->runner =
		(struct iop_sequence_runner){.module = c->module, .limits = c->limits, .stop = c->stop, .of_entry = c->of_entry};
}

/* Of so many processes one lives long. */
#define ONE_IN 16

/* What a process runs. One that lives long calls one entry, so that what happens each thousandth time does. */
struct life {
	struct iop_sequence_module alone; /* the others are left out */
	uint64_t number;		  /* of processes before it */
	size_t sequences;
};

static bool is_long(const struct life *life)
{
	return life->number % ONE_IN == ONE_IN / 2;
}

static void begin_life(struct life *life, const struct iop_sequence_module *module)
{
	size_t left = 0, chosen;

	life->sequences = is_long(life) ? IOP_SEQUENCE_LONGEST : IOP_SEQUENCE_HISTORY;
	for (size_t i = 0; i < module->entries; i++)
		left += !module->entry[i].left_out;
	chosen = left ? life->number / ONE_IN % left : 0;
	for (size_t i = 0; i < module->entries; i++) {
		life->alone.entry[i] = module->entry[i];
		if (is_long(life) && !module->entry[i].left_out)
			life->alone.entry[i].left_out = chosen-- != 0;
	}
}

bool iop_sequence_campaign(struct iop_sequence_campaign *c)
{
	struct iop_sequence_list *history = calloc(1, sizeof(*history));
	const double end = iop_sequence_clock() + c->seconds;
	struct iop_sequence_failure failure;
	struct life life = {.alone = *c->module};
	bool can;

	life.alone.entry = calloc(c->module->entries + 1, sizeof(*life.alone.entry));
	can = history && life.alone.entry;

	while (can && iop_sequence_campaign_goes_on(c, end)) {
		/* A process has so many, so that what depends on earlier calls can be found again. */
		if (history->count && history->count == life.sequences) {
			iop_sequence_forget(&c->runner);
			history->count = 0;
		}
		if (!history->count) {
			begin_life(&life, c->module);
			life.number++;
		}
		iop_sequence_generate(&history->sequence[history->count], &life.alone, c->seed, c->sequences++);
		if (iop_sequence_run(&c->runner, &history->sequence[history->count++], &failure))
			continue;
		can = failure.fault != IOP_SEQUENCE_CANNOT;
		if (can)
			iop_sequence_campaign_found(c, history, &failure);
		else
			memcpy(c->why, failure.words, sizeof(c->why));
	}
	if (!history || !life.alone.entry)
		strcpy(c->why, "out of memory");
	iop_sequence_forget(&c->runner);
	free(history);
	free(life.alone.entry);
	return can;
}
