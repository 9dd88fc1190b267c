/* SPDX-License-Identifier: MIT */
/*
 * Accesses of one width that a caller names (docs/copies.md, 1.2), as strict.c does it: to address after address, and to one.
 */

/* The device's side and the memory's; bytes of the device accessed so far, by so many accesses; bytes of the memory filled. */
uintptr_t io_begin;
size_t io_size, done, accesses, filled;
char *memory;
/* The width of all accesses. */
unsigned only;

/*@ axiomatic bytes {
  @   logic integer bytes_at(integer at, integer width);
  @ }
  @*/

/*@ predicate next(integer io, integer width) = width == only && io == io_begin + done && (io_begin + done) % width == 0 &&
  @   done + width <= io_size;
  @ predicate run_of(integer io, integer count, integer width) = only == width && (count > 0 ==> io == io_begin + done) &&
  @   (io_begin + done) % width == 0 && done + count * width <= io_size && io_begin + io_size <= UINTPTR_MAX + 1;
  @ predicate at_side(char *side, integer count) = 
  @   count > 0 ==> \base_addr(side) == \base_addr(memory) && side - memory == done;
  @ predicate all_bytes(integer pattern) = \forall integer at, width; bytes_at(at, width) == pattern;
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
/*@ requires 0 <= from - memory && from - memory + width <= io_size;
  @ assigns \nothing;
  @ ensures \result == bytes_at(from - memory, width);
  @*/
uint64_t iop_piece_gather(const char *from, unsigned width);
/*@ requires \base_addr(to) == \base_addr(memory) && to - memory == filled && filled + width <= io_size;
  @ requires value == bytes_at(filled, width);
  @ assigns filled;
  @ ensures filled == \old(filled) + width;
  @*/
void iop_piece_scatter(char *to, unsigned width, uint64_t value);

/* from copy/piece.h, at each width: @count accesses of @width and no others, ascending */
/*@ requires run_of(io, count, width) && at_side((char *)src, count);
  @ assigns done, accesses;
  @ ensures done == \old(done) + count * width && accesses == \old(accesses) + count;
  @*/
void iop_piece_store_run(uintptr_t io, const char *src, size_t count, unsigned width);
/* loop invariant 0 <= count <= \at(count, Pre);
 * loop invariant run_of(io, count, width);
 * loop invariant at_side((char *)src, count);
 * loop invariant done + count * width == \at(done, Pre) + \at(count, Pre) * width;
 * loop invariant accesses + count == \at(accesses, Pre) + \at(count, Pre);
 * loop assigns done, accesses, io, src, count;
 * loop variant count; */
/* loop invariant 0 <= count <= \at(count, Pre);
 * loop invariant run_of(io, count, width);
 * loop invariant at_side((char *)src, count);
 * loop invariant done + count * width == \at(done, Pre) + \at(count, Pre) * width;
 * loop invariant accesses + count == \at(accesses, Pre) + \at(count, Pre);
 * loop assigns done, accesses, io, src, count;
 * loop variant count; */

/* from copy/piece.h, at each width: the same of loads */
/*@ requires run_of(io, count, width) && at_side(dst, count) && filled == done;
  @ assigns done, accesses, filled;
  @ ensures done == \old(done) + count * width && accesses == \old(accesses) + count;
  @ ensures filled == done;
  @*/
void iop_piece_load_run(char *dst, uintptr_t io, size_t count, unsigned width);
/* loop invariant 0 <= count <= \at(count, Pre);
 * loop invariant run_of(io, count, width);
 * loop invariant at_side(dst, count) && filled == done;
 * loop invariant done + count * width == \at(done, Pre) + \at(count, Pre) * width;
 * loop invariant accesses + count == \at(accesses, Pre) + \at(count, Pre);
 * loop assigns done, accesses, filled, io, dst, count;
 * loop variant count; */
/* loop invariant 0 <= count <= \at(count, Pre);
 * loop invariant run_of(io, count, width);
 * loop invariant at_side(dst, count) && filled == done;
 * loop invariant done + count * width == \at(done, Pre) + \at(count, Pre) * width;
 * loop invariant accesses + count == \at(accesses, Pre) + \at(count, Pre);
 * loop assigns done, accesses, filled, io, dst, count;
 * loop variant count; */

/* from copy/piece.h, at each width: the same of a fill */
/*@ requires run_of(io, count, width) && all_bytes(pattern);
  @ assigns done, accesses;
  @ ensures done == \old(done) + count * width && accesses == \old(accesses) + count;
  @*/
void iop_piece_set_run(uintptr_t io, uint64_t pattern, size_t count, unsigned width);
/* loop invariant 0 <= count <= \at(count, Pre);
 * loop invariant run_of(io, count, width);
 * loop invariant all_bytes(pattern);
 * loop invariant done + count * width == \at(done, Pre) + \at(count, Pre) * width;
 * loop invariant accesses + count == \at(accesses, Pre) + \at(count, Pre);
 * loop assigns done, accesses, io, count;
 * loop variant count; */
/* loop invariant 0 <= count <= \at(count, Pre);
 * loop invariant run_of(io, count, width);
 * loop invariant all_bytes(pattern);
 * loop invariant done + count * width == \at(done, Pre) + \at(count, Pre) * width;
 * loop invariant accesses + count == \at(accesses, Pre) + \at(count, Pre);
 * loop assigns done, accesses, io, count;
 * loop variant count; */
