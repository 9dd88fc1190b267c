/* SPDX-License-Identifier: MIT */
/**
 * operations.h - the table of operations
 *
 * Adding an operation is a line here and a file in ops/, which holds all that anybody asks of it: how its operands are decided, what
 * should happen, how the library does it, what it is as text and as C.
 */
#ifndef IOPATH_FUZZ_OPERATIONS_H
#define IOPATH_FUZZ_OPERATIONS_H

/* Which fuzz targets use an operation. */
enum fuzz_group {
	FUZZ_BASE = 1, /* makes views: of use to all */
	FUZZ_PROJECTION = 2,
	FUZZ_ACCESS = 4,
	FUZZ_COPY = 8,
	FUZZ_MAP = 16,
	FUZZ_OWNER = 32,
	FUZZ_CONFIG = 64,
	FUZZ_MAKES = 128, /* what others have nothing to do without: the generator rarely leaves it out */
};

/*
 * X(number, name, group, types of the first view, backends of the first view, types of the second view)
 * Types and backends are sets, 0 where the operation takes no view. Numbers are never reused.
 */
#define FUZZ_VIEW_OPS(X)                                                                                    \
	X(3, field, FUZZ_PROJECTION, FUZZ_IS_RECORD, FUZZ_ALL, 0)                                           \
	X(4, index, FUZZ_PROJECTION | FUZZ_MAKES, FUZZ_IS_INDEXABLE, FUZZ_ALL, 0)                           \
	X(5, path, FUZZ_PROJECTION, FUZZ_SET(FUZZ_BLOCK), FUZZ_ALL, 0)                                      \
	X(6, cast, FUZZ_PROJECTION | FUZZ_BASE, FUZZ_IS_CASTABLE, FUZZ_ALL, 0)                              \
	X(7, offset_read, FUZZ_ACCESS, FUZZ_IS_REGION, FUZZ_ALL, 0)                                         \
	X(8, offset_write, FUZZ_ACCESS, FUZZ_IS_REGION, FUZZ_ALL, 0)                                        \
	X(9, offset_update, FUZZ_ACCESS, FUZZ_IS_REGION, FUZZ_ALL, 0)                                       \
	X(10, fixed, FUZZ_ACCESS, FUZZ_SET(FUZZ_REGION42), FUZZ_ALL, 0)                                     \
	X(11, read, FUZZ_ACCESS | FUZZ_PROJECTION, FUZZ_IS_VALUE, FUZZ_ALL, 0)                              \
	X(12, write, FUZZ_ACCESS | FUZZ_PROJECTION, FUZZ_IS_VALUE, FUZZ_ALL, 0)                             \
	X(13, update, FUZZ_ACCESS, FUZZ_IS_VALUE, FUZZ_ALL, 0)                                              \
	X(14, copy_toio, FUZZ_COPY, FUZZ_SET(FUZZ_S_U8), FUZZ_COPYING, 0)                                   \
	X(15, copy_fromio, FUZZ_COPY, FUZZ_SET(FUZZ_S_U8), FUZZ_COPYING, 0)                                 \
	X(16, object_read, FUZZ_COPY, FUZZ_IS_OBJECT, FUZZ_COPYING, 0)                                      \
	X(17, object_write, FUZZ_COPY, FUZZ_IS_OBJECT, FUZZ_COPYING, 0)                                     \
	X(18, move, FUZZ_COPY, FUZZ_SET(FUZZ_S_U8), FUZZ_COPYING, FUZZ_SET(FUZZ_S_U8))                      \
	X(19, clash, FUZZ_COPY, FUZZ_SET(FUZZ_S_U8), FUZZ_SET(FUZZ_SYSMEM) | FUZZ_SET(FUZZ_COHERENT), 0)    \
	X(20, convert, FUZZ_BASE | FUZZ_PROJECTION, FUZZ_ANY_TYPE, FUZZ_ALL, 0)                             \
	X(21, registers, FUZZ_ACCESS, FUZZ_SET(FUZZ_REGION0), FUZZ_ALL, 0)                                  \
	X(22, halves, FUZZ_ACCESS, FUZZ_IS_REGION | FUZZ_SET(FUZZ_U64), FUZZ_ALL, 0)                        \
	X(23, byte_order, FUZZ_ACCESS, FUZZ_IS_REGION | FUZZ_IS_VALUE, FUZZ_ALL, 0)                         \
	X(24, ask_widths, FUZZ_ACCESS | FUZZ_PROJECTION | FUZZ_COPY, FUZZ_ANY_TYPE, FUZZ_SET(FUZZ_MMIO), 0) \
	X(25, rep, FUZZ_ACCESS, FUZZ_IS_REGION | FUZZ_IS_VALUE,                                             \
	  FUZZ_SET(FUZZ_MMIO) | FUZZ_SET(FUZZ_RELAXED) | FUZZ_SET(FUZZ_MMIO_WITHIN), 0)                     \
	X(26, modes, FUZZ_ACCESS, FUZZ_SET(FUZZ_REGION0), FUZZ_ALL, 0)

#define FUZZ_WORLD_OPS(X)                                    \
	X(1, region, FUZZ_BASE, 0, 0, 0)                     \
	X(2, slice, FUZZ_BASE | FUZZ_COPY, 0, 0, 0)          \
	X(32, drop, FUZZ_OWNER, 0, 0, 0)                     \
	X(33, take, FUZZ_OWNER, 0, 0, 0)                     \
	X(34, routine, FUZZ_COPY, 0, 0, 0)                   \
	X(35, hold_open, FUZZ_OWNER, 0, 0, 0)                \
	X(36, hold_drop, FUZZ_OWNER, 0, 0, 0)                \
	X(37, hold_use, FUZZ_OWNER, 0, 0, 0)                 \
	X(38, hold_reset, FUZZ_OWNER, 0, 0, 0)               \
	X(40, map_set, FUZZ_MAP | FUZZ_MAKES, 0, 0, 0)       \
	X(41, map_clear, FUZZ_MAP, 0, 0, 0)                  \
	X(42, map_incr, FUZZ_MAP, 0, 0, 0)                   \
	X(43, map_offset, FUZZ_MAP, 0, 0, 0)                 \
	X(44, map_compare, FUZZ_MAP, 0, 0, 0)                \
	X(45, map_read, FUZZ_MAP, 0, 0, 0)                   \
	X(46, map_write, FUZZ_MAP, 0, 0, 0)                  \
	X(47, map_field, FUZZ_MAP, 0, 0, 0)                  \
	X(48, map_fill, FUZZ_MAP, 0, 0, 0)                   \
	X(49, map_copy_to, FUZZ_MAP, 0, 0, 0)                \
	X(50, map_copy_from, FUZZ_MAP, 0, 0, 0)              \
	X(51, vmap_open, FUZZ_OWNER, 0, 0, 0)                \
	X(52, vmap_drop, FUZZ_OWNER, 0, 0, 0)                \
	X(53, vmap_use, FUZZ_OWNER, 0, 0, 0)                 \
	X(56, bus_fault, FUZZ_CONFIG | FUZZ_ACCESS, 0, 0, 0) \
	X(57, config_device, FUZZ_CONFIG, 0, 0, 0)           \
	X(58, guard_open, FUZZ_OWNER, 0, 0, 0)               \
	X(59, guard_hold, FUZZ_OWNER, 0, 0, 0)               \
	X(60, guard_use, FUZZ_OWNER, 0, 0, 0)                \
	X(61, guard_end, FUZZ_OWNER, 0, 0, 0)                \
	X(62, config_raw, FUZZ_CONFIG, 0, 0, 0)              \
	X(63, all_leases, FUZZ_OWNER, 0, 0, 0)               \
	X(64, owner_widths, FUZZ_OWNER, 0, 0, 0)             \
	X(70, within, FUZZ_COPY, 0, 0, 0)                    \
	X(71, dma, FUZZ_OWNER, 0, 0, 0)                      \
	X(72, wc, FUZZ_ACCESS | FUZZ_COPY, 0, 0, 0)

#define FUZZ_OPS(X) FUZZ_VIEW_OPS(X) FUZZ_WORLD_OPS(X)

enum fuzz_op {
	FUZZ_nothing,
#define FUZZ_OP_ENUM(number, name, ...) FUZZ_##name = (number),
	FUZZ_OPS(FUZZ_OP_ENUM)
#undef FUZZ_OP_ENUM
};
#define FUZZ_VIEW_OP_NUMBERS 32 /* those on views are below */

#endif
