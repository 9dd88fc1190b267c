/* SPDX-License-Identifier: MIT */
/**
 * model.h - what a call must do, in plain loops over arrays of bytes
 *
 * Nothing of the library and nothing of the module is in it.
 */
#ifndef IOPATH_BENCH_SEQUENCE_MODEL_H
#define IOPATH_BENCH_SEQUENCE_MODEL_H

#include "sequence.h"

struct iop_sequence_model {
	unsigned char device[IOP_SEQUENCE_WINDOW], memory[IOP_SEQUENCE_WINDOW];
};

struct iop_sequence_expected {
	bool refused;	/**< an error or NULL, and no access */
	uint64_t value; /**< that a read yields */
	/** The accesses to the device: bytes from here; of a move, the source. */
	uint64_t at, bytes;
};

/** Makes the call in @model. */
struct iop_sequence_expected iop_sequence_expect(struct iop_sequence_model *model, const struct iop_sequence_entry *entry,
						 const struct iop_sequence_step *step);

#endif
