/* SPDX-License-Identifier: MIT */
#include "tracer.h"

#include "decode_x86.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE	  ((size_t)4096)
#define ROOM	  (1u << 18)
#define STACK	  ((size_t)1 << 16)
#define TRAP_FLAG 0x100

struct iop_tracer {
	unsigned char *reserved; /* guard page, window, guard page */
	unsigned char *window, *contents, *before;
	size_t bytes;
	unsigned char *stack;
	struct iop_access_list list;
	const unsigned char *origin;
	bool always_step;
	struct sigaction old_segv, old_trap;
};

/* The tracer that runs now: signal handlers have no argument of ours. Volatile, as the compiler cannot see handlers run. */
static struct iop_tracer *volatile current;

static void record(struct iop_tracer *t, const struct iop_operand *operand, bool write, uintptr_t code)
{
	struct iop_access *access;

	if (t->list.count == t->list.room) {
		t->list.lost++;
		return;
	}
	access = &t->list.access[t->list.count++];
	access->offset = (ptrdiff_t)(operand->addr - (uintptr_t)t->origin);
	access->width = operand->width;
	access->write = write;
	access->form = operand->form;
	access->mask = operand->mask;
	access->code = code;
}

static bool in_window(const struct iop_tracer *t, uintptr_t addr, size_t width)
{
	uintptr_t start = (uintptr_t)t->window;

	return addr < start + t->bytes && addr + width > start;
}

/* A fault elsewhere is the traced code's own: let it happen again without us. */
static void not_ours(struct iop_tracer *t)
{
	sigaction(SIGSEGV, &t->old_segv, NULL);
	sigaction(SIGTRAP, &t->old_trap, NULL);
	current = NULL;
}

static void on_segv(int signal_number, siginfo_t *info, void *context)
{
	struct iop_tracer *t = current;
	ucontext_t *uc = context;
	greg_t *regs = uc->uc_mcontext.gregs;
	struct iop_instruction insn;
	struct iop_alias alias;
	bool ours = false;

	(void)signal_number;
	if (!t || !in_window(t, (uintptr_t)info->si_addr, 1)) {
		if (t)
			not_ours(t);
		return;
	}
	alias = (struct iop_alias){t->window, t->contents, t->bytes};
	if (!iop_decode_x86(&insn, uc))
		t->list.blind = insn.unknown ? insn.unknown : "an instruction that could not be decoded";
	for (unsigned i = 0; i < insn.operands; i++) {
		const struct iop_operand *operand = &insn.operand[i];

		if (!in_window(t, operand->addr, operand->width) || !operand->mask)
			continue;
		ours = true;
		if (operand->read)
			record(t, operand, false, (uintptr_t)regs[REG_RIP]);
		if (operand->write)
			record(t, operand, true, (uintptr_t)regs[REG_RIP]);
	}
	if (!ours && !t->list.blind)
		t->list.blind = "an access that no operand explains";
	if (!t->always_step && iop_carry_out_x86(&insn, uc, &alias))
		return;
	mprotect(t->window, t->bytes, PROT_READ | PROT_WRITE);
	regs[REG_EFL] |= TRAP_FLAG;
}

static void on_trap(int signal_number, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)signal_number, (void)info;
	uc->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
	if (current)
		mprotect(current->window, current->bytes, PROT_NONE);
}

int iop_tracer_open(struct iop_tracer **tracer, size_t bytes)
{
	struct iop_tracer *t = calloc(1, sizeof(*t));
	int fd = -1;

	if (!t)
		return -ENOMEM;
	t->bytes = (bytes + PAGE - 1) / PAGE * PAGE;
	t->list.room = ROOM;
	t->list.access = malloc(ROOM * sizeof(*t->list.access));
	t->before = malloc(t->bytes);
	t->stack = malloc(STACK);
	fd = memfd_create("iopath-trace", MFD_CLOEXEC);
	if (!t->list.access || !t->before || !t->stack || fd < 0 || ftruncate(fd, (off_t)t->bytes))
		goto fail;
	t->reserved = mmap(NULL, t->bytes + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (t->reserved == MAP_FAILED)
		goto fail;
	t->window = mmap(t->reserved + PAGE, t->bytes, PROT_NONE, MAP_SHARED | MAP_FIXED, fd, 0);
	t->contents = mmap(NULL, t->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (t->window == MAP_FAILED || t->contents == MAP_FAILED)
		goto fail;
	close(fd);
	*tracer = t;
	return 0;
fail:
	if (fd >= 0)
		close(fd);
	iop_tracer_close(t);
	return -ENOMEM;
}

void iop_tracer_close(struct iop_tracer *t)
{
	if (t->contents && t->contents != MAP_FAILED)
		munmap(t->contents, t->bytes);
	if (t->reserved && t->reserved != MAP_FAILED)
		munmap(t->reserved, t->bytes + 2 * PAGE);
	free(t->list.access);
	free(t->before);
	free(t->stack);
	free(t);
}

unsigned char *iop_tracer_window(struct iop_tracer *t)
{
	return t->window;
}

unsigned char *iop_tracer_contents(struct iop_tracer *t)
{
	return t->contents;
}

void iop_tracer_single_step(struct iop_tracer *t, bool always)
{
	t->always_step = always;
}

/* A byte that changed although no write to it was seen means that the list is unreliable. */
static void compare(struct iop_tracer *t)
{
	uintptr_t start = (uintptr_t)t->window;

	for (size_t i = 0; i < t->list.count; i++) {
		const struct iop_access *access = &t->list.access[i];
		uintptr_t addr = (uintptr_t)t->origin + (uintptr_t)access->offset;

		for (unsigned b = 0; access->write && b < access->width; b++)
			if ((access->mask >> b & 1) && in_window(t, addr + b, 1))
				t->before[addr + b - start] = t->contents[addr + b - start];
	}
	if (!t->list.blind && memcmp(t->before, t->contents, t->bytes) != 0)
		t->list.blind = "memory changed that no recorded access wrote";
	if (!t->list.blind && t->list.lost)
		t->list.blind = "more accesses than the list holds";
}

const struct iop_access_list *iop_tracer_run(struct iop_tracer *t, const unsigned char *origin, void (*code)(void *arg), void *arg)
{
	struct sigaction segv = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	struct sigaction trap = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	stack_t stack = {.ss_sp = t->stack, .ss_size = STACK}, old_stack;

	t->list.count = t->list.lost = 0;
	t->list.blind = NULL;
	t->origin = origin;
	memcpy(t->before, t->contents, t->bytes);
	if (sigaltstack(&stack, &old_stack))
		return NULL;
	if (sigaction(SIGSEGV, &segv, &t->old_segv))
		return NULL;
	if (sigaction(SIGTRAP, &trap, &t->old_trap)) {
		sigaction(SIGSEGV, &t->old_segv, NULL);
		return NULL;
	}
	current = t;
	code(arg);
	current = NULL;
	sigaction(SIGTRAP, &t->old_trap, NULL);
	sigaction(SIGSEGV, &t->old_segv, NULL);
	sigaltstack(&old_stack, NULL);
	compare(t);
	return &t->list;
}
