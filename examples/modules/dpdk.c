/* SPDX-License-Identifier: MIT */
/*
 * DPDK's accessors and its copy, from the headers that Debian's libdpdk-dev installs, unchanged: a line each.
 *
 *	cc -O2 -shared -fPIC $(pkg-config --cflags iopath-cells libdpdk) dpdk.c -o dpdk.so
 *	iopath check --module dpdk.so
 *	iopath bench --module dpdk.so --filter 'dpdk|(read|write)/mmio/(raw|accessor)'
 *	iopath arch --module-source dpdk.c --arch x86-64 --cflags "x86-64: $(pkg-config --cflags libdpdk)"
 */
#include <rte_io.h>
#include <rte_memcpy.h>

#include <iopath/cells.h>

IOP_MODULE("dpdk");

IOP_READ(rte_read8, uint8_t, rte_read8(addr));
IOP_READ(rte_read16, uint16_t, rte_read16(addr));
IOP_READ(rte_read32, uint32_t, rte_read32(addr));
IOP_READ(rte_read64, uint64_t, rte_read64(addr));
IOP_READ(rte_read32_relaxed, uint32_t, rte_read32_relaxed(addr), .relaxed = 1);

IOP_WRITE(rte_write8, uint8_t, rte_write8(value, addr));
IOP_WRITE(rte_write16, uint16_t, rte_write16(value, addr));
IOP_WRITE(rte_write32, uint32_t, rte_write32(value, addr));
IOP_WRITE(rte_write64, uint64_t, rte_write64(value, addr));
IOP_WRITE(rte_write32_relaxed, uint32_t, rte_write32_relaxed(value, addr), .relaxed = 1);

/*
 * For memory, as DPDK documents it; drivers that use it on a BAR find out with .tier = "STRICT" what that does. Of the second line,
 * check says that even MEM claims too much: with -march=corei7, calls of more than 512 bytes read up to 15 bytes in front of a
 * misaligned source, which is no matter in memory and a read of another register in a device.
 */
IOP_COPY_TOIO_AS(rte_memcpy, rte_memcpy(io, src, n), .tier = "MEM");
IOP_COPY_FROMIO_AS(rte_memcpy, rte_memcpy(dst, io, n), .tier = "MEM");
