/* SPDX-License-Identifier: MIT */
/**
 * predict.h - what the accesses of judged calls would take on a device whose costs are known: a model (store/profile.h)
 */
#ifndef IOPATH_BENCH_CLI_PREDICT_H
#define IOPATH_BENCH_CLI_PREDICT_H

#include "target.h"

#include <store/profile.h>

#include <jansson.h>

/** Of one call: its accesses, and their time. */
void iop_predict_print(const struct iop_profile *profile, const struct iop_copy_traced *traced);

/** Of one side: "model": {"profile", "accesses_ns"}, null where it cannot be predicted. */
void iop_predict_json(json_t *row, const struct iop_profile *profile, const struct iop_copy_side *side);

/** Of aligned calls of some sizes that the routine takes, each asked of @judge. */
void iop_predict_sizes(const struct iop_profile *profile, struct iop_judge *judge, const struct iop_target *target);

#endif
