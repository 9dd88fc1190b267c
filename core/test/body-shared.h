/* SPDX-License-Identifier: MIT */
/* For WAY: two threads use one view, which is a plain value that nothing needs to lock; a thread sanitizer build must agree. */
#include "two-threads.h"
#include "ways.h"

struct WAY_FN(shared) {
	uint32_t mine, theirs;
};
typedef WAY_VIEW(struct WAY_FN(shared)) WAY_FN(shared_view);

static void WAY_FN(shared_turn)(void *context, size_t round)
{
	const WAY_FN(shared_view) *view = (const WAY_FN(shared_view) *)context;

	iop_write(iop_project(*view, .theirs), (uint32_t)round + 1);
	if (round % 64 == 63)
		sched_yield();
}

static void WAY_FN(shared_by_two_threads)(void **state)
{
	struct WAY_FN(shared) memory = {0, 0};
	WAY_FN(shared_view) view = iop_as(WAY_FN(shared_view), WAY_AT(&memory, struct WAY_FN(shared)));
	struct partner partner;
	uint32_t seen = 0, round = 0;

	(void)state;
	partner_start(&partner, WAY_FN(shared_turn), &view);
	while (round < 20000 || !seen) {
		iop_write(iop_project(view, .mine), ++round);
		seen = iop_read(iop_project(view, .theirs));
		if (round % 64 == 0)
			sched_yield();
	}
	partner_stop(&partner);
	assert_int_equal(iop_read(iop_project(view, .mine)), round);
	/* nothing but the partner's own counter has moved, and never back */
	assert_in_range(seen, 1, iop_read(iop_project(view, .theirs)));
}
