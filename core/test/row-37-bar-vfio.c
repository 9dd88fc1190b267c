/* SPDX-License-Identifier: MIT */
/* Row 37 on functions that vfio-pci would have: what is refused before any is touched. What one does is seen in the guest. */
#include "iotest.h"

#include <iopath/bus_vfio.h>

static void names(void **state)
{
	static const char *const bad[] = {"", "0", "00:1f.3", "0000:00:1f.8", "0000:00:20.0", "0000:00:1f.3 ", "../0000:00:1f.3"};
	struct iop_bus_vfio vfio;

	(void)state;
	for (size_t i = 0; i < IOTEST_COUNT(bad); i++)
		assert_int_equal(iop_bus_vfio_open(&vfio, bad[i], NULL), -EINVAL);
}

static void no_such_function(void **state)
{
	struct iop_dma *dma = NULL;
	struct iop_bus_vfio vfio;

	(void)state;
	assert_int_equal(iop_bus_vfio_open(&vfio, "ffff:ff:1f.7", &dma), -ENODEV);
	assert_null(dma);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(names), cmocka_unit_test(no_such_function)};

	return cmocka_run_group_tests_name("row-37-bar-vfio", tests, NULL, NULL);
}
