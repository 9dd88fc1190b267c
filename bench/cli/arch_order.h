/* SPDX-License-Identifier: MIT */
/**
 * arch_order.h - which instructions order accesses to memory against those to a device
 */
#ifndef IOPATH_BENCH_CLI_ARCH_ORDER_H
#define IOPATH_BENCH_CLI_ARCH_ORDER_H

#include <stdbool.h>

/**
 * NULL if one of @barriers, the instructions that an accessor executes (figures/estimate.h), orders it on @arch: a read before what
 * comes later, or a write behind what came before. Else the weakest that would. On which side of the access it stands, the caller knows.
 */
const char *iop_arch_unordered(const char *arch, bool write, const char *barriers);

#endif
