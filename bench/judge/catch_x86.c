/* SPDX-License-Identifier: MIT */
#include "catch_x86.h"
#include "syscalls_x86.h"

#include <decode_x86.h>
#include <own_syscall_x86.h>

#include <errno.h>
#include <linux/audit.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define STACK	   ((size_t)1 << 17)
#define TICK_US	   20000
#define PAGE_WRITE 2 /* of a page fault's error code */

/* Handlers have no argument of ours, and there is one call at a time. */
static struct {
	sigjmp_buf out;
	volatile sig_atomic_t armed; /* the code of others runs */
	volatile unsigned ticks;
	unsigned most_ticks;
	double seconds;
	struct iop_fate fate;
	const struct iop_tracer *tracer;
} caught;

static bool owns(const void *addr, size_t bytes)
{
	ptrdiff_t offset;

	return iop_tracer_owns(caught.tracer, addr, bytes) || iop_copy_outside(addr, &offset);
}

static void leave(enum iop_fate_kind kind)
{
	caught.fate.kind = kind;
	caught.armed = 0;
	siglongjmp(caught.out, 1);
}

/* The access of the instruction that faulted. */
static void describe_overrun(ucontext_t *uc, const void *addr, ptrdiff_t offset, bool on_device)
{
	struct iop_fate *fate = &caught.fate;
	struct iop_instruction insn;

	fate->offset = offset;
	fate->on_device = on_device;
	iop_decode_x86(&insn, uc);
	for (unsigned i = 0; i < insn.operands; i++) {
		const struct iop_operand *operand = &insn.operand[i];

		if ((uintptr_t)addr - operand->addr < operand->width) {
			fate->offset -= (ptrdiff_t)((uintptr_t)addr - operand->addr);
			fate->width = operand->width;
		}
	}
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	struct iop_fate *fate = &caught.fate;
	ucontext_t *uc = context;
	const greg_t *regs = uc->uc_mcontext.gregs;
	ptrdiff_t offset;

	/* Of our own making: let it kill us. */
	if (!caught.armed) {
		signal(number, SIG_DFL);
		return;
	}
	fate->number = number;
	fate->code = (uint64_t)regs[REG_RIP];
	fate->address = info->si_code == SI_KERNEL ? 0 : (uintptr_t)info->si_addr;
	fate->protection = info->si_code == SI_KERNEL;
	fate->write = number == SIGSEGV && (regs[REG_ERR] & PAGE_WRITE);
	fate->stack = (uint64_t)regs[REG_RSP];
	if (number == SIGSEGV && info->si_code != SI_KERNEL) {
		bool on_device = iop_tracer_around(caught.tracer, info->si_addr);

		if (on_device || iop_copy_outside(info->si_addr, &offset)) {
			describe_overrun(uc, info->si_addr, on_device ? 0 : offset, on_device);
			leave(IOP_FATE_OVERRUN);
		}
	}
	leave(IOP_FATE_SIGNAL);
}

static void on_tick(int number, siginfo_t *info, void *context)
{
	const ucontext_t *uc = context;

	(void)number, (void)info;
	if (!caught.armed || ++caught.ticks < caught.most_ticks)
		return;
	caught.fate.code = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
	leave(IOP_FATE_LATE);
}

static void on_system_call(int number, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	int call = info->si_arch == AUDIT_ARCH_X86_64 ? info->si_syscall : IOP_SYSCALL_FOREIGN;
	enum iop_syscall_kind kind = IOP_SYSCALL_HARMLESS;

	(void)number;
	if (caught.armed)
		kind = iop_syscalls_kind(call, uc, owns);
	if (kind == IOP_SYSCALL_HARMLESS) {
		iop_syscalls_make(call, uc);
		return;
	}
	/* The first pretended one is the reason, unless something worse comes. */
	if (kind == IOP_SYSCALL_ENDING || !caught.fate.pretended) {
		caught.fate.number = call;
		caught.fate.address = (uint64_t)uc->uc_mcontext.gregs[REG_RDI];
		caught.fate.code = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
	}
	if (kind == IOP_SYSCALL_ENDING)
		leave(IOP_FATE_CALL);
	caught.fate.pretended = 1;
	iop_syscalls_pretend(call, uc);
}

static void on(int number, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART};

	sigaction(number, &action, NULL);
}

/* Timers and handlers that loading has set, or that came from the parent. */
static void forget_signals(void)
{
	static const struct itimerval none;
	sigset_t empty;

	for (int which = 0; which < 3; which++)
		setitimer((enum __itimer_which)which, &none, NULL);
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&empty);
	sigprocmask(SIG_SETMASK, &empty, NULL);
}

bool iop_catch_open(double cpu_seconds, char *why, size_t size)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
	const struct itimerval tick = {{0, TICK_US}, {0, TICK_US}};
	stack_t stack = {.ss_sp = malloc(STACK), .ss_size = STACK};
	int err;

	forget_signals();
	if (!stack.ss_sp || sigaltstack(&stack, NULL)) {
		snprintf(why, size, "no memory for signal handlers");
		return false;
	}
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		on(faults[i], on_signal);
	on(SIGPROF, on_tick);
	on(SIGSYS, on_system_call);
	caught.seconds = cpu_seconds;
	caught.most_ticks = (unsigned)(cpu_seconds * 1e6 / TICK_US) + 1;
	setitimer(ITIMER_PROF, &tick, NULL);
	err = iop_syscalls_watch();
	if (err)
		snprintf(why, size, "its system calls cannot be watched: seccomp: %s", strerror(-err));
	return !err;
}

void iop_catch_owned(const struct iop_tracer *tracer)
{
	caught.tracer = tracer;
}

/* Left by a jump, so nothing of this is in registers. */
static bool __attribute__((noinline)) call_armed(void (*function)(struct iop_abi_call *call), struct iop_abi_call *call)
{
	if (sigsetjmp(caught.out, 0))
		return false;
	caught.armed = 1;
	function(call);
	caught.armed = 0;
	return true;
}

bool iop_catch(void (*function)(struct iop_abi_call *call), struct iop_abi_call *call, struct iop_fate *fate)
{
	static const uint64_t none;
	bool returned;

	caught.fate = (struct iop_fate){.kind = IOP_FATE_NONE};
	caught.ticks = 0;
	returned = call_armed(function, call);
	/* A handler that was left has blocked its signal. */
	if (!returned)
		iop_own_syscall(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof(none), 0, 0);
	else
		caught.fate.kind = caught.fate.pretended ? IOP_FATE_CALL : IOP_FATE_RETURNED;
	*fate = caught.fate;
	return fate->kind == IOP_FATE_RETURNED;
}

double iop_catch_seconds(void)
{
	return caught.seconds;
}
