/* SPDX-License-Identifier: MIT */
/**
 * calibrate_check.h - predictions against measurements: is the model right on this device?
 */
#ifndef IOPATH_BENCH_CLI_CALIBRATE_CHECK_H
#define IOPATH_BENCH_CLI_CALIBRATE_CHECK_H

#include <sample/calibrate.h>
#include <store/profile.h>

/** How far a prediction may be off. */
#define IOP_CALIBRATE_MOST_OFF 0.15

/**
 * Predicts copies of 1 byte to the place's size, 4096 at most, by every routine that is legal on the mapping, with the costs of
 * @profile, measures them, and prints both. An exit code: 0 all are within IOP_CALIBRATE_MOST_OFF,
 * IOP_EXIT_FINDING one is not, IOP_EXIT_USAGE after a message.
 */
int iop_calibrate_check(const struct iop_profile *profile, const struct iop_calibration *calibration);

#endif
