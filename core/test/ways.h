/* SPDX-License-Identifier: MIT */
/**
 * ways.h - one text of a test for every way to reach memory
 *
 * A body-*.h is a test written against these names; a row test defines WAY as one of mmio, relaxed, sysmem, wc, sysmap_io and
 * sysmap_sys, includes the body, and does so again for the next one. WAY_FN(name) keeps the instances apart.
 */
#ifndef IOPATH_TEST_WAYS_H
#define IOPATH_TEST_WAYS_H

#include "iotest.h"

#define WAY_FN(name)	 IOP_CAT(name##_, WAY)
#define WAY_INFO	 (&IOP_CAT(iotest_, WAY))
#define WAY_VIEW(...)	 IOP_CAT(WAY_VIEW_, WAY)(__VA_ARGS__)
#define WAY_ORIGIN(...)	 IOP_CAT(WAY_ORIGIN_, WAY)(__VA_ARGS__)
#define WAY_CONVERT(...) IOP_CAT(WAY_CONVERT_, WAY)(__VA_ARGS__)

#define WAY_VIEW_mmio	    IOP_MMIO
#define WAY_VIEW_relaxed    IOP_RELAXED
#define WAY_VIEW_sysmem	    IOP_SYSMEM
#define WAY_VIEW_wc	    IOP_WC
#define WAY_VIEW_sysmap_io  IOP_IOSYSMAP
#define WAY_VIEW_sysmap_sys IOP_IOSYSMAP

/* The same of a device that takes the widths of a set. */
#define WAY_VIEW_WIDTHS(...)	     IOP_CAT(WAY_VIEW_WIDTHS_, WAY)(__VA_ARGS__)
#define WAY_VIEW_WIDTHS_mmio	     IOP_MMIO_WIDTHS
#define WAY_VIEW_WIDTHS_relaxed	     IOP_RELAXED_WIDTHS
#define WAY_VIEW_WIDTHS_sysmem	     IOP_SYSMEM_WIDTHS
#define WAY_VIEW_WIDTHS_wc	     IOP_WC_WIDTHS
#define WAY_VIEW_WIDTHS_sysmap_io    IOP_IOSYSMAP_WIDTHS
#define WAY_VIEW_WIDTHS_sysmap_sys   IOP_IOSYSMAP_WIDTHS
#define WAY_ORIGIN_WIDTHS(...)	     IOP_CAT(WAY_ORIGIN_WIDTHS_, WAY)(__VA_ARGS__)
#define WAY_ORIGIN_WIDTHS_mmio	     IOP_MMIO_WIDTHS
#define WAY_ORIGIN_WIDTHS_relaxed    IOP_MMIO_WIDTHS
#define WAY_ORIGIN_WIDTHS_sysmem     IOP_SYSMEM_WIDTHS
#define WAY_ORIGIN_WIDTHS_wc	     IOP_WC_WIDTHS
#define WAY_ORIGIN_WIDTHS_sysmap_io  IOP_MMIO_WIDTHS
#define WAY_ORIGIN_WIDTHS_sysmap_sys IOP_SYSMEM_WIDTHS

/* The view that is constructed, and what makes WAY's view of it. */
#define WAY_ORIGIN_mmio		  IOP_MMIO
#define WAY_ORIGIN_relaxed	  IOP_MMIO
#define WAY_ORIGIN_sysmem	  IOP_SYSMEM
#define WAY_ORIGIN_wc		  IOP_WC
#define WAY_ORIGIN_sysmap_io	  IOP_MMIO
#define WAY_ORIGIN_sysmap_sys	  IOP_SYSMEM
#define WAY_CONVERT_mmio(v)	  (v)
#define WAY_CONVERT_relaxed(v)	  iop_relaxed(v)
#define WAY_CONVERT_sysmem(v)	  (v)
#define WAY_CONVERT_wc(v)	  (v)
#define WAY_CONVERT_sysmap_io(v)  iop_iosysmap_from_mmio(v)
#define WAY_CONVERT_sysmap_sys(v) iop_iosysmap_from_sysmem(v)

/** WAY's view of a sized type, a Region, a slice. */
#define WAY_AT(address, ...)		WAY_CONVERT(iop_view_at(WAY_ORIGIN(__VA_ARGS__), address))
#define WAY_REGION(min, address, bytes) WAY_CONVERT(iop_region_at(WAY_ORIGIN(IOP_REGION(min)), address, bytes))
#define WAY_SLICE(E, address, count)	WAY_CONVERT(iop_slice_at(WAY_ORIGIN(IOP_SLICE(E)), address, count))

#define WAY_WITHIN(set, address, ...) WAY_CONVERT(iop_view_at(WAY_ORIGIN_WIDTHS(set, __VA_ARGS__), address))
#define WAY_REGION_WITHIN(set, min, address, bytes) \
	WAY_CONVERT(iop_region_at(WAY_ORIGIN_WIDTHS(set, IOP_REGION(min)), address, bytes))

#endif
