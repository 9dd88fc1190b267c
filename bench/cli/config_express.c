/* SPDX-License-Identifier: MIT */
/* The PCI Express capability: device, link, slot and root registers, in lspci's words. */
#include "config_decode.h"

#if IOPATH_HAVE_LIBPCI
#include <linux/pci_regs.h>
#include <string.h>

#define CHOOSE(table, i) ((i) < sizeof(table) / sizeof((table)[0]) && (table)[i] ? (table)[i] : "Unknown")

/* Which registers a port of a type has. */
static bool is_endpoint(int type)
{
	return type == PCI_EXP_TYPE_ENDPOINT || type == PCI_EXP_TYPE_LEG_END;
}

static bool has_link(int type)
{
	return type != PCI_EXP_TYPE_RC_END && type != PCI_EXP_TYPE_RC_EC;
}

static bool is_root(int type)
{
	return type == PCI_EXP_TYPE_ROOT_PORT || type == PCI_EXP_TYPE_RC_EC;
}

static bool is_downstream(int type)
{
	return type == PCI_EXP_TYPE_ROOT_PORT || type == PCI_EXP_TYPE_DOWNSTREAM;
}

static void power_limit(struct config_decode *d, unsigned value, unsigned scale)
{
	static const double scales[] = {1.0, 0.1, 0.01, 0.001};

	if (scale == 0 && value == 0xff) {
		fputs(">600W", d->out);
		return;
	}
	if (scale == 0 && value >= 0xf0)
		value = 250 + 25 * (value - 0xf0);
	fprintf(d->out, "%gW", value * scales[scale]);
}

static const char *latency_l0s(unsigned value)
{
	static const char *const text[] = {"<64ns", "<128ns", "<256ns", "<512ns", "<1us", "<2us", "<4us", "unlimited"};

	return text[value & 7];
}

static const char *latency_l1(unsigned value)
{
	static const char *const text[] = {"<1us", "<2us", "<4us", "<8us", "<16us", "<32us", "<64us", "unlimited"};

	return text[value & 7];
}

static void device_can(struct config_decode *d, uint32_t cap, int type)
{
	fprintf(d->out, "\t\tDevCap:\tMaxPayload %u bytes, PhantFunc %u", 128u << (cap & PCI_EXP_DEVCAP_PAYLOAD),
		(1u << (cap >> 3 & 3)) - 1);
	if (is_endpoint(type))
		fprintf(d->out, ", Latency L0s %s, L1 %s", latency_l0s(cap >> 6), latency_l1(cap >> 9));
	config_bits(d, cap, "\n\t\t\tExtTag@5");
	if (is_endpoint(type) || type == PCI_EXP_TYPE_UPSTREAM || type == PCI_EXP_TYPE_PCI_BRIDGE)
		config_bits(d, cap, " AttnBtn@12 AttnInd@13 PwrInd@14");
	config_bits(d, cap, " RBE@15");
	if (is_endpoint(type) || type == PCI_EXP_TYPE_RC_END)
		config_bits(d, cap, " FLReset@28");
	if (type == PCI_EXP_TYPE_ENDPOINT || type == PCI_EXP_TYPE_UPSTREAM || type == PCI_EXP_TYPE_PCI_BRIDGE) {
		fputs(" SlotPowerLimit ", d->out);
		power_limit(d, cap >> 18 & 0xff, cap >> 26 & 3);
	}
	fputc('\n', d->out);
}

static void device(struct config_decode *d, unsigned at, int type)
{
	uint32_t cap = config_get(d, at + PCI_EXP_DEVCAP, 4), control = config_get(d, at + PCI_EXP_DEVCTL, 2);

	device_can(d, cap, type);
	config_bits(d, control,
		    "\t\tDevCtl:\tCorrErr@0 NonFatalErr@1 FatalErr@2 UnsupReq@3\n"
		    "\t\t\tRlxdOrd@4 ExtTag@8 PhantFunc@9 AuxPwr@10 NoSnoop@11");
	if (type == PCI_EXP_TYPE_PCI_BRIDGE)
		config_bits(d, control, " BrConfRtry@15");
	if ((is_endpoint(type) || type == PCI_EXP_TYPE_RC_END) && cap & PCI_EXP_DEVCAP_FLR)
		config_bits(d, control, " FLReset@15");
	fprintf(d->out, "\n\t\t\tMaxPayload %u bytes, MaxReadReq %u bytes\n", 128u << (control >> 5 & 7),
		128u << (control >> 12 & 7));
	config_bits(d, config_get(d, at + PCI_EXP_DEVSTA, 2),
		    "\t\tDevSta:\tCorrErr@0 NonFatalErr@1 FatalErr@2 UnsupReq@3 AuxPwr@4 TransPend@5\n");
}

static const char *speed(unsigned code)
{
	static const char *const text[] = {NULL, "2.5GT/s", "5GT/s", "8GT/s", "16GT/s", "32GT/s", "64GT/s"};

	return code >= 1 && code <= 6 ? text[code] : "unknown";
}

/* How a link's speed or width is to what it could be; a port above it cannot know what is below. */
static const char *compared(int type, unsigned is, unsigned can)
{
	if (is > can)
		return " (overdriven)";
	return is == can || is_downstream(type) || type == PCI_EXP_TYPE_PCIE_BRIDGE ? "" : " (downgraded)";
}

static void link_can(struct config_decode *d, uint32_t cap)
{
	static const char *const aspm[] = {"not supported", "L0s", "L1", "L0s L1"};
	unsigned states = cap >> 10 & 3;

	fprintf(d->out, "\t\tLnkCap:\tPort #%u, Speed %s, Width x%u, ASPM %s", cap >> 24, speed(cap & 0xf), cap >> 4 & 0x3f,
		aspm[states]);
	if (states)
		fputs(", Exit Latency ", d->out);
	if (states & 1)
		fprintf(d->out, "L0s %s", latency_l0s(cap >> 12));
	if (states & 2)
		fprintf(d->out, "%sL1 %s", states & 1 ? ", " : "", latency_l1(cap >> 15));
	config_bits(d, cap, "\n\t\t\tClockPM@18 Surprise@19 LLActRep@20 BwNot@21 ASPMOptComp@22\n");
}

static void link(struct config_decode *d, unsigned at, int type)
{
	static const char *const aspm[] = {"Disabled", "L0s Enabled", "L1 Enabled", "L0s L1 Enabled"};
	uint32_t cap = config_get(d, at + PCI_EXP_LNKCAP, 4), control = config_get(d, at + PCI_EXP_LNKCTL, 2);
	uint32_t status = config_get(d, at + PCI_EXP_LNKSTA, 2);

	link_can(d, cap);
	fprintf(d->out, "\t\tLnkCtl:\tASPM %s;", aspm[control & PCI_EXP_LNKCTL_ASPMC]);
	if (is_endpoint(type) || type == PCI_EXP_TYPE_ROOT_PORT || type == PCI_EXP_TYPE_PCI_BRIDGE)
		fprintf(d->out, " RCB %d bytes,", control & PCI_EXP_LNKCTL_RCB ? 128 : 64);
	config_bits(d, control, " Disabled@4 CommClk@6\n\t\t\tExtSynch@7 ClockPM@8 AutWidDis@9 BWInt@10 AutBWInt@11\n");
	fprintf(d->out, "\t\tLnkSta:\tSpeed %s%s, Width x%u%s\n", speed(status & 0xf), compared(type, status & 0xf, cap & 0xf),
		status >> 4 & 0x3f, compared(type, status >> 4 & 0x3f, cap >> 4 & 0x3f));
	config_bits(d, status, "\t\t\tTrErr@10 Train@11 SlotClk@12 DLActive@13 BWMgmt@14 ABWMgmt@15\n");
}

static void slot(struct config_decode *d, unsigned at)
{
	static const char *const indicator[] = {"Unknown", "On", "Blink", "Off"};
	uint32_t cap = config_get(d, at + PCI_EXP_SLTCAP, 4), control = config_get(d, at + PCI_EXP_SLTCTL, 2);

	config_bits(d, cap, "\t\tSltCap:\tAttnBtn@0 PwrCtrl@1 MRL@2 AttnInd@3 PwrInd@4 HotPlug@6 Surprise@5\n");
	fprintf(d->out, "\t\t\tSlot #%u, PowerLimit ", cap >> 19);
	power_limit(d, cap >> 7 & 0xff, cap >> 15 & 3);
	config_bits(d, cap, "; Interlock@17 NoCompl@18\n");
	config_bits(d, control, "\t\tSltCtl:\tEnable: AttnBtn@0 PwrFlt@1 MRL@2 PresDet@3 CmdCplt@4 HPIrq@5 LinkChg@12\n");
	fprintf(d->out, "\t\t\tControl: AttnInd %s, PwrInd %s, ", indicator[control >> 6 & 3], indicator[control >> 8 & 3]);
	config_bits(d, control, "Power@10 Interlock@11\n");
	config_bits(d, config_get(d, at + PCI_EXP_SLTSTA, 2),
		    "\t\tSltSta:\tStatus: AttnBtn@0 PowerFlt@1 MRL@5 CmdCplt@4 PresDet@6 Interlock@7\n"
		    "\t\t\tChanged: MRL@2 PresDet@3 LinkState@8\n");
}

static void root(struct config_decode *d, unsigned at)
{
	uint32_t status = config_get(d, at + PCI_EXP_RTSTA, 4);

	config_bits(d, config_get(d, at + PCI_EXP_RTCAP, 2), "\t\tRootCap: CRSVisible@0\n");
	config_bits(d, config_get(d, at + PCI_EXP_RTCTL, 2),
		    "\t\tRootCtl: ErrCorrectable@0 ErrNon-Fatal@1 ErrFatal@2 PMEIntEna@3 CRSVisible@4\n");
	fprintf(d->out, "\t\tRootSta: PME ReqID %04x, ", status & 0xffff);
	config_bits(d, status, "PMEStatus@16 PMEPending@17\n");
}

static bool has_memory(struct config_decode *d)
{
	unsigned count = config_get(d, PCI_HEADER_TYPE, 1) & 0x7f ? 2 : 6;

	for (unsigned i = 0; i < count; i++) {
		uint32_t bar = config_get(d, PCI_BASE_ADDRESS_0 + 4 * i, 4);

		if (bar && !(bar & PCI_BASE_ADDRESS_SPACE_IO))
			return true;
	}
	return false;
}

static void device2_can(struct config_decode *d, uint32_t cap, int type)
{
	static const char *const ranges[] = {"Not Supported", "Range A",   "Range B", "Range AB", NULL, NULL, "Range BC",
					     "Range ABC",     NULL,	   NULL,      NULL,	  NULL, NULL, NULL,
					     "Range BCD",     "Range ABCD"};
	static const char *const obff[] = {"Not Supported", "Via message", "Via WAKE#", "Via message/WAKE#"};
	static const char *const power[] = {"Not Supported", "Dev Specific", "Form Factor Dev Specific", "Reserved"};
	static const char *const lines[] = {"Not Supported", "64byte cachelines", "128byte cachelines", "Reserved"};
	static const char *const hints[] = {"TPHComp- ExtTPHComp-", "TPHComp+ ExtTPHComp-", "", "TPHComp+ ExtTPHComp+"};
	unsigned prefixes = cap >> 22 & 3;

	fprintf(d->out, "\t\tDevCap2: Completion Timeout: %s, ", CHOOSE(ranges, cap & 0xf));
	config_bits(d, cap, "TimeoutDis@4 NROPrPrP@10 LTR@11\n\t\t\t 10BitTagComp@16 10BitTagReq@17 ");
	fprintf(d->out, "OBFF %s, ", obff[cap >> 18 & 3]);
	config_bits(d, cap, "ExtFmt@20 EETLPPrefix@21");
	if (cap & PCI_EXP_DEVCAP2_EE_PREFIX)
		fprintf(d->out, ", MaxEETLPPrefixes %u", prefixes ? prefixes : 4);
	fprintf(d->out, "\n\t\t\t EmergencyPowerReduction %s, ", power[cap >> 24 & 3]);
	config_bits(d, cap, "EmergencyPowerReductionInit@26\n\t\t\t FRS@31");
	if (type == PCI_EXP_TYPE_ROOT_PORT)
		fprintf(d->out, " LN System CLS %s,", lines[cap >> 14 & 3]);
	if (type == PCI_EXP_TYPE_ROOT_PORT || type == PCI_EXP_TYPE_ENDPOINT)
		fprintf(d->out, " %s", hints[cap >> 12 & 3]);
	if (is_downstream(type))
		config_bits(d, cap, " ARIFwd@5");
	fputc('\n', d->out);
}

static void atomic_operations(struct config_decode *d, uint32_t cap, int type)
{
	bool routes = is_downstream(type) || type == PCI_EXP_TYPE_UPSTREAM, completes = has_memory(d);

	if (!routes && !completes)
		return;
	fputs("\t\t\t AtomicOpsCap:", d->out);
	if (routes)
		config_bits(d, cap, " Routing@6");
	if (type == PCI_EXP_TYPE_ROOT_PORT || completes)
		config_bits(d, cap, " 32bit@7 64bit@8 128bitCAS@9");
	fputc('\n', d->out);
}

static void device2(struct config_decode *d, unsigned at, int type)
{
	static const char *const timeouts[] = {
		"50us to 50ms", "50us to 100us",  "1ms to 10ms", NULL, NULL, "16ms to 55ms", "65ms to 210ms", NULL,
		NULL,		"260ms to 900ms", "1s to 3.5s",	 NULL, NULL, "4s to 13s",    "17s to 64s"};
	static const char *const obff[] = {"Disabled", "Via message A", "Via message B", "Via WAKE#"};
	uint32_t cap = config_get(d, at + PCI_EXP_DEVCAP2, 4), control = config_get(d, at + PCI_EXP_DEVCTL2, 2);
	bool requests = is_endpoint(type) || type == PCI_EXP_TYPE_RC_END;

	device2_can(d, cap, type);
	atomic_operations(d, cap, type);
	fprintf(d->out, "\t\tDevCtl2: Completion Timeout: %s, ", CHOOSE(timeouts, control & 0xf));
	config_bits(d, control, "TimeoutDis@4 LTR@10 10BitTagReq@12 ");
	fprintf(d->out, "OBFF %s,", obff[control >> 13 & 3]);
	config_bits(d, control, is_downstream(type) ? " ARIFwd@5\n" : "\n");
	if (!requests && !is_downstream(type) && type != PCI_EXP_TYPE_UPSTREAM)
		return;
	fputs("\t\t\t AtomicOpsCtl:", d->out);
	if (requests || type == PCI_EXP_TYPE_ROOT_PORT)
		config_bits(d, control, " ReqEn@6");
	if (is_downstream(type) || type == PCI_EXP_TYPE_UPSTREAM)
		config_bits(d, control, " EgressBlck@7");
	fputc('\n', d->out);
}

/* A device must not leave out a speed below its highest, so that one says all. */
static const char *speeds(unsigned vector)
{
	static const char *const text[] = {"Unknown", "2.5GT/s", "2.5-5GT/s", "2.5-8GT/s", "2.5-16GT/s", "2.5-32GT/s"};
	unsigned highest = 0;

	if (vector & 0x60)
		return "RsvdP";
	while (vector >> highest)
		highest++;
	return text[highest];
}

static void link2_control(struct config_decode *d, unsigned at, int type)
{
	static const char *const margins[] = {"Normal Operating Range", "800-1200mV(full-swing)/400-700mV(half-swing)"};
	static const char *const presets[] = {"-6dB de-emphasis, 0dB preshoot",	    "-3.5dB de-emphasis, 0dB preshoot",
					      "-4.4dB de-emphasis, 0dB preshoot",   "-2.5dB de-emphasis, 0dB preshoot",
					      "0dB de-emphasis, 0dB preshoot",	    "0dB de-emphasis, 1.9dB preshoot",
					      "0dB de-emphasis, 2.5dB preshoot",    "-6.0dB de-emphasis, 3.5dB preshoot",
					      "-3.5dB de-emphasis, 3.5dB preshoot", "0dB de-emphasis, 3.5dB preshoot"};
	uint32_t control = config_get(d, at + PCI_EXP_LNKCTL2, 2);
	unsigned target = control & 0xf, margin = control >> 7 & 7;

	fprintf(d->out, "\t\tLnkCtl2: Target Link Speed: %s, ", target > 6 ? "Unknown" : speed(target ? target : 1));
	config_bits(d, control, "EnterCompliance@4 SpeedDis@5");
	if (type == PCI_EXP_TYPE_DOWNSTREAM)
		fprintf(d->out, ", Selectable De-emphasis: %s", control >> 6 & 1 ? "-3.5dB" : "-6dB");
	fprintf(d->out, "\n\t\t\t Transmit Margin: %s, ",
		margin >= 2 && margin <= 5 ? "200-400mV(full-swing)/100-200mV(half-swing)" : CHOOSE(margins, margin));
	config_bits(d, control, "EnterModifiedCompliance@10 ComplianceSOS@11\n");
	fprintf(d->out, "\t\t\t Compliance Preset/De-emphasis: %s\n", CHOOSE(presets, control >> 12));
}

static void link2_status(struct config_decode *d, uint32_t status)
{
	static const char *const crosslink[] = {"unsupported", "Upstream Port", "Downstream Port", "incomplete"};

	fprintf(d->out, "\t\tLnkSta2: Current De-emphasis Level: %s, ", status & 1 ? "-3.5dB" : "-6dB");
	config_bits(d, status,
		    "EqualizationComplete@1 EqualizationPhase1@2\n"
		    "\t\t\t EqualizationPhase2@3 EqualizationPhase3@4 LinkEqualizationRequest@5\n"
		    "\t\t\t Retimer@6 2Retimers@7 CrosslinkRes: ");
	fputs(crosslink[status >> 8 & 3], d->out);
}

static void link2(struct config_decode *d, unsigned at, int type)
{
	static const char *const components[] = {"Link Down - Not Determined", "Link Down - Not Present",
						 "Link Down - Present",	       NULL,
						 "Link Up - Present",	       "Link Up - Present and DRS Received"};
	unsigned number = config_get(d, at + PCI_EXP_LNKSTA2, 2), component = number >> 12 & 7;
	bool first = strcmp(d->name + strlen(d->name) - 4, "00.0") == 0;
	uint32_t cap = 0;

	/* Of several functions of an endpoint the first one controls the link. */
	if (!is_endpoint(type) || first) {
		cap = config_get(d, at + PCI_EXP_LNKCAP2, 4);
		if (cap) {
			fprintf(d->out, "\t\tLnkCap2: Supported Link Speeds: %s, ", speeds(cap >> 1 & 0x7f));
			config_bits(d, cap, "Crosslink@8 Retimer@23 2Retimers@24 DRS@31\n");
		}
		link2_control(d, at, type);
	}
	link2_status(d, number);
	if ((is_downstream(type) || type == PCI_EXP_TYPE_PCIE_BRIDGE) && cap >> 31) {
		config_bits(d, number, ", DRS@15\n\t\t\t DownstreamComp: ");
		fputs(component < 6 && components[component] ? components[component] : "Reserved", d->out);
	}
	fputc('\n', d->out);
}

static void title(struct config_decode *d, uint32_t flags, int type)
{
	static const char *const types[] = {"Endpoint",
					    "Legacy Endpoint",
					    NULL,
					    NULL,
					    "Root Port (Slot@8)",
					    "Upstream Port",
					    "Downstream Port (Slot@8)",
					    "PCI-Express to PCI/PCI-X Bridge",
					    "PCI/PCI-X to PCI-Express Bridge (Slot@8)",
					    "Root Complex Integrated Endpoint",
					    "Root Complex Event Collector"};

	fprintf(d->out, "Express (v%u) ", flags & PCI_EXP_FLAGS_VERS);
	if (type <= PCI_EXP_TYPE_RC_EC && types[type])
		config_bits(d, flags, types[type]);
	else
		fprintf(d->out, "Unknown type %d", type);
	fprintf(d->out, ", MSI %02x\n", (flags & PCI_EXP_FLAGS_IRQ) >> 9);
}

void config_show_express(struct config_decode *d, unsigned at)
{
	uint32_t flags = config_get(d, at + PCI_EXP_FLAGS, 2);
	int type = (int)((flags & PCI_EXP_FLAGS_TYPE) >> 4);
	bool slots = flags & PCI_EXP_FLAGS_SLOT && (is_downstream(type) || type == PCI_EXP_TYPE_PCIE_BRIDGE);
	bool second = (flags & PCI_EXP_FLAGS_VERS) >= 2;

	d->port = type;
	title(d, flags, type);
	if (!config_has(d, at, second ? PCI_EXP_SLTCAP2 : is_root(type) ? PCI_EXP_DEVCAP2 : slots ? PCI_EXP_RTCTL : PCI_EXP_SLTCAP))
		return;
	device(d, at, type);
	if (has_link(type))
		link(d, at, type);
	if (slots)
		slot(d, at);
	if (is_root(type))
		root(d, at);
	if (!second)
		return;
	device2(d, at, type);
	if (has_link(type))
		link2(d, at, type);
}
#endif
