/* SPDX-License-Identifier: MIT */
/**
 * executor.h - programs carried out by the library
 *
 * One world for the process: the arena, the library's handles in slots, iosys_maps, the events of the operation in progress. The
 * library's panics and the overlap trap end the operation, not the process.
 */
#ifndef IOPATH_FUZZ_EXECUTOR_H
#define IOPATH_FUZZ_EXECUTOR_H

#include <program/program.h>

/** The profile of the library that this program was built with. */
struct fuzz_profile fuzz_executor_profile(void);

/** The arena: FUZZ_ARENA bytes. */
uint8_t *fuzz_executor_arena(void);

/** The whole pages that hold the arena: who takes their place leaves the page before and the one behind alone. */
uint8_t *fuzz_executor_pages(size_t *bytes);

/**
 * From now on what the world's own buses and devices do to the arena they do @distance bytes further, where the same memory is: whoever
 * watches the arena sees the library alone.
 */
void fuzz_executor_devices_at(ptrdiff_t distance);

/** Puts the world into the state in which programs start, with @bytes as the arena's contents. */
void fuzz_executor_start(uint16_t layout, const uint8_t *bytes);

/**
 * Clears away what a program has left open. The next start does that too; an engine that looks at which code an input reaches must not
 * see there what the input before it left.
 */
void fuzz_executor_end(void);

/** Carries out one operation. */
void fuzz_executor_run(const struct fuzz_call *call, struct fuzz_result *result);

/** The events of the last operation. */
const struct fuzz_event *fuzz_executor_events(size_t *count);

/** What buses, devices and providers were asked by it. */
const struct fuzz_asked *fuzz_executor_asked(unsigned *count);

/** Whether this build of the library reports accesses. */
bool fuzz_executor_reports(void);

/** Whether the last operation reports its accesses at all (routines in assembler do not). */
bool fuzz_executor_traces(void);

/** What programs call the copy routines that there are and that this CPU can run. */
const uint16_t *fuzz_executor_routines(unsigned *count);

/** The name of one of them; NULL: there is none, and the portable one is called. */
const char *fuzz_executor_routine_name(uint16_t id);

/** What ends an operation that does what no library may: reported as its panic. Does not return while an operation runs. */
void fuzz_trap(const char *reason);

/** Whether memory is exhausted: true during an operation that is to find out what the library does then. */
bool fuzz_executor_no_memory(void);

/** True while the library is at work. */
bool fuzz_executor_busy(void);

/** For a signal handler that leaves the operation in progress: the library is no longer at work. */
void fuzz_executor_abandon(void);

#endif
