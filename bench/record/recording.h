/* SPDX-License-Identifier: MIT */
/**
 * recording.h - the file that 'iopath record' writes: what programs did to mappings of device files
 *
 * A header of one page, then slots of 64 bytes in the order in which the accesses were carried out. The recorded processes map the
 * file and append to it by adding to header.next, so that what a slot says is in the page cache when its access happens: neither the
 * end of the program nor that of iopath loses it, only that of the machine. A slot's kind is stored last; a slot of kind 0 was not
 * finished. Longer texts, and values of more than 16 bytes, go on in slots of kind IOP_SLOT_MORE that follow at once.
 *
 * All numbers are in the byte order of the machine that recorded (x86-64: little-endian). Sizes are in bytes, times in nanoseconds
 * of CLOCK_MONOTONIC. The version rises when a reader of the old one would be wrong about a new file.
 */
#ifndef IOPATH_BENCH_RECORD_RECORDING_H
#define IOPATH_BENCH_RECORD_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IOP_RECORDING_MAGIC   "IOPREC\r\n"
#define IOP_RECORDING_VERSION 1
#define IOP_RECORDING_HEAD    4096
/** What tells the preloaded library where to write, and which files are devices: patterns with a colon between them. */
#define IOP_RECORD_FILE	   "IOPATH_RECORD_FILE"
#define IOP_RECORD_DEVICES "IOPATH_RECORD_DEVICES"

enum iop_slot_kind {
	IOP_SLOT_UNFINISHED,
	IOP_SLOT_PROCESS, /**< one begins: code holds its parent, offset nothing; text: its program */
	IOP_SLOT_MAP,	  /**< a device file was mapped: offset in the file, bytes, prot; text: its path */
	IOP_SLOT_UNMAP,
	IOP_SLOT_CODE, /**< executable memory: offset in its file, code and bytes in memory; text: its path */
	IOP_SLOT_ACCESS,
	IOP_SLOT_REFUSED, /**< an access that could not be carried out exactly, and was not: the program ended; text: why */
	IOP_SLOT_MORE,	  /**< 63 bytes that belong to the slot before */
};

struct iop_slot {
	uint8_t kind;  /**< enum iop_slot_kind */
	uint8_t more;  /**< how many slots of kind IOP_SLOT_MORE follow */
	uint8_t width; /**< of an access: bytes of its operand */
	uint8_t flags; /**< of an access: IOP_SLOT_WRITE and so on; of a mapping: its PROT_ bits */
	uint32_t pid;
	uint32_t tid;
	uint32_t region; /**< number of the mapping */
	uint64_t time;
	uint64_t offset; /**< of an access: from the start of its file's region, where the mapping begins included */
	uint64_t code;	 /**< address of the instruction */
	uint64_t bytes;	 /**< of a mapping; of an access: nanoseconds that it took on the device's mapping */
	unsigned char value[16];
};

#define IOP_SLOT_WRITE	  1
#define IOP_SLOT_UPDATE	  2 /**< one instruction reads and writes: two slots */
#define IOP_SLOT_STRING	  4
#define IOP_SLOT_VECTOR	  8
#define IOP_SLOT_STREAM	  16 /**< a non-temporal store */
#define IOP_SLOT_UNKNOWN  32 /**< the value was not seen */
#define IOP_SLOT_BUS	  64 /**< it got SIGBUS: what was read is not known, what was written may not have arrived */
#define IOP_SLOT_MORE_MAX 63

struct iop_recording_head {
	char magic[8];
	uint32_t version, slot_bytes;
	uint64_t limit;	    /**< slots that the file may have */
	uint64_t next;	    /**< slots that were taken */
	uint64_t lost;	    /**< accesses beyond the limit: carried out, not written down */
	uint64_t regions;   /**< numbers of mappings that were given out */
	uint64_t began;	    /**< nanoseconds of CLOCK_REALTIME, and at the same moment: */
	uint64_t monotonic; /**< of CLOCK_MONOTONIC */
	uint64_t ended;	    /**< 1 after iopath saw the program end */
	int32_t status;	    /**< then: as wait(2) has it */
};

_Static_assert(sizeof(struct iop_slot) == 64, "a slot is a cache line");

struct iop_recording {
	const struct iop_recording_head *head;
	const struct iop_slot *slot;
	size_t slots;
	void *map;
	size_t map_bytes;
};

/** Maps @path. 0 or a negative errno: -EBADMSG no recording, -EPROTO of another version. */
int iop_recording_open(struct iop_recording *recording, const char *path);
void iop_recording_close(struct iop_recording *recording);

/**
 * The next slot with something in it from *@at on, which moves behind it; NULL at the end. What follows it has been looked at: its
 * @more slots are there.
 */
const struct iop_slot *iop_recording_next(const struct iop_recording *recording, size_t *at);

/** Of an access. */
static inline bool iop_slot_is_write(const struct iop_slot *slot)
{
	return slot->flags & IOP_SLOT_WRITE;
}

/** The text of @slot into @text, cut to fit. */
void iop_slot_text(const struct iop_slot *slot, char *text, size_t size);
/** Bytes of @text that are no ASCII text become question marks: a file may say anything, and it goes to a terminal. */
void iop_slot_printable(char *text);
/** The value of an access: as many bytes as it is wide. */
void iop_slot_value(const struct iop_slot *slot, unsigned char value[64]);

#endif
