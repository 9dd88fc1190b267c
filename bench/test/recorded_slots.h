/* SPDX-License-Identifier: MIT */
/**
 * recorded_slots.h - recordings and other files that tests make in memory
 */
#ifndef IOPATH_BENCH_TEST_RECORDED_SLOTS_H
#define IOPATH_BENCH_TEST_RECORDED_SLOTS_H

#include <record/recording.h>

/** What every test can open by its path, until its file is made the next time. */
const char *recorded_bytes(const void *bytes, size_t n);

/** A header as iopath record writes it, of @slots slots that were taken. */
struct iop_recording_head recorded_head(size_t slots);

/** A recording of @count slots, by its path. */
const char *recorded_slots(const struct iop_recording_head *head, const struct iop_slot *slot, size_t count);

/** How many files this process has open, of the first numbers. */
unsigned recorded_open_files(void);

#endif
