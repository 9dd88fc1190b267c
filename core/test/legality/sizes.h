/* SPDX-License-Identifier: MIT */
/* sizes.h - the routines that sizes.c must reject */
#ifndef IOPATH_TEST_SIZES_H
#define IOPATH_TEST_SIZES_H

#include "walk.h"

/* Beyond what 32 bits can count; what is left of it in 32 bits is a size, too. */
#define SIZES_HUGE (((size_t)1 << 32) + ((size_t)1 << 16) + 3)

struct sizes_control {
	const char *name;
	enum iop_copy_op op;
	struct iop_copier copier;
	size_t n; /* at this size it is wrong, at the one below it is not */
};
extern const struct sizes_control sizes_controls[];
extern const size_t sizes_controls_count;

#endif
