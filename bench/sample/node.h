/* SPDX-License-Identifier: MIT */
/**
 * node.h - a function or an object of a module in the form in which two builds are compared: without what depends on its place
 */
#ifndef IOPATH_SAMPLE_NODE_H
#define IOPATH_SAMPLE_NODE_H

#include "image.h"

#include <Zydis/Zydis.h>

#include <stdbool.h>

/** A place that code or data refers to, and how many bytes of it were used where that is known. */
struct iop_reference {
	uintptr_t addr;
	unsigned bytes;
	size_t at; /* in the node's text: it is hashed before what follows there */
};
#define IOP_JUMP_TABLE UINT32_MAX /* as bytes: it was taken with its function */

/** All zeros before it is built. */
struct iop_node {
	bool ready, unknown, jumps; /* unknown: it cannot be compared, or there was no memory */
	unsigned char *text;
	size_t length, room;
	struct iop_reference *reference;
	size_t references, reference_room;
	unsigned met; /* the cell that met it last, and as which */
	unsigned number;
};

/** Builds the node of symbol @symbol of @image. */
void iop_node_build(struct iop_node *node, const struct iop_image *image, const ZydisDecoder *decoder, size_t symbol);

void iop_node_free(struct iop_node *node);

/** The instruction at @at, which ends before @end. False: it is none. */
bool iop_node_decode(const ZydisDecoder *decoder, uintptr_t at, uintptr_t end, ZydisDecodedInstruction *insn,
		     ZydisDecodedOperand *operands);

#endif
