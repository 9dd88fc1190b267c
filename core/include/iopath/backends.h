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
#include <iopath/mmio_within.h>
#include <iopath/sysmem.h>
#include <iopath/wc.h>
#if !IOP_FREESTANDING
#include <iopath/config.h>
#endif

/**
 * For each backend the type of its handle and the name of its function or constant @what; those of the second list need the library.
 * A list of names would be shorter here, and its expansion a good part of the time that a compiler takes for an access.
 */
/* clang-format off */
#define IOP_BACKENDS(what)                                                               \
	struct iop_mmio : iop_mmio_##what, struct iop_relaxed : iop_relaxed_##what,      \
	struct iop_sysmem : iop_sysmem_##what, struct iop_iosysmap : iop_iosysmap_##what, \
	struct iop_coherent : iop_coherent_##what, struct iop_mmio_within : iop_mmio_within_##what, \
	struct iop_wc : iop_wc_##what, IOP_LIBRARY_BACKENDS(what)
#if IOP_FREESTANDING
#define IOP_LIBRARY_BACKENDS(what)
#else
#define IOP_LIBRARY_BACKENDS(what) struct iop_config : iop_config_##what,
#endif
/* clang-format on */

/* What stands in for something that is no view at all (IOP_VIEW_POINTER_). */
struct iop_no_view {
	struct iop_mmio raw;
	size_t len[0];
	uint32_t *as[0];
};

#endif
