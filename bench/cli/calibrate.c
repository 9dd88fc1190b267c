/* SPDX-License-Identifier: MIT */
#include "calibrate_check.h"
#include "cli.h"
#include "width_list.h"

#include <host/machine.h>
#include <sample/device.h>

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 200

struct options {
	struct iop_bench_device device;
	const char *name, *out;
	bool offset_given, size_given, check;
};

static void help(void)
{
	printf("usage: iopath calibrate --device BDF --bar N --offset N [OPTIONS]\n\n"
	       "Measures what one access costs on a device: a read and, where writing is allowed, a posted write of\n"
	       "each width, and on a write-combining mapping a line of 64 bytes and a flush. Stores the costs as a\n"
	       "profile: with --profile, 'bench', 'trace', 'check' and 'report' predict the time of an operation there\n"
	       "from its exact accesses. A prediction is a model, and labelled so.\n\n"
	       "  --device BDF      this PCI function (lspci -D lists them); one that is bound to a driver is refused\n"
	       "  --bar N           this BAR of it\n"
	       "  --offset N        the register at this offset is read, thousands of times: name one whose reads\n"
	       "                    have no side effects\n"
	       "  --size N          the bytes from there that may be written\n"
	       "  --allow-write     consent to writing them: with the first of them, on a write-combining\n"
	       "                    mapping with zeros, and with --check with other data; then they are restored\n"
	       "  --widths LIST     the widths that the device takes, such as 4,8; it is accessed by no others\n"
	       "                    (default: as is known of the device; with --allow-write as reading it by each\n"
	       "                    width shows; else 1,2,4,8)\n"
	       "  --wc              map the BAR write-combining\n"
	       "  --check           also predict and measure copies of 1 to 4096 bytes by every routine that is\n"
	       "                    legal on the mapping, from their accesses; needs --allow-write\n"
	       "  --name NAME       of the profile (default: the function's)\n"
	       "  --out FILE        store the profile in FILE; - is stdout (default: NAME.json in\n"
	       "                    ~/.local/share/iopath/profiles, or below $XDG_DATA_HOME)\n"
	       "  --sysfs DIR       look for the function in DIR (default: /sys/bus/pci)\n\n"
	       "Exit: 0 measured (with --check: and every prediction within 15 %% of the measured time), 1 one is not,\n"
	       "2 bad use or an error.\n\n"
	       "example: iopath calibrate --device 0000:03:00.0 --bar 0 --offset 0x10 --widths 4\n");
}

static int number(const char *option, const char *text, size_t *value)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-')
		return iop_fail("calibrate", NULL, "%s takes a number, not '%s'", option, text);
	*value = (size_t)v;
	return 0;
}

/* A profile's name is part of a path. */
static bool is_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.:+", *c))
			return false;
	return *name && *name != '.';
}

static int check_use(struct options *o)
{
	struct iop_bench_device *d = &o->device;
	unsigned widths = d->widths ? d->widths : IOP_DEVICE_WIDTHS_HERE;
	unsigned widest = widths >= 8 ? 8 : widths >= 4 ? 4 : widths >= 2 ? 2 : 1;

	if (!d->name)
		return iop_fail("calibrate", "lspci -D lists them", "no --device was named");
	if (!o->offset_given)
		return iop_fail("calibrate", "--offset N", "%s: no register was named whose reads have no side effects", d->name);
	if ((d->allow_write || o->check) && !(d->allow_write && o->size_given && d->size))
		return iop_fail("calibrate", "--size N --allow-write",
				"%s: what may be written was not said: it takes an offset, a size and the consent", d->name);
	if (d->offset % widest || d->size % widest)
		return iop_fail("calibrate", NULL, "--offset and --size are multiples of %u, the widest access", widest);
	if (o->name && !is_name(o->name))
		return iop_fail("calibrate", "letters, digits and -_.:+", "not a name for a profile: %s", o->name);
	d->read_only = !d->allow_write;
	d->stdout_is_taken = o->out && strcmp(o->out, "-") == 0;
	if (d->read_only)
		d->size = widest;
	return 0;
}

static int parse(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"device", required_argument, NULL, 'D'},
		{"bar", required_argument, NULL, 'B'},
		{"offset", required_argument, NULL, 'O'},
		{"size", required_argument, NULL, 'Z'},
		{"allow-write", no_argument, NULL, 'A'},
		{"widths", required_argument, NULL, 'w'},
		{"wc", no_argument, NULL, 'W'},
		{"check", no_argument, NULL, 'C'},
		{"name", required_argument, NULL, 'n'},
		{"out", required_argument, NULL, 'o'},
		{"sysfs", required_argument, NULL, 'Y'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option, err = 0;

	o->device.command = "calibrate";
	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'D': o->device.name = optarg; break;
		case 'B':
			err = number("--bar", optarg, &o->device.bar);
			o->device.bar_given = true;
			break;
		case 'O':
			err = number("--offset", optarg, &o->device.offset);
			o->offset_given = o->device.placed = true;
			break;
		case 'Z':
			err = number("--size", optarg, &o->device.size);
			o->size_given = o->device.placed = true;
			break;
		case 'A': o->device.allow_write = true; break;
		case 'w': err = iop_cli_widths(&o->device.widths, "calibrate", optarg, 8); break;
		case 'W': o->device.wc = true; break;
		case 'C': o->check = true; break;
		case 'n': o->name = optarg; break;
		case 'o': o->out = optarg; break;
		case 'Y': o->device.root = optarg; break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default:
			return iop_fail("calibrate", "iopath calibrate --help", "unknown or incomplete option %s",
					argv[optind - 1]);
		}
	}
	if (!err && optind < argc)
		err = iop_fail("calibrate", "iopath calibrate --help", "unexpected argument %s", argv[optind]);
	return err ? err : check_use(o);
}

static void describe(struct iop_profile *p, const struct options *o)
{
	struct iop_machine machine;

	iop_profile_init(p);
	iop_machine_begin(&machine, -1);
	snprintf(p->name, sizeof(p->name), "%s", o->name ? o->name : o->device.name);
	snprintf(p->function, sizeof(p->function), "%s", o->device.name);
	snprintf(p->cpu, sizeof(p->cpu), "%.*s", IOP_PROFILE_TEXT - 1, machine.cpu);
	snprintf(p->source, sizeof(p->source), "measured by iopath calibrate");
	p->bar = o->device.bar;
	p->offset = o->device.offset;
	p->size = o->device.size;
	p->wc = o->device.wc;
}

static void take(struct iop_profile *p, const struct iop_calibration *c)
{
	memcpy(p->device, c->cost[0], sizeof(p->device));
	memcpy(p->cached, c->cost[1], sizeof(p->cached));
	p->line = c->line[0];
	p->cached_line = c->line[1];
	p->flush = c->flush;
}

static void print(FILE *out, const struct iop_profile *p)
{
	fprintf(out, "%-8s %12s %12s   ns for an access, median of %d rounds\n", "access", p->wc ? "write-comb." : "uncached",
		"cached", ROUNDS);
	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
			if (!isnan(p->device[d][w]))
				fprintf(out, "%-5s %2u %12.2f %12.2f\n", d == IOP_ACCESS_READ ? "read" : "write", 1u << w,
					p->device[d][w], p->cached[d][w]);
	if (!isnan(p->line))
		fprintf(out, "%-8s %12.2f %12.2f\n%-8s %12.2f\n", "line 64", p->line, p->cached_line, "flush", p->flush);
}

static int measure(const struct options *o, struct iop_profile *p)
{
	const struct iop_bench_device *d = &o->device;
	struct iop_calibration c = {
		.device = (volatile unsigned char *)iop_addr(d->owner) + d->offset,
		.size = d->size,
		.widths = d->bytes.widths,
		.write = d->allow_write,
		.wc = d->wc,
		.rounds = ROUNDS,
	};
	int code = 0;

	if (!iop_calibrate(&c))
		return iop_fail("calibrate", NULL, "out of memory");
	take(p, &c);
	if (o->check)
		code = iop_calibrate_check(p, &c);
	return code;
}

struct measuring {
	const struct options *o;
	struct iop_profile *p;
	int code;
};

static void measure_guarded(void *arg)
{
	struct measuring *m = arg;

	m->code = measure(m->o, m->p);
}

int iop_cmd_calibrate(int argc, char **argv)
{
	struct options o = {0};
	char where[4096];
	struct iop_profile p;
	struct measuring m;
	int code = parse(&o, argc, argv), closed;
	bool text = !o.out || strcmp(o.out, "-") != 0;

	if (!code)
		code = iop_bench_device_open(&o.device);
	if (code)
		return code;
	describe(&p, &o);
	m = (struct measuring){&o, &p, 0};
	if (iop_fault_guard_run(&o.device.guard, measure_guarded, &m))
		iop_bench_device_faulted(&o.device, NULL);
	code = m.code;
	closed = iop_bench_device_close(&o.device);
	if (code == IOP_EXIT_USAGE || closed)
		return closed ? closed : code;
	if (text)
		print(stdout, &p);
	closed = iop_profile_save(&p, "calibrate", o.out, where, sizeof(where));
	if (!closed && text)
		printf("stored: %s\n", where);
	return closed ? closed : code;
}
