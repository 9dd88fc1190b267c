/* SPDX-License-Identifier: MIT */
/*
 * Accesses whose order the name says: that of two halves of 64 bits, and that of the bytes of a number.
 *
 *	raw-lo-hi, raw-hi-lo     two volatile accesses of 32 bits, put together by hand: the baselines
 *	lo-hi, hi-lo             a field of 64 bits by halves
 *	raw-lo-hi-checked        the same at a run-time offset, after the check that a driver would write by hand
 *	lo-hi-try                halves at a run-time offset, checked
 *	raw-be                   volatile access, swapped by hand where the CPU is little-endian: the baseline
 *	be                       a field that is big-endian in memory
 *
 * The address, the offset and what is written pass through an empty asm before each access, as in access.c.
 */
#include "buffer.h"
#include "table.h"

#include <iopath/iopath.h>

#define DEV_BYTES 64
struct ordered_dev {
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;
};

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	(void)cell;
	return iop_window_setup(ctx, sizeof(struct iop_window), env, DEV_BYTES);
}

/* 64 bits have no register of their own on a 32-bit CPU. */
#if IOP_64BIT
#define HIDE(x) __asm__ volatile("" : "+r"(x))
#define KEEP(x) __asm__ volatile("" : : "r"(x))
#else
#define HIDE(x) __asm__ volatile("" : "+m"(x))
#define KEEP(x) __asm__ volatile("" : : "m"(x))
#endif

#define BATCH(name, T, hides, body, after)                                \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n) \
	{                                                                 \
		const struct iop_window *window = ctx;                    \
		uintptr_t addr = (uintptr_t)window->dev;                  \
		size_t size = DEV_BYTES, offset = 4;                      \
		T v = 0;                                                  \
		(void)size, (void)offset;                                 \
		HIDE(size);                                               \
		_Pragma("GCC unroll 8") for (; n; n--)                    \
		{                                                         \
			HIDE(addr);                                       \
			hides body;                                       \
			after;                                            \
		}                                                         \
	}
#define READ(name, T, hides, body)  BATCH(name, T, hides, body, KEEP(v))
#define WRITE(name, T, hides, body) BATCH(name, T, HIDE(v); hides, body, (void)0)

#define DEV(b) ((dev_##b){.raw = {.addr = addr}})
#define BAR(b) ((bar_##b){.raw = {.addr = addr}, .len = {size}})

/* By hand: which word is the low one, and what the CPU's own order makes of a big-endian number. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LOW_mmio	 0
#define LOW_sysmem	 1
#define BY_HAND(bits, x) (x)
#else
#define LOW_mmio	 0
#define LOW_sysmem	 0
#define BY_HAND(bits, x) __builtin_bswap##bits(x)
#endif

static inline uint64_t read_by_hand(const volatile uint32_t *p, unsigned first, unsigned low)
{
	uint32_t one = p[first], other = p[!first];

	return first == low ? (uint64_t)other << 32 | one : (uint64_t)one << 32 | other;
}

static inline void write_by_hand(volatile uint32_t *p, unsigned first, unsigned low, uint64_t v)
{
	p[first] = (uint32_t)(first == low ? v : v >> 32);
	p[!first] = (uint32_t)(first == low ? v >> 32 : v);
}

#define WORDS(at) ((volatile uint32_t *)(addr + (at)))
#define CHECKED	  if (offset <= size - 8 && !(offset & 3))

#define HALVES(b)                                                                                                        \
	READ(read_raw_lo_hi_##b, uint64_t, , v = read_by_hand(WORDS(0), LOW_##b, LOW_##b))                               \
	READ(read_raw_hi_lo_##b, uint64_t, , v = read_by_hand(WORDS(0), !LOW_##b, LOW_##b))                              \
	READ(read_lo_hi_##b, uint64_t, , v = iop_read_lo_hi(iop_project(DEV(b), .u64)))                                  \
	READ(read_hi_lo_##b, uint64_t, , v = iop_read_hi_lo(iop_project(DEV(b), .u64)))                                  \
	READ(read_raw_checked_##b, uint64_t, HIDE(offset);, CHECKED v = read_by_hand(WORDS(offset), LOW_##b, LOW_##b))   \
	READ(read_try_##b, uint64_t, HIDE(offset);, (void)!iop_try_read64_lo_hi(BAR(b), offset, &v))                     \
	WRITE(write_raw_lo_hi_##b, uint64_t, , write_by_hand(WORDS(0), LOW_##b, LOW_##b, v))                             \
	WRITE(write_raw_hi_lo_##b, uint64_t, , write_by_hand(WORDS(0), !LOW_##b, LOW_##b, v))                            \
	WRITE(write_lo_hi_##b, uint64_t, , iop_write_lo_hi(iop_project(DEV(b), .u64), v))                                \
	WRITE(write_hi_lo_##b, uint64_t, , iop_write_hi_lo(iop_project(DEV(b), .u64), v))                                \
	WRITE(write_raw_checked_##b, uint64_t, HIDE(offset);, CHECKED write_by_hand(WORDS(offset), LOW_##b, LOW_##b, v)) \
	WRITE(write_try_##b, uint64_t, HIDE(offset);, (void)!iop_try_write64_lo_hi(BAR(b), v, offset))

#define RAW(bits) (((volatile struct ordered_dev *)addr)->u##bits)
#define BIG_ENDIAN_(b, bits)                                                                      \
	READ(read_raw_be_##b##bits, uint##bits##_t, , v = BY_HAND(bits, RAW(bits)))               \
	READ(read_be_##b##bits, uint##bits##_t, , v = iop_read_be(iop_project(DEV(b), .u##bits))) \
	WRITE(write_raw_be_##b##bits, uint##bits##_t, , RAW(bits) = BY_HAND(bits, v))             \
	WRITE(write_be_##b##bits, uint##bits##_t, , iop_write_be(iop_project(DEV(b), .u##bits), v))

#if IOP_64BIT
#define BIG_ENDIAN_64(b) BIG_ENDIAN_(b, 64)
#else
#define BIG_ENDIAN_64(b)
#endif

#define BACKEND(b, VIEW)                             \
	typedef VIEW(struct ordered_dev) dev_##b;    \
	typedef VIEW(IOP_REGION(DEV_BYTES)) bar_##b; \
	HALVES(b)                                    \
	BIG_ENDIAN_(b, 16)                           \
	BIG_ENDIAN_(b, 32)                           \
	BIG_ENDIAN_64(b)

BACKEND(mmio, IOP_MMIO)
BACKEND(sysmem, IOP_SYSMEM)

struct row {
	const char *op, *routine, *baseline;
	void (*batch)(void *ctx, uint64_t n);
	uint32_t flags;
	const char *help;
};

#define BY_HAND_ROW(op, routine, fn, b, help)                            \
	{                                                                \
#op, routine, NULL, op##_##fn##_##b, IOP_CELL_PEER, help \
	}
#define ROW(op, routine, base, fn, b, help)                  \
	{                                                    \
#op, routine, base, op##_##fn##_##b, 0, help \
	}

#define HALVES_ROWS(op, b)                                                                                          \
	BY_HAND_ROW(op, "raw-lo-hi", raw_lo_hi, b, "two volatile accesses by hand, the low half first"),            \
		BY_HAND_ROW(op, "raw-hi-lo", raw_hi_lo, b, "two volatile accesses by hand, the high half first"),   \
		BY_HAND_ROW(op, "raw-lo-hi-checked", raw_checked, b, "the low half first, offset checked by hand"), \
		ROW(op, "lo-hi", "raw-lo-hi", lo_hi, b, "field of 64 bits by halves, the low one first"),           \
		ROW(op, "hi-lo", "raw-hi-lo", hi_lo, b, "field of 64 bits by halves, the high one first"),          \
		ROW(op, "lo-hi-try", "raw-lo-hi-checked", try, b, "run-time offset by halves, checked")
#define BIG_ENDIAN_ROWS(op, b, bits)                                                                            \
	BY_HAND_ROW(op, "raw-be", raw_be, b##bits, "raw volatile access, bytes swapped by hand where need be"), \
		ROW(op, "be", "raw-be", be, b##bits, "field that is big-endian in memory")

static void add_rows(struct iop_cell_table *table, const char *backend, unsigned bits, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct iop_cell cell = {
			.bytes = bits / 8,
			.flags = row->flags,
			.setup = setup,
			.batch = row->batch,
			.teardown = iop_window_teardown,
			.help = row->help,
		};
		const char *baseline =
			row->baseline ? iop_cell_format("%s/%s/%s/u%u", row->op, backend, row->baseline, bits) : NULL;

		iop_cell_add(table, cell, baseline, "%s/%s/%s/u%u", row->op, backend, row->routine, bits);
	}
}

#define ADD(b, bits, ...)                                                           \
	do {                                                                        \
		static const struct row rows_[] = {__VA_ARGS__};                    \
		add_rows(table, #b, bits, rows_, sizeof(rows_) / sizeof(rows_[0])); \
	} while (0)
#define ADD_BIG_ENDIAN(b, bits) ADD(b, bits, BIG_ENDIAN_ROWS(read, b, bits), BIG_ENDIAN_ROWS(write, b, bits))

#define ADD_BACKEND(b)                                                   \
	do {                                                             \
		ADD(b, 64, HALVES_ROWS(read, b), HALVES_ROWS(write, b)); \
		ADD_BIG_ENDIAN(b, 16);                                   \
		ADD_BIG_ENDIAN(b, 32);                                   \
		ADD_BIG_ENDIAN_OF_64(b);                                 \
	} while (0)
#if IOP_64BIT
#define ADD_BIG_ENDIAN_OF_64(b) ADD_BIG_ENDIAN(b, 64)
#else
#define ADD_BIG_ENDIAN_OF_64(b) ((void)0)
#endif

void iop_cells_ordered(struct iop_cell_table *table)
{
	ADD_BACKEND(mmio);
	ADD_BACKEND(sysmem);
}
