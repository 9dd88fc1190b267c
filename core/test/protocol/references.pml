/* SPDX-License-Identifier: MIT */
/* What a Devres and its unbind action share, row 38: two threads use it, and the one that puts the last reference frees it. */
#define PUT orders[0]
#define ORDERS 1

#define REFERENCES 0
#define USE_BY_0 1
#define USE_BY_1 2
#define LOCS 3

#include "memory.pml"

byte freed;

proctype owner(byte me)
{
	byte left;

	assert(!freed);
	store(me, USE_BY_0 + me, 1, RELAXED);
	atomic {
		left = mem[REFERENCES].w[mem[REFERENCES].n - 1].value - 1;
		update(me, REFERENCES, left, PUT)
	};
	if
	:: left == 0 ->
		d_step {
			assert(knows[me].at[USE_BY_0] == mem[USE_BY_0].n - 1 && knows[me].at[USE_BY_1] == mem[USE_BY_1].n - 1);
			freed++
		}
	:: else
	fi
}

init {
	atomic {
		read_orders();
		EACH(mem[i_].n = 1);
		mem[REFERENCES].w[0].value = 2;
		run owner(0);
		run owner(1)
	};
	_nr_pr == 1;
	assert(freed == 1)
}
