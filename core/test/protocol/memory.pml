/* SPDX-License-Identifier: MIT */
/*
 * memory.pml - two threads and their memory, for the protocols beside this file
 *
 * Memory model: that of C11's release, acquire and relaxed accesses by views. Each location has the list of all writes to it; a thread
 * has, for each location, the latest write that it knows of, and a load may return that one or any later one. A release store carries
 * what its thread knows; an acquire load takes that over. membarrier() is a full fence of its caller, then one of each other thread
 * wherever that is, then one of its caller. Left out: writes to one location that become visible in another order than that in which
 * they are executed, and loads that return what is stored later (load buffering).
 *
 * Who includes this defines LOCS, the number of locations, and ORDERS, the number of orders: orders[], from the environment as a string
 * of digits, so that one program examines every weakening.
 */
#define RELAXED 0
#define ACQUIRE 1
#define RELEASE 2
#define WRITES	10

byte orders[ORDERS];

inline read_orders()
{
	c_code {
		const char *digits = getenv("ORDERS");

		for (int i = 0; digits && digits[i] && i < (int)sizeof(now.orders); i++)
			now.orders[i] = digits[i] - '0';
	}
}

typedef view { byte at[LOCS] };
typedef write { byte value; byte at[LOCS] };
typedef location { byte n; write w[WRITES] };
location mem[LOCS];
view knows[2], heard[2], told[2]; /* by acquire; by any load, for a fence; before the last fence, for a relaxed store */
view fences;
bool locked, asleep;
byte i_;

#define EACH(do_) i_ = 0; do :: i_ < LOCS -> do_; i_++ :: else -> break od; i_ = 0
#define MAX(a, b) a = (a > b -> a : b)

inline store(me, loc, put, order)
{
	d_step {
		assert(mem[loc].n < WRITES);
		knows[me].at[loc] = mem[loc].n;
		mem[loc].w[mem[loc].n].value = put;
		EACH(mem[loc].w[mem[loc].n].at[i_] = (order & RELEASE -> knows[me].at[i_] : told[me].at[i_]));
		mem[loc].w[mem[loc].n].at[loc] = mem[loc].n;
		mem[loc].n++
	}
}

/* A read, modify, write: of the last write, whose release sequence it continues. */
inline update(me, loc, put, order)
{
	d_step {
		take(me, loc, mem[loc].n - 1, order);
		assert(mem[loc].n < WRITES);
		knows[me].at[loc] = mem[loc].n;
		mem[loc].w[mem[loc].n].value = put;
		EACH(mem[loc].w[mem[loc].n].at[i_] = (order & RELEASE -> knows[me].at[i_] : told[me].at[i_]);
		     MAX(mem[loc].w[mem[loc].n].at[i_], mem[loc].w[mem[loc].n - 1].at[i_]));
		mem[loc].w[mem[loc].n].at[loc] = mem[loc].n;
		mem[loc].n++
	}
}

inline take(me, loc, which, order)
{
	EACH(MAX(heard[me].at[i_], mem[loc].w[which].at[i_]);
	     MAX(knows[me].at[i_], (order & ACQUIRE -> mem[loc].w[which].at[i_] : knows[me].at[i_])));
	knows[me].at[loc] = which
}

/* Any write that is not older than what the thread knows. */
inline load(me, loc, order, into)
{
	atomic {
		pick = knows[me].at[loc];
		do
		:: pick + 1 < mem[loc].n -> pick++
		:: break
		od;
		d_step {
			take(me, loc, pick, order);
			into = mem[loc].w[pick].value;
			pick = 0
		}
	}
}

inline fence(me)
{
	d_step {
		EACH(MAX(knows[me].at[i_], heard[me].at[i_]); MAX(knows[me].at[i_], fences.at[i_]);
		     fences.at[i_] = knows[me].at[i_]; told[me].at[i_] = knows[me].at[i_])
	}
}

/* Called by thread 1. */
inline membarrier()
{
	fence(1);
	fence(0);
	fence(1)
}

/* A lock is a fence of those who had it before and after. */
view lock_view;
inline lock(me)
{
	atomic {
		!locked -> locked = true;
		d_step { EACH(MAX(knows[me].at[i_], lock_view.at[i_])) }
	}
}
inline unlock(me)
{
	atomic {
		locked = false;
		d_step { EACH(MAX(lock_view.at[i_], knows[me].at[i_])) }
	}
}

