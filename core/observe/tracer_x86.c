/* SPDX-License-Identifier: MIT */
#include "tracer.h"

#include "decode_x86.h"
#include "guarded.h"
#include "own_syscall_x86.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define ROOM	  (1u << 18)
#define STACK	  ((size_t)1 << 16)
#define TRAP_FLAG 0x100

struct iop_tracer {
	struct iop_guarded guarded;
	unsigned char *window, *contents, *before;
	size_t bytes;
	unsigned char *stack;
	struct iop_access_list list;
	const unsigned char *origin;
	bool always_step, look_close, shared;
	bool opened;	   /* for a single step */
	uintptr_t stepped; /* the instruction of it, whose accesses are written down */
	size_t done;	   /* accesses of instructions that have been executed */
	bool fenced;
	size_t steps;
	struct sigaction old_segv, old_trap, old_ill;
	void (*answer)(void *arg, size_t offset, unsigned width, void *where);
	void *answer_arg;
	void (*written)(void *arg, size_t number, unsigned width, const unsigned char *bytes);
	void *written_arg;
	ucontext_t *stands_in; /* the instruction that is carried out for a CPU that lacks it */
	stack_t old_stack;
};

/* The tracer that runs now: signal handlers have no argument of ours. Volatile, as the compiler cannot see handlers run. */
static struct iop_tracer *volatile current;

static void record(struct iop_tracer *t, const struct iop_instruction *insn, const struct iop_operand *operand, bool write,
		   uintptr_t code)
{
	struct iop_access *access;

	if (write)
		t->fenced = false;
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
	access->streaming = write && iop_is_streaming_x86(insn->insn.mnemonic);
	access->undecoded = (uint8_t)operand->undecoded;
	access->valued = false;
}

static bool in_window(const struct iop_tracer *t, uintptr_t addr, size_t width)
{
	uintptr_t start = (uintptr_t)t->window;

	return addr < start + t->bytes && addr + width > start;
}

/* What the writes of the last instruction have left. Called before anything else writes to the window. */
static void take_values(struct iop_tracer *t)
{
	for (; t->done < t->list.count; t->done++) {
		struct iop_access *access = &t->list.access[t->done];
		uintptr_t addr = (uintptr_t)t->origin + (uintptr_t)access->offset;
		size_t offset = addr - (uintptr_t)t->window;

		if (!access->write || addr < (uintptr_t)t->window || offset > t->bytes || access->width > t->bytes - offset)
			continue;
		if (t->written)
			t->written(t->written_arg, t->done, access->width, t->contents + offset);
		if (access->width > sizeof(access->value) || access->mask != iop_access_all(access->width))
			continue;
		access->value = 0;
		memcpy(&access->value, t->contents + offset, access->width);
		access->valued = true;
	}
}

static void restore_handlers(const struct iop_tracer *t)
{
	sigaction(SIGILL, &t->old_ill, NULL);
	sigaction(SIGTRAP, &t->old_trap, NULL);
	sigaction(SIGSEGV, &t->old_segv, NULL);
}

/* A signal that is the traced code's own goes to who was there before. No system call, as somebody may count them. */
static void not_ours(const struct sigaction *old, int signal_number, siginfo_t *info, void *context)
{
	if (old->sa_flags & SA_SIGINFO) {
		old->sa_sigaction(signal_number, info, context);
		return;
	}
	/* Let it happen again without us. */
	if (current)
		restore_handlers(current);
	current = NULL;
}

static void open_window(struct iop_tracer *t, bool open)
{
	iop_own_syscall(SYS_mprotect, (long)t->window, (long)t->bytes, open ? PROT_READ | PROT_WRITE : PROT_NONE, 0, 0, 0);
	t->opened = open;
}

/* An instruction that is about to be executed: stores before it are ordered before stores behind it. */
static void look(struct iop_tracer *t, uintptr_t code)
{
	if (!t->fenced && iop_is_fence_x86((const void *)code))
		t->fenced = true;
}

/* The device's answer is not a change that nobody made. */
static void answer(struct iop_tracer *t, const struct iop_operand *operand)
{
	size_t offset = operand->addr - (uintptr_t)t->window;

	if (!t->answer || !in_window(t, operand->addr, 1) || operand->width > t->bytes - offset)
		return;
	t->answer(t->answer_arg, offset, operand->width, t->contents + offset);
	memcpy(t->before + offset, t->contents + offset, operand->width);
}

/* Writes the instruction's accesses down; false if none is to the window or around it. */
static bool record_all(struct iop_tracer *t, const struct iop_instruction *insn, uintptr_t code)
{
	bool ours = false;

	for (unsigned i = 0; i < insn->operands; i++) {
		const struct iop_operand *operand = &insn->operand[i];

		if ((!in_window(t, operand->addr, operand->width) && !iop_guarded_around(&t->guarded, operand->addr)) ||
		    !operand->mask)
			continue;
		ours = true;
		if (operand->read) {
			record(t, insn, operand, false, code);
			answer(t, operand);
		}
		if (operand->write)
			record(t, insn, operand, true, code);
	}
	return ours;
}

/* The fault is the instruction's that is stood in for. */
static void fault_of(struct iop_tracer *t, ucontext_t *instruction, siginfo_t *info, const ucontext_t *ours)
{
	instruction->uc_mcontext.gregs[REG_ERR] = ours->uc_mcontext.gregs[REG_ERR];
	t->stands_in = NULL;
	not_ours(&t->old_segv, SIGSEGV, info, instruction);
}

static void on_segv(int signal_number, siginfo_t *info, void *context)
{
	struct iop_tracer *t = current;
	ucontext_t *uc = context;
	greg_t *regs = uc->uc_mcontext.gregs;
	uintptr_t code = (uintptr_t)regs[REG_RIP];
	struct iop_instruction insn;
	struct iop_alias alias;
	bool inside = t && in_window(t, (uintptr_t)info->si_addr, 1);

	if (!t)
		return;
	if (t->stands_in) {
		fault_of(t, t->stands_in, info, uc);
		return;
	}
	if (!inside && !iop_tracer_around(t, info->si_addr)) {
		not_ours(&t->old_segv, signal_number, info, context);
		return;
	}
	if (!(t->opened && t->stepped == code))
		take_values(t);
	alias = (struct iop_alias){t->window, t->contents, t->bytes};
	if (!iop_decode_x86(&insn, uc))
		t->list.blind = insn.unknown ? insn.unknown : "an instruction that could not be decoded";
	/* A step may fault once more, behind the window. */
	if (!(t->opened && t->stepped == code) && !record_all(t, &insn, code) && !insn.cache_only && !t->list.blind)
		t->list.blind = "an access that no operand explains";
	if (!inside) {
		not_ours(&t->old_segv, signal_number, info, context);
		return;
	}
	if (!t->always_step && iop_carry_out_x86(&insn, uc, &alias)) {
		if (t->look_close)
			look(t, (uintptr_t)regs[REG_RIP]);
		return;
	}
	open_window(t, true);
	t->steps++;
	t->stepped = code;
	regs[REG_EFL] |= TRAP_FLAG;
}

/* Of a line that does not begin at its place. */
static void raise_protection(struct iop_tracer *t, const siginfo_t *info, void *context)
{
	siginfo_t segv = *info;

	segv.si_signo = SIGSEGV;
	segv.si_code = SI_KERNEL;
	segv.si_addr = NULL;
	not_ours(&t->old_segv, SIGSEGV, &segv, context);
}

/*
 * A direct store that the CPU lacks is carried out here, so that code is judged by what it does on the CPUs that it is for. Their
 * number is that of the instructions: nothing is left to a choice.
 */
static void on_ill(int signal_number, siginfo_t *info, void *context)
{
	struct iop_tracer *t = current;
	ucontext_t *uc = context;
	uintptr_t code = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	struct iop_instruction insn;
	struct iop_alias alias;
	bool done;

	if (!t)
		return;
	if (!iop_decode_x86(&insn, uc) ||
	    (insn.insn.mnemonic != ZYDIS_MNEMONIC_MOVDIR64B && insn.insn.mnemonic != ZYDIS_MNEMONIC_MOVDIRI)) {
		not_ours(&t->old_ill, signal_number, info, context);
		return;
	}
	take_values(t);
	record_all(t, &insn, code);
	alias = (struct iop_alias){t->window, t->contents, t->bytes};
	t->stands_in = uc;
	done = iop_stand_in_x86(&insn, uc, &alias);
	t->stands_in = NULL;
	if (!done)
		raise_protection(t, info, context);
	else if (t->look_close)
		look(t, (uintptr_t)uc->uc_mcontext.gregs[REG_RIP]);
}

static void on_trap(int signal_number, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	struct iop_tracer *t = current;
	greg_t *regs = uc->uc_mcontext.gregs;

	if (!t) {
		regs[REG_EFL] &= ~TRAP_FLAG;
		return;
	}
	/* A breakpoint of the traced code. */
	if (info->si_code != TRAP_TRACE && info->si_code != TRAP_BRKPT && info->si_code != TRAP_HWBKPT) {
		not_ours(&t->old_trap, signal_number, info, context);
		return;
	}
	if (t->look_close)
		look(t, (uintptr_t)regs[REG_RIP]);
	else
		regs[REG_EFL] &= ~TRAP_FLAG;
	if (t->opened)
		open_window(t, false);
}

/* Both mappings of the same memory, the window in the place of what is there. */
static bool map(struct iop_tracer *t)
{
	int fd = memfd_create("iopath-trace", MFD_CLOEXEC);

	t->bytes = t->guarded.bytes;
	t->list.room = ROOM;
	t->list.access = malloc(ROOM * sizeof(*t->list.access));
	t->before = malloc(t->bytes);
	t->stack = malloc(STACK);
	if (!t->list.access || !t->before || !t->stack || fd < 0 || ftruncate(fd, (off_t)t->bytes)) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	t->window = mmap(t->guarded.memory, t->bytes, PROT_NONE, MAP_SHARED | MAP_FIXED, fd, 0);
	t->contents = mmap(NULL, t->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return t->window != MAP_FAILED && t->contents != MAP_FAILED;
}

int iop_tracer_open(struct iop_tracer **tracer, size_t bytes)
{
	struct iop_tracer *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	if (!iop_guarded_open(&t->guarded, bytes) || !map(t)) {
		iop_tracer_close(t);
		return -ENOMEM;
	}
	*tracer = t;
	return 0;
}

int iop_tracer_open_over(struct iop_tracer **tracer, void *memory, size_t bytes)
{
	struct iop_tracer *t = calloc(1, sizeof(*t));
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (!t)
		return -ENOMEM;
	t->guarded =
		(struct iop_guarded){.reserved = (unsigned char *)memory - page, .memory = memory, .bytes = bytes, .guard = page};
	if (!map(t)) {
		/* What was there is not the tracer's to give back. */
		t->guarded.reserved = NULL;
		iop_tracer_close(t);
		return -ENOMEM;
	}
	*tracer = t;
	return 0;
}

void iop_tracer_close(struct iop_tracer *t)
{
	if (t->contents && t->contents != MAP_FAILED)
		munmap(t->contents, t->bytes);
	iop_guarded_close(&t->guarded);
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

void iop_tracer_unlock(struct iop_tracer *t)
{
	open_window(t, true);
}

void iop_tracer_single_step(struct iop_tracer *t, bool always)
{
	t->always_step = always;
}

void iop_tracer_look_close(struct iop_tracer *t, bool close)
{
	t->look_close = close;
}

bool iop_tracer_fenced(const struct iop_tracer *t)
{
	return t->fenced;
}

void iop_tracer_answer(struct iop_tracer *t, void (*answer)(void *arg, size_t offset, unsigned width, void *where), void *arg)
{
	t->answer = answer;
	t->answer_arg = arg;
}

void iop_tracer_written(struct iop_tracer *t, void (*written)(void *arg, size_t number, unsigned width, const unsigned char *bytes),
			void *arg)
{
	t->written = written;
	t->written_arg = arg;
}

void iop_tracer_shared(struct iop_tracer *t)
{
	t->shared = true;
}

bool iop_tracer_direct_stores(void)
{
	return true;
}

size_t iop_tracer_steps(const struct iop_tracer *t)
{
	return t->steps;
}

bool iop_tracer_around(const struct iop_tracer *t, const void *addr)
{
	return iop_guarded_around(&t->guarded, (uintptr_t)addr);
}

bool iop_tracer_owns(const struct iop_tracer *t, const void *addr, size_t bytes)
{
	uintptr_t start = (uintptr_t)t->guarded.reserved, from = (uintptr_t)addr;

	return from < start + t->bytes + 2 * t->guarded.guard && (from >= start || bytes > start - from);
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
	if (!t->list.blind && !t->shared && memcmp(t->before, t->contents, t->bytes) != 0)
		t->list.blind = "memory changed that no recorded access wrote";
	if (!t->list.blind && t->list.lost)
		t->list.blind = "more accesses than the list holds";
}

void iop_tracer_abandon(struct iop_tracer *t)
{
	current = NULL;
	restore_handlers(t);
	iop_own_syscall(SYS_sigaltstack, (long)&t->old_stack, 0, 0, 0, 0, 0);
}

const struct iop_access_list *iop_tracer_run(struct iop_tracer *t, const unsigned char *origin, void (*code)(void *arg), void *arg)
{
	struct sigaction segv = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	struct sigaction trap = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	struct sigaction ill = {.sa_sigaction = on_ill, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	stack_t stack = {.ss_sp = t->stack, .ss_size = STACK};

	t->list.count = t->list.lost = t->done = 0;
	t->list.blind = NULL;
	t->origin = origin;
	t->fenced = true;
	t->stands_in = NULL;
	t->steps = 0;
	/* A run that was left in the middle of a step. */
	if (t->opened)
		open_window(t, false);
	memcpy(t->before, t->contents, t->bytes);
	/* Not from inside a handler, where somebody may make the system calls of others. */
	if (iop_own_syscall(SYS_sigaltstack, (long)&stack, (long)&t->old_stack, 0, 0, 0, 0))
		return NULL;
	if (sigaction(SIGSEGV, &segv, &t->old_segv))
		return NULL;
	if (sigaction(SIGTRAP, &trap, &t->old_trap)) {
		sigaction(SIGSEGV, &t->old_segv, NULL);
		return NULL;
	}
	if (sigaction(SIGILL, &ill, &t->old_ill)) {
		sigaction(SIGTRAP, &t->old_trap, NULL);
		sigaction(SIGSEGV, &t->old_segv, NULL);
		return NULL;
	}
	current = t;
	code(arg);
	iop_tracer_abandon(t);
	take_values(t);
	compare(t);
	return &t->list;
}
