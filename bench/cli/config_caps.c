/* SPDX-License-Identifier: MIT */
/* What each capability says, in lspci's words. <?> marks those whose registers are not decoded. */
#include "config_decode.h"

#if IOPATH_HAVE_LIBPCI
#include <linux/pci_regs.h>

static void power(struct config_decode *d, unsigned at)
{
	static const int aux_current[] = {0, 55, 100, 160, 220, 270, 320, 375};
	uint32_t cap = config_get(d, at + PCI_PM_PMC, 2), control, extensions;

	fprintf(d->out, "Power Management version %u\n", cap & PCI_PM_CAP_VER_MASK);
	config_bits(d, cap, "\t\tFlags: PMEClk@3 DSI@5 D1@9 D2@10 ");
	fprintf(d->out, "AuxCurrent=%dmA ", aux_current[(cap & PCI_PM_CAP_AUX_POWER) >> 6]);
	config_bits(d, cap, "PME(D0@11,D1@12,D2@13,D3hot@14,D3cold@15)\n");
	if (!config_has(d, at, PCI_PM_SIZEOF))
		return;
	control = config_get(d, at + PCI_PM_CTRL, 2);
	fprintf(d->out, "\t\tStatus: D%u ", control & PCI_PM_CTRL_STATE_MASK);
	config_bits(d, control, "NoSoftRst@3 PME-Enable@8 ");
	fprintf(d->out, "DSel=%u DScale=%u ", (control & PCI_PM_CTRL_DATA_SEL_MASK) >> 9,
		(control & PCI_PM_CTRL_DATA_SCALE_MASK) >> 13);
	config_bits(d, control, "PME@15\n");
	extensions = config_get(d, at + PCI_PM_PPB_EXTENSIONS, 1);
	if (extensions)
		config_bits(d, extensions ^ PCI_PM_PPB_B2_B3, "\t\tBridge: PM@7 B3@6\n");
}

static void msi(struct config_decode *d, unsigned at)
{
	uint32_t flags = config_get(d, at + PCI_MSI_FLAGS, 2);
	bool wide = flags & PCI_MSI_FLAGS_64BIT;
	unsigned data = at + (wide ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32);
	unsigned mask = at + (wide ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32);

	config_bits(d, flags, "MSI: Enable@0 ");
	fprintf(d->out, "Count=%u/%u ", 1u << ((flags & PCI_MSI_FLAGS_QSIZE) >> 4), 1u << ((flags & PCI_MSI_FLAGS_QMASK) >> 1));
	config_bits(d, flags, "Maskable@8 64bit@7\n");
	if (!config_has(d, at, data + 2 - at))
		return;
	fputs("\t\tAddress: ", d->out);
	if (wide)
		fprintf(d->out, "%08x", config_get(d, at + PCI_MSI_ADDRESS_HI, 4));
	fprintf(d->out, "%08x  Data: %04x\n", config_get(d, at + PCI_MSI_ADDRESS_LO, 4), config_get(d, data, 2));
	if (flags & PCI_MSI_FLAGS_MASKBIT && config_has(d, at, mask + 8 - at))
		fprintf(d->out, "\t\tMasking: %08x  Pending: %08x\n", config_get(d, mask, 4), config_get(d, mask + 4, 4));
}

static void place(struct config_decode *d, const char *what, uint32_t value)
{
	fprintf(d->out, "\t\t%s: BAR=%u offset=%08x\n", what, value & PCI_MSIX_TABLE_BIR, value & PCI_MSIX_TABLE_OFFSET);
}

static void msix(struct config_decode *d, unsigned at)
{
	uint32_t flags = config_get(d, at + PCI_MSIX_FLAGS, 2);

	config_bits(d, flags, "MSI-X: Enable@15 ");
	fprintf(d->out, "Count=%u ", (flags & PCI_MSIX_FLAGS_QSIZE) + 1);
	config_bits(d, flags, "Masked@14\n");
	if (!config_has(d, at, PCI_CAP_MSIX_SIZEOF))
		return;
	place(d, "Vector table", config_get(d, at + PCI_MSIX_TABLE, 4));
	place(d, "PBA", config_get(d, at + PCI_MSIX_PBA, 4));
}

/* virtio 1.2, 4.1.4 */
static bool virtio(struct config_decode *d, unsigned at)
{
	static const char *const types[] = {[1] = "CommonCfg", [2] = "Notify", [3] = "ISR", [4] = "DeviceCfg"};
	unsigned length = config_get(d, at + 2, 1), type = config_get(d, at + 3, 1);

	if (d->vendor != 0x1af4 || d->device < 0x1000 || d->device > 0x107f || length < 16 || !config_has(d, at, length))
		return false;
	fprintf(d->out, "VirtIO: %s\n", type >= 1 && type <= 4 ? types[type] : "<unknown>");
	fprintf(d->out, "\t\tBAR=%u offset=%08x size=%08x", config_get(d, at + 4, 1), config_get(d, at + 8, 4),
		config_get(d, at + 12, 4));
	if (type == 2 && length >= 20)
		fprintf(d->out, " multiplier=%08x", config_get(d, at + 16, 4));
	fputc('\n', d->out);
	return true;
}

static void vendor(struct config_decode *d, unsigned at)
{
	fputs("Vendor Specific Information: ", d->out);
	if (!virtio(d, at))
		fprintf(d->out, "Len=%02x <?>\n", config_get(d, at + 2, 1));
}

static void subsystem(struct config_decode *d, unsigned at)
{
	char text[512];

	if (!config_has(d, at, 8)) {
		fputs("Subsystem <?>\n", d->out);
		return;
	}
	fprintf(d->out, "Subsystem: %s\n",
		iop_config_pci_subsystem(d->pci, config_get(d, at + PCI_SSVID_VENDOR_ID, 2),
					 config_get(d, at + PCI_SSVID_DEVICE_ID, 2), text, sizeof(text)));
}

static void sata(struct config_decode *d, unsigned at)
{
	uint32_t version = config_get(d, at + 2, 1), bars;

	fprintf(d->out, "SATA HBA v%u.%u", version >> 4, version & 0xf);
	if (config_has(d, at, 8)) {
		bars = config_get(d, at + 4, 4);
		if ((bars & 0xf) >= 4 && (bars & 0xf) <= 9)
			fprintf(d->out, " BAR%u Offset=%08x", (bars & 0xf) - 4, bars >> 4 & 0xfffff);
		else
			fprintf(d->out, (bars & 0xf) == 0xf ? " InCfgSpace" : " BAR??%u", bars & 0xf);
	}
	fputc('\n', d->out);
}

static void advanced(struct config_decode *d, unsigned at)
{
	fputs("PCI Advanced Features\n", d->out);
	if (!config_has(d, at, 6))
		return;
	config_bits(d, config_get(d, at + 3, 1), "\t\tAFCap: TP@0 FLR@1\n");
	config_bits(d, config_get(d, at + 4, 1), "\t\tAFCtrl: FLR@0\n");
	config_bits(d, config_get(d, at + 5, 1), "\t\tAFStatus: TP@0\n");
}

static void unknown(struct config_decode *d, const struct iop_config_cap *cap)
{
	const char *name = iop_config_cap_name(cap);

	if (cap->id == 0)
		fputs("Null\n", d->out);
	else if (name)
		fprintf(d->out, "%s <?>\n", name);
	else if (cap->chain == IOP_CONFIG_CAP_EXT)
		fprintf(d->out, "Extended Capability ID %#02x\n", cap->id);
	else
		fprintf(d->out, "Capability ID %#02x [%04x]\n", cap->id, config_get(d, cap->offset + 2u, 2));
}

void config_show_cap(struct config_decode *d, const struct iop_config_cap *cap)
{
	switch (cap->id) {
	case PCI_CAP_ID_PM: power(d, cap->offset); break;
	case PCI_CAP_ID_VPD: fputs("Vital Product Data\n", d->out); break;
	case PCI_CAP_ID_MSI: msi(d, cap->offset); break;
	case PCI_CAP_ID_VNDR: vendor(d, cap->offset); break;
	case PCI_CAP_ID_SHPC: fputs("Hot-plug capable\n", d->out); break;
	case PCI_CAP_ID_SSVID: subsystem(d, cap->offset); break;
	case PCI_CAP_ID_EXP: config_show_express(d, cap->offset); break;
	case PCI_CAP_ID_MSIX: msix(d, cap->offset); break;
	case PCI_CAP_ID_SATA: sata(d, cap->offset); break;
	case PCI_CAP_ID_AF: advanced(d, cap->offset); break;
	default: unknown(d, cap);
	}
}

/* The three registers of uncorrectable errors and the two of correctable ones have one layout each. */
static void errors(struct config_decode *d, unsigned at)
{
	static const char *const uncorrectable[] = {"\t\tUESta:\t", "\t\tUEMsk:\t", "\t\tUESvrt:\t"};
	static const char *const correctable[] = {"\t\tCESta:\t", "\t\tCEMsk:\t"};
	uint32_t cap;

	fputs("Advanced Error Reporting\n", d->out);
	if (!config_has(d, at, PCI_ERR_ROOT_COMMAND))
		return;
	for (unsigned i = 0; i < 3; i++) {
		fputs(uncorrectable[i], d->out);
		config_bits(d, config_get(d, at + PCI_ERR_UNCOR_STATUS + 4 * i, 4),
			    "DLP@4 SDES@5 TLP@12 FCP@13 CmpltTO@14 CmpltAbrt@15 UnxCmplt@16 RxOF@17 MalfTLP@18 ECRC@19 UnsupReq@20 "
			    "ACSViol@21\n");
	}
	for (unsigned i = 0; i < 2; i++) {
		fputs(correctable[i], d->out);
		config_bits(d, config_get(d, at + PCI_ERR_COR_STATUS + 4 * i, 4),
			    "RxErr@0 BadTLP@6 BadDLLP@7 Rollover@8 Timeout@12 AdvNonFatalErr@13\n");
	}
	cap = config_get(d, at + PCI_ERR_CAP, 4);
	fprintf(d->out, "\t\tAERCap:\tFirst Error Pointer: %02x, ", cap & 0x1f);
	config_bits(d, cap,
		    "ECRCGenCap@5 ECRCGenEn@6 ECRCChkCap@7 ECRCChkEn@8\n"
		    "\t\t\tMultHdrRecCap@9 MultHdrRecEn@10 TLPPfxPres@11 HdrLogCap@12\n");
	fputs("\t\tHeaderLog:", d->out);
	for (unsigned i = 0; i < 4; i++)
		fprintf(d->out, " %08x", config_get(d, at + PCI_ERR_HEADER_LOG + 4 * i, 4));
	fputc('\n', d->out);
}

static void root_errors(struct config_decode *d, unsigned at)
{
	uint32_t status;

	if ((d->port != PCI_EXP_TYPE_ROOT_PORT && d->port != PCI_EXP_TYPE_RC_EC) || !config_has(d, at, PCI_ERR_ROOT_ERR_SRC + 4))
		return;
	status = config_get(d, at + PCI_ERR_ROOT_STATUS, 4);
	config_bits(d, config_get(d, at + PCI_ERR_ROOT_COMMAND, 4), "\t\tRootCmd: CERptEn@0 NFERptEn@1 FERptEn@2\n");
	config_bits(d, status,
		    "\t\tRootSta: CERcvd@0 MultCERcvd@1 UERcvd@2 MultUERcvd@3\n"
		    "\t\t\t FirstFatal@4 NonFatalMsg@5 FatalMsg@6 ");
	fprintf(d->out, "IntMsg %u\n", status >> 27);
	fprintf(d->out, "\t\tErrorSrc: ERR_COR: %04x ERR_FATAL/NONFATAL: %04x\n", config_get(d, at + PCI_ERR_ROOT_ERR_SRC, 2),
		config_get(d, at + PCI_ERR_ROOT_ERR_SRC + 2, 2));
}

static void serial(struct config_decode *d, unsigned at)
{
	fputs("Device Serial Number ", d->out);
	for (unsigned i = 8; i--;)
		fprintf(d->out, "%02x%c", config_get(d, at + 4 + i, 1), i ? '-' : '\n');
}

static void access_control(struct config_decode *d, unsigned at)
{
	static const char *const registers[] = {"\t\tACSCap:\t", "\t\tACSCtl:\t"};

	fputs("Access Control Services\n", d->out);
	for (unsigned i = 0; i < 2 && config_has(d, at, 8); i++) {
		fputs(registers[i], d->out);
		config_bits(d, config_get(d, at + PCI_ACS_CAP + 2 * i, 2),
			    "SrcValid@0 TransBlk@1 ReqRedir@2 CmpltRedir@3 UpstreamFwd@4 EgressCtrl@5 DirectTrans@6\n");
	}
}

static void routing(struct config_decode *d, unsigned at)
{
	uint32_t cap = config_get(d, at + PCI_ARI_CAP, 2), control = config_get(d, at + PCI_ARI_CTRL, 2);

	fputs("Alternative Routing-ID Interpretation (ARI)\n", d->out);
	config_bits(d, cap, "\t\tARICap:\tMFVC@0 ACS@1, ");
	fprintf(d->out, "Next Function: %u\n", PCI_ARI_CAP_NFN(cap));
	config_bits(d, control, "\t\tARICtl:\tMFVC@0 ACS@1, ");
	fprintf(d->out, "Function Group: %u\n", PCI_ARI_CTRL_FG(control));
}

void config_show_extended_cap(struct config_decode *d, const struct iop_config_cap *cap)
{
	switch (cap->id) {
	case PCI_EXT_CAP_ID_ERR:
		errors(d, cap->offset);
		root_errors(d, cap->offset);
		break;
	case PCI_EXT_CAP_ID_DSN: serial(d, cap->offset); break;
	case PCI_EXT_CAP_ID_ACS: access_control(d, cap->offset); break;
	case PCI_EXT_CAP_ID_ARI: routing(d, cap->offset); break;
	default: unknown(d, cap);
	}
}
#endif
