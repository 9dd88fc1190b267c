/* SPDX-License-Identifier: MIT */
/* iopath show: what is in a recording of iopath record. */
#include "cli.h"
#include "json_out.h"
#include "show_cost.h"
#include "show_html.h"
#include "show_text.h"
#include "width_list.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void help(void)
{
	printf("usage: iopath show [OPTIONS] RECORDING\n\n"
	       "Tells what a recording of 'iopath record' holds: each mapping with the offsets that were accessed, and the\n"
	       "patterns of the accesses by the instruction that begins them. Some break a rule of device memory:\n"
	       "misaligned, wide (more than 8 bytes on an uncached mapping), width (one that the device does not take),\n"
	       "update (read and written by one instruction), twice (a copy that touches a byte again), mode and size (not\n"
	       "as the description of the register says), sigbus (the program got that signal). The others are what a driver "
	       "author looks for: poll, halves (8\n"
	       "bytes in two accesses), flush (a read of what was just written), copy, fifo. Places in the source come from\n"
	       "the program's debug information (-g).\n\n"
	       "  --at OFFSET     each access that touches the byte there, in order\n"
	       "  --widths N,...  bytes that the device takes at a time (default: 1,2,4,8)\n"
	       "  --registers FILE  what registers there are: lines 'OFFSET NAME [ro|wo|rw|w1c|rc] [BYTES]', offsets in the\n"
	       "                  mapped file, # begins a comment; CMSIS-SVD (XML); or the C or C++ file (.c, .h, .cc, .cpp)\n"
	       "                  that declares them with IOP_REGISTER: compiled with CC or CXX, and CPPFLAGS\n"
	       "  --peripheral NAME  of CMSIS-SVD this one, from offset 0 on (default: all, at their addresses)\n"
	       "  --profile FILE|NAME  what the accesses would take on the device of this profile, by place in the source and\n"
	       "                  offset, a model (iopath calibrate)\n"
	       "  --html FILE     write a page: accesses by time and register as a picture, the rules that are broken, tables\n"
	       "  --json FILE|-   write JSON to FILE; - is stdout, in place of the text\n\n"
	       "Exit: 0 no rule is broken, 1 one is, 2 bad use, no recording or an empty one.\n\n"
	       "example: iopath show --widths 4 nic.iorec\n");
}

static int tell(const struct iop_show *s, const struct iop_costs *costs)
{
	json_t *json = s->json ? iop_show_json(s) : NULL;
	int code = 0;

	if (json && s->predicted)
		json_object_set_new(json, "model", iop_costs_json(costs, s));
	if (s->json)
		code = iop_json_put("show", s->json, json, JSON_INDENT(2));
	if (!code && s->html)
		code = iop_show_html(s);
	if (iop_json_leaves_text(s->json) && iop_json_leaves_text(s->html)) {
		iop_show_print(s);
		if (s->predicted)
			iop_costs_print(costs, s);
	}
	return !code && s->patterns.faults ? IOP_EXIT_FINDING : code;
}

static int show(struct iop_show *s)
{
	struct iop_costs costs = {0};
	int code = iop_recorded_open(&s->recorded, &s->sites, s->path);

	if (code)
		return code;
	if (iop_patterns_of(&s->patterns, &s->recorded, &s->sites, s->widths, &s->names) ||
	    (s->predicted && iop_costs_of(&costs, s)))
		code = iop_fail("show", NULL, "out of memory");
	else
		code = tell(s, &costs);
	iop_costs_free(&costs);
	iop_patterns_free(&s->patterns);
	iop_recorded_close(&s->recorded, &s->sites);
	return code;
}

static int parse(struct iop_show *s, int argc, char **argv)
{
	static const struct option options[] = {
		{"at", required_argument, NULL, 'a'},
		{"widths", required_argument, NULL, 'w'},
		{"registers", required_argument, NULL, 'r'},
		{"peripheral", required_argument, NULL, 'p'},
		{"profile", required_argument, NULL, 'm'},
		{"html", required_argument, NULL, 'H'},
		{"json", required_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	char *end;
	int option, err;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'a':
			errno = 0;
			s->at = strtoull(optarg, &end, 0);
			s->only = true;
			if (errno || *end || end == optarg || *optarg == '-')
				return iop_fail("show", "--at 0x18", "not an offset: %s", optarg);
			break;
		case 'w':
			err = iop_cli_widths(&s->widths, "show", optarg, 8);
			if (err)
				return err;
			break;
		case 'r': s->registers = optarg; break;
		case 'p': s->peripheral = optarg; break;
		case 'm':
			s->predicted = true;
			err = iop_profile_load(&s->profile, "show", optarg);
			if (err)
				return err;
			break;
		case 'H': s->html = optarg; break;
		case 'j': s->json = optarg; break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default: return iop_fail("show", "iopath show --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (optind + 1 != argc)
		return iop_fail("show", "iopath show RECORDING", optind == argc ? "no recording named" : "one recording at a time");
	if (s->peripheral && !s->registers)
		return iop_fail("show", "--registers FILE", "--peripheral is of a description of registers, and none was given");
	s->path = argv[optind];
	return s->registers ? iop_names_read(&s->names, s->registers, s->peripheral) : 0;
}

int iop_cmd_show(int argc, char **argv)
{
	struct iop_show s = {.widths = 1 | 2 | 4 | 8};
	int code = parse(&s, argc, argv);

	if (!code)
		code = show(&s);
	iop_names_free(&s.names);
	return code;
}
