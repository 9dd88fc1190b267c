/* SPDX-License-Identifier: MIT */
#include "gate_options.h"

#include "budget.h"

#include "cli.h"
#include "json_out.h"
#include "modules.h"
#include "width_list.h"

#include <host/file.h>

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

const char iop_gate_help[] = "  --filter RE       only cells whose name matches this extended regular expression (default: all\n"
			     "                    but peers and those of --full)\n"
			     "  --full            all cells of the library\n"
			     "  --margin PERCENT  ignore slowdowns smaller than this (default: 2%)\n"
			     "  --fwer PERCENT    family-wise error rate: how often a run may raise a false alarm, over all its\n"
			     "                    cells (default: 1%)\n"
			     "  --budget TIME     approximate duration of a run, such as 90s or 5m (default: 60s)\n"
			     "  --sees PERCENT    call a cell unresolved if a slowdown of this size would stay undetected\n"
			     "                    (default: 5%)\n"
			     "  --max-unresolved PERCENT  exit with 3 if more of the changed cells than this stay unresolved\n"
			     "                    (default: 10%)\n"
			     "  --seed N          seed for launch order, layout and load order (default: random)\n"
			     "  --json FILE|-     write the whole result there, with the value of each launch; - is stdout, in\n"
			     "                    place of the text\n";

enum which {
	BASE,
	CANDIDATE,
	FILTER,
	MARGIN,
	FWER,
	BUDGET,
	SEES,
	MAX_UNRESOLVED,
	REQUIRE,
	PLANTED,
	SLOW,
	MAX_INSTRUCTIONS,
	MAX_ACCESSES,
	RUNS,
	SAMPLE,
	SEED,
	JSON,
	MARKDOWN,
	HTML,
	KTAP,
	FULL,
	NO_IDENTITY,
	NO_COUNTS,
	NO_TIME,
	DEVICE,
	BAR,
	OFFSET,
	SIZE,
	WIDTHS,
	WC,
	ALLOW_WRITE,
	SYSFS,
	HELP,
};

static const struct option options[] = {
	[BASE] = {"base", required_argument, NULL, 0},
	[CANDIDATE] = {"candidate", required_argument, NULL, 0},
	[FILTER] = {"filter", required_argument, NULL, 0},
	[MARGIN] = {"margin", required_argument, NULL, 0},
	[FWER] = {"fwer", required_argument, NULL, 0},
	[BUDGET] = {"budget", required_argument, NULL, 0},
	[SEES] = {"sees", required_argument, NULL, 0},
	[MAX_UNRESOLVED] = {"max-unresolved", required_argument, NULL, 0},
	[REQUIRE] = {"require", required_argument, NULL, 0},
	[PLANTED] = {"planted", required_argument, NULL, 0},
	[SLOW] = {"slow", required_argument, NULL, 0},
	[MAX_INSTRUCTIONS] = {"max-instructions", required_argument, NULL, 0},
	[MAX_ACCESSES] = {"max-accesses", required_argument, NULL, 0},
	[RUNS] = {"runs", required_argument, NULL, 0},
	[SAMPLE] = {"sample", required_argument, NULL, 0},
	[SEED] = {"seed", required_argument, NULL, 0},
	[JSON] = {"json", required_argument, NULL, 0},
	[MARKDOWN] = {"markdown", required_argument, NULL, 0},
	[HTML] = {"html", required_argument, NULL, 0},
	[KTAP] = {"ktap", required_argument, NULL, 0},
	[FULL] = {"full", no_argument, NULL, 0},
	[NO_IDENTITY] = {"no-identity", no_argument, NULL, 0},
	[NO_COUNTS] = {"no-counts", no_argument, NULL, 0},
	[NO_TIME] = {"no-time", no_argument, NULL, 0},
	[DEVICE] = {"device", required_argument, NULL, 0},
	[BAR] = {"bar", required_argument, NULL, 0},
	[OFFSET] = {"offset", required_argument, NULL, 0},
	[SIZE] = {"size", required_argument, NULL, 0},
	[WIDTHS] = {"widths", required_argument, NULL, 0},
	[WC] = {"wc", no_argument, NULL, 0},
	[ALLOW_WRITE] = {"allow-write", no_argument, NULL, 0},
	[SYSFS] = {"sysfs", required_argument, NULL, 0},
	[HELP] = {"help", no_argument, NULL, 0},
	{0},
};

static void interrupt(int signal_number)
{
	(void)signal_number;
	stop = 1;
}

const volatile sig_atomic_t *iop_gate_watch_signals(void)
{
	/* The second signal ends the process. */
	struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write(), not our end */
	return &stop;
}

uint64_t iop_gate_any_seed(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return ((uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec) ^ (uint64_t)getpid() << 40;
}

/* "2%" or "2": two hundredths. */
static int percent(const char *command, const char *name, const char *text, double least, double most, double *value)
{
	char *end;

	errno = 0;
	*value = strtod(text, &end) / 100;
	if (*end == '%')
		end++;
	if (errno || end == text || *end || !(*value >= least && *value <= most))
		return iop_fail(command, NULL, "--%s takes a percentage from %g %% to %g %%, not '%s'", name, 100 * least,
				100 * most, text);
	return 0;
}

/* "5" or "1%". */
static int limit(const char *command, const char *name, const char *text, double *most, bool *is_share)
{
	char *end;

	*most = strtod(text, &end);
	*is_share = *end == '%';
	if (*is_share) {
		*most /= 100;
		end++;
	}
	if (end == text || *end || !(*most >= 0 && *most < 1e12))
		return iop_fail(command, NULL, "--%s takes a number or a percentage, not '%s'", name, text);
	return 0;
}

static int accesses(struct iop_gate_cli *cli, const char *text)
{
	if (strcmp(text, "any") == 0) {
		cli->gate.max_accesses = INFINITY;
		return 0;
	}
	cli->gate.accesses_wanted = true;
	return limit(cli->command, "max-accesses", text, &cli->gate.max_accesses, &cli->gate.accesses_are_share);
}

static int whole(const char *command, const char *name, const char *text, uint64_t most, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || *value < 1 || *value > most)
		return iop_fail(command, NULL, "--%s takes a number from 1, not '%s'", name, text);
	return 0;
}

static int position(const char *command, const char *name, const char *text, size_t *value)
{
	char *end;

	errno = 0;
	*value = strtoul(text, &end, 0);
	if (errno || end == text || *end || *text == '-')
		return iop_fail(command, NULL, "--%s takes a number, not '%s'", name, text);
	return 0;
}

static int set_device(struct iop_gate_cli *cli, enum which option, const char *text)
{
	struct iop_bench_device *d = &cli->device;

	switch (option) {
	case DEVICE: d->name = text; return 0;
	case BAR: d->bar_given = true; return position(cli->command, "bar", text, &d->bar);
	case OFFSET: d->placed = true; return position(cli->command, "offset", text, &d->offset);
	case SIZE: d->placed = true; return position(cli->command, "size", text, &d->size);
	case WIDTHS: return iop_cli_widths(&d->widths, cli->command, text, 64);
	case WC: d->wc = true; return 0;
	case ALLOW_WRITE: d->allow_write = true; return 0;
	case SYSFS: d->root = text; return 0;
	default: return 0;
	}
}

static int set(struct iop_gate_cli *cli, enum which option, const char *text)
{
	struct iop_gate_options *g = &cli->gate;
	const char *name = options[option].name;
	uint64_t number;
	int code;

	switch (option) {
	case BASE: return iop_cli_module(g->module[IOP_BASE].path, &g->module[IOP_BASE].count, cli->command, text);
	case CANDIDATE: return iop_cli_module(g->module[IOP_CANDIDATE].path, &g->module[IOP_CANDIDATE].count, cli->command, text);
	case FILTER: g->filter = text; return 0;
	case MARGIN: return percent(cli->command, name, text, 0.0001, 1, &g->margin);
	case FWER: return percent(cli->command, name, text, 1e-6, 0.5, &g->fwer);
	case BUDGET: return iop_cli_budget(cli->command, text, &g->budget);
	case SEES: return percent(cli->command, name, text, 0.001, 10, &g->sees);
	case MAX_UNRESOLVED: return percent(cli->command, name, text, 0, 1, &g->max_unresolved);
	case REQUIRE: g->require = text; return 0;
	case PLANTED: return percent(cli->command, name, text, 0.0001, 1, &g->planted);
	case SLOW: return percent(cli->command, name, text, 0.001, 1, &g->slow);
	case MAX_INSTRUCTIONS: return limit(cli->command, name, text, &g->max_instructions, &g->max_is_share);
	case MAX_ACCESSES: return accesses(cli, text);
	case RUNS:
		code = whole(cli->command, name, text, 100000, &number);
		cli->runs = (long)number;
		return code;
	case SAMPLE:
		code = whole(cli->command, name, text, 1000000, &number);
		g->sample = (size_t)number;
		return code;
	case SEED: cli->seeded = true; return whole(cli->command, name, text, UINT64_MAX, &g->seed);
	case JSON: cli->json = text; return 0;
	case MARKDOWN: cli->markdown = text; return 0;
	case HTML: cli->html = text; return 0;
	case KTAP: cli->ktap = text; return 0;
	case FULL: g->full = true; return 0;
	case NO_IDENTITY: g->identity = false; return 0;
	case NO_COUNTS: g->counts = false; return 0;
	case NO_TIME: g->time = false; return 0;
	default: return set_device(cli, option, text);
	}
}

/* Whether the command takes the option: @takes is its options' names, each between blanks. */
static bool takes_it(const char *takes, const char *name)
{
	static const char all[] = " filter margin fwer budget sees max-unresolved seed json full help ";
	char wanted[64];

	snprintf(wanted, sizeof(wanted), " %s ", name);
	return strstr(all, wanted) || strstr(takes, wanted);
}

static int check_outputs(const struct iop_gate_cli *cli)
{
	const char *const paths[] = {cli->json, cli->markdown, cli->html, cli->ktap};
	int to_stdout = 0;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		int err = paths[i] ? iop_file_check(paths[i]) : 0;

		to_stdout += !iop_json_leaves_text(paths[i]);
		if (err)
			return iop_fail(cli->command, "nothing was measured", "cannot write %s: %s", paths[i], strerror(-err));
	}
	if (to_stdout > 1)
		return iop_fail(cli->command, "name files for the others", "only one output can go to stdout");
	return 0;
}

int iop_gate_parse(struct iop_gate_cli *cli, int argc, char **argv, const char *takes, void (*help)(void))
{
	int which = 0, option, code = 0;

	*cli = (struct iop_gate_cli){.command = argv[0],
				     .device = {.command = argv[0]},
				     .gate = {.margin = 0.02,
					      .fwer = 0.01,
					      .budget = 60,
					      .planted = 0.05,
					      .sees = 0.05,
					      .max_unresolved = 0.1,
					      .max_instructions = -1,
					      .identity = true,
					      .counts = true,
					      .time = true}};
	opterr = 0;
	while (!code && (option = getopt_long(argc, argv, "h", options, &which)) != -1) {
		if (option == 'h')
			which = HELP;
		if (option == '?' || !takes_it(takes, options[which].name))
			return 1 + iop_fail(argv[0], "see --help", "unknown, ambiguous or incomplete option %s", argv[optind - 1]);
		if (which == HELP) {
			help();
			return 1 + IOP_EXIT_CLEAN;
		}
		code = set(cli, (enum which)which, optarg);
	}
	if (!code && optind < argc)
		code = iop_fail(argv[0], "see --help", "unexpected argument %s", argv[optind]);
	if (!code)
		code = check_outputs(cli);
	if (!cli->seeded)
		cli->gate.seed = iop_gate_any_seed();
	cli->gate.progress = isatty(STDERR_FILENO);
	cli->text = iop_json_text(!iop_json_leaves_text(cli->markdown) ? cli->markdown
				  : !iop_json_leaves_text(cli->html)   ? cli->html
				  : !iop_json_leaves_text(cli->ktap)   ? cli->ktap
								       : cli->json);
	return code ? code + 1 : 0;
}
