/* SPDX-License-Identifier: MIT */
#include "campaign.h"

#include "generate.h"
#include "minimise.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
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

static bool goes_on(const struct iop_sequence_campaign *c, double end)
{
	if (c->most_calls && c->runner.calls >= c->most_calls)
		return false;
	if (c->seconds > 0 && now() >= end)
		return false;
	return some_left(c->module) && (!c->progress || c->progress(c->user, c->sequences, c->runner.calls));
}

/* Minimised by another runner, so that the counts are those of the campaign. */
static void found(struct iop_sequence_campaign *c, struct iop_sequence_list *history, struct iop_sequence_failure *failure)
{
	struct iop_sequence_runner runner = {.module = c->module, .limits = c->limits};
	const uint32_t entry = failure->entry;

	iop_sequence_forget(&c->runner);
	c->findings++;
	c->found(c->user, history, failure, iop_sequence_minimise(&runner, history, failure));
	c->module->entry[entry].left_out = true;
	history->count = 0;
}

bool iop_sequence_campaign(struct iop_sequence_campaign *c)
{
	struct iop_sequence_list *history = calloc(1, sizeof(*history));
	const double end = now() + c->seconds;
	struct iop_sequence_failure failure;
	bool can = history != NULL;

	c->runner = (struct iop_sequence_runner){.module = c->module, .limits = c->limits};
	while (can && goes_on(c, end)) {
		/* A process has so many, so that what depends on earlier calls can be found again. */
		if (history->count == IOP_SEQUENCE_HISTORY) {
			iop_sequence_forget(&c->runner);
			history->count = 0;
		}
		iop_sequence_generate(&history->sequence[history->count], c->module, c->seed, c->sequences++);
		if (iop_sequence_run(&c->runner, &history->sequence[history->count++], &failure))
			continue;
		can = failure.fault != IOP_SEQUENCE_CANNOT;
		if (can)
			found(c, history, &failure);
		else
			memcpy(c->why, failure.words, sizeof(c->why));
	}
	if (!history)
		strcpy(c->why, "out of memory");
	iop_sequence_forget(&c->runner);
	free(history);
	return can;
}
