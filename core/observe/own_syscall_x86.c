/* SPDX-License-Identifier: MIT */
#include "own_syscall_x86.h"

/* The arguments of a function of seven become those of a system call of six. */
__asm__(".text\n"
	".p2align 4\n"
	".globl iop_own_syscall\n"
	".type iop_own_syscall, @function\n"
	"iop_own_syscall:\n"
	"	movq %rdi, %rax\n"
	"	movq %rsi, %rdi\n"
	"	movq %rdx, %rsi\n"
	"	movq %rcx, %rdx\n"
	"	movq %r8, %r10\n"
	"	movq %r9, %r8\n"
	"	movq 8(%rsp), %r9\n"
	"	syscall\n"
	".globl iop_own_syscall_return\n"
	"iop_own_syscall_return:\n"
	"	ret\n"
	".size iop_own_syscall, . - iop_own_syscall\n");
