/* SPDX-License-Identifier: MIT */
/* Row 50: a device's address does not get into a field that is too narrow for it, neither into one of a register nor into a whole. */
#include "types.h"

IOP_REGISTER(ring_address, uint64_t, IOP_AT(0x0), (63, 0, all));
IOP_REGISTER(ring_low, uint32_t, IOP_AT(0x8), (31, 0, bits));
IOP_REGISTER(ring_upper, uint64_t, IOP_AT(0x10), (31, 0, low), (63, 32, high));
typedef IOP_COHERENT(struct nic) nic_coherent;

ring_address wide_enough(nic_coherent ring)
{
	return iop_with(iop_zeroed(ring_address), .all, iop_coherent_dma(ring));
}

ring_low half_by_name(nic_coherent ring)
{
	return iop_with(iop_zeroed(ring_low), .bits, iop_lower_32(iop_coherent_dma(ring)));
}

ring_upper halves_by_name(nic_coherent ring)
{
	ring_upper halves = iop_with(iop_zeroed(ring_upper), .low, iop_lower_32(iop_coherent_dma(ring)));

	return iop_with(halves, .high, iop_upper_32(iop_coherent_dma(ring)));
}

/* REFUSED: iopath: a value of this type need not fit the field */
ring_low address_into_32_bits(nic_coherent ring)
{
	const uint64_t address = iop_coherent_dma(ring);

	return iop_with(iop_zeroed(ring_low), .bits, address);
}

/* REFUSED: iopath: a value of this type need not fit the field */
ring_upper address_into_half_a_register(nic_coherent ring)
{
	const uint64_t address = iop_coherent_dma(ring);

	return iop_with(iop_zeroed(ring_upper), .high, address);
}

/* REFUSED WHEN BUILT: iopath: value not provably small enough for the field */
ring_low address_that_might_be_small(nic_coherent ring)
{
	const uint64_t address = iop_coherent_dma(ring);

	return iop_build_with(iop_zeroed(ring_low), .bits, address);
}

struct dma_regs {
	uint32_t low, high;
	uint16_t queue;
	uint8_t byte;
	iop_le32 le_low;
	iop_be32 be_low;
	uint64_t all;
	iop_le64 le_all;
	iop_other_u64 other_all;
};
typedef IOP_MMIO(struct dma_regs) regs_mmio;
typedef IOP_SYSMEM(struct dma_regs) regs_sysmem;
struct bits {
	uint32_t three : 3;
	uint64_t seven : 7;
};

int what_goes_in_without_a_name(regs_mmio regs, bar_mmio bar, nic_coherent ring, uint32_t v, int i, size_t n, struct bits bits)
{
	const uint64_t address = iop_coherent_dma(ring);

	iop_write(iop_project(regs, .all), address);
	iop_write(iop_project(regs, .all), n);
	iop_write(iop_project(regs, .le_all), address);
	iop_write(iop_project(regs, .other_all), address);
	iop_write(iop_project(regs, .low), iop_lower_32(address));
	iop_write(iop_project(regs, .high), iop_upper_32(address));
	iop_write(iop_project(regs, .le_low), iop_lower_32(address));
	iop_write(iop_project(regs, .be_low), (uint32_t)address);
	iop_write(iop_project(regs, .queue), (uint16_t)n);
	iop_write(iop_project(regs, .low), i);
	iop_write(iop_project(regs, .queue), v & 0xffff);
	iop_write(iop_project(regs, .low), i == 1);
	iop_write(iop_project(regs, .low), iop_read(iop_project(regs, .high)) | iop_read(iop_project(regs, .queue)));
	iop_write(iop_project(regs, .low), bits.three);
	iop_write(iop_project(regs, .byte), bits.three + 1u);
	iop_update(iop_project(regs, .low), low, low | iop_lower_32(address));
	iop_update(iop_project(regs, .queue), queue, (uint16_t)(queue + 1));
	iop_write32(bar, iop_lower_32(address), 0x10);
	iop_write_be(iop_project(regs, .all), address);
	return iop_try_write64(bar, address, n);
}

void a_constant_of_any_type_that_fits(regs_mmio regs, bar_mmio bar)
{
	iop_write(iop_project(regs, .low), 1ul << 31);
	iop_write(iop_project(regs, .low), UINT64_C(0xfee00000));
	iop_write(iop_project(regs, .queue), sizeof(struct dma_regs));
	iop_write(iop_project(regs, .byte), 255ll);
	iop_write(iop_project(regs, .low), -1ll);
	iop_update(iop_project(regs, .low), low, low | 1u << 3);
	iop_write32(bar, 1ull << 3, 0x10);
	iop_write_reg(bar, iop_from_raw(ring_low, 1ull << 3));
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void address_into_a_register(regs_mmio regs, nic_coherent ring)
{
	iop_write(iop_project(regs, .low), iop_coherent_dma(ring));
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void address_in_a_variable(regs_mmio regs, nic_coherent ring)
{
	const uint64_t address = iop_coherent_dma(ring);

	iop_write(iop_project(regs, .low), address);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void address_and_what_was_there(regs_mmio regs, uint64_t address)
{
	iop_update(iop_project(regs, .low), low, low | address);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void a_sum(regs_sysmem regs, uint64_t address)
{
	iop_write(iop_project(regs, .low), address + 4);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void of_the_other_type_and_signed(regs_mmio regs, long long address)
{
	iop_write(iop_project(regs, .low), address);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void into_16_bits(regs_mmio regs, uint64_t address)
{
	iop_write(iop_project(regs, .queue), address);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void into_32_bits_of_a_byte_order(regs_mmio regs, uint64_t address)
{
	iop_write(iop_project(regs, .le_low), address);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void in_another_byte_order(regs_mmio regs, uint64_t address)
{
	iop_write_be(iop_project(regs, .low), address);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void at_an_offset(bar_mmio bar, uint64_t address)
{
	iop_write32(bar, address, 0x10);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void at_an_offset_big_endian(bar_mmio bar, uint64_t address)
{
	iop_write32be(bar, address, 0x10);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
int at_an_offset_that_is_checked(bar_mmio bar, uint64_t address, size_t offset)
{
	return iop_try_write32(bar, address, offset);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void updated_at_an_offset(bar_mmio bar, uint64_t address)
{
	iop_update32(bar, 0x10, low, low | address);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
int updated_at_an_offset_that_is_checked(bar_mmio bar, uint64_t address, size_t offset)
{
	return iop_try_update32(bar, offset, low, low | address);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
ring_low into_the_raw_value_of_a_register(uint64_t address)
{
	return iop_from_raw(ring_low, address);
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void a_constant_that_does_not_fit(regs_mmio regs)
{
	iop_write(iop_project(regs, .low), UINT64_C(0x100000000));
}

/* REFUSED: iopath: a value of 64 bits goes into a narrower field only by name */
void a_constant_that_fits_a_wider_one(regs_mmio regs)
{
	iop_write(iop_project(regs, .byte), UINT64_C(0x100));
}
