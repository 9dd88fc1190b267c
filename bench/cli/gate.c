/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "gate_options.h"

#include <gate/worker.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void help(void)
{
	printf("usage: iopath gate --base A.so --candidate B.so [OPTIONS]\n\n"
	       "Loads the modules of cells of two builds into one process, again and again, and tells whether the candidate is "
	       "slower.\n"
	       "scripts/gate builds two commits and does this.\n\n%s"
	       "  --markdown FILE   the verdict for a pull request\n"
	       "  --html FILE       the verdict as one page\n"
	       "  --planted 5%%      the slowdown of the control that must be found\n"
	       "  --max-instructions N  more instructions for an operation than N (or N%%) over the base's fail; 0: any\n"
	       "  --no-counts       count no instructions and accesses; --no-time: measure no time\n"
	       "  --no-identity     measure cells of the same code, too, and let them fail\n"
	       "  --device NAME     judge accesses of a PCI function, named in full, instead of memory, with the consent that "
	       "'iopath\n"
	       "                    bench' asks for; put back after each process, also one that was killed\n"
	       "  --bar N           this BAR of it; --wc maps it write-combining\n"
	       "  --offset N, --size N  only these bytes of it (default: 4096 from the start)\n"
	       "  --allow-write     consent to that\n"
	       "  --sysfs DIR       look for the function in DIR instead of /sys/bus/pci\n\n"
	       "Exit: 0 no regression, 1 confirmed regression, 2 bad use or error, 3 machine unfit (a control failed, or too few\n"
	       "cells would show a slowdown), 4 nothing to compare, 130 interrupted (what is known is kept).\n\n"
	       "example: iopath gate --base old/libiopath-cells.so --candidate new/libiopath-cells.so --filter '^read'\n",
	       iop_gate_help);
}

static int store_text(const struct iop_gate *gate, const char *path, int code,
		      void (*write)(FILE *out, const struct iop_gate *gate, int code))
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	int err = -ENOMEM;

	if (!memory)
		return err;
	write(memory, gate, code);
	if (fclose(memory) == 0)
		err = iop_gate_store(path, text);
	free(text);
	return err;
}

/* Stored before it is shown: whoever reads the text may close the pipe. */
static int publish(const struct iop_gate *gate, const struct iop_gate_cli *cli, int code)
{
	const char *failed = NULL;
	int err = 0;

	if (cli->json && (err = iop_gate_store_json(cli->json, iop_gate_json(gate, code))))
		failed = cli->json;
	if (!failed && cli->markdown && (err = store_text(gate, cli->markdown, code, iop_gate_markdown)))
		failed = cli->markdown;
	if (!failed && cli->html && (err = store_text(gate, cli->html, code, iop_gate_html)))
		failed = cli->html;
	iop_gate_print(stdout, gate, code, iop_wants_colour(1));
	if (failed)
		return iop_fail("gate", NULL, "cannot write %s: %s", failed, strerror(-err));
	return code;
}

static void put_back(void *device)
{
	iop_bench_device_restore(device);
}

/* Not counted: instructions are the same anywhere, and a device is not touched more than it must be. */
static int put_on_device(struct iop_gate_cli *cli)
{
	cli->gate.on_device = true;
	cli->gate.counts = false;
	cli->gate.after_launch = put_back;
	cli->gate.user = &cli->device;
	return iop_bench_device_lend(&cli->device);
}

int iop_cmd_gate(int argc, char **argv)
{
	struct iop_gate_cli cli;
	struct iop_gate gate = {0};
	int code, closed;

	if (argc > 1 && strcmp(argv[1], "--worker") == 0)
		return iop_gate_worker(argc - 1, argv + 1);
	code = iop_gate_parse(
		&cli, argc, argv,
		" base candidate planted max-instructions markdown html no-identity no-counts no-time device bar offset "
		"size wc allow-write sysfs ",
		help);
	if (code)
		return code - 1;
	if (!cli.gate.base || !cli.gate.candidate)
		return iop_fail("gate", "see --help; scripts/gate builds and compares commits",
				"--base and --candidate name the two modules");
	if (cli.gate.max_instructions >= 0 && !cli.gate.counts)
		return iop_fail("gate", "choose one", "--max-instructions and --no-counts exclude each other");
	code = iop_bench_device_open(&cli.device);
	if (code)
		return code;
	gate.stop = iop_gate_watch_signals();
	code = cli.device.is_open ? put_on_device(&cli) : 0;
	gate.options = cli.gate;
	if (!code)
		code = iop_gate_run(&gate);
	closed = iop_bench_device_close(&cli.device);
	/* Without cells there was an error message instead. */
	if (gate.count)
		code = publish(&gate, &cli, code);
	iop_gate_free(&gate);
	return closed ? closed : code;
}
