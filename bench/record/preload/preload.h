/* SPDX-License-Identifier: MIT */
/**
 * preload.h - what is inside a recorded program: a library that stands between it and its device files
 *
 * mmap() of a device file gives the program memory without access rights, and keeps the device's mapping aside. Each access faults;
 * the handler decodes the instruction, carries it out on the device's mapping with the same width, and appends it to the recording.
 * One lock covers taking a slot and carrying out, so that the order of slots is the order of accesses, between threads, too.
 *
 * What only the process has (its regions, its code) is here; what processes share is the file (recording.h). In handlers nothing
 * allocates and nothing locks but the one lock.
 */
#ifndef IOPATH_BENCH_RECORD_PRELOAD_H
#define IOPATH_BENCH_RECORD_PRELOAD_H

#include <record/recording.h>

#include <decode_x86.h>

#include <limits.h>
#include <signal.h>
#include <ucontext.h>

/* Mappings. */

struct iop_region {
	uintptr_t start; /**< as the program has it */
	size_t bytes;	 /**< 0: the entry is free */
	unsigned char *device;
	uint64_t offset; /**< of its start in the file */
	int prot;
	uint32_t number;
};

/** The region that holds any byte of @bytes at @addr, or NULL. Under the lock. */
struct iop_region *iop_region_of(uintptr_t addr, size_t bytes);

void iop_preload_lock(void);
void iop_preload_unlock(void);
/** The lock outside of our handlers: no signal that this thread could be handed meanwhile finds it taken. */
void iop_preload_enter(sigset_t *old);
void iop_preload_leave(const sigset_t *old);

/** What a mapping is called in the recording: the path of its file, or for VFIO the device and the region. */
struct iop_device {
	char name[PATH_MAX];
	uint64_t offset; /**< of the file, or of the region */
};

/** Whether file @fd, mapped from @offset on, is a device; how it is named then (devices.c). */
bool iop_device_of(int fd, uint64_t offset, struct iop_device *device);

/* The recording (write.c). */

/** Maps the recording that the environment names. False: this process is not recorded. */
bool iop_write_open(void);
/** A slot with @more behind it, or NULL beyond the limit; its kind is stored by iop_write_done(). */
struct iop_slot *iop_write_take(unsigned more);
void iop_write_done(struct iop_slot *slot, enum iop_slot_kind kind);
/** A slot that says something other than an access; fields that are 0 in @fields stay so. */
void iop_write_text(enum iop_slot_kind kind, const struct iop_slot *fields, const char *text);
uint32_t iop_write_region_number(void);
/** @bytes of an access's value. */
void iop_write_value(struct iop_slot *slot, const unsigned char *bytes, size_t n);
uint64_t iop_write_now(void);
/** A forked child has its own number, and the code that its parent has written down. */
void iop_write_forked(void);

/** The code at @addr belongs to a slot of kind IOP_SLOT_CODE from now on (code.c). */
void iop_code_known(uintptr_t addr);

/* Accesses (trap.c, carry.c). */

void iop_on_fault(int number, siginfo_t *info, void *context);
void iop_on_trap(int number, siginfo_t *info, void *context);

/** An instruction that is executed with another base register, in a place of ours; the trap behind it ends it. */
struct iop_carried {
	bool running;
	uintptr_t at, behind; /**< the program's instruction, and its next one */
	int base;	      /**< whose value was exchanged */
	greg_t base_value;
	sigset_t mask;
};

bool iop_carry_open(void);
/** Whether a plain or string move was carried out, in one access as wide as the program's. */
bool iop_carry_move(const struct iop_instruction *insn, ucontext_t *context, const struct iop_alias *alias);
/** Makes the context execute instruction @i on @device in place of its operand number @operand. NULL, or why that cannot be done. */
const char *iop_carry_begin(struct iop_carried *c, const struct iop_instruction *i, unsigned operand, ucontext_t *uc,
			    const unsigned char *device);

enum iop_carry_place {
	IOP_CARRY_ELSEWHERE,
	IOP_CARRY_BEFORE,  /**< at the instruction, which was not executed: it faulted, or a signal came */
	IOP_CARRY_BEHIND,  /**< it was executed, the trap behind it was not */
	IOP_CARRY_TRAPPED, /**< behind the trap */
};
/** Where the context is in what @c has begun. */
enum iop_carry_place iop_carry_place(const struct iop_carried *c, const ucontext_t *uc);

/** The context goes on behind the program's instruction; @again: at it. */
void iop_carry_end(struct iop_carried *c, ucontext_t *uc, bool again);
/** The value that a move has written or, after it, read. False: the instruction is no move, or it does not show. Under the lock. */
bool iop_carry_value(const struct iop_instruction *insn, ucontext_t *context, unsigned char value[64]);

/* The program's signal handlers (signals.c). */

bool iop_signals_open(void);
/** A fault that is not ours goes to who would have got it. @once: it does not happen again when the instruction is executed again. */
void iop_signals_forward(int number, siginfo_t *info, void *context, bool once);
/** From now on the default action, so that an instruction that is executed again ends the program. */
void iop_signals_give_up(int number);

#endif
