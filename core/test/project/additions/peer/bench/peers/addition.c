/* SPDX-License-Identifier: MIT */
#include "peers.h"

static void toio(volatile void *dst, const void *src, size_t n)
{
	for (size_t i = n; i-- > 0;)
		((volatile unsigned char *)dst)[i] = ((const unsigned char *)src)[i];
}

const struct iop_peer iop_peer_addition = {
	.name = "added-peer",
	.tier = "MEM",
	.source = "written for this test",
	.toio = toio,
};
