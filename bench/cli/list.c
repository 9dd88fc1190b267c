/* SPDX-License-Identifier: MIT */
#include "bench_counts.h"
#include "cli.h"
#include "json_out.h"
#include "modules.h"

#include <host/legality.h>
#include <host/select.h>
#include <store/accesses_json.h>

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* Copies with a head and a tail of several widths are cut; JSON has them. */
#define ACCESSES_WIDTH 24

static void help(void)
{
	printf("usage: iopath list [OPTIONS]\n\n"
	       "Lists the cells: name, backend, routine, bytes that an operation moves, and for which mappings of\n"
	       "device memory its routine is legal, where it is one that copies: the strictest tier, and the widths\n"
	       "of its accesses.\n\n"
	       "  --filter RE   only cells whose name matches this extended regular expression\n"
	       "  --accesses    also run each cell, and show the accesses of an operation to its device side, by width\n"
	       "                and exact; '-' where there are too many. Of all cells this takes minutes: --filter\n"
	       "  --json FILE|-  write JSON to FILE; - is stdout, in place of the text\n"
	       "  --module SO   also list the cells of this module; may be repeated. A build of it that 'iopath\n"
	       "                check' has not judged is 'not judged'\n"
	       "  --alone       list the cells of the modules only\n\n"
	       "Exit: 0 listed, 2 bad use or an error.\n\n"
	       "example: iopath list --filter '^toio/mmio/.*/64$'\n");
}

/* The verdict on a routine in words. A module of before there were tiers says of some only that they are not for devices. */
static const char *verdict(char text[IOP_LEGALITY_TEXT], const struct iop_cells_module *module, const struct iop_cell *cell)
{
	unsigned widths;
	const char *tier = iop_module_tier(module, cell, &widths);

	if (cell->flags & IOP_CELL_CONTROL)
		return "control";
	if (!tier && cell->flags & IOP_CELL_CHECKED)
		return cell->flags & IOP_CELL_ILLEGAL ? "not as claimed" : "as claimed";
	if (!tier && cell->flags & IOP_CELL_ILLEGAL)
		tier = "MEM";
	return iop_legality_words(text, tier, widths);
}

/* Null where nobody has judged it. */
static json_t *is_legal(const char *tier, const struct iop_cell *cell)
{
	return cell->flags & IOP_CELL_ILLEGAL ? json_false() : tier || cell->flags & IOP_CELL_CHECKED ? json_true() : json_null();
}

static int put_json(const char *where, const struct iop_cells_module *module, const struct iop_selection *selection,
		    const struct iop_accesses *accesses)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < selection->count; i++) {
		const struct iop_cell *cell = selection->cells[i];
		unsigned widths;
		const char *tier = iop_module_tier(module, cell, &widths);
		char words[IOP_LEGALITY_TEXT];
		const char *set = cell->flags & IOP_CELL_QUICK ? "quick" : cell->flags & IOP_CELL_FULL ? "full" : "default";

		json_array_append_new(cells,
				      json_pack("{s:s, s:s, s:s, s:s, s:I, s:o, s:s, s:s, s:s, s:s, s:s*, s:s*}", "name",
						cell->name, "op", cell->op, "backend", cell->backend, "routine", cell->routine,
						"bytes", (json_int_t)cell->bytes, "legal", is_legal(tier, cell), "legality",
						verdict(words, module, cell), "measures",
						cell->flags & IOP_CELL_LATENCY ? "latency" : "throughput", "set", set, "help",
						cell->help ? cell->help : "", "baseline", cell->baseline, "tier", tier));
		if (widths)
			json_object_set_new(json_array_get(cells, i), "widths", iop_json_widths(widths));
		if (accesses)
			iop_accesses_store(json_array_get(cells, i), &accesses[i]);
	}
	return iop_json_put("list", where, cells, JSON_INDENT(2));
}

/* Behind the bytes; nothing where nobody asked. */
static void print_accesses(const char *text)
{
	if (text)
		printf("  %*s", ACCESSES_WIDTH, text);
}

static void print_table(const struct iop_cells_module *module, const struct iop_selection *selection,
			const struct iop_accesses *accesses)
{
	printf("%-44s %-10s %-14s %10s", "cell", "backend", "routine", "bytes");
	print_accesses(accesses ? "device" : NULL);
	printf("  %s\n", "verdict on the routine");
	for (size_t i = 0; i < selection->count; i++) {
		const struct iop_cell *cell = selection->cells[i];
		char words[IOP_LEGALITY_TEXT], text[ACCESSES_WIDTH + 1];

		printf("%-44s %-10s %-14s %10llu", cell->name, cell->backend, cell->routine, (unsigned long long)cell->bytes);
		if (accesses)
			iop_accesses_text(text, sizeof(text), &accesses[i]);
		print_accesses(accesses ? text : NULL);
		printf("  %s\n", verdict(words, module, cell));
	}
}

struct options {
	const char *filter, *json, *module[IOP_LAUNCHER_MODULES];
	size_t modules;
	bool alone, accesses;
};

static int parse(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"filter", required_argument, NULL, 'f'},
		{"json", required_argument, NULL, 'j'},
		{"module", required_argument, NULL, 'm'},
		{"alone", no_argument, NULL, 'a'},
		{"accesses", no_argument, NULL, 'A'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option, err = 0;

	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'f': o->filter = optarg; break;
		case 'j': o->json = optarg; break;
		case 'm': err = iop_cli_module(o->module, &o->modules, "list", optarg); break;
		case 'a': o->alone = true; break;
		case 'A': o->accesses = true; break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default: return iop_fail("list", "iopath list --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (err)
		return err;
	if (optind < argc)
		return iop_fail("list", "iopath list --help", "unexpected argument %s", argv[optind]);
	if (o->alone && !o->modules)
		return iop_fail("list", "--module SO", "--alone is about modules, and none is named");
	return 0;
}

static int show(const struct options *o, const struct iop_modules *modules, const struct iop_selection *selection)
{
	struct iop_accesses *accesses = o->accesses ? calloc(selection->count + 1, sizeof(*accesses)) : NULL;
	const char *missing = NULL;
	int code = IOP_EXIT_CLEAN;

	if (o->accesses && !accesses)
		return iop_fail("list", NULL, "out of memory");
	if (accesses)
		missing = iop_bench_device_accesses(modules, "list", (const struct iop_cell *const *)selection->cells,
						    selection->count, accesses);
	if (iop_json_leaves_text(o->json))
		print_table(&modules->all, selection, accesses);
	if (o->json)
		code = put_json(o->json, &modules->all, selection, accesses);
	if (missing)
		code = iop_fail("list", NULL, "not all device accesses are known: %s", missing);
	free(accesses);
	return code;
}

int iop_cmd_list(int argc, char **argv)
{
	struct options o = {0};
	struct iop_modules modules;
	struct iop_selection selection;
	int code = parse(&o, argc, argv);

	if (!code)
		code = iop_modules_open(&modules, "list", o.module, o.modules, o.alone);
	if (code)
		return code;
	code = iop_select(&selection, &modules.all, "list", o.filter, 0, 0);
	if (!code)
		code = show(&o, &modules, &selection);
	free(selection.cells);
	code = code ? code : modules.refused ? IOP_EXIT_USAGE : IOP_EXIT_CLEAN;
	iop_modules_close(&modules);
	return code;
}
