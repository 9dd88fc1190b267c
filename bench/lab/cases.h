/* SPDX-License-Identifier: MIT */
/**
 * cases.h - what the suite says it did to a device, one case at a time
 *
 * A program in the guest makes accesses; QEMU, outside, writes down what the device got. To know which of those belong to which
 * case, each case is framed by two writes to registers of the edu device that do nothing: the first carries the case's number. What
 * the program expects goes to a text file, which truth.py compares with both of QEMU's logs:
 *
 *	device NAME BASE                     where a BAR lies in the machine's address space; 0 for watched memory
 *	case NUMBER DEVICE NAME              a case; NAME is op/routine/n=N/align=A and the like
 *	r OFFSET WIDTH VALUE                 an access, offset from the BAR's start, value as a little-endian number
 *	w OFFSET WIDTH VALUE
 */
#ifndef IOPATH_BENCH_GUEST_CASES_H
#define IOPATH_BENCH_GUEST_CASES_H

#include <iopath/bus.h>

#include <stdbool.h>

/** Registers of edu where a write does nothing: marks of a case's begin and end. */
#define CASE_BEGIN 0xf00
#define CASE_END   0xf08
/** A write here: the next two loads are of the first and the last byte of memory whose accesses are to be written down as well. */
#define CASE_WATCH 0xf10

/** The name under which that memory is in the logs: only the CPU's, no device sees it. */
#define CASE_MEMORY "memory"

/** Numbers of cases of different programs, and of the kernel's module, are apart; so their lists go together. */
enum {
	CASES_SWEEP = 0, /**< + CASES_STEP for each way to map a BAR */
	CASES_STEP = 100000,
	CASES_ORDER = 900000,
};

struct cases;

/**
 * Opens the file @path; @marks is edu's BAR 0, mapped. Numbers start after @before, and names end in @suffix. NULL after a message.
 */
struct cases *cases_open(const char *path, volatile void *marks, unsigned before, const char *suffix);
/** Closes it; false after a message if something could not be written. */
bool cases_close(struct cases *cases);

/** Names the BAR that starts at @base, as QEMU's logs call its memory region. */
void cases_device(struct cases *cases, const char *region, uint64_t base);

/** From now on accesses to @n bytes of @memory are in the CPU's log, as CASE_MEMORY; offsets in cases count from its start. */
void cases_watch(struct cases *cases, const volatile void *memory, size_t n);

/** What lies between is case @name. Nothing but the case's accesses may go to any device in between. */
void cases_begin(struct cases *cases);
void cases_end(struct cases *cases, const char *region, const char *name, ...) __attribute__((format(printf, 3, 4)));

/** One access of the case that was ended last. */
void cases_expect(struct cases *cases, bool write, uint64_t offset, unsigned width, uint64_t value);

#endif
