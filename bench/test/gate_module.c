/* SPDX-License-Identifier: MIT */
/*
 * A module of cells for the gate: built several times, each with its own defect. GATE_SLOW does more work in one cell,
 * GATE_LIAR is slow without any difference in its code, GATE_CRASH dies in one and later in another, GATE_BROKEN cannot be set
 * up, GATE_OTHER has other cells, GATE_WIDE some that differ from launch to launch, and dear ones. With GATE_CLOCKED a turn of work takes a nanosecond of the test's clock, and nothing of the machine's.
 */
#include <cells/module.h>

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define WORK 200

#ifdef GATE_CLOCKED
#include "gate_clock.h"
#define TURNS(count) gate_clock_pass(count)
#define TICK()	     gate_clock_pass(1)
#else
#define TURNS(count)                           \
	for (unsigned i = 0; i < (count); i++) \
	__asm__ volatile("" : "+r"(i))
#define TICK() (void)0
#endif

struct context {
	volatile uint32_t word;
	unsigned work;
};

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct context *c = calloc(1, sizeof(*c));

	(void)env;
	if (!c)
		return -ENOMEM;
	c->work = cell->param[0];
	*ctx = c;
	return 0;
}

static void teardown(void *ctx)
{
	free(ctx);
}

__attribute__((noinline)) static void steady(void *ctx, uint64_t n)
{
	struct context *c = ctx;
	unsigned work = c->work;

	for (; n; n--) {
		TURNS(work);
		c->word = 1;
	}
}

/* 20 of 200 turns more, which is 10 %, and one access more. */
__attribute__((noinline)) static void varied(void *ctx, uint64_t n)
{
	struct context *c = ctx;
	unsigned work = c->work;

	for (; n; n--) {
		TURNS(work);
		c->word = 1;
#ifdef GATE_SLOW
		TURNS(20);
		c->word = 2;
#endif
	}
}

/* One operation a turn, also for a compiler that unrolls. */
#define KEEP_ROLLED(n) __asm__ volatile("" : "+r"(n))

/* Two instructions more, which no clock sees. */
__attribute__((noinline)) static void counted(void *ctx, uint64_t n)
{
	struct context *c = ctx;
	unsigned long x = 0;

	for (; n; n--) {
		TICK();
		c->word = 1;
		KEEP_ROLLED(n);
#ifdef GATE_SLOW
		__asm__ volatile("mov %0, %0\n\tmov %0, %0" : "+r"(x));
#endif
	}
	__asm__ volatile("" : : "r"(x));
}

/* The least there can be. */
__attribute__((noinline)) static void single(void *ctx, uint64_t n)
{
	struct context *c = ctx;

	for (; n; n--) {
		TICK();
		c->word = 1;
		KEEP_ROLLED(n);
#ifdef GATE_SLOW
		__asm__ volatile("nop");
#endif
	}
}

/* Refuses to share its process with the other side's, as a device does. */
#define HELD "GATE_MODULE_HELD"

static int setup_held(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	if (getenv(HELD))
		return -EBUSY;
	setenv(HELD, "1", 1);
	return setup(cell, env, ctx);
}

static void teardown_held(void *ctx)
{
	unsetenv(HELD);
	teardown(ctx);
}

/* Twice the work, as what is not paired shows no less with certainty. */
__attribute__((noinline)) static void held(void *ctx, uint64_t n)
{
	struct context *c = ctx;

#ifdef GATE_SLOW
	steady(c, n);
#endif
#ifdef GATE_CRASH
	if (n > 1)
		raise(SIGKILL);
#endif
	steady(c, n);
}

#ifdef GATE_LIAR
static int setup_liar(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	Dl_info info;
	int err = setup(cell, env, ctx);

	/* The gate calls its copies base.so and candidate.so. */
	if (!err && dladdr(cell, &info) && strstr(info.dli_fname, "candidate"))
		((struct context *)*ctx)->work += cell->param[0] / 4;
	return err;
}
#endif

#ifdef GATE_CRASH
static void crash(void *ctx, uint64_t n)
{
	(void)ctx, (void)n;
	raise(SIGKILL);
}
#endif

#if defined(GATE_WIDE) && defined(GATE_CLOCKED)
/* Each launch finds it up to so many percent slower. */
static int setup_wide(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	int err = setup(cell, env, ctx);

	if (!err)
		((struct context *)*ctx)->work += (unsigned)gate_clock_draw((uint64_t)cell->param[0] * cell->param[1] / 100 + 1);
	return err;
}
#endif

#if defined(GATE_BROKEN) || defined(GATE_ABSENT)
static int setup_fails(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	(void)cell, (void)env, (void)ctx;
	return -ENODEV;
}
#endif

#ifdef GATE_OTHER
#define PREFIX "write"
#else
#define PREFIX "read"
#endif
#define CELL(name_, batch_, ...)                                                                                     \
	{                                                                                                            \
		.name = PREFIX "/mmio/" name_ "/u32", .op = PREFIX, .backend = "mmio", .routine = name_, .bytes = 4, \
		.param = {WORK}, .setup = setup, .batch = batch_, .teardown = teardown, __VA_ARGS__                  \
	}

#if defined(GATE_WIDE) && defined(GATE_CLOCKED)
#define WIDE(name, work, percent) CELL(name, steady, .setup = setup_wide, .param = {work, percent})
#endif

#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif
static const struct iop_cell cells[] = {
	CELL("steady", steady, .help = "the same everywhere"),
	CELL("varied", varied, .help = "slower with GATE_SLOW"),
	CELL("counted", counted, .help = "more instructions with GATE_SLOW"),
	CELL("single", single, .help = "one instruction more with GATE_SLOW"),
	CELL("huge", single, .bytes = 4 << 20, .help = "the same, said to be too large for counting"),
	CELL("held", held, .setup = setup_held, .teardown = teardown_held, .flags = IOP_CELL_SYSCALL | IOP_CELL_FULL,
	     .help = "not to be paired; twice as slow with GATE_SLOW"),
#ifdef WIDE
	WIDE("wide-a", WORK, 10),
	WIDE("wide-b", WORK, 10),
	WIDE("wild", WORK, 150),
	WIDE("long", 2000000, 0),
	WIDE("dear-a", 20000000, 150),
	WIDE("dear-b", 20000000, 150),
	WIDE("dear-c", 20000000, 150),
	WIDE("dear-d", 20000000, 150),
#endif
#ifdef GATE_LIAR
	CELL("liar", steady, .setup = setup_liar),
#endif
#ifdef GATE_CRASH
	CELL("fragile", crash),
#else
	CELL("fragile", steady),
#endif
#if defined(GATE_BROKEN) || defined(GATE_ABSENT)
	CELL("device", steady, .setup = setup_fails),
#else
	CELL("device", steady),
#endif
};

const struct iop_cells_module *iop_cells_module(void)
{
	static const struct iop_cells_module module = {
		.abi = IOP_CELLS_ABI,
		.cell_size = sizeof(struct iop_cell),
		.count = sizeof(cells) / sizeof(cells[0]),
		.cells = cells,
		.commit = "0123456789abcdef0123456789abcdef01234567",
		.compiler = "none 0",
		.flags = "",
		.arch = "fake",
	};

	return &module;
}
