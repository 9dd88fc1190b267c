/* SPDX-License-Identifier: MIT */
/* DPDK's rte_memcpy, which its drivers use for everything; built where Debian's libdpdk-dev is installed. */
#include "peers.h"

#include <rte_memcpy.h>

static __attribute__((noinline)) void toio(volatile void *dst, const void *src, size_t n)
{
	rte_memcpy((void *)dst, src, n);
}

static __attribute__((noinline)) void fromio(void *dst, const volatile void *src, size_t n)
{
	rte_memcpy(dst, (const void *)src, n);
}

#ifdef __x86_64__
static bool supported(void)
{
	return __builtin_cpu_supports("avx2");
}
#else
#define supported NULL
#endif

const struct iop_peer iop_peer_dpdk = {
	.name = "dpdk",
	.tier = "MEM",
	.source = "rte_memcpy of the installed DPDK, built for AVX2",
	.supported = supported,
	.toio = toio,
	.fromio = fromio,
};
