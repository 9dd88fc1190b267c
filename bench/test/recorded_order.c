/* SPDX-License-Identifier: MIT */
/* Sorting in programs that are linked with --wrap=qsort: by comparisons that are an order, whatever came first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef int comparison(const void *a, const void *b);

void __wrap_qsort(void *list, size_t count, size_t size, comparison *compare);
void __real_qsort(void *list, size_t count, size_t size, comparison *compare);

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/* Sorting has one result only if the comparison is an order. Then it may begin anywhere: at the end. */
void __wrap_qsort(void *list, size_t count, size_t size, comparison *compare)
{
	char *at = list, *copy = malloc(count * size);

	assert_non_null(copy);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(compare(at + i * size, at + i * size), 0);
		for (size_t j = 0; j < i; j++) {
			assert_int_equal(sign(compare(at + i * size, at + j * size)), -sign(compare(at + j * size, at + i * size)));
		}
		memcpy(copy + (count - 1 - i) * size, at + i * size, size);
	}
	memcpy(list, copy, count * size);
	free(copy);
	__real_qsort(list, count, size, compare);
}
