/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "json_out.h"

#include <store/compare.h>
#include <store/history.h>
#include <store/place.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	const char *dir, *reference, *json;
	bool stored; /* the folder was not named */
};

static void help(void)
{
	printf("usage: iopath history CELL [OPTIONS]\n\n"
	       "Shows one cell through the stored runs, by machine and time: its speed relative to its baseline,\n"
	       "its time in units of a reference kernel that never changes, nanoseconds, and instructions and\n"
	       "accesses where a run has counted them. Lasting changes are marked; only the gate decides whether\n"
	       "they are regressions.\n\n"
	       "  --dir DIR         folder of the stored runs (default: results/runs of the project, or\n"
	       "                    $XDG_DATA_HOME/iopath/runs)\n"
	       "  --reference CELL  the reference kernel (default: " IOP_COMPARE_REFERENCE ")\n"
	       "  --json FILE|-     write JSON to FILE; - is stdout, in place of the text\n\n"
	       "Exit: 0 shown, 2 bad use or no such folder, 4 no run has the cell.\n\n"
	       "example: iopath history toio/mmio/strict/64\n");
}

static int show(const struct options *o, const char *cell, const struct iop_history *history)
{
	if (!history->count) {
		iop_fail("history", "iopath list shows the names of cells", "none of the %zu runs in %s has the cell %s",
			 history->runs, o->dir, cell);
		return IOP_EXIT_NOTHING;
	}
	if (iop_json_leaves_text(o->json))
		iop_history_print(stdout, history, cell, o->reference);
	return o->json ? iop_json_put("history", o->json, iop_history_json(history, cell, o->reference),
				      JSON_INDENT(1) | JSON_REAL_PRECISION(10))
		       : 0;
}

static int history(const struct options *o, const char *cell)
{
	struct iop_history history;
	int code, err = iop_history_read(o->dir, cell, o->reference, &history);

	if (err == -ENOENT && o->stored)
		return iop_fail("history", "iopath bench stores one; --dir names another folder", "no runs are stored in %s",
				o->dir);
	if (err)
		return iop_fail(o->dir, "--dir names the folder of stored runs", "%s", strerror(-err));
	code = show(o, cell, &history);
	iop_history_free(&history);
	return code;
}

int iop_cmd_history(int argc, char **argv)
{
	static const struct option options[] = {
		{"dir", required_argument, NULL, 'd'},
		{"reference", required_argument, NULL, 'r'},
		{"json", required_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct options o = {.reference = IOP_COMPARE_REFERENCE};
	char runs[IOP_STORE_PATH];
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'd': o.dir = optarg; break;
		case 'r': o.reference = optarg; break;
		case 'j': o.json = optarg; break;
		case 'h': help(); return IOP_EXIT_CLEAN;
		default: return iop_fail("history", "iopath history --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (argc - optind != 1)
		return iop_fail("history", "iopath list shows them", "it takes the name of one cell");
	if (!o.dir) {
		int err = iop_place_runs(runs);

		if (err)
			return iop_fail("history", "--dir names it", "the folder of stored runs is unknown: %s", strerror(-err));
		o.dir = runs;
		o.stored = true;
	}
	return history(&o, argv[optind]);
}
