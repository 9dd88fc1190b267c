/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "gate_html.h"
#include "gate_ktap.h"
#include "gate_options.h"
#include "json_out.h"

#include <host/data.h>
#include <host/file.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void help(void)
{
	printf("usage: iopath gate --base A.so --candidate B.so [OPTIONS]\n"
	       "       iopath gate BASE [CANDIDATE] --build COMMAND --module FILE [OPTIONS]\n\n"
	       "Loads the modules of cells of two builds into one process, in many launches, and tells whether the\n"
	       "candidate is slower. BASE and CANDIDATE are commits of the git repository that you are in; without\n"
	       "CANDIDATE it is the working tree as it is. Each is checked out elsewhere, COMMAND makes its module, FILE,\n"
	       "both relative to the folder that you are in, and modules are kept in the user's cache. With several\n"
	       "modules, name each: their cells are compared in one run.\n\n"
	       "  --build COMMAND   make the modules of commits with this command of the shell\n"
	       "  --module FILE     what COMMAND makes; may be repeated\n"
	       "  --bisect          exit as 'git bisect run' understands: 0, 1, 125 where nothing can be said, 128 where\n"
	       "                    BASE cannot be built or something else is wrong\n"
	       "%s  --markdown FILE   write the verdict as a comment for a pull request\n"
	       "  --html FILE       write the verdict as one HTML page\n"
	       "  --ktap FILE|-     write KTAP version 1 to FILE: a test point of each cell; - is stdout, in place of\n"
	       "                    the text\n"
	       "  --require RE      exit with 3 if one of these cells stays unresolved or is not on this machine\n"
	       "  --planted PERCENT  slowdown of the control that must be detected (default: 5%%)\n"
	       "  --max-instructions N  report a cell that needs more than N (or N%%) instructions more per\n"
	       "                    operation than the base; 0: any\n"
	       "  --max-accesses N  report a cell that makes more than N (or N%%) reads or writes of its device more per\n"
	       "                    operation than the base, whatever time shows (default: 0); 'any': report none\n"
	       "  --no-counts       do not count instructions and accesses\n"
	       "  --no-time         do not measure time\n"
	       "  --no-identity     also measure and report cells whose code is the same in both modules\n\n"
	       "  --device BDF      measure on this PCI function instead of memory, under the conditions of\n"
	       "                    'iopath bench --device'; its bytes are restored after each process, also\n"
	       "                    after one that was killed\n"
	       "  --bar N           use this BAR of the function\n"
	       "  --wc              map the BAR write-combining\n"
	       "  --offset N        use the bytes from this offset of the BAR (default: 0)\n"
	       "  --size N          use this many bytes (default: 4096)\n"
	       "  --widths LIST     the widths that the device takes, such as 4 or 4,8: it is accessed by no others,\n"
	       "                    and cells that would are left out (default: as is known of the device, else\n"
	       "                    as reading it by each width shows, else 1,2,4,8)\n"
	       "  --allow-write     consent to reading and writing the device\n"
	       "  --sysfs DIR       look for the function in DIR (default: /sys/bus/pci)\n\n"
	       "Exit: 0 no regression, 1 confirmed regression, 2 bad use or an error, 3 no verdict (a control\n"
	       "failed, more than --max-unresolved of the changed cells are unresolved, or one of --require\n"
	       "is), 4 nothing to compare, 130 interrupted (what is known is kept).\n\n"
	       "example: iopath gate --base old.so --candidate new.so --filter '^read'\n",
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
		err = iop_file_write(path, text, size);
	free(text);
	return err;
}

/* Stored before it is printed: the reader of the text may close the pipe. */
static int publish(const struct iop_gate *gate, const struct iop_gate_cli *cli, int code)
{
	const char *failed = NULL;
	int err = 0, json = cli->json ? iop_json_put("gate", cli->json, iop_gate_json(gate, code), IOP_GATE_JSON) : 0;

	if (!json && cli->markdown && (err = store_text(gate, cli->markdown, code, iop_gate_markdown)))
		failed = cli->markdown;
	if (!json && !failed && cli->html && (err = store_text(gate, cli->html, code, iop_gate_html)))
		failed = cli->html;
	if (!json && !failed && cli->ktap)
		json = iop_gate_ktap(cli->ktap, gate, code);
	iop_gate_print(cli->text, gate, code, iop_wants_colour(1));
	if (failed)
		return iop_fail("gate", NULL, "cannot write %s: %s", failed, strerror(-err));
	return json ? json : code;
}

static void put_back(void *device)
{
	iop_bench_device_restore(device);
}

static void faulted(void *device, const char *cell)
{
	iop_bench_device_faulted(device, cell);
}

/* Not counted: instructions are the same anywhere, and a device is not touched more than it must be. */
static int put_on_device(struct iop_gate_cli *cli)
{
	cli->gate.on_device = true;
	cli->gate.counts = false;
	cli->gate.after_launch = put_back;
	cli->gate.bus_fault = faulted;
	cli->gate.user = &cli->device;
	return iop_bench_device_lend(&cli->device);
}

#define BISECT_STOP 128 /* to 'git bisect run', from 128 on */

/* Commits are told from modules by what only they have: a name in front, or one of these options. */
static bool wants_commits(int argc, char **argv)
{
	static const char *const options[] = {"--build", "--module", "--bisect"};

	if (argc > 1 && argv[1][0] != '-')
		return true;
	for (int i = 1; i < argc; i++)
		for (size_t o = 0; o < sizeof(options) / sizeof(options[0]); o++)
			if (strncmp(argv[i], options[o], strlen(options[o])) == 0 && strchr("=", argv[i][strlen(options[o])]))
				return true;
	return false;
}

static bool asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

/* With --bisect, 2 would blame the commit. */
static int cannot_build(int argc, char **argv, const char *why)
{
	int code = iop_fail("gate", "or build the modules yourself: --base, --candidate",
			    "commits are built by python3 and commits.py: %s", why);

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--bisect") == 0)
			code = BISECT_STOP;
	return code;
}

/* Becomes the script that builds, which becomes this command with the two modules. */
static int build_commits(int argc, char **argv)
{
	char script[2 * PATH_MAX], python[] = "python3", isolated[] = "-I";
	char **words = calloc((size_t)argc + 4, sizeof(*words));

	if (!words)
		return cannot_build(argc, argv, "out of memory");
	iop_data_path(script, "commits.py", IOP_INSTALLED_DATADIR);
	words[0] = python;
	/* Python ends with 1 where variables of the user's mislead it, and 1 blames the candidate. */
	words[1] = isolated;
	words[2] = script;
	words[3] = (char *)(uintptr_t)iop_data_program();
	memcpy(words + 4, argv + 1, (size_t)argc * sizeof(*words));
	if (access(script, R_OK) == 0)
		execvp(python, words);
	free(words);
	return cannot_build(argc, argv, strerror(errno));
}

int iop_cmd_gate(int argc, char **argv)
{
	struct iop_gate_cli cli;
	struct iop_gate gate = {0};
	int code, closed;

	if (wants_commits(argc, argv) && !asks_for_help(argc, argv))
		return build_commits(argc, argv);
	code = iop_gate_parse(
		&cli, argc, argv,
		" base candidate planted require max-instructions max-accesses markdown html ktap no-identity no-counts no-time "
		"device bar offset "
		"size widths wc allow-write sysfs ",
		help);
	if (code)
		return code - 1;
	if (!cli.gate.module[IOP_BASE].count || !cli.gate.module[IOP_CANDIDATE].count)
		return iop_fail("gate", "see --help",
				"--base and --candidate name two modules, or --build and --module make those of commits");
	if (cli.gate.max_instructions >= 0 && !cli.gate.counts)
		return iop_fail("gate", "choose one", "--max-instructions and --no-counts exclude each other");
	if (cli.gate.accesses_wanted && !cli.gate.counts)
		return iop_fail("gate", "choose one", "--max-accesses and --no-counts exclude each other");
	if (cli.gate.require && !cli.gate.time)
		return iop_fail("gate", "choose one", "--require and --no-time exclude each other");
	/* Set by commits.py, which knows what the modules do not. */
	cli.gate.commit[IOP_BASE] = getenv("IOPATH_GATE_BASE");
	cli.gate.commit[IOP_CANDIDATE] = getenv("IOPATH_GATE_CANDIDATE");
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
		code = publish(&gate, &cli, closed ? closed : code);
	iop_gate_free(&gate);
	return closed ? closed : code;
}
