/* SPDX-License-Identifier: MIT */
/**
 * names.h - what the registers of a device are called: a text file of lines 'OFFSET NAME'
 */
#ifndef IOPATH_BENCH_RECORD_NAMES_H
#define IOPATH_BENCH_RECORD_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct iop_names {
	struct iop_register_name {
		uint64_t offset;
		char *name;
	} * name;
	size_t count;
};

/** Reads @path. 0, or an exit code after a message that starts with the file and line. */
int iop_names_read(struct iop_names *names, const char *path);
void iop_names_free(struct iop_names *names);
/** "" where none is given. */
const char *iop_name_of(const struct iop_names *names, uint64_t offset);

#endif
