/* SPDX-License-Identifier: MIT */
/*
 * iopath config: the config space of a PCI function of this machine, through the library's own ConfigSpace views. The output is
 * that of lspci -xxx, so that the two can be compared. Nothing is written unless a function, a register, a value and consent are
 * all given.
 */
#include "cli.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void help(void)
{
	printf("usage: iopath config --device BDF [--extended] [--width 1|2|4] [--json] [--sysfs DIR]\n"
	       "       iopath config --device BDF --allow-write --write OFFSET=VALUE[:WIDTH]\n\n"
	       "Prints the 256 bytes of a PCI function's config space in the format of lspci -xxx. Bytes after the\n"
	       "first 64 need root.\n\n"
	       "  --device BDF    the function, as lspci -D lists it, for instance 0000:03:00.0\n"
	       "  --extended      print all 4096 bytes of a PCI Express function, like lspci -xxxx\n"
	       "  --width 1|2|4   read with accesses of this many bytes (default: 4)\n"
	       "  --json          print JSON\n"
	       "  --write OFFSET=VALUE[:WIDTH]  write VALUE to the WIDTH bytes (default: --width) at OFFSET, then\n"
	       "                  print the register before and after; a wrong value can stop the machine\n"
	       "  --allow-write   consent to the write\n"
	       "  --sysfs DIR     look for the function in DIR (default: /sys/bus/pci)\n\n"
	       "Exit: 0 printed, 2 bad use or an error.\n\n"
	       "example: iopath config --device 0000:00:00.0\n");
}

struct config_options {
	const char *device, *sysfs, *write;
	unsigned width;
	bool json, extended, allow_write;
};

#if IOPATH_HAVE_LIBPCI
#include <iopath/config_pci.h>
#include <iopath/iopath.h>

#define EXTENDED_SIZE 4096

struct config_write {
	size_t offset;
	unsigned width;
	uint32_t value;
};

static const char *hint(int err)
{
	switch (err) {
	case -EINVAL: return "the name is DDDD:BB:DD.F; lspci -D lists them";
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

static int print_json(const struct config_options *o, const char *description, size_t cfg_size, const unsigned char *bytes,
		      size_t n)
{
	char text[2 * EXTENDED_SIZE + 1] = "";
	json_t *object;
	int err;

	for (size_t i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	object = json_pack("{s:s, s:s, s:I, s:i, s:s}", "device", o->device, "description", description, "cfg_size",
			   (json_int_t)cfg_size, "width", (int)o->width, "bytes", text);
	/* The ID list is not ours: a description that is no UTF-8 is left out. */
	if (!object)
		object = json_pack("{s:s, s:I, s:i, s:s}", "device", o->device, "cfg_size", (json_int_t)cfg_size, "width",
				   (int)o->width, "bytes", text);
	err = json_dumpf(object, stdout, JSON_INDENT(2));
	json_decref(object);
	putchar('\n');
	return err ? iop_fail("config", NULL, "cannot write") : IOP_EXIT_CLEAN;
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
		code = print_json(o, description, iop_config_size(&pci->device), bytes, got);
	else
		print_hex(o->device, description, bytes, got);
	if (!code && got < wanted) {
		int err = iop_config_lost(&pci->device).last;

		code = iop_fail("config", hint(err), "%s: only %zu of %zu bytes could be read: %s", o->device, got, wanted,
				strerror(-err));
	}
	return code;
}

/* OFFSET=VALUE[:WIDTH] with nothing before, between or after the numbers. */
static int parse_write(struct config_write *w, const char *text, unsigned width)
{
	unsigned long long offset, value;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	offset = strtoull(text, &end, 0);
	if (end[0] != '=' || end[1] < '0' || end[1] > '9')
		return -EINVAL;
	value = strtoull(end + 1, &end, 0);
	if (*end == ':' && (end[1] == '1' || end[1] == '2' || end[1] == '4')) {
		width = (unsigned)(end[1] - '0');
		end += 2;
	}
	if (*end || value > UINT32_MAX >> (32 - 8 * width) || offset >= EXTENDED_SIZE)
		return -EINVAL;
	*w = (struct config_write){(size_t)offset, width, (uint32_t)value};
	return 0;
}

static int read_register(iop_config_normal config, const struct config_write *w, uint32_t *value)
{
	uint16_t half = 0;
	uint8_t byte = 0;
	int err;

	if (w->width == 4)
		return iop_try_read32(config, w->offset, value);
	err = w->width == 2 ? iop_try_read16(config, w->offset, &half) : iop_try_read8(config, w->offset, &byte);
	*value = half | byte;
	return err;
}

static int write_register(iop_config_normal config, const struct config_write *w)
{
	switch (w->width) {
	case 1: return iop_try_write8(config, (uint8_t)w->value, w->offset);
	case 2: return iop_try_write16(config, (uint16_t)w->value, w->offset);
	default: return iop_try_write32(config, w->value, w->offset);
	}
}

/* Says what has been lost on the bus, if anything. */
static int check_lost(const struct config_options *o, struct iop_config_pci *pci, const struct config_write *w)
{
	struct iop_config_lost lost = iop_config_lost(&pci->device);

	if (!lost.reads && !lost.writes)
		return IOP_EXIT_CLEAN;
	return iop_fail("config", hint(lost.last), "%s: %s at offset 0x%zx failed: %s", o->device,
			lost.writes ? "the write" : "a read", w->offset, strerror(-lost.last));
}

static int write_one(const struct config_options *o, struct iop_config_pci *pci, const struct config_write *w)
{
	iop_config_normal config = iop_config_space(&pci->device);
	uint32_t before = 0, after = 0;
	int code;

	/* What is no register, or cannot be read, is not written either. */
	if (read_register(config, w, &before))
		return iop_fail("config", "iopath config --help", "%s: no register of %u bytes at offset 0x%zx", o->device,
				w->width, w->offset);
	code = check_lost(o, pci, w);
	if (code)
		return code;
	write_register(config, w);
	read_register(config, w, &after);
	code = check_lost(o, pci, w);
	if (!code)
		printf("%s %02zx: %0*x -> %0*x\n", o->device, w->offset, 2 * (int)w->width, before, 2 * (int)w->width, after);
	return code;
}

static int run(const struct config_options *o)
{
	struct config_write w = {0};
	struct iop_config_pci pci;
	int err, code;

	if (o->write && parse_write(&w, o->write, o->width))
		return iop_fail("config", "iopath config --help", "not an OFFSET=VALUE[:WIDTH] that fits: %s", o->write);
	err = iop_config_pci_open(&pci, o->device, o->write && o->allow_write ? IOP_CONFIG_PCI_ALLOW_WRITE : 0, o->sysfs);
	if (err)
		return iop_fail("config", hint(err), "%s: %s", o->device,
				err == -ENODEV	 ? "no such PCI function"
				: err == -EINVAL ? "not the name of a PCI function"
						 : strerror(-err));
	code = o->write ? write_one(o, &pci, &w) : dump(o, &pci);
	iop_config_pci_close(&pci);
	return code;
}
#else
static int run(const struct config_options *o)
{
	return iop_fail("config", "install libpci-dev and build again", "%s: built without libpci", o->device);
}
#endif

int iop_cmd_config(int argc, char **argv)
{
	static const struct option options[] = {
		{"device", required_argument, NULL, 'd'},
		{"extended", no_argument, NULL, 'e'},
		{"width", required_argument, NULL, 'w'},
		{"json", no_argument, NULL, 'j'},
		{"sysfs", required_argument, NULL, 's'},
		{"write", required_argument, NULL, 'W'},
		{"allow-write", no_argument, NULL, 'A'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct config_options o = {.width = 4};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'd': o.device = optarg; break;
		case 'e': o.extended = true; break;
		case 'j': o.json = true; break;
		case 's': o.sysfs = optarg; break;
		case 'W': o.write = optarg; break;
		case 'A': o.allow_write = true; break;
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
		return iop_fail("config", "--device DDDD:BB:DD.F; lspci -D lists them", "no device named");
	if (o.write && !o.allow_write)
		return iop_fail("config", "add --allow-write if you mean it", "%s is opened read-only", o.device);
	if (o.allow_write && !o.write)
		return iop_fail("config", "--write OFFSET=VALUE", "--allow-write, but nothing to write");
	if (o.write && (o.json || o.extended))
		return iop_fail("config", "iopath config --help", "--write does not go with --json or --extended");
	return run(&o);
}
