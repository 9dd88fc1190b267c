/* SPDX-License-Identifier: MIT */
/* What iopath fuzz finds that ends its process, or takes it with it. */
#include "module_right.h"

#include <iopath/cells.h>

#include <stdlib.h>

IOP_MODULE("fuzzed");

static void reads_past_the_page(void *io, const void *src, size_t n)
{
	size_t i = 0;

	/* The last word is read whole. */
	for (; i + 4 <= n; i += 4)
		bytes_to((char *)io + i, (const char *)src + i, 4);
	if (i < n) {
		const uint32_t word = AT(const uint32_t, (const char *)src + i);

		bytes_to((char *)io + i, &word, n - i);
	}
}

static void faults_across_pages(void *dst, void *io, size_t n)
{
	if (n && ((uintptr_t)io ^ ((uintptr_t)io + n - 1)) >> 12 && n % 2)
		__builtin_trap();
	bytes_to(dst, io, n);
}

static void hangs_at_57(void *io, const void *src, size_t n)
{
	volatile size_t size = n;

	while (size == 57)
		;
	bytes_to(io, src, n);
}

static void ends_at_zero(void *io, int value, size_t n)
{
	if (!n)
		exit(0);
	bytes_set(io, value, n);
}

static void aborts_at_a_negative_value(void *io, int value, size_t n)
{
	if (value < 0 && n)
		abort();
	bytes_set(io, value, n);
}

static void loses_its_count(void *to, const void *from, size_t n)
{
	bytes_move(to, from, n == 100 ? (size_t)-1 / 4 : n);
}

static uint32_t null(void *addr)
{
	return AT(uint32_t, (uintptr_t)addr % 4096 == 0 ? 1 : (uintptr_t)addr);
}

/* What was called in other sequences counts. */
static void wears_out(void *io, const void *src, size_t n)
{
	static unsigned calls;

	bytes_to(io, src, n - (++calls % 40 == 0 && n));
}

IOP_COPY_TOIO(reads_past_the_page);
IOP_COPY_FROMIO(faults_across_pages);
IOP_COPY_TOIO(hangs_at_57);
IOP_COPY_SET(ends_at_zero);
IOP_COPY_SET(aborts_at_a_negative_value);
IOP_COPY_MOVE(loses_its_count);
IOP_READ(null, uint32_t, null(addr));
IOP_COPY_TOIO(wears_out);
