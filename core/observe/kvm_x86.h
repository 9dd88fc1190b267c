/* SPDX-License-Identifier: MIT */
/**
 * kvm_x86.h - one call of a copy routine, as a virtual machine's host sees it (x86-64, where /dev/kvm works)
 *
 * The second opinion on the in-process tracer: it shares neither code nor method with it. The routine's own machine code runs in a
 * guest (kvm_guest.h) against a device side that no memory backs, and each exit is written down as an access. The two lists must
 * agree on offset, width and direction, one by one. An exit does not say which instruction it came from: form is IOP_FORM_PLAIN
 * and code is 0 in all of them, so legality is not judged here.
 *
 * One access of an instruction may arrive in parts: a 16-byte vector register as two of 8, and what crosses a page as two.
 */
#ifndef IOPATH_TRACE_KVM_X86_H
#define IOPATH_TRACE_KVM_X86_H

#include "copy_trace.h"

struct iop_kvm;

/** 0, or negative errno with the reason in words in @why (@size bytes): a skipped check says it. */
int iop_kvm_open(struct iop_kvm **kvm, char *why, size_t size);
void iop_kvm_close(struct iop_kvm *kvm);

/** The longest call that the guest has room for, bytes; a move's distance added. */
size_t iop_kvm_longest(void);

/** What the guest did. */
struct iop_kvm_traced {
	struct iop_access_list list[2]; /**< as in struct iop_copy_traced: the device side; of a move, reads, then writes */
	unsigned lists;
	bool data_right;   /**< all bytes arrived, and no byte beside them changed */
	const char *blind; /**< NULL, or why the lists are worthless: the guest did not come back from the routine */
};

/**
 * Runs @call in the guest; both sides lie as for iop_copy_trace(). 0, or -EINVAL if the call is too long or its operation not
 * offered. The lists are @kvm's and valid until its next call.
 */
int iop_kvm_trace(struct iop_kvm_traced *traced, struct iop_kvm *kvm, const struct iop_copy_call *call);

/**
 * Index of the first access in which @a and @b differ in offset, width, mask or direction, or the length of the shorter if the
 * other continues or is unreliable (blind, or accesses lost); SIZE_MAX if they agree.
 */
size_t iop_lists_differ(const struct iop_access_list *a, const struct iop_access_list *b);

#endif
