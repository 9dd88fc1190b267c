/* SPDX-License-Identifier: MIT */
/**
 * names.h - what the registers of a device are called, how wide they are, and whether they may be read and written
 *
 * Of a text file with lines 'OFFSET NAME [MODE] [BYTES]'; of CMSIS-SVD (svd.h), which begins with '<'; or of a C or C++ file with
 * IOP_REGISTER declarations (declared.h), by its name.
 */
#ifndef IOPATH_BENCH_RECORD_NAMES_H
#define IOPATH_BENCH_RECORD_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IOP_REGISTER_WIDEST 64

struct iop_register_name {
	uint64_t offset;
	char *name;
	unsigned bytes; /**< 0: not said */
	bool no_read, no_write;
	bool write_clears, read_clears; /**< writing 1 clears a bit; reading clears it */
	size_t order;			/**< in the file */
};

/** Sorted by offset; several may lie at one: what is read there and what is written are two registers then. */
struct iop_names {
	struct iop_register_name *name;
	size_t count;
};

/**
 * Reads @path; of CMSIS-SVD only peripheral @peripheral, from offset 0 on, or, if it is NULL, all of them at their addresses. 0, or an
 * exit code after a message that starts with the file and line.
 */
int iop_names_read(struct iop_names *names, const char *path, const char *peripheral);
void iop_names_free(struct iop_names *names);

/** Sets the mode: rw, ro, wo, w1c or rc, as core's access_mode.h has them. False: it is none of them. */
bool iop_names_mode(struct iop_register_name *one, const char *mode);

/** One more. NULL, or why not: out of memory, too many. @name is copied. */
const char *iop_names_add(struct iop_names *names, const struct iop_register_name *one);

/** The register that begins there, of several the first; NULL: none. */
const struct iop_register_name *iop_register_at(const struct iop_names *names, uint64_t offset);

/** "" where none begins; of several the first. */
const char *iop_name_of(const struct iop_names *names, uint64_t offset);

/** What is wrong with an access: the register that it is no access of, or NULL. */
struct iop_register_faults {
	const struct iop_register_name *mode, *size;
};
/**
 * Of @bytes at @offset. Nothing is wrong where no register is. @update: one instruction reads and writes, and this is its read; that
 * loses or clears what is set in a register that a write or a read clears.
 */
struct iop_register_faults iop_names_judge(const struct iop_names *names, uint64_t offset, unsigned bytes, bool write, bool update);

#endif
