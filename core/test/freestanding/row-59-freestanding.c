/* SPDX-License-Identifier: MIT */
/*
 * Row 59: everything of the freestanding subset, used without a C library on memory that stands for a device. freestanding_subset()
 * returns 0, or the line of what is not as it should be. main.c runs it; the checker reads off the object what it needs.
 */
#include <iopath/freestanding.h>

struct desc {
	uint32_t addr, len;
};
struct nic {
	uint32_t ctrl, status;
	struct desc ring[4];
	uint16_t mtu;
	uint8_t mac[6];
	uint64_t counter;
};
IOP_PLAIN(struct desc, addr, len);

typedef IOP_MMIO(struct nic) nic_mmio;
typedef IOP_SYSMEM(struct nic) nic_sysmem;
typedef IOP_COHERENT(struct nic) nic_coherent;
typedef IOP_IOSYSMAP(struct nic) nic_iosysmap;
typedef IOP_MMIO(struct desc) desc_mmio;
typedef IOP_MMIO(IOP_SLICE(uint8_t)) bytes_mmio;
typedef IOP_MMIO(IOP_REGION(56)) bar_mmio;
typedef IOP_MMIO_RAW(IOP_REGION(56)) bar_raw;

IOP_BITENUM(speed, 2, (speed_slow, 0), (speed_fast, 1), (speed_faster, 2));
IOP_REGISTER(r_ctrl, uint32_t, IOP_AT(0), (0, 0, reset), (6, 4, queue), (9, 8, speed, try_as, speed));
IOP_REGISTER(r_len, uint32_t, IOP_ARRAY(4, 8, 12), (15, 0, bytes));

#define EXPECT(condition)                \
	do {                             \
		if (!(condition))        \
			return __LINE__; \
	} while (0)

static int views_and_projection(struct nic *memory, size_t i)
{
	nic_mmio nic = iop_view_at(nic_mmio, memory);
	desc_mmio desc = iop_as(desc_mmio, iop_project(nic, .ring, iop_build(2)));
	bytes_mmio mac = iop_as(bytes_mmio, iop_project(nic, .mac, iop_all()));

	iop_write(iop_project(nic, .ctrl), 1);
	iop_write(iop_project(nic, .ring, iop_or_panic(i), .len), 7);
	iop_write(iop_project(desc, .addr), iop_read(iop_project(nic, .ring, iop_build(2), .len)) + 1);
	iop_write(iop_project(mac, iop_or_panic_range(1, 3), iop_build(0)), 9);
	iop_write(iop_project(nic, .mtu), 1500);
	iop_update(iop_project(nic, .ctrl), v, v | 4);
	EXPECT(memory->ctrl == 5 && memory->mtu == 1500 && memory->mac[1] == 9 && iop_len(mac) == 6);
	EXPECT(memory->ring[i].len == 7 && memory->ring[2].addr == 1 && iop_size(desc) == sizeof(struct desc));
	iop_write(iop_project(iop_relaxed(nic), .status), 3);
	EXPECT(iop_read(iop_project(nic, .status)) == 3);
#if IOP_64BIT
	iop_write(iop_project(nic, .counter), UINT64_C(1) << 40);
	EXPECT(memory->counter == UINT64_C(1) << 40);
#endif
	return 0;
}

static int other_backends(struct nic *memory)
{
	nic_sysmem shared = iop_view_at(nic_sysmem, memory);
	nic_coherent ring = {};
	nic_iosysmap map = iop_as(nic_iosysmap, iop_iosysmap_from_sysmem(shared));

	ring.raw.addr = (uintptr_t)memory;
	ring.raw.dma = 0x1000;

	iop_write(iop_project(map, .ctrl), 11);
	EXPECT(iop_read(iop_project(ring, .ctrl)) == 11);
	EXPECT(iop_coherent_dma(iop_project(ring, .status)) == 0x1004);
	iop_smp_store_release(iop_project(shared, .status), 12);
	EXPECT(iop_smp_load_acquire(iop_project(shared, .status)) == 12);
	return 0;
}

static int regions(struct nic *memory, size_t offset)
{
	bar_mmio bar;
	desc_mmio desc;
	bar_raw raw = iop_region_at(bar_raw, memory, sizeof(*memory));
	uint32_t v = 0;
	uint8_t byte = 1;

	EXPECT(iop_try_region_at(&bar, memory, 8) == -EINVAL);
	EXPECT(iop_try_region_at(&bar, memory, sizeof(*memory)) == 0);
	EXPECT(iop_addr(iop_mmio_from_raw(raw)) == iop_addr(bar));
	iop_write32(bar, 21, 4);
	iop_update32(bar, 4, x, x + 1);
	EXPECT(iop_read32(bar, 4) == 22);
	EXPECT(iop_try_read32(bar, offset, &v) == 0 && v == 22);
	EXPECT(iop_try_read32(bar, offset + 1, &v) == -EINVAL);
	EXPECT(iop_try_write8(bar, byte, iop_size(bar)) == -EINVAL);
	EXPECT(iop_try_cast(bar, struct desc, &desc) == 0);
	EXPECT(iop_read(iop_project(desc, .len)) == 22);
	return 0;
}

static int registers(struct nic *memory, size_t i)
{
	bar_mmio bar = iop_region_at(bar_mmio, memory, sizeof(*memory));
	r_ctrl ctrl = iop_with(iop_zeroed(r_ctrl), .queue, 5);
	struct r_len_location at;
	r_len len;
	speed fast;

	iop_write_reg(bar, ctrl);
	iop_update_reg(bar, r_ctrl, r, iop_with(r, .reset, 1));
	EXPECT(memory->ctrl == 0x51 && iop_get(iop_read_reg(bar, r_ctrl), .queue) == 5);
	EXPECT(iop_try_with(&ctrl, .queue, i + 8) == -EOVERFLOW);
	EXPECT(iop_try_get(ctrl, .speed, &fast) == 0 && fast == speed_slow);
	EXPECT(iop_try_at(r_len, i, &at) && !iop_try_at(r_len, i + 4, &at));
	len = iop_from_raw(r_len, 99);
	iop_write_reg(bar, iop_loc(r_len, at), len);
	EXPECT(iop_try_read_reg(bar, iop_at(r_len, 1), &len) == 0 && iop_get(len, .bytes) == (i == 1 ? 99 : 0));
	EXPECT(iop_get(iop_read_reg(iop_project(bar, iop_build_loc(r_ctrl))), .reset));
	return 0;
}

static void barriers(void)
{
	iop_mb();
	iop_rmb();
	iop_wmb();
	iop_dma_rmb();
	iop_dma_wmb();
	iop_smp_mb();
	iop_smp_rmb();
	iop_smp_wmb();
	iop_cpu_relax();
}

/* What is known of @one here would let the optimiser remove the panic. */
int freestanding_subset(void *memory, size_t one)
{
	int line = views_and_projection((struct nic *)memory, one);

	barriers();
	if (!line)
		line = other_backends((struct nic *)memory);
	if (!line)
		line = regions((struct nic *)memory, 4 * one);
	if (!line)
		line = registers((struct nic *)memory, one);
	return line;
}
