/* SPDX-License-Identifier: MIT */
/** The portable architecture: what an architecture without a folder of its own gets, and every sanitizer build. */
#ifndef IOPATH_ARCH_GENERIC_ACCESSORS_H
#define IOPATH_ARCH_GENERIC_ACCESSORS_H

#include <iopath/arch/generic/barriers.h>

#include <iopath/arch/generic/portable.h>

#endif
