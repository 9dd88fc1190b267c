/* SPDX-License-Identifier: MIT */
/**
 * exhaustive.h - all small programs of some shapes, no chance involved
 */
#ifndef IOPATH_FUZZ_EXHAUSTIVE_H
#define IOPATH_FUZZ_EXHAUSTIVE_H

#include "machine.h"

/**
 * Every offset with every width on regions at both residues of 8; every index, range and flavour of every array; every cast; every
 * move between every pair of backends, overlapping in every way, up to @bytes bytes; every routine at every offset and length up
 * to @bytes; boundary numbers for each. All of it with two layouts of the owners, or with @every_layout in each of the 256. @tick is
 * called now and then. True: none diverges.
 */
bool fuzz_exhaust(unsigned bytes, bool every_layout, void (*tick)(void), struct fuzz_program *program,
		  struct fuzz_divergence *divergence);

#endif
