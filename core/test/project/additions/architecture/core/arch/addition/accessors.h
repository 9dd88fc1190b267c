/* SPDX-License-Identifier: MIT */
/** An architecture that begins with the portable accessors. */
#ifndef IOPATH_ARCH_ADDITION_ACCESSORS_H
#define IOPATH_ARCH_ADDITION_ACCESSORS_H

#include <iopath/arch/generic/accessors.h>

#define IOP_ARCH_ADDITION 1

#endif
