/* SPDX-License-Identifier: MIT */
/*
 * iop_NAME goes through a view, raw_NAME does the same with a volatile pointer. same_: nothing is known at run time only, and the
 * code must be the same. index_: there is something to be checked, which the raw side checks by hand. No pair computes with a value
 * as it is read: clang's volatile access then becomes the memory operand of an addition, which ours never does.
 */
#include <iopath/project.h>

struct desc {
	uint32_t addr, len;
	uint16_t flags, next;
};

struct nic {
	uint32_t ctrl, status;
	uint8_t mac[8];
	uint64_t counters[4];
	struct desc ring[16];
};

typedef IOP_MMIO(struct nic) nic_mmio;
typedef IOP_RELAXED(struct nic) nic_relaxed;
typedef IOP_SYSMEM(struct nic) nic_sysmem;
typedef IOP_MMIO(struct desc) desc_mmio;
typedef IOP_MMIO(struct desc[16]) ring_mmio;
typedef IOP_MMIO(IOP_REGION(0x1000)) bar_mmio;
typedef IOP_SYSMEM(IOP_REGION(0x1000)) bar_sysmem;
/* Of devices that take some widths only. */
typedef IOP_MMIO32(struct nic) nic_words;
typedef IOP_MMIO32(struct desc) desc_words;
typedef IOP_RELAXED_WIDTHS(IOP_WIDTHS(2, 8, 64), struct nic) nic_some;

/* A pair is a paragraph. */
/* clang-format off */
#define RAW(type, name, ...) type raw_##name(volatile struct nic *nic, ##__VA_ARGS__)
#define IOP(type, name, view, ...) type iop_##name(view nic, ##__VA_ARGS__)

RAW(uint32_t, same_first_field) { return nic->ctrl; }
IOP(uint32_t, same_first_field, nic_mmio) { return iop_read(iop_project(nic, .ctrl)); }

RAW(uint32_t, same_field) { return nic->status; }
IOP(uint32_t, same_field, nic_mmio) { return iop_read(iop_project(nic, .status)); }

RAW(uint32_t, same_relaxed_field) { return nic->status; }
IOP(uint32_t, same_relaxed_field, nic_mmio) { return iop_read(iop_project(iop_relaxed(nic), .status)); }

RAW(uint32_t, same_sysmem_field) { return nic->status; }
IOP(uint32_t, same_sysmem_field, nic_sysmem) { return iop_read(iop_project(nic, .status)); }

RAW(uint8_t, same_u8_element) { return nic->mac[5]; }
IOP(uint8_t, same_u8_element, nic_mmio) { return iop_read(iop_project(nic, .mac, iop_build(5))); }

RAW(uint16_t, same_u16_in_element) { return nic->ring[7].flags; }
IOP(uint16_t, same_u16_in_element, nic_mmio) { return iop_read(iop_project(nic, .ring, iop_build(7), .flags)); }

RAW(uint64_t, same_u64_element) { return nic->counters[3]; }
IOP(uint64_t, same_u64_element, nic_sysmem) { return iop_read(iop_project(nic, .counters, iop_build(3))); }

RAW(void, same_write_u8, uint8_t value) { nic->mac[5] = value; }
IOP(void, same_write_u8, nic_mmio, uint8_t value) { iop_write(iop_project(nic, .mac, iop_build(5)), value); }

RAW(void, same_write_u16, uint16_t value) { nic->ring[7].next = value; }
IOP(void, same_write_u16, nic_relaxed, uint16_t value) { iop_write(iop_project(nic, .ring, iop_build(7), .next), value); }

RAW(void, same_write_u32, uint32_t value) { nic->status = value; }
IOP(void, same_write_u32, nic_mmio, uint32_t value) { iop_write(iop_project(nic, .status), value); }

RAW(void, same_write_u64, uint64_t value) { nic->counters[1] = value; }
IOP(void, same_write_u64, nic_mmio, uint64_t value) { iop_write(iop_project(nic, .counters, iop_build(1)), value); }

RAW(void, same_write_constant) { nic->status = 0x1234; }
IOP(void, same_write_constant, nic_mmio) { iop_write(iop_project(nic, .status), 0x1234); }

RAW(void, same_write_zero_u64) { nic->counters[0] = 0; }
IOP(void, same_write_zero_u64, nic_sysmem) { iop_write(iop_project(nic, .counters, iop_build(0)), 0); }

RAW(uint32_t, same_field_of_words) { return nic->ring[3].len; }
IOP(uint32_t, same_field_of_words, nic_words) { return iop_read(iop_project(iop_as(desc_words, iop_project(nic, .ring, iop_build(3))), .len)); }

RAW(void, same_write_of_words, uint32_t value) { nic->status = value; }
IOP(void, same_write_of_words, nic_words, uint32_t value) { iop_write(iop_project(nic, .status), value); }

RAW(void, same_write_of_some, uint64_t value) { nic->counters[1] = value; }
IOP(void, same_write_of_some, nic_some, uint64_t value) { iop_write(iop_project(nic, .counters, iop_build(1)), value); }

RAW(uint32_t, same_through_ranges) { return nic->ring[7].len; }
IOP(uint32_t, same_through_ranges, nic_mmio)
{
	return iop_read(iop_project(nic, .ring, iop_build_range(2, 16), iop_build_from(3), iop_all(), iop_build_to(4), iop_build(2), .len));
}

RAW(uint32_t, same_through_names) { return nic->ring[3].len; }
IOP(uint32_t, same_through_names, nic_mmio)
{
	ring_mmio ring = iop_as(ring_mmio, iop_project(nic, .ring));
	desc_mmio desc = iop_as(desc_mmio, iop_project(ring, iop_build(3)));

	return iop_read(iop_project(desc, .len));
}

RAW(void, same_two_fields, uint32_t *out) { out[0] = nic->ctrl; out[1] = nic->status; }
IOP(void, same_two_fields, nic_relaxed, uint32_t *out)
{
	out[0] = iop_read(iop_project(nic, .ctrl));
	out[1] = iop_read(iop_project(nic, .status));
}

RAW(int, same_try_that_cannot_fail, uint32_t *out) { *out = nic->ring[3].len; return 0; }
IOP(int, same_try_that_cannot_fail, nic_relaxed, uint32_t *out)
{
	*out = iop_read(iop_project(nic, .ring, iop_or(3, return -ERANGE), .len));
	return 0;
}

uint8_t raw_same_infallible_u8(volatile char *bar, size_t size) { (void)size; return *(volatile uint8_t *)(bar + 0xfff); }
uint8_t iop_same_infallible_u8(bar_mmio bar) { return iop_read8(bar, 0xfff); }

uint16_t raw_same_infallible_u16(volatile char *bar, size_t size) { (void)size; return *(volatile uint16_t *)(bar + 0x12); }
uint16_t iop_same_infallible_u16(bar_mmio bar) { return iop_read16(bar, 0x12); }

uint32_t raw_same_infallible_u32(volatile char *bar, size_t size) { (void)size; return *(volatile uint32_t *)(bar + 0x14); }
uint32_t iop_same_infallible_u32(bar_mmio bar) { return iop_read32(bar, 0x14); }

uint32_t raw_same_infallible_sysmem(volatile char *bar, size_t size) { (void)size; return *(volatile uint32_t *)(bar + 0x14); }
uint32_t iop_same_infallible_sysmem(bar_sysmem bar) { return iop_read32(bar, 0x14); }

void raw_same_infallible_write(volatile char *bar, size_t size, uint32_t v) { (void)size; *(volatile uint32_t *)(bar + 0x14) = v; }
void iop_same_infallible_write(bar_mmio bar, uint32_t v) { iop_write32(bar, v, 0x14); }

RAW(int, index_element, size_t i, uint64_t *out)
{
	if (i >= 4)
		return -ERANGE;
	*out = nic->counters[i];
	return 0;
}
IOP(int, index_element, nic_mmio, size_t i, uint64_t *out)
{
	*out = iop_read(iop_project(nic, .counters, iop_or(i, return -ERANGE)));
	return 0;
}

RAW(int, index_field_of_element, size_t i, uint32_t *out)
{
	if (i >= 16)
		return -ERANGE;
	*out = nic->ring[i].len;
	return 0;
}
IOP(int, index_field_of_element, nic_mmio, size_t i, uint32_t *out)
{
	*out = iop_read(iop_project(nic, .ring, iop_or(i, return -ERANGE), .len));
	return 0;
}

RAW(int, index_write, size_t i, uint8_t value)
{
	if (i >= 8)
		return -ERANGE;
	nic->mac[i] = value;
	return 0;
}
IOP(int, index_write, nic_mmio, size_t i, uint8_t value)
{
	iop_write(iop_project(nic, .mac, iop_or(i, return -ERANGE)), value);
	return 0;
}

RAW(uint32_t, index_or_panic, size_t i)
{
	if (i >= 16)
		iop_panic_numbers("index out of bounds", "index", i, "length", 16, NULL, 0);
	return nic->ring[i].len;
}
IOP(uint32_t, index_or_panic, nic_sysmem, size_t i) { return iop_read(iop_project(nic, .ring, iop_or_panic(i), .len)); }

RAW(uint32_t, index_masked, size_t i) { return nic->ring[i & 15].len; }
IOP(uint32_t, index_masked, nic_mmio, size_t i) { return iop_read(iop_project(nic, .ring, iop_build(i & 15), .len)); }

uint32_t raw_index_matrix(volatile uint32_t (*m)[6], size_t i, size_t j)
{
	if (i >= 4)
		iop_panic_numbers("index out of bounds", "index", i, "length", 4, NULL, 0);
	if (j >= 6)
		iop_panic_numbers("index out of bounds", "index", j, "length", 6, NULL, 0);
	return m[i][j];
}
typedef IOP_MMIO(uint32_t[4][6]) matrix_mmio;
uint32_t iop_index_matrix(matrix_mmio m, size_t i, size_t j) { return iop_read(iop_project(m, iop_or_panic(i), iop_or_panic(j))); }

RAW(void, index_loop, uint32_t *out)
{
	for (size_t i = 0; i < 16; i++)
		out[i] = nic->ring[i].len;
}
IOP(void, index_loop, nic_relaxed, uint32_t *out)
{
	for (size_t i = 0; i < 16; i++)
		out[i] = iop_read(iop_project(nic, .ring, iop_build(i), .len));
}

int raw_index_fallible(volatile char *bar, size_t size, size_t offset, uint32_t *out)
{
	size_t end;

	if (__builtin_add_overflow(offset, 4, &end) || end > size || ((uintptr_t)bar + offset) % 4)
		return -EINVAL;
	*out = *(volatile uint32_t *)(bar + offset);
	return 0;
}
int iop_index_fallible(bar_mmio bar, size_t offset, uint32_t *out) { return iop_try_read32(bar, offset, out); }

typedef IOP_IOSYSMAP(struct nic) nic_iosysmap;
struct either { volatile struct nic *nic; uint8_t is_io; };
uint32_t raw_index_side(struct either e)
{
	uint32_t value;

	if (!e.is_io)
		return e.nic->status;
	__asm__ volatile("" ::: "memory");
	value = e.nic->status;
	__asm__ volatile("" ::: "memory");
	return value;
}
uint32_t iop_index_side(nic_iosysmap nic) { return iop_read(iop_project(nic, .status)); }
