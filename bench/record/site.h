/* SPDX-License-Identifier: MIT */
/**
 * site.h - where in a program's source the instruction of an access is
 *
 * Asked of addr2line (binutils) once for each file, for all its addresses. Where it is missing, or the file has no debug
 * information, the site is the file's name and the offset in it, which is stable from run to run as well.
 */
#ifndef IOPATH_BENCH_RECORD_SITE_H
#define IOPATH_BENCH_RECORD_SITE_H

#include "contents.h"

struct iop_site {
	uint32_t pid;
	uint64_t code;
	/** "function file.c:12", with " < " before who it was inlined into; or "lib.so+0x1234". Accessors of iopath's headers come not first. */
	char *text;
};

struct iop_sites {
	struct iop_site *site;
	size_t count;
};

/** Of every access and refusal. 0 or -ENOMEM. */
int iop_sites_of(struct iop_sites *sites, const struct iop_recorded *recorded);
void iop_sites_free(struct iop_sites *sites);
const char *iop_site_text(const struct iop_sites *sites, const struct iop_slot *slot);

/** What stands between a place and who it was inlined into. */
#define IOP_SITE_INTO " < "
/** Whether that text names a line of the source, or only an instruction. */
bool iop_site_has_line(const char *text);

#endif
