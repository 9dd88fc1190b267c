/* SPDX-License-Identifier: MIT */
/*
 * The oracle finds a wrong answer of the library, whatever is wrong with it: in programs that are right, one observable of one
 * operation is altered before it is compared, and must be the divergence that is reported, of the kind expected, with no operation run
 * after it. Nothing altered is the control: it must be missed.
 */
#include "oracle.h"

#include <engine/generator.h>
#include <executor/executor.h>
#include <model/operation.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Linked with --wrap: the library's side as the oracle sees it. */
void __real_fuzz_executor_run(const struct fuzz_call *call, struct fuzz_result *result);
void __wrap_fuzz_executor_run(const struct fuzz_call *call, struct fuzz_result *result);
const struct fuzz_event *__real_fuzz_executor_events(size_t *count);
const struct fuzz_event *__wrap_fuzz_executor_events(size_t *count);
const struct fuzz_asked *__real_fuzz_executor_asked(unsigned *count);
const struct fuzz_asked *__wrap_fuzz_executor_asked(unsigned *count);
void __real_fuzz_model_run(struct fuzz_model *model, const struct fuzz_call *call, struct fuzz_result *result);
void __wrap_fuzz_model_run(struct fuzz_model *model, const struct fuzz_call *call, struct fuzz_result *result);
bool __real_fuzz_executor_busy(void);
bool __wrap_fuzz_executor_busy(void);
void __real_fuzz_executor_start(uint16_t layout, const uint8_t *bytes);
void __wrap_fuzz_executor_start(uint16_t layout, const uint8_t *bytes);

#define ENOUGH	 200	 /* alterations of an observable */
#define FEWEST	 20	 /* for a verdict */
#define HANGS	 2	 /* each takes as long as it takes to be sure */
#define PROGRAMS 100000u /* that are looked through for them */

static struct answer now;
static const struct observable *observed;
static unsigned at, operation, altered; /* operations count from 1; altered: the one that was, 0: none */
static unsigned runs;			/* of the program */
static volatile bool inside;
static struct fuzz_random random_state;

void __wrap_fuzz_executor_start(uint16_t layout, const uint8_t *bytes)
{
	/* What was altered in a run before this one stays known where it is to be altered once. */
	if (!runs++ || !observed || observed->when == ANY_TIME || observed->when == LAST)
		altered = 0;
	operation = 0;
	now.byte = NULL;
	__real_fuzz_executor_start(layout, bytes);
}

void __wrap_fuzz_executor_run(const struct fuzz_call *call, struct fuzz_result *result)
{
	const struct fuzz_model *m = fuzz_the_model();

	now.op = call->op;
	now.backend[0] = m->view[call->a % FUZZ_SLOTS].backend;
	now.backend[1] = m->view[call->b % FUZZ_SLOTS].backend;
	now.says = NULL;
	if (observed && observed->when == INSIDE && operation + 1 >= at) {
		altered = ++operation;
		inside = true;
		observed->alter(&now);
		inside = false;
	}
	__real_fuzz_executor_run(call, result);
	now.core = result;
}

bool __wrap_fuzz_executor_busy(void)
{
	return inside || __real_fuzz_executor_busy();
}

/* It runs after the library, and knows what was written. */
void __wrap_fuzz_model_run(struct fuzz_model *model, const struct fuzz_call *call, struct fuzz_result *result)
{
	const struct fuzz_event *events = __real_fuzz_executor_events(&now.events);
	const struct fuzz_asked *asked = __real_fuzz_executor_asked(&now.asks);

	__real_fuzz_model_run(model, call, result);
	memcpy(now.event, events, now.events * sizeof(*events));
	memcpy(now.asked, asked, now.asks * sizeof(*asked));
	now.model = model;
	now.want = result;
	operation++;
	if (observed && observed->when != INSIDE && !altered && operation >= at && observed->alter(&now))
		altered = operation;
}

const struct fuzz_event *__wrap_fuzz_executor_events(size_t *count)
{
	if (now.byte)
		*now.byte = now.is;
	now.byte = NULL;
	*count = now.events;
	return now.event;
}

const struct fuzz_asked *__wrap_fuzz_executor_asked(unsigned *count)
{
	*count = now.asks;
	return now.asked;
}

static bool nothing(struct answer *a)
{
	(void)a;
	return true;
}

/* Whether what is reported is what was altered: its kind, the operation, its views' backends, in the words for it. */
static bool is_it(const struct observable *o, const struct fuzz_program *program, const struct fuzz_divergence *d)
{
	char value[40];

	if (d->kind != (o->kind ? o->kind : now.kind) || operation != altered || d->step >= program->count)
		return false;
	/* At the end, when the program runs again and is right, nobody knows which it was. */
	if (o->when == LAST_ONCE)
		return strncmp(d->text, "memory is wrong at the end", 26) == 0;
	/* What the program left open is dropped by operations that are not in it. */
	if (d->backend[0] != FUZZ_BACKENDS && memcmp(d->backend, now.backend, sizeof(now.backend)) != 0)
		return false;
	snprintf(value, sizeof(value), " value %#" PRIx64, now.value);
	return !now.says || (strncmp(d->text, now.says, strlen(now.says)) == 0 && strlen(d->text) > strlen(value) &&
			     strcmp(d->text + strlen(d->text) - strlen(value), value) == 0);
}

/* Operations that are of another group than was asked for, and make no views for those. */
static unsigned others;

static bool count_others(struct answer *a)
{
	others += !(fuzz_op_group(a->op) & (FUZZ_COPY | FUZZ_BASE));
	return false;
}
static const struct observable groups = {"groups", FUZZ_AGREE, ANY_TIME, count_others};

/* How many of the alterations were missed; @count: how many there were. */
static unsigned missed(const struct observable *o, unsigned *count)
{
	uint8_t data[FUZZ_MAX_SIZE];
	unsigned misses = 0;

	*count = 0;
	for (uint64_t i = 0; i < PROGRAMS && *count < (o->kind == FUZZ_HANGS ? HANGS : ENOUGH); i++) {
		struct fuzz_program program;
		struct fuzz_divergence d;
		struct fuzz_random random = fuzz_random_of(1, i);
		size_t size = fuzz_generate(data, &random, 0);
		bool same;

		observed = NULL;
		if (!fuzz_run_bytes(data, size, 0, &d) || !operation) {
			printf("program %u differs by itself\n", (unsigned)i);
			exit(1);
		}
		at = o->when == LAST || o->when == LAST_ONCE ? operation : 1 + (unsigned)(fuzz_random(&random_state) % operation);
		now.random = fuzz_random(&random_state) >> 8;
		observed = o;
		runs = 0;
		fuzz_decode(&program, data, size);
		same = fuzz_run_bytes(data, size, 0, &d);
		if (!altered)
			continue;
		++*count;
		if (!same && is_it(o, &program, &d))
			continue;
		if (!misses++ && o->alter != nothing)
			printf("missed: %s: %s of operation %u of program %u: %s, %s\n", o->name, fuzz_op_name(d.call.op), altered,
			       (unsigned)i, fuzz_divergence_name(d.kind), d.text);
	}
	return misses;
}

static bool only_the_groups_asked_for_run(void)
{
	uint8_t data[FUZZ_MAX_SIZE];
	unsigned of_copy = 0;

	observed = &groups;
	for (uint64_t i = 0; i < 100; i++) {
		struct fuzz_divergence d;
		struct fuzz_random random = fuzz_random_of(1, i);

		fuzz_run_bytes(data, fuzz_generate(data, &random, 0), FUZZ_COPY, &d);
		of_copy += operation;
	}
	if (others || !of_copy)
		printf("groups: %u operations of copies, %u others\n", of_copy, others);
	return !others && of_copy;
}

int main(void)
{
	static const struct observable control = {"nothing", FUZZ_VALUES, ANY_TIME, nothing};
	unsigned count, failures = 0;

	random_state = fuzz_random_of(7, 0);
	fuzz_catch_signals();
	if (!only_the_groups_asked_for_run())
		return 1;
	if (missed(&control, &count) != count || !count) {
		printf("what was not altered was found\n");
		return 1;
	}
	for (size_t i = 0; i < observable_count; i++) {
		unsigned misses = missed(&observables[i], &count);

		printf("%-28s %4u altered, %4u missed\n", observables[i].name, count, misses);
		failures += misses || count < (observables[i].kind == FUZZ_HANGS ? HANGS : FEWEST);
	}
	return failures != 0;
}
