/* SPDX-License-Identifier: MIT */
/*
 * What a coverage engine calls (libFuzzer, AFL++ and others with libFuzzer's entry), linked with a user's instrumented module. With a
 * folder of iopath fuzz it reports there what it finds and goes on; alone it prints the finding and aborts, which is the engine's.
 */
#include "../exchange.h"
#include "../generate.h"
#include "../judge.h"
#include "text.h"

#include <iopath/cells.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t most,
				 unsigned seed);
/* libFuzzer's own; and the module's table, which AFL++ does not have when it loads this for its mutator. */
extern __attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
extern __attribute__((weak)) const struct iop_registered_table *iop_registered_module(void);

static struct {
	struct iop_exchange exchange;
	struct iop_sequence_module module;
	struct iop_sequence_shared *shared;
	struct iop_sequence_list history; /* that has run in this process, the last last */
	uint32_t calling;
} driver = {.calling = IOP_EXCHANGE_NONE};

static void cannot(const char *what, const char *why)
{
	if (driver.exchange.state && !*driver.exchange.state->why)
		snprintf(driver.exchange.state->why, sizeof(driver.exchange.state->why), "%.90s: %.90s", what, why);
	fprintf(stderr, "iopath: fuzz: %s: %s\n", what, why);
	_exit(2);
}

static bool entry_of(struct iop_sequence_entry *entry, const struct iop_registered *r)
{
	const struct iop_sequence_claims claims = {.name = r->name,
						   .symbol = r->symbol,
						   .tier = r->copy ? r->copy->tier : NULL,
						   .kind = r->kind,
						   .width = r->width,
						   .widths = r->copy ? r->copy->widths : 0,
						   .unit = r->copy ? r->copy->unit : 0};

	return iop_sequence_members(r->kind) && iop_sequence_entry_of(entry, &claims);
}

/* All that can be called, where nobody says what. */
static void take_table(const struct iop_registered_table *table)
{
	const size_t count = (size_t)(table->end - table->first);

	driver.module.entry = calloc(count + 1, sizeof(*driver.module.entry));
	for (size_t i = 0; driver.module.entry && i < count; i++)
		driver.module.entries += entry_of(&driver.module.entry[driver.module.entries], table->first[i]);
	if (!driver.module.entries)
		cannot("the module", "it registers nothing that can be called here");
}

static bool same(const struct iop_sequence_entry *a, const struct iop_sequence_entry *b)
{
	return a->kind == b->kind && strcmp(a->name, b->name) == 0 && a->width == b->width && a->tier == b->tier &&
	       a->widths == b->widths && a->unit == b->unit;
}

/* The program and the module that it stands for may be of different days. */
static void compare_table(const struct iop_registered_table *table)
{
	for (size_t i = 0; i < driver.module.entries; i++) {
		const struct iop_registered *const *r = table->first;
		struct iop_sequence_entry own;

		while (r < table->end && !(entry_of(&own, *r) && same(&own, &driver.module.entry[i])))
			r++;
		if (r == table->end)
			cannot("it was built from other lines, without this", driver.module.entry[i].name);
	}
}

static void on_exit_(void)
{
	if (driver.calling != IOP_EXCHANGE_NONE)
		abort();
}

/* For the engine, one more crash. */
static void on_late(int number)
{
	(void)number;
	if (driver.calling != IOP_EXCHANGE_NONE)
		abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct iop_registered_table *table = iop_registered_module ? iop_registered_module() : NULL;
	const char *folder = getenv(IOP_EXCHANGE_VARIABLE);
	int err = 0;

	(void)argc, (void)argv;
	if (!table || table->abi != IOP_REGISTERED_ABI)
		cannot("the module", "it is not linked, or was built with the header of another version");
	if (folder)
		err = iop_exchange_open(&driver.exchange, folder, &driver.module);
	if (err)
		cannot(folder, err == -EPROTO ? "it is of another version of iopath" : strerror(-err));
	if (folder)
		compare_table(table);
	else
		take_table(table);
	driver.shared = calloc(1, sizeof(*driver.shared));
	if (!driver.shared)
		cannot("the module", "out of memory");
	if (!iop_sequence_prepare(&driver.module, driver.shared))
		cannot("the module", driver.shared->why);
	if (folder)
		signal(SIGPROF, on_late);
	return atexit(on_exit_);
}

static void calls(uint32_t step)
{
	driver.calling = driver.shared->sequence.step[step].entry;
	if (!driver.exchange.state)
		return;
	driver.exchange.state->entry = driver.calling;
	iop_sequence_limit(driver.exchange.state->cpu_seconds);
}

static void count(struct iop_exchange_state *state)
{
	const struct iop_sequence *sequence = &driver.shared->sequence;

	state->entry = IOP_EXCHANGE_NONE;
	state->sequences++;
	state->calls += driver.shared->done;
	for (uint32_t i = 0; i < driver.shared->done; i++) {
		const char *blind = driver.shared->outcome[i].blind;

		state->of_kind[driver.module.entry[sequence->step[i].entry].kind]++;
		state->watched += sequence->step[i].watched && !*blind;
		state->blind += *blind != '\0';
		if (*blind)
			snprintf(state->blind_why, sizeof(state->blind_why), "%.99s", blind);
	}
}

/* What ran before counts only where routines remember. */
static void remember(const struct iop_sequence *sequence)
{
	struct iop_sequence_list *h = &driver.history;

	if (h->count == IOP_SEQUENCE_HISTORY) {
		h->count /= 2;
		memmove(h->sequence, h->sequence + h->count, h->count * sizeof(h->sequence[0]));
	}
	h->sequence[h->count++] = *sequence;
}

static void found(const struct iop_sequence_failure *failure)
{
	const struct iop_sequence_entry *entry = &driver.module.entry[failure->entry];
	struct iop_sequence_list *last = &driver.history;

	if (driver.exchange.state) {
		driver.exchange.state->left_out[failure->entry] = 1;
		if (iop_exchange_report(&driver.exchange, &driver.history, failure))
			cannot(driver.exchange.folder, "a finding cannot be written");
		driver.history.count = 0;
		return;
	}
	fprintf(stderr, "FINDING %s %s, call %u: %s\n", entry->op, entry->name, failure->step + 1, failure->words);
	last->sequence[0] = last->sequence[last->count - 1];
	last->count = 1;
	iop_sequence_write(stderr, &driver.module, last);
	abort();
}

static void run(const struct iop_sequence *sequence)
{
	struct iop_sequence_failure failure = {.fault = IOP_SEQUENCE_CLEAN};

	driver.shared->sequence = *sequence;
	driver.shared->done = driver.shared->accesses = driver.shared->where = 0;
	remember(sequence);
	iop_sequence_perform(&driver.module, calls);
	driver.calling = IOP_EXCHANGE_NONE;
	if (driver.exchange.state)
		count(driver.exchange.state);
	if (!iop_sequence_judge(&driver.module, sequence, driver.shared, &failure))
		found(&failure);
}

static void leave_out(void)
{
	for (size_t i = 0; driver.exchange.state && i < driver.module.entries; i++)
		driver.module.entry[i].left_out = driver.exchange.state->left_out[i];
}

/* An engine that begins with nothing, or changes bytes, still calls something. */
static void run_any(const uint8_t *data, size_t size)
{
	struct iop_sequence sequence;
	uint64_t seed = size;

	for (size_t i = 0; i < size; i++)
		seed = seed * 31 + data[i];
	iop_sequence_generate(&sequence, &driver.module, seed, 0);
	run(&sequence);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct iop_sequence_list *list;

	if (!iop_driver_read(&driver.module, data, size, &list)) {
		if (!driver.exchange.state)
			run_any(data, size);
		return 0;
	}
	for (size_t i = 0; i < list->count; i++) {
		leave_out();
		iop_sequence_leave_out(&driver.module, &list->sequence[i]);
		if (list->sequence[i].steps)
			run(&list->sequence[i]);
	}
	return 0;
}

static size_t mutate(const uint8_t *data, size_t size, const uint8_t *other, size_t other_size, uint8_t *out, size_t most,
		     unsigned seed)
{
	uint64_t random = seed;

	leave_out();
	return iop_driver_mutate(&driver.module, data, size, other, other_size, out, most, &random, LLVMFuzzerMutate);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	uint8_t out[IOP_SEQUENCE_TEXT];
	const size_t made = mutate(data, size, NULL, 0, out, most < sizeof(out) ? most : sizeof(out), seed);

	memcpy(data, out, made);
	return made ? made : size;
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size, uint8_t *out, size_t most,
				 unsigned seed)
{
	return mutate(a, a_size, b, b_size, out, most, seed);
}
