/* SPDX-License-Identifier: MIT */
/*
 * Copies within a set of widths, run after run (docs/copies.md, 1.2), as strict.c does it. That the runs of next_run() are the best is
 * examined by places.c; what one run does is in runs.c.
 */
struct run {
	unsigned width;
	size_t count;
};
struct pattern {
	char byte[64];
};

/* The device's side and the memory's; bytes of the device accessed so far, by so many accesses. */
uintptr_t io_begin;
size_t io_size, done, accesses;
char *memory;

/*@ axiomatic best {
  @   logic integer fewest(integer widths, integer addr, integer left);
  @   axiom none: \forall integer s, a; fewest(s, a, 0) == 0;
  @ }
  @ predicate at(integer io, integer n) = (n > 0 ==> io == io_begin + done) && done + n <= io_size &&
  @   io_begin + io_size <= UINTPTR_MAX + 1;
  @ predicate at_side(char *side, integer n) = n > 0 ==> \base_addr(side) == \base_addr(memory) && side - memory == done;
  @*/

/*@ requires left > 0;
  @ assigns \nothing;
  @ ensures \result.count > 0 && 0 < \result.count * \result.width <= left;
  @ ensures fewest(widths, io, left) == \result.count + fewest(widths, io + \result.count * \result.width, left - \result.count * \result.width);
  @*/
struct run next_run(uintptr_t io, size_t left, unsigned widths);
/*@ requires at(io, run.count * run.width) && at_side((char *)src, run.count * run.width);
  @ assigns done, accesses;
  @ ensures done == \old(done) + run.count * run.width && accesses == \old(accesses) + run.count;
  @*/
void store_run(uintptr_t io, const char *src, struct run run);
/*@ requires at(io, run.count * run.width) && at_side(dst, run.count * run.width);
  @ assigns done, accesses;
  @ ensures done == \old(done) + run.count * run.width && accesses == \old(accesses) + run.count;
  @*/
void load_run(char *dst, uintptr_t io, struct run run);
/*@ requires at(io, run.count * run.width);
  @ assigns done, accesses;
  @ ensures done == \old(done) + run.count * run.width && accesses == \old(accesses) + run.count;
  @*/
void set_run(uintptr_t io, const char *pattern, struct run run);

/* from copy/within.c: each byte once, ascending, by the fewest accesses of the set */
/*@ requires at(io, n) && at_side((char *)src, n);
  @ assigns done, accesses;
  @ ensures done == \old(done) + n && accesses == \old(accesses) + fewest(widths, io_begin + \old(done), n);
  @*/
void store_all(uintptr_t io, const char *src, size_t n, unsigned widths);
/* loop invariant done + n == \at(done, Pre) + \at(n, Pre) && at(io, n);
 * loop invariant at_side((char *)src, n);
 * loop invariant accesses + fewest(widths, io_begin + done, n) == \at(accesses, Pre) + fewest(widths, io_begin + \at(done, Pre), \at(n, Pre));
 * loop assigns done, accesses, io, src, n;
 * loop variant n; */

/* from copy/within.c: the same of loads */
/*@ requires at(io, n) && at_side(dst, n);
  @ assigns done, accesses;
  @ ensures done == \old(done) + n && accesses == \old(accesses) + fewest(widths, io_begin + \old(done), n);
  @*/
void load_all(char *dst, uintptr_t io, size_t n, unsigned widths);
/* loop invariant done + n == \at(done, Pre) + \at(n, Pre) && at(io, n);
 * loop invariant at_side(dst, n);
 * loop invariant accesses + fewest(widths, io_begin + done, n) == \at(accesses, Pre) + fewest(widths, io_begin + \at(done, Pre), \at(n, Pre));
 * loop assigns done, accesses, io, dst, n;
 * loop variant n; */

/* from copy/within.c: the same of a fill */
/*@ requires at(io, n);
  @ assigns done, accesses;
  @ ensures done == \old(done) + n && accesses == \old(accesses) + fewest(widths, io_begin + \old(done), n);
  @*/
void set_all(uintptr_t io, const struct pattern *pattern, size_t n, unsigned widths);
/* loop invariant done + n == \at(done, Pre) + \at(n, Pre) && at(io, n);
 * loop invariant accesses + fewest(widths, io_begin + done, n) == \at(accesses, Pre) + fewest(widths, io_begin + \at(done, Pre), \at(n, Pre));
 * loop assigns done, accesses, io, n;
 * loop variant n; */

struct edges {
	uintptr_t io;
	unsigned word;
	size_t before, head, whole, tail;
};
/* Examined by places.c. */
/*@ requires \valid(e) && \valid(widths) && \separated(e, widths);
  @ assigns *e, *widths;
  @ ensures \result == 0 && n > 0 ==> e->head + e->whole + e->tail == n && e->tail < e->word;
  @ ensures \result == 0 && n > 0 && e->head == 0 ==> e->io == io;
  @ ensures \result == 0 && n > 0 && e->head > 0 ==> e->io + e->before == io && e->before + e->head <= e->word;
  @ ensures \result == 0 && n > 0 && e->head > 0 && e->head < n ==> e->io + e->word == io + e->head;
  @*/
int find_edges(struct edges *e, uintptr_t io, size_t n, unsigned *widths);
/*@ requires n > 0 ==> io + from == io_begin + done && at_side((char *)bytes, n) && from + n <= width && done + n <= io_size;
  @ assigns done, accesses;
  @ ensures done == \old(done) + n;
  @*/
void merge(uintptr_t io, unsigned width, size_t from, const char *bytes, size_t n);

/* from copy/within.c: head, whole words and tail are the range, each byte once and ascending */
/*@ requires (uintptr_t)io == io_begin && n == io_size && done == 0 && at_side((char *)src, n) && io_begin + n <= UINTPTR_MAX + 1;
  @ assigns done, accesses;
  @ ensures \result == 0 ==> done == n;
  @*/
int iop_memcpy_toio_within_rmw(volatile void *io, const char *src, size_t n, unsigned widths);

/*@ requires n > 0 ==> io + from == io_begin + done && at_side(dst, n) && from + n <= width && done + n <= io_size;
  @ assigns done, accesses;
  @ ensures done == \old(done) + n;
  @*/
void pick(char *dst, uintptr_t io, unsigned width, size_t from, size_t n);

/* from copy/within.c: the same of loads */
/*@ requires (uintptr_t)io == io_begin && n == io_size && done == 0 && at_side(dst, n) && io_begin + n <= UINTPTR_MAX + 1;
  @ assigns done, accesses;
  @ ensures \result == 0 ==> done == n;
  @*/
int iop_memcpy_fromio_within_whole(char *dst, const volatile void *io, size_t n, unsigned widths);
