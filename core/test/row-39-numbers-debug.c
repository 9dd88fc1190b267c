/* SPDX-License-Identifier: MIT */
/* Row 39: what numbers.h says of leases, and of copies between views, is what the library does. malloc is wrapped: what needs memory is refused. */
#include "iotest.h"

#include "../../core/base/numbers.h"

#include <stdlib.h>

void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);

static int without_memory;

void *__wrap_malloc(size_t size)
{
	return without_memory ? NULL : __real_malloc(size);
}

static void leases(void **state)
{
	static struct iop_lease all[2 * IOP_LEASE_SLOTS];
	size_t count = 0;

	(void)state;
	while (count < 2 * IOP_LEASE_SLOTS && (all[count] = iop_lease_take()).slot)
		count++;
	assert_int_equal(count, IOP_LEASE_SLOTS - 1);
	while (count)
		iop_lease_end(all[--count]);
}

typedef IOP_MMIO(IOP_SLICE(uint8_t)) io_bytes;
typedef IOP_MMIO32(IOP_SLICE(uint8_t)) words;

/* The ranges intersect, so all has to be read before anything is written. */
static int move(size_t n)
{
	static _Alignas(8) uint8_t buffer[2 * IOP_COPY_PIECE + 64];
	int err;

	without_memory = 1;
	err = iop_copy_view(iop_slice_at(io_bytes, buffer + 8, n), iop_slice_at(io_bytes, buffer, n));
	without_memory = 0;
	return err;
}

static int move_words(size_t n)
{
	static _Alignas(8) uint8_t buffer[2 * IOP_COPY_PIECE + 64];
	int err;

	without_memory = 1;
	err = iop_copy_view(iop_slice_at(words, buffer + 8, n), iop_slice_at(words, buffer, n));
	without_memory = 0;
	return err;
}

static void pieces(void **state)
{
	(void)state;
	assert_int_equal(move(IOP_COPY_PIECE), 0);
	assert_int_equal(move(IOP_COPY_PIECE + 1), -ENOMEM);
	assert_int_equal(move_words(IOP_COPY_PIECE), 0);
	assert_int_equal(move_words(IOP_COPY_PIECE + 4), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leases),
		cmocka_unit_test(pieces),
	};
	return cmocka_run_group_tests_name("row-39-numbers", tests, NULL, NULL);
}
