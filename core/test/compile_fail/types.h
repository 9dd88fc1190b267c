/* SPDX-License-Identifier: MIT */
/* The device that the cases are about. */
#ifndef IOPATH_TEST_COMPILE_FAIL_TYPES_H
#define IOPATH_TEST_COMPILE_FAIL_TYPES_H

#include <iopath/iopath.h>

struct desc {
	uint32_t addr, len;
};

struct nic {
	uint32_t ctrl, status;
	struct desc ring[8];
	uint8_t mac[8];
	struct desc *desc;
};

typedef IOP_MMIO(struct nic) nic_mmio;
typedef IOP_RELAXED(struct nic) nic_relaxed;
typedef IOP_SYSMEM(struct nic) nic_sysmem;
typedef IOP_IOSYSMAP(struct nic) nic_iosysmap;
typedef IOP_MMIO_RAW(struct nic) nic_raw;

typedef IOP_MMIO(uint32_t) u32_mmio;
typedef IOP_RELAXED(uint32_t) u32_relaxed;
typedef IOP_SYSMEM(uint32_t) u32_sysmem;

typedef IOP_MMIO(uint8_t[8]) mac_mmio;
typedef IOP_MMIO(IOP_SLICE(uint8_t)) bytes_mmio;
typedef IOP_RELAXED(IOP_SLICE(uint8_t)) bytes_relaxed;
typedef IOP_SYSMEM(IOP_SLICE(uint8_t)) bytes_sysmem;
typedef IOP_MMIO(IOP_SLICE(struct desc)) ring_mmio;

typedef IOP_MMIO(IOP_REGION(0x1000)) bar_mmio;
typedef IOP_RELAXED(IOP_REGION(0x1000)) bar_relaxed;
typedef IOP_SYSMEM(IOP_REGION(0x1000)) bar_sysmem;
typedef IOP_IOSYSMAP(IOP_REGION(0x1000)) bar_iosysmap;
typedef IOP_MMIO_RAW(IOP_REGION(0x1000)) bar_raw;
typedef IOP_MMIO(IOP_REGION(0)) any_mmio;
typedef IOP_MMIO(IOP_REGION(42)) odd_mmio;

#endif
