/* SPDX-License-Identifier: MIT */
/**
 * backends.h - the list of backends
 *
 * The one place that names every backend; all choices by backend are made from this list, at compile time. To add a backend, write
 * a header that defines what view.h requires, and add two entries here.
 */
#ifndef IOPATH_BACKENDS_H
#define IOPATH_BACKENDS_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/coherent.h>
#include <iopath/iosysmap.h>
#include <iopath/mmio.h>
#include <iopath/sysmem.h>
#if !IOP_FREESTANDING
#include <iopath/config.h>
#endif

/** X(name) for each backend; those of the second list need the library. */
#define IOP_BACKENDS(X) X(mmio) X(relaxed) X(sysmem) X(iosysmap) X(coherent) IOP_LIBRARY_BACKENDS(X)
#if IOP_FREESTANDING
#define IOP_LIBRARY_BACKENDS(X)
#else
#define IOP_LIBRARY_BACKENDS(X) X(config)
#endif

/* What stands in for something that is no view at all (IOP_VIEW_POINTER_). */
struct iop_no_view {
	struct iop_mmio raw;
	size_t len[0];
	uint32_t *as[0];
};

#endif
