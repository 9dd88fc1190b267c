/* SPDX-License-Identifier: MIT */
/**
 * config_cap.h - the capabilities of a PCI function
 *
 * Linked structures in config space describe what a function supports beyond the basics (message interrupts, power states, PCI
 * Express): *capabilities* in the first 256 bytes, *extended* ones after them. A walk over such a chain trusts nothing: it visits
 * each place at most once, and an invalid chain is an error, not a shorter list.
 *
 *	struct iop_config_caps walk;
 *	struct iop_config_cap cap;
 *	for (iop_config_caps_begin(&walk, &device, IOP_CONFIG_CAP); (err = iop_config_caps_next(&walk, &cap)) > 0;)
 *		printf("[%02x] %s\n", cap.offset, iop_config_cap_name(&cap));
 *	... err is 0, or what is wrong with the chain ...
 *
 *	err = iop_config_cap_find(&device, IOP_CONFIG_CAP, 0x11, &cap);               MSI-X
 *
 * A walk only reads, and only the pointers. It must be used by one thread at a time.
 * Source: docs/semantics.md, row 60; Linux drivers/pci/pci.c (__pci_find_next_cap_ttl, pci_find_next_ext_capability).
 */
#ifndef IOPATH_CONFIG_CAP_H
#define IOPATH_CONFIG_CAP_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/config.h>

/** Which chain of capabilities. */
enum iop_config_cap_chain {
	IOP_CONFIG_CAP,	    /**< the chain that the header's pointer starts */
	IOP_CONFIG_CAP_EXT, /**< the chain at 0x100; a function with 256 bytes of config space has none */
};

/** One capability. Its registers start at @offset. */
struct iop_config_cap {
	enum iop_config_cap_chain chain;
	uint16_t id;	 /**< PCI_CAP_ID_... or PCI_EXT_CAP_ID_... of linux/pci_regs.h */
	uint16_t offset; /**< a multiple of 4 */
	uint8_t version; /**< extended ones only, else 0 */
};

/** A walk; its members are private. May be copied. */
struct iop_config_caps {
	struct iop_config_device *device;
	enum iop_config_cap_chain chain;
	unsigned next; /* offset of the next one, 0: none */
	int err;
	uint8_t seen[4096 / 4 / 8];
};

IOP_BEGIN_DECLS

/** Starts a walk. The first iop_config_caps_next() reports errors. */
void iop_config_caps_begin(struct iop_config_caps *walk, struct iop_config_device *device, enum iop_config_cap_chain chain);

/**
 * The next capability. Returns 1 and fills *@cap; 0 at the end; or an error, at each further call too:
 *	-ELOOP     the last one points to one that was visited before
 *	-EINVAL    the last one, or the header, points into the header
 *	-EIO       all ones are read where a capability should be
 *	others     the error of the transport; -EPERM for users who may read the first 64 bytes only
 * On an error only cap->offset has changed: it is where the pointer led to. The two lowest bits of a pointer are reserved and
 * ignored. Source: docs/semantics.md, row 60; PCI Local Bus 3.0, 6.7.
 */
IOP_MUST_CHECK int iop_config_caps_next(struct iop_config_caps *walk, struct iop_config_cap *cap);

/** The first capability with @id. Returns 0 and fills *@cap; -ENOENT if the chain has none; or an error as above. */
IOP_MUST_CHECK int iop_config_cap_find(struct iop_config_device *device, enum iop_config_cap_chain chain, unsigned id,
				       struct iop_config_cap *cap);

/** The name of @cap as in lspci; NULL if its number is unknown. */
const char *iop_config_cap_name(const struct iop_config_cap *cap);

IOP_END_DECLS

#endif
