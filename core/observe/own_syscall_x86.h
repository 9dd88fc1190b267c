/* SPDX-License-Identifier: MIT */
/**
 * own_syscall_x86.h - system calls that are the observer's own
 *
 * Code that is observed should make no system call; who watches for them knows the observer's by the address they come from.
 */
#ifndef IOPATH_TRACE_OWN_SYSCALL_H
#define IOPATH_TRACE_OWN_SYSCALL_H

/** Makes system call @number; the kernel's result, a negative errno where it failed. */
long iop_own_syscall(long number, long a, long b, long c, long d, long e, long f);

/** The address behind its instruction. */
extern const char iop_own_syscall_return[];

#endif
