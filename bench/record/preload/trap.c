/* SPDX-License-Identifier: MIT */
#include "preload.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What is being carried out; under the lock. */
static struct {
	struct iop_carried carried;
	struct iop_instruction insn;
	struct iop_slot *slot[2 * IOP_OPERANDS];
	unsigned slots;
	uint64_t began;
	const struct iop_region *region, *bus; /* of what the CPU executes; of a move that got SIGBUS */
} now;

/* A move that is made here may get SIGBUS: its handler goes back to where the move began. */
static __thread struct {
	volatile sig_atomic_t inside; /* this thread is in our handler, and may hold the lock */
	volatile sig_atomic_t moving;
	sigjmp_buf begin;
	siginfo_t info;
} own;

static uint8_t flags_of(const struct iop_instruction *i, const struct iop_operand *operand, bool write)
{
	return (uint8_t)((write ? IOP_SLOT_WRITE : 0) | (operand->form == IOP_FORM_UPDATE ? IOP_SLOT_UPDATE : 0) |
			 (operand->form == IOP_FORM_STRING ? IOP_SLOT_STRING : 0) |
			 (operand->form == IOP_FORM_VECTOR ? IOP_SLOT_VECTOR : 0) |
			 (write && iop_is_streaming_x86(i->insn.mnemonic) ? IOP_SLOT_STREAM : 0) | IOP_SLOT_UNKNOWN);
}

/* Of a masked vector, the bytes that it touches, where they lie side by side: a bus gets no others. */
static unsigned touched(const struct iop_operand *operand, unsigned *first)
{
	uint64_t mask = operand->mask;
	unsigned count = (unsigned)__builtin_popcountll(mask);

	*first = (unsigned)__builtin_ctzll(mask);
	if (mask >> *first == iop_access_all((uint16_t)count))
		return count;
	*first = 0;
	return operand->width;
}

static void take(const struct iop_region *r, const struct iop_operand *operand, bool write, uintptr_t code)
{
	unsigned first, width = touched(operand, &first), rest = width > 16 ? width - 16u : 0;
	struct iop_slot *slot = iop_write_take((rest + IOP_SLOT_MORE_MAX - 1) / IOP_SLOT_MORE_MAX);

	if (!slot)
		return;
	slot->width = (uint8_t)width;
	slot->flags = flags_of(&now.insn, operand, write);
	slot->region = r->number;
	slot->offset = r->offset + (operand->addr + first - r->start);
	slot->code = code;
	now.slot[now.slots++] = slot;
}

static void take_all(const struct iop_region *r, uintptr_t code)
{
	now.slots = 0;
	for (unsigned o = 0; o < now.insn.operands; o++) {
		const struct iop_operand *operand = &now.insn.operand[o];

		if (!iop_region_of(operand->addr, operand->width) || !operand->mask)
			continue;
		if (operand->read)
			take(r, operand, false, code);
		if (operand->write)
			take(r, operand, true, code);
	}
}

/* @flags: IOP_SLOT_BUS, or 0. */
static void finish(ucontext_t *uc, uint8_t flags)
{
	uint64_t end = iop_write_now();
	unsigned char value[64];
	/* A string's other side may be what did not answer. */
	bool valued = !(flags && now.insn.operand[0].form == IOP_FORM_STRING) && iop_carry_value(&now.insn, uc, value);

	for (unsigned i = 0; i < now.slots; i++) {
		struct iop_slot *slot = now.slot[i];

		slot->time = now.began;
		slot->bytes = end - now.began;
		slot->flags |= flags;
		if (valued && (!flags || slot->flags & IOP_SLOT_WRITE)) {
			slot->flags &= (uint8_t)~IOP_SLOT_UNKNOWN;
			iop_write_value(slot, value, slot->width);
		}
		iop_write_done(slot, IOP_SLOT_ACCESS);
	}
}

/* The program ends where it stands: at the instruction, with its own registers. */
static void refuse(const struct iop_region *r, ucontext_t *uc, uintptr_t addr, const char *why)
{
	uintptr_t code = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	struct iop_slot fields = {.region = r->number, .offset = r->offset + (addr - r->start), .code = code};

	iop_code_known(code);
	iop_write_text(IOP_SLOT_REFUSED, &fields, why);
	iop_signals_give_up(SIGSEGV);
}

/* The operand that is the region's; NULL with @why: no access that can be made on the device's mapping. */
static const struct iop_operand *ours(const struct iop_region *r, unsigned *index, const char **why)
{
	const struct iop_operand *found = NULL;

	for (unsigned o = 0; o < now.insn.operands; o++) {
		const struct iop_operand *operand = &now.insn.operand[o];
		const struct iop_region *of = iop_region_of(operand->addr, operand->width);

		if (!of || !operand->mask)
			continue;
		if (of != r || operand->addr < r->start || operand->addr + operand->width > r->start + r->bytes)
			*why = "it touches more than one mapping";
		found = operand;
		*index = o;
	}
	if (!found)
		*why = "none of its operands is the mapping's";
	return *why ? NULL : found;
}

static bool allowed(const struct iop_region *r, const struct iop_operand *operand)
{
	return (!operand->read || r->prot & PROT_READ) && (!operand->write || r->prot & PROT_WRITE);
}

enum move {
	MOVED,
	NO_MOVE, /* the CPU has to execute it */
	FAULTED, /* own.info says how */
};

/* Nothing of it stays in registers over the jump back. */
static __attribute__((noinline)) enum move move(ucontext_t *uc, const struct iop_alias *alias)
{
	bool moved;

	if (sigsetjmp(own.begin, 0)) {
		own.moving = 0;
		return FAULTED;
	}
	own.moving = 1;
	moved = iop_carry_move(&now.insn, uc, alias);
	own.moving = 0;
	return moved ? MOVED : NO_MOVE;
}

/* The program's SIGBUS, at its own address of what did not answer. The lock is given back. */
static void pass_bus(siginfo_t *info, ucontext_t *uc, const struct iop_region *r)
{
	uintptr_t at = (uintptr_t)info->si_addr - (uintptr_t)r->device;

	if (at < r->bytes)
		info->si_addr = (void *)(r->start + at); /* NOLINT(performance-no-int-to-ptr) */
	iop_preload_unlock();
	own.inside = 0;
	iop_signals_forward(SIGBUS, info, uc, true);
}

/* True: the fault has been dealt with. */
static bool carry_out(const struct iop_region *r, ucontext_t *uc, uintptr_t addr)
{
	uintptr_t code = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	struct iop_alias alias = {(const unsigned char *)r->start, r->device, r->bytes};
	const struct iop_operand *operand;
	const char *why = NULL;
	unsigned index = 0;

	if (!iop_decode_x86(&now.insn, uc))
		why = now.insn.unknown ? now.insn.unknown : "it cannot be decoded";
	operand = why ? NULL : ours(r, &index, &why);
	if (!operand) {
		refuse(r, uc, addr, why);
		return true;
	}
	if (!allowed(r, operand))
		return false;
	iop_code_known(code);
	take_all(r, code);
	now.began = iop_write_now();
	switch (move(uc, &alias)) {
	case MOVED: finish(uc, 0); return true;
	case FAULTED:
		finish(uc, IOP_SLOT_BUS);
		now.bus = r;
		return true;
	case NO_MOVE: break;
	}
	now.region = r;
	why = iop_carry_begin(&now.carried, &now.insn, index, uc, r->device + (operand->addr - r->start));
	if (why)
		refuse(r, uc, addr, why);
	return true;
}

/* SIGBUS while this thread is in our handler. A fault of the move ends it; what was sent comes again when we are done. */
static void on_bus_inside(const siginfo_t *info, ucontext_t *uc)
{
	if (info->si_code > 0 && own.moving) {
		own.info = *info;
		siglongjmp(own.begin, 1);
	}
	sigaddset(&uc->uc_sigmask, SIGBUS);
	syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGBUS);
}

/* An instruction that the CPU executes for the program has not been executed: it faults, or a signal that was sent came before. */
static void end_carried(int number, siginfo_t *info, void *context)
{
	bool bus = number == SIGBUS && info->si_code > 0;

	if (bus)
		finish(context, IOP_SLOT_BUS);
	iop_carry_end(&now.carried, context, true);
	if (bus) {
		pass_bus(info, context, now.region);
		return;
	}
	iop_preload_unlock();
	iop_signals_forward(number, info, context, number == SIGTRAP);
}

static void complete(void *context)
{
	finish(context, 0);
	iop_carry_end(&now.carried, context, false);
	iop_preload_unlock();
}

/*
 * Where the context is in what the CPU executes for the program, of which only the thread that holds the lock is part. What was sent may
 * come at each place, most of all behind an instruction that took long: the program's handler finds all done, and nothing locked.
 */
static bool was_carried(int number, siginfo_t *info, void *context)
{
	switch (iop_carry_place(&now.carried, context)) {
	case IOP_CARRY_BEFORE: end_carried(number, info, context); return true;
	case IOP_CARRY_BEHIND:
		complete(context);
		iop_signals_forward(number, info, context, number == SIGTRAP);
		return true;
	case IOP_CARRY_TRAPPED:
		if (number != SIGTRAP)
			return false;
		complete(context);
		return true;
	default: return false;
	}
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	uintptr_t addr = (uintptr_t)info->si_addr;
	const struct iop_region *r, *bus;
	bool done = false;

	own.inside = 1;
	iop_preload_lock();
	now.bus = NULL;
	r = number == SIGSEGV && info->si_code > 0 ? iop_region_of(addr, 1) : NULL;
	if (r)
		done = carry_out(r, context, addr);
	bus = now.bus;
	if (bus) {
		siginfo_t answer = own.info;

		pass_bus(&answer, context, bus);
		return;
	}
	if (!now.carried.running)
		iop_preload_unlock();
	own.inside = 0;
	if (!done)
		iop_signals_forward(number, info, context, false);
}

void iop_on_fault(int number, siginfo_t *info, void *context)
{
	int saved = errno;

	if (number == SIGBUS && own.inside)
		on_bus_inside(info, context);
	else if (!was_carried(number, info, context))
		on_fault(number, info, context);
	errno = saved;
}

void iop_on_trap(int number, siginfo_t *info, void *context)
{
	int saved = errno;

	if (!was_carried(number, info, context))
		iop_signals_forward(number, info, context, true);
	errno = saved;
}
