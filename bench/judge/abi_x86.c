/* SPDX-License-Identifier: MIT */
#include "abi_x86.h"
#include "fate.h"

#include <stddef.h>

#define ALIGNMENT_FLAG 0x40000u
#define DIRECTION_FLAG 0x400u
#define MXCSR_CONTROL  0xffc0u
#define X87_CONTROL    0x0f3fu
#define X87_TAGS_AT    8
#define X87_TAGS_EMPTY 0xffffu

/* The offsets that the assembler code uses. */
_Static_assert(offsetof(struct iop_abi_call, function) == 48 && offsetof(struct iop_abi_call, result) == 56 &&
		       offsetof(struct iop_abi_call, trap) == 64 && offsetof(struct iop_abi_call, kept) == 72 &&
		       offsetof(struct iop_abi_call, stack) == 120 && offsetof(struct iop_abi_call, stack_after) == 128 &&
		       offsetof(struct iop_abi_call, flags_after) == 136 && offsetof(struct iop_abi_call, mxcsr) == 144 &&
		       offsetof(struct iop_abi_call, mxcsr_after) == 148 && offsetof(struct iop_abi_call, x87) == 152 &&
		       offsetof(struct iop_abi_call, x87_after) == 154 && offsetof(struct iop_abi_call, environment) == 160,
	       "the assembler code counts on this layout");

/* Where the call is described is found again through memory, because no register is sure to be left. */
__asm__(".local iop_abi_now\n"
	".comm iop_abi_now, 8, 8\n"
	".text\n"
	".p2align 4\n"
	".globl iop_abi_call\n"
	".type iop_abi_call, @function\n"
	"iop_abi_call:\n"
	"	pushq %rbx\n"
	"	pushq %rbp\n"
	"	pushq %r12\n"
	"	pushq %r13\n"
	"	pushq %r14\n"
	"	pushq %r15\n"
	"	subq $8, %rsp\n"
	"	movq %rdi, iop_abi_now(%rip)\n"
	"	movq %rdi, %rax\n"
	"	movq %rsp, 120(%rax)\n"
	"	stmxcsr 144(%rax)\n"
	"	fnstcw 152(%rax)\n"
	"	movq 72(%rax), %rbx\n"
	"	movq 80(%rax), %rbp\n"
	"	movq 88(%rax), %r12\n"
	"	movq 96(%rax), %r13\n"
	"	movq 104(%rax), %r14\n"
	"	movq 112(%rax), %r15\n"
	"	movq 0(%rax), %rdi\n"
	"	movq 8(%rax), %rsi\n"
	"	movq 16(%rax), %rdx\n"
	"	movq 24(%rax), %rcx\n"
	"	movq 32(%rax), %r8\n"
	"	movq 40(%rax), %r9\n"
	"	movq 48(%rax), %r11\n"
	"	movq 64(%rax), %r10\n"
	"	pushfq\n"
	"	orq %r10, (%rsp)\n"
	"	xorl %eax, %eax\n"
	"	popfq\n"
	"	call *%r11\n"
	"	movq iop_abi_now(%rip), %rcx\n"
	"	movq %rax, 56(%rcx)\n"
	"	movq %rsp, 128(%rcx)\n"
	"	movq 120(%rcx), %rsp\n"
	"	movq %rbx, 72(%rcx)\n"
	"	movq %rbp, 80(%rcx)\n"
	"	movq %r12, 88(%rcx)\n"
	"	movq %r13, 96(%rcx)\n"
	"	movq %r14, 104(%rcx)\n"
	"	movq %r15, 112(%rcx)\n"
	"	pushfq\n"
	"	movq (%rsp), %rax\n"
	"	movq %rax, 136(%rcx)\n"
	/* Without trap, alignment check and direction. */
	"	andq $~0x40500, (%rsp)\n"
	"	popfq\n"
	"	stmxcsr 148(%rcx)\n"
	"	ldmxcsr 144(%rcx)\n"
	"	fnstcw 154(%rcx)\n"
	"	fnstenv 160(%rcx)\n"
	"	emms\n"
	"	fnclex\n"
	"	fldcw 152(%rcx)\n"
	"	addq $8, %rsp\n"
	"	popq %r15\n"
	"	popq %r14\n"
	"	popq %r13\n"
	"	popq %r12\n"
	"	popq %rbp\n"
	"	popq %rbx\n"
	"	ret\n"
	".size iop_abi_call, . - iop_abi_call\n");

uint32_t iop_abi_left(const struct iop_abi_call *call, const uint64_t given[IOP_ABI_KEPT])
{
	unsigned tags = call->environment[X87_TAGS_AT] | (unsigned)call->environment[X87_TAGS_AT + 1] << 8;
	uint32_t left = 0;

	for (unsigned i = 0; i < IOP_ABI_KEPT; i++)
		if (call->kept[i] != given[i])
			left |= IOP_LEFT_REGISTER(i);
	if (call->stack != call->stack_after)
		left |= IOP_LEFT_STACK;
	if (call->flags_after & DIRECTION_FLAG)
		left |= IOP_LEFT_DIRECTION;
	if (call->flags_after & ALIGNMENT_FLAG)
		left |= IOP_LEFT_FLAGS;
	if ((call->mxcsr ^ call->mxcsr_after) & MXCSR_CONTROL)
		left |= IOP_LEFT_ROUNDING;
	if ((call->x87 ^ call->x87_after) & X87_CONTROL)
		left |= IOP_LEFT_X87;
	if (tags != X87_TAGS_EMPTY)
		left |= IOP_LEFT_MMX;
	return left;
}

const char *iop_abi_register(unsigned i)
{
	static const char *const names[IOP_ABI_KEPT] = {"rbx", "rbp", "r12", "r13", "r14", "r15"};

	return names[i];
}
