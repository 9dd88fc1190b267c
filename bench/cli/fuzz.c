/* SPDX-License-Identifier: MIT */
/* iopath fuzz: what a user's module registers, called in generated sequences. The library's own fuzzer is iopath-fuzz. */
#include "budget.h"
#include "cli.h"
#include "fuzz_finding.h"
#include "json_out.h"
#include "target.h"

#include <host/registered.h>
#include <sample/describe.h>
#include <sequence/campaign.h>

#include <iopath/cells.h>

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <regex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 10
#define LONGEST ((size_t)1 << 20) /* of a file of a finding */
#define CPU	1.0
#define PER_CPU 20

struct options {
	const char *module, *filter, *out, *json, *replay;
	uint64_t seed, calls;
	double seconds;
	struct iop_target target; /* its limits */
};

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
	       "  --seed N         the same seed and module make the same sequences (default: 1)\n"
	       "  --time T         stop after this time, such as 30s, 5m or 8h (default: 10s, unless --calls is given)\n"
	       "  --calls N        stop after so many calls\n"
	       "  --timeout S      seconds of CPU time that one call may take; by the clock, several times as many\n"
	       "                   (default: 1)\n"
	       "  --out DIR        findings are written there (default: iopath-findings)\n"
	       "  --replay FILE    run the sequences of this file once\n"
	       "  --json FILE|-    write JSON to FILE; - is stdout, in place of the text\n\n"
	       "Exit: 0 clean, 1 a finding, 2 bad use, nothing that can be called, or an error.\n\n"
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

static int one_module(struct options *o, const char *given)
{
	if (o->module)
		return iop_fail("fuzz", "call it once for each", "--module is there twice");
	o->module = given;
	return 0;
}

static int parse(struct options *o, int argc, char **argv)
{
	static const struct option options[] = {
		{"module", required_argument, NULL, 'm'},
		{"filter", required_argument, NULL, 'f'},
		{"seed", required_argument, NULL, 's'},
		{"time", required_argument, NULL, 't'},
		{"calls", required_argument, NULL, 'c'},
		{"timeout", required_argument, NULL, 'T'},
		{"out", required_argument, NULL, 'o'},
		{"replay", required_argument, NULL, 'r'},
		{"json", required_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option, err = 0;

	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'm': err = one_module(o, optarg); break;
		case 'f': o->filter = optarg; break;
		case 's': err = number("--seed", optarg, &o->seed); break;
		case 't': err = iop_cli_time("fuzz", "--time", optarg, &o->seconds); break;
		case 'c': err = number("--calls", optarg, &o->calls); break;
		case 'T': err = iop_target_timeout(&o->target, "fuzz", optarg); break;
		case 'o': o->out = optarg; break;
		case 'r': o->replay = optarg; break;
		case 'j': o->json = optarg; break;
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
	if (!o->seconds && !o->calls)
		o->seconds = SECONDS;
	return 0;
}

/* The claims of one line. False: a tier that does not exist. */
static bool take(struct iop_sequence_entry *e, const struct iop_described_entry *d)
{
	const unsigned narrowest = d->widths & -d->widths;

	*e = (struct iop_sequence_entry){.op = iop_registered_op(d->kind),
					 .name = d->name,
					 .symbol = d->symbol,
					 .kind = d->kind,
					 .width = d->width,
					 .widths = d->widths,
					 .unit = d->unit > narrowest ? d->unit : narrowest};
	e->unit += !e->unit;
	if (!d->tier || !*d->tier)
		return true;
	for (e->tier = 0; e->tier < IOP_TIERS; e->tier++)
		if (strcasecmp(d->tier, iop_tier_name(e->tier)) == 0)
			return true;
	return false;
}

/* Those that can be called and that are asked for. @left_out counts operations. 0, or an exit code after a message. */
static int choose(const struct options *o, const struct iop_described *d, struct iop_sequence_module *module, unsigned *left_out)
{
	regex_t filter;
	int err = 0;

	if (regcomp(&filter, o->filter ? o->filter : "", REG_EXTENDED | REG_NOSUB))
		return iop_fail("fuzz", NULL, "--filter is no extended regular expression: '%s'", o->filter);
	for (size_t i = 0; i < d->entries && !err; i++) {
		struct iop_sequence_entry *e = &module->entry[module->entries];
		const bool understood = take(e, &d->entry[i]);
		char name[300];

		snprintf(name, sizeof(name), "%s/%.250s", e->op, e->name);
		if (regexec(&filter, name, 0, NULL, 0))
			continue;
		if (!understood)
			err = iop_fail("fuzz", "STRICT, STRICT-S, WIDE, WIDE-M or MEM",
				       "%s: %s claims a tier that does not exist: '%s'", o->module, e->name, d->entry[i].tier);
		else if (iop_sequence_members(e->kind))
			module->entries++;
		else
			++*left_out;
	}
	regfree(&filter);
	if (!err && !module->entries)
		err = iop_fail("fuzz", "iopath check judges operations", "%s: it registers nothing that can be called here%s",
			       o->module, o->filter ? ", or the filter matches nothing" : "");
	return err;
}

struct session {
	const struct options *options;
	struct iop_sequence_module module;
	json_t *findings;
	bool say, progress;
	int err;
	time_t shown;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static bool progress(void *user, uint64_t sequences, uint64_t calls)
{
	struct session *s = user;
	const time_t t = time(NULL);

	if (s->progress && t != s->shown)
		fprintf(stderr, "\r%" PRIu64 " sequences, %" PRIu64 " calls\033[K", sequences, calls);
	s->shown = t;
	return !stopped;
}

static void clear(const struct session *s)
{
	if (s->progress)
		fprintf(stderr, "\r\033[K");
}

static void found(void *user, const struct iop_sequence_list *list, const struct iop_sequence_failure *failure, bool again)
{
	struct session *s = user;
	const struct iop_fuzz_finding finding = {.module = &s->module, .list = list, .failure = failure, .again = again};
	char path[PATH_MAX] = "";
	int err = 0;

	clear(s);
	if (s->say)
		iop_fuzz_finding_print(stdout, &finding);
	if (!s->options->replay)
		err = iop_fuzz_finding_keep(&finding, s->options->out, path, sizeof(path));
	if (s->say && *path && !err)
		printf("  kept as %s.txt and %s.c\n", path, path);
	fflush(stdout);
	s->err = s->err ? s->err : err;
	json_array_append_new(s->findings, iop_fuzz_finding_json(&finding, err ? "" : path));
}

/* Calls by what they are of, the sum of them first. */
static json_t *calls_json(const struct iop_sequence_runner *runner)
{
	json_t *calls = json_object();

	for (unsigned kind = 1; kind < IOP_SEQUENCE_KINDS; kind++)
		if (runner->of_kind[kind])
			json_object_set_new(calls, iop_registered_op(kind), json_integer((json_int_t)runner->of_kind[kind]));
	return calls;
}

static void print_counts(const struct iop_sequence_campaign *c, unsigned left_out)
{
	const char *between = " (";

	printf("%" PRIu64 " sequences, %" PRIu64 " calls", c->sequences, c->runner.calls);
	for (unsigned kind = 1; kind < IOP_SEQUENCE_KINDS; kind++)
		if (c->runner.of_kind[kind]) {
			printf("%s%" PRIu64 " %s", between, c->runner.of_kind[kind], iop_registered_op(kind));
			between = ", ";
		}
	printf("), %" PRIu64 " watched, %" PRIu64 " finding%s\n", c->runner.watched, c->findings, c->findings == 1 ? "" : "s");
	if (c->runner.blind)
		printf("%" PRIu64 " calls could not be watched: %s\n", c->runner.blind, c->runner.blind_why);
	if (left_out)
		printf("%u operation%s left out: iopath check judges them\n", left_out, left_out == 1 ? " is" : "s are");
}

static int generate(struct session *s, unsigned left_out)
{
	struct iop_sequence_campaign c = {.module = &s->module,
					  .limits = s->options->target.limits,
					  .seed = s->options->seed,
					  .most_calls = s->options->calls,
					  .seconds = s->options->seconds,
					  .found = found,
					  .progress = progress,
					  .user = s};
	bool ran;

	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	ran = iop_sequence_campaign(&c);
	clear(s);
	if (!ran)
		return iop_fail("fuzz", NULL, "%s: %s", s->options->module, c.why);
	if (s->say)
		print_counts(&c, left_out);
	if (s->options->json) {
		json_t *json =
			json_pack("{s:s, s:I, s:I, s:I, s:o, s:I, s:I, s:i, s:O}", "module", s->options->module, "seed",
				  (json_int_t)c.seed, "sequences", (json_int_t)c.sequences, "calls", (json_int_t)c.runner.calls,
				  "calls_of", calls_json(&c.runner), "watched", (json_int_t)c.runner.watched, "blind",
				  (json_int_t)c.runner.blind, "left_out", (int)left_out, "findings", s->findings);
		int err = iop_json_put("fuzz", s->options->json, json, JSON_INDENT(2));

		s->err = s->err ? s->err : err;
	}
	if (s->err)
		return s->err;
	return c.findings ? IOP_EXIT_FINDING : stopped ? IOP_EXIT_INTERRUPTED : IOP_EXIT_CLEAN;
}

/* NULL after a message. */
static char *file_text(const char *path)
{
	char *text = malloc(LONGEST);
	FILE *file = text ? fopen(path, "re") : NULL;
	size_t n = file ? fread(text, 1, LONGEST - 1, file) : 0;

	if (!file || ferror(file)) {
		iop_fail("fuzz", NULL, "cannot read %s: %s", path, strerror(errno));
		free(text);
		text = NULL;
	} else {
		text[n] = '\0';
	}
	if (file)
		fclose(file);
	return text;
}

static int replay(struct session *s)
{
	struct iop_sequence_runner runner = {.module = &s->module, .limits = s->options->target.limits};
	struct iop_sequence_list *list = calloc(1, sizeof(*list));
	struct iop_sequence_failure failure = {0};
	char *text = list ? file_text(s->options->replay) : NULL, why[200] = "";
	bool clean = true;
	int err = text ? 0 : IOP_EXIT_USAGE;

	if (!err && !iop_sequence_read(list, &s->module, text, why, sizeof(why)))
		err = iop_fail("fuzz", NULL, "%s: %s", s->options->replay, why);
	if (!err)
		clean = iop_sequence_run_list(&runner, list, &failure);
	iop_sequence_forget(&runner);
	if (!err && failure.fault == IOP_SEQUENCE_CANNOT)
		err = iop_fail("fuzz", NULL, "%s: %s", s->options->module, failure.words);
	else if (!err && !clean)
		found(s, list, &failure, true);
	else if (!err && s->say)
		printf("clean: %" PRIu64 " calls\n", runner.calls);
	if (!err && s->options->json)
		err = iop_json_put("fuzz", s->options->json,
				   json_pack("{s:s, s:O}", "module", s->options->module, "findings", s->findings), JSON_INDENT(2));
	free(text);
	free(list);
	return err ? err : clean ? IOP_EXIT_CLEAN : IOP_EXIT_FINDING;
}

/* What the module has is known. */
static int run_described(struct options *o, const struct iop_described *described)
{
	struct session s = {.options = o, .progress = isatty(STDERR_FILENO)};
	char object[PATH_MAX];
	unsigned left_out = 0;
	int code;

	if (!realpath(o->module, object))
		return iop_fail("fuzz", NULL, "%s: %s", o->module, strerror(errno));
	s.module.path = object;
	s.module.entry = calloc(described->entries + 1, sizeof(*s.module.entry));
	if (!s.module.entry)
		return iop_fail("fuzz", NULL, "out of memory");
	s.say = iop_json_leaves_text(o->json);
	s.findings = json_array();
	code = choose(o, described, &s.module, &left_out);
	if (!code)
		code = o->replay ? replay(&s) : generate(&s, left_out);
	json_decref(s.findings);
	free(s.module.entry);
	return code;
}

int iop_cmd_fuzz(int argc, char **argv)
{
	struct options o = {.seed = 1, .out = "iopath-findings", .target = {.limits = iop_judge_limits}};
	struct iop_described described;
	int code;

	o.target.limits.cpu_seconds = CPU;
	o.target.limits.clock_seconds = CPU * PER_CPU;
	code = parse(&o, argc, argv);
	if (!code)
		code = iop_describe(&described, "fuzz", o.module);
	if (code)
		return code;
	code = run_described(&o, &described);
	iop_described_free(&described);
	return code;
}
