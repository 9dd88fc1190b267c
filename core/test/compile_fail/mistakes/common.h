/* SPDX-License-Identifier: MIT */
/* The device that the mistakes are made with. */
#ifndef IOPATH_TEST_MISTAKES_COMMON_H
#define IOPATH_TEST_MISTAKES_COMMON_H

#include <iopath/iopath.h>

struct desc {
	uint32_t head, tail;
};

struct nic {
	uint32_t ctrl, status;
	uint16_t rate;
	int temp;
	float gain;
	struct desc ring[8];
	uint32_t low : 8, high : 24;
};

typedef IOP_MMIO(struct nic) nic_mmio;
typedef IOP_MMIO(struct desc) desc_mmio;
typedef IOP_MMIO(IOP_REGION(0x100)) bar_mmio;
typedef IOP_SYSMEM(struct nic) nic_mem;
IOP_REGISTER(nic_ctrl, uint32_t, IOP_AT(0x10), (0, 0, reset), (6, 4, queue));

#endif
