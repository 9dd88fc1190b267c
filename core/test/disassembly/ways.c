/* SPDX-License-Identifier: MIT */
/*
 * Each public way to access, with each backend and width. ways_WHAT_NAME: on each way through the function that accesses anything, it
 * accesses WHAT and nothing else: r32 a load of 32 bits, w32 a store, one after the other; c before a width: a transaction of config
 * space. Where a check may fail there is a way without any. What is read is returned, so that no other memory is written.
 */
#include <iopath/config.h>
#include <iopath/iopath.h>
#include <iopath/kernel_iosys_map.h>

/* The formatter does not know that this is code. */
/* clang-format off */
#define T(bits) uint##bits##_t
#define MIX(value) ((__typeof__(value))((value) ^ 5))

/* Registers of each width, one in an array, and one of which a field is cleared by writing 1. */
#define REGISTERS(bits)								\
	IOP_REGISTER(reg##bits, T(bits), IOP_AT(0x10), (0, 0, go), (3, 1, mode));	\
	IOP_REGISTER(row##bits, T(bits), IOP_ARRAY(4, 0x20), (2, 0, x));		\
	IOP_REGISTER(stat##bits, T(bits), IOP_AT(0x18), (0, 0, event, w1c), (4, 1, mask));
REGISTERS(8)
REGISTERS(16)
REGISTERS(32)
REGISTERS(64)

/* A is what a load of the width is called, and B a store; M and V are types of a Region with enough bytes, of one, and of a value. */
#define OFFSETS(A, B, name, bits, M, V)										\
	T(bits) ways_##A##_##name##_at(M v) { return iop_read##bits(v, 0x18); }					\
	void ways_##B##_##name##_at(M v, T(bits) x) { iop_write##bits(v, x, 0x18); }				\
	void ways_##A##B##_##name##_at(M v) { iop_update##bits(v, 0x18, x, MIX(x)); }				\
	T(bits) ways_##A##_##name##_try(M v, size_t o) { T(bits) x = 0; return iop_try_read##bits(v, o, &x) ? 0 : x; }	\
	T(bits) ways_##A##_##name##_try_of_type(M v, size_t o) { T(bits) x = 0; return iop_try_read(v, o, &x) ? 0 : x; }	\
	int ways_##B##_##name##_try(M v, T(bits) x, size_t o) { return iop_try_write##bits(v, x, o); }		\
	int ways_##B##_##name##_try_of_type(M v, T(bits) x, size_t o) { return iop_try_write(v, &x, o); }	\
	int ways_##A##B##_##name##_try(M v, size_t o) { return iop_try_update##bits(v, o, x, MIX(x)); }		\
	T(bits) ways_##A##_##name##_value(V v) { return iop_read(v); }						\
	void ways_##B##_##name##_value(V v, T(bits) x) { iop_write(v, x); }					\
	void ways_##A##B##_##name##_value(V v) { iop_update(v, x, MIX(x)); }					\
	T(bits) ways_##A##_##name##_le(V v) { return iop_read_le(v); }						\
	void ways_##B##_##name##_be(V v, T(bits) x) { iop_write_be(v, x); }
#define LOCATIONS(A, B, name, bits, M)										\
	T(bits) ways_##A##_##name##_reg(M v) { return iop_read_reg(v, reg##bits).raw; }				\
	void ways_##B##_##name##_reg(M v, T(bits) x) { iop_write_reg(v, reg##bits, iop_from_raw(reg##bits, x)); }	\
	void ways_##A##B##_##name##_reg(M v) { iop_update_reg(v, reg##bits, x, iop_from_raw(reg##bits, MIX(x.raw))); }	\
	void ways_##A##B##_##name##_clear(M v) { iop_clear(v, stat##bits, .event); }				\
	T(bits) ways_##A##_##name##_try_reg(M v)									\
	{														\
		reg##bits x = iop_from_raw(reg##bits, 0);								\
		return iop_try_read_reg(v, reg##bits, &x) ? 0 : x.raw;							\
	}														\
	int ways_##B##_##name##_try_reg(M v, T(bits) x) { return iop_try_write_reg(v, reg##bits, iop_from_raw(reg##bits, x)); }	\
	int ways_##A##B##_##name##_try_reg(M v)									\
	{														\
		return iop_try_update_reg(v, reg##bits, x, iop_from_raw(reg##bits, MIX(x.raw)));			\
	}														\
	int ways_##A##B##_##name##_try_clear(M v) { return iop_try_clear(v, stat##bits, .event); }			\
	T(bits) ways_##A##_##name##_row(M v) { return iop_read_reg(v, iop_at(row##bits, 2)).raw; }		\
	void ways_##B##_##name##_row(M v, T(bits) x) { iop_write_reg(v, iop_at(row##bits, 2), iop_from_raw(row##bits, x)); }
#define WAYS(A, B, name, bits, view, ...)										\
	typedef view(__VA_ARGS__ IOP_REGION8(0x1000)) region_##name##_##bits;						\
	typedef view(__VA_ARGS__ T(bits)) value_##name##_##bits;							\
	OFFSETS(A, B, name, bits, region_##name##_##bits, value_##name##_##bits)					\
	LOCATIONS(A, B, name, bits, region_##name##_##bits)

#define EACH(name, view, ...)			\
	WAYS(r8, w8, name, 8, view, __VA_ARGS__)	\
	WAYS(r16, w16, name, 16, view, __VA_ARGS__)	\
	WAYS(r32, w32, name, 32, view, __VA_ARGS__)	\
	WAYS(r64, w64, name, 64, view, __VA_ARGS__)
#define WITHIN IOP_WIDTHS(1, 2, 4, 8),
EACH(mmio, IOP_MMIO)
EACH(relaxed, IOP_RELAXED)
EACH(sysmem, IOP_SYSMEM)
EACH(iosysmap, IOP_IOSYSMAP)
EACH(coherent, IOP_COHERENT)
EACH(wc, IOP_WC)
EACH(within, IOP_MMIO_WIDTHS, WITHIN)
EACH(some, IOP_RELAXED_WIDTHS, WITHIN)
WAYS(c8, s8, config, 8, IOP_CONFIG)
WAYS(c16, s16, config, 16, IOP_CONFIG)
WAYS(c32, s32, config, 32, IOP_CONFIG)

/* Registers of 64 bits by halves, in the order that the name says. */
#define HALVES(name)													\
	uint64_t ways_r32r32_##name##_lo_hi(value_##name##_64 v) { return iop_read_lo_hi(v); }				\
	uint64_t ways_r32r32_##name##_hi_lo(value_##name##_64 v) { return iop_read_hi_lo(v); }				\
	void ways_w32w32_##name##_lo_hi(value_##name##_64 v, uint64_t x) { iop_write_lo_hi(v, x); }			\
	void ways_w32w32_##name##_hi_lo(value_##name##_64 v, uint64_t x) { iop_write_hi_lo(v, x); }			\
	uint64_t ways_r32r32_##name##_at(region_##name##_64 v) { return iop_read64_lo_hi(v, 0x18); }			\
	void ways_w32w32_##name##_at(region_##name##_64 v, uint64_t x) { iop_write64_hi_lo(v, x, 0x18); }
HALVES(mmio)
HALVES(relaxed)

/* The kernel's map: one access of the side that it says. */
typedef struct iop_kernel_iosys_map map;
struct member {
	uint8_t m8, n8;
	uint16_t m16;
	uint32_t m32;
	uint64_t m64;
};
#define MAPS(bits)												\
	T(bits) ways_r##bits##_map_rd(map m, size_t o) { return iop_kernel_iosys_map_rd(&m, o, T(bits)); }	\
	void ways_w##bits##_map_wr(map m, size_t o, T(bits) x) { iop_kernel_iosys_map_wr(&m, o, T(bits), x); }	\
	T(bits) ways_r##bits##_map_rd_field(map m, size_t o) { return iop_kernel_iosys_map_rd_field(&m, o, struct member, m##bits); }	\
	void ways_w##bits##_map_wr_field(map m, size_t o, T(bits) x) { iop_kernel_iosys_map_wr_field(&m, o, struct member, m##bits, x); }
MAPS(8)
MAPS(16)
MAPS(32)
MAPS(64)
