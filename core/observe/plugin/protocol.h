/* SPDX-License-Identifier: MIT */
/**
 * protocol.h - what the traced program and the emulator's plugin say to each other
 *
 * The program runs under qemu-user and speaks to the plugin by system calls that no kernel has, which the plugin sees before the
 * emulator refuses them. The plugin answers by writing to the program's memory, in the program's byte order.
 */
#ifndef IOPATH_TRACE_PROTOCOL_H
#define IOPATH_TRACE_PROTOCOL_H

#include <stdint.h>

/** start(window, bytes): accesses to the window are recorded, instructions are counted. */
#define IOP_PLUGIN_START 7701
/** stop(records, room, summary): both are written, as far as there is room, and recording ends. */
#define IOP_PLUGIN_STOP 7702
/** code(places, room, count): the instructions of the last recording are written, in the order in which they were executed. */
#define IOP_PLUGIN_CODE 7703

/** The summary: says that a plugin was there at all. */
#define IOP_PLUGIN_MAGIC UINT64_C(0x696f70617468)

struct iop_plugin_summary {
	uint64_t magic;
	uint64_t count;	       /**< of accesses, also those that found no room */
	uint64_t instructions; /**< between start and stop, with those of the two calls */
	uint64_t system_calls; /**< made in between */
	uint64_t system_call;  /**< the first one's number, as the program's architecture has it */
};

/** Where an executed instruction is. */
struct iop_plugin_place {
	uint64_t address, bytes;
};

struct iop_plugin_record {
	uint64_t address;     /**< of the first byte */
	uint64_t code;	      /**< of the instruction */
	uint64_t instruction; /**< its number in this recording: the pieces of one wide access share it */
	uint64_t kind;	      /**< bytes, and the bits below */
};
#define IOP_PLUGIN_WIDTH(kind)	 ((kind)&0xff)
#define IOP_PLUGIN_WRITE	 0x100
#define IOP_PLUGIN_UNKNOWN	 0x200 /* an instruction of which the form is not known */
#define IOP_PLUGIN_FORM(kind)	 ((kind) >> 16 & 0xff)
#define IOP_PLUGIN_FORM_IS(form) ((uint64_t)(form) << 16)

#endif
