/* SPDX-License-Identifier: MIT */
/**
 * error.h - error numbers
 *
 * Functions that can fail return 0 or a negative errno, exactly the one that the specification names for the cause:
 *
 *	-EINVAL   an offset, a location, a cast or a constructor's argument is out of bounds or misaligned
 *	-ERANGE   an index or a range is out of bounds in a projection
 *	-ENOMEM, -EBUSY, -ENOSPC, -EOVERFLOW, -IOP_ENOTSUPP   as the function's own documentation says
 *
 * A broken precondition is a panic (panic.h), never an error number.
 * Source: docs/semantics.md, 3.1.
 */
#ifndef IOPATH_ERROR_H
#define IOPATH_ERROR_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/types.h>

#ifdef __KERNEL__
#include <linux/errno.h>
#elif !IOP_FREESTANDING
#include <errno.h>
#else
/* Without a C library; Linux's numbers. Whoever has numbers of his own defines them first. */
#ifndef EINVAL
#define EINVAL 22
#endif
#ifndef ERANGE
#define ERANGE 34
#endif
#ifndef EOVERFLOW
#define EOVERFLOW 75
#endif
#endif

/** The kernel's ENOTSUPP, which userspace headers lack; not to be confused with ENOTSUP and EOPNOTSUPP. */
#define IOP_ENOTSUPP 524

#endif
