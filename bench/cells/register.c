/* SPDX-License-Identifier: MIT */
/*
 * Registers: a field read, set or updated by name, beside the shift and mask that a driver author would write by hand.
 *
 *	raw-field       volatile access, shift and mask written out: the baseline
 *	register        declared register at a fixed location, proved in bounds; the field by name
 *	register-try    the same location, checked against the real size
 *	raw-element     raw-field with an unchecked run-time index
 *	register-at     element of an array of registers, index checked by iop_try_at
 *
 * A field has four bits in the middle of its register. What it is set to, the address, the index, the size and an IoSysMap's tag
 * pass through an empty asm before each operation, so that nothing is carried over from one to the next.
 */
#include "buffer.h"
#include "table.h"

#include <iopath/iopath.h>

#include <string.h>

#define DEV_BYTES 256

/* One register of each width, and an array of each. */
IOP_REGISTER(bench_r8, uint8_t, IOP_AT(0x10), (5, 2, mid), (7, 7, top));
IOP_REGISTER(bench_r16, uint16_t, IOP_AT(0x12), (9, 6, mid), (15, 15, top));
IOP_REGISTER(bench_r32, uint32_t, IOP_AT(0x14), (17, 14, mid), (31, 31, top));
IOP_REGISTER(bench_a8, uint8_t, IOP_ARRAY(8, 0x10, 0x40), (5, 2, mid));
IOP_REGISTER(bench_a16, uint16_t, IOP_ARRAY(8, 0x10, 0x42), (9, 6, mid));
IOP_REGISTER(bench_a32, uint32_t, IOP_ARRAY(8, 0x10, 0x44), (17, 14, mid));

struct register_ctx {
	struct iop_window window;
	unsigned is_io;
};

enum {
	PARAM_IS_IO
};

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct register_ctx *c;
	int err = iop_window_setup(ctx, sizeof(*c), env, DEV_BYTES);

	if (err)
		return err;
	c = *ctx;
	c->is_io = cell->param[PARAM_IS_IO];
	return 0;
}

#define HIDE(x) __asm__ volatile("" : "+r"(x))
#define KEEP(x) __asm__ volatile("" : : "r"(x))

/* A Region view of the device in every backend; only an IoSysMap has more than an address and a size. */
#define RAW_HANDLE_mmio	    .addr = addr
#define RAW_HANDLE_relaxed  .addr = addr
#define RAW_HANDLE_sysmem   .addr = addr
#define RAW_HANDLE_iosysmap .addr = addr, .is_io = (uint8_t)is_io
#define HIDE_TAG_mmio
#define HIDE_TAG_relaxed
#define HIDE_TAG_sysmem
#define HIDE_TAG_iosysmap HIDE(is_io);
#define BAR(b)		  ((bar_##b){.raw = {RAW_HANDLE_##b}, .len = {size}})

#define BATCH(name, hides, body)                                          \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n) \
	{                                                                 \
		const struct register_ctx *c = ctx;                       \
		uintptr_t addr = (uintptr_t)c->window.dev;                \
		size_t size = DEV_BYTES, index = 2;                       \
		unsigned is_io = c->is_io, x = 5;                         \
		(void)size, (void)index, (void)is_io, (void)x;            \
		_Pragma("GCC unroll 8") for (; n; n--)                    \
		{                                                         \
			HIDE(addr);                                       \
			hides body;                                       \
		}                                                         \
	}

#define RAW(bits, offset)     (*(volatile uint##bits##_t *)(addr + (offset)))
#define ELEMENT(bits)	      RAW(bits, bench_a##bits##_OFFSET + index * bench_a##bits##_STRIDE)
#define MID(bits)	      bench_r##bits##_mid_MASK
#define SHIFT(bits)	      bench_r##bits##_mid_SHIFT
#define RAW_GET(bits, access) KEEP((uint8_t)(((access)&MID(bits)) >> SHIFT(bits)))
#define RAW_SET(bits, old)    (uint##bits##_t)(((old) & ~(uint##bits##_t)MID(bits)) | (x & 15) << SHIFT(bits))
#define SET(bits, old)	      iop_build_with(old, .mid, x & 15)
#define RAW_NEW(bits)	      (uint##bits##_t)(RAW_SET(bits, 0u) | 1u << (bits - 1))
#define NEW(bits)	      iop_with(SET(bits, iop_zeroed(bench_r##bits)), .top, 1)
#define IF_READ(err, value) \
	if (!(err))         \
	KEEP(iop_get(value, .mid))
#define AT_INDEX(bits, statement)                  \
	if (iop_try_at(bench_a##bits, index, &at)) \
	statement

#define WIDTH(b, bits)                                                                                                      \
	BATCH(read_raw_field_##b##bits, , RAW_GET(bits, RAW(bits, bench_r##bits##_OFFSET)))                                 \
	BATCH(write_raw_field_##b##bits, HIDE(x);, RAW(bits, bench_r##bits##_OFFSET) = RAW_NEW(bits))                       \
	BATCH(update_raw_field_##b##bits, HIDE(x);                                                                          \
	      , RAW(bits, bench_r##bits##_OFFSET) = RAW_SET(bits, RAW(bits, bench_r##bits##_OFFSET)))                       \
	BATCH(read_raw_element_##b##bits, HIDE(index);, RAW_GET(bits, ELEMENT(bits)))                                       \
	BATCH(update_raw_element_##b##bits, HIDE(x); HIDE(index);, ELEMENT(bits) = RAW_SET(bits, ELEMENT(bits)))            \
	BATCH(read_register_##b##bits, HIDE_TAG_##b, KEEP(iop_get(iop_read_reg(BAR(b), bench_r##bits), .mid)))              \
	BATCH(write_register_##b##bits, HIDE(x); HIDE_TAG_##b, iop_write_reg(BAR(b), NEW(bits)))                            \
	BATCH(update_register_##b##bits, HIDE(x); HIDE_TAG_##b, iop_update_reg(BAR(b), bench_r##bits, r, SET(bits, r)))     \
	BATCH(read_register_try_##b##bits, HIDE(size); HIDE_TAG_##b, bench_r##bits r = {0};                                 \
	      IF_READ(iop_try_read_reg(BAR(b), bench_r##bits, &r), r))                                                      \
	BATCH(write_register_try_##b##bits, HIDE(x); HIDE(size); HIDE_TAG_##b, (void)!iop_try_write_reg(BAR(b), NEW(bits))) \
	BATCH(update_register_try_##b##bits, HIDE(x); HIDE(size);                                                           \
	      HIDE_TAG_##b, (void)!iop_try_update_reg(BAR(b), bench_r##bits, r, SET(bits, r)))                              \
	BATCH(read_register_at_##b##bits, HIDE(index); HIDE_TAG_##b, struct bench_a##bits##_location at;                    \
	      AT_INDEX(bits, KEEP(iop_get(iop_read_reg(BAR(b), iop_loc(bench_a##bits, at)), .mid))))                        \
	BATCH(update_register_at_##b##bits, HIDE(x); HIDE(index); HIDE_TAG_##b, struct bench_a##bits##_location at;         \
	      AT_INDEX(bits, iop_update_reg(BAR(b), iop_loc(bench_a##bits, at), r, SET(bits, r))))

#define BACKEND(b, VIEW)                             \
	typedef VIEW(IOP_REGION(DEV_BYTES)) bar_##b; \
	WIDTH(b, 8)                                  \
	WIDTH(b, 16)                                 \
	WIDTH(b, 32)

BACKEND(mmio, IOP_MMIO)
BACKEND(relaxed, IOP_RELAXED)
BACKEND(sysmem, IOP_SYSMEM)
BACKEND(iosysmap, IOP_IOSYSMAP)

struct row {
	const char *op, *routine, *baseline;
	void (*batch)(void *ctx, uint64_t n);
	const char *help;
};

#define ROWS(b, bits)                                                                                                          \
	{"read", "raw-field", NULL, read_raw_field_##b##bits, "volatile read, shift and mask by hand"},                        \
		{"write", "raw-field", NULL, write_raw_field_##b##bits, "two fields put together by hand, volatile write"},    \
		{"update", "raw-field", NULL, update_raw_field_##b##bits, "volatile read, field set by hand, volatile write"}, \
		{"read", "raw-element", NULL, read_raw_element_##b##bits, "raw-field of an element, unchecked index"},         \
		{"update", "raw-element", NULL, update_raw_element_##b##bits, "raw-field of an element, unchecked index"},     \
		{"read", "register", "raw-field", read_register_##b##bits, "field of a declared register, proved in bounds"},  \
		{"write", "register", "raw-field", write_register_##b##bits,                                                   \
		 "two fields of a new value, written where its type belongs"},                                                 \
		{"update", "register", "raw-field", update_register_##b##bits, "read, set a field, write, by the names"},      \
		{"read", "register-try", "raw-field", read_register_try_##b##bits,                                             \
		 "field of a declared register, location checked"},                                                            \
		{"write", "register-try", "raw-field", write_register_try_##b##bits,                                           \
		 "two fields of a new value, location checked"},                                                               \
		{"update", "register-try", "raw-field", update_register_try_##b##bits,                                         \
		 "read, set a field, write, location checked once"},                                                           \
		{"read", "register-at", "raw-element", read_register_at_##b##bits, "field of an element, index checked"},      \
	{                                                                                                                      \
		"update", "register-at", "raw-element", update_register_at_##b##bits,                                          \
			"read, set a field of an element, write, index checked"                                                \
	}

static void add_rows(struct iop_cell_table *table, const char *backend, unsigned bits, const char *key, unsigned is_io,
		     const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct iop_cell cell = {
			.bytes = bits / 8,
			.flags = (row->baseline ? 0 : IOP_CELL_PEER) |
				 (bits == 32 && strcmp(backend, "mmio") == 0 ? IOP_CELL_QUICK : 0),
			.param = {[PARAM_IS_IO] = is_io},
			.setup = setup,
			.batch = row->batch,
			.teardown = iop_window_teardown,
			.help = row->help,
		};
		const char *baseline = NULL;

		if (row->baseline)
			baseline = iop_cell_format("%s/%s/%s/u%u%s", row->op, backend, row->baseline, bits, key);
		iop_cell_add(table, cell, baseline, "%s/%s/%s/u%u%s", row->op, backend, row->routine, bits, key);
	}
}

#define ADD_WIDTH(b, bits, key, is_io)                                                          \
	do {                                                                                    \
		static const struct row rows_[] = {ROWS(b, bits)};                              \
		add_rows(table, #b, bits, key, is_io, rows_, sizeof(rows_) / sizeof(rows_[0])); \
	} while (0)
#define ADD_BACKEND(b, key, is_io)            \
	do {                                  \
		ADD_WIDTH(b, 8, key, is_io);  \
		ADD_WIDTH(b, 16, key, is_io); \
		ADD_WIDTH(b, 32, key, is_io); \
	} while (0)

void iop_cells_register(struct iop_cell_table *table)
{
	ADD_BACKEND(mmio, "", 1);
	ADD_BACKEND(relaxed, "", 1);
	ADD_BACKEND(sysmem, "", 0);
	ADD_BACKEND(iosysmap, "/side=io", 1);
	ADD_BACKEND(iosysmap, "/side=sys", 0);
}
