/* SPDX-License-Identifier: MIT */
/**
 * syscalls_x86.h - which system calls a routine makes (x86-64)
 *
 * A copy needs none. All system calls of this process, but those of own_syscall_x86.h, raise SIGSYS. While a routine runs, its
 * system calls are looked at; at other times they are made as if nothing watched.
 */
#ifndef IOPATH_BENCH_JUDGE_SYSCALLS_H
#define IOPATH_BENCH_JUDGE_SYSCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

/** From now on, and until this process ends, system calls raise SIGSYS, whose handler must be there. 0 or a negative errno. */
int iop_syscalls_watch(void);

/** Makes the system call that raised SIGSYS, and puts its result where the caller expects it. */
void iop_syscalls_make(int number, ucontext_t *context);

enum iop_syscall_kind {
	IOP_SYSCALL_HARMLESS,  /**< can be made without loss */
	IOP_SYSCALL_PRETENDED, /**< is not to be made; the routine may go on, unjudged */
	IOP_SYSCALL_ENDING,    /**< the routine cannot go on */
};

/** @owns tells which memory must not be mapped anew. */
enum iop_syscall_kind iop_syscalls_kind(int number, const ucontext_t *context, bool (*owns)(const void *addr, size_t bytes));

/** As if the pretended system call had succeeded. */
void iop_syscalls_pretend(int number, ucontext_t *context);

/** "exit_group, which ends the process": @text of @size bytes. @argument is the call's first. */
void iop_syscalls_words(int number, uint64_t argument, char *text, size_t size);

/** Puts @number for a system call of another kind: by int 0x80, or with the numbers of x32. */
#define IOP_SYSCALL_FOREIGN (-1)

#endif
