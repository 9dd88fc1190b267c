/* SPDX-License-Identifier: MIT */
#include "fuzz_options.h"

#include "budget.h"
#include "cli.h"
#include "json_out.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#define SECONDS 10

static void help(void)
{
	printf("usage: iopath fuzz FILE.so [OPTIONS]\n"
	       "       iopath fuzz FILE.so --replay FILE [OPTIONS]\n\n"
	       "Calls the copies, accessors, checked paths and projections that a module registers (iopath/cells.h) in\n"
	       "generated sequences: sizes, places, overlapping moves, edges of pages and of inaccessible memory, offsets\n"
	       "that must be refused. After each call the values and all bytes of both windows are compared with a\n"
	       "model; of a share of the calls each access to the device is seen and judged by what the module claims.\n"
	       "A call that crashes or does not return is a finding too. Findings are minimised and kept, as text and\n"
	       "as a program in C that loads the module and needs nothing else. The module runs in child processes.\n\n"
	       "  --module SO      what is called; as FILE.so\n"
	       "  --filter RE      only what matches the extended regular expression, as 'toio/NAME'\n"
	       "  --engine E       generator; libfuzzer or afl, which see what code of the module a call reaches, and need\n"
	       "                   FILE.libfuzzer or FILE.afl beside FILE.so: the module built for them (default: generator)\n"
	       "  --corpus DIR     sequences that are run first; libfuzzer and afl go on from them, and add what reaches\n"
	       "                   new code (default: iopath-corpus/FILE)\n"
	       "  --seed N         the same seed and module make the same sequences; of an engine, where it starts\n"
	       "                   (default: 1)\n"
	       "  --time T         stop after this time, such as 30s, 5m or 8h (default: 10s, unless --calls is given)\n"
	       "  --calls N        stop after so many calls\n"
	       "  --timeout S      seconds of CPU time that one call may take; by the clock, several times as many\n"
	       "                   (default: 1)\n"
	       "  --out DIR        findings are written there (default: iopath-findings)\n"
	       "  --replay FILE    run the sequences of this file once\n"
	       "  --json FILE|-    write JSON to FILE; - is stdout, in place of the text\n"
	       "  --ktap FILE|-    write KTAP version 1 to FILE: a test point of each line of the module; - is stdout, in\n"
	       "                   place of the text\n\n"
	       "Where it is interrupted, what was found is kept, and says so if it could be smaller.\n\n"
	       "Exit: 0 clean, 1 a finding, 2 bad use, nothing that can be called, or an error, 130 interrupted.\n\n"
	       "example: iopath fuzz ./my_cells.so --time 5m\n");
}

static int number(const char *option, const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (end == text || *end || *text == '-' || errno)
		return iop_fail("fuzz", NULL, "%s takes a number, not '%s'", option, text);
	return 0;
}

static int one_module(struct iop_fuzz_options *o, const char *given)
{
	if (o->module)
		return iop_fail("fuzz", "call it once for each", "--module is there twice");
	o->module = given;
	return 0;
}

int iop_fuzz_parse(struct iop_fuzz_options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"module", required_argument, NULL, 'm'}, {"filter", required_argument, NULL, 'f'},
		{"engine", required_argument, NULL, 'e'}, {"corpus", required_argument, NULL, 'C'},
		{"seed", required_argument, NULL, 's'},	  {"time", required_argument, NULL, 't'},
		{"calls", required_argument, NULL, 'c'},  {"timeout", required_argument, NULL, 'T'},
		{"out", required_argument, NULL, 'o'},	  {"replay", required_argument, NULL, 'r'},
		{"json", required_argument, NULL, 'j'},	  {"ktap", required_argument, NULL, 'k'},
		{"help", no_argument, NULL, 'h'},	  {0},
	};
	int option, err = 0;

	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'm': err = one_module(o, optarg); break;
		case 'f': o->filter = optarg; break;
		case 'e':
			if (!iop_engine_of(optarg, &o->engine))
				err = iop_fail("fuzz", "generator, libfuzzer or afl", "there is no engine '%s'", optarg);
			break;
		case 'C': o->corpus = optarg; break;
		case 's': err = number("--seed", optarg, &o->seed); break;
		case 't': err = iop_cli_time("fuzz", "--time", optarg, &o->seconds); break;
		case 'c':
			err = number("--calls", optarg, &o->calls);
			if (!err && !o->calls)
				err = iop_fail("fuzz", "leave it out, or name how many", "--calls 0 would call nothing");
			break;
		case 'T': err = iop_target_timeout(&o->target, "fuzz", optarg); break;
		case 'o': o->out = optarg; break;
		case 'r': o->replay = optarg; break;
		case 'j': o->json = optarg; break;
		case 'k': o->ktap = optarg; break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default: return iop_fail("fuzz", "iopath fuzz --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (err)
		return err;
	/* As with check, the file alone will do. */
	if (!o->module && optind < argc)
		o->module = argv[optind++];
	if (optind < argc)
		return iop_fail("fuzz", "iopath fuzz --help", "unexpected argument %s", argv[optind]);
	if (!o->module)
		return iop_fail("fuzz", "FILE.so; the library's own fuzzer is iopath-fuzz", "no module is named");
	if (!iop_json_leaves_text(o->json) && !iop_json_leaves_text(o->ktap))
		return iop_fail("fuzz", "name a file for the other", "only one output can go to stdout");
	if (o->replay && (o->engine || o->corpus))
		return iop_fail("fuzz", "--replay runs one file", "--engine and --corpus have no meaning with --replay");
	if (!o->seconds && !o->calls)
		o->seconds = SECONDS;
	return 0;
}
