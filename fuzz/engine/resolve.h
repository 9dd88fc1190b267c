/* SPDX-License-Identifier: MIT */
/**
 * resolve.h - from a record to an operation that can be carried out
 */
#ifndef IOPATH_FUZZ_RESOLVE_H
#define IOPATH_FUZZ_RESOLVE_H

#include <model/model.h>

/**
 * Decides every operand of @record in the state of @model, so that no rule is broken that the library leaves to its callers (memory
 * that is not there, unchecked offsets), and as few records as possible mean nothing: a view that the operation cannot take is
 * replaced by the nearest slot that it can. False: nothing to do.
 */
bool fuzz_resolve(struct fuzz_call *call, const struct fuzz_record *record, const struct fuzz_model *model);

#endif
