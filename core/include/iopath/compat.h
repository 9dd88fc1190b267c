/* SPDX-License-Identifier: MIT */
/**
 * compat.h - names that the kernel's series removed
 *
 * For porting code written against earlier versions of the kernel's abstractions. Not included by iopath.h: ask for it. Each
 * name is expressed through what replaced it, with the same results.
 *
 *	IoKnownSize::MIN_SIZE, Io::maxsize(), Io::addr()     the known and the real size of the target, its address
 *	MmioOwned<SIZE>                                      the owning Mmio<SIZE> of before: now a Region view of a raw mapping
 *
 * Source: docs/semantics.md, rows 6, 11.
 */
#ifndef IOPATH_COMPAT_H
#define IOPATH_COMPAT_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/access.h>

/** IoKnownSize::MIN_SIZE of a view's target: iop_min_size(). */
#define iop_io_known_size(view) iop_min_size(view)

/** Io::maxsize(): it always was the exact size: iop_size(). */
#define iop_maxsize(view) iop_size(view)

/** Io::addr(). */
#define iop_io_addr(view) iop_addr(view)

/** MmioOwned<SIZE>: the Region view that it had inside. */
#define IOP_MMIO_OWNED(min) IOP_MMIO(IOP_REGION(min))

/** MmioOwned::from_raw(): 0, or -EINVAL if the raw region is not a Region with this minimum. */
#define iop_mmio_owned_from_raw(owned, rawview) IOP_RESULT_(IOP_MMIO_OWNED_FROM_RAW_VALUE_(owned, rawview))
#define IOP_MMIO_OWNED_FROM_RAW_VALUE_(owned, rawview)                          \
	__extension__({                                                         \
		IOP_AUTO iop_or_ = (rawview);                                   \
		iop_try_region_at(owned, iop_addr(iop_or_), iop_size(iop_or_)); \
	})

#endif
