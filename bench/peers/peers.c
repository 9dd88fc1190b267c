/* SPDX-License-Identifier: MIT */
#include "peers.h"

extern const struct iop_peer iop_peer_glibc, iop_peer_kernel_generic, iop_peer_kernel_x86, iop_peer_bytes, iop_peer_dpdk;

const struct iop_peer *const iop_peers[] = {
	&iop_peer_glibc,
	&iop_peer_kernel_generic,
#if defined(__x86_64__) || defined(__i386__)
	&iop_peer_kernel_x86,
#endif
	&iop_peer_bytes,
#ifdef IOP_HAVE_DPDK
	&iop_peer_dpdk,
#endif
	0,
};
