/* SPDX-License-Identifier: MIT */
/*
 * encodings [length | width]: every encoding that touches memory, run by the CPU as it is, carried out by the tracer, and
 * single-stepped by it: the same registers, flags, vectors and memory, and the same accesses both times. Where an access begins and
 * ends is found out from the CPU: the operand is moved to either end of the window, behind which nothing may be touched.
 *
 * With an argument the decoder is made to err by one byte, and that must be noticed.
 */
#include "encodings_make.h"

#include <decode_x86.h>
#include <tracer.h>

#include <asm/prctl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE	       ((size_t)4096)
#define COMPLAIN       40
#define OTHER	       0x40 /* where, in ordinary memory, registers point that address nothing of interest */
#define GS_BASE	       0x1230
#define DIRECTION_FLAG 0x400
#define EVERY	       53 /* of the encodings, with a planted error */

static struct iop_tracer *tracer;
static unsigned char *window, *contents, *ordinary;
static unsigned char pattern[PAGE];
static size_t run_here, refused_here, unknown, probed, wrong;

enum {
	NOTHING,
	LENGTH,
	WIDTH
} planted;

bool __real_iop_decode_x86(struct iop_instruction *instruction, const ucontext_t *context);
bool __wrap_iop_decode_x86(struct iop_instruction *instruction, const ucontext_t *context);
void *__real_mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t offset);

/* The negative control: what is decoded, with one error. */
bool __wrap_iop_decode_x86(struct iop_instruction *i, const ucontext_t *context)
{
	bool known = __real_iop_decode_x86(i, context);

	if (planted == LENGTH)
		i->insn.length++;
	for (unsigned o = 0; planted == WIDTH && o < i->operands; o++)
		if (i->operand[o].width > 1) {
			i->operand[o].width--;
			i->operand[o].mask &= iop_access_all(i->operand[o].width);
		}
	return known;
}

/* The tracer's window below 2 GiB, where an address of 32 bits reaches it. */
void *__wrap_mmap(void *at, size_t bytes, int rights, int flags, int fd, off_t offset)
{
	return __real_mmap(at, bytes, rights, flags | (at ? 0 : MAP_32BIT), fd, offset);
}

/* One encoding of each mnemonic. */
static void complain(const struct encoding *e, const char *what)
{
	static bool said[ZYDIS_MNEMONIC_MAX_VALUE + 1];
	static unsigned lines;

	wrong++;
	if (planted || said[e->insn.mnemonic] || lines++ >= COMPLAIN)
		return;
	said[e->insn.mnemonic] = true;
	printf("%s: %s:", ZydisMnemonicGetString(e->insn.mnemonic), what);
	for (unsigned b = 0; b < e->insn.length; b++)
		printf(" %02x", e->bytes[b]);
	printf("\n");
}

static bool takes_a_bit(ZydisMnemonic mnemonic)
{
	return mnemonic == ZYDIS_MNEMONIC_BT || mnemonic == ZYDIS_MNEMONIC_BTS || mnemonic == ZYDIS_MNEMONIC_BTR ||
	       mnemonic == ZYDIS_MNEMONIC_BTC;
}

static void fresh(struct encoding *e, struct cpu_state *s)
{
	cpu_fresh(s);
	for (int r = 0; r < 16; r++)
		s->general[r] = (uint64_t)(uintptr_t)ordinary + PAGE / 2 + OTHER * (unsigned)r;
	/* movdir64b has an address in a second register, and a bit's number leads to another word. */
	if (e->insn.mnemonic != ZYDIS_MNEMONIC_MOVDIR64B) {
		s->general[0] = 0x8182838485868788;
		s->general[1] = 0x0102030405060703;
	}
	for (int r = 0; takes_a_bit(e->insn.mnemonic) && r < 16; r++)
		s->general[r] = (uint64_t)(r % 2 ? 77 + r : -77 - r);
	memcpy(contents, pattern, PAGE);
	memcpy(ordinary, pattern, PAGE);
	cpu_put(e->bytes, e->insn.length);
}

/* Aims @e at @target, and what of it is known; false if it cannot be aimed there. */
static bool aim(struct encoding *e, struct cpu_state *s, uintptr_t target, struct iop_instruction *decoded)
{
	uintptr_t base = e->memory->mem.segment == ZYDIS_REGISTER_GS ? GS_BASE : 0;
	ucontext_t context = {0};

	fresh(e, s);
	if (!encoding_aim(e, s, target - base))
		return false;
	cpu_put(e->bytes, e->insn.length);
	for (int r = 0; r < 16; r++)
		*iop_general(context.uc_mcontext.gregs, r) = (greg_t)s->general[r];
	context.uc_mcontext.gregs[REG_RIP] = (greg_t)cpu_code();
	context.uc_mcontext.fpregs = (fpregset_t)s->vectors;
	memcpy(s->vectors + 464, &(uint32_t){0x46505853}, 4);
	memcpy(s->vectors + 472, &(uint64_t){0xe7}, 8);
	iop_decode_x86(decoded, &context);
	memset(s->vectors + 464, 0, 48);
	return true;
}

static bool inside(uintptr_t address)
{
	return address >= (uintptr_t)window && address < (uintptr_t)window + PAGE;
}

/* The bytes of the window that @decoded says are touched, from @first to before @end; false if there are none. */
static bool extent(const struct iop_instruction *decoded, uintptr_t *first, uintptr_t *end)
{
	*first = UINTPTR_MAX, *end = 0;
	for (unsigned o = 0; o < decoded->operands; o++)
		for (unsigned b = 0; b < decoded->operand[o].width; b++) {
			uintptr_t at = decoded->operand[o].addr + b;

			if (!(decoded->operand[o].mask >> b & 1) || !inside(at))
				continue;
			*first = at < *first ? at : *first;
			*end = at + 1 > *end ? at + 1 : *end;
		}
	return *end != 0;
}

static bool writes(const struct iop_instruction *decoded)
{
	for (unsigned o = 0; o < decoded->operands; o++)
		if (decoded->operand[o].write && inside(decoded->operand[o].addr))
			return true;
	return false;
}

static struct cpu_end try_at(struct encoding *e, uintptr_t target, int rights)
{
	struct iop_instruction decoded;
	struct cpu_state s;
	struct cpu_end end = {.signal = -1};

	mprotect(window, PAGE, rights);
	if (aim(e, &s, target, &decoded))
		end = cpu_try(&s);
	mprotect(window, PAGE, PROT_NONE);
	return end;
}

/* Against the CPU: it touches the window's last byte and none behind it, its first and none before it, and writes if it is said to. */
static void probe(struct encoding *e, uintptr_t target, const struct iop_instruction *decoded)
{
	const int all = PROT_READ | PROT_WRITE;
	uintptr_t start = (uintptr_t)window, stop = start + PAGE, first, end;
	struct cpu_end fault;

	if (!extent(decoded, &first, &end))
		return;
	probed++;
	/* An operand that has to be aligned is not run where it is not. */
	if (try_at(e, stop - (end - target), all).signal == SIGSEGV && try_at(e, stop - 64, all).signal == SIGSEGV)
		complain(e, "touches bytes behind its end");
	fault = try_at(e, stop - (end - target) + 1, all);
	if (fault.signal != SIGSEGV || (fault.address && fault.address != stop))
		complain(e, "ends earlier");
	fault = try_at(e, start - (first - target) - 1, all);
	if (fault.signal != SIGSEGV || (fault.address && fault.address != start - 1))
		complain(e, "begins later");
	if ((try_at(e, target, PROT_READ).signal == SIGSEGV) != writes(decoded))
		complain(e, writes(decoded) ? "does not write" : "writes");
}

struct outcome {
	struct cpu_state state;
	unsigned char contents[PAGE], ordinary[PAGE];
	struct iop_access access[16];
	size_t count;
	const char *blind;
	struct cpu_end end;
};

static struct outcome carried;

static void run_one(void *arg)
{
	struct outcome *o = arg;

	o->end = cpu_try(&o->state);
}

static void keep(struct outcome *o, const struct iop_access_list *list)
{
	memcpy(o->contents, contents, PAGE);
	memcpy(o->ordinary, ordinary, PAGE);
	o->count = list ? list->count : 0;
	o->blind = list ? list->blind : NULL;
	for (size_t i = 0; i < o->count && i < 16; i++)
		o->access[i] = list->access[i];
}

static bool same_accesses(const struct outcome *a, const struct outcome *b)
{
	if (a->count != b->count || a->count > 16)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->access[i].offset != b->access[i].offset || a->access[i].width != b->access[i].width ||
		    a->access[i].write != b->access[i].write || a->access[i].form != b->access[i].form ||
		    a->access[i].mask != b->access[i].mask)
			return false;
	return true;
}

static bool same_effect(const struct outcome *a, const struct outcome *b)
{
	return cpu_same(&a->state, &b->state) && memcmp(a->contents, b->contents, PAGE) == 0 &&
	       memcmp(a->ordinary, b->ordinary, PAGE) == 0;
}

static void traced(struct encoding *e, struct outcome *o, const struct cpu_state *before, bool stepped)
{
	struct cpu_state s;

	fresh(e, &s);
	o->state = *before;
	iop_tracer_single_step(tracer, stepped);
	keep(o, iop_tracer_run(tracer, window, run_one, o));
}

/*
 * Some CPUs return from no signal to a stack pointer that is not canonical. Natively there is no signal, so such a one is no matter of
 * the tracer's: both its ways end alike, at no address.
 */
static bool no_signal_returns(const struct cpu_state *before, const struct cpu_state *after, const struct outcome *a,
			      const struct outcome *b)
{
	const uint64_t half = UINT64_C(1) << 47, from = before->general[4] + half, to = after->general[4] + half;

	return (from >> 48 || to >> 48) && a->end.signal == SIGSEGV && b->end.signal == SIGSEGV && !a->end.address &&
	       !b->end.address;
}

/* Natively, carried out and stepped. False if this CPU, or this operand's value, does not let it run. */
static bool three_ways(struct encoding *e, uintptr_t target, const struct cpu_state *before, bool known)
{
	static struct outcome native, stepped;
	struct cpu_state s;

	fresh(e, &s);
	native.state = *before;
	mprotect(window, PAGE, PROT_READ | PROT_WRITE);
	native.end = cpu_try(&native.state);
	mprotect(window, PAGE, PROT_NONE);
	keep(&native, NULL);
	if (native.end.signal == SIGILL || native.end.signal == SIGFPE)
		return false;
	if (native.end.signal) {
		complain(e, "does not reach its operand");
		return false;
	}
	traced(e, &carried, before, false);
	traced(e, &stepped, before, true);
	if (no_signal_returns(before, &native.state, &carried, &stepped))
		return false;
	if (carried.end.signal || stepped.end.signal)
		complain(e, carried.end.signal ? "faults when carried out" : "faults when stepped");
	else if (!same_effect(&native, &carried))
		complain(e, "another effect when carried out");
	else if (!same_effect(&native, &stepped))
		complain(e, "another effect when stepped");
	else if (!same_accesses(&carried, &stepped))
		complain(e, "other accesses when stepped");
	else if (known && (carried.blind || stepped.blind))
		complain(e, carried.blind ? carried.blind : stepped.blind);
	else if (!known && !carried.blind && try_at(e, target, PROT_NONE).signal)
		complain(e, "not understood, and not said");
	return true;
}

static void check(struct encoding *e)
{
	uintptr_t target = (uintptr_t)window + PAGE / 2;
	struct iop_instruction decoded;
	struct cpu_state before;
	static unsigned number;

	if (planted && number++ % EVERY)
		return;
	/* One register cannot be an address and a bit's number. */
	if ((takes_a_bit(e->insn.mnemonic) || e->insn.mnemonic == ZYDIS_MNEMONIC_MOVDIR64B) && e->insn.raw.modrm.reg == 3)
		return;
	if (!aim(e, &before, target, &decoded))
		return;
	if (!three_ways(e, target, &before, !decoded.unknown)) {
		refused_here++;
		return;
	}
	run_here++;
	if (decoded.unknown)
		unknown++;
	else if (!e->swept)
		probe(e, target, &decoded);
}

/* What the manual says of a move, store or load of @count elements with both addresses in the window; others may end early. */
static bool as_the_manual_says(const struct encoding *e, const struct cpu_state *s, unsigned count)
{
	bool down = s->flags & DIRECTION_FLAG, reads = (e->insn.opcode & 0xfe) == 0xa4 || (e->insn.opcode & 0xfe) == 0xac;
	bool stores = (e->insn.opcode & 0xfe) == 0xa4 || (e->insn.opcode & 0xfe) == 0xaa;
	unsigned width = e->insn.opcode & 1 ? e->insn.operand_width / 8u : 1;
	size_t n = 0;

	if (!reads && !stores)
		return true;
	for (unsigned i = 0; i < count; i++)
		for (unsigned write = !reads; write <= stores; write++) {
			ptrdiff_t start = (ptrdiff_t)(uint32_t)s->general[write ? CPU_RDI : CPU_RSI] - (ptrdiff_t)(uintptr_t)window;

			if (n >= carried.count || carried.access[n].offset != start + (ptrdiff_t)(i * width) * (down ? -1 : 1) ||
			    carried.access[n].width != width || carried.access[n].write != write ||
			    carried.access[n].form != IOP_FORM_STRING)
				return false;
			n++;
		}
	return n == carried.count;
}

static void check_strings(struct encoding *e)
{
	bool repeats = e->bytes[0] == 0xf2 || e->bytes[0] == 0xf3;
	uint64_t above = e->insn.address_width == 32 ? UINT64_C(0x5a5a5a5a00000000) : 0;

	for (unsigned how = 0; how < 2 * 3 * 4; how++) {
		static const unsigned counts[] = {0, 1, 3, 5};
		uintptr_t at[2] = {(uintptr_t)window + 1024, (uintptr_t)window + 1024 + 3 * (how % 2)};
		struct cpu_state s;

		fresh(e, &s);
		for (unsigned side = 0; side < 2; side++)
			if (how / 2 % 3 == side + 1)
				at[side] = (uintptr_t)ordinary + 512;
		s.general[CPU_RSI] = at[0] | above;
		s.general[CPU_RDI] = at[1] | above;
		s.general[CPU_RCX] = counts[how / 6] | above;
		s.flags |= how % 2 ? DIRECTION_FLAG : 0;
		if (!three_ways(e, at[0], &s, true))
			continue;
		run_here++;
		if (how / 2 % 3 == 0 && !as_the_manual_says(e, &s, repeats ? counts[how / 6] : 1))
			complain(e, "other accesses than the manual says");
	}
}

int main(int argc, char **argv)
{
	if (argc > 1)
		planted = strcmp(argv[1], "length") == 0 ? LENGTH : WIDTH;
	ordinary = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (ordinary == MAP_FAILED || !cpu_open() || iop_tracer_open(&tracer, PAGE) ||
	    syscall(SYS_arch_prctl, ARCH_SET_GS, (unsigned long)GS_BASE)) {
		fprintf(stderr, "no memory below 2 GiB\n");
		return 1;
	}
	window = iop_tracer_window(tracer);
	contents = iop_tracer_contents(tracer);
	for (size_t b = 0; b < PAGE; b++)
		pattern[b] = (unsigned char)(b * 151 + b / 256 * 7 + 1);
	encodings_make(check);
	encodings_make_strings(check_strings);
	iop_tracer_close(tracer);
	printf("%zu encodings run in both ways, %zu probed, %zu of them blind, %zu not run here: %zu wrong\n", run_here, probed,
	       unknown, refused_here, wrong);
	return planted ? wrong == 0 : wrong || run_here < 10000;
}
