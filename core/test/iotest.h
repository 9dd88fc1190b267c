/* SPDX-License-Identifier: MIT */
/**
 * iotest.h - what the row tests share: recorded events, expected panics, reproducible random numbers
 *
 * Row tests are cmocka programs named after the row of the specification's feature table that they prove. They are built with
 * IOP_EVENTS=1, so every access is visible.
 */
#ifndef IOPATH_TEST_IOTEST_H
#define IOPATH_TEST_IOTEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <iopath/iopath.h>

IOP_BEGIN_DECLS

/** Starts recording events anew; at most IOTEST_EVENTS are kept, more fail the test. */
void iotest_record(void);
/** Number of events since iotest_record(). */
size_t iotest_count(void);
/** Event @i. */
const struct iop_event *iotest_event(size_t i);
/**
 * The events as text, one word each: barriers "BR", "AR", "BW", "AW"; accesses "LD4+10" (width, hex offset from @base) and
 * "ST1+0"; library copies "CP5+3"; resets "RS", flushes "WF". Separated by blanks. Valid until the next call.
 */
const char *iotest_trace(const void *base);
#define IOTEST_EVENTS 4096

/** xorshift64*, seeded per test: same seed, same numbers on every machine. */
uint64_t iotest_random(uint64_t *state);

/** What the specification says of a way to reach memory; see ways.h. */
struct iotest_way {
	const char *name;
	unsigned source; /* of value accesses */
	int ordered;	 /* barriers around each access */
	int device;	 /* little-endian values, STRICT copies */
};
extern const struct iotest_way iotest_mmio, iotest_relaxed, iotest_sysmem, iotest_wc, iotest_sysmap_io, iotest_sysmap_sys;

/** The integer that lies in memory when @value has been written through @way: device memory is little-endian. */
uint64_t iotest_raw(const struct iotest_way *way, unsigned width, uint64_t value);

/**
 * Asserts that the events from @first on begin with one access (IOP_EVENT_LD or IOP_EVENT_ST) of @way, barriers included, and
 * with no other width, address or value. Returns the index of the event after it.
 */
size_t iotest_is_access(size_t first, const struct iotest_way *way, enum iop_event_kind kind, unsigned width, const void *addr,
			uint64_t raw);

/**
 * Asserts that the @width bytes at @p are those of @value, the most significant first if @big. The profile of the other byte order is
 * the mirror image of that machine in the memory of this one.
 */
void iotest_bytes_are(const void *p, unsigned width, uint64_t value, bool big);

/** The integer of @width bytes that a plain load at @p finds, and the plain store. */
uint64_t iotest_peek(const void *p, unsigned width);
void iotest_poke(void *p, unsigned width, uint64_t value);

/** X(bits) for each width that this build has. */
#if IOP_64BIT
#define IOTEST_WIDTHS(X) X(8) X(16) X(32) X(64)
#else
#define IOTEST_WIDTHS(X) X(8) X(16) X(32)
#endif
#define IOTEST_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** At least @bytes of zeroed memory, whole pages, with an inaccessible page on either side. Lives as long as the program. */
struct iotest_pages {
	uint8_t *start, *end;
};
struct iotest_pages iotest_guarded(size_t bytes);
/** Can the byte at @p be read? Asks the kernel, so nothing faults. */
int iotest_readable(const void *p);

/* Runs @statement, which must panic with exactly @why. Local variables that it changes must be volatile. */
#define assert_panics(why, statement)                          \
	do {                                                   \
		IOTEST_MUST_PANIC(statement);                  \
		assert_string_equal(iotest_panic_reason, why); \
	} while (0)

/* The same for a reason that contains @part. */
#define assert_panics_saying(part, statement)                               \
	do {                                                                \
		IOTEST_MUST_PANIC(statement);                               \
		if (!strstr(iotest_panic_reason, part))                     \
			fail_msg("%s: not: %s", iotest_panic_reason, part); \
	} while (0)

#define IOTEST_MUST_PANIC(statement)                             \
	do {                                                     \
		if (setjmp(iotest_panic_return) == 0) {          \
			iotest_expect_panic();                   \
			statement;                               \
			iotest_no_panic();                       \
			fail_msg("%s", "no panic: " #statement); \
		}                                                \
		iotest_no_panic();                               \
	} while (0)

extern jmp_buf iotest_panic_return;
extern const char *iotest_panic_reason;
extern struct iop_panic iotest_panic; /* the latest */
void iotest_expect_panic(void);
void iotest_no_panic(void);

IOP_END_DECLS

#endif
