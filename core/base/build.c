/* SPDX-License-Identifier: MIT */
#include <iopath/view.h>

/* What view.h asks for, so that a program of the other build does not link. */
const char IOP_LIBRARY_OF_THIS_BUILD = IOP_DEBUG_VIEWS;
