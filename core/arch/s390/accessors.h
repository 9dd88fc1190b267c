/* SPDX-License-Identifier: MIT */
/** IBM Z: the portable accessors, with its own barriers. */
#ifndef IOPATH_ARCH_S390_ACCESSORS_H
#define IOPATH_ARCH_S390_ACCESSORS_H

#include <iopath/arch/s390/barriers.h>

#include <iopath/arch/generic/portable.h>

#endif
