/* SPDX-License-Identifier: MIT */
/*
 * Row 21: the table of 2.5. A field is accepted if its type needs no more alignment than its structure has, and it lies at a
 * multiple of it; that its address happens to be aligned does not save it.
 */
#include "types.h"

#pragma pack(push, 1)
struct pack1 {
	uint8_t tag;
	uint32_t word;
	uint8_t bytes[4];
};
struct pack1_aligned_by_luck {
	uint32_t word;
};
#pragma pack(pop)
#pragma pack(push, 2)
struct pack2 {
	uint16_t half;
	uint32_t word;
};
#pragma pack(pop)
struct packed {
	uint32_t word;
	uint8_t tag;
	uint16_t half;
} __attribute__((packed));
struct packed_member {
	uint8_t tag;
	uint32_t word __attribute__((packed));
	uint32_t after;
};
struct packed_aligned {
	uint32_t word;
	uint8_t tag;
	uint32_t odd;
} __attribute__((packed, aligned(4)));
struct natural {
	uint8_t tag;
	uint32_t word;
	struct packed inner;
};

typedef IOP_MMIO(struct pack1) pack1_mmio;
typedef IOP_MMIO(struct pack1_aligned_by_luck) pack1_aligned_by_luck_mmio;
typedef IOP_MMIO(struct pack2) pack2_mmio;
typedef IOP_MMIO(struct packed) packed_mmio;
typedef IOP_MMIO(struct packed_member) packed_member_mmio;
typedef IOP_MMIO(struct packed_aligned) packed_aligned_mmio;
typedef IOP_MMIO(struct natural) natural_mmio;

uint8_t byte_of_pack1(pack1_mmio view)
{
	return iop_read(iop_project(view, .tag));
}

uint8_t array_of_bytes_of_pack1(pack1_mmio view)
{
	return iop_read(iop_project(view, .bytes, iop_build(3)));
}

uint16_t half_of_pack2(pack2_mmio view)
{
	return iop_read(iop_project(view, .half));
}

uint8_t byte_of_packed(packed_mmio view)
{
	return iop_read(iop_project(view, .tag));
}

uint32_t neighbour_of_packed_member(packed_member_mmio view)
{
	return iop_read(iop_project(view, .after));
}

uint32_t word_of_packed_aligned(packed_aligned_mmio view)
{
	return iop_read(iop_project(view, .word));
}

uint32_t word_of_natural(natural_mmio view)
{
	return iop_read(iop_project(view, .word)) + iop_read(iop_project(view, .inner, .tag));
}

/* REFUSED: iopath: packed field: its type needs more alignment than its place guarantees */
uint32_t word_of_pack1(pack1_mmio view)
{
	return iop_read(iop_project(view, .word));
}

/* REFUSED: iopath: packed field: its type needs more alignment than its place guarantees */
uint32_t first_word_of_pack1(pack1_aligned_by_luck_mmio view)
{
	return iop_read(iop_project(view, .word));
}

/* REFUSED: iopath: packed field: its type needs more alignment than its place guarantees */
uint32_t word_of_pack2(pack2_mmio view)
{
	return iop_read(iop_project(view, .word));
}

/* REFUSED: iopath: packed field: its type needs more alignment than its place guarantees */
uint32_t first_word_of_packed(packed_mmio view)
{
	return iop_read(iop_project(view, .word));
}

/* REFUSED: iopath: packed field: its type needs more alignment than its place guarantees */
uint16_t half_of_packed(packed_mmio view)
{
	return iop_read(iop_project(view, .half));
}

/* REFUSED WHEN BUILT: iopath: packed field: its type needs more alignment than its place guarantees */
uint32_t packed_word_in_struct_that_is_not(packed_member_mmio view)
{
	return iop_read(iop_project(view, .word));
}

/* REFUSED WHEN BUILT: iopath: packed field: its type needs more alignment than its place guarantees */
uint32_t odd_word_of_packed_aligned(packed_aligned_mmio view)
{
	return iop_read(iop_project(view, .odd));
}

/* REFUSED: iopath: packed field: its type needs more alignment than its place guarantees */
uint32_t word_of_packed_in_natural(natural_mmio view)
{
	return iop_read(iop_project(view, .inner, .word));
}
