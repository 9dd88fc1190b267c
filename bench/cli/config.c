/* SPDX-License-Identifier: MIT */
/*
 * iopath config: the config space of a PCI function of this machine, through the library's own ConfigSpace views. The output is
 * that of lspci -xxx or -vv, so that the two can be compared. Nothing is written.
 */
#include "cli.h"
#include "json_out.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void help(void)
{
	printf("usage: iopath config --device BDF [--decode | --extended] [--width 1|2|4] [--json FILE|-] [--sysfs DIR]\n\n"
	       "Prints the 256 bytes of a PCI function's config space in the format of lspci -xxx. Bytes after the\n"
	       "first 64 need root.\n\n"
	       "  --device BDF    the function, as lspci lists it, for instance 03:00.0 or 0000:03:00.0\n"
	       "  --decode        print its decoded contents, in the format of lspci -vv: command and status, BARs,\n"
	       "                  capabilities, the driver in use; a broken chain of capabilities is an error\n"
	       "  --extended      print all 4096 bytes of a PCI Express function, like lspci -xxxx\n"
	       "  --width 1|2|4   read with accesses of this many bytes (default: 4)\n"
	       "  --json FILE|-   write JSON to FILE; - is stdout, in place of the text\n"
	       "  --sysfs DIR     look for the function in DIR (default: /sys/bus/pci)\n\n"
	       "Exit: 0 printed, 2 bad use or an error.\n\n"
	       "example: iopath config --device 00:00.0 --decode\n");
}

struct config_options {
	const char *device, *sysfs;
	unsigned width;
	const char *json;
	bool extended, decode;
};

#if IOPATH_HAVE_LIBPCI
#include "config_decode.h"

#include <iopath/iopath.h>

#define EXTENDED_SIZE 4096

static const char *hint(int err)
{
	switch (err) {
	case -EINVAL: return "the name is BB:DD.F or DDDD:BB:DD.F; lspci lists them";
	case -ENODEV: return "lspci -D lists the functions of this machine";
	case -EACCES:
	case -EPERM: return "try as root";
	default: return NULL;
	}
}

/* Reads @n bytes from the start with accesses of @width. How many were read before one failed. */
static size_t read_bytes(struct iop_config_device *device, unsigned char *bytes, size_t n, unsigned width)
{
	iop_config_normal config = iop_config_space(device);

	for (size_t offset = 0; offset < n; offset += width) {
		uint64_t lost = iop_config_lost(device).reads;
		uint32_t value = 0;
		uint16_t half = 0;
		uint8_t byte = 0;
		int err = width == 1   ? iop_try_read8(config, offset, &byte)
			  : width == 2 ? iop_try_read16(config, offset, &half)
				       : iop_try_read32(config, offset, &value);

		if (err || iop_config_lost(device).reads != lost)
			return offset;
		value |= half | byte;
		for (unsigned i = 0; i < width; i++)
			bytes[offset + i] = (unsigned char)(value >> 8 * i);
	}
	return n;
}

static void print_hex(const char *name, const char *description, const unsigned char *bytes, size_t n)
{
	/* lspci leaves out the domain where there is but one. */
	printf("%s %s\n", strncmp(name, "0000:", 5) == 0 ? name + 5 : name, description);
	for (size_t i = 0; i < n; i++) {
		if (i % 16 == 0)
			printf("%02zx:", i);
		printf(" %02x%s", bytes[i], i % 16 == 15 || i + 1 == n ? "\n" : "");
	}
	printf("\n");
}

static int put_json(const struct config_options *o, const char *description, size_t cfg_size, const unsigned char *bytes, size_t n)
{
	char text[2 * EXTENDED_SIZE + 1] = "";
	json_t *object;

	for (size_t i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	object = json_pack("{s:s, s:s, s:I, s:i, s:s}", "device", o->device, "description", description, "cfg_size",
			   (json_int_t)cfg_size, "width", (int)o->width, "bytes", text);
	/* The ID list is not ours: a description that is not UTF-8 is left out. */
	if (!object)
		object = json_pack("{s:s, s:I, s:i, s:s}", "device", o->device, "cfg_size", (json_int_t)cfg_size, "width",
				   (int)o->width, "bytes", text);
	return iop_json_put("config", o->json, object, JSON_INDENT(2));
}

static int dump(const struct config_options *o, struct iop_config_pci *pci)
{
	unsigned char bytes[EXTENDED_SIZE];
	char description[512];
	iop_config_extended extended;
	size_t wanted = 256, got;
	int code = IOP_EXIT_CLEAN;

	if (o->extended) {
		if (iop_config_space_extended(&pci->device, &extended))
			return iop_fail("config", "leave out --extended", "%s has 256 bytes of config space only", o->device);
		wanted = iop_size(extended);
	}
	iop_config_pci_describe(pci, description, sizeof(description));
	got = read_bytes(&pci->device, bytes, wanted, o->width);
	if (o->json)
		code = put_json(o, description, iop_config_size(&pci->device), bytes, got);
	if (iop_json_leaves_text(o->json))
		print_hex(o->device, description, bytes, got);
	if (!code && got < wanted) {
		int err = iop_config_lost(&pci->device).last;

		code = iop_fail("config", hint(err), "%s: only %zu of %zu bytes could be read: %s", o->device, got, wanted,
				strerror(-err));
	}
	return code;
}

static int decode(const struct config_options *o, struct iop_config_pci *pci)
{
	struct config_decode d = {.pci = pci, .name = o->device, .sysfs = o->sysfs, .out = iop_json_text(o->json)};
	int code = IOP_EXIT_CLEAN;

	if (o->json && !(d.json = json_pack("{s:s}", "device", o->device)))
		return iop_fail("config", NULL, "out of memory");
	config_decode(&d);
	if (d.json)
		code = iop_json_put("config", o->json, d.json, JSON_INDENT(2));
	if (d.err)
		return iop_fail("config", hint(d.err), "%s: the capabilities cannot be read: %s", o->device, strerror(-d.err));
	if (d.fault[0])
		return iop_fail("config", NULL, "%s: %s", o->device, d.fault);
	return code;
}

/* lspci leaves out domain 0 where it is the only one: it is added to such a name. */
static void complete(struct config_options *o)
{
	static char name[16];

	if (strlen(o->device) == strlen("00:00.0") && o->device[2] == ':' && o->device[5] == '.') {
		snprintf(name, sizeof(name), "0000:%s", o->device);
		o->device = name;
	}
}

static int run(struct config_options *o)
{
	struct iop_config_pci pci;
	int err, code;

	complete(o);

	err = iop_config_pci_open(&pci, o->device, 0, o->sysfs);
	if (err)
		return iop_fail("config", hint(err), "%s: %s", o->device,
				err == -ENODEV	 ? "no such PCI function"
				: err == -EINVAL ? "not the name of a PCI function"
						 : strerror(-err));
	code = o->decode ? decode(o, &pci) : dump(o, &pci);
	iop_config_pci_close(&pci);
	return code;
}
#else
static int run(struct config_options *o)
{
	return iop_fail("config", "install libpci-dev and build again", "%s: built without libpci", o->device);
}
#endif

int iop_cmd_config(int argc, char **argv)
{
	static const struct option options[] = {
		{"device", required_argument, NULL, 'd'}, {"decode", no_argument, NULL, 'D'},
		{"extended", no_argument, NULL, 'e'},	  {"width", required_argument, NULL, 'w'},
		{"json", required_argument, NULL, 'j'},	  {"sysfs", required_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},	  {0},
	};
	struct config_options o = {.width = 4};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'd': o.device = optarg; break;
		case 'D': o.decode = true; break;
		case 'e': o.extended = true; break;
		case 'j': o.json = optarg; break;
		case 's': o.sysfs = optarg; break;
		case 'h': help(); return IOP_EXIT_CLEAN;
		case 'w':
			if (strcmp(optarg, "1") != 0 && strcmp(optarg, "2") != 0 && strcmp(optarg, "4") != 0)
				return iop_fail("config", "1, 2 or 4", "no such access width: %s", optarg);
			o.width = (unsigned)(optarg[0] - '0');
			break;
		default: return iop_fail("config", "iopath config --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (optind < argc)
		return iop_fail("config", "iopath config --help", "unexpected argument %s", argv[optind]);
	if (!o.device)
		return iop_fail("config", "--device BB:DD.F; lspci lists them", "no device named");
	return run(&o);
}
