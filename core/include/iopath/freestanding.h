/* SPDX-License-Identifier: MIT */
/**
 * freestanding.h - the part of iopath that needs no library: for kernels, firmware and boot loaders
 *
 * Views, projection, value access, offset access, registers, locations and barriers are inline and use nothing but the compiler:
 * no C library, threads, memory allocation or text. They compile with -ffreestanding -nostdlib, without any system header but
 * the compiler's own (stddef.h, stdint.h, stdbool.h), and inside the Linux kernel with the kernel's own flags and types.
 *
 *	#include <iopath/freestanding.h>
 *
 *	struct regs { uint32_t id, live, factorial, status; };
 *	typedef IOP_MMIO(struct regs) regs_mmio;
 *
 *	regs_mmio regs = iop_view_at(regs_mmio, pci_iomap(pdev, 0, 0));
 *	iop_write(iop_project(regs, .factorial), 10);
 *	err = read_poll_timeout(iop_read, v, !(v & 1), 10, 1000, false, iop_project(regs, .status));
 *
 * One function is the embedder's to define: iop_panic_at() of panic.h, which must not return. It is called when an index is out of
 * bounds that the program said is not (iop_or_panic), and by nothing else here; in the kernel it is a line:
 *
 *	void iop_panic_at(const struct iop_panic *p) { panic("%s:%u: %s", p->file, p->line, p->reason); }
 *
 * What is left out: ConfigSpace, copies, owners of mappings and memory, text of registers, debug views. Including one of those
 * headers stops the build. The same headers serve both: IOP_FREESTANDING is 1 where the compiler is told that there is no C
 * library, and inside the kernel; a hosted program that wants to link nothing includes this header before any other of iopath.
 * Source: docs/semantics.md, row 59.
 */
#ifndef IOPATH_FREESTANDING_H
#define IOPATH_FREESTANDING_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#ifndef IOP_FREESTANDING
#define IOP_FREESTANDING 1
#elif !IOP_FREESTANDING
#error "iopath: freestanding.h comes before every other header of iopath"
#endif

#include <iopath/access.h>
#include <iopath/barrier.h>
#include <iopath/byte_order.h>
#include <iopath/halves.h>
#include <iopath/project.h>
#include <iopath/register.h>
#include <iopath/rep.h>

#endif
