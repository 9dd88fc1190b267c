/* SPDX-License-Identifier: MIT */
/**
 * kvm_guest.h - a virtual CPU that runs functions of this process on a simulated device
 *
 * The guest has one CPU in long mode and no operating system. Its addresses are those of this process: a page it touches is copied
 * from here at its first touch, so that code, constants, the linker's tables and thread-local data are found where the compiled
 * code expects them, and nothing that the guest writes comes back. Two ranges are the guest's own: some memory, and a window that
 * no memory backs. An access to the window exits to the host, with its address, width and direction as the CPU made it: what the
 * emulator of a device would see. KVM's own decoder looks at the instruction, so nothing here depends on the in-process tracer.
 *
 * What the host cannot decode on such a range (vector instructions with a VEX or EVEX prefix, for instance) ends the run, as it
 * would end a real guest.
 * Source: docs/copies.md, 5.
 */
#ifndef IOPATH_TRACE_KVM_GUEST_H
#define IOPATH_TRACE_KVM_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct iop_kvm_guest;

/** The bytes of the window, and of the guest's own memory. */
#define IOP_KVM_WINDOW ((size_t)1 << 16)
#define IOP_KVM_MEMORY ((size_t)1 << 17)

/** Called for each exit: @offset from the window's start; for a read @data is to be filled, for a write it holds the bytes. */
typedef void iop_kvm_exit_fn(void *arg, size_t offset, unsigned width, bool write, unsigned char *data);

/**
 * 0, or negative errno with the reason in words in @why (@size bytes): KVM missing, not permitted, or not able to run this guest.
 */
int iop_kvm_guest_open(struct iop_kvm_guest **guest, char *why, size_t size);
void iop_kvm_guest_close(struct iop_kvm_guest *guest);

/** Where the guest sees the window; page-aligned. This process cannot touch it. */
uintptr_t iop_kvm_guest_window(const struct iop_kvm_guest *guest);
/** The guest's own memory, page-aligned, at the same address here and there. */
unsigned char *iop_kvm_guest_memory(const struct iop_kvm_guest *guest);

/**
 * Calls the function at @code with three arguments and returns when it does. NULL, or why it did not return, in words: the text is
 * the guest's and valid until the next call.
 */
const char *iop_kvm_guest_call(struct iop_kvm_guest *guest, uintptr_t code, const uint64_t args[3], iop_kvm_exit_fn *on_exit,
			       void *arg);

#endif
