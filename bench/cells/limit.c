/* SPDX-License-Identifier: MIT */
/*
 * What this machine can do at most: loops of nothing but loads, nothing but stores, or a load and a store in turn, all of one width
 * and aligned. No copy with accesses of this width that does each once has less to do, so its share of this is how good it is.
 *
 *	limit/none/store-W/N, load-W/N, copy-W/N    one operation passes over N bytes, W at a time, sixteen to an iteration
 *
 * The accesses are in assembler, so that the compiler leaves them as they are. Where the loop is unknown, words of C take its place.
 */
#include "buffer.h"
#include "table.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#define UNROLL 16 /* accesses of an iteration; sizes are multiples of UNROLL * 64 bytes */

struct limit_ctx {
	struct iop_buffer buffer;
	size_t size;
};

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct limit_ctx *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	c->size = cell->param[0];
	err = iop_buffer_init(&c->buffer, env, c->size, 1, 0, IOP_BUFFER_ALIAS);
	if (err) {
		free(c);
		return err;
	}
	*ctx = c;
	return 0;
}

static void teardown(void *ctx)
{
	struct limit_ctx *c = ctx;

	iop_buffer_free(&c->buffer);
	free(c);
}

/* The text of sixteen accesses, W bytes apart: A(offset). */
#define SIXTEEN(A, W) \
	A(0 * W)      \
	A(1 * W)      \
	A(2 * W)      \
	A(3 * W) A(4 * W) A(5 * W) A(6 * W) A(7 * W) A(8 * W) A(9 * W) A(10 * W) A(11 * W) A(12 * W) A(13 * W) A(14 * W) A(15 * W)
#define TEXT_(x) #x
#define TEXT(x)	 TEXT_(x)

#define LOOP(name, W, target_isa, A, clobber, after)                                                                  \
	__attribute__((noinline)) target_isa static void name(void *ctx, uint64_t n)                                  \
	{                                                                                                             \
		struct limit_ctx *c = ctx;                                                                            \
		for (; n; n--) {                                                                                      \
			unsigned char *io = c->buffer.io, *mem = c->buffer.mem, *end = mem + c->size;                 \
			for (; mem != end; io += UNROLL * W, mem += UNROLL * W)                                       \
				__asm__ volatile(SIXTEEN(A, W) : : [io] "r"(io), [mem] "r"(mem) : "memory", clobber); \
		}                                                                                                     \
		after;                                                                                                \
	}
/* A machine's three loops of one width: how it loads and stores; after is what its vectors need at the end. */
#define WIDTH(W, target_isa, LOAD, STORE, clobber, after)     \
	LOOP(store_##W, W, target_isa, STORE, clobber, after) \
	LOOP(load_##W, W, target_isa, LOAD, clobber, after)   \
	LOOP(copy_##W, W, target_isa, COPY_##W, clobber, after)

#if defined(__x86_64__)
#include <cpuid.h>

#define ISA(text)     __attribute__((target(text)))
#define LOAD_8(at)    "movq " TEXT(at) "(%[mem]), %%rax\n\t"
#define STORE_8(at)   "movq %%rax, " TEXT(at) "(%[io])\n\t"
#define COPY_8(at)    LOAD_8(at) STORE_8(at)
#define LOAD_16(at)   "movdqa " TEXT(at) "(%[mem]), %%xmm0\n\t"
#define STORE_16(at)  "movdqa %%xmm0, " TEXT(at) "(%[io])\n\t"
#define COPY_16(at)   LOAD_16(at) STORE_16(at)
#define LOAD_32(at)   "vmovdqa " TEXT(at) "(%[mem]), %%ymm0\n\t"
#define STORE_32(at)  "vmovdqa %%ymm0, " TEXT(at) "(%[io])\n\t"
#define COPY_32(at)   LOAD_32(at) STORE_32(at)
#define LOAD_64(at)   "vmovdqa64 " TEXT(at) "(%[mem]), %%zmm0\n\t"
#define STORE_64(at)  "vmovdqa64 %%zmm0, " TEXT(at) "(%[io])\n\t"
#define COPY_64(at)   LOAD_64(at) STORE_64(at)
#define AFTER_VECTORS __builtin_ia32_vzeroupper()

WIDTH(8, , LOAD_8, STORE_8, "rax", (void)0)
WIDTH(16, , LOAD_16, STORE_16, "xmm0", (void)0)
WIDTH(32, ISA("avx2"), LOAD_32, STORE_32, "xmm0", AFTER_VECTORS)
WIDTH(64, ISA("avx512f"), LOAD_64, STORE_64, "xmm0", AFTER_VECTORS)

static int always(void)
{
	return 1;
}

static int has_avx2(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

static int has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") != 0;
}
#define WIDTHS(X) X(8, always) X(16, always) X(32, has_avx2) X(64, has_avx512)

#elif defined(__aarch64__)
#define LOAD_8(at)   "ldr x9, [%[mem], #" TEXT(at) "]\n\t"
#define STORE_8(at)  "str x9, [%[io], #" TEXT(at) "]\n\t"
#define COPY_8(at)   LOAD_8(at) STORE_8(at)
#define LOAD_16(at)  "ldr q0, [%[mem], #" TEXT(at) "]\n\t"
#define STORE_16(at) "str q0, [%[io], #" TEXT(at) "]\n\t"
#define COPY_16(at)  LOAD_16(at) STORE_16(at)

WIDTH(8, , LOAD_8, STORE_8, "x9", (void)0)
WIDTH(16, , LOAD_16, STORE_16, "v0", (void)0)

static int always(void)
{
	return 1;
}
#define WIDTHS(X)    X(8, always) X(16, always)

#elif defined(__riscv) && __riscv_xlen == 64
#define LOAD_8(at)  "ld t0, " TEXT(at) "(%[mem])\n\t"
#define STORE_8(at) "sd t0, " TEXT(at) "(%[io])\n\t"
#define COPY_8(at)  LOAD_8(at) STORE_8(at)

WIDTH(8, , LOAD_8, STORE_8, "t0", (void)0)

static int always(void)
{
	return 1;
}
#define WIDTHS(X)   X(8, always)

#else
/* volatile: each access stays as it is written. */
#define WORD sizeof(uintptr_t)
#define WORDS(name, body)                                                                            \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n)                            \
	{                                                                                            \
		struct limit_ctx *c = ctx;                                                           \
		for (; n; n--) {                                                                     \
			volatile uintptr_t *io = (void *)c->buffer.io, *mem = (void *)c->buffer.mem; \
			volatile uintptr_t *end = mem + c->size / WORD;                              \
			_Pragma("GCC unroll 16") for (; mem != end; io++, mem++)                     \
			{                                                                            \
				body;                                                                \
			}                                                                            \
		}                                                                                    \
	}
WORDS(store_word, *io = 0)
WORDS(load_word, (void)*mem)
WORDS(copy_word, *io = *mem)

static int always(void)
{
	return 1;
}
#define store_8 store_word
#define load_8	load_word
#define copy_8	copy_word
#define store_4 store_word
#define load_4	load_word
#define copy_4	copy_word
#if UINTPTR_MAX > 0xffffffffu
#define WIDTHS(X) X(8, always)
#else
#define WIDTHS(X) X(4, always)
#endif
#endif

static const struct {
	unsigned width;
	int (*supported)(void);
	void (*store)(void *ctx, uint64_t n);
	void (*load)(void *ctx, uint64_t n);
	void (*copy)(void *ctx, uint64_t n);
} widths[] = {
#define ROW(W, supported) {W, supported, store_##W, load_##W, copy_##W},
	WIDTHS(ROW)
#undef ROW
};

static void add(struct iop_cell_table *table, const char *what, unsigned width, size_t size, void (*batch)(void *ctx, uint64_t n),
		const char *help)
{
	struct iop_cell cell = {
		.bytes = size,
		.flags = IOP_CELL_CONTROL,
		.param = {(uint32_t)size},
		.setup = setup,
		.batch = batch,
		.teardown = teardown,
		.help = help,
	};

	iop_cell_add(table, cell, NULL, "limit/none/%s-%u/%zu", what, width, size);
}

void iop_cells_limit(struct iop_cell_table *table)
{
	/* Those of the copies' cells for which it matters. */
	static const size_t sizes[] = {1024, 4096, 16384, 65536, 262144, 1048576, 16777216};

	for (size_t w = 0; w < sizeof(widths) / sizeof(widths[0]); w++)
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]) && widths[w].supported(); s++) {
			add(table, "store", widths[w].width, sizes[s], widths[w].store,
			    "nothing but stores of this width: at most");
			add(table, "load", widths[w].width, sizes[s], widths[w].load, "nothing but loads of this width: at most");
			add(table, "copy", widths[w].width, sizes[s], widths[w].copy,
			    "a load and a store of this width in turn: at most");
		}
}
