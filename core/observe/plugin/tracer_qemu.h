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

/** Whether the last run made a system call, of which @number is then the first one's. */
bool iop_tracer_qemu_called(const struct iop_tracer *tracer, uint64_t *number);

#endif
