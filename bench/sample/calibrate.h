/* SPDX-License-Identifier: MIT */
/**
 * calibrate.h - what one access costs, at a place of a device and in cached memory
 *
 * All kinds of accesses are timed in turns, device and cached memory, so that a disturbance meets all of them; a cost is the median over
 * the rounds. A write writes what was read there before.
 */
#ifndef IOPATH_BENCH_SAMPLE_CALIBRATE_H
#define IOPATH_BENCH_SAMPLE_CALIBRATE_H

#include <host/accesses.h>

#include <stdbool.h>
#include <stddef.h>

/** The widths that can be measured are 1, 2, 4 and, on 64-bit machines, 8. */
#define IOP_CALIBRATED_WIDTHS 4

struct iop_calibration {
	volatile unsigned char *device;
	size_t size;	 /**< bytes that may be accessed there */
	unsigned widths; /**< to measure, ORed */
	bool write, wc;	 /**< whether it may be written; whether it is mapped write-combining */
	unsigned rounds;
	/* Out, in nanoseconds; NaN: not measured. */
	double cost[2][IOP_ACCESS_DIRECTIONS][IOP_ACCESS_WIDTHS]; /**< of the device, and of cached memory */
	double line[2], flush;
};

/** Memory that a batch works on: another page of it in each round, so that no page's place decides. */
struct iop_timed_place {
	volatile unsigned char *start;
	size_t pages; /**< of 4096 bytes; 0: less than one, which is always the place */
	volatile unsigned char *now;
};

/** Whatever can be timed: @ops operations of @work. */
struct iop_timed {
	void (*work)(void *arg, size_t ops);
	void *arg;
	struct iop_timed_place *place[2]; /**< that change from round to round; NULL: none */
	size_t ops;			  /**< in a batch; 0: to be found */
	double median;			  /**< out: ns of an operation */
};

/** Times all of @timed in turns, @rounds batches each. False if memory is missing. */
bool iop_time_in_turns(struct iop_timed *timed, size_t count, unsigned rounds);

/** False if memory is missing. */
bool iop_calibrate(struct iop_calibration *calibration);

#endif
