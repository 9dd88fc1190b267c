/* SPDX-License-Identifier: MIT */
/*
 * The split of a portable STRICT copy (docs/copies.md, 1), as contracts of its loops: contracts.c for the notation. What accesses the
 * device is a function here that may be called only for the next bytes, by the widest access that they may have: so the loops that call
 * it, and nothing else, touch each byte once, in order, by such accesses.
 */

/* The device's side and the memory's; bytes of the device accessed so far, by so many accesses; bytes of the memory filled. */
uintptr_t io_begin;
size_t io_size, done, accesses, filled;
char *memory;

/*@ predicate is_width(integer w) = w == 1 || w == 2 || w == 4 || w == WORD;
  @ predicate may(integer addr, integer left, integer w) = is_width(w) && addr % w == 0 && w <= left;
  @ predicate widest(integer addr, integer left, integer w) = may(addr, left, w) && \forall integer v; may(addr, left, v) ==> v <= w;
  @*/
#define IOP_PIECE_PATTERN(value) ((uint8_t)(value)*UINT64_C(0x0101010101010101))
/* What Frama-C does not know; proved by lemmas.py. */
/*@ axiomatic low_bits {
  @   axiom low_bits: \forall integer x; 0 <= x <= 0xffffffffffffffff ==> (x & 1) == x % 2 && (x & 3) == x % 4 && (x & 7) == x % 8;
  @ }
  @*/
/*
 * The fewest accesses of @left bytes at @addr: a number that one more access of any split lowers by 1 at most, and the widest one by 1.
 * There is one: lemmas.py has the formula.
 */
/*@ axiomatic fewest {
  @   logic integer fewest(integer addr, integer left);
  @   axiom none: \forall integer a; fewest(a, 0) == 0;
  @   axiom not_more: \forall integer a, n, w; may(a, n, w) ==> fewest(a, n) <= 1 + fewest(a + w, n - w);
  @   axiom by_the_widest: \forall integer a, n, w; widest(a, n, w) ==> fewest(a, n) == 1 + fewest(a + w, n - w);
  @ }
  @ axiomatic bytes {
  @   logic integer bytes_at(integer at, integer width);
  @ }
  @*/

/*@ predicate begins(integer io, char *side, integer n) = io == io_begin && n == io_size && io + n <= UINTPTR_MAX + 1 &&
  @   memory == side && done == 0 && accesses == 0 && filled == 0;
  @ predicate next(integer io, integer width) = is_width(width) && io == io_begin + done && done + width <= io_size &&
  @   widest(io, io_size - done, width);
  @ predicate all_bytes(integer pattern) = \forall integer at, width; bytes_at(at, width) == pattern;
  @ predicate stays(char *side, integer width) = 0 <= side - memory && side - memory + width <= io_size;
  @ predicate best(integer left) = done + left == io_size && accesses + fewest(io_begin + done, left) == fewest(io_begin, io_size);
  @*/

/*@ requires next(io, width);
  @ requires value == bytes_at(done, width);
  @ assigns done, accesses;
  @ ensures done == \old(done) + width && accesses == \old(accesses) + 1;
  @*/
void iop_piece_store(uintptr_t io, unsigned width, uint64_t value);
/*@ requires next(io, width);
  @ assigns done, accesses;
  @ ensures done == \old(done) + width && accesses == \old(accesses) + 1;
  @ ensures \result == bytes_at(\old(done), width);
  @*/
uint64_t iop_piece_load(uintptr_t io, unsigned width);
/*@ requires stays((char *)from, width);
  @ assigns \nothing;
  @ ensures \result == bytes_at((char *)from - memory, width);
  @*/
uint64_t iop_piece_gather(const char *from, unsigned width);
/*@ requires to == memory + filled && filled + width <= io_size;
  @ requires value == bytes_at(filled, width);
  @ assigns filled;
  @ ensures filled == \old(filled) + width;
  @*/
void iop_piece_scatter(char *to, unsigned width, uint64_t value);

/* from copy/iomem_copy.c: docs/copies.md, the widest access that is aligned and fits, where that is less than a word */
/*@ requires left > 0;
  @ assigns \nothing;
  @ ensures may(addr, left, \result) && \result < WORD;
  @ ensures \forall integer w; may(addr, left, w) && w < WORD ==> w <= \result;
  @*/
unsigned step(uintptr_t addr, size_t left);
/* loop pragma UNROLL 3; */

/* from copy/iomem_copy.c: the same for whole words */
/*@ assigns \nothing;
  @ ensures \result != 0 <==> may(addr, left, WORD);
  @*/
bool word_fits(uintptr_t addr, size_t left);

/* from copy/iomem_copy.c: each byte once, ascending, by the fewest accesses */
/*@ requires begins((uintptr_t)io, (char *)src, n);
  @ assigns done, accesses;
  @ ensures done == io_size && accesses == fewest(io_begin, io_size);
  @*/
void iop_portable_toio(volatile void *io, const void *src, size_t n);
/* loop invariant best(n) && (n > 0 ==> to == io_begin + done && from == memory + done);
 * loop assigns done, accesses, to, from, n;
 * loop variant n; */
/* loop invariant best(n) && n <= \at(n, LoopEntry) && (n > 0 ==> to == io_begin + done && from == memory + done);
 * loop assigns done, accesses, to, from, n;
 * loop variant n; */

/* from copy/iomem_copy.c: the same of loads */
/*@ requires begins((uintptr_t)io, (char *)dst, n);
  @ assigns done, accesses, filled;
  @ ensures done == io_size && filled == io_size && accesses == fewest(io_begin, io_size);
  @*/
void iop_portable_fromio(void *dst, const volatile void *io, size_t n);
/* loop invariant best(n) && filled == done && (n > 0 ==> from == io_begin + done && to == memory + done);
 * loop assigns done, accesses, filled, to, from, n;
 * loop variant n; */
/* loop invariant best(n) && n <= \at(n, LoopEntry) && filled == done && (n > 0 ==> from == io_begin + done && to == memory + done);
 * loop assigns done, accesses, filled, to, from, n;
 * loop variant n; */

/* from copy/iomem_copy.c: the same of a fill, whose every access has the same bytes */
/*@ requires begins((uintptr_t)io, memory, n);
  @ requires all_bytes(IOP_PIECE_PATTERN(value));
  @ assigns done, accesses;
  @ ensures done == io_size && accesses == fewest(io_begin, io_size);
  @*/
void iop_portable_set(volatile void *io, int value, size_t n);
/* loop invariant best(n) && (n > 0 ==> to == io_begin + done);
 * loop assigns done, accesses, to, n;
 * loop variant n; */
/* loop invariant best(n) && n <= \at(n, LoopEntry) && (n > 0 ==> to == io_begin + done);
 * loop assigns done, accesses, to, n;
 * loop variant n; */

/* Whatever split is legal. */
/*@ requires left > 0;
  @ assigns \nothing;
  @ ensures may(addr, left, \result);
  @*/
unsigned some_width(uintptr_t addr, size_t left);

/* from test/proof/other_split.c: no legal split has fewer accesses */
/*@ requires io + n <= UINTPTR_MAX + 1;
  @ assigns \nothing;
  @ ensures \result >= fewest(io, n);
  @*/
size_t other_split(uintptr_t io, size_t n);
/* loop invariant n <= \at(n, Pre) && count + n <= \at(n, Pre) && (n > 0 ==> io + n == \at(io, Pre) + \at(n, Pre));
 * loop invariant count + fewest(\at(io, Pre) + \at(n, Pre) - n, n) >= fewest(\at(io, Pre), \at(n, Pre));
 * loop assigns io, n, count;
 * loop variant n; */
