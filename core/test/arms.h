/* SPDX-License-Identifier: MIT */
/**
 * arms.h - one text of a test for every way to reach memory
 *
 * A body-*.h is a test written against these names; a row test defines ARM as one of mmio, relaxed, sysmem, sysmap_io and
 * sysmap_sys, includes the body, and does so again for the next one. ARM_FN(name) keeps the instances apart.
 */
#ifndef IOPATH_TEST_ARMS_H
#define IOPATH_TEST_ARMS_H

#include "iotest.h"

#define ARM_FN(name)	 IOP_CAT(name##_, ARM)
#define ARM_INFO	 (&IOP_CAT(iotest_, ARM))
#define ARM_VIEW(...)	 IOP_CAT(ARM_VIEW_, ARM)(__VA_ARGS__)
#define ARM_ORIGIN(...)	 IOP_CAT(ARM_ORIGIN_, ARM)(__VA_ARGS__)
#define ARM_CONVERT(...) IOP_CAT(ARM_CONVERT_, ARM)(__VA_ARGS__)

#define ARM_VIEW_mmio	    IOP_MMIO
#define ARM_VIEW_relaxed    IOP_RELAXED
#define ARM_VIEW_sysmem	    IOP_SYSMEM
#define ARM_VIEW_sysmap_io  IOP_IOSYSMAP
#define ARM_VIEW_sysmap_sys IOP_IOSYSMAP

/* The view that is constructed, and what makes ARM's view of it. */
#define ARM_ORIGIN_mmio		  IOP_MMIO
#define ARM_ORIGIN_relaxed	  IOP_MMIO
#define ARM_ORIGIN_sysmem	  IOP_SYSMEM
#define ARM_ORIGIN_sysmap_io	  IOP_MMIO
#define ARM_ORIGIN_sysmap_sys	  IOP_SYSMEM
#define ARM_CONVERT_mmio(v)	  (v)
#define ARM_CONVERT_relaxed(v)	  iop_relaxed(v)
#define ARM_CONVERT_sysmem(v)	  (v)
#define ARM_CONVERT_sysmap_io(v)  iop_iosysmap_from_mmio(v)
#define ARM_CONVERT_sysmap_sys(v) iop_iosysmap_from_sysmem(v)

/** ARM's view of a sized type, a Region, a slice. */
#define ARM_AT(address, ...)		ARM_CONVERT(iop_view_at(ARM_ORIGIN(__VA_ARGS__), address))
#define ARM_REGION(min, address, bytes) ARM_CONVERT(iop_region_at(ARM_ORIGIN(IOP_REGION(min)), address, bytes))
#define ARM_SLICE(E, address, count)                                                               \
	ARM_CONVERT(__extension__({                                                                \
		ARM_ORIGIN(IOP_SLICE(E)) arm_slice_;                                               \
		assert_int_equal(iop_try_slice_at(&arm_slice_, (uintptr_t)(address), (count)), 0); \
		arm_slice_;                                                                        \
	}))

#endif
