/* SPDX-License-Identifier: MIT */
/* iopath record: runs a program with the library of bench/record/preload inside, which writes down what it does to device files. */
#include "cli.h"
#include "record_start.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* sysfs's BARs, userspace I/O, VFIO's regions, physical memory. */
#define DEVICES	 "/sys/*/resource[0-9]*\n/dev/uio[0-9]*\nvfio:*\n/dev/mem"
#define ACCESSES 1000000
#define MOST	 1000000000

static void help(void)
{
	printf("usage: iopath record [--device-file GLOB]... [--out FILE] [--limit N] -- PROGRAM [ARG]...\n\n"
	       "Runs PROGRAM unchanged and writes down each access that it makes to a mapping of a device file: where, how\n"
	       "wide, in which order, from which instruction, how long it took. Such a mapping is kept aside, and the\n"
	       "program gets memory whose accesses fault; each is carried out on the device with the program's own width,\n"
	       "in program order, and threads one after the other. An access that cannot be carried out exactly is\n"
	       "refused: the program ends there. 'iopath show' tells what is in the recording.\n\n"
	       "PROGRAM and what it starts must load shared libraries: static and setuid programs cannot be recorded. A\n"
	       "device's memory that is handed to a system call (write(2) from a BAR) gives EFAULT. Each access takes\n"
	       "some microseconds, so a device that must be served in time may not be. It ends as PROGRAM does: with its\n"
	       "exit code, or 128 and the number of a signal.\n\n"
	       "  --device-file GLOB  files that are devices; * matches / too. Several may be given (default: BARs in\n"
	       "                sysfs, /dev/uio*, VFIO devices, /dev/mem). VFIO's are named vfio:0000:03:00.0/bar0\n"
	       "  --out FILE    the recording (default: PROGRAM.iorec, or PROGRAM-2.iorec and so on)\n"
	       "  --limit N     write down so many accesses, carry out all (default: %d; 64 bytes each)\n\n"
	       "Exit: 0 recorded, 2 bad use, nothing recorded, or an access refused.\n\n"
	       "example: iopath record --out nic.iorec -- ./my_driver 0000:03:00.0\n",
	       ACCESSES);
}

static int add_device(struct iop_record *r, const char *glob)
{
	size_t length = strlen(r->devices), more = strlen(glob);

	if (!more || length + more + 2 > sizeof(r->devices) || strchr(glob, '\n'))
		return iop_fail("record", "--device-file '/dev/my*'", "no such pattern: '%s'", glob);
	snprintf(r->devices + length, sizeof(r->devices) - length, "%s%s", length ? "\n" : "", glob);
	return 0;
}

static int parse(struct iop_record *r, int argc, char **argv)
{
	static const struct option options[] = {
		{"device-file", required_argument, NULL, 'd'},
		{"out", required_argument, NULL, 'o'},
		{"limit", required_argument, NULL, 'l'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	char *end;
	int option;

	opterr = 0;
	/* What stands behind the program's name is the program's. */
	while ((option = getopt_long(argc, argv, "+ho:", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			if (add_device(r, optarg))
				return IOP_EXIT_USAGE;
			break;
		case 'o': r->out = optarg; break;
		case 'l':
			errno = 0;
			r->limit = strtoull(optarg, &end, 10);
			if (errno || *end || end == optarg || r->limit < 1 || r->limit > MOST || *optarg == '-')
				return iop_fail("record", "1 to 1000000000", "no such number of accesses: %s", optarg);
			break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default: return iop_fail("record", "iopath record --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (optind == argc)
		return iop_fail("record", "iopath record -- PROGRAM", "no program named");
	r->words = argv + optind;
	return 0;
}

int iop_cmd_record(int argc, char **argv)
{
	struct iop_record r = {.limit = ACCESSES};
	int err = parse(&r, argc, argv);

	if (!err && !*r.devices)
		snprintf(r.devices, sizeof(r.devices), "%s", DEVICES);
	return err ? err : iop_record_run(&r);
}
