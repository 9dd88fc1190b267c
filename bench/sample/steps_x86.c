/* SPDX-License-Identifier: MIT */
#include "steps.h"

#include <decode_x86.h>

#include <errno.h>
#include <signal.h>

#define TRAP_FLAG 0x100
#define RED_ZONE  128

/* Signal handlers have no argument of ours. */
static struct {
	volatile uint64_t accesses, instructions;
	volatile sig_atomic_t blind;
	uintptr_t stack_end; /* of the frame that counts: everything deeper is stack, too */
} count;

static void on_step(int signal_number, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	struct iop_instruction insn;
	uintptr_t stack = (uintptr_t)uc->uc_mcontext.gregs[REG_RSP] - RED_ZONE;

	(void)signal_number, (void)info;
	count.instructions++;
	if (!iop_decode_x86(&insn, uc))
		count.blind = 1;
	if (insn.insn.mnemonic == ZYDIS_MNEMONIC_NOP)
		return;
	for (unsigned i = 0; i < insn.operands; i++) {
		const struct iop_operand *operand = &insn.operand[i];

		if ((operand->addr >= stack && operand->addr < count.stack_end) || !operand->mask)
			continue;
		count.accesses += (uint64_t)operand->read + (uint64_t)operand->write;
	}
}

__attribute__((noinline)) static void step(void (*code)(void *arg, uint64_t n), void *arg, uint64_t n)
{
	__asm__ volatile("pushfq\n\torq %0, (%%rsp)\n\tpopfq" : : "i"(TRAP_FLAG) : "memory", "cc");
	code(arg, n);
	__asm__ volatile("pushfq\n\tandq %0, (%%rsp)\n\tpopfq" : : "i"(~TRAP_FLAG) : "memory", "cc");
}

int iop_steps_count(void (*code)(void *arg, uint64_t n), void *arg, uint64_t n, struct iop_steps *steps)
{
	struct sigaction action = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO}, old;
	int here;

	count.accesses = count.instructions = 0;
	count.blind = 0;
	count.stack_end = (uintptr_t)&here + 4096;
	if (sigaction(SIGTRAP, &action, &old))
		return -ENOTSUP;
	step(code, arg, n);
	sigaction(SIGTRAP, &old, NULL);
	*steps = (struct iop_steps){count.accesses, count.instructions};
	return count.blind ? -ENOTSUP : 0;
}
