/* SPDX-License-Identifier: MIT */
/*
 * The interface between -fsanitize=thread and its library, for one thread: gcc and clang put in these calls
 * for accesses that other threads could see. Atomic operations they leave to the call. A call that is missing here does not link.
 */
#include "instrumented.h"

#include <stdint.h>
#include <string.h>

/* Who calls these is the compiler: there is no header that declares them. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wmissing-declarations"

/* clang copies structures by calls of these, and says no more. */
void *__real_memcpy(void *to, const void *from, size_t size);
void *__real_memset(void *at, int value, size_t size);

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
	(void)caller;
}

void __tsan_func_exit(void)
{
}

#define PLAIN(name, size)                             \
	void __tsan_##name(void *at)                  \
	{                                             \
		watch_touched(at, size, WATCH_PLAIN); \
	}
#define PLAIN_SIZE(size)                   \
	PLAIN(read##size, size)            \
	PLAIN(write##size, size)           \
	PLAIN(read_write##size, size)      \
	PLAIN(unaligned_read##size, size)  \
	PLAIN(unaligned_write##size, size) \
	PLAIN(unaligned_read_write##size, size)
PLAIN_SIZE(1)
PLAIN_SIZE(2)
PLAIN_SIZE(4)
PLAIN_SIZE(8)
PLAIN_SIZE(16)

void __tsan_read_range(void *at, size_t size)
{
	watch_touched(at, size, WATCH_PLAIN);
}

void __tsan_write_range(void *at, size_t size)
{
	watch_touched(at, size, WATCH_PLAIN);
}

void *__wrap_memcpy(void *to, const void *from, size_t size)
{
	watch_touched(from, size, WATCH_PLAIN);
	watch_touched(to, size, WATCH_PLAIN);
	return __real_memcpy(to, from, size);
}

void *__wrap_memset(void *at, int value, size_t size)
{
	watch_touched(at, size, WATCH_PLAIN);
	return __real_memset(at, value, size);
}

/* The order is the test's business: the strongest is right for all. */
#define CHANGE(bits, name, builtin)                                                                      \
	uint##bits##_t __tsan_atomic##bits##_##name(uint##bits##_t *at, uint##bits##_t value, int order) \
	{                                                                                                \
		(void)order;                                                                             \
		watch_touched(at, bits / 8, WATCH_CHANGE);                                               \
		return builtin(at, value, __ATOMIC_SEQ_CST);                                             \
	}
#define COMPARE(bits, strength)                                                                                              \
	int __tsan_atomic##bits##_compare_exchange_##strength(uint##bits##_t *at, uint##bits##_t *old, uint##bits##_t value, \
							      int order, int failed)                                         \
	{                                                                                                                    \
		(void)order, (void)failed;                                                                                   \
		watch_touched(at, bits / 8, WATCH_CHANGE);                                                                   \
		return __atomic_compare_exchange_n(at, old, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                   \
	}
/* What clang calls: the value that was there comes back. */
#define COMPARE_VALUE(bits)                                                                                                     \
	uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(uint##bits##_t *at, uint##bits##_t old, uint##bits##_t value, \
								  int order, int failed)                                        \
	{                                                                                                                       \
		(void)order, (void)failed;                                                                                      \
		watch_touched(at, bits / 8, WATCH_CHANGE);                                                                      \
		__atomic_compare_exchange_n(at, &old, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                            \
		return old;                                                                                                     \
	}
#define ATOMIC(bits)                                                                          \
	uint##bits##_t __tsan_atomic##bits##_load(const uint##bits##_t *at, int order)        \
	{                                                                                     \
		(void)order;                                                                  \
		watch_touched(at, bits / 8, WATCH_LOAD);                                      \
		return __atomic_load_n(at, __ATOMIC_SEQ_CST);                                 \
	}                                                                                     \
	void __tsan_atomic##bits##_store(uint##bits##_t *at, uint##bits##_t value, int order) \
	{                                                                                     \
		(void)order;                                                                  \
		watch_touched(at, bits / 8, WATCH_CHANGE);                                    \
		__atomic_store_n(at, value, __ATOMIC_SEQ_CST);                                \
	}                                                                                     \
	CHANGE(bits, exchange, __atomic_exchange_n)                                           \
	CHANGE(bits, fetch_add, __atomic_fetch_add)                                           \
	CHANGE(bits, fetch_sub, __atomic_fetch_sub)                                           \
	CHANGE(bits, fetch_and, __atomic_fetch_and)                                           \
	CHANGE(bits, fetch_or, __atomic_fetch_or)                                             \
	COMPARE(bits, strong)                                                                 \
	COMPARE(bits, weak)                                                                   \
	COMPARE_VALUE(bits)
ATOMIC(8)
ATOMIC(16)
ATOMIC(32)
ATOMIC(64)

void __tsan_atomic_signal_fence(int order)
{
	(void)order;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

void __tsan_atomic_thread_fence(int order)
{
	(void)order;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}
