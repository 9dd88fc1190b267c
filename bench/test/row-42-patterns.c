/* SPDX-License-Identifier: MIT */
/*
 * Row 42: sequences of sizes are what their names say, and no predictor can learn one that is drawn at random: no 64 calls in a row
 * come twice. A batch goes on where the last one ended, and the walk between calls branches at random.
 */
#include <cells/copy_view.h>
#include <cells/evict.h>
#include <cells/module.h>
#include <cells/pattern.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WINDOW 64
#define SEED   7

static const struct iop_pattern *pattern_called(const char *name)
{
	for (const struct iop_pattern *p = iop_patterns; p->name; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	fail_msg("no pattern %s", name);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* How many windows of @count sizes, read over and over in @length, equal another one. */
static size_t repeated(const struct iop_sequence *s, size_t length)
{
	const uint64_t base = 0x9e3779b97f4a7c15;
	size_t count = s->length - WINDOW, again = 0;
	uint64_t *hash = malloc(count * sizeof(*hash)), out = 1, h = 0;

	assert_non_null(hash);
	for (size_t i = 0; i < WINDOW; i++) {
		out *= base;
		h = h * base + s->size[i % length] + 1;
	}
	for (size_t i = 0; i < count; i++) {
		hash[i] = h;
		h = h * base + s->size[(i + WINDOW) % length] + 1 - out * (s->size[i % length] + 1u);
	}
	qsort(hash, count, sizeof(*hash), compare);
	for (size_t i = 1; i < count; i++)
		again += hash[i] == hash[i - 1];
	free(hash);
	return again;
}

static void what_is_random_never_repeats(void **state)
{
	(void)state;
	for (const struct iop_pattern *p = iop_patterns; p->name; p++) {
		/* A shorter one is how the longer one begins; one in full is enough for the time of a test. */
		struct iop_sequence *s = iop_sequence_get(p, SEED, p->quick ? IOP_PATTERN_LOG2_LENGTH : 16);

		assert_non_null(s);
		if (p->order == IOP_PATTERN_CYCLE)
			assert_true(repeated(s, s->length) > 1000);
		else if (repeated(s, s->length))
			fail_msg("%s: %zu of its windows come twice", p->name, repeated(s, s->length));
		/* The control: as many calls of a short sequence. */
		assert_true(repeated(s, 4096) > s->length / 2);
		iop_sequence_put(s);
	}
}

/* Within six standard deviations of what is expected. */
static void expect_share(const char *name, unsigned size, double seen, double share, double of)
{
	double expected = share * of, off = seen - expected;

	if (off * off > 36 * expected)
		fail_msg("%s: %u bytes came %.0f times, not about %.0f", name, size, seen, expected);
}

static void sizes_come_as_often_as_they_should(void **state)
{
	(void)state;
	for (const struct iop_pattern *p = iop_patterns; p->name; p++) {
		struct iop_sequence *s = iop_sequence_get(p, SEED, IOP_PATTERN_LOG2_LENGTH);
		static double seen[4096];
		double weights = 0, bytes = 0, other = (double)s->length;

		memset(seen, 0, sizeof(seen));
		for (size_t i = 0; i < s->length; i++) {
			assert_in_range(s->size[i], iop_pattern_smallest(p), iop_pattern_largest(p));
			seen[s->size[i]]++;
			bytes += s->size[i];
		}
		for (size_t i = 0; i < p->count; i++)
			weights += p->sizes ? p->sizes[i].weight : 1;
		for (size_t i = 0; i < p->count; i++) {
			unsigned size = p->sizes ? p->sizes[i].size : (unsigned)i + 1;
			double runs = p->order == IOP_PATTERN_RUNS ? 16 : 1; /* fewer draws, longer ones: the deviation is larger */

			expect_share(p->name, size, seen[size] / runs, (p->sizes ? p->sizes[i].weight : 1) / weights,
				     (double)s->length / runs);
			other -= seen[size];
		}
		assert_true(other == 0);
		bytes /= (double)s->length;
		assert_true(bytes > iop_pattern_mean(p) - .5 && bytes < iop_pattern_mean(p) + 1.5);
		iop_sequence_put(s);
	}
}

static void orders_are_what_they_are_called(void **state)
{
	static const uint16_t cycle[] = {8, 16, 64, 32};
	struct iop_sequence *four = iop_sequence_get(pattern_called("cycle"), SEED, 12);
	struct iop_sequence *two = iop_sequence_get(pattern_called("alternate"), SEED, 12);
	struct iop_sequence *runs = iop_sequence_get(pattern_called("runs"), SEED, 16);
	size_t lengths[17] = {0}, from = 0;

	(void)state;
	for (size_t i = 0; i < four->length; i++) {
		assert_int_equal(four->size[i], cycle[i % 4]);
		assert_int_equal(two->size[i], i % 2 ? 64 : 16);
	}
	for (size_t i = 1; i < runs->length; i++)
		if (runs->size[i] != runs->size[i - 1]) {
			assert_in_range(i - from, 4, 16);
			lengths[i - from]++;
			from = i;
		}
	for (size_t i = 4; i <= 16; i++)
		assert_true(lengths[i] > 100);
	iop_sequence_put(four);
	iop_sequence_put(two);
	iop_sequence_put(runs);
}

static void cells_of_one_seed_share_a_sequence(void **state)
{
	const struct iop_pattern *p = pattern_called("uniform");
	struct iop_sequence *a = iop_sequence_get(p, SEED, 16), *b = iop_sequence_get(p, SEED, 16);
	struct iop_sequence *other = iop_sequence_get(p, SEED + 1, 16), *longer = iop_sequence_get(p, SEED, 17);

	(void)state;
	assert_ptr_equal(a, b);
	assert_ptr_not_equal(a, other);
	assert_ptr_not_equal(a, longer);
	assert_memory_not_equal(a->size, other->size, 64 * sizeof(*a->size));
	/* The same calls, and then more of them. */
	assert_memory_equal(a->size, longer->size, a->length * sizeof(*a->size));
	iop_sequence_put(a);
	iop_sequence_put(b);
	iop_sequence_put(other);
	iop_sequence_put(longer);
}

static struct {
	uint16_t size[16384];
	const unsigned char *dst[16384], *src[16384];
	size_t calls;
} seen;

static void note(volatile void *dst, const void *src, size_t n)
{
	seen.size[seen.calls] = (uint16_t)n;
	seen.dst[seen.calls] = (const unsigned char *)(uintptr_t)dst;
	seen.src[seen.calls++] = src;
}

/* The calls that a cell makes in batches of 1, 2, 3 and so on, seen by a routine in the place of its own. */
static void watch(const char *name)
{
	static const struct iop_copy_routine watcher = {"watcher", "mmio", "", note, NULL, NULL, 0, 0, 0, NULL};
	const struct iop_cells_module *module = iop_cells_module();
	struct iop_cell_env env = {.size = sizeof(env), .colour = 5, .seed = SEED};
	struct iop_cell cell = module->cells[0];
	void *ctx;

	for (size_t i = 0; i < module->count; i++)
		if (strcmp(module->cells[i].name, name) == 0)
			cell = module->cells[i];
	assert_string_equal(cell.name, name);
	cell.family = &watcher;
	assert_int_equal(cell.setup(&cell, &env, &ctx), 0);
	seen.calls = 0;
	for (uint64_t n = 1; seen.calls + n < 10000; n++)
		cell.batch(ctx, n);
	cell.teardown(ctx);
}

static void batches_go_on_where_the_last_one_ended(void **state)
{
	struct iop_sequence *s = iop_sequence_get(pattern_called("uniform"), SEED, 12);

	(void)state;
	watch("toio/mmio/strict/1-64/pattern=uniform/length=4096");
	assert_true(seen.calls > 2 * s->length);
	for (size_t i = 0; i < seen.calls; i++)
		assert_int_equal(seen.size[i], s->size[i % s->length]);
	iop_sequence_put(s);
}

static void places_are_random_on_both_sides(void **state)
{
	const unsigned char *dst = (void *)UINTPTR_MAX, *src = dst;
	size_t last[2] = {0, 0}, phases[2] = {0, 0};

	(void)state;
	watch("toio/mmio/strict/1-64/pattern=uniform-places");
	for (size_t i = 0; i < seen.calls; i++) {
		dst = seen.dst[i] < dst ? seen.dst[i] : dst;
		src = seen.src[i] < src ? seen.src[i] : src;
	}
	for (size_t i = 0; i < seen.calls; i++) {
		size_t places[2] = {(size_t)(seen.dst[i] - dst), (size_t)(seen.src[i] - src)};

		for (int side = 0; side < 2; side++) {
			assert_in_range(places[side], 0, IOP_PATTERN_PLACES - 1);
			last[side] = places[side] > last[side] ? places[side] : last[side];
			phases[side] |= (size_t)1 << places[side] % 8;
		}
	}
	assert_true(last[0] > IOP_PATTERN_PLACES * 9 / 10 && last[1] > IOP_PATTERN_PLACES * 9 / 10);
	assert_true(phases[0] == 0xff && phases[1] == 0xff);
}

static void the_walk_branches_at_random(void **state)
{
	uint64_t first, second;

	(void)state;
	if (!iop_evict_supported())
		skip();
	assert_int_equal(iop_evict_init(), 0);
	first = iop_evict_walk(12345);
	second = iop_evict_walk(67890);
	assert_in_range(first, IOP_EVICT_BLOCKS / 2 - 400, IOP_EVICT_BLOCKS / 2 + 400);
	assert_in_range(second, IOP_EVICT_BLOCKS / 2 - 400, IOP_EVICT_BLOCKS / 2 + 400);
	assert_int_not_equal(first, second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_random_never_repeats),
		cmocka_unit_test(sizes_come_as_often_as_they_should),
		cmocka_unit_test(orders_are_what_they_are_called),
		cmocka_unit_test(cells_of_one_seed_share_a_sequence),
		cmocka_unit_test(batches_go_on_where_the_last_one_ended),
		cmocka_unit_test(places_are_random_on_both_sides),
		cmocka_unit_test(the_walk_branches_at_random),
	};

	return cmocka_run_group_tests_name("row-42-patterns", tests, NULL, NULL);
}
