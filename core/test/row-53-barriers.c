/* SPDX-License-Identifier: MIT */
/*
 * Row 53: each barrier is what it says in the list of events; load-acquire and store-release are one access of their width; and what
 * the rules of barrier.h call "must not be observed" between two threads is not. What they compile to is disassembly-*'s.
 */
#include "two-threads.h"

#define ROUNDS 200000

static void events(void **state)
{
	(void)state;
#define IS(name, trace)                                         \
	do {                                                    \
		iotest_record();                                \
		iop_##name();                                   \
		assert_string_equal(iotest_trace(NULL), trace); \
	} while (0)
	IS(mb, "BW AR");
	IS(rmb, "AR");
	IS(wmb, "BW");
	IS(dma_rmb, "AR");
	IS(dma_wmb, "BW");
	IS(smp_mb, "BW AR");
	IS(smp_rmb, "AR");
	IS(smp_wmb, "BW");
}

#define ACQUIRE_AND_RELEASE(bits)                                                            \
	static void acquire_and_release_##bits(void **state)                                 \
	{                                                                                    \
		uint64_t seed = bits;                                                        \
		uint##bits##_t memory[3];                                                    \
		IOP_SYSMEM(uint##bits##_t) view = iop_view_at(__typeof__(view), &memory[1]); \
		(void)state;                                                                 \
		for (int round = 0; round < 100; round++) {                                  \
			uint##bits##_t value = (uint##bits##_t)iotest_random(&seed);         \
			memset(memory, (int)iotest_random(&seed), sizeof(memory));           \
			memory[2] = memory[0];                                               \
			iotest_record();                                                     \
			iop_smp_store_release(view, value);                                  \
			assert_int_equal(memory[1], value);                                  \
			assert_int_equal(memory[2], memory[0]);                              \
			assert_int_equal(iop_smp_load_acquire(view), value);                 \
			assert_int_equal(iotest_count(), 4);                                 \
			assert_int_equal(iotest_event(0)->kind, IOP_EVENT_BW);               \
			assert_int_equal(iotest_event(1)->kind, IOP_EVENT_ST);               \
			assert_int_equal(iotest_event(2)->kind, IOP_EVENT_LD);               \
			assert_int_equal(iotest_event(3)->kind, IOP_EVENT_AR);               \
			for (size_t i = 1; i < 3; i++) {                                     \
				assert_int_equal(iotest_event(i)->source, IOP_EVENT_SYSMEM); \
				assert_int_equal(iotest_event(i)->width, bits / 8);          \
				assert_ptr_equal((void *)iotest_event(i)->addr, &memory[1]); \
				assert_int_equal(iotest_event(i)->value, value);             \
			}                                                                    \
		}                                                                            \
	}
IOTEST_WIDTHS(ACQUIRE_AND_RELEASE)

static void value_is_evaluated_once(void **state)
{
	uint32_t word = 0;
	IOP_SYSMEM(uint32_t) view = iop_view_at(__typeof__(view), &word);
	uint64_t next = 5;

	(void)state;
	iop_smp_store_release(view, next++);
	assert_int_equal(word, 5);
	assert_int_equal(next, 6);
}

/* Apart, so that they are in different cache lines and can arrive in any order. */
struct shared {
	uint32_t entry, unused[31], index;
};
typedef IOP_SYSMEM(struct shared) shared_view;

/* Rule 1: the index says how far the entry is at least. */
#define HAND_OVER(name, publish, collect)                                                         \
	static void publish_##name(void *context, size_t round)                                   \
	{                                                                                         \
		shared_view s = iop_view_at(shared_view, context);                                \
		iop_write(iop_project(s, .entry), (uint32_t)round);                               \
		publish;                                                                          \
	}                                                                                         \
	static void hand_over_##name(void **state)                                                \
	{                                                                                         \
		struct shared memory = {0};                                                       \
		shared_view s = iop_view_at(shared_view, &memory);                                \
		struct partner partner;                                                           \
		(void)state;                                                                      \
		partner_start(&partner, publish_##name, &memory);                                 \
		for (int i = 0; i < ROUNDS; i++) {                                                \
			uint32_t index, entry;                                                    \
			collect;                                                                  \
			entry = iop_read(iop_project(s, .entry));                                 \
			if ((int32_t)(entry - index) < 0)                                         \
				fail_msg("index %u, entry %u", (unsigned)index, (unsigned)entry); \
		}                                                                                 \
		partner_stop(&partner);                                                           \
	}
#define WITH(write_barrier, read_barrier)                                                                       \
	HAND_OVER(read_barrier, iop_##write_barrier();                                                          \
		  iop_write(iop_project(s, .index), (uint32_t)round), index = iop_read(iop_project(s, .index)); \
		  iop_##read_barrier())
WITH(smp_wmb, smp_rmb)
WITH(dma_wmb, dma_rmb)
WITH(wmb, rmb)
WITH(mb, mb)
HAND_OVER(release_acquire, iop_smp_store_release(iop_project(s, .index), (uint32_t)round),
	  index = iop_smp_load_acquire(iop_project(s, .index)))

/* Rule 2: a cell of its own for each round, so that no round has to wait for the other thread. */
#define CELLS 20000
struct each {
	uint32_t said[CELLS], saw[CELLS];
};
struct both {
	struct each left, right;
};

static void say_and_look(struct each *mine, struct each *other, size_t i)
{
	IOP_SYSMEM(uint32_t) said = iop_view_at(__typeof__(said), &mine->said[i]);
	IOP_SYSMEM(uint32_t) others = iop_view_at(__typeof__(others), &other->said[i]);

	iop_write(said, 1);
	iop_smp_mb();
	mine->saw[i] = iop_read(others);
}

static void right_side(void *context, size_t round)
{
	struct both *both = (struct both *)context;

	if (round < CELLS)
		say_and_look(&both->right, &both->left, round);
}

static void each_says_and_looks(void **state)
{
	static struct both both;
	struct partner partner;

	(void)state;
	for (int times = 0; times < 10; times++) {
		memset(&both, 0, sizeof(both));
		partner_start(&partner, right_side, &both);
		for (size_t i = 0; i < CELLS; i++)
			say_and_look(&both.left, &both.right, i);
		partner_stop(&partner);
		for (size_t i = 0; i < CELLS && both.right.said[i]; i++)
			assert_true(both.left.saw[i] || both.right.saw[i]);
	}
}

int main(void)
{
#define ACQUIRE_AND_RELEASE_TEST(bits) cmocka_unit_test(acquire_and_release_##bits),
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events),
		IOTEST_WIDTHS(ACQUIRE_AND_RELEASE_TEST) cmocka_unit_test(value_is_evaluated_once),
		cmocka_unit_test(hand_over_smp_rmb),
		cmocka_unit_test(hand_over_dma_rmb),
		cmocka_unit_test(hand_over_rmb),
		cmocka_unit_test(hand_over_mb),
		cmocka_unit_test(hand_over_release_acquire),
		cmocka_unit_test(each_says_and_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
