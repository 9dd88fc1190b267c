/* SPDX-License-Identifier: MIT */
/**
 * recorded.h - reading a recording for a command, and the forms in which other tools take its accesses
 */
#ifndef IOPATH_BENCH_CLI_RECORDED_H
#define IOPATH_BENCH_CLI_RECORDED_H

#include <record/contents.h>
#include <record/site.h>

#include <jansson.h>

/** Reads @path and names its sites. 0, or an exit code after a message: no recording, or one without an access. */
int iop_recorded_open(struct iop_recorded *recorded, struct iop_sites *sites, const char *path);
void iop_recorded_close(struct iop_recorded *recorded, struct iop_sites *sites);

#define IOP_VALUE_TEXT (2 * 64 + 3)
/** A number where it is one, else its bytes in the order of addresses; "?" where it was not seen. */
void iop_recorded_value(const struct iop_slot *slot, char text[IOP_VALUE_TEXT]);

/** Seconds since iopath started the program. */
double iop_recorded_seconds(const struct iop_recorded *recorded, const struct iop_slot *slot);

/** One access. NULL for lack of memory. */
json_t *iop_recorded_json(const struct iop_recorded *recorded, const struct iop_sites *sites, const struct iop_slot *slot);

/** Each access in JSON on a line; or in the Trace Event format, which Perfetto and Chromium show. NULL for lack of memory. */
char *iop_recorded_lines(const struct iop_recorded *recorded, const struct iop_sites *sites);
char *iop_recorded_events(const struct iop_recorded *recorded, const struct iop_sites *sites);

#endif
