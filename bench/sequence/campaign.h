/* SPDX-License-Identifier: MIT */
/**
 * campaign.h - sequences one after the other, and what is found by them
 */
#ifndef IOPATH_BENCH_SEQUENCE_CAMPAIGN_H
#define IOPATH_BENCH_SEQUENCE_CAMPAIGN_H

#include "run.h"

struct iop_sequence_campaign {
	struct iop_sequence_module *module; /**< an entry with a finding is left out from then on */
	struct iop_child_limits limits;
	const volatile sig_atomic_t *stop; /**< ends the campaign, and minimising, once it is set */
	uint64_t seed;
	uint64_t most_calls; /**< 0: as many as there is time for */
	double seconds;	     /**< 0: as long as it takes */
	/** A finding, minimised; @again is false where it did not fail when it was run again, and @list is what ran. */
	void (*found)(void *user, const struct iop_sequence_list *list, const struct iop_sequence_failure *failure, bool again);
	/** After each sequence. NULL: nothing. */
	void (*progress)(void *user, uint64_t sequences, uint64_t calls);
	void *user;
	uint64_t *of_entry; /**< counts the calls of each entry, or NULL */

	/* What came of it. */
	struct iop_sequence_runner runner; /**< its counts, without those of minimising */
	uint64_t sequences, findings;
	char why[400]; /**< of a module that could not be run */
};

/** Before anything else. */
void iop_sequence_campaign_begin(struct iop_sequence_campaign *campaign);

/** Generated sequences. False: the module cannot be run, or there is no memory. */
bool iop_sequence_campaign(struct iop_sequence_campaign *campaign);

/* What other sources of sequences need (engine.h, corpus.h). */

/** Seconds of a clock that is never set. */
double iop_sequence_clock(void);
/** Whether there are calls and time left, and something to call; shows the progress. */
bool iop_sequence_campaign_goes_on(const struct iop_sequence_campaign *campaign, double end);
/** Minimises what ended in @failure and hands it on; its entry is left out from then on, and @history is empty. */
void iop_sequence_campaign_found(struct iop_sequence_campaign *campaign, struct iop_sequence_list *history,
				 struct iop_sequence_failure *failure);

#endif
