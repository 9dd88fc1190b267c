/* SPDX-License-Identifier: MIT */
#include "engine.h"

#include "engine_process.h"
#include "exchange.h"
#include "generate.h"

#include <host/file.h>

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEEDS	   16
#define MERGE_MOST 300.0 /* seconds */
#define WORDS	   24
#define WORD	   (IOP_EXCHANGE_PATH + 200)

static const char *const engine_name[] = {"generator", "libfuzzer", "afl"};
#define ENGINES (sizeof(engine_name) / sizeof(engine_name[0]))

struct hunt {
	struct iop_sequence_campaign *campaign;
	const struct iop_engine_run *run;
	struct iop_exchange exchange;
	struct iop_engine_process process;
	struct iop_sequence_runner before; /* counts of what ran before the engine did */
	uint64_t findings_before;
	struct iop_sequence_list list, last;
	char in[WORD], out[WORD], log[WORD]; /* what it starts from and, libFuzzer, adds to; its own; what it prints */
};

/* Words of a command, or of its environment. */
struct words {
	const char *word[WORDS];
	char text[WORDS][WORD];
	unsigned count;
};

static __attribute__((format(printf, 2, 3))) void word(struct words *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(w->text[w->count], WORD, format, args);
	va_end(args);
	w->word[w->count] = w->text[w->count];
	w->count++;
	w->word[w->count] = NULL;
}

bool iop_engine_of(const char *name, enum iop_engine *engine)
{
	for (unsigned i = 0; i < ENGINES; i++)
		if (strcmp(name, engine_name[i]) == 0) {
			*engine = i;
			return true;
		}
	return false;
}

const char *iop_engine_name(enum iop_engine engine)
{
	return engine_name[engine];
}

void iop_engine_program(enum iop_engine engine, const char *module, char path[PATH_MAX])
{
	const size_t length = strlen(module), stem = length > 3 && strcmp(module + length - 3, ".so") == 0 ? length - 3 : length;

	snprintf(path, PATH_MAX, "%.*s.%s", (int)stem, module, engine_name[engine]);
}

static bool cannot(struct hunt *h, const char *what, const char *why)
{
	snprintf(h->campaign->why, sizeof(h->campaign->why), "%.190s: %.190s", what, why);
	return false;
}

/* By the clock, in whole seconds; the driver ends a call by its CPU time. */
static unsigned patience(const struct hunt *h)
{
	return 1 + (unsigned)h->campaign->limits.clock_seconds;
}

static void environment(struct hunt *h, struct words *w)
{
	static const char *const afl[] = {"AFL_NO_UI=1",
					  "AFL_SKIP_CPUFREQ=1",
					  "AFL_NO_AFFINITY=1",
					  "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1",
					  "AFL_DISABLE_TRIM=1",
					  "AFL_FAST_CAL=1",
					  "AFL_ALLOW_TMP=1",
					  "AFL_CUSTOM_MUTATOR_ONLY=1",
					  "AFL_NO_STARTUP_CALIBRATION=1"};

	word(w, "%s=%s", IOP_EXCHANGE_VARIABLE, h->exchange.folder);
	for (size_t i = 0; h->run->engine == IOP_ENGINE_AFL && i < sizeof(afl) / sizeof(afl[0]); i++)
		word(w, "%s", afl[i]);
	if (h->run->engine == IOP_ENGINE_AFL)
		word(w, "AFL_CUSTOM_MUTATOR_LIBRARY=%s", h->run->library);
}

static void hunting(struct hunt *h, struct words *w)
{
	if (h->run->engine == IOP_ENGINE_LIBFUZZER) {
		word(w, "%s", h->run->program);
		word(w, "-artifact_prefix=%s/", h->out);
		word(w, "-seed=%" PRIu64, h->campaign->seed & UINT32_MAX);
		word(w, "-timeout=%u", patience(h));
		word(w, "-max_len=%d", IOP_SEQUENCE_TEXT);
		word(w, "-len_control=0");
		word(w, "-use_value_profile=1");
		word(w, "%s", h->in);
		return;
	}
	word(w, "afl-fuzz");
	word(w, "-i%s", h->in);
	word(w, "-o%s", h->out);
	word(w, "-mnone");
	word(w, "-t%u", 1000 * patience(h));
	word(w, "-s%" PRIu64, h->campaign->seed & UINT32_MAX);
	word(w, "--");
	word(w, "%s", h->run->program);
}

static void merging(struct hunt *h, struct words *w, const char *to)
{
	if (h->run->engine == IOP_ENGINE_LIBFUZZER) {
		word(w, "%s", h->run->program);
		word(w, "-merge=1");
		word(w, "-timeout=%u", patience(h));
		word(w, "-max_len=%d", IOP_SEQUENCE_TEXT);
		word(w, "-artifact_prefix=%s/", h->out);
		word(w, "%s", to);
		word(w, "%s", h->in);
		return;
	}
	word(w, "afl-cmin");
	word(w, "-i%s", h->in);
	word(w, "-o%s", to);
	word(w, "-mnone");
	word(w, "-t%u", 1000 * patience(h));
	word(w, "--");
	word(w, "%s", h->run->program);
}

static bool start(struct hunt *h)
{
	struct words command = {0}, variables = {0};
	int err;

	hunting(h, &command);
	environment(h, &variables);
	err = iop_engine_start(&h->process, command.word, variables.word, h->log);
	return !err || cannot(h, command.word[0], strerror(-err));
}

/* What both count, in the campaign's counts. */
static void count(struct hunt *h)
{
	const struct iop_exchange_state *state = h->exchange.state;
	struct iop_sequence_runner *r = &h->campaign->runner;

	h->campaign->sequences = state->sequences;
	r->calls = h->before.calls + state->calls;
	r->watched = h->before.watched + state->watched;
	r->blind = h->before.blind + state->blind;
	for (unsigned kind = 0; kind < IOP_SEQUENCE_KINDS; kind++)
		r->of_kind[kind] = h->before.of_kind[kind] + state->of_kind[kind];
	if (state->blind)
		snprintf(r->blind_why, sizeof(r->blind_why), "%.99s", state->blind_why);
}

static void leave_out(struct hunt *h, uint32_t entry)
{
	h->campaign->module->entry[entry].left_out = true;
	h->exchange.state->left_out[entry] = 1;
}

/* Runs @list up to what fails, which becomes its end. False: all of it passes. */
static bool fails(struct hunt *h, struct iop_sequence_list *list, struct iop_sequence_failure *failure)
{
	struct iop_sequence_runner runner = {
		.module = h->campaign->module, .limits = h->campaign->limits, .stop = h->campaign->stop};
	size_t i = 0;

	while (i < list->count && iop_sequence_run(&runner, &list->sequence[i], failure))
		i++;
	iop_sequence_forget(&runner);
	if (i == list->count || failure->fault == IOP_SEQUENCE_CANNOT)
		return false;
	list->count = i + 1;
	return true;
}

/*
 * @seen is how it ended in the engine's program; what is shipped may fail otherwise, after other calls, of another line, or not at all,
 * which is a finding only if it is @sure that the list is what ended it.
 */
static void found(struct hunt *h, struct iop_sequence_failure *seen, bool sure)
{
	struct iop_sequence_failure failure;
	const uint32_t entry = seen->entry;
	bool again = true;

	h->last.count = 1;
	h->last.sequence[0] = h->list.sequence[h->list.count - 1];
	if (fails(h, &h->last, &failure))
		memcpy(&h->list, &h->last, sizeof(h->list));
	else
		again = fails(h, &h->list, &failure);
	if (again)
		*seen = failure;
	if (again || sure) {
		if (!h->campaign->module->entry[seen->entry].left_out)
			iop_sequence_campaign_found(h->campaign, &h->list, seen);
		leave_out(h, seen->entry);
	}
	/* The driver left it out; if it was another line, it is to be found yet. */
	h->exchange.state->left_out[entry] = h->campaign->module->entry[entry].left_out;
}

static void take_reports(struct hunt *h)
{
	struct iop_sequence_failure failure;

	while (iop_exchange_take(&h->exchange, &h->list, &failure))
		if (failure.entry < h->campaign->module->entries)
			found(h, &failure, true);
}

/* An input that ended the engine's program. False: it is none of a call that is not left out. */
static bool take_input(struct hunt *h, const char *path, uint32_t entry)
{
	struct iop_sequence_failure failure = {.fault = IOP_SEQUENCE_CRASH};
	char *text = iop_file_read(path, IOP_CORPUS_LONGEST), why[200];
	bool good = text && iop_sequence_read(&h->list, h->campaign->module, text, why, sizeof(why));
	struct iop_sequence *last = &h->list.sequence[good ? h->list.count - 1 : 0];
	const uint32_t all = last->steps;

	free(text);
	unlink(path);
	if (!good)
		return false;
	iop_sequence_leave_out(h->campaign->module, last);
	if (!last->steps)
		return false;
	failure.step = last->steps - 1;
	for (uint32_t i = 0; i < last->steps; i++)
		if (last->step[i].entry == entry)
			failure.step = i;
	failure.entry = last->step[failure.step].entry;
	snprintf(failure.words, sizeof(failure.words), "ends or holds up the instrumented program %.200s", h->run->program);
	/* AFL++ goes on meanwhile: it may have ended with a call that has a finding by now. */
	found(h, &failure, entry != IOP_EXCHANGE_NONE || last->steps == all);
	return true;
}

static int visible(const struct dirent *entry)
{
	return *entry->d_name != '.' && strcmp(entry->d_name, "README.txt") != 0 && strncmp(entry->d_name, "slow-", 5) != 0;
}

/* Of all files of a folder; how many were. */
static unsigned take_inputs(struct hunt *h, const char *folder, uint32_t entry)
{
	struct dirent **names = NULL;
	int count = scandir(folder, &names, visible, alphasort);
	char path[WORD + 300];
	unsigned taken = 0;

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		taken += take_input(h, path, entry);
		free(names[i]);
	}
	free(names);
	return taken;
}

static unsigned take_crashes(struct hunt *h)
{
	char folder[WORD + 32];
	unsigned taken;

	if (h->run->engine == IOP_ENGINE_LIBFUZZER)
		return take_inputs(h, h->out, h->exchange.state->entry);
	snprintf(folder, sizeof(folder), "%s/default/crashes", h->out);
	taken = take_inputs(h, folder, IOP_EXCHANGE_NONE);
	snprintf(folder, sizeof(folder), "%s/default/hangs", h->out);
	return taken + take_inputs(h, folder, IOP_EXCHANGE_NONE);
}

/* It has ended by itself. False: that was not for something that it found. */
static bool goes_on_after(struct hunt *h)
{
	char line[300];

	if (*h->exchange.state->why) {
		h->exchange.state->why[sizeof(h->exchange.state->why) - 1] = '\0';
		return cannot(h, h->run->program, h->exchange.state->why);
	}
	if (h->run->engine == IOP_ENGINE_LIBFUZZER && take_crashes(h))
		return true;
	iop_engine_last_line(h->log, line, sizeof(line));
	snprintf(h->campaign->why, sizeof(h->campaign->why), "%.150s ends with status %d: %.200s", h->run->program,
		 h->process.status, line);
	return false;
}

static bool watch(struct hunt *h)
{
	const double end = iop_sequence_clock() + h->campaign->seconds;
	bool can = start(h);

	while (can) {
		const bool ended = iop_engine_ended(&h->process);

		take_reports(h);
		if (h->run->engine == IOP_ENGINE_AFL)
			take_crashes(h);
		count(h);
		if (ended)
			can = goes_on_after(h);
		if (!can || !iop_sequence_campaign_goes_on(h->campaign, end))
			break;
		if (ended)
			can = start(h);
		iop_engine_pause();
	}
	iop_engine_stop(&h->process);
	if (can)
		take_reports(h);
	count(h);
	return can;
}

/* An engine needs something that reaches code. */
static int write_seeds(struct hunt *h)
{
	struct iop_sequence_list *list = &h->list;
	char path[WORD + 32];

	for (unsigned i = 0; i < SEEDS; i++) {
		FILE *out;

		snprintf(path, sizeof(path), "%s/seed-%u", h->in, i);
		out = fopen(path, "we");
		if (!out)
			return -errno;
		list->count = 1;
		iop_sequence_generate(&list->sequence[0], h->campaign->module, h->campaign->seed, i);
		iop_sequence_write(out, h->campaign->module, list);
		if (fclose(out))
			return -EIO;
	}
	return 0;
}

/* AFL++ has what it found elsewhere. */
static void gather(struct hunt *h)
{
	char folder[WORD + 32], from[WORD + 400], to[WORD + 32];
	struct dirent **names = NULL;
	int count;

	snprintf(folder, sizeof(folder), "%s/default/queue", h->out);
	count = h->run->engine == IOP_ENGINE_AFL ? scandir(folder, &names, visible, alphasort) : 0;
	for (int i = 0; i < count; i++) {
		snprintf(from, sizeof(from), "%s/%s", folder, names[i]->d_name);
		snprintf(to, sizeof(to), "%s/queue-%d", h->in, i);
		rename(from, to);
		free(names[i]);
	}
	free(names);
}

static bool merge(struct hunt *h, const char *to)
{
	struct words command = {0}, variables = {0};
	struct iop_engine_process process;

	merging(h, &command, to);
	environment(h, &variables);
	return !iop_engine_start(&process, command.word, variables.word, h->log) &&
	       iop_engine_wait(&process, MERGE_MOST, h->campaign->stop) && process.status == 0;
}

static bool keep(struct hunt *h)
{
	struct iop_corpus *corpus = h->run->corpus;
	char to[WORD + 32];
	int err;

	gather(h);
	snprintf(to, sizeof(to), "%s/merged", h->exchange.folder);
	if (h->run->engine == IOP_ENGINE_LIBFUZZER)
		mkdir(to, 0700);
	if (iop_sequence_stopped(&h->campaign->runner))
		corpus->not_merged = "interrupted";
	else if (h->campaign->findings > h->findings_before)
		/* What their lines reach would not count, so that inputs of these would be removed. */
		corpus->not_merged = "there are new findings";
	else if (!merge(h, to))
		corpus->not_merged = iop_sequence_stopped(&h->campaign->runner) ? "interrupted" : "the engine could not";
	err = iop_corpus_replace(corpus, corpus->not_merged ? h->in : to, !corpus->not_merged);
	return !err || cannot(h, corpus->folder, strerror(-err));
}

static bool prepare(struct hunt *h)
{
	int err = iop_exchange_create(&h->exchange, h->campaign->module, h->campaign->limits.cpu_seconds);

	if (err)
		return cannot(h, "a folder for the engine", strerror(-err));
	h->before = h->campaign->runner;
	h->findings_before = h->campaign->findings;
	snprintf(h->in, sizeof(h->in), "%s/in", h->exchange.folder);
	snprintf(h->out, sizeof(h->out), "%s/out", h->exchange.folder);
	snprintf(h->log, sizeof(h->log), "%s/log", h->exchange.folder);
	if (mkdir(h->in, 0700) || mkdir(h->out, 0700))
		err = -errno;
	if (!err)
		err = iop_corpus_copy(h->run->corpus, h->in);
	if (!err)
		err = write_seeds(h);
	return !err || cannot(h, h->exchange.folder, strerror(-err));
}

bool iop_engine_campaign(struct iop_sequence_campaign *campaign, const struct iop_engine_run *run)
{
	struct hunt *h = calloc(1, sizeof(*h));
	bool can;

	if (!h) {
		strcpy(campaign->why, "out of memory");
		return false;
	}
	h->campaign = campaign;
	h->run = run;
	can = prepare(h) && watch(h) && keep(h);
	if (h->exchange.state)
		iop_exchange_remove(&h->exchange);
	free(h);
	return can;
}
