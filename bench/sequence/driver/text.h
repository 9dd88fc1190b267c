/* SPDX-License-Identifier: MIT */
/**
 * text.h - an engine's bytes as sequences: they are the text that a finding has
 *
 * So inputs name what they call, are read by people and by --replay, and stay valid when the module gets other lines.
 */
#ifndef IOPATH_BENCH_SEQUENCE_DRIVER_TEXT_H
#define IOPATH_BENCH_SEQUENCE_DRIVER_TEXT_H

#include "../mutate.h"

/** False: it is none, or not one of this module. @list is valid until the next call. */
bool iop_driver_read(const struct iop_sequence_module *module, const uint8_t *data, size_t size, struct iop_sequence_list **list);

/**
 * Another input, from @data and, unless it is NULL, from @other. Returns its size, up to @most; 0: it has no room.
 */
size_t iop_driver_mutate(const struct iop_sequence_module *module, const uint8_t *data, size_t size, const uint8_t *other,
			 size_t other_size, uint8_t *out, size_t most, uint64_t *random, iop_sequence_change_bytes *bytes);

#endif
