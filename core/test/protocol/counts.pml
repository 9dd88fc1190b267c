/* SPDX-License-Identifier: MIT */
/*
 * Guards that are counted, row 38: where a thread has a guard already, or the system has no membarrier. core/owner/revocable.c.
 */
#define START_STATE orders[0]
#define COUNT_IN orders[1]
#define COUNT_OUT orders[2]
#define TURN_OFF orders[3]
#define ORDERS 4

#define VALUE 0
#define STATE 1
#define USE 2
#define LOCS 3

#define READER	0
#define REVOKER 1
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

/* The value of STATE: 1 for not revoked, 2 for each guard; 0 before it is made. */
inline enter(ok)
{
	ok = 0;
	load(READER, STATE, RELAXED, got);
	do
	:: !(got & 1) -> break
	:: else ->
		atomic {
			if
			:: mem[STATE].w[mem[STATE].n - 1].value == got -> update(READER, STATE, got + 2, COUNT_IN); ok = 1
			:: else -> got = mem[STATE].w[mem[STATE].n - 1].value
			fi
		};
		if :: ok -> break :: else fi
	od
}

inline leave()
{
	load(READER, STATE, RELAXED, got);
	do
	:: !(got & 1) ->
		lock(READER);
		d_step { got = mem[STATE].w[mem[STATE].n - 1].value };
		update(READER, STATE, got - 2, RELAXED);
		asleep = false;
		unlock(READER);
		break
	:: else ->
		ok = 0;
		atomic {
			if
			:: mem[STATE].w[mem[STATE].n - 1].value == got -> update(READER, STATE, got - 2, COUNT_OUT); ok = 1
			:: else -> got = mem[STATE].w[mem[STATE].n - 1].value
			fi
		};
		if :: ok -> break :: else fi
	od;
	got = 0
}

inline revoke()
{
	atomic {
		got = mem[STATE].w[mem[STATE].n - 1].value;
		update(REVOKER, STATE, got - 1, TURN_OFF)
	};
	lock(REVOKER);
	do
	:: true ->
		load(REVOKER, STATE, RELAXED, got);
		if :: got < 2 -> break :: else fi;
		atomic { asleep = true; unlock(REVOKER) };
		!asleep;
		lock(REVOKER)
	od;
	unlock(REVOKER)
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
			skip
		fi
	:: true -> break
	od
}

proctype revoker()
{
	byte pick, got;

	store(REVOKER, VALUE, ALIVE, RELAXED);
	store(REVOKER, STATE, 1, START_STATE);
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
