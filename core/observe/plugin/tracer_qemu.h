/* SPDX-License-Identifier: MIT */
/** tracer_qemu.h - what only the emulator can tell, beside tracer.h */
#ifndef IOPATH_TRACE_TRACER_QEMU_H
#define IOPATH_TRACE_TRACER_QEMU_H

#include "../tracer.h"

/**
 * Instructions of the last run, without those that start and stop the recording. The same at each run of the same code; a
 * compiler that moves code around the call changes it by one or two. A string instruction counts once for each element.
 */
uint64_t iop_tracer_qemu_instructions(const struct iop_tracer *tracer);

/**
 * What the last run executed from the first instruction at @from on, @count instructions: of each a byte that says how many it has,
 * and these. The number of bytes in @code, 0 if they are not all known or have no @room.
 */
size_t iop_tracer_qemu_code(const struct iop_tracer *tracer, uintptr_t from, uint64_t count, unsigned char *code, size_t room);

/** Whether the last run made a system call, of which @number is then the first one's. */
bool iop_tracer_qemu_called(const struct iop_tracer *tracer, uint64_t *number);

#endif
