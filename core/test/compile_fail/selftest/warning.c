/* SPDX-License-Identifier: MIT */
/* COMPLAINT: unexpected error: unused variable 'unused' [ */
#include <iopath/iopath.h>

int accepted_with_a_warning(void)
{
	int unused;

	return 0;
}
