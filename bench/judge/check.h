/* SPDX-License-Identifier: MIT */
/**
 * check.h - all calls of a routine, judged
 *
 * A verdict about a routine needs more than one call: every size up to 256 at every place of either side, both sides of inaccessible
 * memory, other bytes and values, overlap of moves, random sizes up to 64 KiB, the same calls again, and each instruction looked at.
 * The calls are the same each time; of a routine that makes very many accesses, some of the larger ones are left out.
 */
#ifndef IOPATH_BENCH_JUDGE_CHECK_H
#define IOPATH_BENCH_JUDGE_CHECK_H

#include "call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Steps of a check. */
enum iop_check_step {
	IOP_CHECK_PLACES,
	IOP_CHECK_MEMORY_PLACES,
	IOP_CHECK_PAIRS,
	IOP_CHECK_GUARDS,
	IOP_CHECK_DATA,
	IOP_CHECK_OVERLAP,
	IOP_CHECK_RANDOM,
	IOP_CHECK_AGAIN,
	IOP_CHECK_CLOSE,
	IOP_CHECK_STEPS,
};

/** What a step does, in a few words. */
const char *iop_check_step_words(enum iop_check_step step);

/**
 * Makes the calls of a step, in an order in which small ones come first, until @one returns false. @random calls of the random step
 * are made.
 */
void iop_check_plan(enum iop_check_step step, const struct iop_judged *judged,
		    bool (*one)(void *user, enum iop_check_step step, const struct iop_judge_call *call), void *user);

/** Units of 1 to 64 bytes. */
#define IOP_CHECK_UNITS 7

/** The smallest call that breaks a rule. */
struct iop_check_failure {
	bool any;
	struct iop_judge_call call;
	unsigned broken; /**< OR of enum iop_rule */
	bool data_wrong;
	struct iop_fate fate;
	bool repeats; /**< of the tier that is asked about: it fails again, as the first call in another process */
};

struct iop_check_report {
	/* Asked. */
	enum iop_tier tier;
	unsigned widths; /**< that the device takes; 0: all */

	/* If it cannot be judged: why, and at which call. */
	bool cannot;
	char why[400];
	struct iop_judge_call at;

	/* The verdict. */
	struct iop_check_failure failure[IOP_TIERS]; /**< of each tier, the smallest */
	unsigned used;				     /**< widths of the accesses, ORed */
	unsigned alone; /**< widths that suffice alone where sizes and places are multiples of them, ORed */

	/** The same where sizes and places are multiples of 1 << i: calls that broke the tier. */
	size_t unit_failed[IOP_CHECK_UNITS][IOP_TIERS];
	size_t unit_calls[IOP_CHECK_UNITS]; /**< judged, of at least a unit: where there is none, nothing has been shown */

	/* What the device sees, of all calls. */
	size_t calls, failed, left_out; /**< judged, failed for the tier, not to be made with the widths */
	uint64_t largest;		/**< bytes of a call that was judged */
	size_t step_calls[IOP_CHECK_STEPS], step_failed[IOP_CHECK_STEPS];
	size_t rule_calls[IOP_RULES];			 /**< that broke a rule of the tier */
	size_t wrong_data, overrun, left;		 /**< calls */
	size_t accesses, fewest[IOP_TIERS];		 /**< of the calls that returned the right data */
	size_t reads, vectors, strings, updates, masked; /**< reads: of a device that is only to be written */
	size_t streaming;				 /**< non-temporal stores */
	size_t close_stores, close_fenced;		 /**< calls looked at that stored, and that then executed a fence */
	unsigned undecoded;				 /**< OR of enum iop_decoder */
	bool has_state;					 /**< the same call again made other accesses */
	bool follows_memory;				 /**< accesses to the device depend on the memory side's place */
};

/** Why there is no verdict where progress() has stopped the check; what was judged until then is in the report. */
#define IOP_CHECK_INTERRUPTED "interrupted"

struct iop_check {
	struct iop_judge *judge;
	/** Called before and after each call with the share of calls made; NULL: nobody watches. False stops the check: it cannot judge. */
	bool (*progress)(void *user, enum iop_check_step step, double share);
	/** Called when a step is over. */
	void (*stepped)(void *user, enum iop_check_step step, const struct iop_check_report *report);
	void *user;
};

/** Judges all calls for @report->tier and @report->widths, which are given. 0 or -ENOMEM. */
int iop_check_run(const struct iop_check *check, struct iop_check_report *report);

/** The strictest tier that no call broke; IOP_TIERS if every tier was. */
enum iop_tier iop_check_strictest(const struct iop_check_report *report);

/**
 * The strictest tier that no call broke whose size and places are multiples of some unit, the smallest such: 4 for a routine that
 * moves 32-bit words. IOP_TIERS if there is none: inside, 100 calls passed and none failed, and outside one in ten failed, else the
 * failures are of something else.
 */
enum iop_tier iop_check_strictest_in_units(const struct iop_check_report *report, unsigned *unit);

#endif
