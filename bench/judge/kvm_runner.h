/* SPDX-License-Identifier: MIT */
/**
 * kvm_runner.h - calls made in a virtual machine (kvm_x86.h), where KVM was there when this was built
 */
#ifndef IOPATH_BENCH_JUDGE_KVM_H
#define IOPATH_BENCH_JUDGE_KVM_H

#include "call.h"

extern const struct iop_judge_runner iop_judge_kvm;

#endif
