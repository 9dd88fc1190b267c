/* SPDX-License-Identifier: MIT */
/**
 * kernel_rep.h - Linux' repeated accesses to one address, re-created from their published behaviour
 *
 * readsb to readsq and writesb to writesq of asm-generic/io.h, which ioread32_rep and its like are: a loop of raw accesses. The
 * buffer is aligned to the width. They copy nothing from address to address, so they are no struct iop_peer.
 */
#ifndef IOPATH_BENCH_KERNEL_REP_H
#define IOPATH_BENCH_KERNEL_REP_H

#include <stddef.h>

void iop_kernel_readsb(const volatile void *io, void *buffer, size_t count);
void iop_kernel_readsw(const volatile void *io, void *buffer, size_t count);
void iop_kernel_readsl(const volatile void *io, void *buffer, size_t count);
void iop_kernel_writesb(volatile void *io, const void *buffer, size_t count);
void iop_kernel_writesw(volatile void *io, const void *buffer, size_t count);
void iop_kernel_writesl(volatile void *io, const void *buffer, size_t count);

#endif
