/* SPDX-License-Identifier: MIT */
/*
 * iop_read_rep and iop_write_rep as compiled: as many accesses as are asked for, all of the width and to one address, and the bytes
 * in the order of the stream. Controls are loops that a FIFO must not see, and a rule that would let one of them pass fails here.
 */
#include <rules.h>
#include <tracer.h>

#include <iopath/iopath.h>

#include <stdio.h>
#include <string.h>

#define MOST   20 /* accesses */
#define WINDOW ((size_t)1 << 13)

static unsigned char memory[8 * MOST + 16], stream[8 * (MOST + 2)];
static size_t passed;

struct rep {
	void (*code)(volatile void *io, void *buffer, size_t count);
	unsigned width;
	bool write;
};

#define REP(name, T, access, VIEW)                                                                                 \
	static __attribute__((noinline)) void name##_##access##_##T(volatile void *io, void *buffer, size_t count) \
	{                                                                                                          \
		iop_##access##_rep(VIEW(iop_view_at(IOP_MMIO(T), io)), buffer, count);                             \
	}
#define ORDERED(view) (view)
#define EACH(X, T)                       \
	X(mmio, T, read, ORDERED)        \
	X(mmio, T, write, ORDERED)       \
	X(relaxed, T, read, iop_relaxed) \
	X(relaxed, T, write, iop_relaxed)
EACH(REP, uint8_t)
EACH(REP, uint16_t)
EACH(REP, uint32_t)
#if IOP_64BIT
EACH(REP, uint64_t)
#endif

#define READS_read		     false
#define READS_write		     true
#define ENTRY(name, T, access, VIEW) {name##_##access##_##T, sizeof(T), READS_##access},
static const struct rep reps[] = {EACH(ENTRY, uint8_t) EACH(ENTRY, uint16_t) EACH(ENTRY, uint32_t)
#if IOP_64BIT
					  EACH(ENTRY, uint64_t)
#endif
};

/* What a user wrote by hand, which is right. */
static void by_hand(volatile void *io, void *buffer, size_t count)
{
	for (uint32_t *d = buffer; count; count--)
		*d++ = *(const volatile uint32_t *)io;
}

static void advances(volatile void *io, void *buffer, size_t count)
{
	iop_memcpy_fromio(buffer, io, 4 * count);
}

static void one_more(volatile void *io, void *buffer, size_t count)
{
	by_hand(io, buffer, count + 1);
}

static void one_less(volatile void *io, void *buffer, size_t count)
{
	by_hand(io, buffer, count - 1);
}

static void narrow(volatile void *io, void *buffer, size_t count)
{
	for (uint16_t *d = buffer; count; count--)
		*d++ = *(const volatile uint16_t *)io;
}

static void writes(volatile void *io, void *buffer, size_t count)
{
	for (; count; count--)
		*(volatile uint32_t *)io = *(uint32_t *)buffer;
}

static void updates(volatile void *io, void *buffer, size_t count)
{
	(void)buffer;
	for (; count; count--)
		__asm__ volatile("lock addl $1, %0" : "+m"(*(volatile uint32_t *)io));
}

static const struct {
	const char *name;
	struct rep rep;
	unsigned broken; /* at least */
} controls[] = {
	{"right", {by_hand, 4, false}, 0},
	{"address that goes on", {advances, 4, false}, IOP_RULE_OUTSIDE},
	{"one access more", {one_more, 4, false}, IOP_RULE_TWICE},
	{"one access less", {one_less, 4, false}, IOP_RULE_MISSED},
	{"narrower accesses", {narrow, 4, false}, IOP_RULE_DEVICE},
	{"writes", {writes, 4, false}, IOP_RULE_DIRECTION},
	{"updates", {updates, 4, true}, IOP_RULE_FORM},
};

struct call {
	const struct rep *rep;
	unsigned char *io, *buffer;
	size_t count;
};

static void make_call(void *arg)
{
	const struct call *call = arg;

	call->rep->code(call->io, call->buffer, call->count);
}

/* The next word of the stream, whatever the place. */
static void answer(void *arg, size_t offset, unsigned width, void *where)
{
	(void)arg, (void)offset;
	if (passed + width <= sizeof(stream))
		memcpy(where, stream + passed, width);
	passed += width;
}

static struct iop_verdict judge(struct iop_tracer *tracer, const struct rep *rep, size_t count, size_t odd)
{
	unsigned char *io = iop_tracer_window(tracer) + 64;
	struct call call = {rep, io, memory + odd, count};
	const struct iop_access_list *list;

	passed = 0;
	memset(memory, 0x5a, sizeof(memory));
	if (rep->write)
		memcpy(memory + odd, stream, rep->width * count);
	list = iop_tracer_run(tracer, io, make_call, &call);
	if (!list)
		return (struct iop_verdict){.broken = IOP_RULE_BLIND};
	return iop_rules_judge(
		list,
		&(struct iop_question){
			.io = (uintptr_t)io, .n = rep->width * count, .write = rep->write, .tier = IOP_STRICT, .fifo = rep->width});
}

/* What was read is the stream, and nothing around it changed; what was written last is there. */
static bool right(struct iop_tracer *tracer, const struct rep *rep, size_t count, size_t odd)
{
	const size_t bytes = rep->width * count;

	if (rep->write)
		return !count || memcmp(iop_tracer_contents(tracer) + 64, stream + bytes - rep->width, rep->width) == 0;
	for (size_t i = 0; i < sizeof(memory); i++)
		if (memory[i] != (i >= odd && i < odd + bytes ? stream[i - odd] : 0x5a))
			return false;
	return true;
}

int main(void)
{
	struct iop_tracer *tracer;
	unsigned calls = 0, bad = 0;

	if (iop_tracer_open(&tracer, WINDOW))
		return 1;
	iop_tracer_answer(tracer, answer, NULL);
	for (size_t i = 0; i < sizeof(stream); i++)
		stream[i] = (unsigned char)(i * 37 + 11) % 0x59;
	for (size_t r = 0; r < sizeof(reps) / sizeof(reps[0]); r++)
		for (size_t count = 0; count <= MOST; count++)
			for (size_t odd = 0; odd < 8; odd++, calls++) {
				struct iop_verdict v = judge(tracer, &reps[r], count, odd);

				if (!v.broken && v.accesses == count && right(tracer, &reps[r], count, odd))
					continue;
				bad++;
				fprintf(stderr, "ILLEGAL: routine %zu, %zu accesses, memory at %zu: rules %#x, %zu made\n", r,
					count, odd, v.broken, v.accesses);
			}
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		unsigned broken = judge(tracer, &controls[i].rep, 5, 0).broken;

		if (controls[i].broken ? !(broken & controls[i].broken) : broken) {
			fprintf(stderr, "the control '%s' breaks rules %#x, not %#x\n", controls[i].name, broken,
				controls[i].broken);
			bad++;
		}
	}
	printf("repeated accesses: %u calls, %u findings\n", calls, bad);
	iop_tracer_close(tracer);
	return bad != 0;
}
