/* SPDX-License-Identifier: MIT */
/**
 * bar.h - owner of a BAR of a PCI function: Bar
 *
 * Like an ExclusiveIoMem (iomem.h): requests the BAR, maps it, and is an Mmio view of a Region of at least SIZE bytes until it is
 * dropped. The two differ in the order of the steps and in the error number for a BAR of length 0.
 *
 *	typedef IOP_BAR(0x1000) nic_bar;
 *
 *	nic_bar bar;
 *	err = iop_bar_map(&bar, &sim.bus, 0, "nic");
 *	iop_write32(bar, 1, 0x100);
 *	iop_bar_drop(&bar);
 *
 * To have it dropped when the driver is unbound, give it to a Devres: devres.h.
 * Source: docs/semantics.md, rows 37, 43, 46.
 */
#ifndef IOPATH_BAR_H
#define IOPATH_BAR_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/iomem.h>

struct iop_bar {
	struct iop_mapping mapping;
};
struct iop_wc_bar {
	struct iop_mapping mapping;
};

/** Types of a Bar; @min is SIZE in bytes, an integer constant. The BAR may be longer. BAR8 is an IOP_REGION8: it has 64-bit registers. */
#define IOP_BAR(min)  IOP_MAPPING_OWNER_(struct iop_region_byte, min, struct iop_bar)
#define IOP_BAR8(min) IOP_MAPPING_OWNER_(struct iop_region8_byte, min, struct iop_bar)
/** The same of a device that takes the widths of @set (iomem.h). */
#define IOP_BAR_WIDTHS(set, min)  IOP_MAPPING_OWNER_WITHIN_(set, struct iop_region_byte, min, struct iop_bar)
#define IOP_BAR8_WIDTHS(set, min) IOP_MAPPING_OWNER_WITHIN_(set, struct iop_region8_byte, min, struct iop_bar)
/** The same with a read-only view: for a BAR that is only read, such as those of a bus that maps without permission to write. */
#define IOP_CONST_BAR(min)		IOP_MAPPING_OWNER_(const struct iop_region_byte, min, struct iop_bar)
#define IOP_CONST_BAR8(min)		IOP_MAPPING_OWNER_(const struct iop_region8_byte, min, struct iop_bar)
#define IOP_CONST_BAR_WIDTHS(set, min)	IOP_MAPPING_OWNER_WITHIN_(set, const struct iop_region_byte, min, struct iop_bar)
#define IOP_CONST_BAR8_WIDTHS(set, min) IOP_MAPPING_OWNER_WITHIN_(set, const struct iop_region8_byte, min, struct iop_bar)
/** Types of a Bar that is mapped write-combining: a Wc view (wc.h), which no Mmio view can be made of. */
#define IOP_WC_BAR(min)		     IOP_OWNER_OF_(struct iop_wc, struct iop_region_byte, min, struct iop_wc_bar)
#define IOP_WC_BAR8(min)	     IOP_OWNER_OF_(struct iop_wc, struct iop_region8_byte, min, struct iop_wc_bar)
#define IOP_WC_BAR_WIDTHS(set, min)  IOP_OWNER_WITHIN_OF_(struct iop_wc, set, struct iop_region_byte, min, struct iop_wc_bar)
#define IOP_WC_BAR8_WIDTHS(set, min) IOP_OWNER_WITHIN_OF_(struct iop_wc, set, struct iop_region8_byte, min, struct iop_wc_bar)

IOP_BEGIN_DECLS
int iop_bar_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms,
		 struct iop_bus *bus, unsigned index, const char *name, enum iop_ioremap how);
int iop_wc_bar_take(struct iop_mapping *mapping, struct iop_wc *raw, size_t *len, struct iop_mapping_terms terms,
		    struct iop_bus *bus, unsigned index, const char *name);
IOP_END_DECLS

#define IOP_BAR_MAP_(bar, device_bus, index, user, how, said)                                         \
	__extension__({                                                                               \
		IOP_AUTO iop_bm_ = (bar);                                                             \
		IOP_ASSERT_HOLDS_(iop_bm_, struct iop_bar, "iopath: iop_bar_map makes an IOP_BAR");   \
		IOP_TAKE_MAPPING_(iop_bar_take, iop_bm_, said, (device_bus), (index), (user), (how)); \
	})

/**
 * Makes *@bar the owner of the whole BAR @index of @device_bus, requested in the name of @user and mapped uncached. Returns 0, or
 * the first of these that applies:
 *	-EINVAL   there is no BAR @index
 *	-EINVAL   the owner's type has a width that the device does not take, as far as the bus says
 *	-ENOMEM   its length is 0
 *	-EINVAL   @index does not fit into int, or the length into size_t (the kernel maps the wrong length then)
 *	-EBUSY    the request was refused
 *	-ENOMEM   it cannot be mapped
 *	-EINVAL   address and length are not a valid Region of SIZE (region.h)
 * On failure the steps done so far are undone: the mapping first, then the request.
 */
#define iop_bar_map(bar, device_bus, index, user) IOP_RESULT_(IOP_BAR_MAP_(bar, device_bus, index, user, IOP_IOREMAP, 0))
/** The same where the author says that the device takes the widths of @set, in addition to what the bus says. No set: -EINVAL. */
#define iop_bar_map_widths(bar, device_bus, index, user, set) \
	IOP_RESULT_(IOP_BAR_MAP_(bar, device_bus, index, user, IOP_IOREMAP, iop_widths_said(set)))
/**
 * The same of an IOP_WC_BAR, mapped write-combining: for frame buffers and other memory without side effects, where the CPU may merge,
 * delay and reorder writes, until iop_wc_flush(). -ENOMEM also if the BAR is not prefetchable. The kernel's Bar has no such mapping.
 */
#define iop_bar_map_wc(bar, device_bus, index, user) IOP_RESULT_(IOP_WC_BAR_MAP_(bar, device_bus, index, user, 0))
#define iop_bar_map_wc_widths(bar, device_bus, index, user, set) \
	IOP_RESULT_(IOP_WC_BAR_MAP_(bar, device_bus, index, user, iop_widths_said(set)))
#define IOP_WC_BAR_MAP_(bar, device_bus, index, user, said)                                                                   \
	__extension__({                                                                                                       \
		IOP_AUTO iop_wm_ = (bar);                                                                                     \
		IOP_ASSERT_HOLDS_(iop_wm_, struct iop_wc_bar,                                                                 \
				  "iopath: iop_bar_map_wc makes an IOP_WC_BAR (its accesses are not ordered: iop_wc_flush)"); \
		IOP_TAKE_MAPPING_(iop_wc_bar_take, iop_wm_, said, (device_bus), (index), (user));                             \
	})
/** Drops *@bar: unmaps, then releases. As iop_iomem_drop(). */
#define iop_bar_drop(bar) iop_iomem_drop(bar)

#endif
