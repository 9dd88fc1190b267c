/* SPDX-License-Identifier: MIT */
#include "bench_options.h"

#include "cli.h"

#include <store/result.h>

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void help(void)
{
	printf("usage: iopath bench [OPTIONS]\n\n"
	       "Measures cells, interleaved in one process that is pinned to one CPU, prints a table and stores\n"
	       "the result.\n\n"
	       "  --filter RE       only cells whose name matches this extended regular expression, and the\n"
	       "                    baselines that they are compared with\n"
	       "  --quick           a selection that takes half a minute\n"
	       "  --full            all cells\n"
	       "  --peers           add the peers that do the same as the selected cells\n"
	       "  --summary         print a table of copies of each tier against their goals, not the cells\n"
	       "  --list            list the selected cells and stop\n"
	       "  --out FILE        store the result in FILE (default: a new file in results/runs/)\n"
	       "  --repetitions N   measure each cell N times (default: as the time allows, 5 to 9)\n"
	       "  --launches N      spread the repetitions over N processes, each with its own memory layout, whose\n"
	       "                    effect repetitions in one process cannot show; with N >= 6 the stored result\n"
	       "                    has 95 %% intervals\n"
	       "  --clock wall|cpu  cpu measures CPU time: other load does not lengthen it, but time spent blocked\n"
	       "                    is not counted, so cells that call the kernel keep the wall clock\n"
	       "                    (default: wall)\n"
	       "  --no-counts       do not count instructions (valgrind) and accesses (single-stepping), which\n"
	       "                    takes a tenth of the time\n"
	       "  --cpu N           run on this CPU\n"
	       "  --seed N          seed for random sizes and buffer placement (default: random, recorded)\n"
	       "  --module SO       load the cells from this module (default: the one of this build)\n"
	       "  --benchmark_*     Google Benchmark's own options\n\n"
	       "  --device BDF      measure on this PCI function (lspci -D lists them) instead of memory: its\n"
	       "                    registers are read, written and then restored, except if this program is\n"
	       "                    killed; a function that is bound to a driver is refused\n"
	       "  --bar N           use this BAR of the function\n"
	       "  --wc              map the BAR write-combining\n"
	       "  --offset N        use the bytes from this offset of the BAR (default: 0)\n"
	       "  --size N          use this many bytes (default: 4096)\n"
	       "  --allow-write     consent to reading and writing the device\n"
	       "  --sysfs DIR       look for the function in DIR (default: /sys/bus/pci)\n\n"
	       "Exit: 0 measured, 2 bad use or an error, 130 interrupted (what was measured is stored, marked\n"
	       "partial).\n\n"
	       "example: iopath bench --filter 'read/.*u32'\n");
}

static int number(const char *option, const char *text, long long *value)
{
	char *end;

	errno = 0;
	*value = strtoll(text, &end, 0);
	if (errno || end == text || *end || *value < 0)
		return iop_fail("bench", NULL, "%s takes a number, not '%s'", option, text);
	return 0;
}

int iop_bench_parse(struct iop_bench_options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"filter", required_argument, NULL, 'f'},
		{"quick", no_argument, NULL, 'q'},
		{"full", no_argument, NULL, 'F'},
		{"peers", no_argument, NULL, 'p'},
		{"summary", no_argument, NULL, 'S'},
		{"list", no_argument, NULL, 'l'},
		{"out", required_argument, NULL, 'o'},
		{"repetitions", required_argument, NULL, 'r'},
		{"clock", required_argument, NULL, 'C'},
		{"no-counts", no_argument, NULL, 'N'},
		{"launches", required_argument, NULL, 'L'},
		{"cpu", required_argument, NULL, 'c'},
		{"seed", required_argument, NULL, 's'},
		{"module", required_argument, NULL, 'm'},
		{"device", required_argument, NULL, 'D'},
		{"bar", required_argument, NULL, 'B'},
		{"offset", required_argument, NULL, 'O'},
		{"size", required_argument, NULL, 'Z'},
		{"wc", no_argument, NULL, 'W'},
		{"allow-write", no_argument, NULL, 'A'},
		{"sysfs", required_argument, NULL, 'Y'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	char *own[IOP_BENCH_PASSED + 1];
	int option, own_count = 0, err = 0;
	long long value = 0;

	if (argc > IOP_BENCH_PASSED)
		return iop_fail("bench", NULL, "too many arguments");
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "--benchmark_", strlen("--benchmark_")) == 0)
			o->gbench[o->gbench_count++] = argv[i];
		else
			own[own_count++] = argv[i];
		o->list_tests |= strncmp(argv[i], "--benchmark_list_tests", strlen("--benchmark_list_tests")) == 0 &&
				 !strstr(argv[i], "=false");
	}
	own[own_count] = NULL;
	o->device.command = "bench";
	o->argc = argc;
	o->argv = argv;
	opterr = 0;
	while (!err && (option = getopt_long(own_count, own, "h", options, NULL)) != -1) {
		switch (option) {
		case 'f': o->filter = optarg; break;
		case 'q': o->quick = true; break;
		case 'F': o->full = true; break;
		case 'p': o->peers = true; break;
		case 'S': o->summary = true; break;
		case 'l': o->list = true; break;
		case 'C':
			o->cpu_clock = strcmp(optarg, "cpu") == 0;
			if (!o->cpu_clock && strcmp(optarg, "wall") != 0)
				err = iop_fail("bench", NULL, "--clock takes wall or cpu, not '%s'", optarg);
			break;
		case 'N': o->no_counts = true; break;
		case 'o': o->out = optarg; break;
		case 'm': o->module = optarg; break;
		case 'D': o->device.name = optarg; break;
		case 'W': o->device.wc = true; break;
		case 'A': o->device.allow_write = true; break;
		case 'Y': o->device.root = optarg; break;
		case 'B':
			err = number("--bar", optarg, &value);
			o->device.bar = (size_t)value;
			o->device.bar_given = true;
			break;
		case 'O':
			err = number("--offset", optarg, &value);
			o->device.offset = (size_t)value;
			o->device.placed = true;
			break;
		case 'Z':
			err = number("--size", optarg, &value);
			o->device.size = (size_t)value;
			o->device.placed = true;
			break;
		case 'r':
			err = number("--repetitions", optarg, &value);
			o->repetitions = (int)value;
			if (!err && (value < 1 || value > 1000))
				err = iop_fail("bench", NULL, "--repetitions takes 1 to 1000");
			break;
		case 'L':
			err = number("--launches", optarg, &value);
			o->launches = (int)value;
			if (!err && (value < 1 || value > IOP_LAUNCHES))
				err = iop_fail("bench", NULL, "--launches takes 1 to %d", IOP_LAUNCHES);
			break;
		case 'c':
			err = number("--cpu", optarg, &value);
			o->cpu = value < INT_MAX ? (int)value : INT_MAX;
			break;
		case 's':
			err = number("--seed", optarg, &value);
			o->seed = (uint64_t)value;
			o->seeded = true;
			break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default: return iop_fail("bench", "iopath bench --help", "unknown or incomplete option %s", own[optind - 1]);
		}
	}
	if (!err && optind < own_count)
		return iop_fail("bench", "iopath bench --help", "unexpected argument %s", own[optind]);
	if (!err && o->quick && o->full)
		return iop_fail("bench", "choose one", "--quick and --full exclude each other");
	if (!err && o->launches > 1 && o->device.name)
		return iop_fail("bench", NULL, "--launches cannot go with --device, which only one process at a time can use");
	return err;
}
