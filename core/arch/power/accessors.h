/* SPDX-License-Identifier: MIT */
/** POWER: the portable accessors, with its own barriers. */
#ifndef IOPATH_ARCH_POWER_ACCESSORS_H
#define IOPATH_ARCH_POWER_ACCESSORS_H

#include <iopath/arch/power/barriers.h>

#include <iopath/arch/generic/portable.h>

#endif
