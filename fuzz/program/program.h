/* SPDX-License-Identifier: MIT */
/**
 * program.h - programs of I/O operations, and how they are encoded
 *
 * A program works on a little world: owners (device memory and system memory inside one arena, with canaries between), views of
 * parts of them in numbered slots, C iosys_maps, and a buffer in RAM. Each operation derives a view, or accesses memory through
 * one. The executor (executor.h) carries a program out with the library, the model (model/model.h) with byte loops; after every
 * operation everything observable must be the same.
 *
 * Encoding, version 2: a header of FUZZ_HEADER bytes (version, layout in two bytes, one of nothing), then records of FUZZ_RECORD bytes, a last one that is cut
 * short counting as padded with zeros. Every byte string is a program: an unknown version is an empty program, an unknown
 * operation does nothing, slots and choices wrap around, and an operand that an operation cannot have is replaced by the nearest
 * that it can (engine/resolve.c). A copy routine is called by its name, so that one that is added changes the meaning of no program but
 * those that name it; where it is not, the portable one is called. Numbers are a class and a payload, so that every engine gets boundaries cheaply; values are
 * verbatim, so that dictionaries and comparisons reach them. Bytes are taken one by one: the same on every compiler and machine.
 *
 *	byte 0     operation
 *	byte 1     first view: a slot, or with the top bit set the view that was made last
 *	byte 2     second view, or slot of the result
 *	byte 3     choices: flavour, kind, width
 *	byte 4-6   x: class, payload (little-endian)
 *	byte 7-9   y: class, payload
 *	byte 10-15 value: 32 bits little-endian, then 16 that are the upper half twice; of operation routine, who it is
 *
 * Adding an operation: operations.h.
 */
#ifndef IOPATH_FUZZ_PROGRAM_H
#define IOPATH_FUZZ_PROGRAM_H

#include "../../core/base/numbers.h"
#include "operations.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FUZZ_VERSION  2
#define FUZZ_HEADER   4
#define FUZZ_RECORD   16
#define FUZZ_MAX_OPS  64
#define FUZZ_MAX_SIZE (FUZZ_HEADER + FUZZ_MAX_OPS * FUZZ_RECORD)

/* What a view can be of; types.h says it in C, model/layout.c in numbers. */
enum fuzz_type {
	FUZZ_REGION0,  /* untyped, minimum 0 */
	FUZZ_REGION42, /* untyped, minimum 42 */
	FUZZ_BLOCK,    /* struct fuzz_block */
	FUZZ_RING,     /* struct fuzz_ring */
	FUZZ_WIDE,     /* struct fuzz_wide: 8-byte alignment */
	FUZZ_U8,
	FUZZ_U16,
	FUZZ_U32,
	FUZZ_U64,
	FUZZ_A_HALF,  /* uint16_t[2] */
	FUZZ_A_RING,  /* struct fuzz_ring[3] */
	FUZZ_A_BYTES, /* uint8_t[24] */
	FUZZ_A_WORDS, /* uint32_t[4] */
	FUZZ_A_DATA,  /* uint8_t[8] */
	FUZZ_A_QUADS, /* uint64_t[2] */
	FUZZ_A_64,    /* uint8_t[64] */
	FUZZ_S_U8,    /* slices */
	FUZZ_S_U16,
	FUZZ_S_U32,
	FUZZ_S_U64,
	FUZZ_S_RING,
	FUZZ_TYPES
};

#define FUZZ_SET(bit)	  (1u << (bit))
#define FUZZ_ANY_TYPE	  (FUZZ_SET(FUZZ_TYPES) - 1)
#define FUZZ_IS_REGION	  (FUZZ_SET(FUZZ_REGION0) | FUZZ_SET(FUZZ_REGION42))
#define FUZZ_IS_RECORD	  (FUZZ_SET(FUZZ_BLOCK) | FUZZ_SET(FUZZ_RING) | FUZZ_SET(FUZZ_WIDE))
#define FUZZ_IS_VALUE	  (FUZZ_SET(FUZZ_U8) | FUZZ_SET(FUZZ_U16) | FUZZ_SET(FUZZ_U32) | FUZZ_SET(FUZZ_U64))
#define FUZZ_IS_OBJECT	  (FUZZ_IS_RECORD | FUZZ_IS_VALUE)
#define FUZZ_IS_INDEXABLE (FUZZ_ANY_TYPE & ~(FUZZ_IS_REGION | FUZZ_IS_OBJECT))
#define FUZZ_IS_CASTABLE \
	(FUZZ_IS_REGION | FUZZ_SET(FUZZ_A_BYTES) | FUZZ_SET(FUZZ_A_DATA) | FUZZ_SET(FUZZ_A_64) | FUZZ_SET(FUZZ_S_U8))

enum fuzz_backend {
	FUZZ_MMIO,
	FUZZ_RELAXED,
	FUZZ_SYSMEM,
	FUZZ_IOSYSMAP,
	FUZZ_CONFIGSPACE,
	FUZZ_COHERENT,
	FUZZ_MMIO_WITHIN,
	FUZZ_WC,
	FUZZ_BACKENDS
};

#define FUZZ_ALL     (FUZZ_SET(FUZZ_BACKENDS) - 1)
#define FUZZ_COPYING (FUZZ_ALL & ~(FUZZ_SET(FUZZ_RELAXED) | FUZZ_SET(FUZZ_CONFIGSPACE)))

/*
 * The arena: canary, owner 0, canary, owner 1, ... canary, RAM, canary. Owners may start 4 bytes late (layout byte of the header).
 */
#define FUZZ_OWNERS	  5
#define FUZZ_MEMORY	  4 /* owners in the arena; the last one is a simulated config space */
#define FUZZ_CANARY	  48
#define FUZZ_SMALL	  192
#define FUZZ_BIG	  1152 /* two pieces of a bounced copy, and some */
#define FUZZ_CONFIG_SIZE  4096u
#define FUZZ_OWNER_AT(i)  (FUZZ_CANARY + (size_t)(i) * (FUZZ_SMALL + FUZZ_CANARY + 16))
#define FUZZ_RAM_AT	  (FUZZ_OWNER_AT(3) + FUZZ_BIG + 16 + FUZZ_CANARY)
#define FUZZ_RAM	  1216
#define FUZZ_CONFIG_AT	  (FUZZ_RAM_AT + FUZZ_RAM + FUZZ_CANARY) /* what the config space's bus moves bytes to and from */
#define FUZZ_ARENA	  (FUZZ_CONFIG_AT + FUZZ_CONFIG_SIZE + FUZZ_CANARY)
#define FUZZ_BUS_SHIFT	  8 /* in the layout: a coherent owner's address to its device, one of FUZZ_BUSES */
#define FUZZ_BUSES	  8
#define FUZZ_SLOTS	  16
#define FUZZ_FIRST_RESULT 5 /* the slots before it hold the owners' own views and are not overwritten */
#define FUZZ_MAPS	  4
#define FUZZ_LEASES	  (IOP_LEASE_SLOTS - 2) /* that there are for all owners but the config space */
#define FUZZ_PIECE	  IOP_COPY_PIECE	/* a move up to here needs no memory of its own */

/* How the library under test was built. */
struct fuzz_profile {
	bool bits64, big_endian, debug;
	unsigned backends; /* set: those that this build has */
};

struct fuzz_number {
	uint8_t class;
	uint16_t payload;
};

/* A record as it is encoded. */
struct fuzz_record {
	uint8_t op, a, b, choice;
	struct fuzz_number x, y;
	uint64_t value;
};

struct fuzz_program {
	/*
	 * Bit i: owner i starts 4 bytes late; bits 4, 5: owners 2, 3 are device memory; bit 6: owner 1 is coherent; bit 7: those two are mapped
	 * write-combining; from FUZZ_BUS_SHIFT on the address that the coherent owner has for its device.
	 */
	uint16_t layout;
	unsigned count;
	struct fuzz_record record[FUZZ_MAX_OPS];
};

/* An operation with all operands decided: what the executor and the model carry out. */
struct fuzz_call {
	uint8_t op, a, b, to; /* slots, owners or maps */
	uint8_t width;	      /* 1, 2, 4, 8 */
	uint8_t kind;	      /* of field, index, routine, ... */
	bool panics;	      /* the flavour: panic, not try; hold_open: a resource whose writes must not be posted */
	bool whole; /* move: the views as they are, not ranges x.. and y.. of n; map_set: to null; hold_open: at an index that no int holds; guard_end: twice */
	bool no_memory; /* move: there is none to be had for a buffer */
	uint8_t type;	/* of the result */
	uint16_t routine;
	uint64_t x, y, n, value;
};

enum fuzz_index_kind {
	FUZZ_ELEMENT,
	FUZZ_RANGE,
	FUZZ_TO,
	FUZZ_FROM,
	FUZZ_WHOLE,
	FUZZ_INDEX_KINDS
};

enum fuzz_conversion {
	FUZZ_TO_RELAXED,
	FUZZ_TO_EITHER,
	FUZZ_ARM_MMIO,
	FUZZ_ARM_SYSMEM,
	FUZZ_TO_SYSMEM,
	FUZZ_CONVERSIONS
};

/* Owners of mappings, of resources that lie in owner 0; y of hold_open is what goes wrong. */
#define FUZZ_HOLDS	3
#define FUZZ_MOST_TAKEN (FUZZ_MAX_OPS + 1) /* an operation requests one resource at most */
enum fuzz_hold_kind {
	FUZZ_IOMEM,
	FUZZ_EXCLUSIVE,
	FUZZ_BAR,
	FUZZ_HOLD_KINDS
};

enum fuzz_hold_fault {
	FUZZ_NO_FAULT,
	FUZZ_NO_RESOURCE,
	FUZZ_BUSY,
	FUZZ_NOT_MAPPED,
	FUZZ_HOLD_FAULTS
};

/* Resets of the function that all holds are of: kind of hold_reset is the update that one comes in the middle of, y how it goes. */
#define FUZZ_RESET_AT 8 /* the register of a fixed place */
enum fuzz_reset_kind {
	FUZZ_RESET_ALONE,
	FUZZ_RESET_IN_TRY,
	FUZZ_RESET_IN_VALUE,
	FUZZ_RESET_IN_FIXED,
	FUZZ_RESET_IN_REGISTER,
	FUZZ_RESET_KINDS
};

enum fuzz_reset {
	FUZZ_RESET_GOOD,
	FUZZ_RESET_FAILS,
	FUZZ_RESET_REFUSED, /* by a function that cannot */
	FUZZ_RESET_MISSING, /* from the bus */
	FUZZ_RESET_OTHER,   /* of another function */
	FUZZ_RESETS
};

/* VMaps of objects that lie in owner 1; y of vmap_open is what goes wrong, kind whether it owns the object. */
#define FUZZ_VMAPS 2
enum fuzz_vmap_fault {
	FUZZ_VMAP_GOOD,
	FUZZ_VMAP_FAILS,
	FUZZ_VMAP_IO,
	FUZZ_VMAP_FAULTS
};

/* How a vmap is dropped (the last one, a copy of it again, only where that is found out), and how it is used. */
enum fuzz_vmap_end {
	FUZZ_VMAP_ONCE,
	FUZZ_VMAP_TWICE,
	FUZZ_VMAP_COPY
};
enum fuzz_vmap_kind {
	FUZZ_VMAP_READ,
	FUZZ_VMAP_WRITE,
	FUZZ_VMAP_FIXED
};

/* A hold that was given to a Revocable or a Devres; y of guard_open is whether registering finds memory. */
#define FUZZ_GUARDED	2
#define FUZZ_MOST_GUARD 3
enum fuzz_guard_kind {
	FUZZ_REVOCABLE,
	FUZZ_DEVRES
};
enum fuzz_guard_way {
	FUZZ_TRY_ACCESS,
	FUZZ_TRY_WITH,
	FUZZ_OWN,
	FUZZ_OWN_OTHER
};
enum fuzz_guard_end {
	FUZZ_REVOKE,
	FUZZ_REVOKE_AT_ONCE,
	FUZZ_GUARD_DROP,
	FUZZ_UNBIND
};

/* Copies within widths, which a says; in units; and of words only. */
enum fuzz_within_kind {
	FUZZ_WITHIN_TOIO,
	FUZZ_WITHIN_FROMIO,
	FUZZ_WITHIN_SET,
	FUZZ_WITHIN_TOIO_RMW,
	FUZZ_WITHIN_FROMIO_WHOLE,
	FUZZ_WITHIN_SET_RMW,
	FUZZ_IOWRITE32,
	FUZZ_IOWRITE64,
	FUZZ_IOREAD32,
	FUZZ_STRICT32_TOIO,
	FUZZ_STRICT32_FROMIO,
	FUZZ_STRICT32_SET,
	FUZZ_STRICT32_MOVE,
	FUZZ_WITHIN_KINDS
};
#define FUZZ_WITHIN_MOST 240 /* bytes: the trace of bytes is expected access by access */

enum fuzz_routine_kind {
	FUZZ_TOIO,
	FUZZ_FROMIO,
	FUZZ_SETIO,
	FUZZ_MOVEIO,
	FUZZ_ROUTINE_KINDS
};

/* Everything that can be asked of a view. */
struct fuzz_view {
	bool live;
	uint8_t backend, type, owner;
	bool io; /* iosysmap: the tag */
	uint64_t addr, size, len;
	uint64_t bus;	 /* coherent: DMA address */
	uint16_t widths; /* mmio_within: those that it takes */
};

/* The result of an operation. */
struct fuzz_result {
	int rc;
	bool has_view;
	const char *panic; /* NULL: none */
	uint64_t value;
	struct fuzz_view view;
};

enum fuzz_event_kind {
	FUZZ_EVENT_BR,
	FUZZ_EVENT_LD,
	FUZZ_EVENT_AR,
	FUZZ_EVENT_BW,
	FUZZ_EVENT_ST,
	FUZZ_EVENT_AW,
	FUZZ_EVENT_CP,
	FUZZ_EVENT_RS, /* address 0: of the function that holds are of; 1: of another */
	FUZZ_EVENT_WF,
};

/* Which path reported it: numbers of the library's event sources, by the executor's translation. */
enum fuzz_event_source {
	FUZZ_FROM_MMIO = 1,
	FUZZ_FROM_RELAXED,
	FUZZ_FROM_SYSMEM,
	FUZZ_FROM_COPY,
	FUZZ_FROM_CONFIG,
	FUZZ_FROM_BUS,
	FUZZ_FROM_WC,
	FUZZ_FROM_OTHER,
};

/* Without holes, and nothing in the value above the width: equal events have equal bytes. */
struct fuzz_event {
	uint8_t kind, source;
	uint16_t nothing;
	uint32_t width;
	uint64_t addr, value;
};
#define FUZZ_MAX_EVENTS 4096

/* What buses, devices and providers were asked, each time, whatever they answered. */
enum fuzz_request {
	FUZZ_ASKED_CONFIG_READ = 1, /* at an offset, a width */
	FUZZ_ASKED_CONFIG_WRITE,    /* and a value */
	FUZZ_ASKED_RESOURCE,	    /* by index */
	FUZZ_ASKED_REQUEST,	    /* at an offset, the length */
	FUZZ_ASKED_RELEASE,
	FUZZ_ASKED_MAP, /* width: how */
	FUZZ_ASKED_UNMAP,
	FUZZ_ASKED_RESET, /* 1: of another function */
	FUZZ_ASKED_VMAP,  /* which object */
	FUZZ_ASKED_VUNMAP,
	FUZZ_ASKED_FREE,
};
struct fuzz_asked {
	uint32_t request, width;
	uint64_t at, value;
};
#define FUZZ_MAX_ASKED 64

/** Where a coherent owner's memory is for its device: the last bytes below 2^32, 2^40, 2^48, 2^52 and 2^64, across 2^32, or neither. */
extern const uint64_t fuzz_buses[FUZZ_BUSES];

/** The lines of FUZZ_OPS by number; group 0: no such operation. */
struct fuzz_op_info {
	const char *name;
	uint8_t group;
	uint32_t types, backends, second;
};
extern const struct fuzz_op_info fuzz_op_info[256];

/** Name of an operation, or "nothing". */
const char *fuzz_op_name(uint8_t op);

/** The group of an operation, 0 for an unknown one; with it the sets of types and backends that its views must be from. */
static inline unsigned fuzz_op_group(uint8_t op)
{
	return fuzz_op_info[op].group;
}

static inline unsigned fuzz_op_types(uint8_t op)
{
	return fuzz_op_info[op].types;
}

static inline unsigned fuzz_op_backends(uint8_t op)
{
	return fuzz_op_info[op].backends;
}

static inline unsigned fuzz_op_second(uint8_t op)
{
	return fuzz_op_info[op].second;
}

const char *fuzz_type_name(unsigned type);
const char *fuzz_backend_name(unsigned backend);

/** Decodes any bytes. */
void fuzz_decode(struct fuzz_program *program, const uint8_t *data, size_t size);

/** What programs call the copy routine of that name, and the one that is everywhere. */
uint16_t fuzz_routine_id(const char *name);
#define FUZZ_PORTABLE "strict-portable"

/** The routine that a record of that operation names, and to make it name one. */
static inline uint16_t fuzz_record_routine(const struct fuzz_record *record)
{
	return (uint16_t)(record->value >> 32);
}

static inline void fuzz_name_routine(uint8_t data[FUZZ_RECORD], uint16_t id)
{
	data[14] = (uint8_t)id;
	data[15] = (uint8_t)(id >> 8);
}

/** Encodes a record; the inverse of fuzz_decode for FUZZ_RECORD bytes. */
void fuzz_encode(uint8_t data[FUZZ_RECORD], const struct fuzz_record *record);

/** The number meant by class and payload where @limit is the natural bound and @unit the natural step. */
uint64_t fuzz_number(struct fuzz_number number, uint64_t limit, uint64_t unit);

#endif
