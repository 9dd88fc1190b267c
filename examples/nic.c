/* SPDX-License-Identifier: MIT */
/*
 * A network card's registers through a view. "The card" is a variable, so that this runs anywhere; a driver gets its view from
 * whoever mapped the device. The same file is C and C++.
 *
 *	cc nic.c $(pkg-config --cflags --libs iopath)
 */
#include <iopath/iopath.h>
#include <stdio.h>

#define NIC_CTRL_SEND 0x1u

struct nic_desc {
	uint32_t addr, len;
};

struct nic {
	uint32_t ctrl, status;
	struct nic_desc ring[8];
};
typedef IOP_MMIO(struct nic) nic_mmio;
typedef IOP_MMIO(struct nic_desc) nic_desc_mmio;

/* -ERANGE, and nothing written, if there is no descriptor @i. */
static int nic_send(nic_mmio nic, size_t i, uint32_t addr, uint32_t len)
{
	nic_desc_mmio desc = iop_as(nic_desc_mmio, iop_project(nic, .ring, iop_or(i, return -ERANGE)));

	iop_write(iop_project(desc, .addr), addr);
	iop_write(iop_project(desc, .len), len);
	iop_update(iop_project(nic, .ctrl), ctrl, ctrl | NIC_CTRL_SEND);
	return 0;
}

int main(void)
{
	static struct nic card;
	nic_mmio nic = iop_view_at(nic_mmio, &card);

	printf("descriptor 7: %d\n", nic_send(nic, 7, 0x1000, 64));
	printf("descriptor 8: %d\n", nic_send(nic, 8, 0x2000, 64));
	printf("ctrl %#x, length %u\n", iop_read(iop_project(nic, .ctrl)),
	       iop_read(iop_project(nic, .ring, iop_or_panic(7), .len)));
	return 0;
}
