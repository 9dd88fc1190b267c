/* SPDX-License-Identifier: MIT */
/**
 * profile.h - what accesses cost on a device, and what an operation would cost there: a model
 *
 * A profile is measured by `iopath calibrate` and stored as JSON:
 *
 *	{"kind": "iopath profile", "version": 1, "name": "edu", "function": "0000:00:04.0", "bar": 0, "offset": 512, "size": 1024,
 *	 "mapping": "uncached" | "write-combining", "cpu": "...", "source": "iopath calibrate 0.1.0",
 *	 "device_ns": {"r4": 812.5, "w4": 95.1}, "cached_ns": {"r4": 0.4, "w4": 0.3}, "line_ns": 20.1, "cached_line_ns": 3.1, "flush_ns": 310.0}
 *
 * device_ns holds what one access costs in a run of equal ones, cached_ns the same accesses to cached memory on the same CPU; line_ns,
 * of a write-combining mapping, what an aligned line of 64 bytes costs that is written in full, flush_ns what a fence adds that waits
 * for it. What is absent was not measured. The model of an operation:
 *
 *	time there = time on cached memory here + sum over its accesses (device_ns - cached_ns)
 *
 * On a write-combining mapping writes cost line_ns - cached_line_ns for each line that is written, in place of that. Without the first
 * term, as in `iopath trace`, it is the sum over device_ns alone: the time of the instructions is missing. A width that was not
 * measured counts as two accesses of half of it; a flush is not part of it.
 */
#ifndef IOPATH_BENCH_STORE_PROFILE_H
#define IOPATH_BENCH_STORE_PROFILE_H

#include <host/accesses.h>

#include <stdint.h>

#define IOP_PROFILE_TEXT 128

struct iop_profile {
	char name[IOP_PROFILE_TEXT], function[IOP_PROFILE_TEXT], cpu[IOP_PROFILE_TEXT], source[IOP_PROFILE_TEXT];
	uint64_t bar, offset, size;
	bool wc;
	/* Nanoseconds, NaN: not measured. */
	double device[IOP_ACCESS_DIRECTIONS][IOP_ACCESS_WIDTHS], cached[IOP_ACCESS_DIRECTIONS][IOP_ACCESS_WIDTHS];
	double line, cached_line, flush;
};

/** Nothing measured yet. */
void iop_profile_init(struct iop_profile *profile);

/**
 * Reads the file @which, or the profile of this name in the user's data folder: $XDG_DATA_HOME/iopath/profiles/NAME.json, else
 * below ~/.local/share. 0, or an exit code after a message of @command's.
 */
int iop_profile_load(struct iop_profile *profile, const char *command, const char *which);

/** Writes it to @path, or, without one, under its name to the data folder; @where gets the path. The same results. */
int iop_profile_save(const struct iop_profile *profile, const char *command, const char *path, char *where, size_t room);

/**
 * The model: nanoseconds of an operation with these accesses there. @here_ns is its time on cached memory, or NaN: then the sum
 * over the accesses. NaN if accesses are not known, or an access has no cost in the profile.
 */
double iop_profile_ns(const struct iop_profile *profile, const struct iop_accesses *accesses, double here_ns);

/** Of a cell on this backend: NaN also without a profile, and of config space, which lies behind no BAR. */
double iop_profile_cell_ns(const struct iop_profile *profile, const char *backend, const struct iop_accesses *accesses,
			   double here_ns);

#endif
