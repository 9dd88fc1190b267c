/* SPDX-License-Identifier: MIT */
/*
 * Many accesses of one register (docs/semantics.md, row 48), as runs.c does it: each is of the same address and width, and has the next
 * bytes of the buffer. Frama-C takes void for char, so buffers are of bytes here.
 */

size_t accesses, filled;
unsigned char *memory;
/* The width of all accesses. */
unsigned only;

/*@ axiomatic bytes {
  @   logic integer bytes_at(integer at, integer width);
  @ }
  @*/

/* One register, to which all accesses go. */
uintptr_t fifo;
/*@ requires addr == fifo && width == only;
  @ requires value == bytes_at(accesses * width, width);
  @ assigns accesses;
  @ ensures accesses == \old(accesses) + 1;
  @*/
void iop_arch_store(uintptr_t addr, unsigned width, uint64_t value);
/*@ requires addr == fifo && width == only;
  @ assigns accesses;
  @ ensures accesses == \old(accesses) + 1;
  @ ensures \result == bytes_at(\old(accesses) * width, width);
  @*/
uint64_t iop_arch_load(uintptr_t addr, unsigned width);
/*@ assigns \nothing;
  @ ensures \result == bytes_at(from - memory, width);
  @*/
uint64_t iop_rep_gather(const unsigned char *from, unsigned width);
/*@ requires \base_addr(to) == \base_addr(memory) && to - memory == filled;
  @ requires value == bytes_at(filled, width);
  @ assigns filled;
  @ ensures filled == \old(filled) + width;
  @*/
void iop_rep_scatter(unsigned char *to, unsigned width, uint64_t value);
/*@ assigns \nothing; */
void iop_rep_take(unsigned now, unsigned width);
/*@ assigns \nothing; */
void iop_arch_br(void);
/*@ assigns \nothing; */
void iop_arch_bw(void);
/*@ assigns \nothing; */
void iop_arch_aw(void);
/*@ assigns \nothing; */
void iop_arch_ar(uint64_t value);
#define IOP_EVENT_MMIO	  0
#define IOP_EVENT_RELAXED 1
#define iop_event(...)	  ((void)0)

/* from include/iopath/rep.h, at each width: row 48, @count accesses of one address, in the order of the buffer */
/*@ requires addr == fifo && only == width && accesses == 0 && buffer == memory && count * width <= SIZE_MAX;
  @ assigns accesses;
  @ ensures accesses == count;
  @*/
void iop_rep_write(uintptr_t addr, unsigned width, unsigned now, int ordered, const unsigned char *buffer, size_t count);
/* loop invariant 0 <= count <= \at(count, Pre) && accesses + count == \at(count, Pre);
 * loop invariant \base_addr(from) == \base_addr(memory) && from - memory == accesses * width;
 * loop assigns accesses, from, count;
 * loop variant count; */

/* from include/iopath/rep.h, at each width: the same of reads */
/*@ requires addr == fifo && only == width && accesses == 0 && filled == 0 && buffer == memory && count * width <= SIZE_MAX;
  @ assigns accesses, filled;
  @ ensures accesses == count && filled == count * width;
  @*/
void iop_rep_read(uintptr_t addr, unsigned width, unsigned now, int ordered, unsigned char *buffer, size_t count);
/* loop invariant 0 <= count <= \at(count, Pre) && accesses + count == \at(count, Pre) && filled == accesses * width;
 * loop invariant \base_addr(to) == \base_addr(memory) && to - memory == filled;
 * loop assigns accesses, filled, to, count, value;
 * loop variant count; */
