/* SPDX-License-Identifier: MIT */
/**
 * types.h - where the types of a fixed width come from
 *
 * From <stdint.h> and its like, which every compiler brings along, with a C library or without; inside the Linux kernel, which is
 * compiled without the compiler's own headers, from <linux/types.h>. Nothing else here is for users.
 *
 * IOP_FREESTANDING: 1 where there is no C library (freestanding.h): set by -ffreestanding and inside the kernel, or with -D.
 */
#ifndef IOPATH_TYPES_H
#define IOPATH_TYPES_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#if defined(__cplusplus) && __cplusplus < 201703L
#error "iopath: C++17 or later is needed (such as -std=c++17)"
#include <iopath/needs-C++17> /* Ends the compilation here: all else would be a consequence. */
#endif

#ifndef IOP_FREESTANDING
#if defined(__KERNEL__) || (defined(__STDC_HOSTED__) && !__STDC_HOSTED__)
#define IOP_FREESTANDING 1
#else
#define IOP_FREESTANDING 0
#endif
#endif

#ifdef __KERNEL__
#include <linux/limits.h>
#include <linux/stddef.h>
#include <linux/types.h>
#ifndef UINT8_MAX
#define UINT8_MAX U8_MAX
#endif
#ifndef UINT16_MAX
#define UINT16_MAX U16_MAX
#endif
#ifndef UINT32_MAX
#define UINT32_MAX U32_MAX
#endif
#ifndef UINT64_MAX
#define UINT64_MAX U64_MAX
#endif
#ifndef UINT64_C
#define UINT64_C(c) c##ULL
#endif
typedef long intptr_t;
#else
#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <stdbool.h>
#endif
#endif

#endif
