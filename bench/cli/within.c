/* SPDX-License-Identifier: MIT */
#include "within.h"

#include <iopath/copy_within.h>

#include <errno.h>
#include <stdlib.h>

/* A routine of a table has no widths among its arguments. Calls that are refused are asked about before, not made. */
static unsigned chosen;

static void toio(volatile void *io, const void *src, size_t n)
{
	if (iop_memcpy_toio_within(io, src, n, chosen))
		abort();
}

static void fromio(void *dst, const volatile void *io, size_t n)
{
	if (iop_memcpy_fromio_within(dst, io, n, chosen))
		abort();
}

static void set(volatile void *io, int value, size_t n)
{
	if (iop_memset_io_within(io, value, n, chosen))
		abort();
}

static void toio_rmw(volatile void *io, const void *src, size_t n)
{
	if (iop_memcpy_toio_within_rmw(io, src, n, chosen))
		abort();
}

static void fromio_whole(void *dst, const volatile void *io, size_t n)
{
	if (iop_memcpy_fromio_within_whole(dst, io, n, chosen))
		abort();
}

static void set_rmw(volatile void *io, int value, size_t n)
{
	if (iop_memset_io_within_rmw(io, value, n, chosen))
		abort();
}

struct iop_copier iop_within_copier(unsigned widths, bool rmw)
{
	chosen = widths;
	return rmw ? (struct iop_copier){.toio = toio_rmw, .fromio = fromio_whole, .set = set_rmw}
		   : (struct iop_copier){.toio = toio, .fromio = fromio, .set = set};
}

int iop_within_answer(size_t n, unsigned io_align)
{
	char *memory = aligned_alloc(64, (n + io_align + 127) / 64 * 64);
	int answer = memory ? iop_memset_io_within(memory + io_align, 0, n, chosen) : -ENOMEM;

	free(memory);
	return answer;
}
