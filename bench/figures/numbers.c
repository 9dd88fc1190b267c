/* SPDX-License-Identifier: MIT */
/*
 * numbers: what needs no hardware to be exact. Runs under qemu-user with the plugin and prints JSON: of each routine, the accesses,
 * their optimum, the instructions and the verdict of copies of many sizes and places, and of the patterns that callers have; of each
 * accessor, the instructions.
 */
#include "tracer_qemu.h"

#include <cells/pattern.h>
#include <peers/peers.h>

#include <copy_trace.h>
#include <iopath/access.h>
#include <iopath/mmio.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW ((size_t)1 << 14)
#define BELOW  65
/* A pattern's first calls, by a power of two: all of its sizes come. */
#define LOG2_CALLS 8

static struct iop_tracer *tracer;
/* Of a call of each operation that does nothing. */
static uint64_t empty_call[IOP_COPY_OPS];
static const char *comma = "";

static bool offered(const struct iop_routine *r, enum iop_copy_op op)
{
	return op == IOP_TOIO	  ? r->toio != NULL
	       : op == IOP_FROMIO ? r->fromio != NULL
	       : op == IOP_SET	  ? r->set != NULL
				  : r->move != NULL;
}

struct sums {
	double accesses, optimum, instructions;
	unsigned calls, illegal, blind;
};

static void add(struct sums *sums, const struct iop_copy_traced *t, enum iop_copy_op op)
{
	for (unsigned i = 0; i < t->sides; i++) {
		sums->accesses += (double)t->side[i].verdict.accesses;
		sums->optimum += (double)t->side[i].verdict.optimum;
	}
	sums->instructions += (double)(iop_tracer_qemu_instructions(tracer) - empty_call[op]);
	sums->calls++;
	sums->blind += t->blind;
	sums->illegal += !t->legal && !t->blind;
}

/* Twice each, the second one counting: the first binds functions and may take the way of a size that did not repeat. */
static void trace(struct sums *sums, const struct iop_routine *r, const struct iop_copy_call *call)
{
	struct iop_copy_traced traced;

	if (!iop_routine_takes(r, call->io_align | (size_t)call->distance, call->mem_align, call->n))
		return;
	for (int i = 0; i < 2; i++)
		if (iop_copy_trace(&traced, tracer, WINDOW, call, r->tier))
			exit(1);
	add(sums, &traced, call->op);
}

static void print(const char *routine, enum iop_tier tier, enum iop_copy_op op, const char *size, const struct sums *s)
{
	printf("%s\n    {\"routine\": \"%s\", \"tier\": \"%s\", \"op\": \"%s\", \"size\": \"%s\", \"calls\": %u, \"accesses\": "
	       "%.3f, "
	       "\"optimum\": %.3f, \"instructions\": %.2f, \"illegal\": %u, \"blind\": %u}",
	       comma, routine, iop_tier_name(tier), iop_copy_op_name(op), size, s->calls, s->accesses / s->calls,
	       s->optimum / s->calls, s->instructions / s->calls, s->illegal, s->blind);
	comma = ",";
}

/* Aligned, of one size; and of each size up to 64 at each place within a word. */
static void sweep(const struct iop_routine *r, enum iop_copy_op op)
{
	static const size_t sizes[] = {8, 64, 256, 4096};
	const struct iop_copier copier = {r->toio, r->fromio, r->set, r->move};
	struct iop_copy_call call = {.op = op, .copier = &copier, .distance = 5120, .widths = r->widths};
	struct sums sums = {0};
	char size[24];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct sums one = {0};

		call.n = sizes[i];
		trace(&one, r, &call);
		snprintf(size, sizeof(size), "%zu", sizes[i]);
		print(r->name, r->tier, op, size, &one);
	}
	for (call.n = 1; call.n < BELOW; call.n++)
		for (call.io_align = 0; call.io_align < 8; call.io_align++) {
			call.mem_align = (unsigned)(call.n + call.io_align) % 8;
			call.distance = 5120 + (ptrdiff_t)call.mem_align;
			trace(&sums, r, &call);
		}
	print(r->name, r->tier, op, "1-64", &sums);
}

static void sweep_patterns(const struct iop_routine *r, enum iop_copy_op op)
{
	const struct iop_copier copier = {r->toio, r->fromio, r->set, r->move};

	for (const struct iop_pattern *p = iop_patterns; p->name; p++) {
		struct iop_sequence *s = iop_sequence_get(p, 1, LOG2_CALLS);
		struct sums sums = {0};

		if (!s)
			exit(1);
		for (size_t i = 0; i < s->length; i++) {
			struct iop_copy_call call = {.op = op, .copier = &copier, .n = s->size[i], .widths = r->widths};

			call.io_align = s->place ? s->place[i] % 64 : 0;
			call.mem_align = s->place ? (s->place[i] >> 16) % 64 : 0;
			call.distance = 5120 + (ptrdiff_t)call.mem_align;
			trace(&sums, r, &call);
		}
		iop_sequence_put(s);
		if (sums.calls == s->length)
			print(r->name, r->tier, op, p->name, &sums);
	}
}

/* The C library's functions, judged by the rules of STRICT. Through pointers: the compiler must not put its own in their place. */
static void *(*volatile libc_memcpy)(void *, const void *, size_t) = memcpy;
static void *(*volatile libc_memset)(void *, int, size_t) = memset;

static void libc_toio(volatile void *io, const void *src, size_t n)
{
	libc_memcpy((void *)(uintptr_t)io, src, n);
}

static void libc_fromio(void *dst, const volatile void *io, size_t n)
{
	libc_memcpy(dst, (const void *)(uintptr_t)io, n);
}

static void libc_set(volatile void *io, int value, size_t n)
{
	libc_memset((void *)(uintptr_t)io, value, n);
}

#define ACCESSOR(bits)                                                                                   \
	static __attribute__((noinline)) void ordered_read##bits(void *io)                               \
	{                                                                                                \
		(void)iop_read(iop_view_at(IOP_MMIO(uint##bits##_t), io));                               \
	}                                                                                                \
	static __attribute__((noinline)) void ordered_write##bits(void *io)                              \
	{                                                                                                \
		iop_write(iop_view_at(IOP_MMIO(uint##bits##_t), io), (uint##bits##_t)0x5a);              \
	}                                                                                                \
	static __attribute__((noinline)) void relaxed_read##bits(void *io)                               \
	{                                                                                                \
		(void)iop_read(iop_relaxed(iop_view_at(IOP_MMIO(uint##bits##_t), io)));                  \
	}                                                                                                \
	static __attribute__((noinline)) void relaxed_write##bits(void *io)                              \
	{                                                                                                \
		iop_write(iop_relaxed(iop_view_at(IOP_MMIO(uint##bits##_t), io)), (uint##bits##_t)0x5a); \
	}
ACCESSOR(8)
ACCESSOR(16)
ACCESSOR(32)
#if IOP_64BIT
ACCESSOR(64)
#define LAST(X) X(64)
#else
#define LAST(X)
#endif

static __attribute__((noinline)) void no_access(void *io)
{
	__asm__ volatile("" : : "r"(io));
}

static void accessor(const char *name, void (*code)(void *io), uint64_t empty)
{
	const struct iop_access_list *list = NULL;

	for (int i = 0; i < 2; i++)
		list = iop_tracer_run(tracer, iop_tracer_window(tracer), code, iop_tracer_window(tracer));
	printf("%s\n    {\"accessor\": \"%s\", \"accesses\": %zu, \"instructions\": %llu}", comma, name, list->count,
	       (unsigned long long)(iop_tracer_qemu_instructions(tracer) - empty));
	comma = ",";
}

static void accessors(void)
{
	uint64_t empty;

	for (int i = 0; i < 2; i++)
		iop_tracer_run(tracer, iop_tracer_window(tracer), no_access, iop_tracer_window(tracer));
	empty = iop_tracer_qemu_instructions(tracer);
#define RUN(bits)                                                      \
	accessor("ordered read u" #bits, ordered_read##bits, empty);   \
	accessor("ordered write u" #bits, ordered_write##bits, empty); \
	accessor("relaxed read u" #bits, relaxed_read##bits, empty);   \
	accessor("relaxed write u" #bits, relaxed_write##bits, empty);
	RUN(8) RUN(16) RUN(32) LAST(RUN)
}

static void routine(const struct iop_routine *r, enum iop_copy_op op)
{
	sweep(r, op);
	sweep_patterns(r, op);
}

extern const struct iop_peer iop_peer_kernel_generic;

/* Others' routines, which the rules of STRICT are held against. */
static const struct iop_routine *other(size_t which)
{
	static const struct iop_routine libc = {
		.name = "glibc", .tier = IOP_STRICT, .toio = libc_toio, .fromio = libc_fromio, .set = libc_set};
	static struct iop_routine kernel = {.tier = IOP_STRICT};

	kernel.name = iop_peer_kernel_generic.name;
	kernel.toio = iop_peer_kernel_generic.toio;
	kernel.fromio = iop_peer_kernel_generic.fromio;
	kernel.set = iop_peer_kernel_generic.set;
	return which == 0 ? &kernel : which == 1 ? &libc : NULL;
}

static void nothing_toio(volatile void *io, const void *src, size_t n)
{
	__asm__ volatile("" : : "r"(io), "r"(src), "r"(n) : "memory");
}

static void nothing_fromio(void *dst, const volatile void *io, size_t n)
{
	__asm__ volatile("" : : "r"(dst), "r"(io), "r"(n) : "memory");
}

static void nothing_set(volatile void *io, int value, size_t n)
{
	__asm__ volatile("" : : "r"(io), "r"(value), "r"(n) : "memory");
}

static void nothing_move(volatile void *dst, const volatile void *src, size_t n)
{
	__asm__ volatile("" : : "r"(dst), "r"(src), "r"(n) : "memory");
}

static void count_empty_calls(void)
{
	const struct iop_routine nothing = {
		.tier = IOP_MEM, .toio = nothing_toio, .fromio = nothing_fromio, .set = nothing_set, .move = nothing_move};
	const struct iop_copier copier = {nothing.toio, nothing.fromio, nothing.set, nothing.move};

	for (enum iop_copy_op op = IOP_TOIO; op < IOP_COPY_OPS; op++) {
		struct iop_copy_call call = {.op = op, .copier = &copier, .n = 8, .distance = 5120};
		struct sums sums = {0};

		trace(&sums, &nothing, &call);
		/* It is compiled to a return, which stays in the others' counts, too. */
		empty_call[op] = (uint64_t)sums.instructions - 1;
	}
}

int main(void)
{

	if (iop_tracer_open(&tracer, WINDOW)) {
		fprintf(stderr, "iopath: numbers: no plugin to ask (run under qemu-user with -plugin iopath-accesses.so)\n");
		return 2;
	}
	count_empty_calls();
	printf("{\"copies\": [");
	for (enum iop_copy_op op = IOP_TOIO; op < IOP_COPY_OPS; op++) {
		for (size_t i = 0; iop_routines[i]; i++)
			if ((!iop_routines[i]->supported || iop_routines[i]->supported()) && offered(iop_routines[i], op) &&
			    iop_routines[i]->tier <= IOP_STRICT_S)
				routine(iop_routines[i], op);
		for (size_t i = 0; other(i); i++)
			if (offered(other(i), op))
				routine(other(i), op);
	}
	comma = "";
	printf("\n  ],\n  \"accessors\": [");
	accessors();
	printf("\n  ]\n}\n");
	iop_tracer_close(tracer);
	return 0;
}
