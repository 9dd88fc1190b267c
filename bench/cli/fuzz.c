/* SPDX-License-Identifier: MIT */
/* iopath fuzz: what a user's module registers, called in generated sequences. The library's own fuzzer is iopath-fuzz. */
#include "cli.h"
#include "fuzz_finding.h"
#include "fuzz_ktap.h"
#include "fuzz_options.h"
#include "json_out.h"

#include <host/file.h>
#include <host/module.h>
#include <host/registered.h>

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CPU	1.0
#define PER_CPU 20

struct session {
	const struct iop_fuzz_options *options;
	struct iop_sequence_module module;
	struct iop_fuzz_outcome *outcome; /* of each of its entries */
	uint64_t *calls;		  /* likewise */
	json_t *findings;
	bool say, progress;
	int err;
	time_t shown;
};

static volatile sig_atomic_t stopped;

/* The second one is not waited for. */
static void stop(int number)
{
	stopped = 1;
	signal(number, SIG_DFL);
}

static void progress(void *user, uint64_t sequences, uint64_t calls)
{
	struct session *s = user;
	const time_t t = time(NULL);

	if (s->progress && t != s->shown)
		fprintf(stderr, "\r%" PRIu64 " sequences, %" PRIu64 " calls\033[K", sequences, calls);
	s->shown = t;
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
	memcpy(s->outcome[failure->entry].words, failure->words, sizeof(failure->words));
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

static void bad_input(void *user, const char *path, const char *why)
{
	clear(user);
	fprintf(stderr, "iopath: fuzz: %s: %s (skipped, and kept)\n", path, why);
}

static void print_corpus(const struct iop_corpus *corpus, enum iop_engine engine)
{
	if (corpus->ran || corpus->bads || corpus->added)
		printf("corpus %s: %zu run first, %zu could not be read, %zu added, %zu removed\n", corpus->folder, corpus->ran,
		       corpus->bads, corpus->added, corpus->removed);
	if (engine && corpus->not_merged)
		printf("the corpus is not as small as it can be: %s\n", corpus->not_merged);
}

static json_t *campaign_json(const struct session *s, const struct iop_sequence_campaign *c, const struct iop_corpus *corpus,
			     unsigned left_out)
{
	json_t *json = json_pack("{s:s, s:s, s:I, s:I, s:I, s:o, s:I, s:I, s:i, s:b, s:O}", "module", s->options->module, "engine",
				 iop_engine_name(s->options->engine), "seed", (json_int_t)c->seed, "sequences",
				 (json_int_t)c->sequences, "calls", (json_int_t)c->runner.calls, "calls_of", calls_json(&c->runner),
				 "watched", (json_int_t)c->runner.watched, "blind", (json_int_t)c->runner.blind, "left_out",
				 (int)left_out, "partial", stopped != 0, "findings", s->findings);

	json_object_set_new(json, "corpus",
			    json_pack("{s:s, s:I, s:I, s:I, s:I}", "folder", corpus->folder, "ran", (json_int_t)corpus->ran, "bad",
				      (json_int_t)corpus->bads, "added", (json_int_t)corpus->added, "removed",
				      (json_int_t)corpus->removed));
	return json;
}

/* libiopath-fuzz-module.so is where libiopath-cells.so is. */
static void library(char path[PATH_MAX])
{
	const char *cells = iop_module_default(), *slash = strrchr(cells, '/');

	snprintf(path, PATH_MAX, "%.*slibiopath-fuzz-module.so", slash ? (int)(slash - cells) + 1 : 0, cells);
}

/* What was kept first; then the generator, or an engine. 0, or an exit code after a message. */
static int campaign(struct session *s, struct iop_sequence_campaign *c, struct iop_corpus *corpus)
{
	const enum iop_engine engine = s->options->engine;
	char program[PATH_MAX], mutator[PATH_MAX];
	const struct iop_engine_run run = {.engine = engine, .program = program, .library = mutator, .corpus = corpus};
	bool ran;

	iop_engine_program(engine, s->module.path, program);
	library(mutator);
	if (engine && access(program, X_OK))
		return iop_fail("fuzz", "docs/your-code.md has the line that makes it", "%s: %s", program, strerror(errno));
	iop_sequence_campaign_begin(c);
	ran = iop_corpus_replay(corpus, c) && (stopped || (engine ? iop_engine_campaign(c, &run) : iop_sequence_campaign(c)));
	clear(s);
	return ran ? 0 : iop_fail("fuzz", NULL, "%s: %s", s->options->module, c->why);
}

static int generate(struct session *s, unsigned left_out)
{
	struct iop_sequence_campaign c = {.module = &s->module,
					  .limits = s->options->target.limits,
					  .stop = &stopped,
					  .seed = s->options->seed,
					  .most_calls = s->options->calls,
					  .seconds = s->options->seconds,
					  .found = found,
					  .progress = progress,
					  .user = s,
					  .of_entry = s->calls};
	struct iop_corpus corpus = {.folder = s->options->corpus, .bad = bad_input, .user = s};
	int err;

	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	err = campaign(s, &c, &corpus);
	s->err = s->err ? s->err : err;
	if (!err && s->say) {
		print_counts(&c, left_out);
		print_corpus(&corpus, s->options->engine);
		if (stopped)
			printf("interrupted: what was found until then is kept\n");
	}
	if (!err && s->options->json) {
		err = iop_json_put("fuzz", s->options->json, campaign_json(s, &c, &corpus, left_out), JSON_INDENT(2));
		s->err = s->err ? s->err : err;
	}
	iop_corpus_free(&corpus);
	if (s->err)
		return s->err;
	return stopped ? IOP_EXIT_INTERRUPTED : c.findings ? IOP_EXIT_FINDING : IOP_EXIT_CLEAN;
}

static int replay(struct session *s)
{
	struct iop_sequence_runner runner = {.module = &s->module, .limits = s->options->target.limits, .of_entry = s->calls};
	struct iop_sequence_list *list = calloc(1, sizeof(*list));
	struct iop_sequence_failure failure = {0};
	char *text = list ? iop_file_read(s->options->replay, IOP_CORPUS_LONGEST) : NULL, why[200] = "";
	bool clean = true;
	int err = text ? 0 : iop_fail("fuzz", NULL, "cannot read %s: %s", s->options->replay, strerror(errno));

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

/* The module's entries are chosen, and what came of each is kept. */
static int run_session(struct session *s, const struct iop_described *described)
{
	const struct iop_fuzz_options *o = s->options;
	unsigned left_out = 0;
	int code = iop_fuzz_choose(o, described, &s->module, &left_out), failed;

	if (!code)
		code = o->replay ? replay(s) : generate(s, left_out);
	if (!o->ktap || code == IOP_EXIT_USAGE)
		return code;
	failed = iop_fuzz_ktap(o->ktap, &s->module, s->outcome, s->calls,
			       o->engine ? "an engine does not tell which lines it called" : "it was not called", left_out);
	return failed ? failed : code;
}

/* What the module has is known. */
static int run_described(struct iop_fuzz_options *o, const struct iop_described *described)
{
	struct session s = {.options = o, .progress = isatty(STDERR_FILENO)};
	static char corpus[PATH_MAX];
	char object[PATH_MAX];
	int code;

	if (!realpath(o->module, object))
		return iop_fail("fuzz", NULL, "%s: %s", o->module, strerror(errno));
	if (!o->corpus) {
		const char *name = strrchr(object, '/') + 1, *suffix = strstr(name, ".so");

		snprintf(corpus, sizeof(corpus), "iopath-corpus/%.*s", suffix ? (int)(suffix - name) : PATH_MAX, name);
		o->corpus = corpus;
	}
	s.module.path = object;
	s.module.entry = calloc(described->entries + 1, sizeof(*s.module.entry));
	s.outcome = calloc(described->entries + 1, sizeof(*s.outcome));
	s.calls = calloc(described->entries + 1, sizeof(*s.calls));
	s.say = iop_json_leaves_text(o->json) && iop_json_leaves_text(o->ktap);
	s.findings = json_array();
	code = s.module.entry && s.outcome && s.calls ? run_session(&s, described) : iop_fail("fuzz", NULL, "out of memory");
	json_decref(s.findings);
	free(s.module.entry);
	free(s.outcome);
	free(s.calls);
	return code;
}

int iop_cmd_fuzz(int argc, char **argv)
{
	struct iop_fuzz_options o = {.seed = 1, .out = "iopath-findings", .target = {.limits = iop_judge_limits}};
	struct iop_described described;
	int code;

	o.target.limits.cpu_seconds = CPU;
	o.target.limits.clock_seconds = CPU * PER_CPU;
	code = iop_fuzz_parse(&o, argc, argv);
	if (code)
		return code;
	code = iop_describe(&described, "fuzz", o.module);
	if (!code) {
		code = run_described(&o, &described);
		iop_described_free(&described);
	}
	if (o.ktap && code == IOP_EXIT_USAGE)
		iop_fuzz_ktap_error(o.ktap, o.module, iop_fail_why());
	return code;
}
