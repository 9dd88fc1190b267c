/* SPDX-License-Identifier: MIT */
/**
 * keep.h - a finding as files
 */
#ifndef IOPATH_FUZZ_KEEP_H
#define IOPATH_FUZZ_KEEP_H

#include <engine/machine.h>

/**
 * Writes the finding to folder @out as three files called after its signature: written once, so that the same finding again changes
 * nothing. Says on stdout where it is.
 */
void fuzz_keep(const char *out, const uint8_t *data, size_t size, unsigned groups, const struct fuzz_divergence *divergence);

#endif
