/* SPDX-License-Identifier: MIT */
#include "peers.h"

#define IOP_PEER(name) extern const struct iop_peer iop_peer_##name;
#include "peers.def"
#undef IOP_PEER

const struct iop_peer *const iop_peers[] = {
#define IOP_PEER(name) &iop_peer_##name,
#include "peers.def"
#undef IOP_PEER
	0,
};
