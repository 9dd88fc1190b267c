/* SPDX-License-Identifier: MIT */
/*
 * Two observers that share nothing, the in-process tracer and the host of a virtual machine, must see the same accesses of every
 * routine whose mapping may be emulated by trapping (STRICT, STRICT-S). Without KVM there is no second observer: skipped.
 */
#include <kvm_x86.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* After the headers it needs. */
#include <cmocka.h>

#define WINDOW	  ((size_t)1 << 14)
#define SKIPPED	  77
#define SMALL	  128
#define EVERY_MEM 16 /* bytes up to which every alignment of the memory side is tried */
#define RANDOM	  24
#define LARGE	  2048

#ifdef __SANITIZE_THREAD__
#define NEEDS_RUNTIME 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define NEEDS_RUNTIME 1
#endif
#endif
#ifndef NEEDS_RUNTIME
#define NEEDS_RUNTIME 0
#endif

static struct iop_kvm *kvm;
static struct iop_tracer *tracer;
static const struct iop_routine *judged; /* one of the table, which may be for some sizes and places only */

static void print_side(const char *who, const struct iop_access_list *list, size_t i)
{
	if (i < list->count)
		print_error("  %s: access %zu of %zu is a %s of %u at %td\n", who, i, list->count,
			    list->access[i].write ? "write" : "read", list->access[i].width, list->access[i].offset);
	else
		print_error("  %s: %zu accesses, %s\n", who, list->count, list->blind ? list->blind : "no more");
}

/* 1 if both observers saw the same, and the data arrived in both worlds; 0 with words otherwise. */
static int agree(const char *name, const struct iop_copy_call *call)
{
	struct iop_copy_traced inside;
	struct iop_kvm_traced outside;

	if (judged && !iop_routine_takes(judged, call->io_align | (uintptr_t)call->distance, call->mem_align, call->n))
		return 1;
	assert_int_equal(iop_copy_trace(&inside, tracer, WINDOW, call, IOP_STRICT), 0);
	assert_int_equal(iop_kvm_trace(&outside, kvm, call), 0);
	assert_int_equal(inside.sides, outside.lists);
	for (unsigned i = 0; i < outside.lists; i++) {
		size_t at = iop_lists_differ(&inside.side[i].list, &outside.list[i]);

		if (at == SIZE_MAX && inside.data_right && outside.data_right)
			continue;
		print_error("%s %s, %zu bytes, device side at %u, memory side at %u, distance %td: %s\n", name,
			    iop_copy_op_name(call->op), call->n, call->io_align, call->mem_align, call->distance,
			    at == SIZE_MAX ? "wrong data" : "the observers differ");
		print_side("tracer", &inside.side[i].list, at);
		print_side("host", &outside.list[i], at);
		return 0;
	}
	return 1;
}

static void every_small_call(const char *name, struct iop_copy_call *call)
{
	for (call->n = 0; call->n <= SMALL; call->n++)
		for (call->io_align = 0; call->io_align < 8; call->io_align++) {
			unsigned all = call->op != IOP_SET && call->n <= EVERY_MEM;

			for (unsigned m = 0; m < (all ? 8 : 1); m++) {
				call->mem_align = all ? m : (unsigned)(call->n + call->io_align) * 3 % 8;
				assert_true(agree(name, call));
			}
		}
}

/* Near and far, to both sides, of the same and of another phase; overlapping where the size is larger. */
static void every_small_move(const char *name, struct iop_copy_call *call)
{
	static const ptrdiff_t distances[] = {-136, -64, -9, -8, -1, 0, 1, 8, 13, 64, 139};

	for (size_t d = 0; d < sizeof(distances) / sizeof(distances[0]); d++)
		for (call->n = 0; call->n <= SMALL; call->n += call->n < 20 ? 1 : 7)
			for (call->io_align = 0; call->io_align < 8; call->io_align += 3) {
				call->distance = distances[d];
				assert_true(agree(name, call));
			}
}

static void some_large_calls(const char *name, struct iop_copy_call *call)
{
	for (unsigned i = 0; i < RANDOM; i++) {
		call->n = (size_t)rand() % LARGE;
		call->io_align = (unsigned)rand() % 64;
		call->mem_align = (unsigned)rand() % 64;
		call->distance = call->op == IOP_MOVE ? rand() % LARGE - LARGE / 2 : 0;
		assert_true(agree(name, call));
	}
}

static void every_routine_looks_the_same_from_outside(void **state)
{
	unsigned checked = 0;

	(void)state;
	srand(1);
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];
		struct iop_copier copier = {r->toio, r->fromio, r->set, r->move};

		if (r->tier > IOP_STRICT_S || (r->supported && !r->supported()))
			continue;
		for (unsigned op = 0; op < IOP_COPY_OPS; op++) {
			struct iop_copy_call call = {.op = (enum iop_copy_op)op, .copier = &copier};

			if (!iop_copier_offers(&copier, call.op))
				continue;
			judged = r;
			if (op == IOP_MOVE)
				every_small_move(r->name, &call);
			else
				every_small_call(r->name, &call);
			some_large_calls(r->name, &call);
			checked++;
		}
	}
	judged = NULL;
	assert_true(checked > 0);
}

/* Mutants and strangers: what they do wrong must be seen from outside too. */
#define AT(p, i) (((volatile unsigned char *)(uintptr_t)(p))[i])

static void skips(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (i != n / 2)
			AT(io, i) = AT(src, i);
}

static void doubles(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		AT(io, i) = AT(src, i);
	AT(io, n - 1) = AT(src, n - 1);
}

static void backwards(volatile void *io, const void *src, size_t n)
{
	while (n--)
		AT(io, n) = AT(src, n);
}

static void past_the_end(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i <= n; i++)
		AT(io, i) = AT(src, i);
}

static void reads_back(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		AT(io, i) = AT(src, i);
	(void)AT(io, 0);
}

static void misaligned(volatile void *io, const void *src, size_t n)
{
	uint64_t word;

	(void)n;
	memcpy(&word, src, sizeof(word));
	__asm__ volatile("movq %1, (%0)" : : "r"((volatile unsigned char *)io), "r"(word) : "memory");
}

static void by_string(volatile void *io, const void *src, size_t n)
{
	__asm__ volatile("rep movsb" : "+D"(io), "+S"(src), "+c"(n) : : "memory");
}

static void mutants_are_seen_for_what_they_do(void **state)
{
	static const struct {
		const char *name;
		void (*toio)(volatile void *io, const void *src, size_t n);
		unsigned broken, align;
	} cases[] = {
		{"skips", skips, IOP_RULE_MISSED, 0},
		{"doubles", doubles, IOP_RULE_TWICE, 0},
		{"backwards", backwards, IOP_RULE_ORDER, 0},
		{"past the end", past_the_end, IOP_RULE_OUTSIDE, 0},
		{"reads back", reads_back, IOP_RULE_DIRECTION | IOP_RULE_TWICE | IOP_RULE_ORDER, 0},
		{"misaligned", misaligned, IOP_RULE_ALIGNED, 3},
		{"string", by_string, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct iop_copier copier = {.toio = cases[i].toio};
		const struct iop_copy_call call = {.op = IOP_TOIO, .copier = &copier, .n = 8, .io_align = cases[i].align};
		struct iop_question question = {.n = 8, .write = true, .io = cases[i].align};
		struct iop_copy_traced inside;
		struct iop_kvm_traced outside;

		assert_int_equal(iop_kvm_trace(&outside, kvm, &call), 0);
		assert_null(outside.blind);
		if (iop_rules_judge(&outside.list[0], &question).broken != cases[i].broken)
			fail_msg("%s: judged 0x%x", cases[i].name, iop_rules_judge(&outside.list[0], &question).broken);
		assert_int_equal(outside.data_right, cases[i].toio != skips && cases[i].toio != past_the_end);
		assert_int_equal(iop_copy_trace(&inside, tracer, WINDOW, &call, IOP_STRICT), 0);
		assert_true(iop_lists_differ(&inside.side[0].list, &outside.list[0]) == SIZE_MAX);
	}
}

/* An observer that errs must be found out: one list is altered in each way it could be wrong. */
static void a_difference_is_reported(void **state)
{
	const struct iop_copier copier = {.toio = iop_routines[0]->toio};
	const struct iop_copy_call call = {.op = IOP_TOIO, .copier = &copier, .n = 61, .io_align = 3};
	struct iop_copy_traced inside;
	struct iop_kvm_traced outside;
	struct iop_access_list *list = &outside.list[0];
	struct iop_access kept;

	(void)state;
	assert_int_equal(iop_copy_trace(&inside, tracer, WINDOW, &call, IOP_STRICT), 0);
	assert_int_equal(iop_kvm_trace(&outside, kvm, &call), 0);
	assert_true(iop_lists_differ(&inside.side[0].list, list) == SIZE_MAX);
	assert_true(list->count > 4);

	for (size_t i = 0; i < list->count; i++) {
		kept = list->access[i];
		list->access[i].offset++;
		assert_int_equal(iop_lists_differ(&inside.side[0].list, list), i);
		list->access[i] = kept;
		list->access[i].width *= 2;
		assert_int_equal(iop_lists_differ(&inside.side[0].list, list), i);
		list->access[i] = kept;
		list->access[i].write = !kept.write;
		assert_int_equal(iop_lists_differ(&inside.side[0].list, list), i);
		list->access[i] = kept;
	}
	list->count--;
	assert_int_equal(iop_lists_differ(&inside.side[0].list, list), list->count);
	assert_int_equal(iop_lists_differ(list, &inside.side[0].list), list->count);
	list->count++;
	list->blind = "a reason";
	assert_int_equal(iop_lists_differ(&inside.side[0].list, list), list->count);
	list->blind = NULL;
	list->lost = 1;
	assert_int_equal(iop_lists_differ(&inside.side[0].list, list), list->count);
	list->lost = 0;
	assert_true(iop_lists_differ(&inside.side[0].list, list) == SIZE_MAX);
}

static void touches_nothing(volatile void *io, const void *src, size_t n)
{
	(void)io, (void)src;
	*(volatile unsigned char *)(uintptr_t)(n * 4096) = 1;
}

static void undefined(volatile void *io, const void *src, size_t n)
{
	(void)io, (void)src, (void)n;
	__asm__ volatile("ud2");
}

static void by_vector(volatile void *io, const void *src, size_t n)
{
	(void)n;
	__asm__ volatile(".byte 0xc5, 0xfe, 0x6f, 0x06\n\t" /* vmovdqu (%rsi), %ymm0 */
			 ".byte 0xc5, 0xfe, 0x7f, 0x07"	    /* vmovdqu %ymm0, (%rdi) */
			 :
			 : "D"(io), "S"(src)
			 : "memory");
}

static struct iop_kvm_traced one_call(void (*toio)(volatile void *, const void *, size_t), size_t n)
{
	const struct iop_copier copier = {.toio = toio};
	const struct iop_copy_call call = {.op = IOP_TOIO, .copier = &copier, .n = n};
	struct iop_kvm_traced traced;

	assert_int_equal(iop_kvm_trace(&traced, kvm, &call), 0);
	return traced;
}

/* A routine that does not come back leaves a reason and no verdict, and the guest is as good as before. */
static void a_failed_call_is_blind_and_leaves_no_trace(void **state)
{
	struct iop_kvm_traced traced;

	(void)state;
	for (unsigned again = 0; again < 2; again++) {
		traced = one_call(touches_nothing, 1);
		assert_non_null(traced.blind);
		assert_non_null(strstr(traced.blind, "accessed 0x1000, which is not mapped"));
		assert_non_null(traced.list[0].blind);
		traced = one_call(undefined, 32);
		assert_non_null(traced.blind);
		assert_non_null(strstr(traced.blind, "exception 6"));
		traced = one_call(by_vector, 32);
		/* Today's hosts cannot decode it, and it is for that that there is no verdict; one that can must get it right. */
		if (traced.blind) {
			assert_non_null(strstr(traced.blind, "the host cannot decode the instruction"));
			assert_non_null(traced.list[0].blind);
		} else {
			assert_true(traced.data_right);
		}
		traced = one_call(iop_routines[0]->toio, 32);
		assert_null(traced.blind);
		assert_true(traced.data_right);
	}
}

static volatile size_t mine;

static void writes_as_often_as_mine(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < mine && i < n; i++)
		AT(io, i) = AT(src, i);
	mine = 99;
}

/* The guest sees this process as it is now, and changes nothing in it. */
static void the_guest_is_a_copy(void **state)
{
	(void)state;
	for (size_t i = 1; i < 5; i++) {
		struct iop_kvm_traced traced;

		mine = i;
		traced = one_call(writes_as_often_as_mine, 8);
		assert_null(traced.blind);
		assert_int_equal(mine, i);
		assert_int_equal(traced.list[0].count, i);
	}
}

static void what_does_not_fit_is_refused(void **state)
{
	const struct iop_copier copier = {.toio = iop_routines[0]->toio, .move = NULL};
	struct iop_copy_call call = {.op = IOP_TOIO, .copier = &copier, .n = iop_kvm_longest() + 1};
	struct iop_kvm_traced traced;

	(void)state;
	assert_int_equal(iop_kvm_trace(&traced, kvm, &call), -EINVAL);
	call.n = 8;
	call.io_align = 64;
	assert_int_equal(iop_kvm_trace(&traced, kvm, &call), -EINVAL);
	call.io_align = 0;
	call.op = IOP_MOVE;
	assert_int_equal(iop_kvm_trace(&traced, kvm, &call), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_routine_looks_the_same_from_outside),
		cmocka_unit_test(mutants_are_seen_for_what_they_do),
		cmocka_unit_test(a_difference_is_reported),
		cmocka_unit_test(a_failed_call_is_blind_and_leaves_no_trace),
		cmocka_unit_test(the_guest_is_a_copy),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};
	char why[200];
	int failed;

	if (NEEDS_RUNTIME) {
		printf("skipped: ThreadSanitizer's runtime is called on each access and needs an operating system, the guest has "
		       "none\n");
		return SKIPPED;
	}
	if (iop_kvm_open(&kvm, why, sizeof(why))) {
		printf("skipped: %s\n", why);
		return SKIPPED;
	}
	if (iop_tracer_open(&tracer, WINDOW)) {
		printf("skipped: this machine cannot be traced in the process\n");
		iop_kvm_close(kvm);
		return SKIPPED;
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	iop_tracer_close(tracer);
	iop_kvm_close(kvm);
	return failed;
}
