/* SPDX-License-Identifier: MIT */
/* The header, the BARs, the chains of capabilities, and what sysfs knows. */
#include "config_decode.h"

#if IOPATH_HAVE_LIBPCI
#include <iopath/bus_sysfs.h>
#include <iopath/config_bar.h>
#include <iopath/iopath.h>

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The path of file @file in the function's folder; NULL if it is too long. */
static const char *path_of(const struct config_decode *d, const char *file, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/devices/%s/%s", d->sysfs ? d->sysfs : "/sys/bus/pci", d->name, file);

	return n < PATH_MAX ? path : NULL;
}

/* A number that sysfs has in @file; @otherwise if it has not. */
static long number_in(const struct config_decode *d, const char *file, long otherwise)
{
	char path[PATH_MAX];
	FILE *f = path_of(d, file, path) ? fopen(path, "r") : NULL;
	long value;

	if (!f)
		return otherwise;
	if (fscanf(f, "%ld", &value) != 1)
		value = otherwise;
	fclose(f);
	return value;
}

/* The last part of what the link @file points to; false if there is no such link. */
static bool link_in(const struct config_decode *d, const char *file, char target[PATH_MAX])
{
	char path[PATH_MAX], *slash;
	ssize_t n = path_of(d, file, path) ? readlink(path, target, PATH_MAX - 1) : -1;

	if (n < 0)
		return false;
	target[n] = '\0';
	slash = strrchr(target, '/');
	if (slash)
		memmove(target, slash + 1, strlen(slash));
	return true;
}

static void note(struct config_decode *d, const char *key, json_t *value)
{
	if (d->json)
		json_object_set_new(d->json, key, value);
	else
		json_decref(value);
}

static const char *devsel(uint32_t status)
{
	static const char *const speeds[] = {"fast", "medium", "slow", "??"};

	return speeds[(status & PCI_STATUS_DEVSEL_MASK) >> 9];
}

static void status_bits(struct config_decode *d, const char *before, uint32_t status, const char *after)
{
	config_bits(d, status, before);
	fputs(devsel(status), d->out);
	config_bits(d, status, after);
}

static void command_and_status(struct config_decode *d)
{
	uint32_t command = config_get(d, PCI_COMMAND, 2), status = config_get(d, PCI_STATUS, 2);

	config_bits(d, command,
		    "\tControl: I/O@0 Mem@1 BusMaster@2 SpecCycle@3 MemWINV@4 VGASnoop@5 ParErr@6 Stepping@7 SERR@8 FastB2B@9 "
		    "DisINTx@10\n");
	status_bits(d, "\tStatus: Cap@4 66MHz@5 UDF@6 FastB2B@7 ParErr@8 DEVSEL=", status,
		    " >TAbort@11 <TAbort@12 <MAbort@13 >SERR@14 <PERR@15 INTx@3\n");
	note(d, "command", json_integer(command));
	note(d, "status", json_integer(status));
}

static void latency(struct config_decode *d, unsigned type)
{
	uint32_t line = config_get(d, PCI_CACHE_LINE_SIZE, 1);
	uint32_t min = type ? 0 : config_get(d, PCI_MIN_GNT, 1), max = type ? 0 : config_get(d, PCI_MAX_LAT, 1);

	if (!(config_get(d, PCI_COMMAND, 2) & PCI_COMMAND_MASTER))
		return;
	fprintf(d->out, "\tLatency: %u", config_get(d, PCI_LATENCY_TIMER, 1));
	if (min && max)
		fprintf(d->out, " (%uns min, %uns max)", min * 250, max * 250);
	else if (min || max)
		fprintf(d->out, min ? " (%uns min)" : " (%uns max)", (min + max) * 250);
	if (line)
		fprintf(d->out, ", Cache Line Size: %u bytes", line * 4);
	fputc('\n', d->out);
}

static void interrupt(struct config_decode *d)
{
	uint32_t pin = config_get(d, PCI_INTERRUPT_PIN, 1);
	long irq = number_in(d, "irq", config_get(d, PCI_INTERRUPT_LINE, 1)), node = number_in(d, "numa_node", -1);
	char group[PATH_MAX];

	if (pin || irq)
		fprintf(d->out, "\tInterrupt: pin %c routed to IRQ %ld\n", pin ? (int)('A' + pin - 1) : '?', irq);
	if (node != -1)
		fprintf(d->out, "\tNUMA node: %ld\n", node);
	if (link_in(d, "iommu_group", group))
		fprintf(d->out, "\tIOMMU group: %s\n", group);
}

static void size_text(uint64_t size, char text[16])
{
	static const char units[] = "\0KMGT";
	unsigned unit = 0;

	while (unit < 4 && size && size % 1024 == 0) {
		size /= 1024;
		unit++;
	}
	snprintf(text, 16, "%u%.1s", (unsigned)size, units + unit);
}

static void append_bar(struct config_decode *d, unsigned index, const char *kind, const struct iop_config_bar *bar,
		       uint64_t address, uint64_t size)
{
	json_t *bars = d->json ? json_object_get(d->json, "bars") : NULL;

	if (bars)
		json_array_append_new(bars,
				      json_pack("{s:i, s:s, s:b, s:I, s:I}", "index", (int)index, "kind", kind, "prefetchable",
						bar->prefetchable, "address", (json_int_t)address, "size", (json_int_t)size));
}

/* @known: what the kernel knows of it, a length of 0 if nothing. */
static void show_bar(struct config_decode *d, unsigned index, const struct iop_config_bar *bar, const struct iop_resource *known)
{
	static const char *const kinds[] = {"I/O", "32-bit", "low-1M", "64-bit"};
	bool io = bar->kind == IOP_CONFIG_BAR_IO;
	bool enabled = config_get(d, PCI_COMMAND, 2) & (io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY);
	uint64_t address = known->len ? known->start : bar->address;
	char size[16];

	fprintf(d->out, "\tRegion %u: %s at ", index, io ? "I/O ports" : "Memory");
	if (address)
		fprintf(d->out, io ? "%04" PRIx64 : "%08" PRIx64, address);
	else
		fputs("<unassigned>", d->out);
	if (!io)
		fprintf(d->out, " (%s, %sprefetchable)", kinds[bar->kind], bar->prefetchable ? "" : "non-");
	if (!enabled)
		fputs(" [disabled]", d->out);
	if (known->len) {
		size_text(known->len, size);
		fprintf(d->out, " [size=%s]", size);
	}
	fputc('\n', d->out);
	append_bar(d, index, kinds[bar->kind], bar, address, known->len);
}

static void show_rom(struct config_decode *d, unsigned type, const struct iop_resource *known)
{
	uint32_t rom = config_get(d, type == PCI_HEADER_TYPE_BRIDGE ? PCI_ROM_ADDRESS1 : PCI_ROM_ADDRESS, 4);
	uint32_t address = rom & PCI_ROM_ADDRESS_MASK;
	char size[16];

	if (!rom && !known->len)
		return;
	fputs("\tExpansion ROM at ", d->out);
	if (address || known->len)
		fprintf(d->out, "%08" PRIx64, known->len ? known->start : address);
	else
		fputs("<unassigned>", d->out);
	if (known->len && !address)
		fputs(" [virtual]", d->out);
	if (!(rom & PCI_ROM_ADDRESS_ENABLE))
		fputs(" [disabled]", d->out);
	else if (!(config_get(d, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY))
		fputs(" [disabled by cmd]", d->out);
	if (known->len) {
		size_text(known->len, size);
		fprintf(d->out, " [size=%s]", size);
	}
	fputc('\n', d->out);
}

/* Resource @index as sysfs has it, or one of length 0. Nothing is opened but the table. */
static struct iop_resource resource_of(struct iop_bus_sysfs *sysfs, unsigned index)
{
	struct iop_resource resource = {};

	if (sysfs)
		iop_bus_resource(&sysfs->bus, index, &resource);
	return resource;
}

static void bars(struct config_decode *d, struct iop_bus_sysfs *sysfs)
{
	int count = iop_config_bar_count(&d->pci->device);

	for (int i = 0; i < count; i++) {
		struct iop_resource known = resource_of(sysfs, (unsigned)i);
		struct iop_config_bar bar;
		int err = iop_config_bar_get(&d->pci->device, (unsigned)i, &bar);

		if (err == -EIO) {
			fprintf(d->out, "\tRegion %d: <broken>\n", i);
			snprintf(d->fault, sizeof(d->fault), "base address register %d is invalid: %08x", i,
				 config_get(d, PCI_BASE_ADDRESS_0 + 4 * (unsigned)i, 4));
		} else if (!err && (bar.address || known.len || config_get(d, PCI_BASE_ADDRESS_0 + 4 * (unsigned)i, 4))) {
			show_bar(d, (unsigned)i, &bar, &known);
		}
	}
}

static void window(struct config_decode *d, const char *what, uint64_t base, uint64_t limit, int bits)
{
	char size[16];

	fprintf(d->out, "\t%s behind bridge:", what);
	if (base <= limit) {
		size_text(limit - base + 1, size);
		fprintf(d->out, " %0*" PRIx64 "-%0*" PRIx64 " [size=%s]", bits / 4, base, bits / 4, limit, size);
	} else {
		fputs(" [disabled]", d->out);
	}
	fprintf(d->out, " [%d-bit]\n", bits);
}

static void windows(struct config_decode *d)
{
	uint32_t io = config_get(d, PCI_IO_BASE, 2), memory = config_get(d, PCI_MEMORY_BASE, 4);
	uint32_t pref = config_get(d, PCI_PREF_MEMORY_BASE, 4);
	bool io32 = (io & PCI_IO_RANGE_TYPE_MASK) == PCI_IO_RANGE_TYPE_32;
	bool pref64 = (pref & PCI_PREF_RANGE_TYPE_MASK) == PCI_PREF_RANGE_TYPE_64;
	uint64_t io_high = io32 ? config_get(d, PCI_IO_BASE_UPPER16, 4) : 0;
	uint64_t base_high = pref64 ? config_get(d, PCI_PREF_BASE_UPPER32, 4) : 0;
	uint64_t limit_high = pref64 ? config_get(d, PCI_PREF_LIMIT_UPPER32, 4) : 0;

	window(d, "I/O", (io & 0xf0) << 8 | (io_high & 0xffff) << 16, (io & 0xf000) | (io_high & 0xffff0000) | 0xfff,
	       io32 ? 32 : 16);
	window(d, "Memory", (memory & 0xfff0) << 16, (memory & 0xfff00000) | 0xfffff, 32);
	window(d, "Prefetchable memory", base_high << 32 | (pref & 0xfff0) << 16, limit_high << 32 | (pref & 0xfff00000) | 0xfffff,
	       pref64 ? 64 : 32);
}

static void bridge(struct config_decode *d)
{
	uint32_t control = config_get(d, PCI_BRIDGE_CONTROL, 2);

	fprintf(d->out, "\tBus: primary=%02x, secondary=%02x, subordinate=%02x, sec-latency=%u\n",
		config_get(d, PCI_PRIMARY_BUS, 1), config_get(d, PCI_SECONDARY_BUS, 1), config_get(d, PCI_SUBORDINATE_BUS, 1),
		config_get(d, PCI_SEC_LATENCY_TIMER, 1));
	windows(d);
	status_bits(d, "\tSecondary status: 66MHz@5 FastB2B@7 ParErr@8 DEVSEL=", config_get(d, PCI_SEC_STATUS, 2),
		    " >TAbort@11 <TAbort@12 <MAbort@13 <SERR@14 <PERR@15\n");
	config_bits(d, control,
		    "\tBridgeCtl: Parity@0 SERR@1 NoISA@2 VGA@3 VGA16@4 MAbort@5 >Reset@6 FastB2B@7\n"
		    "\t\tPriDiscTmr@8 SecDiscTmr@9 DiscTmrStat@10 DiscTmrSERREn@11\n");
}

/* The lines from @start of what was written so far, as the JSON object of @cap. */
static void append_cap(struct config_decode *d, const struct iop_config_cap *cap, const char *text)
{
	const char *name = iop_config_cap_name(cap);
	json_t *caps = d->json ? json_object_get(d->json, "capabilities") : NULL, *one, *lines;

	if (!caps)
		return;
	one = json_pack("{s:i, s:i, s:b, s:s?}", "offset", cap->offset, "id", cap->id, "extended", cap->chain == IOP_CONFIG_CAP_EXT,
			"name", name);
	if (cap->chain == IOP_CONFIG_CAP_EXT)
		json_object_set_new(one, "version", json_integer(cap->version));
	lines = json_array();
	while (*text) {
		size_t n = strcspn(text, "\n");

		while (n && isspace((unsigned char)*text)) {
			text++;
			n--;
		}
		json_array_append_new(lines, json_stringn(text, n));
		text += n + (text[n] == '\n');
	}
	json_object_set_new(one, "lines", lines);
	json_array_append_new(caps, one);
}

static void show_one(struct config_decode *d, const struct iop_config_cap *cap)
{
	FILE *out = d->out;
	char *text = NULL;
	size_t size;

	d->out = open_memstream(&text, &size);
	if (!d->out) {
		d->out = out;
		d->err = -ENOMEM;
		return;
	}
	if (cap->chain == IOP_CONFIG_CAP_EXT)
		config_show_extended_cap(d, cap);
	else
		config_show_cap(d, cap);
	fclose(d->out);
	d->out = out;
	fputs(text, d->out);
	append_cap(d, cap, text);
	free(text);
}

static void chain_fault(struct config_decode *d, int err, const struct iop_config_cap *cap)
{
	const char *what = err == -ELOOP ? "chain looped" : err == -EIO ? "chain broken" : err == -EINVAL ? "bad pointer" : NULL;
	const char *why = err == -ELOOP ? "it was visited before" : err == -EIO ? "all ones are read there" : "it is in the header";

	fprintf(d->out, "<%s>\n", what ? what : "access denied");
	if (what)
		snprintf(d->fault, sizeof(d->fault), "the chain of capabilities leads to %02x: %s", cap->offset, why);
	else
		d->err = err;
}

static void chain(struct config_decode *d, enum iop_config_cap_chain which)
{
	bool extended = which == IOP_CONFIG_CAP_EXT;
	struct iop_config_cap cap = {.chain = which};
	struct iop_config_caps walk;
	int more;

	for (iop_config_caps_begin(&walk, &d->pci->device, which); (more = iop_config_caps_next(&walk, &cap)) > 0;) {
		fprintf(d->out, extended ? "\tCapabilities: [%03x v%d] " : "\tCapabilities: [%02x] ", cap.offset, cap.version);
		show_one(d, &cap);
	}
	if (!more)
		return;
	cap.chain = which;
	fprintf(d->out, extended ? "\tCapabilities: [%03x] " : "\tCapabilities: [%02x] ", cap.offset);
	chain_fault(d, more, &cap);
}

static void begin(struct config_decode *d)
{
	char text[1024];
	const char *interface;
	uint32_t code = config_get(d, PCI_CLASS_PROG, 1);

	d->vendor = config_get(d, PCI_VENDOR_ID, 2);
	d->device = config_get(d, PCI_DEVICE_ID, 2);
	d->port = -1;
	/* lspci leaves out the domain where there is but one. */
	fprintf(d->out, "%s %s", strncmp(d->name, "0000:", 5) == 0 ? d->name + 5 : d->name,
		iop_config_pci_describe(d->pci, text, sizeof(text)));
	interface = iop_config_pci_interface(d->pci, text, sizeof(text));
	if (interface)
		fprintf(d->out, " (prog-if %02x [%s])", code, interface);
	else if (code)
		fprintf(d->out, " (prog-if %02x)", code);
	fputc('\n', d->out);
}

/* Where a header has it, a bridge in a capability. */
static unsigned subsystem_at(struct config_decode *d, unsigned type)
{
	struct iop_config_cap cap;

	if (type == PCI_HEADER_TYPE_BRIDGE)
		return iop_config_cap_find(&d->pci->device, IOP_CONFIG_CAP, PCI_CAP_ID_SSVID, &cap)
			       ? 0
			       : cap.offset + PCI_SSVID_VENDOR_ID;
	return type == PCI_HEADER_TYPE_CARDBUS ? PCI_CB_SUBSYSTEM_VENDOR_ID : PCI_SUBSYSTEM_VENDOR_ID;
}

static void subsystem(struct config_decode *d, unsigned type)
{
	unsigned at = subsystem_at(d, type), vendor = at ? config_get(d, at, 2) : 0;
	char text[1024];

	if (vendor && vendor != 0xffff)
		fprintf(d->out, "\tSubsystem: %s\n",
			iop_config_pci_subsystem(d->pci, vendor, config_get(d, at + 2, 2), text, sizeof(text)));
}

static void self_test(struct config_decode *d)
{
	uint32_t test = config_get(d, PCI_BIST, 1);

	if (test & PCI_BIST_CAPABLE && test & PCI_BIST_START)
		fputs("\tBIST is running\n", d->out);
	else if (test & PCI_BIST_CAPABLE)
		fprintf(d->out, "\tBIST result: %02x\n", test & PCI_BIST_CODE_MASK);
}

void config_decode(struct config_decode *d)
{
	unsigned type = config_get(d, PCI_HEADER_TYPE, 1) & 0x7f;
	struct iop_bus_sysfs sysfs;
	bool table = iop_bus_sysfs_open(&sysfs, d->name, 0, d->sysfs) == 0;
	char driver[PATH_MAX];

	note(d, "bars", json_array());
	note(d, "capabilities", json_array());
	begin(d);
	subsystem(d, type);
	if (type > PCI_HEADER_TYPE_CARDBUS)
		snprintf(d->fault, sizeof(d->fault), "unknown type of header: %02x", type);
	command_and_status(d);
	latency(d, type);
	interrupt(d);
	self_test(d);
	bars(d, table ? &sysfs : NULL);
	if (type == PCI_HEADER_TYPE_BRIDGE)
		bridge(d);
	if (type <= PCI_HEADER_TYPE_BRIDGE) {
		struct iop_resource known = resource_of(table ? &sysfs : NULL, 6);

		show_rom(d, type, &known);
	}
	chain(d, IOP_CONFIG_CAP);
	chain(d, IOP_CONFIG_CAP_EXT);
	if (link_in(d, "driver", driver)) {
		fprintf(d->out, "\tKernel driver in use: %s\n", driver);
		note(d, "driver", json_string(driver));
	}
	if (table)
		iop_bus_sysfs_close(&sysfs);
}
#endif
