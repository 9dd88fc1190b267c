/* SPDX-License-Identifier: MIT */
#include "check_module.h"
#include "check_show.h"
#include "json_out.h"
#include "modules.h"
#include "predict.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
	struct iop_target target;
	const char *op, *json, *ktap, *profile;
	struct iop_profile costs;
	bool template;
	struct iop_check_modules modules;
};

static void help(void)
{
	printf("usage: iopath check ROUTINE --op toio|fromio|set|move [OPTIONS]\n"
	       "       iopath check FILE:SYMBOL --op toio|fromio|set|move|read8|...|write64 [OPTIONS]\n"
	       "       iopath check FILE.so [OPTIONS]\n\n"
	       "Judges a compiled copy routine by tens of thousands of calls: sizes from 0 to 256 with both sides at\n"
	       "every place, between inaccessible memory, with other data and values, overlapping, random sizes up\n"
	       "to 64 KiB, repeated, and single-stepped. Says for which tiers it is legal and which widths the\n"
	       "device must take, what the device sees, and the smallest call that fails. The routine runs in a\n"
	       "child process with limits.\n\n"
	       "Of a module (iopath new-module writes one), all that it registers is judged against what it claims:\n"
	       "copies like this; accessors, that they make one access; checked paths and projections, by sizes and\n"
	       "offsets inside, outside and wrapping around; and the accesses of operations are compared with those\n"
	       "in a text file.\n\n"
	       "FILE is a shared object; of other architectures, and --call: see 'iopath trace --help'.\n\n"
	       "  --op OPERATION    what it does: toio, fromio, set or move; of an accessor, read8 to read64 or write8\n"
	       "                    to write64\n"
	       "  --call TEXT       its prototype, such as 'w32(io, words4, src)' (default: memset's for set, memcpy's for\n"
	       "                    the others, read(base, offset) or write(base, offset, value))\n"
	       "  --template        print an adapter in C for --op, where no description fits\n"
	       "  --tier strict|strict-s|wide|wide-m|mem  the exit code is about this tier (default: that of the\n"
	       "                    routine; strict for peers and your own)\n"
	       "  --widths LIST     the widths that the device takes, such as 4,8: any other breaks a rule, and calls\n"
	       "                    that cannot be made with them are left out. Of the routine 'within', the library's\n"
	       "                    copies within these widths\n"
	       "  --rmw             of 'within' and of strict32: a head or tail that no width fits is merged into the\n"
	       "                    word at the edge, so no call is left out\n"
	       "  --fifo W          all bytes go through one register of W bytes, see 'iopath trace --help'; of the\n"
	       "                    routines 'rep', the library's repeated access, and 'kernel-rep', or yours\n"
	       "  --timeout S       seconds of CPU time that one call may take; by the clock, six times as many\n"
	       "                    (default: 10)\n"
	       "  --module SO       judge what this module registers; as FILE.so, and may be repeated\n"
	       "  --expect FILE     the accesses of the module's operations (default: its name, with .expect in place\n"
	       "                    of .so)\n"
	       "  --update          write that file\n"
	       "  --profile FILE|NAME  predict the time of the accesses of copies of 8 to 4096 bytes on the device of\n"
	       "                    this profile, a model (iopath calibrate)\n"
	       "  --json FILE|-     write JSON to FILE; - is stdout, in place of the text\n"
	       "  --ktap FILE|-     write KTAP version 1 to FILE, for test systems of the kernel; - is stdout, in place\n"
	       "                    of the text\n\n");
	iop_target_help_routines();
	printf("Where it is interrupted, what was judged until then is kept, marked partial, and of the rest nothing\n"
	       "is said.\n\n"
	       "Exit: 0 legal, 1 illegal or not as claimed, 2 cannot be judged, bad use or an error,\n"
	       "130 interrupted.\n\n"
	       "example: iopath check ./mine.so:my_copy --op toio --widths 4,8\n");
}

/* ROUTINE, or FILE:SYMBOL. */
static int routine_of(struct iop_target *target, char *text)
{
	char *colon = strrchr(text, ':');

	if (!colon) {
		/* A prototype may have the name. */
		*(target->call ? &target->object : &target->routine) = text;
		return 0;
	}
	*colon = '\0';
	target->object = text;
	target->symbol = colon + 1;
	if (*text && colon[1])
		return 0;
	return iop_fail("check", "iopath check --help", "FILE:SYMBOL needs both");
}

/* FILE.so, not FILE:SYMBOL. */
static bool is_file(const char *text)
{
	const size_t n = strlen(text);

	return !strchr(text, ':') && n > 3 && strcmp(text + n - 3, ".so") == 0;
}

/* A module says itself what each line is. */
static int check_use_of_modules(struct options *o, bool alone)
{
	if (!alone || o->op || o->target.call || o->target.tier_name || o->target.widths_text || o->profile || o->target.rmw ||
	    o->target.fifo)
		return iop_fail("check", "leave the rest out", "a module says itself what it has, and what it claims");
	o->modules.json = o->json;
	o->modules.ktap = o->ktap;
	o->modules.limits = o->target.limits;
	return 0;
}

static int parse(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"op", required_argument, NULL, 'o'},	   {"call", required_argument, NULL, 'c'},
		{"template", no_argument, NULL, 'p'},	   {"tier", required_argument, NULL, 't'},
		{"widths", required_argument, NULL, 'w'},  {"timeout", required_argument, NULL, 'T'},
		{"profile", required_argument, NULL, 'P'}, {"json", required_argument, NULL, 'j'},
		{"ktap", required_argument, NULL, 'k'},	   {"module", required_argument, NULL, 'm'},
		{"expect", required_argument, NULL, 'e'},  {"update", no_argument, NULL, 'u'},
		{"rmw", no_argument, NULL, 'R'},	   {"fifo", required_argument, NULL, 'f'},
		{"help", no_argument, NULL, 'h'},	   {0},
	};
	int option, err = 0;

	o->target.limits = iop_judge_limits;
	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'o': o->op = optarg; break;
		case 'c': o->target.call = optarg; break;
		case 'p': o->template = true; break;
		case 't': o->target.tier_name = optarg; break;
		case 'w': o->target.widths_text = optarg; break;
		case 'T': err = iop_target_timeout(&o->target, "check", optarg); break;
		case 'P': o->profile = optarg; break;
		case 'j': o->json = optarg; break;
		case 'k': o->ktap = optarg; break;
		case 'm': err = iop_cli_module(o->modules.path, &o->modules.count, "check", optarg); break;
		case 'e': o->modules.expect = optarg; break;
		case 'u': o->modules.update = true; break;
		case 'R': o->target.rmw = true; break;
		case 'f': err = iop_target_fifo(&o->target, "check", optarg); break;
		case 'h': help(); exit(IOP_EXIT_CLEAN);
		default: return iop_fail("check", "iopath check --help", "unknown or incomplete option %s", argv[optind - 1]);
		}
	}
	if (!err && !iop_json_leaves_text(o->json) && !iop_json_leaves_text(o->ktap))
		err = iop_fail("check", "name a file for the other", "only one output can go to stdout");
	if (err)
		return err;
	if (o->template)
		return optind == argc ? 0 : iop_fail("check", "iopath check --help", "a template needs no routine");
	if (!o->modules.count && optind == argc - 1 && !o->op && !o->target.call && is_file(argv[optind]))
		err = iop_cli_module(o->modules.path, &o->modules.count, "check", argv[optind++]);
	if (!err && o->modules.count)
		return check_use_of_modules(o, optind == argc);
	if (o->modules.expect || o->modules.update)
		return iop_fail("check", "--module SO", "--expect and --update are about modules, and none is named");
	if (optind != argc - 1)
		return iop_fail("check", "iopath check --help", "one routine is needed: its name, or FILE:SYMBOL");
	if (!o->op)
		return iop_fail("check", "toio, fromio, set or move", "--op is needed");
	if (o->profile)
		err = iop_profile_load(&o->costs, "check", o->profile);
	if (!err)
		err = routine_of(&o->target, argv[optind]);
	if (!err)
		err = iop_target_wanted(&o->target, "check", o->op);
	if (!err && !o->target.routine && !o->target.symbol)
		err = iop_fail("check", "FILE:SYMBOL, or --call 'NAME(...)'", "no symbol of %s is named", o->target.object);
	return err ? err : iop_target_find(&o->target, "check");
}

/* Three lines: of the first two the user changes the name, of the third what is called. */
static int print_template(const char *given)
{
	static const char *const copies[IOP_COPY_OPS] = {
		"void adapter(volatile void *io, const void *src, uintptr_t n) { YOURS((void *)io, src, n); }",
		"void adapter(void *dst, const volatile void *io, uintptr_t n) { YOURS(dst, (const void *)io, n); }",
		"void adapter(volatile void *io, int value, uintptr_t n) { YOURS((void *)io, value, n); }",
		"void adapter(volatile void *to, const volatile void *io, uintptr_t n) { YOURS((void *)to, (const void *)io, n); }",
	};
	const char *op = given ? given : "toio";
	struct iop_target target = {0};
	int err = iop_target_wanted(&target, "check", op);
	unsigned bits = 8 * target.wanted.width;

	if (err)
		return err;
	printf("#include <stdint.h>\n#include \"YOURS.h\" /* cc -O2 -shared -fPIC -o adapter.so adapter.c && "
	       "iopath check ./adapter.so:adapter --op %s */\n",
	       op);
	if (!bits)
		printf("%s\n", copies[target.wanted.op]);
	else if (target.wanted.op == IOP_TOIO)
		printf("void adapter(char *base, uintptr_t offset, uint%u_t value) { YOURS(value, base + offset); }\n", bits);
	else
		printf("uint%u_t adapter(char *base, uintptr_t offset) { return YOURS(base + offset); }\n", bits);
	return IOP_EXIT_CLEAN;
}

/* What is said while the check runs. */
struct telling {
	const struct iop_target *target;
	int percent; /* shown on a terminal; -1: none yet */
	bool say, begun, on_terminal;
};

static volatile sig_atomic_t stopped;

/* The second one is not waited for. */
static void stop(int number)
{
	stopped = 1;
	signal(number, SIG_DFL);
}

static bool progress(void *user, enum iop_check_step step, double share)
{
	struct telling *t = user;
	int percent = (int)(100 * share);

	if (t->on_terminal && percent != t->percent) {
		fprintf(stderr, "\r%s: %d %% \033[K", iop_check_step_words(step), percent);
		t->percent = percent;
	}
	return !stopped;
}

static void clear(const struct telling *t)
{
	if (t->percent >= 0)
		fprintf(stderr, "\r\033[K");
}

static void stepped(void *user, enum iop_check_step step, const struct iop_check_report *report)
{
	struct telling *t = user;
	const char *machine = iop_target_machine(t->target);
	char op[16];

	clear(t);
	if (!t->say || report->cannot)
		return;
	if (!t->begun)
		printf("%s %s%s%s%s, judged for %s\n\n  %-50s %8s %8s\n", iop_target_op_name(t->target, op),
		       iop_target_name(t->target), t->target->fifo ? " through one register" : "", machine ? ", emulated " : "",
		       machine ? machine : "", iop_tier_name(report->tier), "calls", "made", "failed");
	t->begun = true;
	iop_check_print_step(step, report);
	fflush(stdout);
}

/* No verdict; a call that broke a rule has broken it all the same. */
static void print_interrupted(const struct iop_target *target, const struct iop_check_report *report)
{
	printf("\ninterrupted: no verdict; of %zu calls judged until then, %zu failed\n", report->calls, report->failed);
	if (report->failure[report->tier].any)
		iop_check_print_failure(stdout, target, report);
}

static int show(const struct options *o, const struct iop_check_report *report, bool say)
{
	const bool partial = stopped && report->cannot;
	int err = 0, failed;

	if (partial && say) {
		print_interrupted(&o->target, report);
	} else if (partial) {
		fprintf(stderr, "iopath: check: interrupted: what was judged is kept, marked partial\n");
	} else if (report->cannot) {
		char *command = iop_check_command(&o->target, &report->at);

		iop_fail("check", command, "cannot judge %s: %s", iop_target_name(&o->target), report->why);
		free(command);
	} else if (say) {
		iop_check_print(&o->target, report);
	}
	if (o->json)
		err = iop_check_json(o->json, &o->target, report);
	failed = o->ktap ? iop_check_ktap(o->ktap, &o->target, report) : 0;
	if (err || failed)
		return err ? err : failed;
	if (partial)
		return IOP_EXIT_INTERRUPTED;
	return report->cannot ? IOP_EXIT_USAGE : report->failure[report->tier].any ? IOP_EXIT_FINDING : IOP_EXIT_CLEAN;
}

int iop_cmd_check(int argc, char **argv)
{
	struct options o = {0};
	struct iop_check_report report = {0};
	struct iop_judge judge;
	struct telling telling = {.target = &o.target, .percent = -1};
	struct iop_check check = {.judge = &judge, .progress = progress, .stepped = stepped, .user = &telling};
	int err = parse(&o, argc, argv);

	if (!err && o.template)
		return print_template(o.op);
	if (!err && o.modules.count)
		return iop_check_modules(&o.modules);
	if (!err)
		err = iop_target_judge(&judge, &o.target, "check");
	if (err)
		return err;
	telling.say = iop_json_leaves_text(o.json) && iop_json_leaves_text(o.ktap);
	telling.on_terminal = isatty(STDERR_FILENO);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	report.tier = o.target.tier;
	report.widths = o.target.widths;
	err = iop_check_run(&check, &report);
	clear(&telling);
	/* Its process may have been interrupted, too, and is no more to be judged. */
	if (stopped && report.cannot)
		snprintf(report.why, sizeof(report.why), IOP_CHECK_INTERRUPTED);
	err = err ? iop_fail("check", NULL, "out of memory") : show(&o, &report, telling.say);
	if (o.profile && telling.say && !report.cannot)
		iop_predict_sizes(&o.costs, &judge, &o.target);
	iop_judge_close(&judge);
	return err;
}
