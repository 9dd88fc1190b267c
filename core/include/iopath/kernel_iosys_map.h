/* SPDX-License-Identifier: MIT */
/**
 * kernel_iosys_map.h - the kernel's C struct iosys_map, unchecked
 *
 * What graphics drivers use today for memory that is either a device's or the system's: one pointer, one flag, offsets in bytes. It
 * is included because IoSysMap (iosysmap.h) replaces it: to measure both, to check both against the same model, and to port code.
 * Nothing is checked: no bounds, no alignment, no null. Unlike IoSysMap it has null, comparison, pointer arithmetic, memset, and
 * 64-bit accesses on 32-bit machines, which are two. Names are the kernel's after iop_kernel_.
 * Source: docs/semantics.md, row 34; Linux include/linux/iosys-map.h.
 */
#ifndef IOPATH_KERNEL_IOSYS_MAP_H
#define IOPATH_KERNEL_IOSYS_MAP_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/mmio.h>
#include <iopath/sysmem.h>

#include <stdbool.h>
#include <string.h>

struct iop_kernel_iosys_map {
	union {
		volatile void *vaddr_iomem; /**< if is_iomem */
		void *vaddr;		    /**< else */
	};
	bool is_iomem;
};

/** Static initialisers: system memory at @p; I/O memory at @p; and a copy of *@map, @offset bytes further on. */
#define IOP_KERNEL_IOSYS_MAP_INIT_VADDR(p)        \
	{                                         \
		{.vaddr = (p)}, .is_iomem = false \
	}
#define IOP_KERNEL_IOSYS_MAP_INIT_VADDR_IOMEM(p)       \
	{                                              \
		{.vaddr_iomem = (p)}, .is_iomem = true \
	}
#define IOP_KERNEL_IOSYS_MAP_INIT_OFFSET(map, offset)               \
	__extension__({                                             \
		struct iop_kernel_iosys_map iop_io_copy_ = *(map);  \
		iop_kernel_iosys_map_incr(&iop_io_copy_, (offset)); \
		iop_io_copy_;                                       \
	})

/** Points @map at system memory. */
IOP_INLINE void iop_kernel_iosys_map_set_vaddr(struct iop_kernel_iosys_map *map, void *vaddr)
{
	map->vaddr = vaddr;
	map->is_iomem = false;
}

/** Points @map at I/O memory. */
IOP_INLINE void iop_kernel_iosys_map_set_vaddr_iomem(struct iop_kernel_iosys_map *map, volatile void *vaddr_iomem)
{
	map->vaddr_iomem = vaddr_iomem;
	map->is_iomem = true;
}

/** Same side and same pointer. Different sides are never equal, not even both null. */
IOP_INLINE bool iop_kernel_iosys_map_is_equal(const struct iop_kernel_iosys_map *lhs, const struct iop_kernel_iosys_map *rhs)
{
	if (lhs->is_iomem != rhs->is_iomem)
		return false;
	return lhs->is_iomem ? lhs->vaddr_iomem == rhs->vaddr_iomem : lhs->vaddr == rhs->vaddr;
}

/** The pointer of the active side is null. */
IOP_INLINE bool iop_kernel_iosys_map_is_null(const struct iop_kernel_iosys_map *map)
{
	return map->is_iomem ? !map->vaddr_iomem : !map->vaddr;
}

/** The opposite of is_null. */
IOP_INLINE bool iop_kernel_iosys_map_is_set(const struct iop_kernel_iosys_map *map)
{
	return !iop_kernel_iosys_map_is_null(map);
}

/** Null, and back to system memory. */
IOP_INLINE void iop_kernel_iosys_map_clear(struct iop_kernel_iosys_map *map)
{
	iop_kernel_iosys_map_set_vaddr(map, NULL);
}

/** Advances the pointer by @bytes; no bound. */
IOP_INLINE void iop_kernel_iosys_map_incr(struct iop_kernel_iosys_map *map, size_t bytes)
{
	if (map->is_iomem)
		map->vaddr_iomem = (volatile char *)map->vaddr_iomem + bytes;
	else
		map->vaddr = (char *)map->vaddr + bytes;
}

/** Copies @n bytes from @src to the map at @offset: iop_memcpy_toio or memcpy. */
IOP_INLINE void iop_kernel_iosys_map_memcpy_to(struct iop_kernel_iosys_map *dst, size_t offset, const void *src, size_t n)
{
	if (dst->is_iomem)
		iop_memcpy_toio((volatile char *)dst->vaddr_iomem + offset, src, n);
	else
		memcpy((char *)dst->vaddr + offset, src, n);
}

/** Copies @n bytes from the map at @offset to @dst: iop_memcpy_fromio or memcpy. */
IOP_INLINE void iop_kernel_iosys_map_memcpy_from(void *dst, const struct iop_kernel_iosys_map *src, size_t offset, size_t n)
{
	if (src->is_iomem)
		iop_memcpy_fromio(dst, (const volatile char *)src->vaddr_iomem + offset, n);
	else
		memcpy(dst, (const char *)src->vaddr + offset, n);
}

/** Sets @n bytes at @offset to the low byte of @value: iop_memset_io or memset. */
IOP_INLINE void iop_kernel_iosys_map_memset(struct iop_kernel_iosys_map *dst, size_t offset, int value, size_t n)
{
	if (dst->is_iomem)
		iop_memset_io((volatile char *)dst->vaddr_iomem + offset, value, n);
	else
		memset((char *)dst->vaddr + offset, value, n);
}

/* The I/O side's single accesses; a width that the machine lacks is a copy of its bytes, unswapped, as in the kernel on 32 bits. */
IOP_INLINE uint64_t iop_kernel_iosys_map_load(const struct iop_kernel_iosys_map *map, size_t offset, unsigned width)
{
	struct iop_mmio io = {};
	struct iop_sysmem memory = {};
	uint64_t value;

	if (map->is_iomem && width == 8 && !IOP_64BIT) {
		iop_memcpy_fromio(&value, (const volatile char *)map->vaddr_iomem + offset, sizeof(value));
		return value;
	}
	io.addr = (uintptr_t)map->vaddr_iomem + offset;
	memory.addr = (uintptr_t)map->vaddr + offset;
	return map->is_iomem ? iop_mmio_load(io, width) : iop_sysmem_load(memory, width);
}

IOP_INLINE void iop_kernel_iosys_map_store(const struct iop_kernel_iosys_map *map, size_t offset, unsigned width, uint64_t value)
{
	struct iop_mmio io = {};
	struct iop_sysmem memory = {};

	if (map->is_iomem && width == 8 && !IOP_64BIT) {
		iop_memcpy_toio((volatile char *)map->vaddr_iomem + offset, &value, sizeof(value));
		return;
	}
	io.addr = (uintptr_t)map->vaddr_iomem + offset;
	memory.addr = (uintptr_t)map->vaddr + offset;
	if (map->is_iomem)
		iop_mmio_store(io, width, value);
	else
		iop_sysmem_store(memory, width, value);
}

#define IOP_KERNEL_IOSYS_MAP_WIDTH_(type)                                    \
	IOP_ASSERT(IOP_WIDTH(*(type *)0) != 0 && IOP_ORDER(*(type *)0) == 0, \
		   "iopath: iosys_map accesses uint8_t, uint16_t, uint32_t and uint64_t only (an int field has no accessor)")

/** Reads a @type (uint8_t to uint64_t, exactly) at @offset: an ordered I/O read, little-endian, or one native memory access. */
#define iop_kernel_iosys_map_rd(map, offset, type)                               \
	__extension__({                                                          \
		IOP_KERNEL_IOSYS_MAP_WIDTH_(type);                               \
		(type) iop_kernel_iosys_map_load((map), (offset), sizeof(type)); \
	})

/** Writes @value, evaluated once and converted to @type first, at @offset. */
#define iop_kernel_iosys_map_wr(map, offset, type, value)                                 \
	__extension__({                                                                   \
		IOP_KERNEL_IOSYS_MAP_WIDTH_(type);                                        \
		type iop_wr_value_ = (value);                                             \
		iop_kernel_iosys_map_store((map), (offset), sizeof(type), iop_wr_value_); \
	})

/** iop_kernel_iosys_map_rd of a member, also a nested one, of the struct @type that lies at @struct_offset. */
#define iop_kernel_iosys_map_rd_field(map, struct_offset, type, field) \
	iop_kernel_iosys_map_rd(map, (struct_offset) + offsetof(type, field), __typeof__(((type *)0)->field))

/** iop_kernel_iosys_map_wr of such a member. */
#define iop_kernel_iosys_map_wr_field(map, struct_offset, type, field, value) \
	iop_kernel_iosys_map_wr(map, (struct_offset) + offsetof(type, field), __typeof__(((type *)0)->field), value)

#endif
