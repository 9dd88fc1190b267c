/* SPDX-License-Identifier: MIT */
#include "syscalls_x86.h"

#include <own_syscall_x86.h>

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum meaning {
	ENDING,
	HARMLESS,
	MEMORY,
	SIGNALS
};

static const struct known {
	const char *name;
	enum meaning meaning;
	const char *words;
} calls[] = {
#define IOP_SYSCALL(name, meaning, words) [SYS_##name] = {#name, meaning, words},
#include "syscalls.def"
#undef IOP_SYSCALL
};

static const struct known *known(int number)
{
	static const struct known none;

	return number >= 0 && (size_t)number < sizeof(calls) / sizeof(calls[0]) ? &calls[number] : &none;
}

#define FIELD(member)	   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define EQUAL(value, t, f) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, t, f)

int iop_syscalls_watch(void)
{
	const uint64_t ours = (uintptr_t)iop_own_syscall_return;
	struct sock_filter filter[] = {
		FIELD(arch),
		EQUAL(AUDIT_ARCH_X86_64, 0, 7),
		FIELD(nr),
		EQUAL(SYS_rt_sigreturn, 4, 0),
		FIELD(instruction_pointer),
		EQUAL((uint32_t)ours, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
		EQUAL((uint32_t)(ours >> 32), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
	};
	const struct sock_fprog program = {.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	/* Without the flag, older kernels would slow the code down for the sake of sandboxes. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) == 0)
		return 0;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : -errno;
}

void iop_syscalls_make(int number, ucontext_t *context)
{
	greg_t *r = context->uc_mcontext.gregs;

	r[REG_RAX] = iop_own_syscall(number, r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8], r[REG_R9]);
}

/* Does nothing but tell how things are. */
static bool only_asks(int number, const greg_t *r)
{
	return number == SYS_sigaltstack ? r[REG_RDI] == 0 : r[REG_RSI] == 0;
}

static bool changes_memory(int number, const greg_t *r, bool (*owns)(const void *addr, size_t bytes))
{
	if (number == SYS_mmap)
		return (r[REG_R10] & (MAP_FIXED | MAP_FIXED_NOREPLACE)) || (r[REG_RDX] & PROT_EXEC) ||
		       !(r[REG_R10] & MAP_ANONYMOUS);
	if (number == SYS_mprotect && (r[REG_RDX] & PROT_EXEC))
		return true;
	return owns((const void *)r[REG_RDI], (size_t)r[REG_RSI]);
}

enum iop_syscall_kind iop_syscalls_kind(int number, const ucontext_t *context, bool (*owns)(const void *addr, size_t bytes))
{
	const greg_t *r = context->uc_mcontext.gregs;

	switch (known(number)->meaning) {
	case HARMLESS: return IOP_SYSCALL_HARMLESS;
	case MEMORY: return changes_memory(number, r, owns) ? IOP_SYSCALL_ENDING : IOP_SYSCALL_HARMLESS;
	case SIGNALS: return only_asks(number, r) ? IOP_SYSCALL_HARMLESS : IOP_SYSCALL_PRETENDED;
	default: return IOP_SYSCALL_ENDING;
	}
}

void iop_syscalls_pretend(int number, ucontext_t *context)
{
	greg_t *r = context->uc_mcontext.gregs;

	/* What it asks for along with the change, it is told. */
	if (number == SYS_sigaltstack)
		r[REG_RAX] = r[REG_RSI] ? iop_own_syscall(number, 0, r[REG_RSI], 0, 0, 0, 0) : 0;
	else
		r[REG_RAX] = r[REG_RDX] ? iop_own_syscall(number, r[REG_RDI], 0, r[REG_RDX], r[REG_R10], 0, 0) : 0;
}

void iop_syscalls_words(int number, uint64_t argument, char *text, size_t size)
{
	const struct known *k = known(number);
	const char *name;

	if (number == IOP_SYSCALL_FOREIGN)
		snprintf(text, size, "in the way of 32-bit programs");
	else if (!k->name)
		snprintf(text, size, "number %d", number);
	else if (number == SYS_rt_sigaction && (name = sigabbrev_np((int)argument)))
		snprintf(text, size, "rt_sigaction, which replaces the handler of SIG%s", name);
	else
		snprintf(text, size, "%s%s%s", k->name, k->words ? ", " : "", k->words ? k->words : "");
}
