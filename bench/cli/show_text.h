/* SPDX-License-Identifier: MIT */
/**
 * show_text.h - a recording as text and as JSON
 */
#ifndef IOPATH_BENCH_CLI_SHOW_TEXT_H
#define IOPATH_BENCH_CLI_SHOW_TEXT_H

#include "recorded.h"

#include <record/names.h>
#include <record/patterns.h>
#include <store/profile.h>

#include <jansson.h>

struct iop_show {
	const char *path, *json, *html, *registers, *peripheral;
	bool predicted; /**< on the device of: */
	struct iop_profile profile;
	unsigned widths;
	bool only; /**< accesses to one byte only: */
	uint64_t at;
	struct iop_names names;
	struct iop_recorded recorded;
	struct iop_sites sites;
	struct iop_patterns patterns;
};

/** What was recorded, a line, and its mappings, a line each. */
void iop_show_head(FILE *out, const struct iop_show *show);
/** Whether @bytes at @offset have the byte of --at in them, if one is asked for. */
bool iop_show_wants(const struct iop_show *show, uint64_t offset, uint64_t bytes);
void iop_show_print(const struct iop_show *show);
/** NULL for lack of memory. */
json_t *iop_show_json(const struct iop_show *show);

#endif
