/* SPDX-License-Identifier: MIT */
/* routines.h - the library's copy routines by what programs call them */
#ifndef IOPATH_FUZZ_ROUTINES_H
#define IOPATH_FUZZ_ROUTINES_H

#include "executor.h"

#include <iopath/routine.h>

/* The routine of that name; where there is none, or this CPU cannot run it, the portable one. 0 names none. */
const struct iop_routine *fuzz_routine(uint16_t id);

#endif
