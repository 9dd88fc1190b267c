/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <executor/executor.h>
#include <model/operation.h>

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

uint64_t fuzz_checked_ops, fuzz_checked_of[256], fuzz_programs;
const struct fuzz_witness *fuzz_witness;

static struct fuzz_model model;
static uint8_t fresh[FUZZ_ARENA];
static bool ready;

void fuzz_setup(void)
{
	if (ready)
		return;
	model.profile = fuzz_executor_profile();
	model.arena = (uintptr_t)fuzz_executor_arena();
	for (size_t i = 0; i < FUZZ_ARENA; i++)
		fresh[i] = fuzz_model_fill(i);
	ready = true;
}

const struct fuzz_model *fuzz_the_model(void)
{
	return &model;
}

bool fuzz_traced(void)
{
	return fuzz_executor_traces();
}

const char *fuzz_divergence_name(enum fuzz_divergence_kind kind)
{
	static const char *const name[] = {"agree",  "panics", "codes", "values", "views",   "bytes",
					   "guards", "traces", "crash", "hang",	  "accesses"};

	return name[kind];
}

static bool diverges(struct fuzz_divergence *d, enum fuzz_divergence_kind kind, bool same)
{
	if (same)
		return false;
	d->kind = kind;
	return true;
}

static bool same_reason(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_view(const struct fuzz_view *a, const struct fuzz_view *b)
{
	return a->backend == b->backend && a->type == b->type && a->owner == b->owner && a->io == b->io && a->addr == b->addr &&
	       a->size == b->size && a->len == b->len && a->bus == b->bus && a->widths == b->widths;
}

static void print_view(char *text, size_t size, const struct fuzz_result *r)
{
	const struct fuzz_view *v = &r->view;

	if (r->has_view)
		snprintf(text, size,
			 "%s%s %s of owner %u at arena+%#" PRIx64 " bus %#" PRIx64 " widths %#x size %" PRIu64 " len %" PRIu64,
			 fuzz_backend_name(v->backend), v->io ? "/io" : "", fuzz_type_name(v->type), v->owner,
			 v->addr - model.arena, v->bus, v->widths, v->size, v->len);
	else
		snprintf(text, size, "no view");
}

/* The common case in one branch. A view that is not there is all zeros. */
static bool same_answers(const struct fuzz_result *a, const struct fuzz_result *b)
{
	const struct fuzz_view *v = &a->view, *w = &b->view;
	uint64_t small = (uint64_t)(a->rc ^ b->rc) | (a->has_view ^ b->has_view) | (v->backend ^ w->backend) | (v->type ^ w->type) |
			 (v->owner ^ w->owner) | (v->io ^ w->io) | (v->widths ^ w->widths);

	return !(small | (a->value ^ b->value) | (v->addr ^ w->addr) | (v->size ^ w->size) | (v->len ^ w->len) | (v->bus ^ w->bus) |
		 (a->panic != b->panic));
}

static bool compare_answers(struct fuzz_divergence *d, const struct fuzz_result *core, const struct fuzz_result *want)
{
	if (__builtin_expect(same_answers(core, want), 1))
		return true;
	if (diverges(d, FUZZ_PANICS, same_reason(core->panic, want->panic))) {
		snprintf(d->text, sizeof(d->text), "panic \"%s\", should be \"%s\"", core->panic ? core->panic : "none",
			 want->panic ? want->panic : "none");
		return false;
	}
	if (want->panic && core->panic)
		return true;
	if (diverges(d, FUZZ_CODES, core->rc == want->rc)) {
		snprintf(d->text, sizeof(d->text), "returned %d, should be %d", core->rc, want->rc);
		return false;
	}
	if (diverges(d, FUZZ_VALUES, core->value == want->value)) {
		snprintf(d->text, sizeof(d->text), "value %#" PRIx64 ", should be %#" PRIx64, core->value, want->value);
		return false;
	}
	if (diverges(d, FUZZ_VIEWS, core->has_view == want->has_view && (!want->has_view || same_view(&core->view, &want->view)))) {
		char is[100], should[100];

		print_view(is, sizeof(is), core);
		print_view(should, sizeof(should), want);
		snprintf(d->text, sizeof(d->text), "%s, should be %s", is, should);
		return false;
	}
	return true;
}

/* Whose byte it is: an owner's, RAM's or config space's; or a guard. */
static const char *whose(size_t at, size_t *offset)
{
	static const char *const name[] = {"owner 0", "owner 1", "owner 2", "owner 3"};

	for (unsigned i = 0; i < FUZZ_MEMORY; i++) {
		*offset = at - (size_t)(model.owner[i].base - model.arena);
		if (at + model.arena >= model.owner[i].base && *offset < model.owner[i].size)
			return name[i];
	}
	*offset = at - FUZZ_RAM_AT;
	if (at >= FUZZ_RAM_AT && *offset < FUZZ_RAM)
		return "RAM";
	*offset = at - FUZZ_CONFIG_AT;
	return at >= FUZZ_CONFIG_AT && *offset < FUZZ_CONFIG_SIZE ? "config space" : NULL;
}

static bool compare_memory(struct fuzz_divergence *d)
{
	const uint8_t *core = fuzz_executor_arena();
	const char *name = NULL;
	size_t at = 0, offset = 0;

	if (__builtin_expect(memcmp(core, model.memory, FUZZ_ARENA) == 0, 1))
		return true;
	while (core[at] == model.memory[at])
		at++;
	name = whose(at, &offset);
	d->kind = name ? FUZZ_BYTES : FUZZ_GUARDS;
	snprintf(d->text, sizeof(d->text), "byte %zu of %s is %#x, should be %#x", name ? offset : at,
		 name ? name : "the arena, a guard,", core[at], model.memory[at]);
	return false;
}

/*
 * All of the arena after every operation costs more than the operation. So after each only what the model wrote, with a margin, and
 * all of it at the end; what was written elsewhere is in the trace, or is found then, and the program is run again thoroughly to
 * know the operation.
 */
#define MARGIN 32
_Static_assert(MARGIN <= FUZZ_CANARY, "the margin of what an owner or RAM holds is in the arena");

static bool compare_written(struct fuzz_divergence *d)
{
	size_t from = model.wrote_at - MARGIN, end = model.wrote_at + model.wrote + MARGIN;

	if (!model.wrote)
		return true;
	if (__builtin_expect(memcmp(fuzz_executor_arena() + from, model.memory + from, end - from) == 0, 1))
		return true;
	return compare_memory(d);
}

static bool compare_trace(struct fuzz_divergence *d)
{
	size_t count;
	const struct fuzz_event *events = fuzz_executor_events(&count);
	bool same = !fuzz_executor_traces() || fuzz_check_trace(&model, events, count, d->text);

	return !diverges(d, FUZZ_TRACES, same);
}

static bool differ(struct fuzz_divergence *d, const char *what, const struct fuzz_asked *asked)
{
	static const char *const request[] = {"?",   "config read", "config write", "resource", "request", "release",
					      "map", "unmap",	    "reset",	    "vmap",	"vunmap",  "free"};

	d->kind = FUZZ_TRACES;
	snprintf(d->text, sizeof(d->text), "%s: %s width %u at %#" PRIx64 " value %#" PRIx64, what, request[asked->request],
		 asked->width, asked->at, asked->value);
	return false;
}

/* What the bus saw, also where the library does not say what it does. */
static bool compare_asked(struct fuzz_divergence *d)
{
	unsigned count, i = 0;
	const struct fuzz_asked *asked = fuzz_executor_asked(&count);

	if (count == model.asked_count && memcmp(asked, model.asked, count * sizeof(*asked)) == 0)
		return true;
	while (i < count && i < model.asked_count && memcmp(&asked[i], &model.asked[i], sizeof(*asked)) == 0)
		i++;
	if (i == count)
		return differ(d, "not asked", &model.asked[i]);
	return differ(d, i < model.asked_count ? "asked instead" : "asked once too often", &asked[i]);
}

static jmp_buf crash;
static volatile sig_atomic_t crash_signal;

/* Two ticks inside one operation: the library does not return. Under a witness each access takes as long as a thousand. */
static bool hangs(void)
{
	static uint64_t seen = UINT64_MAX;
	static unsigned ticks;
	uint64_t inside = fuzz_executor_busy() ? fuzz_checked_ops : UINT64_MAX;

	ticks = seen == inside && inside != UINT64_MAX ? ticks + 1 : 0;
	seen = inside;
	return ticks > (fuzz_witness ? 100 : 0);
}

static void crashed(int signal)
{
	if (signal == SIGVTALRM && !hangs())
		return;
	if (!fuzz_executor_busy()) {
		struct sigaction standard = {.sa_handler = SIG_DFL};

		sigaction(signal, &standard, NULL);
		raise(signal);
		return;
	}
	crash_signal = signal;
	fuzz_executor_abandon();
	_longjmp(crash, 1);
}

static bool catching;

void fuzz_catch_signals(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGVTALRM};
	static uint8_t stack[64 * 1024];
	stack_t alternative = {.ss_sp = stack, .ss_size = sizeof(stack)};
	/*
	 * Of the process's own CPU time, which a busy machine, or its kernel on the process's behalf, does not take away. An
	 * operation takes microseconds, a hundred times that under an emulator.
	 */
	const struct itimerval tick = {.it_interval = {.tv_usec = 20000}, .it_value = {.tv_usec = 20000}};
	struct sigaction action = {.sa_handler = crashed, .sa_flags = SA_ONSTACK | SA_NODEFER};

	sigaltstack(&alternative, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	setitimer(ITIMER_VIRTUAL, &tick, NULL);
	catching = true;
}

static bool thorough;

static bool compare_seen(struct fuzz_divergence *d)
{
	return !fuzz_witness || !diverges(d, FUZZ_ACCESSES, fuzz_witness->agrees(&model, d->text));
}

static bool step(const struct fuzz_call *call, struct fuzz_divergence *d, fuzz_observer *observer, void *context)
{
	struct fuzz_result core, want;

	if (__builtin_expect(fuzz_witness != NULL, 0))
		fuzz_witness->run(call, &core);
	else
		fuzz_executor_run(call, &core);
	fuzz_model_run(&model, call, &want);
	fuzz_checked_ops++;
	fuzz_checked_of[call->op]++;
	if (observer)
		observer(context, d->step, &model, call, &want);
	return compare_answers(d, &core, &want) && (thorough ? compare_memory(d) : compare_written(d)) && compare_trace(d) &&
	       compare_asked(d) && compare_seen(d);
}

/* Owners that the program left open are dropped as the program would do it: then everything must have been released. */
static bool drop_holds(struct fuzz_divergence *d, fuzz_observer *observer, void *context)
{
	while (fuzz_left_open(&model, &d->call)) {
		d->backend[0] = d->backend[1] = FUZZ_BACKENDS;
		if (!step(&d->call, d, observer, context))
			return false;
		d->step++;
	}
	return true;
}

static void start(uint16_t layout)
{
	fuzz_setup();
	memcpy(model.memory, fresh, sizeof(fresh));
	fuzz_model_start(&model, layout);
	fuzz_executor_start(layout, fresh);
	fuzz_programs++;
}

static bool run(const struct fuzz_program *program, struct fuzz_divergence *d, fuzz_observer *observer, void *context)
{
	d->kind = FUZZ_AGREE;
	d->text[0] = '\0';
	start(program->layout);
	if (catching && _setjmp(crash)) {
		if (fuzz_witness)
			fuzz_witness->abandon();
		d->kind = crash_signal == SIGVTALRM ? FUZZ_HANGS : FUZZ_CRASHES;
		snprintf(d->text, sizeof(d->text), "%s", d->kind == FUZZ_HANGS ? "does not return" : strsignal(crash_signal));
		/* What the program left open is dropped after its last operation. */
		if (d->step >= program->count)
			d->step = program->count - 1;
		return false;
	}
	for (d->step = 0; d->step < program->count; d->step++) {
		if (!fuzz_resolve(&d->call, &program->record[d->step], &model))
			continue;
		d->backend[0] = model.view[d->call.a % FUZZ_SLOTS].backend;
		d->backend[1] = model.view[d->call.b % FUZZ_SLOTS].backend;
		if (!step(&d->call, d, observer, context))
			return false;
	}
	if (!drop_holds(d, observer, context)) {
		d->step = program->count - 1;
		return false;
	}
	return thorough || compare_memory(d);
}

bool fuzz_run(const struct fuzz_program *program, struct fuzz_divergence *d, fuzz_observer *observer, void *context)
{
	thorough = observer;
	if (run(program, d, observer, context))
		return true;
	if (thorough || d->step < program->count)
		return false;
	thorough = true;
	if (!run(program, d, NULL, NULL))
		return false;
	d->kind = FUZZ_BYTES;
	d->step = program->count - 1;
	snprintf(d->text, sizeof(d->text), "memory is wrong at the end, but right after each operation when run again");
	return false;
}

bool fuzz_run_bytes(const uint8_t *data, size_t size, unsigned groups, struct fuzz_divergence *d)
{
	struct fuzz_program program;
	bool same;

	fuzz_decode(&program, data, size);
	for (unsigned i = 0; groups && i < program.count; i++)
		if (!(fuzz_op_group(program.record[i].op) & groups))
			program.record[i].op = FUZZ_nothing;
	same = fuzz_run(&program, d, NULL, NULL);
	/* What a faulty library left behind is not touched again. */
	if (same)
		fuzz_executor_end();
	return same;
}

void fuzz_signature(char text[96], const struct fuzz_divergence *d)
{
	bool second = fuzz_op_second(d->call.op);

	snprintf(text, 96, "%s-%s%s%s-%s", fuzz_op_name(d->call.op),
		 fuzz_op_types(d->call.op) ? fuzz_backend_name(d->backend[0]) : "world", second ? "-" : "",
		 second ? fuzz_backend_name(d->backend[1]) : "", fuzz_divergence_name(d->kind));
}
