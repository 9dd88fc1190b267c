/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <figures/traced_copy.h>
#include <host/file.h>
#include <page/page.h>
#include <store/place.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void help(void)
{
	printf("usage: iopath report [OPTIONS]\n\n"
	       "Writes one HTML page about all stored results: what to call on each kind of mapping, the latest run\n"
	       "of each CPU model, throughput by size, single accesses, your modules beside ours, what a device sees,\n"
	       "base against candidate, architectures, history, fuzzing, machines. The page needs no network\n"
	       "and can be read without JavaScript. A file that is not a result is left out and named, on stderr\n"
	       "and in the page.\n\n"
	       "  --out FILE        write the page there; - is standard output (default: report.html)\n"
	       "  --dir DIR         folder of the stored runs (default: results/runs of the project, or\n"
	       "                    $XDG_DATA_HOME/iopath/runs)\n"
	       "  --baselines DIR   folder of the baselines of architectures (default: results/baselines)\n"
	       "  --fuzz DIR        folder of the fuzzer's figures and findings (default: results/fuzz)\n"
	       "  --corpora DIR     folder of the fuzzer's corpora (default: corpora)\n"
	       "  --profile FILE|NAME  add times predicted on the device of this profile, a model (iopath calibrate);\n"
	       "                    may be given %d times\n\n"
	       "Exit: 0 written, 2 bad use or an error.\n\n"
	       "example: iopath report --out /tmp/report.html\n",
	       IOP_REPORT_PROFILES);
}

static int add_profile(struct iop_report *report, const char *which)
{
	if (report->profiles == IOP_REPORT_PROFILES)
		return iop_fail("report", NULL, "--profile can be given %d times", IOP_REPORT_PROFILES);
	return iop_profile_load(&report->profile[report->profiles++], "report", which);
}

static int parse(struct iop_report *report, const char **path, int argc, char **argv)
{
	static const struct option options[] = {
		{"out", required_argument, NULL, 'o'},
		{"dir", required_argument, NULL, 'd'},
		{"baselines", required_argument, NULL, 'b'},
		{"fuzz", required_argument, NULL, 'f'},
		{"corpora", required_argument, NULL, 'c'},
		{"profile", required_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'o': *path = optarg; break;
		case 'd': report->dir = optarg; break;
		case 'b': report->baseline_dir = optarg; break;
		case 'f': report->fuzz_dir = optarg; break;
		case 'c': report->corpora_dir = optarg; break;
		case 'p':
			if (add_profile(report, optarg))
				return IOP_EXIT_USAGE;
			break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default: return iop_fail("report", "iopath report --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (optind != argc)
		return iop_fail("report", "iopath report --help", "takes no argument: %s", argv[optind]);
	return 0;
}

static int write_page(struct iop_report *report, const char *path)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int err = -ENOMEM;

	if (!memory)
		return err;
	iop_report_page(memory, report);
	if (fclose(memory) == 0)
		err = iop_file_write(path, text, size);
	free(text);
	return err;
}

/* Short in the project's own folder, so that the page does not hold the names of folders above it. */
static int find_runs(char runs[IOP_STORE_PATH], const char **dir)
{
	char root[IOP_STORE_PATH], here[IOP_STORE_PATH];
	int err = iop_place_runs(runs);
	bool own = !iop_place_project(root) && getcwd(here, sizeof(here)) && strcmp(root, here) == 0;

	*dir = own ? "results/runs" : runs;
	return err;
}

int iop_cmd_report(int argc, char **argv)
{
	struct iop_report report = {.baseline_dir = "results/baselines", .fuzz_dir = "results/fuzz", .corpora_dir = "corpora"};
	char runs[IOP_STORE_PATH];
	const char *path = "report.html";
	struct iop_traced_copy *copies;
	int err = parse(&report, &path, argc, argv);

	if (err)
		return err;
	if (!report.dir)
		err = find_runs(runs, &report.dir);
	if (!err)
		err = iop_report_read(&report);
	if (err) {
		iop_report_free(&report);
		return iop_fail("report", NULL, "%s", strerror(-err));
	}
	iop_traced_copies(&copies, &report.copies, &report.no_copies);
	report.copy = copies;
	err = write_page(&report, path);
	if (err)
		err = iop_fail("report", NULL, "%s: %s", path, strerror(-err));
	else if (!iop_file_is_stdout(path))
		printf("%s: %zu run%s of %zu machine%s%s\n", path, report.runs.count, report.runs.count == 1 ? "" : "s",
		       report.machines, report.machines == 1 ? "" : "s", report.refusals ? "; files were left out" : "");
	iop_traced_copies_free(copies, report.copies);
	iop_report_free(&report);
	return err ? err : IOP_EXIT_CLEAN;
}
