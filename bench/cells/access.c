/* SPDX-License-Identifier: MIT */
/*
 * Single accesses: read, write and update of every width on every backend, by each way the core offers, beside the raw volatile
 * access that a driver author would write.
 *
 *	raw, raw-index         *(volatile T *)&dev->regs.field, and with a run-time index: the baselines
 *	raw-checked            at a run-time offset, after the check that a driver would write by hand: the baseline of fallible
 *	infallible, fallible   offset access of a Region, proved or checked
 *	project, project-try   projection by constant path, and with a checked run-time index
 *
 * A batch is unrolled eight times so that the loop does not hide what an access costs. What a path needs (address, offset, index,
 * tag) passes through an empty asm before each access, so that the compiler neither knows it nor carries work over from one
 * operation to the next, and what a path does not need is not there.
 */
#include "buffer.h"
#include "table.h"

#include <iopath/iopath.h>

#include <string.h>

struct cells_block {
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;
	uint8_t u8;
	uint8_t pad;
};

#define DEV_BYTES 256
struct cells_dev {
	struct cells_block regs;
	struct cells_block ring[15];
};
_Static_assert(sizeof(struct cells_dev) == DEV_BYTES, "the region covers the device");

struct access_ctx {
	struct iop_window window;
	size_t offset;
	unsigned is_io;
};

enum {
	PARAM_OFFSET,
	PARAM_IS_IO
};

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct access_ctx *c;
	int err = iop_window_setup(ctx, sizeof(*c), env, DEV_BYTES);

	if (err)
		return err;
	c = *ctx;
	c->offset = cell->param[PARAM_OFFSET];
	c->is_io = cell->param[PARAM_IS_IO];
	return 0;
}

/* A view of the device in every backend; only an IoSysMap has more than an address, and its tag is as unknown as the address. */
#define VIEW_mmio(T)	 ((T){.raw = {.addr = addr}})
#define VIEW_relaxed(T)	 ((T){.raw = {.addr = addr}})
#define VIEW_sysmem(T)	 ((T){.raw = {.addr = addr}})
#define VIEW_iosysmap(T) ((T){.raw = {.addr = addr, .is_io = (uint8_t)is_io}})
#define VIEW_coherent(T) ((T){.raw = {.addr = addr}})
#define HIDE_TAG_mmio
#define HIDE_TAG_relaxed
#define HIDE_TAG_sysmem
#define HIDE_TAG_iosysmap HIDE(is_io);
#define HIDE_TAG_coherent

#define HIDE(x) __asm__ volatile("" : "+r"(x))
#define KEEP(x) __asm__ volatile("" : : "r"(x))

/* The device holds zeros, so adding what was read to the address changes nothing but makes the next access wait for this one. */
#define THROUGHPUT KEEP(v)
#define LATENCY	   addr += (uintptr_t)v

#define BATCH(name, b, T, hides, body, after)                                \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n)    \
	{                                                                    \
		const struct access_ctx *c = ctx;                            \
		uintptr_t addr = (uintptr_t)c->window.dev;                   \
		size_t size = DEV_BYTES, offset = c->offset, index = 2;      \
		unsigned is_io = c->is_io;                                   \
		T v = 0;                                                     \
		(void)size, (void)offset, (void)index, (void)is_io, (void)v; \
		HIDE(size);                                                  \
		_Pragma("GCC unroll 8") for (; n; n--)                       \
		{                                                            \
			HIDE(addr);                                          \
			hides body;                                          \
			after;                                               \
		}                                                            \
	}

#define DEV(b) VIEW_##b(dev_##b)
#define BAR(b) BAR_(b, region_##b)
#define BAR_(b, T)                    \
	__extension__({               \
		T bar_ = VIEW_##b(T); \
		bar_.len[0] = size;   \
		bar_;                 \
	})
#define RAW ((volatile struct cells_dev *)addr)
/* What a driver writes that checks by hand; the offset may be anything, the size is at least that of one access. */
#define CHECKED(bits) if (offset <= size - sizeof(uint##bits##_t) && !(offset & (sizeof(uint##bits##_t) - 1)))
#define RAW_AT(bits)  (*(volatile uint##bits##_t *)(addr + offset))
#define AT(bits)      offsetof(struct cells_dev, regs.u##bits)

/* Everything of one backend at one width. The try flavour returns from its function, so it needs one. */
#define ACCESS(b, bits)                                                                                                        \
	static inline int read_try_##b##bits(dev_##b dev, size_t index, uint##bits##_t *v)                                     \
	{                                                                                                                      \
		*v = iop_read(iop_project(dev, .ring, iop_or(index, return -ERANGE), .u##bits));                               \
		return 0;                                                                                                      \
	}                                                                                                                      \
	static inline int write_try_##b##bits(dev_##b dev, size_t index, uint##bits##_t v)                                     \
	{                                                                                                                      \
		iop_write(iop_project(dev, .ring, iop_or(index, return -ERANGE), .u##bits), v);                                \
		return 0;                                                                                                      \
	}                                                                                                                      \
	BATCH(read_raw_##b##bits, b, uint##bits##_t, , v = RAW->regs.u##bits, THROUGHPUT)                                      \
	BATCH(read_raw_lat_##b##bits, b, uint##bits##_t, , v = RAW->regs.u##bits, LATENCY)                                     \
	BATCH(read_raw_index_##b##bits, b, uint##bits##_t, HIDE(index);, v = RAW->ring[index].u##bits, THROUGHPUT)             \
	BATCH(read_raw_checked_##b##bits, b, uint##bits##_t, HIDE(offset);, CHECKED(bits) v = RAW_AT(bits), THROUGHPUT)        \
	BATCH(read_project_##b##bits, b, uint##bits##_t, HIDE_TAG_##b, v = iop_read(iop_project(DEV(b), .regs, .u##bits)),     \
	      THROUGHPUT)                                                                                                      \
	BATCH(read_project_lat_##b##bits, b, uint##bits##_t, HIDE_TAG_##b, v = iop_read(iop_project(DEV(b), .regs, .u##bits)), \
	      LATENCY)                                                                                                         \
	BATCH(read_project_try_##b##bits, b, uint##bits##_t, HIDE_TAG_##b HIDE(index);                                         \
	      , (void)read_try_##b##bits(DEV(b), index, &v), THROUGHPUT)                                                       \
	BATCH(read_fallible_##b##bits, b, uint##bits##_t, HIDE_TAG_##b HIDE(offset);                                           \
	      , (void)!iop_try_read(BAR(b), offset, &v), THROUGHPUT)                                                           \
	BATCH(write_raw_##b##bits, b, uint##bits##_t, , RAW->regs.u##bits = v, (void)0)                                        \
	BATCH(write_raw_index_##b##bits, b, uint##bits##_t, HIDE(index);, RAW->ring[index].u##bits = v, (void)0)               \
	BATCH(write_raw_checked_##b##bits, b, uint##bits##_t, HIDE(offset);, CHECKED(bits) RAW_AT(bits) = v, (void)0)          \
	BATCH(write_project_##b##bits, b, uint##bits##_t, HIDE_TAG_##b, iop_write(iop_project(DEV(b), .regs, .u##bits), v),    \
	      (void)0)                                                                                                         \
	BATCH(write_project_try_##b##bits, b, uint##bits##_t, HIDE_TAG_##b HIDE(index);                                        \
	      , (void)write_try_##b##bits(DEV(b), index, v), (void)0)                                                          \
	BATCH(write_fallible_##b##bits, b, uint##bits##_t, HIDE_TAG_##b HIDE(offset);                                          \
	      , (void)!iop_try_write##bits(BAR(b), v, offset), (void)0)                                                        \
	BATCH(update_raw_##b##bits, b, uint##bits##_t, , RAW->regs.u##bits = (uint##bits##_t)(RAW->regs.u##bits ^ 1), (void)0) \
	BATCH(update_raw_checked_##b##bits, b, uint##bits##_t, HIDE(offset);                                                   \
	      , CHECKED(bits) RAW_AT(bits) = (uint##bits##_t)(RAW_AT(bits) ^ 1), (void)0)                                      \
	BATCH(update_project_##b##bits, b, uint##bits##_t, HIDE_TAG_##b,                                                       \
	      iop_update(iop_project(DEV(b), .regs, .u##bits), x, (uint##bits##_t)(x ^ 1)), (void)0)                           \
	BATCH(update_fallible_##b##bits, b, uint##bits##_t, HIDE_TAG_##b HIDE(offset);                                         \
	      , (void)!iop_try_update##bits(BAR(b), offset, x, (uint##bits##_t)(x ^ 1)), (void)0)

/* Not for 64 bits: a Region guarantees 4-byte alignment. */
#define INFALLIBLE(b, bits)                                                                                                 \
	BATCH(read_infallible_##b##bits, b, uint##bits##_t, HIDE_TAG_##b, v = iop_read##bits(BAR(b), AT(bits)), THROUGHPUT) \
	BATCH(write_infallible_##b##bits, b, uint##bits##_t, HIDE_TAG_##b, iop_write##bits(BAR(b), v, AT(bits)), (void)0)   \
	BATCH(update_infallible_##b##bits, b, uint##bits##_t, HIDE_TAG_##b,                                                 \
	      iop_update##bits(BAR(b), AT(bits), x, (uint##bits##_t)(x ^ 1)), (void)0)

#if IOP_64BIT
#define ACCESS_64(b) ACCESS(b, 64)
#else
#define ACCESS_64(b)
#endif

#define BACKEND(b, VIEW)                                \
	typedef VIEW(struct cells_dev) dev_##b;         \
	typedef VIEW(IOP_REGION(DEV_BYTES)) region_##b; \
	ACCESS(b, 8)                                    \
	ACCESS(b, 16) ACCESS(b, 32) ACCESS_64(b) INFALLIBLE(b, 8) INFALLIBLE(b, 16) INFALLIBLE(b, 32)

BACKEND(mmio, IOP_MMIO)
BACKEND(relaxed, IOP_RELAXED)
BACKEND(sysmem, IOP_SYSMEM)
BACKEND(iosysmap, IOP_IOSYSMAP)
BACKEND(coherent, IOP_COHERENT)

/* The kernel's iosys_map: the same memory through a pointer and a flag, unchecked. */
#define IOSYS_MAP(bits)                                                                                 \
	BATCH(read_field_kernel_iosys_map##bits, kernel_iosys_map, uint##bits##_t, HIDE(is_io);         \
	      , v = iop_kernel_iosys_map_rd_field(&MAP, 0, struct cells_dev, regs.u##bits), THROUGHPUT) \
	BATCH(write_field_kernel_iosys_map##bits, kernel_iosys_map, uint##bits##_t, HIDE(is_io);        \
	      , iop_kernel_iosys_map_wr_field(&MAP, 0, struct cells_dev, regs.u##bits, v), (void)0)
#define MAP ((struct iop_kernel_iosys_map){{.vaddr = (void *)addr}, .is_iomem = is_io})

IOSYS_MAP(8)
IOSYS_MAP(16)
IOSYS_MAP(32)
IOSYS_MAP(64)

struct row {
	const char *op, *routine, *baseline;
	void (*batch)(void *ctx, uint64_t n);
	uint32_t flags;
	const char *help;
};

#define RAW_ROW(op, b, bits)                                                                               \
	{                                                                                                  \
#op, "raw", NULL, op##_raw_##b##bits, IOP_CELL_PEER, "raw volatile access, constant place" \
	}
#define ROW(op, b, bits, fn, routine, base, flags, help)               \
	{                                                              \
#op, routine, base, op##_##fn##_##b##bits, flags, help \
	}

#define ROWS(b, bits)                                                                                                           \
	RAW_ROW(read, b, bits), RAW_ROW(write, b, bits), RAW_ROW(update, b, bits),                                              \
		ROW(read, b, bits, raw_lat, "raw", NULL, IOP_CELL_PEER | IOP_CELL_LATENCY, "raw volatile read, dependent"),     \
		ROW(read, b, bits, raw_index, "raw-index", NULL, IOP_CELL_PEER, "raw volatile read, unchecked index"),          \
		ROW(write, b, bits, raw_index, "raw-index", NULL, IOP_CELL_PEER, "raw volatile write, unchecked index"),        \
		ROW(read, b, bits, raw_checked, "raw-checked", NULL, IOP_CELL_PEER, "run-time offset, checked by hand"),        \
		ROW(write, b, bits, raw_checked, "raw-checked", NULL, IOP_CELL_PEER, "run-time offset, checked by hand"),       \
		ROW(update, b, bits, raw_checked, "raw-checked", NULL, IOP_CELL_PEER, "run-time offset, checked by hand once"), \
		ROW(read, b, bits, project, "project", "raw", 0, "field by projection"),                                        \
		ROW(write, b, bits, project, "project", "raw", 0, "field by projection"),                                       \
		ROW(update, b, bits, project, "project", "raw", 0, "read, change and write a field by projection"),             \
		ROW(read, b, bits, project_lat, "project", "raw", IOP_CELL_LATENCY, "field by projection, dependent"),          \
		ROW(read, b, bits, project_try, "project-try", "raw-index", 0, "element by a checked run-time index"),          \
		ROW(write, b, bits, project_try, "project-try", "raw-index", 0, "element by a checked run-time index"),         \
		ROW(read, b, bits, fallible, "fallible", "raw-checked", 0, "run-time offset, checked"),                         \
		ROW(write, b, bits, fallible, "fallible", "raw-checked", 0, "run-time offset, checked"),                        \
		ROW(update, b, bits, fallible, "fallible", "raw-checked", 0, "run-time offset, checked once")
#define INFALLIBLE_ROWS(b, bits)                                                                     \
	ROW(read, b, bits, infallible, "infallible", "raw", 0, "constant offset, proved in bounds"), \
		ROW(write, b, bits, infallible, "infallible", "raw", 0, "constant offset, proved"),  \
		ROW(update, b, bits, infallible, "infallible", "raw", 0, "constant offset, proved")

static void add_rows(struct iop_cell_table *table, const char *backend, unsigned bits, size_t offset, const char *key,
		     unsigned is_io, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		const char *latency = row->flags & IOP_CELL_LATENCY ? "/latency" : "";
		struct iop_cell cell = {
			.bytes = bits / 8,
			.flags = row->flags | (bits == 32 ? IOP_CELL_QUICK : 0),
			.param = {[PARAM_OFFSET] = (uint32_t)offset, [PARAM_IS_IO] = is_io},
			.setup = setup,
			.batch = row->batch,
			.teardown = iop_window_teardown,
			.help = row->help,
		};
		const char *baseline = NULL;

		/* kernel_iosys_map has no raw rows of its own: those of its side's backend are the same access. */
		if (row->baseline && strcmp(backend, "kernel_iosys_map") == 0)
			baseline = iop_cell_format("%s/%s/%s/u%u", row->op, is_io ? "mmio" : "sysmem", row->baseline, bits);
		else if (row->baseline)
			baseline = iop_cell_format("%s/%s/%s/u%u%s%s", row->op, backend, row->baseline, bits, key, latency);
		iop_cell_add(table, cell, baseline, "%s/%s/%s/u%u%s%s", row->op, backend, row->routine, bits, key, latency);
	}
}

#define IOSYS_MAP_ROWS(bits)                                                                                       \
	ROW(read, kernel_iosys_map, bits, field, "field", "raw", 0, "field by the kernel's iosys_map, unchecked"), \
		ROW(write, kernel_iosys_map, bits, field, "field", "raw", 0, "field by the kernel's iosys_map, unchecked")

#define ADD_WIDTH(b, bits, key, is_io, ...)                                                               \
	do {                                                                                              \
		static const struct row rows_[] = {__VA_ARGS__};                                          \
		add_rows(table, #b, bits, AT(bits), key, is_io, rows_, sizeof(rows_) / sizeof(rows_[0])); \
	} while (0)
#define ADD_BACKEND(b, key, is_io)                                                 \
	do {                                                                       \
		ADD_WIDTH(b, 8, key, is_io, ROWS(b, 8), INFALLIBLE_ROWS(b, 8));    \
		ADD_WIDTH(b, 16, key, is_io, ROWS(b, 16), INFALLIBLE_ROWS(b, 16)); \
		ADD_WIDTH(b, 32, key, is_io, ROWS(b, 32), INFALLIBLE_ROWS(b, 32)); \
		ADD_BACKEND_64(b, key, is_io);                                     \
	} while (0)
#define ADD_IOSYS_MAP(bits)                                                              \
	do {                                                                             \
		ADD_WIDTH(kernel_iosys_map, bits, "/side=io", 1, IOSYS_MAP_ROWS(bits));  \
		ADD_WIDTH(kernel_iosys_map, bits, "/side=sys", 0, IOSYS_MAP_ROWS(bits)); \
	} while (0)
#if IOP_64BIT
#define ADD_BACKEND_64(b, key, is_io) ADD_WIDTH(b, 64, key, is_io, ROWS(b, 64))
#else
#define ADD_BACKEND_64(b, key, is_io) ((void)0)
#endif

void iop_cells_access(struct iop_cell_table *table)
{
	ADD_BACKEND(mmio, "", 1);
	ADD_BACKEND(relaxed, "", 1);
	ADD_BACKEND(sysmem, "", 0);
	ADD_BACKEND(iosysmap, "/side=io", 1);
	ADD_BACKEND(iosysmap, "/side=sys", 0);
	ADD_BACKEND(coherent, "", 0);
	ADD_IOSYS_MAP(8);
	ADD_IOSYS_MAP(16);
	ADD_IOSYS_MAP(32);
	ADD_IOSYS_MAP(64);
}
