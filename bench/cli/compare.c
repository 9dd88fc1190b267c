/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "json_out.h"

#include <host/machine.h>
#include <store/compare.h>

#include <iopath_build.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static void help(void)
{
	printf("usage: iopath compare A.json B.json [OPTIONS]\n\n"
	       "Shows two runs side by side: of this program, of Google Benchmark or of hyperfine, of any\n"
	       "architecture. The runs were not paired, so differences of a few per cent, and often more, come from\n"
	       "the machine; use 'iopath gate' to decide. What cannot be compared, such as times from two machines,\n"
	       "is named and left out.\n\n"
	       "  --here         a file that names no machine, such as hyperfine's, was measured on this one\n"
	       "  --json FILE|-  write JSON to FILE; - is stdout, in place of the text\n\n"
	       "Exit: 0 compared, 2 bad use or a file that cannot be read, 4 the runs have no cell in common.\n\n"
	       "example: iopath compare results/runs/x86_64-*/2026*-1a2b3c*.json new.json\n");
}

static int read_run(const char *path, struct iop_run *run)
{
	struct iop_run_error error;
	char name[2 * IOP_RUN_TEXT];

	iop_printable(name, sizeof(name), path);
	if (iop_run_read(path, run, &error))
		return iop_fail(name, NULL, "%s", error.reason);
	if (run->kind != IOP_RUN_GATE)
		return 0;
	iop_run_free(run);
	return iop_fail(name, "give files of iopath bench", "a verdict of the gate, not a run");
}

static void set_here(struct iop_run *run, const struct iop_machine *machine)
{
	if (*run->cpu || *run->host || *run->arch)
		return;
	run->cpu = machine->cpu;
	run->arch = IOP_BUILD_ARCH;
}

static int compare(const struct iop_run *a, const struct iop_run *b, const char *json)
{
	struct iop_compare c;
	int code = IOP_EXIT_CLEAN;

	if (iop_compare(&c, a, b))
		return iop_fail("compare", NULL, "out of memory");
	if (!c.count) {
		code = IOP_EXIT_NOTHING;
		iop_fail("compare", "iopath list shows the names of cells", "the two runs have no cell in common");
	} else {
		if (iop_json_leaves_text(json))
			iop_compare_print(stdout, &c);
		if (json)
			code = iop_json_put("compare", json, iop_compare_json(&c), JSON_INDENT(1) | JSON_REAL_PRECISION(10));
	}
	iop_compare_free(&c);
	return code;
}

int iop_cmd_compare(int argc, char **argv)
{
	static const struct option options[] = {
		{"here", no_argument, NULL, 'H'}, {"json", required_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
	struct iop_machine machine;
	struct iop_run a, b;
	const char *json = NULL;
	bool here = false;
	int option, code;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'H': here = true; break;
		case 'j': json = optarg; break;
		case 'h': help(); return IOP_EXIT_CLEAN;
		default: return iop_fail("compare", "iopath compare --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (argc - optind != 2)
		return iop_fail("compare", "iopath compare --help", "it takes two files, not %d", argc - optind);
	code = read_run(argv[optind], &a);
	if (code)
		return code;
	code = read_run(argv[optind + 1], &b);
	if (!code) {
		if (here) {
			iop_machine_begin(&machine, -1);
			set_here(&a, &machine);
			set_here(&b, &machine);
		}
		code = compare(&a, &b, json);
		iop_run_free(&b);
	}
	iop_run_free(&a);
	return code;
}
