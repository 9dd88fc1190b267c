/* SPDX-License-Identifier: MIT */
/**
 * access_list.h - the accesses that a piece of code made to a range of memory, one by one
 *
 * Observers (the in-process tracer, an emulator's plugin) record accesses in this form, and the rules (rules.h) judge them whatever
 * their source.
 */
#ifndef IOPATH_TRACE_ACCESS_LIST_H
#define IOPATH_TRACE_ACCESS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What kind of instruction made the access. */
enum iop_access_form {
	IOP_FORM_PLAIN,	 /**< a load or store: one general register or immediate, one location */
	IOP_FORM_STRING, /**< one element of a string instruction */
	IOP_FORM_VECTOR, /**< a vector register */
	IOP_FORM_UPDATE, /**< read and write by one instruction */
	IOP_FORM_OTHER,
};

/**
 * Who decodes an instruction whose access traps, and carries it out. All know plain loads and stores; of the rest each knows some.
 * Source: docs/copies.md, 5.1.
 */
enum iop_decoder {
	IOP_DECODER_KVM = 1,	 /**< KVM on the host, whatever its version */
	IOP_DECODER_KVM_OLD = 2, /**< KVM on x86 before Linux 6.19 */
	IOP_DECODER_SEV_ES = 4,	 /**< Linux in a guest whose registers the host cannot see: its #VC handler */
	IOP_DECODER_TDX = 8,	 /**< the same: its #VE handler */
};
#define IOP_DECODERS 4

struct iop_access {
	ptrdiff_t offset; /**< of the first byte, from the start of the device side; may be negative or past its end */
	uint16_t width;	  /**< bytes of the operand */
	bool write;
	enum iop_access_form form;
	uint64_t mask;	   /**< bit i: byte offset + i is touched; all of width unless the instruction masks bytes */
	uintptr_t code;	   /**< address of the instruction */
	bool streaming;	   /**< a non-temporal store: weakly ordered, whatever the mapping */
	uint8_t undecoded; /**< OR of enum iop_decoder: who is known not to decode it */
	bool valued;	   /**< of a write of up to 8 bytes, by an observer that sees what is written: */
	uint64_t value;	   /**< in the CPU's byte order */
};

struct iop_access_list {
	struct iop_access *access;
	size_t count, room;
	size_t lost;	   /**< accesses that found no room: the list is then worthless */
	const char *blind; /**< NULL, or why the observer may have missed something */
};

/** Bytes that @access touches, as a mask over its operand. */
static inline uint64_t iop_access_all(uint16_t width)
{
	return width >= 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1;
}

#endif
