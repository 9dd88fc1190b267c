/* SPDX-License-Identifier: MIT */
/**
 * call.h - one call of a routine, judged: the question, what was seen, and who looks
 *
 * A judge watches calls of one routine. Question and answer have a fixed layout, because they go through memory shared with the
 * process that runs the routine, which may be of another architecture (little-endian or not: each side reads its own order, a
 * runner converts). What was seen is judged by the caller, by the rules of whatever tier and widths it asks for.
 */
#ifndef IOPATH_BENCH_JUDGE_CALL_H
#define IOPATH_BENCH_JUDGE_CALL_H

#include "child.h"
#include "fate.h"

#include <copy_trace.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes of the traced window. */
#define IOP_JUDGE_WINDOW ((size_t)1 << 17)

/** The arguments that a routine may take, each an integer or a pointer. */
enum iop_argument {
	IOP_ARGUMENT_NONE,
	IOP_ARGUMENT_IO,     /**< pointer to the device side; of a move, to its source */
	IOP_ARGUMENT_OTHER,  /**< pointer to the memory side; of a move, to its destination */
	IOP_ARGUMENT_BASE,   /**< pointer to the start of the device's window: the device side is at base + offset */
	IOP_ARGUMENT_OFFSET, /**< where the device side starts, from the base */
	IOP_ARGUMENT_BYTES,  /**< how many bytes */
	IOP_ARGUMENT_UNITS,  /**< how many units */
	IOP_ARGUMENT_VALUE,  /**< of a fill: the value, of units its lowest byte repeated; of a write accessor: what is written */
	IOP_ARGUMENT_NUMBER, /**< a number that is always the same */
};
#define IOP_ARGUMENTS 6

/** How a routine is called, and for which calls it is made. */
struct iop_prototype {
	uint8_t argument[IOP_ARGUMENTS]; /**< enum iop_argument; IOP_ARGUMENT_NONE ends them */
	uint8_t returns_value;		 /**< of a read accessor: the unit is returned, not stored */
	uint8_t one;			 /**< an accessor: one unit a call, no other size */
	uint8_t unit;			 /**< sizes are multiples of this; at least 1 */
	uint8_t least;			 /**< no size is smaller */
	uint8_t place;			 /**< places of the device side are multiples of this; 0: of the unit */
	uint8_t memory_place;		 /**< places of the memory side are multiples of this; 0: any */
	uint64_t number[IOP_ARGUMENTS];	 /**< of IOP_ARGUMENT_NUMBER */
};

/** Whether it is of a fill whose value is a unit of several bytes. */
static inline bool iop_prototype_fills_units(const struct iop_prototype *prototype)
{
	bool value = false, units = false;

	for (unsigned i = 0; i < IOP_ARGUMENTS; i++) {
		value |= prototype->argument[i] == IOP_ARGUMENT_VALUE;
		units |= prototype->argument[i] == IOP_ARGUMENT_UNITS;
	}
	return value && units;
}

/** That of memcpy, memset or memmove. */
struct iop_prototype iop_prototype_of(enum iop_copy_op op);

/** Whether the prototype has a call of @n bytes at @io_align bytes after a 64-byte boundary. */
bool iop_prototype_takes(const struct iop_prototype *prototype, uint64_t n, uint32_t io_align);
/** Whether it has one with the memory side at @mem_align bytes after a 64-byte boundary. */
bool iop_prototype_takes_memory(const struct iop_prototype *prototype, uint32_t mem_align);

/** What is judged. */
struct iop_judged {
	enum iop_copy_op op;
	const char *object, *symbol;	 /**< a shared object and a symbol of it; or NULL and */
	const struct iop_copier *copier; /**< a routine of this program */
	struct iop_prototype prototype;
	unsigned fifo; /**< the width of the one register that all bytes go through; 0: a copy */
};

/** One call. */
struct iop_judge_call {
	uint64_t n;
	uint32_t io_align, mem_align; /**< below 64; of a move, its source's is io_align */
	int64_t distance;	      /**< of a move: its destination, from its source */
	uint64_t value;		      /**< of a fill, as the int that it is given; bytes are its lowest eight bits */
	uint32_t pattern;	      /**< which bytes are copied: IOP_COPY_PATTERNS of them */
	uint32_t guard;		      /**< enum iop_copy_guard; but for IOP_GUARD_NONE it decides mem_align */
	uint32_t look;		      /**< enum iop_judge_look */
	uint32_t fifo;		      /**< of what is judged: iop_judge_ask() fills it in */
};

enum iop_judge_look {
	IOP_LOOK,	/**< plain moves are carried out, the rest is stepped over */
	IOP_LOOK_STEP,	/**< every access is stepped over */
	IOP_LOOK_CLOSE, /**< every instruction is stepped over, and fences are seen */
	IOP_LOOK_COUNT, /**< an emulator tells the instructions of the call, made after one that is not counted */
};

/** One access (access_list.h). */
struct iop_judge_access {
	int64_t offset;
	uint64_t mask, code;
	uint16_t width;
	uint8_t write, form, streaming, undecoded;
	uint8_t unused[2];
};

#define IOP_JUDGE_ACCESSES ((size_t)1 << 18)

/** What was seen. Nothing of it means anything before fate.kind says that there was a call. */
struct iop_judge_answer {
	struct iop_fate fate;
	uint8_t data_right;    /**< all bytes arrived, and no byte beside them changed */
	uint8_t sides;	       /**< 2 of a move */
	uint8_t looked;	       /**< fences were seen: the next two mean something */
	uint8_t fenced;	       /**< after the last store, a fence was executed before the return */
	uint32_t non_temporal; /**< accesses that were non-temporal stores */
	uint64_t steps;	       /**< instructions that were stepped over; 0 where that costs nothing more */
	int64_t wrong_at;      /**< the first wrong byte, from the destination's first */
	uint64_t io[2];	       /**< addresses of the sides, of which alignment is a property */
	uint64_t count[2];     /**< accesses of each side */
	char blind[2][160];    /**< "", or why accesses may be missing */
	uint64_t instructions; /**< IOP_LOOK_COUNT: of the routine, without its call and its return */
	uint64_t code_bytes;   /**< IOP_LOOK_COUNT: of the code behind the accesses; 0: too much */
};

/** Executed instructions, in their order: of each a byte that says how many it has, and these. */
#define IOP_JUDGE_CODE 16384

/** The memory that the question and the answer go through. */
struct iop_judge_shared {
	struct iop_judge_call call;
	struct iop_judge_answer answer;
	struct iop_judge_access access[IOP_JUDGE_ACCESSES]; /**< those of side 0, then those of side 1 */
	uint8_t code[IOP_JUDGE_CODE];
};

struct iop_judge;

/** Who runs the routine: this CPU, or an emulator of another. */
struct iop_judge_runner {
	const char *name; /**< "x86-64", "qemu-aarch64" */
	/**
	 * Starts the process that will run @judged. False after @why has become a line: the object cannot be loaded, a program is
	 * not installed.
	 */
	bool (*start)(struct iop_judge *judge);
	bool looks; /**< IOP_LOOK_CLOSE sees more than IOP_LOOK */
};

struct iop_judge {
	struct iop_judged judged;
	const struct iop_judge_runner *runner;
	struct iop_child_limits limits;
	struct iop_child child;
	char why[512]; /**< of a start that failed, or a fate that no answer told: a line */
};

/** The default limits: 10 s of CPU time, 60 s of the clock, 2 GiB of memory. */
extern const struct iop_child_limits iop_judge_limits;

/** Starts the judging. False: judge->why says why not; there is nothing to close then. */
bool iop_judge_open(struct iop_judge *judge, const struct iop_judged *judged, const struct iop_judge_runner *runner,
		    const struct iop_child_limits *limits);
void iop_judge_close(struct iop_judge *judge);

/**
 * Makes one call. The answer and its accesses are valid until the next call. A child that ended without an answer gets one with its
 * fate, and the next call starts another.
 */
const struct iop_judge_answer *iop_judge_ask(struct iop_judge *judge, const struct iop_judge_call *call);

/** The code of the last answer. */
const uint8_t *iop_judge_code(const struct iop_judge *judge);

/** Accesses to a side of the last answer, in the form that rules.h judges. Freed by the caller; NULL for lack of memory. */
struct iop_access *iop_judge_accesses(const struct iop_judge *judge, unsigned side, struct iop_access_list *list);

/**
 * The verdict on the last answer for a tier and a set of widths (0: those of the tier), each rule applied as in iop_copy_trace().
 * Blind where the fate or a list says so; never legal where the routine did not return. The lists are freed by
 * iop_judge_forget(). 0 or -ENOMEM, and nothing to free.
 */
int iop_judge_verdict(const struct iop_judge *judge, enum iop_tier tier, unsigned widths, struct iop_copy_traced *traced);

/** Frees the lists of a verdict. */
void iop_judge_forget(struct iop_copy_traced *traced);

/** For runners: asks a child that was started whether it has the routine. If not, it is stopped and judge->why says why. */
bool iop_judge_loaded(struct iop_judge *judge);

/** For runners whose process is a copy of this one: starts it in @serve, and iop_judge_loaded(). False with the reason in judge->why. */
bool iop_judge_start_child(struct iop_judge *judge, void (*serve)(const struct iop_child_seat *seat, void *judge));

/** This CPU. */
extern const struct iop_judge_runner iop_judge_here;

#endif
