/* SPDX-License-Identifier: MIT */
#include <iopath/config_cap.h>

#include "transact.h"

#include <linux/pci_regs.h>

#define HEADER_END   0x40u
#define EXT_START    0x100u
#define POINTER_MASK (~3u)
#define HEADER_TYPE  0x7fu

/* Where the header's pointer leads to, 0 if there is none. 0 or a negative errno. */
static int first_of(struct iop_config_device *device, unsigned *first)
{
	uint32_t status, type, pointer;
	int err = config_read(device, PCI_STATUS, 2, &status);

	if (err || !(status & PCI_STATUS_CAP_LIST))
		return err;
	err = config_read(device, PCI_HEADER_TYPE, 1, &type);
	if (err)
		return err;
	type &= HEADER_TYPE;
	err = config_read(device, type == PCI_HEADER_TYPE_CARDBUS ? PCI_CB_CAPABILITY_LIST : PCI_CAPABILITY_LIST, 1, &pointer);
	if (!err)
		*first = pointer & POINTER_MASK;
	return err;
}

/* A function without extended capabilities has a zero there; one whose bus does not reach so far, ones. */
static int first_extended(struct iop_config_device *device, unsigned *first)
{
	uint32_t header;
	int err;

	if (iop_config_size(device) <= EXT_START)
		return 0;
	err = config_read(device, EXT_START, 4, &header);
	if (!err && header && header != UINT32_MAX)
		*first = EXT_START;
	return err;
}

void iop_config_caps_begin(struct iop_config_caps *walk, struct iop_config_device *device, enum iop_config_cap_chain chain)
{
	*walk = (struct iop_config_caps){.device = device, .chain = chain};
	walk->err = chain == IOP_CONFIG_CAP_EXT ? first_extended(device, &walk->next) : first_of(device, &walk->next);
}

/* Notes that the walk has been at @offset. Was it there before? */
static int seen(struct iop_config_caps *walk, unsigned offset)
{
	uint8_t *byte = &walk->seen[offset / 4 / 8], bit = (uint8_t)(1u << offset / 4 % 8);
	int before = *byte & bit;

	*byte |= bit;
	return before;
}

/* The capability at walk->next, and where it points. */
static int take(struct iop_config_caps *walk, struct iop_config_cap *cap)
{
	int extended = walk->chain == IOP_CONFIG_CAP_EXT, err;
	uint32_t header;

	if (walk->next < (extended ? EXT_START : HEADER_END))
		return -EINVAL;
	if (seen(walk, walk->next))
		return -ELOOP;
	err = config_read(walk->device, walk->next, extended ? 4 : 2, &header);
	if (err)
		return err;
	if (extended ? header == UINT32_MAX : (header & 0xff) == 0xff)
		return -EIO;
	cap->chain = walk->chain;
	cap->id = (uint16_t)(extended ? PCI_EXT_CAP_ID(header) : header & 0xff);
	cap->version = extended ? (uint8_t)PCI_EXT_CAP_VER(header) : 0;
	walk->next = (extended ? header >> 20 : header >> 8) & POINTER_MASK;
	return 0;
}

int iop_config_caps_next(struct iop_config_caps *walk, struct iop_config_cap *cap)
{
	unsigned at = walk->next;

	if (!walk->err && at == 0)
		return 0;
	if (!walk->err)
		walk->err = take(walk, cap);
	cap->offset = (uint16_t)at;
	return walk->err ? walk->err : 1;
}

int iop_config_cap_find(struct iop_config_device *device, enum iop_config_cap_chain chain, unsigned id, struct iop_config_cap *cap)
{
	struct iop_config_caps walk;
	struct iop_config_cap one = {0};
	int more;

	iop_config_caps_begin(&walk, device, chain);
	while ((more = iop_config_caps_next(&walk, &one)) > 0)
		if (one.id == id) {
			*cap = one;
			return 0;
		}
	return more ? more : -ENOENT;
}

static const char *const names[] = {
	[0] = "Null",
	[PCI_CAP_ID_PM] = "Power Management",
	[PCI_CAP_ID_AGP] = "AGP",
	[PCI_CAP_ID_VPD] = "Vital Product Data",
	[PCI_CAP_ID_SLOTID] = "Slot ID",
	[PCI_CAP_ID_MSI] = "MSI",
	[PCI_CAP_ID_CHSWP] = "CompactPCI hot-swap",
	[PCI_CAP_ID_PCIX] = "PCI-X",
	[PCI_CAP_ID_HT] = "HyperTransport",
	[PCI_CAP_ID_VNDR] = "Vendor Specific Information",
	[PCI_CAP_ID_DBG] = "Debug port",
	[PCI_CAP_ID_CCRC] = "CompactPCI central resource control",
	[PCI_CAP_ID_SHPC] = "Hot-plug capable",
	[PCI_CAP_ID_SSVID] = "Subsystem",
	[PCI_CAP_ID_AGP3] = "AGP3",
	[PCI_CAP_ID_SECDEV] = "Secure device",
	[PCI_CAP_ID_EXP] = "Express",
	[PCI_CAP_ID_MSIX] = "MSI-X",
	[PCI_CAP_ID_SATA] = "SATA HBA",
	[PCI_CAP_ID_AF] = "PCI Advanced Features",
	[PCI_CAP_ID_EA] = "Enhanced Allocation (EA)",
};

static const char *const extended_names[] = {
	[0] = "Null",
	[PCI_EXT_CAP_ID_ERR] = "Advanced Error Reporting",
	[PCI_EXT_CAP_ID_VC] = "Virtual Channel",
	[PCI_EXT_CAP_ID_DSN] = "Device Serial Number",
	[PCI_EXT_CAP_ID_PWR] = "Power Budgeting",
	[PCI_EXT_CAP_ID_RCLD] = "Root Complex Link",
	[PCI_EXT_CAP_ID_RCILC] = "Root Complex Internal Link",
	[PCI_EXT_CAP_ID_RCEC] = "Root Complex Event Collector Endpoint Association",
	[PCI_EXT_CAP_ID_MFVC] = "Multi-Function Virtual Channel",
	[PCI_EXT_CAP_ID_VC9] = "Virtual Channel",
	[PCI_EXT_CAP_ID_RCRB] = "Root Complex Register Block",
	[PCI_EXT_CAP_ID_VNDR] = "Vendor Specific Information",
	[PCI_EXT_CAP_ID_ACS] = "Access Control Services",
	[PCI_EXT_CAP_ID_ARI] = "Alternative Routing-ID Interpretation (ARI)",
	[PCI_EXT_CAP_ID_ATS] = "Address Translation Service (ATS)",
	[PCI_EXT_CAP_ID_SRIOV] = "Single Root I/O Virtualization (SR-IOV)",
	[PCI_EXT_CAP_ID_MRIOV] = "Multi-Root I/O Virtualization",
	[PCI_EXT_CAP_ID_MCAST] = "Multicast",
	[PCI_EXT_CAP_ID_PRI] = "Page Request Interface (PRI)",
	[PCI_EXT_CAP_ID_REBAR] = "Physical Resizable BAR",
	[PCI_EXT_CAP_ID_DPA] = "Dynamic Power Allocation",
	[PCI_EXT_CAP_ID_TPH] = "Transaction Processing Hints",
	[PCI_EXT_CAP_ID_LTR] = "Latency Tolerance Reporting",
	[PCI_EXT_CAP_ID_SECPCI] = "Secondary PCI Express",
	[PCI_EXT_CAP_ID_PMUX] = "Protocol Multiplexing",
	[PCI_EXT_CAP_ID_PASID] = "Process Address Space ID (PASID)",
	[PCI_EXT_CAP_ID_DPC] = "Downstream Port Containment",
	[PCI_EXT_CAP_ID_L1SS] = "L1 PM Substates",
	[PCI_EXT_CAP_ID_PTM] = "Precision Time Measurement",
	[PCI_EXT_CAP_ID_DVSEC] = "Designated Vendor-Specific",
	[PCI_EXT_CAP_ID_DLF] = "Data Link Feature",
	[PCI_EXT_CAP_ID_PL_16GT] = "Physical Layer 16.0 GT/s",
};

const char *iop_config_cap_name(const struct iop_config_cap *cap)
{
	const char *const *table = cap->chain == IOP_CONFIG_CAP_EXT ? extended_names : names;
	size_t count = cap->chain == IOP_CONFIG_CAP_EXT ? sizeof(extended_names) / sizeof(extended_names[0])
							: sizeof(names) / sizeof(names[0]);

	return cap->id < count ? table[cap->id] : NULL;
}
