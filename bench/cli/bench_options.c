/* SPDX-License-Identifier: MIT */
#include "bench_options.h"

#include "budget.h"
#include "cli.h"
#include "modules.h"
#include "width_list.h"

#include <sample/sampler.h>

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void help(void)
{
	printf("usage: iopath bench [OPTIONS]\n\n"
	       "Measures cells, each in turns with its baseline, interleaved, in many processes with a memory\n"
	       "layout of their own; counts what an operation does; prints a table and stores the result.\n\n"
	       "  --filter RE       only cells whose name matches this extended regular expression, and the\n"
	       "                    baselines that they are compared with\n"
	       "  --quick           a selection that takes half a minute\n"
	       "  --full            all cells\n"
	       "  --peers           add the peers that do the same as the selected cells\n"
	       "  --summary         print a table of copies of each tier against their goals, not the cells\n"
	       "  --list            list the selected cells and stop\n"
	       "  --out FILE        store the result in FILE; - is stdout, in place of the text (default: a new file\n"
	       "                    in results/runs of the project, or in $XDG_DATA_HOME/iopath/runs)\n"
	       "  --budget TIME     count and measure for about this long, such as 90s or 5m (default: 27s with\n"
	       "                    --quick, 1h with --full, else 4m; less when every interval is narrow)\n"
	       "  --launches N      start just N processes (default: 9, then more for cells that still spread)\n"
	       "  --rounds N        N batches of each cell in a process (default: as the time allows, up to 300)\n"
	       "  --repeatability N  measure N times and print how well the runs agree, and how often the stated\n"
	       "                    intervals hold what the other runs found\n"
	       "  --profile FILE|NAME  add the time predicted on the device of this profile, from the accesses: a\n"
	       "                    model (iopath calibrate)\n"
	       "  --no-counts       do not count instructions (valgrind) and accesses (single-stepping), which\n"
	       "                    takes a fifth of the time of --quick\n"
	       "  --cpu N           run on this CPU\n"
	       "  --seed N          seed for random sizes and buffer placement (default: random, recorded)\n"
	       "  --module SO       also measure the cells of this module, and of ours those that do the same at the\n"
	       "                    same size; may be repeated (iopath new-module writes one)\n"
	       "  --alone           measure the cells of the modules only\n"
	       "  --baseline RE     compare each cell with the one that matches this extended regular expression and\n"
	       "                    does the same at the same size, or with the only one that matches\n"
	       "  --benchmark_*     Google Benchmark's own options: its filter, formats and files; repetitions\n"
	       "                    are launches, min_time is a cell's share of the budget\n\n"
	       "  --device BDF      measure on this PCI function (lspci -D lists them) instead of memory: its\n"
	       "                    registers are read, written and restored after each process, also after one\n"
	       "                    that was killed; a function that is bound to a driver is refused\n"
	       "  --bar N           use this BAR of the function\n"
	       "  --wc              map the BAR write-combining\n"
	       "  --offset N        use the bytes from this offset of the BAR (default: 0)\n"
	       "  --size N          use this many bytes (default: 4096)\n"
	       "  --widths LIST     the widths that the device takes, such as 4 or 4,8: it is accessed by no others,\n"
	       "                    and cells that would are left out (default: as is known of the device, else\n"
	       "                    as reading it by each width shows, else 1,2,4,8)\n"
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

static int count(const char *option, const char *text, int least, int most, int *value)
{
	long long found = 0;
	int err = number(option, text, &found);

	if (!err && (found < least || found > most))
		err = iop_fail("bench", NULL, "%s takes %d to %d", option, least, most);
	*value = (int)found;
	return err;
}

/* What others call it, Google Benchmark and hyperfine among them. */
static int unknown(const char *option)
{
	const bool repeats = strncmp(option, "--repetition", strlen("--repetition")) == 0 || strcmp(option, "--runs") == 0;

	return iop_fail("bench", repeats ? "--launches N, each of which is a repetition" : "iopath bench --help",
			"unknown or incomplete option %s", option);
}

/* What Google Benchmark would decide about measuring, which the sampler does; the rest is for its reporters. */
static int of_gbench(struct iop_bench_options *o, char *flag)
{
	const char *value = strchr(flag, '=');
	size_t length = value ? (size_t)(value++ - flag) : strlen(flag);
	char *end;

	if (length == strlen("--benchmark_filter") && strncmp(flag, "--benchmark_filter", length) == 0 && value)
		o->gbench_filter = value;
	else if (strncmp(flag, "--benchmark_repetitions", length) == 0 && value)
		return count("--benchmark_repetitions", value, 1, IOP_SAMPLER_LAUNCHES, &o->launches);
	else if (strncmp(flag, "--benchmark_list_tests", length) == 0)
		o->list = !value || strcmp(value, "false") != 0;
	else if (strncmp(flag, "--benchmark_min_time", length) == 0 && value) {
		o->cell_seconds = strtod(value, &end);
		if (end == value || (*end && strcmp(end, "s") != 0) || !(o->cell_seconds > 0))
			return iop_fail("bench", NULL, "--benchmark_min_time takes seconds, not '%s'", value);
	} else if (strncmp(flag, "--benchmark_enable_random_interleaving", length) != 0) {
		o->gbench[o->gbench_count++] = flag;
	}
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
		{"profile", required_argument, NULL, 'P'},
		{"list", no_argument, NULL, 'l'},
		{"out", required_argument, NULL, 'o'},
		{"budget", required_argument, NULL, 'b'},
		{"rounds", required_argument, NULL, 'r'},
		{"repeatability", required_argument, NULL, 'R'},
		{"no-counts", no_argument, NULL, 'N'},
		{"launches", required_argument, NULL, 'L'},
		{"cpu", required_argument, NULL, 'c'},
		{"seed", required_argument, NULL, 's'},
		{"module", required_argument, NULL, 'm'},
		{"alone", no_argument, NULL, 'a'},
		{"baseline", required_argument, NULL, 'x'},
		{"device", required_argument, NULL, 'D'},
		{"bar", required_argument, NULL, 'B'},
		{"offset", required_argument, NULL, 'O'},
		{"size", required_argument, NULL, 'Z'},
		{"wc", no_argument, NULL, 'W'},
		{"widths", required_argument, NULL, 'w'},
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
	for (int i = 0; i < argc && !err; i++) {
		if (strncmp(argv[i], "--benchmark_", strlen("--benchmark_")) == 0)
			err = of_gbench(o, argv[i]);
		else
			own[own_count++] = argv[i];
	}
	own[own_count] = NULL;
	o->device.command = "bench";
	opterr = 0;
	while (!err && (option = getopt_long(own_count, own, "h", options, NULL)) != -1) {
		switch (option) {
		case 'f': o->filter = optarg; break;
		case 'q': o->quick = true; break;
		case 'F': o->full = true; break;
		case 'p': o->peers = true; break;
		case 'S': o->summary = true; break;
		case 'P':
			err = iop_profile_load(&o->costs, "bench", optarg);
			o->profiled = true;
			break;
		case 'l': o->list = true; break;
		case 'b': err = iop_cli_budget("bench", optarg, &o->budget); break;
		case 'N': o->no_counts = true; break;
		case 'o': o->out = optarg; break;
		case 'm': err = iop_cli_module(o->module, &o->modules, "bench", optarg); break;
		case 'a': o->alone = true; break;
		case 'x': o->baseline = optarg; break;
		case 'D': o->device.name = optarg; break;
		case 'W': o->device.wc = true; break;
		case 'A': o->device.allow_write = true; break;
		case 'w': err = iop_cli_widths(&o->device.widths, "bench", optarg, 64); break;
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
		case 'r': err = count("--rounds", optarg, 1, 1000, &o->rounds); break;
		case 'R': err = count("--repeatability", optarg, 2, 99, &o->repeatability); break;
		case 'L': err = count("--launches", optarg, 1, IOP_SAMPLER_LAUNCHES, &o->launches); break;
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
		default: return unknown(own[optind - 1]);
		}
	}
	if (!err && optind < own_count)
		return iop_fail("bench", "iopath bench --help", "unexpected argument %s", own[optind]);
	if (!err && o->alone && !o->modules)
		return iop_fail("bench", "--module SO", "--alone is about modules, and none is named");
	if (!err && o->quick && o->full)
		return iop_fail("bench", "choose one", "--quick and --full exclude each other");
	return err;
}
