/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "recorded.h"

#include <host/file.h>
#include <store/export.h>
#include <store/store.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct format {
	const char *name;
	char *(*text)(const struct iop_run *run); /* NULL: csv, which takes many runs, or: */
	char *(*accesses)(const struct iop_recorded *recorded, const struct iop_sites *sites);
} formats[] = {
	{"gbench", iop_export_gbench, NULL}, {"bmf", iop_export_bmf, NULL},
	{"gha", iop_export_gha, NULL},	     {"csv", NULL, NULL},
#ifdef IOP_HAVE_TRACER
	{"jsonl", NULL, iop_recorded_lines}, {"trace", NULL, iop_recorded_events},
#endif
};

static void help(void)
{
	printf("usage: iopath export --to gbench|bmf|gha|csv|jsonl|trace [--out FILE] FILE...\n\n"
	       "Converts stored runs, and recordings of 'iopath record', for other tools. csv takes several files, the\n"
	       "other formats take one.\n\n"
	       "  --to FORMAT   of a run: gbench is Google Benchmark's JSON (compare.py), bmf is\n"
	       "                Bencher Metric Format (bencher run --adapter json), gha is for\n"
	       "                github-action-benchmark (tool customSmallerIsBetter), csv has a line for each cell\n"
	       "                and run; of a recording: jsonl is an access in JSON on each line, trace is the Trace\n"
	       "                Event format, which ui.perfetto.dev and chrome://tracing show\n"
	       "  --out FILE    write to FILE; - is standard output (default)\n\n"
	       "Exit: 0 all written, 2 bad use, or a file that could not be read (the others are still written).\n\n"
	       "example: iopath export --to csv results/runs/*/*.json > runs.csv\n");
}

static const struct format *find(const char *name)
{
	for (size_t i = 0; name && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(name, formats[i].name) == 0)
			return &formats[i];
	return NULL;
}

static int write_run(FILE *out, const struct format *format, const struct iop_run *run)
{
	char *text;

	if (!format->text) {
		iop_export_csv(out, run);
		return IOP_EXIT_CLEAN;
	}
	text = format->text(run);
	if (!text)
		return iop_fail("export", NULL, "out of memory");
	fprintf(out, "%s\n", text);
	free(text);
	return IOP_EXIT_CLEAN;
}

static int export_recording(FILE *out, const struct format *format, const char *path)
{
	int code = IOP_EXIT_CLEAN;
#ifdef IOP_HAVE_TRACER
	struct iop_recorded recorded;
	struct iop_sites sites;
	char *text;

	code = iop_recorded_open(&recorded, &sites, path);
	if (code)
		return code;
	text = format->accesses(&recorded, &sites);
	iop_recorded_close(&recorded, &sites);
	if (!text)
		return iop_fail("export", NULL, "out of memory");
	fputs(text, out);
	free(text);
#endif
	return code;
}

static int export_files(FILE *out, const struct format *format, char **path, int count)
{
	int code = IOP_EXIT_CLEAN;

	if (format->accesses)
		return export_recording(out, format, path[0]);
	if (!format->text)
		iop_export_csv_head(out);
	for (int i = 0; i < count; i++) {
		struct iop_run_error error;
		struct iop_run run;
		int err = iop_run_read(path[i], &run, &error);

		if (!err && run.kind != IOP_RUN_BENCH) {
			snprintf(error.reason, sizeof(error.reason), "%s, not a run",
				 run.kind == IOP_RUN_GATE ? "a verdict of the gate" : "a baseline");
			iop_run_free(&run);
			err = -1;
		}
		if (err) {
			iop_run_complain(path[i], &error);
			code = IOP_EXIT_USAGE;
			continue;
		}
		if (write_run(out, format, &run))
			code = IOP_EXIT_USAGE;
		iop_run_free(&run);
	}
	return code;
}

/* The text is complete before the file appears. */
static int export_to(const char *path, const struct format *format, char **files, int count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int code, err;

	if (!out)
		return iop_fail("export", NULL, "out of memory");
	code = export_files(out, format, files, count);
	if (fclose(out)) {
		code = iop_fail("export", NULL, "out of memory");
	} else if (size && ((!format->text && !format->accesses) || !code)) {
		err = iop_file_write(path, text, strlen(text));
		if (err)
			code = iop_fail(path, "name another file with --out", "cannot write: %s", strerror(-err));
	}
	free(text);
	return code;
}

int iop_cmd_export(int argc, char **argv)
{
	static const struct option options[] = {
		{"to", required_argument, NULL, 't'},
		{"out", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	const struct format *format;
	const char *to = NULL, *path = NULL;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 't': to = optarg; break;
		case 'o': path = optarg; break;
		case 'h': help(); return IOP_EXIT_CLEAN;
		default: return iop_fail("export", "iopath export --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	format = find(to);
	if (!format)
		return iop_fail("export", "--to gbench, bmf, gha, csv, jsonl or trace",
				to ? "no such format: %s" : "no format was given%s", to ? to : "");
	if (optind == argc)
		return iop_fail("export", "iopath export --help", "no file was given");
	if ((format->text || format->accesses) && argc - optind > 1)
		return iop_fail("export", "csv takes several", "%s holds one run or recording, and %d files were given", to,
				argc - optind);
	if (path)
		return export_to(path, format, argv + optind, argc - optind);
	return export_files(stdout, format, argv + optind, argc - optind);
}
