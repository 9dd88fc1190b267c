/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "json_out.h"

#include <host/file.h>
#include <host/machine.h>
#include <store/import.h>
#include <store/place.h>

#include <iopath_build.h>

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct options {
	struct iop_import_context context;
	const char *out;
	bool here;
};

static void help(void)
{
	printf("usage: iopath import hyperfine|gbench FILE... [OPTIONS]\n\n"
	       "Stores a result of another tool, JSON of hyperfine --export-json or of Google Benchmark, as a run,\n"
	       "and prints the path of the stored file. Several files are one run with the repetitions of all: they\n"
	       "must be of one machine and commit. Names stay what they are in the file, with the parameters of\n"
	       "hyperfine; two measurements of one name are refused. Where some repetitions failed, the time is that\n"
	       "of the others.\n\n"
	       "  --here         it was measured on this machine (default: an unknown machine, whose times are\n"
	       "                 compared with no other run)\n"
	       "  --arch ARCH    the architecture that it was measured on\n"
	       "  --cpu MODEL    the CPU that it was measured on\n"
	       "  --commit HASH  the commit of the measured code, 7 to 64 hexadecimal digits\n"
	       "  --relative     hyperfine: the first command is the baseline of the others\n"
	       "  --merge        several files are one run even if they do not say that they are of one machine\n"
	       "  --out FILE     store the run in FILE; - is standard output (default: a new file in the folder of\n"
	       "                 the runs: results/runs of the project, or $XDG_DATA_HOME/iopath/runs)\n\n"
	       "Exit: 0 stored, 2 bad use, or a file that cannot be read or stored.\n\n"
	       "example: hyperfine --export-json h.json 'iopath list' && iopath import hyperfine h.json --here\n");
}

static bool is_commit(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdef");

	return !*text || (digits >= 7 && digits <= 64 && !text[digits]);
}

/* A part of a file name from text that anybody may have written: no slashes, no dots, nothing a shell minds. */
static void slug(char *out, size_t size, const char *arch, const char *cpu)
{
	const char *const text[] = {arch, cpu};
	size_t n = 0;

	for (size_t t = 0; t < 2; t++) {
		for (const char *at = text[t]; *at && n + 1 < size; at++) {
			if (isalnum((unsigned char)*at) || *at == '_')
				out[n++] = (char)tolower((unsigned char)*at);
			else if (n && out[n - 1] != '-')
				out[n++] = '-';
		}
		if (n && n + 1 < size && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
}

/* Named by content: the same file imported twice is one run, and no other run is ever replaced. */
static void content_name(char name[13], const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	snprintf(name, 13, "imp%09llx", (unsigned long long)(hash >> 28));
}

/* The same content under the same name is the same run. */
static bool is_stored(const char *path, const char *text)
{
	size_t n = strlen(text), have = 0;
	FILE *file = fopen(path, "re");
	char *there = malloc(n + 1);

	if (file && there)
		have = fread(there, 1, n + 1, file);
	if (file)
		fclose(file);
	n = there && have == n && memcmp(there, text, n) == 0;
	free(there);
	return n;
}

static void say_stored(FILE *out, const char *path, const struct iop_run *run, bool before)
{
	size_t failed = 0, aggregated = 0;

	for (size_t i = 0; i < run->count; i++) {
		failed += run->cells[i].failed > 0;
		aggregated += run->cells[i].aggregated;
	}
	fprintf(out, "stored%s: %s (%zu cell%s", before ? " before" : "", path, run->count, run->count == 1 ? "" : "s");
	if (failed)
		fprintf(out, ", failures in %zu", failed);
	if (aggregated)
		fprintf(out, ", statistics only in %zu: their spread is unknown", aggregated);
	fprintf(out, ")\n");
}

static int store(const struct options *o, const char *text, const struct iop_run *run)
{
	char path[IOP_STORE_PATH], folder[100], model[92], name[13];
	bool before = false;
	int err = 0;

	content_name(name, text);
	slug(model, sizeof(model), run->arch, run->cpu);
	snprintf(folder, sizeof(folder), "%s", *run->arch && *run->cpu ? model : "imported");
	if (o->out)
		snprintf(path, sizeof(path), "%s", o->out);
	else
		err = iop_place_name(path, folder, run->unix_time, name);
	if (!err && o->out) {
		err = iop_file_write(path, text, strlen(text));
	} else if (!err) {
		before = is_stored(path, text);
		err = before ? 0 : iop_file_write_new(path, sizeof(path), text, strlen(text));
	}
	if (err)
		return iop_fail("import", "name another file with --out", "cannot store %s: %s", o->out ? o->out : "the run",
				strerror(-err));
	say_stored(iop_json_text(o->out), path, run, before);
	return IOP_EXIT_CLEAN;
}

static int import(const struct options *o, const char *format, char *const *files, size_t count)
{
	const char *source = strcmp(format, "hyperfine") == 0 ? format : strcmp(format, "gbench") == 0 ? "google-benchmark" : NULL;
	char name[2 * IOP_RUN_TEXT], *text;
	struct iop_run_error error;
	struct iop_run run;
	size_t which;
	int err, code;

	if (!source)
		return iop_fail("import", "hyperfine or gbench", "no such format: %s", format);
	err = iop_import(source, files, count, &o->context, &text, &run, &which, &error);
	if (err) {
		iop_printable(name, sizeof(name), files[which]);
		return iop_fail(name, err == -EXDEV ? "import it alone, or say --merge" : NULL, "%s", error.reason);
	}
	code = store(o, text, &run);
	free(text);
	iop_run_free(&run);
	return code;
}

int iop_cmd_import(int argc, char **argv)
{
	static const struct option options[] = {
		{"here", no_argument, NULL, 'H'},
		{"arch", required_argument, NULL, 'a'},
		{"cpu", required_argument, NULL, 'c'},
		{"commit", required_argument, NULL, 'C'},
		{"relative", no_argument, NULL, 'r'},
		{"merge", no_argument, NULL, 'm'},
		{"out", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	struct options o = {.context = {.commit = "", .arch = "", .cpu = "", .host = "", .kernel = ""}};
	struct iop_machine machine;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'H': o.here = true; break;
		case 'a': o.context.arch = optarg; break;
		case 'c': o.context.cpu = optarg; break;
		case 'C': o.context.commit = optarg; break;
		case 'r': o.context.relative = true; break;
		case 'm': o.context.merge = true; break;
		case 'o': o.out = optarg; break;
		case 'h': help(); return IOP_EXIT_CLEAN;
		default: return iop_fail("import", "iopath import --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (argc - optind < 2)
		return iop_fail("import", "iopath import --help", "it takes a format and a file");
	if (!is_commit(o.context.commit))
		return iop_fail("import", "git rev-parse HEAD prints one", "not a commit: %s", o.context.commit);
	if (o.here) {
		iop_machine_begin(&machine, -1);
		o.context.arch = *o.context.arch ? o.context.arch : IOP_BUILD_ARCH;
		o.context.cpu = *o.context.cpu ? o.context.cpu : machine.cpu;
		o.context.host = machine.host;
		o.context.kernel = machine.kernel;
	}
	return import(&o, argv[optind], argv + optind + 1, (size_t)(argc - optind - 1));
}
