/* SPDX-License-Identifier: MIT */
/* What is timed in turns: batches, places and medians, on a clock that only work moves, and which lines of a device are written. */
#include <host/accesses.h>
#include <sample/calibrate.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PAGE  4096
#define LINE  64
#define ROUND 8

/* A reading before work is @before, the one after it as much later as the work took, or as the plan of readings says. */
static double before, took;
static const double *plan;
static size_t readings, planned;

double __wrap_iop_worker_seconds(void);

double __wrap_iop_worker_seconds(void)
{
	const double seconds = plan ? plan[readings / 2 % planned] : took;

	if (readings++ % 2)
		return before + seconds;
	took = 0;
	return before;
}

static int begin(void **state)
{
	(void)state;
	before = 16;
	took = 0;
	plan = NULL;
	readings = 0;
	return 0;
}

/* Work of a known cost, which says where it was done and how much of it. */
struct work {
	double cost, more[ROUND]; /* seconds of an operation, and how much more in a round */
	struct iop_timed_place place;
	volatile unsigned char *at[3 * ROUND];
	size_t ops[3 * ROUND], count;
};

static void work(void *arg, size_t ops)
{
	struct work *w = arg;

	if (w->count < 3 * ROUND) {
		w->at[w->count] = w->place.now;
		w->ops[w->count] = ops;
	}
	/* In each round there is one operation before the batch. */
	took += (w->cost + (ops > 1 ? w->more[w->count / 2 % ROUND] : 0)) * (double)ops;
	w->count++;
}

static void a_cost_is_the_median_of_its_rounds(void **state)
{
	static struct work w[2] = {{.cost = 1e-6, .more = {1e-6, 2e-6, 0, 8e-6, 9e-6}}, {.cost = 7e-6}};
	struct iop_timed timed[] = {{.work = work, .arg = &w[0], .ops = 10}, {.work = work, .arg = &w[1], .ops = 5}};

	(void)state;
	assert_true(iop_time_in_turns(timed, 2, 5));
	assert_true(fabs(timed[0].median - 3000) < 1e-6 && fabs(timed[1].median - 7000) < 1e-6);
	assert_true(w[0].count == 10 && w[1].count == 10);
	for (size_t i = 0; i < 10; i++)
		assert_true(w[0].ops[i] == (i % 2 ? 10 : 1) && w[1].ops[i] == (i % 2 ? 5 : 1));
}

static void a_batch_takes_20_microseconds(void **state)
{
	static const struct {
		double cost;
		size_t ops;
	} batches[] = {{20e-6, 1}, {1, 1}, {10e-6, 2}, {9.9e-6, 4}, {5e-6, 4}, {1e-6, 32}, {0, 65536}};

	(void)state;
	before = 0;
	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		struct work w = {.cost = batches[i].cost};
		struct iop_timed timed = {.work = work, .arg = &w};

		assert_true(iop_time_in_turns(&timed, 1, 1));
		assert_int_equal(timed.ops, batches[i].ops);
	}
}

static void the_shortest_of_three_decides(void **state)
{
	/* Of one operation, of two and of four: then one batch. */
	static const double seconds[] = {1, 1e-6, 1, 1, 1, 19e-6, 20e-6, 21e-6, 1, 4e-6};
	struct work w = {0};
	struct iop_timed timed = {.work = work, .arg = &w};

	(void)state;
	before = 0;
	plan = seconds;
	planned = sizeof(seconds) / sizeof(seconds[0]);
	assert_true(iop_time_in_turns(&timed, 1, 1));
	assert_true(timed.ops == 4 && fabs(timed.median - 1000) < 1e-6);
}

static void rounds_go_from_page_to_page(void **state)
{
	static unsigned char memory[3 * PAGE];
	static const size_t page[ROUND] = {0, 1, 2, 0, 1, 2, 0, 1};
	struct work paged = {.cost = 1, .place = {.start = memory, .pages = 3}};
	struct work small = {.cost = 1, .place = {.start = memory + 1}};
	struct iop_timed timed[] = {{.work = work, .arg = &paged, .place = {&paged.place}, .ops = 2},
				    {.work = work, .arg = &small, .place = {NULL, &small.place}, .ops = 2}};

	(void)state;
	assert_true(iop_time_in_turns(timed, 2, ROUND));
	assert_true(paged.count == 2 * ROUND && small.count == 2 * ROUND);
	for (size_t i = 0; i < 2 * ROUND; i++) {
		assert_ptr_equal(paged.at[i], memory + page[i / 2] * PAGE);
		assert_ptr_equal(small.at[i], memory + 1);
	}
}

/* Two pages of a device, and what lies before and behind them. */
static unsigned char device[4 * PAGE] __attribute__((aligned(PAGE)));

static struct iop_calibration calibrated(size_t offset, size_t size, bool write, bool wc, unsigned widths)
{
	struct iop_calibration c = {
		.device = device + PAGE + offset, .size = size, .widths = widths, .write = write, .wc = wc, .rounds = 2};

	memset(device, 0xa5, sizeof(device));
	readings = 0;
	assert_true(iop_calibrate(&c));
	return c;
}

static bool holds(size_t from, size_t to, unsigned char value)
{
	for (size_t i = from; i < to; i++)
		if (device[i] != value)
			return false;
	return true;
}

static void lines_are_written_where_that_is_allowed(void **state)
{
	/* No batch is long enough: all have the most operations. */
	static const double short_time = 1e-6;
	static const struct {
		size_t offset, size, written;
		bool write, wc;
	} places[] = {
		{0, 2 * LINE, 2 * LINE, true, true}, {LINE, 2 * LINE + 1, 2 * LINE, true, true},
		{0, 2 * LINE - 1, 0, true, true},    {4, 2 * LINE, 0, true, true},
		{0, 2 * LINE, 0, false, true},	     {0, 2 * LINE, 0, true, false},
		{0, PAGE - 1, 2 * LINE, true, true}, {0, PAGE, PAGE, true, true},
		{0, 2 * PAGE, 2 * PAGE, true, true},
	};

	(void)state;
	plan = &short_time;
	planned = 1;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const struct iop_calibration c = calibrated(places[i].offset, places[i].size, places[i].write, places[i].wc, 0);
		const size_t from = PAGE + places[i].offset, to = from + places[i].written;

		assert_true(holds(0, from, 0xa5) && holds(from, to, 0) && holds(to, sizeof(device), 0xa5));
		assert_int_equal(isnan(c.line[0]), !places[i].written);
		assert_int_equal(isnan(c.line[1]), !places[i].written);
		assert_int_equal(isnan(c.flush), !places[i].written);
	}
}

/* Three tries each, then two rounds: lines of the device, with a flush after each, and lines of cached memory. */
static void a_flush_is_what_it_adds(void **state)
{
	static const double more[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 30e-6, 50e-6, 40e-6, 30e-6, 50e-6, 40e-6};
	static const double less[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 30e-6, 20e-6, 40e-6, 30e-6, 20e-6, 40e-6};
	struct iop_calibration c;

	(void)state;
	before = 0;
	planned = sizeof(more) / sizeof(more[0]);
	plan = more;
	c = calibrated(0, 2 * LINE, true, true, 0);
	assert_int_equal(readings, 2 * planned);
	assert_true(fabs(c.line[0] - 30000) < 1e-6 && fabs(c.line[1] - 40000) < 1e-6 && fabs(c.flush - 20000) < 1e-6);
	plan = less;
	c = calibrated(0, 2 * LINE, true, true, 0);
	assert_true(c.flush == 0);
}

static void widths_are_measured_that_are_asked_for(void **state)
{
	static const double second = 1;
	struct iop_calibration c;

	(void)state;
	plan = &second;
	planned = 1;
	for (unsigned write = 0; write < 2; write++)
		for (unsigned widths = 0; widths < 16; widths++) {
			c = calibrated(0, 4, write, false, widths);
			assert_true(holds(0, sizeof(device), 0xa5));
			for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
				for (unsigned where = 0; where < 2; where++) {
					/* Nothing wider than the place. */
					const bool measured = w < 3 && widths & 1u << w;

					assert_int_equal(c.cost[where][IOP_ACCESS_READ][w] == 1e9, measured);
					assert_int_equal(isnan(c.cost[where][IOP_ACCESS_READ][w]), !measured);
					assert_int_equal(isnan(c.cost[where][IOP_ACCESS_WRITE][w]), !measured || !write);
				}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_cost_is_the_median_of_its_rounds, begin),
		cmocka_unit_test_setup(a_batch_takes_20_microseconds, begin),
		cmocka_unit_test_setup(the_shortest_of_three_decides, begin),
		cmocka_unit_test_setup(rounds_go_from_page_to_page, begin),
		cmocka_unit_test_setup(lines_are_written_where_that_is_allowed, begin),
		cmocka_unit_test_setup(a_flush_is_what_it_adds, begin),
		cmocka_unit_test_setup(widths_are_measured_that_are_asked_for, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
