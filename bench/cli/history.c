/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <report/compare.h>
#include <report/history.h>

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct options {
	const char *dir, *reference, *index;
	bool json, no_index;
};

static void help(void)
{
	printf("usage: iopath history CELL [OPTIONS]\n\n"
	       "Shows one cell through the stored runs, by machine and time: its speed relative to its baseline,\n"
	       "its time in units of a reference kernel that never changes, nanoseconds, and instructions and\n"
	       "accesses where a run has counted them. Lasting changes are marked; only the gate decides whether\n"
	       "they are regressions.\n\n"
	       "  --dir DIR         folder of the stored runs (default: results/runs)\n"
	       "  --reference CELL  the reference kernel (default: " IOP_COMPARE_REFERENCE ")\n"
	       "  --json            print JSON\n"
	       "  --index FILE      keep the index of the runs there\n"
	       "                    (default: ${XDG_CACHE_HOME:-~/.cache}/iopath/)\n"
	       "  --no-index        read every file instead\n\n"
	       "The index is rebuilt whenever the files have changed, and may be deleted.\n\n"
	       "Exit: 0 shown, 2 bad use or no such folder, 4 no run has the cell.\n\n"
	       "example: iopath history toio/mmio/strict/64\n");
}

static uint64_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3;
	return h;
}

/* One index a folder, where caches belong; false where there is no such place. */
static bool default_index(char path[PATH_MAX], const char *dir)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char folder[PATH_MAX - 64], *whole, *end;
	int n;

	if (cache && *cache == '/')
		n = snprintf(folder, sizeof(folder), "%s", cache);
	else if (home && *home == '/')
		n = snprintf(folder, sizeof(folder), "%s/.cache", home);
	else
		return false;
	if (n < 0 || (size_t)n + sizeof("/iopath") > sizeof(folder))
		return false;
	mkdir(folder, 0700);
	end = folder + n;
	snprintf(end, sizeof(folder) - (size_t)n, "/iopath");
	mkdir(folder, 0700);
	whole = realpath(dir, NULL);
	if (!whole)
		return false;
	snprintf(path, PATH_MAX, "%s/runs-%016llx.db", folder, (unsigned long long)hash(whole));
	free(whole);
	return true;
}

static int show(const struct options *o, const char *cell, const struct iop_history *history)
{
	char *text;

	if (!history->count) {
		iop_fail("history", "iopath list shows the names of cells", "none of the %zu runs in %s has the cell %s",
			 history->runs, o->dir, cell);
		return IOP_EXIT_NOTHING;
	}
	if (!o->json) {
		iop_history_print(stdout, history, cell, o->reference);
		return IOP_EXIT_CLEAN;
	}
	text = iop_history_json(history, cell, o->reference);
	if (!text)
		return iop_fail("history", NULL, "out of memory");
	puts(text);
	free(text);
	return IOP_EXIT_CLEAN;
}

static int history(const struct options *o, const char *cell)
{
	const char *index = o->no_index ? NULL : o->index;
	struct iop_history history;
	char path[PATH_MAX];
	int code, err;

	if (!o->no_index && !index && default_index(path, o->dir))
		index = path;
	err = iop_history_read(o->dir, cell, o->reference, index, &history);
	if (err)
		return iop_fail(o->dir, "--dir names the folder of stored runs", "%s", strerror(-err));
	if (o->index && !history.indexed)
		fprintf(stderr, "iopath: %s: no index can be kept there: every file was read (name another, or --no-index)\n",
			o->index);
	code = show(o, cell, &history);
	iop_history_free(&history);
	return code;
}

int iop_cmd_history(int argc, char **argv)
{
	static const struct option options[] = {
		{"dir", required_argument, NULL, 'd'},
		{"reference", required_argument, NULL, 'r'},
		{"index", required_argument, NULL, 'i'},
		{"no-index", no_argument, NULL, 'n'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct options o = {.dir = "results/runs", .reference = IOP_COMPARE_REFERENCE};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'd': o.dir = optarg; break;
		case 'r': o.reference = optarg; break;
		case 'i': o.index = optarg; break;
		case 'n': o.no_index = true; break;
		case 'j': o.json = true; break;
		case 'h': help(); return IOP_EXIT_CLEAN;
		default: return iop_fail("history", "iopath history --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (argc - optind != 1)
		return iop_fail("history", "iopath list shows them", "it takes the name of one cell");
	return history(&o, argv[optind]);
}
