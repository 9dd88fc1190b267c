/* SPDX-License-Identifier: MIT */
/*
 * judge-random COUNT [SEED]: as many random routines, each judged; carried out, single-stepped, and where KVM works and the host can
 * decode all of it, by the host of a virtual machine. Accesses, data and the rules broken in each tier are known from the making.
 * judge-random controls: a judge that has lost one rule is wrong about some of the first thousand.
 */
#include "random_routine.h"

#if JUDGE_KVM
#include <kvm_x86.h>
#endif
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define WINDOW	  ((size_t)1 << 12)
#define CODE	  ((size_t)1 << 16)
#define COMPLAIN  5
#define CONTROLS  1000
#define WIDTHS	  128 /* sets of widths up to 64 */
#define NO_ACCESS SIZE_MAX

struct session {
	struct iop_tracer *tracer;
	unsigned char *code;
	struct random_cpu cpu;
	struct random_routine routine;
	struct random_truth truth;
	size_t made, legal, wrong, in_guest;
	unsigned disabled; /* rules that the judge has lost */
	bool quiet;
#if JUDGE_KVM
	struct iop_kvm *kvm;
#endif
};

static const char *const spoilings[SPOILINGS] = {
	"not",	   "an access twice",	       "an access left out",	   "two exchanged",	 "misaligned",
	"outside", "a read or write too many", "read and written at once", "a string downwards", "another value"};

static void complain(struct session *s, uint64_t seed, const char *what)
{
	const struct random_routine *r = &s->routine;

	if (s->wrong++ >= COMPLAIN || s->quiet)
		return;
	fprintf(stderr, "DISAGREE: judge-random 1 %" PRIu64 ": %s: %s of %u bytes, sides at %u and %u, %u steps, spoilt: %s\n",
		seed, what, iop_copy_op_name(r->op), r->n, r->io_align, r->mem_align, r->steps, spoilings[r->spoilt]);
}

/* The first access in which a list differs from the truth; NO_ACCESS if none does. */
static size_t differs(const struct iop_access_list *list, const struct random_truth *t, bool forms)
{
	for (size_t i = 0; i < list->count && i < t->count; i++) {
		const struct iop_access *a = &list->access[i], *b = &t->access[i];

		if (a->offset != b->offset || a->width != b->width || a->write != b->write || a->mask != b->mask ||
		    (forms && a->form != b->form))
			return i;
	}
	return list->count == t->count && !list->blind && !list->lost ? NO_ACCESS : list->count;
}

/* A byte of a wrong place may be the right one by chance, though not with every pattern. */
static bool data_as_known(struct session *s, const struct iop_copy_call *call, bool right)
{
	struct iop_copy_call other = *call;
	struct iop_copy_traced traced;

	for (other.pattern = 1; right && !s->truth.data_right && other.pattern < IOP_COPY_PATTERNS; other.pattern++)
		right = !iop_copy_trace(&traced, s->tracer, WINDOW, &other, IOP_STRICT) && traced.data_right;
	return right == s->truth.data_right;
}

static const char *judge_one(struct session *s, const struct iop_copy_call *call, uint64_t *state, bool step)
{
	struct iop_copy_traced traced;
	struct iop_question question;

	iop_tracer_single_step(s->tracer, step);
	if (iop_copy_trace(&traced, s->tracer, WINDOW, call, IOP_STRICT))
		return "could not be traced";
	if (differs(&traced.side[0].list, &s->truth, true) != NO_ACCESS)
		return step ? "stepped, other accesses" : "carried out, other accesses";
	question = traced.side[0].question;
	for (question.tier = IOP_STRICT; question.tier < IOP_TIERS; question.tier++) {
		question.widths = random_below(state, 2) ? random_below(state, WIDTHS) : 0;
		if ((iop_rules_judge(&traced.side[0].list, &question).broken & ~s->disabled) !=
		    random_broken(&s->truth, &s->routine, question.tier, question.widths))
			return "other rules broken";
	}
	return data_as_known(s, call, traced.data_right) ? NULL : "the data is judged wrongly";
}

static const char *judge_in_guest(struct session *s, const struct iop_copy_call *call)
{
#if JUDGE_KVM
	struct iop_kvm_traced traced;

	if (!s->kvm || !s->routine.trapped)
		return NULL;
	if (iop_kvm_trace(&traced, s->kvm, call))
		return "could not be run in the guest";
	s->in_guest++;
	if (traced.blind)
		return traced.blind;
	if (differs(&traced.list[0], &s->truth, false) != NO_ACCESS)
		return "the host of the guest sees other accesses";
	return traced.data_right || !s->truth.data_right ? NULL : "the host of the guest sees other data";
#else
	(void)s, (void)call;
	return NULL;
#endif
}

/* Spoiling once breaks the rule that it was to break: else the generator would prove nothing. */
static bool as_meant(const struct random_routine *r, const struct random_truth *t)
{
	static const unsigned meant[SPOILINGS] = {
		[SPOILT_DOUBLED] = IOP_RULE_TWICE,   [SPOILT_LEFT_OUT] = IOP_RULE_MISSED, [SPOILT_SWAPPED] = IOP_RULE_ORDER,
		[SPOILT_SHIFTED] = IOP_RULE_ALIGNED, [SPOILT_OUTSIDE] = IOP_RULE_OUTSIDE, [SPOILT_DIRECTION] = IOP_RULE_DIRECTION,
		[SPOILT_UPDATE] = IOP_RULE_FORM,     [SPOILT_DOWN] = IOP_RULE_ORDER,
	};
	const unsigned broken = random_broken(t, r, IOP_STRICT, 0);

	if (r->spoilt == NOT_SPOILT)
		return t->data_right && !random_broken(t, r, IOP_WIDE_M, 0);
	if (r->spoilt_times > 1)
		return true;
	return r->spoilt == SPOILT_DATA ? !t->data_right : (broken & meant[r->spoilt]) != 0;
}

static bool one(struct session *s, uint64_t seed)
{
	struct random_routine *r = &s->routine;
	struct iop_copier copier = {0};
	struct iop_copy_call call = {.copier = &copier};
	uint64_t state = seed;
	const char *what;

	random_plan(r, &s->cpu, &state);
	random_truth(&s->truth, r);
	if (!random_emit(r, s->code, CODE, &state)) {
		fprintf(stderr, "judge-random 1 %" PRIu64 ": cannot be encoded\n", seed);
		return false;
	}
	call.op = r->op;
	call.n = r->n;
	call.io_align = r->io_align;
	call.mem_align = r->mem_align;
	*(void **)(r->op == IOP_TOIO	 ? (void *)&copier.toio
		   : r->op == IOP_FROMIO ? (void *)&copier.fromio
					 : (void *)&copier.set) = s->code;
	what = as_meant(r, &s->truth) ? judge_one(s, &call, &state, false) : "not spoilt as it was meant to be";
	if (!what)
		what = judge_one(s, &call, &state, true);
	if (!what)
		what = judge_in_guest(s, &call);
	s->made++;
	s->legal += r->spoilt == NOT_SPOILT;
	if (what)
		complain(s, seed, what);
	return true;
}

static int many(struct session *s, size_t count, uint64_t seed)
{
	for (size_t i = 0; i < count; i++)
		if (!one(s, seed + i))
			return 1;
	printf("%zu routines, %zu of them legal as planned; %zu also in a guest; %zu disagreements\n", s->made, s->legal,
	       s->in_guest, s->wrong);
	return s->wrong || s->made != count;
}

static int controls(struct session *s)
{
	size_t failed = 0;

	s->quiet = true;
	for (unsigned bit = 0; bit < IOP_RULES; bit++) {
		s->disabled = 1u << bit;
		s->wrong = 0;
		/* Nothing that is made at random here hides from the observer. */
		if (s->disabled == IOP_RULE_BLIND)
			continue;
		for (uint64_t seed = 1; seed <= CONTROLS && !s->wrong; seed++)
			if (!one(s, seed))
				return 1;
		printf("without '%s': %s\n", iop_rule_words(bit), s->wrong ? "found out" : "NOT FOUND OUT");
		failed += !s->wrong;
	}
	return failed != 0;
}

static unsigned cpuid_ecx(unsigned leaf)
{
	unsigned a = leaf, b, c = 0, d;

	__asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	return c;
}

int main(int argc, char **argv)
{
	static struct session s;
	const bool control = argc > 1 && strcmp(argv[1], "controls") == 0;
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	int result;

	if (!count && !control) {
		fprintf(stderr, "usage: judge-random COUNT [SEED] | controls\n");
		return 2;
	}
	s.cpu = (struct random_cpu){cpuid_ecx(1) >> 22 & 1, cpuid_ecx(7) >> 27 & 1, __builtin_cpu_supports("avx2"),
				    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")};
	s.code = mmap(NULL, CODE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s.code == MAP_FAILED || iop_tracer_open(&s.tracer, WINDOW))
		return 2;
#if JUDGE_KVM
	char why[200];

	if (!control && iop_kvm_open(&s.kvm, why, sizeof(why))) {
		printf("no second opinion: %s\n", why);
		s.kvm = NULL;
	}
#endif
	result = control ? controls(&s) : many(&s, count, seed);
#if JUDGE_KVM
	if (s.kvm)
		iop_kvm_close(s.kvm);
#endif
	iop_tracer_close(s.tracer);
	return result;
}
