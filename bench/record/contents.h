/* SPDX-License-Identifier: MIT */
/**
 * contents.h - a recording in memory: its mappings, and its accesses in the order in which they were carried out
 */
#ifndef IOPATH_BENCH_RECORD_CONTENTS_H
#define IOPATH_BENCH_RECORD_CONTENTS_H

#include "recording.h"

/** One call of mmap(). */
struct iop_recorded_map {
	uint32_t number, pid;
	uint64_t offset, bytes; /**< of the file */
	unsigned prot;
	bool write_combining;
	char *path;
	const char *name; /**< the end of the path that tells it apart from those of other files in the recording */
	size_t accesses;
};

struct iop_recorded_code {
	uint32_t pid;
	uint64_t start, bytes, offset;
	char *path;
};

struct iop_recorded_process {
	uint32_t pid, parent;
	bool forked; /**< and has the code of its parent */
	char *path;
};

struct iop_recorded {
	struct iop_recording file;
	struct iop_recorded_process *process;
	size_t processes;
	struct iop_recorded_map *map;
	size_t maps;
	struct iop_recorded_code *code;
	size_t codes;
	const struct iop_slot **access;
	size_t accesses;
	const struct iop_slot **refused;
	size_t refusals;
};

/** Reads @path. 0 or a negative errno; nothing is left to free then. */
int iop_recorded_read(struct iop_recorded *recorded, const char *path);
void iop_recorded_free(struct iop_recorded *recorded);

/** The mapping that @slot is an access to; NULL in a file that was damaged. */
struct iop_recorded_map *iop_recorded_map(const struct iop_recorded *recorded, const struct iop_slot *slot);
/** The code that @slot's instruction is in, also where a parent has written it down; NULL: unknown. */
const struct iop_recorded_code *iop_recorded_code(const struct iop_recorded *recorded, const struct iop_slot *slot);

#endif
