/* SPDX-License-Identifier: MIT */
/*
 * Guards in slots, row 38: one thread makes a value, revokes it and drops it, another takes and gives back guards, also of a second
 * Revocable, which stays open. core/owner/guard.c, and the inline parts of revocable.h.
 */
#define START_OPEN orders[0]
#define ENTER_HELD orders[1]
#define ENTER_FENCE orders[2] /* of the compiler: 0 exchanges the two accesses */
#define ENTER_OPEN orders[3]
#define LEAVE_HELD orders[4]
#define LEAVE_FENCE orders[5] /* as ENTER_FENCE */
#define AGREE orders[6] /* membarrier(), before the slots are read */
#define AGREE_AGAIN orders[7] /* before sleeping */
#define SCAN_HELD orders[8]
#define ORDERS 9

#define VALUE 0
#define OPEN 1
#define HELD 2
#define AWAITED 3
#define LEFT 4
#define USE 5
#define LOCS 6

#define READER	0
#define REVOKER 1
#define NONE	0
#define THIS	1
#define OTHER	2
#define ALIVE	1
#define DEAD	2

#include "memory.pml"

/* USE counts what the reader did with the value: who drops it must know of all uses. */
/* What the guard is for: the value is made, this thread knows, and it is not dropped. */
inline use()
{
	d_step {
		assert(mem[VALUE].n == 2 && mem[VALUE].w[1].value == ALIVE);
		assert(knows[READER].at[VALUE] == 1)
	}
	store(READER, USE, 0, RELAXED)
}

inline drop()
{
	d_step {
		assert(mem[VALUE].n == 2);
		assert(knows[REVOKER].at[USE] == mem[USE].n - 1)
	}
	store(REVOKER, VALUE, DEAD, RELAXED)
}

inline enter(ok)
{
	if
	:: ENTER_FENCE ->
		store(READER, HELD, THIS, ENTER_HELD);
		load(READER, OPEN, ENTER_OPEN, got)
	:: else ->
		load(READER, OPEN, ENTER_OPEN, got);
		store(READER, HELD, THIS, ENTER_HELD)
	fi;
	ok = got
}

inline leave()
{
	if
	:: LEAVE_FENCE ->
		store(READER, HELD, NONE, LEAVE_HELD);
		load(READER, AWAITED, RELAXED, got)
	:: else ->
		load(READER, AWAITED, RELAXED, got);
		store(READER, HELD, NONE, LEAVE_HELD)
	fi;
	if
	:: got ->
		store(READER, AWAITED, 0, RELAXED);
		update(READER, LEFT, mem[LEFT].w[mem[LEFT].n - 1].value + 1, RELAXED);
		asleep = false
	:: else
	fi;
	got = 0
}

/* A guard of another Revocable, which stays open. */
inline guard_another()
{
	store(READER, HELD, OTHER, ENTER_HELD);
	leave()
}

inline revoke()
{
	store(REVOKER, OPEN, 0, RELAXED);
	if :: AGREE -> membarrier() :: else fi;
	do
	:: true ->
		load(REVOKER, LEFT, RELAXED, left);
		load(REVOKER, HELD, SCAN_HELD, got);
		if :: got != THIS -> break :: else fi;
		store(REVOKER, AWAITED, 1, RELAXED);
		if :: AGREE_AGAIN -> membarrier() :: else fi;
		load(REVOKER, HELD, SCAN_HELD, got);
		if :: got != THIS -> break :: else fi;
		/* The kernel looks at the futex under its lock. */
		atomic {
			if
			:: mem[LEFT].w[mem[LEFT].n - 1].value == left -> asleep = true
			:: else
			fi
		};
		!asleep
	od
}

proctype reader()
{
	byte pick, got, ok, tries;

	do
	:: tries < 2 ->
		tries++;
		enter(ok);
		if
		:: ok -> use(); leave()
		:: else ->
			leave()
		fi
	:: true -> break
	od;
	if :: guard_another() :: skip fi
}

proctype revoker()
{
	byte pick, got, left;

	store(REVOKER, VALUE, ALIVE, RELAXED);
	store(REVOKER, OPEN, 1, START_OPEN);
	revoke();
	drop()
}

init {
	atomic {
		read_orders();
		EACH(mem[i_].n = 1);
		run reader();
		run revoker()
	}
}
