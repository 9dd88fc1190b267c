/* SPDX-License-Identifier: MIT */
/* Row 48: a FIFO of an owner that is gone panics, whatever the number of accesses, and none is made. */
#include "iotest.h"

#include <iopath/rep.h>

typedef IOP_MMIO(uint32_t) word_mmio;

static void stale(void **state)
{
	static uint32_t device = 7;
	static uint8_t buffer[8];
	word_mmio word = iop_view_at(word_mmio, &device);
	struct iop_lease lease = iop_lease_take();

	(void)state;
	word.raw.lease = lease;
	iop_lease_end(lease);
	iotest_record();
	assert_panics("stale view", iop_read_rep(word, buffer, 2));
	assert_panics("stale view", iop_read_rep(word, buffer, 0));
	assert_panics("stale view", iop_write_rep(iop_relaxed(word), buffer, 1));
	assert_int_equal(iotest_count(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(stale)};

	return cmocka_run_group_tests_name("row-48-rep-debug", tests, NULL, NULL);
}
