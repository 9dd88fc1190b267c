/* SPDX-License-Identifier: MIT */
/** form.h - which kind of access an instruction makes, told from its disassembly */
#ifndef IOPATH_TRACE_FORM_H
#define IOPATH_TRACE_FORM_H

#include "../access_list.h"

#include <stdbool.h>

/**
 * The form of @text, an instruction as QEMU disassembles it for @target ("aarch64", "arm", "i386", "ppc64le", "riscv64", "s390x",
 * "x86_64"). Plain is only what a hypervisor can decode: one general register, one location, no writeback, no pair, no
 * arithmetic on memory. Whatever is not known to be plain, a string instruction or a vector's is IOP_FORM_OTHER.
 *
 * @known is false for bytes that the disassembler does not know: the emulator may make one access of such an instruction in several
 * pieces, and nobody can tell.
 */
enum iop_access_form iop_form_of(const char *target, const char *text, bool *known);

#endif
